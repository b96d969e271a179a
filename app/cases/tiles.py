"""The case room on the home page: reports waiting for a decision, drafts on their way, one's own open cases. Clear columns only."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import load_only

from app.accounts import covers
from app.accounts import queries as people
from app.cases import declarations, drafts, handovers, links, queries
from app.cases.models import Case
from app.domain.access import Capability
from app.domain.stages import Stage, Status
from app.web import form_drafts
from app.web.home import Tile, TileMaker
from app.work import Work

SHOWN: Final = 5


def intake_tile(work: Work) -> Tile:
    """The way to a new report, and the drafts one has begun."""
    own = drafts.own(work)
    return Tile("cases/_tile_intake.html", 5, {"count": len(own), "last": own[0] if own else None})


def waiting_tile(work: Work) -> Tile | None:
    """New reports that wait for the supervisor's decision, the longest waiting first."""
    stage, status = Stage.REPORT.value, Status.OPEN.value
    waiting = (queries.readable_by(work.actor), Case.status == status, Case.stage == stage)
    total = _count(work, *waiting)
    if not total:
        return None
    cases, wanted = _first(work, *waiting), {"stage": stage, "status": status}
    return Tile("cases/_tile_waiting.html", 15, {"cases": cases, "total": total, "wanted": wanted})


def own_tile(work: Work) -> Tile | None:
    """The open cases of whose team one is, the newest first."""
    own = (queries.readable_by(work.actor), queries.on_team(work.actor), Case.status == Status.OPEN.value)
    total = _count(work, *own)
    if not total:
        return None
    wanted = {"status": Status.OPEN.value}
    if work.actor.may(Capability.CASE_READ_UNIT):
        wanted["worker"] = str(work.actor.user_id)
    return Tile(
        "cases/_tile_own.html", 30, {"cases": _first(work, *own, newest=True), "total": total, "wanted": wanted}
    )


def hand_over_tile(work: Work) -> Tile | None:
    """Cases handed to the person that still wait to be taken over."""
    rows = handovers.waiting_for(work)
    if not rows:
        return None
    names = people.names(work, {row.from_id for row in rows})
    numbers = handovers.numbers(work, rows)
    return Tile("cases/_tile_hand_overs.html", 11, {"rows": rows, "names": names, "numbers": numbers})


def parts_tile(work: Work) -> Tile | None:
    """Cases in which a colleague has declared a part in the matter and nobody has decided yet."""
    cases = declarations.waiting(work)
    return Tile("cases/_tile_parts.html", 12, {"cases": cases}) if cases else None


def same_tile(work: Work) -> Tile | None:
    """Files that may be one person and wait for a supervisor's decision."""
    count = links.count_questions(work)
    return Tile("cases/_tile_same.html", 16, {"count": count}) if count else None


def cover_tile(work: Work) -> Tile | None:
    """For whom the person stands in now, and who stands in for the person."""
    me = work.actor.user_id
    rows = [row for row in covers.to_come(work) if row.is_running(work.now) and me in (row.absent_id, row.stand_in_id)]
    if not rows:
        return None
    names = people.names(work, {user_id for row in rows for user_id in (row.absent_id, row.stand_in_id)})
    return Tile("accounts/_tile_cover.html", 40, {"rows": rows, "names": names, "me": me})


def unsaved_tile(work: Work) -> Tile | None:
    """What the person typed into forms and did not save, newest first, by case number and never by a word of it."""
    waiting = form_drafts.waiting(work)
    if not waiting:
        return None
    case_ids = {each.case_id for each in waiting if each.case_id is not None}
    found = select(Case.id, Case.register_no).where(queries.readable_by(work.actor), Case.id.in_(case_ids))
    numbers = {case_id: number for case_id, number in work.session.execute(found)}
    return Tile("cases/_tile_unsaved.html", 4, {"waiting": waiting[:SHOWN], "total": len(waiting), "numbers": numbers})


TILES: Final[tuple[tuple[Capability, TileMaker], ...]] = (
    (Capability.CASE_CREATE, intake_tile),
    (Capability.CASE_APPROVE, waiting_tile),
    (Capability.CASE_READ, own_tile),
    (Capability.SELF, unsaved_tile),
    (Capability.CASE_READ, hand_over_tile),
    (Capability.CASE_ASSIGN, parts_tile),
    (Capability.PERSON_LINK, same_tile),
    (Capability.CASE_READ, cover_tile),
)


def _count(work: Work, *rules: ColumnElement[bool]) -> int:
    return work.session.scalar(select(func.count()).select_from(Case).where(*rules)) or 0


def _first(work: Work, *rules: ColumnElement[bool], newest: bool = False) -> list[Case]:
    shown = load_only(Case.register_no, Case.received_at, Case.stage, Case.risk, Case.due_at, raiseload=True)
    order = (Case.received_at.desc(), Case.id) if newest else (Case.received_at, Case.id)
    return list(work.session.scalars(select(Case).options(shown).where(*rules).order_by(*order).limit(SHOWN)))
