"""*Surat balasan rujukan*: what we answer to whoever referred a client to us, with the reason or the result as it was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from app.domain.errors import NotFound
from app.domain.incoming import IncomingStatus
from app.domain.letters import ANSWER
from app.papers import wording
from app.papers.content import heads
from app.papers.content.letters import CLOSING, NATURE, Letter, institution_lines
from app.papers.dossier import Dossier
from app.papers.sheet import Asked, Sheet, laid_out
from app.referrals import incoming
from app.referrals.models import IncomingReferral
from app.security.structs import incoming as structs
from app.security.structs.papers import LetterTop, Paper, Prose, Signatures, Small, Text

_HANDLING: Final = (
    "Surat ini memuat keterangan yang wajib dijaga kerahasiaannya dan hanya untuk lembaga yang merujuk. Surat ini tidak diteruskan kepada "
    "siapa pun yang tidak menangani klien."
)
_SUBJECTS: Final = {
    IncomingStatus.ACCEPTED: "Penerimaan rujukan",
    IncomingStatus.DECLINED: "Jawaban atas rujukan",
    IncomingStatus.REPORTED: "Hasil penanganan rujukan",
}


def answer(dossier: Dossier, incoming_id: UUID | None, letter: Letter) -> Paper:
    """The letter as the referral stands now. It names nobody: the sender knows the client by the own letter. NotFound for one that was
    withdrawn."""
    row = dossier.row(IncomingReferral, incoming_id)
    status = IncomingStatus(row.status)
    if status is IncomingStatus.WITHDRAWN:
        raise NotFound("letter")
    head, words = incoming.read(dossier.work, row), incoming.read_text(dossier.work, row)
    top = LetterTop(
        number=letter.number,
        nature=NATURE,
        enclosures="–",
        subject=_SUBJECTS.get(status, "Tanda terima rujukan"),
        place_day=heads.place_day(dossier.desk, letter.on),
        to=institution_lines(
            dossier, head.institution_id, head.institution_type, words.institution_name, words.contact
        ),
    )
    return Paper(
        code=ANSWER,
        letterhead=heads.letterhead(dossier.desk),
        top=top,
        blocks=(
            *laid_out(_said(dossier, status, head, words)),
            Signatures("", (heads.signature(letter.signer),), slot=True),
            Small(_HANDLING),
        ),
    )


def _said(
    dossier: Dossier, status: IncomingStatus, head: structs.IncomingReferral, words: structs.IncomingReferralText
) -> Iterator[Asked]:
    sheet = Sheet()
    yield Text(f"Dengan hormat,\nRujukan Saudara sudah kami terima pada {wording.day(head.received_on)}.")
    yield sheet.line("Nomor surat Saudara", words.letter_no)
    yield sheet.line("Tanggal surat Saudara", wording.day(head.letter_on))
    yield sheet.several("Layanan yang dirujuk", "service", head.requested)
    yield from _standing(dossier, status, words)
    yield sheet.line("Narahubung kami", dossier.manager() or dossier.name_of(dossier.work.actor.user_id))
    yield sheet.line("Telepon", dossier.desk.phone)
    yield sheet.line("Surel", dossier.desk.email)
    yield Text(CLOSING)


def _standing(dossier: Dossier, status: IncomingStatus, words: structs.IncomingReferralText) -> Iterator[Asked]:
    ours = f"dengan nomor register {dossier.case.register_no}"
    if status is IncomingStatus.ACCEPTED:
        yield Text(f"Kami menerima rujukan tersebut dan menangani klien {ours}. Hasilnya kami sampaikan kemudian.")
    elif status is IncomingStatus.DECLINED:
        yield Text("Dengan menyesal kami sampaikan bahwa kami tidak dapat menerima rujukan tersebut.")
        yield Prose("Alasan", words.refusal, 3)
    elif status is IncomingStatus.REPORTED:
        yield Text(f"Klien kami tangani {ours}. Hasil penanganannya kami sampaikan sebagai berikut.")
        yield Prose("Hasil", words.result, 4)
    else:
        yield Text("Rujukan tersebut sedang kami pelajari. Jawaban kami sampaikan kemudian.")
