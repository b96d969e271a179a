"""How the people of the demo office share their work today: a case handed on, somebody on leave, a declared part, an expert called in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.accounts import covers
from app.cases import declarations, experts, handovers, queries, team
from app.cases.experts import Writing
from app.cases.handovers import Passing
from app.cases.models import Case, TeamMember
from app.demo.story import Cast
from app.domain.stages import Status
from app.domain.zones import local_day
from app.work import Runtime, Work

HANDED_ON = "Klien minta dihubungi lewat bibinya, sore hari. Surat ke sekolah sudah jadi, tinggal diantar minggu ini."
SUMMARY = "Sulit tidur dan cepat cemas. Jadwalkan pertemuan pagi, di ruang yang tenang, didampingi satu orang saja."
NOTES = "Klien bercerita setelah tiga kali pertemuan. Rincian hanya untuk keperluan terapi."
REPORT = "Hasil pemeriksaan: gejala kecemasan sedang. Disarankan konseling mingguan selama delapan minggu."
A_PART = "Terlapor adalah tetangga dan masih kerabat suami saya."


def settle(runtime: Runtime, cast: Cast) -> None:
    """What stands today, on open cases of the case manager; nothing where there are too few."""
    with runtime.looking(cast.staff["SUPERVISOR"]) as work:
        cases = open_cases(work, cast.staff["MANAJER"].user_id, 3)
    acts: list[tuple[str, Callable[[Work, UUID], object]]] = [
        ("MANAJER", lambda work, case_id: _hand_on(work, cast, case_id)),
        ("SUPERVISOR", lambda work, case_id: _call_expert(work, cast, case_id)),
        ("SUPERVISOR", lambda work, case_id: _call_expert(work, cast, case_id)),
    ]
    for (role, act), case_id in zip(acts, cases, strict=False):
        with runtime.begin(cast.staff[role]) as work:
            act(work, case_id)
    if len(cases) >= len(acts):
        with runtime.begin(cast.staff["PSIKOLOG"]) as work:
            declarations.declare(work, cases[1], has_part=True, words=A_PART)
            declarations.declare(work, cases[2], has_part=False, words="")
        with runtime.begin(cast.staff["PSIKOLOG"]) as work:
            _write_note(work, cast, cases[2])
    with runtime.begin(cast.staff["PENDAMPING"]) as work:
        today = local_day(work.now, cast.zone)
        covers.set_cover(work, _id(cast, "PENDAMPING"), _id(cast, "MANAJER"), today, today + timedelta(days=4))


def open_cases(work: Work, user_id: UUID | None, most: int) -> Sequence[UUID]:
    """The newest open cases of somebody, as far as the actor reads them."""
    rows = (
        select(Case.id)
        .join(TeamMember, TeamMember.case_id == Case.id)
        .where(TeamMember.user_id == user_id, TeamMember.until.is_(None), Case.status == Status.OPEN.value)
        .where(queries.readable_by(work.actor))
        .order_by(Case.received_at.desc(), Case.id)
    )
    return work.session.scalars(rows.limit(most)).all()


def _hand_on(work: Work, cast: Cast, case_id: UUID) -> None:
    passing = Passing([case_id], _id(cast, "MANAJER"), _id(cast, "PENDAMPING"), HANDED_ON)
    handovers.hand_over(work, passing, knowingly=True)


def _call_expert(work: Work, cast: Cast, case_id: UUID) -> None:
    team.assign_person(work, case_id, _id(cast, "PSIKOLOG"), "PSIKOLOG", knowingly=True)


def _write_note(work: Work, cast: Cast, case_id: UUID) -> None:
    today = local_day(work.now, cast.zone)
    note = experts.write(work, case_id, Writing("EN_PSIKOLOGI", today, None, SUMMARY, NOTES, REPORT))
    work.session.flush()
    experts.release(work, case_id, note.id, today)


def _id(cast: Cast, role: str) -> UUID:
    user_id = cast.staff[role].user_id
    if user_id is None:
        raise RuntimeError("a person plays each role")
    return user_id
