"""What goes between institutions in the demo office besides the referrals of its stories: one to several at once, and referrals to us."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.cases import queries
from app.cases.acting import today_of
from app.cases.models import Case, Client
from app.demo import colleagues
from app.demo.story import Cast
from app.domain.disclosures import proposed
from app.referrals import incoming, services
from app.referrals.basis import Given
from app.referrals.services import Answer, Draft
from app.security.structs.work import ConsentText
from app.work import Runtime, Work

TOGETHER: Final = ("IN_RS", "IN_UPPA")
SENDERS: Final = ("IN_PUSKESMAS", "IN_DISDIK", "IN_LBH")
_ASKED: Final = "Mohon pendampingan psikologis dan hukum bagi klien yang kami rujuk."


def settle(runtime: Runtime, cast: Cast) -> None:
    """In the newest open cases of the case manager: one referral to hospital and police in one act, and referrals that came to us, each
    one step further than the next."""
    manager = cast.staff["MANAJER"]
    with runtime.looking(manager) as work:
        cases = colleagues.open_cases(work, manager.user_id, 1 + len(SENDERS))
    for number, case_id in enumerate(cases):
        with runtime.begin(manager) as work:
            client_id = queries.records(work.session, Client, [case_id])[0].id
            if number == 0:
                _refer_together(work, cast, case_id, client_id)
            else:
                _take_in(work, cast, case_id, client_id, number)


def _refer_together(work: Work, cast: Cast, case_id: UUID, client_id: UUID) -> None:
    drafts = [
        Draft(
            client_id=client_id,
            institution_id=cast.institutions[kind],
            requested=("SV_KESEHATAN",),
            urgent=True,
            consent_id=None,
            basis="",
            reason="Mohon pemeriksaan luka, surat keterangan, dan penerimaan laporan pada hari yang sama.",
            contact="Petugas piket",
            disclosed=proposed(kind),
        )
        for kind in TOGETHER
        if kind in cast.institutions
    ]
    today = today_of(work, work.session.get_one(Case, case_id))
    proof = f"Surat permintaan penyidik nomor B/12/Contoh/{today.year}"
    words = ConsentText(reason="Klien luka dan pelaku masih di rumah yang sama.", proof=proof)
    services.refer_together(work, case_id, drafts, Answer(work.now), given=Given(today, "CB_BAHAYA", text=words))


def _take_in(work: Work, cast: Cast, case_id: UUID, client_id: UUID, number: int) -> None:
    sender = cast.institutions.get(SENDERS[number - 1]) or next(iter(cast.institutions.values()))
    today = today_of(work, work.session.get_one(Case, case_id))
    letter = incoming.Letter(
        client_id, sender, ("SV_REHSOS",), today, _ASKED, f"440/{10 + number}/{today.year}", today, contact="Ibu Contoh"
    )
    row = incoming.record(work, case_id, letter)
    work.session.flush()
    for code in ("acknowledge", "accept")[: number - 1]:
        incoming.take_step(work, row.id, code, Answer(work.now))
