"""Persons: connected components of confirmed links, with a random token each (design 3)."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from app.audit.events import Event
from app.cases import persons
from app.cases.models import Client, PersonLink
from app.db.session import read_session
from app.domain.errors import Conflict, NotFound, NotPermitted
from tests.factories import Office, Someone
from tests.intake_support import a_client, an_intake, register


@pytest.fixture
def who(office: Office) -> Someone:
    return office.somebody("PENERIMA")


@pytest.fixture
def boss(office: Office) -> Someone:
    return office.somebody("SUPERVISOR")


def file_of(office: Office, who: Someone) -> UUID:
    """A client file in a case of its own."""
    client = a_client()
    register(office, who, an_intake(client))
    return client.id


def tokens(office: Office, *clients: UUID) -> list[UUID]:
    with read_session(office.runtime.engine) as session:
        found = {row.id: row.person_id for row in session.scalars(select(Client).where(Client.id.in_(clients)))}
    return [found[client] for client in clients]


def confirm(office: Office, boss: Someone, first: UUID, second: UUID) -> UUID:
    with office.work(boss.actor) as work:
        return persons.confirm(work, first, second).id


def test_a_file_without_links_is_a_person_of_its_own(office: Office, who: Someone) -> None:
    first, second = file_of(office, who), file_of(office, who)
    assert len({*tokens(office, first, second)}) == 2


def test_a_question_changes_no_person(office: Office, who: Someone) -> None:
    first, second = file_of(office, who), file_of(office, who)
    before = tokens(office, first, second)
    with office.work(who.actor) as work:
        link = persons.ask(work, first, second)
        assert link.state == "candidate"
    assert tokens(office, first, second) == before
    assert office.events()[-1].event == Event.LINK_ASKED


def test_a_confirmed_link_makes_one_person_with_a_new_token(office: Office, who: Someone, boss: Someone) -> None:
    first, second, third = (file_of(office, who) for _ in range(3))
    before = set(tokens(office, first, second, third))
    confirm(office, boss, first, second)
    confirm(office, boss, second, third)
    (token,) = set(tokens(office, first, second, third))
    assert token not in before


def test_taking_a_link_back_parts_what_hung_on_it(office: Office, who: Someone, boss: Someone) -> None:
    first, second, third = (file_of(office, who) for _ in range(3))
    confirm(office, boss, first, second)
    bridge = confirm(office, boss, second, third)
    joined = tokens(office, first)[0]
    with office.work(boss.actor) as work:
        persons.undo(work, bridge)
    one, two, three = tokens(office, first, second, third)
    assert one == two
    assert three not in {one, joined}
    assert one != joined


def test_a_ring_holds_when_one_link_goes(office: Office, who: Someone, boss: Someone) -> None:
    first, second, third = (file_of(office, who) for _ in range(3))
    for pair in ((first, second), (second, third)):
        confirm(office, boss, *pair)
    closing = confirm(office, boss, third, first)
    with office.work(boss.actor) as work:
        persons.undo(work, closing)
    assert len(set(tokens(office, first, second, third))) == 1


def test_only_a_supervisor_confirms(office: Office, who: Someone) -> None:
    first, second = file_of(office, who), file_of(office, who)
    with pytest.raises(NotPermitted):
        confirm(office, who, first, second)


def test_a_file_of_another_unit_is_not_found(office: Office, who: Someone, boss: Someone) -> None:
    mine = file_of(office, who)
    theirs = file_of(office, office.somebody("PENERIMA", unit_id=office.other_unit_id))
    with pytest.raises(NotFound):
        confirm(office, boss, mine, theirs)


def test_the_same_link_twice_is_a_conflict_and_one_file_is_no_pair(office: Office, who: Someone, boss: Someone) -> None:
    first, second = file_of(office, who), file_of(office, who)
    confirm(office, boss, first, second)
    for pair in ((second, first), (first, first)):
        with pytest.raises(Conflict):
            confirm(office, boss, *pair)


def test_a_refused_candidate_links_nobody(office: Office, who: Someone, boss: Someone) -> None:
    first, second = file_of(office, who), file_of(office, who)
    with office.work(who.actor) as work:
        link_id = persons.ask(work, first, second).id
    with office.work(boss.actor) as work:
        persons.undo(work, link_id)
    with read_session(office.runtime.engine) as session:
        link = session.get(PersonLink, link_id)
        assert link is not None
        assert (link.state, link.decided_by) == ("refused", boss.id)
    assert len(set(tokens(office, first, second))) == 2
