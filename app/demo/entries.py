"""How the demo office types its cases into SIMFONI: mostly in time, the newest still to come, a few forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from app.audit.events import Event
from app.demo.story import Act, CaseStory, Planned
from app.domain.access import Actor
from app.domain.zones import Zone, local_day
from app.simfoni import facts, queries, services, state
from app.simfoni.models import AWAITING
from app.work import Work

LATELY: Final = timedelta(days=60)
FORGOTTEN: Final = 0.08  # share of the recent cases nobody has entered
_HOUR: Final = timedelta(hours=1)


def entries_of(story: CaseStory, acts: Sequence[Planned], officer: Actor, now: datetime) -> Iterator[Planned]:
    """The entries of one case: soon after it was registered, and after what came later. Of old cases the first and the last."""
    news = sorted(act.at for act in acts if act.is_news and act.at < now)
    dice = Random(int(story.start.timestamp()))  # noqa: S311 - its own dice, so that the other stories stay as they are
    if not news or (story.start > now - LATELY and dice.random() < FORGOTTEN):
        return
    for moment in news if story.start > now - LATELY else {news[0], news[-1]}:
        yield Planned(moment + dice.randint(14, 52) * _HOUR, officer, _enter(story, dice.randint(100, 9999)))


def _enter(story: CaseStory, serial: int) -> Act:
    """Enter the case if it waits; under the number it has already, where it has one."""

    def act(work: Work) -> None:
        case_id = story.known_case()
        case = queries.get(work, case_id, lock=True)
        coded = facts.read_coded(work, case)
        row = queries.states(work, [case_id]).get(case_id)
        if state.in_act(work, coded, row) not in AWAITING:
            work.recorded(Event.PAGE_OPENED, case_id)
            return
        number = services.number_of(work, coded) or f"{work.now:%Y}{case.register_seq:04d}{serial:04d}"
        today = local_day(work.now, Zone(coded.unit.zone))
        services.enter(work, case_id, services.NewEntry(today, number), expected=None)

    return act
