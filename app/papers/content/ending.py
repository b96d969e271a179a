"""F12 *Terminasi*: the letter about the end of one client's handling (case-management 6.2, 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.cases import terminations
from app.cases.models import StageStep, Termination
from app.cases.terminations import State
from app.domain.zones import local_day
from app.papers import wording
from app.papers.content import heads, people
from app.papers.content.letters import Letter
from app.papers.dossier import ClientFile, Dossier
from app.papers.sheet import Asked, Sheet, laid_out
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import handling
from app.security.structs.papers import Field, Heading, Paper, Signature, Signatures, Signer, Text, Tick, Ticks

_EXPLAINED: Final = (
    "Sesudah mendapat penjelasan tentang pengakhiran layanan dan hak untuk kembali meminta layanan, klien:"
)
_AGREEMENT: Final = (
    "menyetujui",
    "tidak menyetujui",
    "tidak dapat dimintai persetujuan",
)  # ticked by hand when it is signed


@dataclass(frozen=True, slots=True, repr=False)
class _Ending:
    """How the handling of a client ended, or is to end. `row` and `head`: of the proposal; None where the end came in by an import."""

    end: terminations.End
    words: handling.TerminationText
    row: Termination | None = None
    head: handling.Termination | None = None


def termination(dossier: Dossier, client_id: UUID | None, letter: Letter) -> Paper:
    """F12 of one client: kind and reason of the end, goals left open, the client's agreement, what was decided and by whom."""
    client, sheet = dossier.client(client_id), Sheet()
    ending = _ending(dossier, client)
    end, words = ending.end, ending.words
    asked: list[Asked] = [
        Heading("Klien"),
        sheet.line("Nama", people.called(client)),
        sheet.line("Tempat, tanggal lahir", wording.birth(client.identity.birth_place, client.identity.birth_date)),
        sheet.line("Nomor register", dossier.case.register_no),
        sheet.line("Nomor klien", client.profile.client_no),
        sheet.line("Tanggal pengaduan", wording.day(dossier.incident.report_on)),
        Heading("Pengakhiran layanan"),
        sheet.boxes("Jenis pengakhiran", "termination", (end.closure,) if end.closure else ()),
        sheet.line("Tanggal", wording.day(end.on)),
        sheet.one("Alasan", "termination_reason", end.reason),
        sheet.prose("Keterangan", words.reason or _decision(dossier)),
        *_left_open(ending),
        Heading("Persetujuan klien"),
        Text(_EXPLAINED),
        *_agreement(ending.head, words),
        Heading("Keputusan supervisor"),
        *_decided(dossier, ending),
    ]
    signers = (
        Signature("Klien atau wali"),
        Signature("Manajer kasus", dossier.manager()),
        _approving(letter.signer),
    )
    return Paper(
        code="F12",
        title="Surat pengakhiran layanan (terminasi)",
        subtitle=f"Nomor: {letter.number or '........................................'}",
        letterhead=heads.letterhead(dossier.desk),
        blocks=(*laid_out(asked), Signatures(heads.place_day(dossier.desk, letter.on), signers)),
    )


def _left_open(ending: _Ending) -> Iterator[Asked]:
    """What does not end with the handling: goals that were not reached, and the watch over the legal steps."""
    if ending.head is None:
        return
    if ending.head.goals_open:
        yield Sheet().prose("Tujuan rencana yang belum tercapai", ending.words.goals)
    yield Field(
        "Pantauan proses hukum",
        "berlanjut setelah pengakhiran" if ending.head.legal_watch else "berakhir bersama layanan",
    )


def _agreement(head: handling.Termination | None, words: handling.TerminationText) -> Iterator[Asked]:
    """As it was recorded; to be ticked by hand where the paper is taken to the client for signing."""
    agreed = head.agreed if head is not None else ""
    place = {"YA": 0, "TIDAK": 1}.get(agreed)
    yield Ticks("", tuple(Tick(label, number == place) for number, label in enumerate(_AGREEMENT)), 1)
    if head is not None and head.agreed_on is not None:
        yield Field("Ditandatangani klien", wording.day(head.agreed_on))
    if words.disagreement:
        yield Sheet().prose("Alasan klien tidak menyetujui", words.disagreement)


def _decided(dossier: Dossier, ending: _Ending) -> Iterator[Asked]:
    row = ending.row
    if row is None or row.state != State.APPROVED.value or row.decided_at is None:
        yield Ticks("", (Tick("disetujui"), Tick("dikembalikan kepada manajer kasus")), 1)
    else:
        yield Field("Keputusan", wording.joined("disetujui", wording.day(local_day(row.decided_at, dossier.zone))))
        yield Field("Oleh", dossier.name_of(row.decided_by))
    if ending.words.decision:
        yield Sheet().prose("Catatan supervisor", ending.words.decision)


def _approving(signer: Signer) -> Signature:
    block = heads.signature(signer)
    return Signature(f"Menyetujui,\n{block.role}", block.name, block.below)


def _ending(dossier: Dossier, client: ClientFile) -> _Ending:
    """What was proposed for the client, so that it can be printed for signing; else the end the profile knows (imports)."""
    for row in reversed(dossier.rows(Termination)):
        head = dossier.part(row, Section.TERMINATION, "termination_sealed", handling.Termination)
        if head.client_id == client.row.id and row.state in {State.PROPOSED.value, State.APPROVED.value}:
            text = dossier.part(row, Section.TERMINATION_TEXT, "text_sealed", handling.TerminationText)
            return _Ending(terminations.End(head.on, head.closure, head.reason), text, row, head)
    profile = client.profile
    end = terminations.End(profile.ended_on, profile.closure, profile.closure_reason)
    return _Ending(end, handling.TerminationText())


def _decision(dossier: Dossier) -> str:
    """The words of the step that closed the case, where it is closed."""
    closing = [step for step in dossier.rows(StageStep) if step.to_status == "closed"]
    if not closing:
        return ""
    return dossier.part(closing[-1], Section.STEP_REASON, "reason_sealed", case_structs.StepReason).text
