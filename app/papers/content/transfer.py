"""*Surat pelimpahan*: the letter by which another unit is asked to take a case over, or gets it (case-management 6.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from app.accounts.models import Unit
from app.cases import transfers
from app.cases.models import Transfer
from app.domain.errors import NotFound
from app.domain.letters import TRANSFER
from app.domain.transfers import TransferState
from app.papers import wording
from app.papers.content import heads, people
from app.papers.content.letters import CLOSING, NATURE, Letter, institution_lines
from app.papers.dossier import Dossier
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


def transfer(dossier: Dossier, transfer_id: UUID | None, letter: Letter) -> Paper:
    """The letter of one transfer. The clients are named where the case was handed over; a unit that is only asked learns how many there
    are (design 3: before it accepts it reads the letter and nothing of the file). What we wrote for ourselves stays out."""
    row = dossier.row(Transfer, transfer_id)
    if row.state not in CURRENT:
        raise NotFound("transfer")
    head, words = transfers.read(dossier.work, row)
    top = LetterTop(
        number=letter.number or words.letter_no,
        nature=NATURE,
        enclosures="–",
        subject="Pelimpahan penanganan kasus" if _is_done(row) else "Permohonan menerima pelimpahan kasus",
        place_day=heads.place_day(dossier.desk, letter.on),
        to=_addressee(dossier, row, head, words),
    )
    return Paper(
        code=TRANSFER,
        letterhead=heads.letterhead(dossier.desk),
        top=top,
        blocks=(
            *laid_out(_said(dossier, row, head, words)),
            Signatures("", (heads.signature(letter.signer),), slot=True),
            Small(_HANDLING),
        ),
    )


def _is_done(row: Transfer) -> bool:
    return row.state != TransferState.PROPOSED.value


def _addressee(
    dossier: Dossier, row: Transfer, head: handling.Transfer, words: handling.TransferText
) -> tuple[str, ...]:
    if row.to_unit_id is not None:
        return (f"Yth. Kepala {dossier.work.session.get_one(Unit, row.to_unit_id).name}", "di tempat")
    return institution_lines(dossier, head.institution_id, head.institution_type, words.receiver, words.contact)


def _said(dossier: Dossier, row: Transfer, head: handling.Transfer, words: handling.TransferText) -> Iterator[Asked]:
    sheet, what = Sheet(), f"penanganan kasus dengan nomor register {dossier.case.register_no}"
    if _is_done(row):
        yield Text(f"Dengan hormat,\nBersama surat ini {dossier.unit.name} melimpahkan {what} kepada Saudara.")
    else:
        yield Text(f"Dengan hormat,\n{dossier.unit.name} memohon kesediaan Saudara menerima pelimpahan {what}.")
    yield sheet.one("Alasan pelimpahan", "transfer_reason", head.reason)
    yield sheet.line("Tanggal pelimpahan", wording.day(head.on))
    yield sheet.line("Jumlah klien", str(head.clients))
    yield sheet.one("Tingkat risiko", "risk", head.risk)
    yield sheet.line("Persetujuan klien", _agreement(head))
    yield sheet.several("Yang disertakan", "transfer_part", head.parts)
    if words.cover:
        yield Prose("Keterangan", words.cover, 4)
    if _is_done(row):
        yield from _clients(dossier)
        yield Text(_CONTACT)
    else:
        yield Text(_ASKED)
    yield Field("Narahubung kami", dossier.manager() or dossier.name_of(row.created_by))
    yield Field("Telepon", dossier.desk.phone)
    yield Field("Surel", dossier.desk.email)
    yield Text(CLOSING)


def _agreement(head: handling.Transfer) -> str:
    if head.agreed == "YA":
        return wording.joined("disetujui", wording.day(head.agreed_on))
    return wording.joined("tanpa persetujuan", wording.code("consent_basis", head.basis), by="; dasar: ")


def _clients(dossier: Dossier) -> Iterator[Asked]:
    """Who is handed over, as far as a letter needs it: the file itself goes another way."""
    for client in dossier.clients:
        yield Heading(f"Klien {client.row.position}" if len(dossier.clients) > 1 else "Klien", sub=True)
        yield Field("Nama", people.called(client))
        yield Field("Tanggal lahir atau umur", people.born(client))
        yield Field("Nomor klien", client.profile.client_no)
