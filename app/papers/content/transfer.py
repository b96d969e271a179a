"""*Surat pelimpahan*: the letter by which another unit is asked to take a case over, or gets it (case-management 6.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.accounts.models import Unit
from app.cases import transfers
from app.cases.models import Transfer
from app.domain.errors import NotFound
from app.domain.letters import TRANSFER
from app.domain.transfers import TransferState
from app.domain.zones import local_day
from app.papers import wording
from app.papers.content import heads, people
from app.papers.content.letters import CLOSING, NATURE, Letter, institution_lines
from app.papers.dossier import ClientFile, Dossier
from app.papers.sheet import Asked, Sheet, laid_out
from app.security.structs import handling
from app.security.structs.papers import Field, Heading, LetterTop, Paper, Prose, Signatures, Small, Text

CURRENT: Final = frozenset({TransferState.PROPOSED.value, TransferState.ACCEPTED.value, TransferState.OUTSIDE.value})
"""Transfers that have a letter: neither declined nor taken back."""
_ASKED: Final = "Keterangan tentang para klien menyusul setelah Saudara bersedia menerima. Kami mohon jawaban Saudara atas permohonan ini."
_CONTACT: Final = "Untuk serah terima berkas dan keterangan lebih lanjut, Saudara dapat menghubungi:"
_HANDLING: Final = (
    "Surat ini memuat data pribadi yang wajib dijaga kerahasiaannya. Keterangan di dalamnya hanya untuk penanganan kasus ini dan tidak "
    "diteruskan kepada siapa pun yang tidak menanganinya."
)


@dataclass(frozen=True, slots=True, repr=False)
class Written:
    """A transfer as its letter tells it. `unit`: the unit of this deployment it goes to; empty for anybody else. `clients`: who is named."""

    head: handling.Transfer
    text: handling.TransferText
    unit: str
    is_done: bool
    by: UUID | None
    clients: Sequence[ClientFile]


def transfer(dossier: Dossier, transfer_id: UUID | None, letter: Letter) -> Paper:
    """The letter of one transfer. The clients are named where the case was handed over; a unit that is only asked learns how many there
    are (design 3: before it accepts it reads the letter and nothing of the file). What we wrote for ourselves stays out. NotFound where there is none."""
    row = dossier.row(Transfer, transfer_id)
    if row.state not in CURRENT:
        raise NotFound("transfer")
    head, text = transfers.read(dossier.work, row)
    unit = dossier.work.session.get_one(Unit, row.to_unit_id).name if row.to_unit_id is not None else ""
    is_done = row.state != TransferState.PROPOSED.value
    return paper(dossier, Written(head, text, unit, is_done, row.created_by, _handed_over(dossier, row)), letter)


def _handed_over(dossier: Dossier, row: Transfer) -> list[ClientFile]:
    """Those whose handling ended with the transfer: who had ended before was not handed over."""
    if row.decided_at is None:
        return []
    ends = (transfers.REASON, local_day(row.decided_at, dossier.zone))
    return [each for each in dossier.clients if (each.profile.closure_reason, each.profile.ended_on) == ends]


def still_helped(dossier: Dossier) -> list[ClientFile]:
    """Those who would be handed over now."""
    return [each for each in dossier.clients if each.profile.ended_on is None]


def paper(dossier: Dossier, written: Written, letter: Letter) -> Paper:
    """The letter of a transfer that stands in the file, or is about to."""
    top = LetterTop(
        number=letter.number or written.text.letter_no,
        nature=NATURE,
        enclosures="–",
        subject="Pelimpahan penanganan kasus" if written.is_done else "Permohonan menerima pelimpahan kasus",
        place_day=heads.place_day(dossier.desk, letter.on),
        to=_addressee(dossier, written),
    )
    return Paper(
        code=TRANSFER,
        letterhead=heads.letterhead(dossier.desk),
        top=top,
        blocks=(
            *laid_out(_said(dossier, written)),
            Signatures("", (heads.signature(letter.signer),), slot=True),
            Small(_HANDLING),
        ),
    )


def _addressee(dossier: Dossier, written: Written) -> tuple[str, ...]:
    head, text = written.head, written.text
    if written.unit:
        return (f"Yth. Kepala {written.unit}", "di tempat")
    return institution_lines(dossier, head.institution_id, head.institution_type, text.receiver, text.contact)


def _said(dossier: Dossier, written: Written) -> Iterator[Asked]:
    head = written.head
    sheet, what = Sheet(), f"penanganan kasus dengan nomor register {dossier.case.register_no}"
    if written.is_done:
        yield Text(f"Dengan hormat,\nBersama surat ini {dossier.unit.name} melimpahkan {what} kepada Saudara.")
    else:
        yield Text(f"Dengan hormat,\n{dossier.unit.name} memohon kesediaan Saudara menerima pelimpahan {what}.")
    yield sheet.one("Alasan pelimpahan", "transfer_reason", head.reason)
    yield sheet.line("Tanggal pelimpahan", wording.day(head.on))
    yield sheet.line("Jumlah klien", str(head.clients))
    yield sheet.one("Tingkat risiko", "risk", head.risk)
    yield sheet.line("Persetujuan klien", _agreement(head))
    yield sheet.several("Yang disertakan", "transfer_part", head.parts)
    if written.text.cover:
        yield Prose("Keterangan", written.text.cover, 4)
    if written.is_done:
        yield from _named(written.clients)
        yield Text(_CONTACT)
    else:
        yield Text(_ASKED)
    yield Field("Narahubung kami", dossier.manager() or dossier.name_of(written.by))
    yield Field("Telepon", dossier.desk.phone)
    yield Field("Surel", dossier.desk.email)
    yield Text(CLOSING)


def _agreement(head: handling.Transfer) -> str:
    if head.agreed == "YA":
        return wording.joined("disetujui", wording.day(head.agreed_on))
    return wording.joined("tanpa persetujuan", wording.code("consent_basis", head.basis), by="; dasar: ")


def _named(clients: Sequence[ClientFile]) -> Iterator[Asked]:
    """Who is handed over, as far as a letter needs it: the file itself goes another way."""
    for client in clients:
        yield Heading(f"Klien {client.row.position}" if len(clients) > 1 else "Klien", sub=True)
        yield Field("Nama", people.called(client))
        yield Field("Tanggal lahir atau umur", people.born(client))
        yield Field("Nomor klien", client.profile.client_no)
