"""The demo office: made through the same services as real work, so whatever they refuse stops it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.audit.chain import verify
from app.cases.models import Case, LegalStep, LegalTrack
from app.demo import numbers
from app.demo.office import CASES, add_demo
from app.documents.models import Document
from app.domain.access import roles, system
from app.domain.stages import Status
from app.domain.village_notes import Standing
from app.legal.models import PoliceWish
from app.papers.models import IssuedPaper, LetterDeskRow
from app.patbm.models import VillageNote, VillageOrigin
from app.reports import frozen, rebuild
from tests.factories import OPERATOR, Office, office

__all__ = ["office"]

pytestmark = pytest.mark.sqlite_only(reason="about the acts of the demo, not about the database")

TODAY = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
DAYS = [TODAY, *(datetime(2027, month, 5 * month, 1, 30, tzinfo=UTC) for month in range(1, 6))]


def make(office: Office, day: datetime, cases: int) -> None:
    office.clock.at = day
    logins = add_demo(office.runtime, office.unit_id, cases=cases)
    numbers.settle(office.runtime, office.unit_id)

    assert {login.role for login in logins} <= set(roles())
    with office.runtime.looking(system("test")) as work:
        twice = Case.status == Status.MERGED.value  # one matter of them is recorded twice, and merged
        assert work.session.query(Case).where(~twice).count() == cases
        assert verify(work.session).ok
    assert rebuild.check(office.runtime, OPERATOR).ok


def test_a_small_demo_office_can_be_made(office: Office) -> None:
    make(office, TODAY, 20)
    with office.runtime.looking(system("test")) as work:
        for kind in (LetterDeskRow, IssuedPaper, Document, VillageOrigin, LegalTrack, LegalStep, PoliceWish):
            assert work.session.query(kind).count(), f"the demo shows no {kind.__name__}"
        states = [(each.is_signed, each.is_waiting) for each in frozen.every(work, office.unit_id)]
        assert states == [(True, False), (True, False), (False, True)]
        assert {note.standing for note in work.session.query(VillageNote)} == {*Standing}


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%Y-%m-%d}")
def test_the_demo_office_can_be_made_whatever_day_it_is(office: Office, day: datetime) -> None:
    make(office, day, CASES)
