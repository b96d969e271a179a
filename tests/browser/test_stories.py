"""Five matters from the report to the contacts after the end, in either language, on a phone and at a desk.

Every page is reached by the links on the screen, looked at with axe-core, and no wider than the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.browser import acts
from tests.browser.casework import INTAKE
from tests.browser.conftest import Window
from tests.browser.office import Office
from tests.browser.people import DESK, PHONE, Administrator, Caseworker, Person
from tests.browser.stories import SHELTER, STORIES, TOWN, Story
from tests.browser.words import Tongue

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only(reason="about the browser, not about the database")]

SIZES = {"phone": PHONE, "desk": DESK}
WAYS = {f"{language}-{size}": (language, SIZES[size]) for language in ("id", "en") for size in ("phone", "desk")}
IN_THE_FAST_SET = {"child-offender": "id-phone"}
"""Which story is played at every run, and in which way: a story takes a minute. All are played in all ways with the slow tests."""


def _each() -> Iterator[Any]:
    for name, story in STORIES.items():
        for way, (language, size) in WAYS.items():
            marks = () if IN_THE_FAST_SET.get(name) == way else (pytest.mark.slow,)
            yield pytest.param(story, language, size, id=f"{name}-{way}", marks=marks)


@pytest.fixture(scope="module")
def town(shared_office: Office, chromium: Any) -> Office:
    """An office whose directory knows the institutions of the stories."""
    context = chromium.new_context(viewport=DESK, bypass_csp=True, reduced_motion="reduce")
    admin = Administrator(shared_office, context.new_page(), Tongue("en"))
    admin.signs_in("ADMIN")
    for name, kind in TOWN.items():
        admin.adds_institution(name, kind, beds=6 if name == SHELTER else None)
    context.close()
    return shared_office


@pytest.mark.parametrize(("story", "language", "size"), list(_each()))
def test_a_matter_is_followed_from_the_report_to_the_contacts_after_the_end(
    town: Office, window: Window, story: Story, language: str, size: dict[str, int]
) -> None:
    desk = acts.Desk({}, datetime.now(UTC).date() - timedelta(days=acts.LASTS))
    intake: Caseworker = window(town, Caseworker, language=language, size=size)
    desk.people[INTAKE] = intake
    intake.signs_in(INTAKE)
    intake.goes_to("Intake")
    for act in story.intake:
        desk.play(act)
    desk.number = intake.number_of_case()
    for act in story.course:
        if act.who not in desk.people:
            desk.people[act.who] = window(town, Person, language=language, size=size)
            desk.people[act.who].signs_in(act.who)
        desk.play(act)
    for person in desk.people.values():
        assert person.complaints == []
        assert person.unreachable == [], "\n\n".join(person.unreachable)
