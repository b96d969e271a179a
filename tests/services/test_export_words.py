"""Whose word opens an export with identities: two people of the unit, neither with a part in one of its matters (decision 57)."""

from __future__ import annotations

import pytest

from app.audit.events import Event
from app.domain.errors import NotFound, Refused
from app.exchange import exporting
from tests import case_factories as made
from tests.factories import Office, Someone


@pytest.fixture
def boss(office: Office) -> Someone:
    return office.somebody("SUPERVISOR")


@pytest.fixture
def head(office: Office) -> Someone:
    return office.somebody("KEPALA")


def refused(office: Office, first: Someone, second: Someone) -> str:
    """Why the two are refused; neither word is on record then."""
    with pytest.raises(Refused) as told:
        exporting.authorise(office.runtime, first.actor, second.actor, office.unit_id)
    assert Event.EXCHANGE_ASKED not in {each.event for each in office.events()}
    return told.value.problems[0].code


def test_two_people_of_the_unit_give_their_words_for_it_alone(office, boss, head):
    with pytest.raises(NotFound):
        exporting.authorise(office.runtime, boss.actor, head.actor, office.other_unit_id)
    assert refused(office, boss, boss) == "export.same-person"
    exporting.authorise(office.runtime, boss.actor, head.actor, office.unit_id)
    said = [(each.event, each.actor_id) for each in office.events()[-2:]]
    assert said == [(Event.EXCHANGE_ASKED, boss.id), (Event.EXCHANGE_APPROVED, head.id)]


@pytest.mark.parametrize("status", ["open", "merged"])
def test_whoever_has_a_part_in_a_matter_gives_no_word_for_its_file(office, boss, head, status):
    """What stands in a file merged into another goes out with that one."""
    case_id = made.make_case(office)
    made.put_on_case(office, case_id, boss, boss)
    made.declare(office, case_id, boss, has_part=True)
    if status == "merged":
        made.merge(office, office.somebody("SUPERVISOR").actor, made.make_case(office), case_id)
    assert made.case_row(office, case_id).status == status
    assert refused(office, boss, head) == "export.has-part"
