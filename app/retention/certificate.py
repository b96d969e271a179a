"""The record of an erasure (*berita acara pemusnahan*): what was erased, on what basis, by whom, and when the last backup that may hold it
expires (security 2.7). It names nobody who was in the file, and stays readable after the file is gone."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Unit
from app.domain.access import Capability, roles
from app.domain.errors import NotFound
from app.papers import desk, wording
from app.papers.content import heads
from app.papers.printing import Ready, stamped
from app.papers.sheet import laid_out
from app.retention.models import Erasure
from app.security.structs.papers import (
    Field,
    Heading,
    LetterDesk,
    Paper,
    Points,
    Prose,
    Signature,
    Signatures,
    Small,
    Text,
)
from app.security.structs.retention import Erased, Officer
from app.work import Work

CODE: Final = "BAP"
_DONE: Final = (
    "Kunci data berkas dihapus, sehingga seluruh isi tersegel (identitas, kontak, kronologi, catatan, dan dokumen) tidak dapat dibuka lagi "
    "oleh siapa pun.",
    "Seluruh baris berkas, indeks pencarian, tautan, konsep, dan dokumen yang tersimpan dihapus.",
    "Nomor register tetap terpakai. Catatan statistik tanpa identitas tetap dihitung dalam rekap.",
)
_BACKUPS: Final = (
    "Salinan cadangan (backup) yang dibuat sebelum pemusnahan masih memuat berkas ini dalam keadaan tersegel. Pemulihan dari cadangan "
    "tersebut memusnahkan berkas ini kembali. Cadangan terakhir yang mungkin memuatnya harus dimusnahkan paling lambat tanggal di atas."
)


def home_of(work: Work, case_id: UUID) -> Erasure:
    """The erasure by which a file of the actor's unit went; of a merged file that of the one it counted within. NotFound."""
    work.actor.require(Capability.RETENTION_READ)
    wanted = select(Erasure).where(Erasure.case_id == case_id)
    if not work.actor.system:
        wanted = wanted.where(Erasure.unit_id == work.actor.own_unit())
    row = work.session.scalar(wanted)
    if row is not None and row.case_id != row.home_id:
        row = work.session.scalar(select(Erasure).where(Erasure.case_id == row.home_id))
    if row is None:
        raise NotFound("erasure")
    return row


def read(work: Work, row: Erasure) -> Erased:
    """What is written about the erasure."""
    return work.vault.open(row.place(), row.record_sealed, Erased)


def ready(work: Work, row: Erasure) -> Ready:
    """The paper, about to be rendered, under the letterhead of the unit."""
    unit = work.session.get_one(Unit, row.unit_id)
    letter_desk = desk.of_unit(work, unit)
    stamp = stamped(work, CODE, unit.local_zone)
    return Ready(paper(letter_desk, unit, row, read(work, row)), desk.logo_of(work, unit.id), stamp)


def paper(letter_desk: LetterDesk, unit: Unit, row: Erasure, said: Erased) -> Paper:
    """The record of one erasure."""
    numbers = wording.joined(said.register_no, ", ".join(said.merged), by=", dibaca bersama ")
    moment = wording.moment(row.at, unit.local_zone)
    fields = (
        Field("Nomor register berkas", numbers),
        Field("Berkas berakhir", wording.day(said.ended_on)),
        Field("Waktu pemusnahan", moment),
        Field("Dasar hukum", said.basis),
        Field("Diusulkan oleh", _named(said.proposed_by)),
        Field("Disetujui oleh", _named(said.approved_by)),
        Field("Baris data dihapus", str(said.records)),
        Field("Dokumen dihapus", str(said.files)),
        Field("Sidik kunci (SHA-256)", row.key_hash.hex()),
        Field("Cadangan terakhir habis masa simpan", wording.day(said.last_backup_on)),
    )
    opening = (
        f"Pada hari {wording.weekday(said.on)}, {unit.name} telah memusnahkan berkas kasus berikut secara elektronik."
    )
    signers = (
        Signature("Yang mengusulkan", said.proposed_by.name),
        Signature("Yang menyetujui", said.approved_by.name),
    )
    return Paper(
        code=CODE,
        title="Berita acara pemusnahan berkas",
        subtitle=f"Nomor: {said.number}",
        letterhead=heads.letterhead(letter_desk),
        blocks=(
            Text(opening),
            *laid_out(fields),
            Prose("Alasan", said.reason, 2),
            Heading("Yang dimusnahkan dan yang tersisa"),
            Points(_DONE),
            Small(_BACKUPS),
            Signatures(heads.place_day(letter_desk, said.on), signers),
        ),
    )


def _named(officer: Officer) -> str:
    known = roles()
    words = ", ".join(known[code].id for code in officer.roles.split() if code in known)
    return wording.joined(officer.name, words)
