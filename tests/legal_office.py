"""Legal tracks, milestones and wishes to try pages and acts on. Everything is invented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.cases.models import Client, LegalStep
from app.clocks import services as clocks
from app.domain.clocks import Clock
from app.legal import milestones, tracks, wishes
from app.security.structs import legal
from app.security.structs.work import LegalStep as Step
from app.security.structs.work import LegalStepText as Words
from tests import case_factories as made
from tests.factories import OPERATOR, Office, Someone, sample

NUMBER = "LP/B/417/V/2026/SPKT"
PARTIES = "Jumantan bin Rekaan, terdakwa"
WISH = "takut dibalas pamannya"
ADVICE = "hak dan akibat dijelaskan"


def day(office: Office, days: int = 0) -> date:
    """Today in the unit, or so many days from it."""
    return made.today(office) + timedelta(days=days)


def open_track(office: Office, case_id: UUID, kind: str = "PIDANA", who: Someone | None = None, **changed: Any) -> UUID:
    """A track of the first client, under the new code of procedure where it has one."""
    given: dict[str, Any] = {"client_id": made.row_ids(office, Client, case_id)[0], "opened_on": day(office, -40)}
    given["procedure_code"] = "KUHAP2025" if kind in {"PIDANA", "ABH"} else ""
    track = legal.LegalTrack(kind=kind, **(given | changed))
    with office.work(who.actor if who else OPERATOR) as work:
        return tracks.open_track(work, case_id, track, legal.LegalTrackText(parties=PARTIES)).id


def record(
    office: Office,
    case_id: UUID,
    track_id: UUID,
    milestone: str,
    days: int = 0,
    *,
    who: Someone | None = None,
    knowingly: bool = False,
    **changed: Any,
) -> UUID:
    """A milestone so many days from today; words by the names of their fields."""
    words = {name: changed.pop(name) for name in Words.__struct_fields__ if name in changed}
    step = Step(milestone=milestone, on=day(office, days), **changed)
    with office.work(who.actor if who else OPERATOR) as work:
        return milestones.record_step(work, case_id, track_id, step, Words(**words), knowingly=knowingly).id


def end(office: Office, case_id: UUID, track_id: UUID, who: Someone | None = None, **changed: Any) -> None:
    """The track is followed no longer, since today."""
    given: dict[str, Any] = {"on": day(office), "outcome": "LO_PUTUSAN"} | changed
    with office.work(who.actor if who else OPERATOR) as work:
        tracks.end_track(work, case_id, track_id, legal.TrackEnd(**given), "putusan dilaksanakan", expected=None)


def wish(office: Office, case_id: UUID, who: Someone | None = None, code: str = "KP_TIDAK") -> UUID:
    """What the first client wishes."""
    client_id = made.row_ids(office, Client, case_id)[0]
    document = legal.PoliceWish(client_id=client_id, on=day(office), wish=code)
    words = legal.PoliceWishText(wish_words=WISH, advice=ADVICE)
    with office.work(who.actor if who else OPERATOR) as work:
        return wishes.record_wish(work, case_id, document, words).id


def clocks_of(office: Office, case_id: UUID, rule: str) -> list[Clock]:
    """The clocks of one rule, as they are stored."""
    with office.work() as work:
        work.recorded("page:opened")
        return [clock for clock in clocks.of_cases(work, [case_id])[case_id] if clock.rule_id == rule]


def rows(office: Office, case_id: UUID, kind: Any = LegalStep) -> list[Any]:
    """The rows of a case as they are now."""
    with office.runtime.looking(OPERATOR) as work:
        found = work.session.query(kind).filter_by(case_id=case_id).order_by(kind.created_at).all()
        for row in found:
            work.session.expunge(row)
        return list(found)


@sample("track_id")
def _track(office: Office, unit_id: UUID) -> UUID:
    return open_track(office, made.make_case(office, unit_id=unit_id))


@sample("step_id")
def _step(office: Office, unit_id: UUID) -> UUID:
    case_id = made.make_case(office, unit_id=unit_id)
    return record(office, case_id, open_track(office, case_id), "LG_SIDANG", 7)


@sample("wish_id")
def _wish(office: Office, unit_id: UUID) -> UUID:
    return wish(office, made.make_case(office, unit_id=unit_id))
