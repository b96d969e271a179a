"""What lies on paper in the demo office: its letterhead with a logo, letters that went out with their numbers, documents people sent in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.accounts import queries as accounts
from app.answers import links
from app.answers import services as answers
from app.answers.door import PARTNER
from app.answers.models import AnswerLink
from app.cases import queries
from app.demo import colleagues, pictures
from app.demo.story import Cast
from app.documents import keeping
from app.documents import services as documents
from app.documents.keeping import Arrived, Limits
from app.domain.access import Actor
from app.domain.partner_answers import Kind
from app.domain.referrals import ReferralStatus
from app.domain.zones import local_day
from app.papers import desk, engine, printing
from app.papers import services as letters
from app.papers.content import heads
from app.papers.engine import Stamp
from app.papers.kinds import KINDS
from app.papers.services import Finished
from app.referrals.models import Referral
from app.security.structs.documents import Document, DocumentText
from app.security.structs.papers import Field, Fields, LetterTop, Paper, Signature, Signatures, Signer, Text
from app.work import Runtime, Work

LETTERS: Final = 5
CASES: Final = 4
LOOKED_THROUGH: Final = 60  # open cases in which letters are looked for
_LIMITS: Final = Limits(25 << 20, 100 << 20, 1 << 30)
_SENT: Final = (ReferralStatus.SENT.value, ReferralStatus.ACKNOWLEDGED.value, ReferralStatus.ACCEPTED.value)
_NEXT: Final = dict(zip(_SENT, (Kind.RECEIVED.value, Kind.ACCEPTED.value, Kind.SERVED.value), strict=True))
_ANSWERER: Final = (
    "Contoh Petugas",
    "Bidang layanan",
    "(0511) 0000001",
    "Silakan hubungi kami untuk menyepakati jadwal.",
)
_SIGNERS: Final = (
    Signer("Kepala UPTD PPA", "Hj. Contoh Kepala, S.Sos., M.Si.", "Pembina (IV/a)", "19720314 199803 2 001"),
    Signer("Kepala Subbagian Tata Usaha", "Contoh Sekretaris, S.E.", "Penata (III/c)", "19850621 201001 1 002"),
)


@dataclass(frozen=True)
class Sent:
    """A file somebody brought: its name, kind and title, how it is made, whether it is kept byte for byte."""

    name: str
    kind: str
    title: str
    make: Callable[[Work], bytes]
    is_evidence: bool = False


def settle(runtime: Runtime, cast: Cast) -> None:
    """The letter desk as the office wrote it; then letters and documents in the newest open cases of the case manager."""
    with runtime.begin(cast.staff["ADMIN"]) as work:
        _write_letterhead(work, cast.unit_id)
    manager = cast.staff["MANAJER"]
    with runtime.looking(manager) as work:
        cases = colleagues.open_cases(work, manager.user_id, LOOKED_THROUGH)
        referrals = _sent_referrals(work, cases)
    for case_id, referral_id in referrals[:LETTERS]:
        _send_letter(runtime, manager, case_id, referral_id)
    for _case_id, referral_id in referrals[:1]:
        _answer(runtime, referral_id)
    for number, case_id in enumerate(cases[:CASES]):
        for sent in _FILES if number % 2 == 0 else _FILES[:1]:
            _bring(runtime, manager, cast, case_id, sent)


def _write_letterhead(work: Work, unit_id: UUID) -> None:
    usual = heads.usual(accounts.unit(work, unit_id))
    written: dict[str, Any] = {
        "agency": "Dinas Pemberdayaan Perempuan dan Perlindungan Anak",
        "address": "Jalan Contoh Nomor 12, Martapura 70614",
        "place": "Martapura",
        "phone": "(0511) 0000000",
        "email": "uptdppa@contoh.invalid",
        "signers": _SIGNERS,
    }
    desk.save(work, unit_id, msgspec.structs.replace(usual, **written), expected=None)
    desk.save_logo(work, unit_id, pictures.logo())


def _sent_referrals(work: Work, cases: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    rows = queries.records(work.session, Referral, cases)
    order = {case_id: place for place, case_id in enumerate(cases)}
    sent = [(row.case_id, row.id) for row in rows if row.status in _SENT]
    return sorted(sent, key=lambda pair: order[pair[0]])


def _send_letter(runtime: Runtime, manager: Actor, case_id: UUID, referral_id: UUID) -> None:
    kind = KINDS["f7"]
    with runtime.begin(manager) as work:
        links.issue(work, referral_id)
        ready = printing.letter_ready(work, case_id, kind, referral_id, 0)
        printed = printing.press(ready)
        letters.issue(
            work,
            case_id,
            Finished(referral_id, ready.paper, ready.number, printed.sha256, ready.is_counted, ready.package),
        )


def _answer(runtime: Runtime, referral_id: UUID) -> None:
    """The institution answers with the code of its letter, and waits for the unit's word."""
    with runtime.begin(PARTNER) as work:
        row = work.session.get_one(Referral, referral_id)
        link = work.session.scalars(select(AnswerLink).where(AnswerLink.referral_id == referral_id)).one()
        answers.keep(work, row.case_id, row.id, answers.Said(_NEXT[row.status], *_ANSWERER), link=link)


def _bring(runtime: Runtime, manager: Actor, cast: Cast, case_id: UUID, sent: Sent) -> None:
    with runtime.looking(manager) as work:
        data = sent.make(work)
        room = documents.room(work, case_id, _LIMITS)
    arrived = Arrived(sent.name, BytesIO(data), len(data))
    with (
        keeping.prepared(runtime, [arrived], evidence=sent.is_evidence, limits=_LIMITS, room=room) as ready,
        runtime.begin(manager) as work,
    ):
        on = local_day(work.now, cast.zone) - timedelta(days=1)
        head = Document(kind=sent.kind, on=on, is_evidence=sent.is_evidence)
        documents.add(work, case_id, head, DocumentText(title=sent.title), ready, _LIMITS)


def _police_paper(work: Work) -> bytes:
    """A receipt of a report as the police might write it, about nobody."""
    told = Fields(
        (
            Field("Nomor", "STPL/CONTOH/001"),
            Field("Pelapor", "Nama rekaan"),
            Field("Perkara", "Dugaan kekerasan terhadap anak"),
        )
    )
    paper = Paper(
        code="Contoh",
        title="Surat tanda penerimaan laporan (data contoh)",
        top=LetterTop(place_day="", to=("Kepolisian Resor Contoh", "Unit PPA")),
        blocks=(
            told,
            Text("Laporan tersebut telah kami terima. Surat ini rekaan dan tidak memuat data siapa pun."),
            Signatures("", (Signature("Petugas penerima laporan"),)),
        ),
    )
    return engine.render(paper, Stamp("DATA CONTOH", work.now)).pdf


_FILES: Final = (
    Sent("STPL.pdf", "DK_POLISI", "Surat tanda penerimaan laporan", _police_paper),
    Sent("IMG_0001.jpg", "DK_FOTO", "Pintu kamar, kunci rusak", lambda _work: pictures.door()),
    Sent(
        "tangkapan.png",
        "DK_TANGKAPAN",
        "Pesan ancaman dari nomor tak dikenal",
        lambda _work: pictures.conversation(),
        True,
    ),
)
