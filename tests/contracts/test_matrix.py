"""Role x route x own or foreign object, generated (security 6 #11, #22, #25; issue "three nets")."""

from __future__ import annotations

from functools import wraps
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import Capability, Strength, capabilities_of, roles
from app.web.guard import requires
from tests.contracts.walking import OTHERS, PUBLIC, Route, objects, routes, this_moment
from tests.factories import Office, hidden

pytestmark = pytest.mark.sqlite_only(reason="about permission, not about the database")


def send(client: FlaskClient, route: Route, address: str) -> int:
    """Ask with a right token and nothing else: a form that is refused (422) was let in."""
    if route.method == "GET":
        return int(client.get(address).status_code)
    token = hidden(client.get("/activate").data, "csrf_token")
    return int(client.open(address, method=route.method, data={"csrf_token": token}).status_code)


def at_the_door(office: Office, route: Route, status: int) -> bool:
    """Whether the guard refused. Further in, a service may still say that this person may not do this to that object."""
    return status == 401 or (status == 403 and office.events()[-1].purpose == route.capability)


def guarded(office: Office) -> list[Route]:
    return [route for route in routes(office) if route.endpoint not in PUBLIC]


EVERY_ROLE = [*sorted(roles()), ""]


def behind_the_door(view: Any) -> Any:
    """A room with nothing in it, under the same declaration: whoever stands in it was let in."""
    return wraps(view)(lambda **_arguments: ("", 204))


@pytest.fixture
def doors(office: Office) -> Office:
    """The office with every room emptied: what answers is the guard alone."""
    for endpoint in {route.endpoint for route in guarded(office)}:
        office.app.view_functions[endpoint] = behind_the_door(office.app.view_functions[endpoint])
    return office


def knock(office: Office, client: FlaskClient, route: Route) -> int:
    """What the guard answers at the door of a route, whatever the object."""
    anything = {name: new_id() for name in route.rule.arguments} | OTHERS
    return send(client, route, route.address(office, anything))


def test_every_route_lets_in_who_holds_its_capability_and_nobody_else(doors: Office) -> None:
    holder = doors.browser(doors.somebody(*sorted(roles())))
    stranger = doors.browser(doors.somebody())
    for route in guarded(doors):
        assert knock(doors, holder, route) == 204, route.endpoint
        answer = 204 if route.capability in capabilities_of([]) else 403
        assert knock(doors, stranger, route) == answer, route.endpoint


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_the_guard_lets_a_role_into_exactly_what_its_capabilities_open(doors: Office, role: str) -> None:
    """One door for each capability: that all doors of one capability are alike, the test above holds."""
    held = capabilities_of([role] if role else [])
    client = doors.browser(doors.somebody(*([role] if role else [])))
    for route in {route.capability: route for route in guarded(doors)}.values():
        assert knock(doors, client, route) == (204 if route.capability in held else 403), (role, route.endpoint)


@pytest.mark.slow
@pytest.mark.parametrize("role", EVERY_ROLE)
def test_a_role_enters_exactly_what_its_capabilities_open(office: Office, role: str) -> None:
    """As above, with the real rooms behind the doors."""
    held = capabilities_of([role] if role else [])
    office.somebody("ADMIN")
    who = office.somebody(*([role] if role else []))
    client, mine = office.browser(who), objects(office, who)
    with this_moment(office) as put_back:
        for route in guarded(office):
            status = send(client, route, route.address(office, mine))
            if route.capability in held:
                assert not at_the_door(office, route, status), (role, route.endpoint, status)
            else:
                assert (status, at_the_door(office, route, status)) == (403, True), (role, route.endpoint, status)
            if route.method != "GET" and status < 400:
                put_back()  # an act may have used up what it was about


def test_nobody_breaks_a_room_of_their_own(office: Office) -> None:
    """One person with every role goes into every room with objects of their own: no door is shut, and no room falls apart."""
    office.somebody("ADMIN")
    who = office.somebody(*sorted(roles()))
    client, mine = office.browser(who), objects(office, who)
    with this_moment(office) as put_back:
        for route in guarded(office):
            status = send(client, route, route.address(office, mine))
            assert status < 500, (route.endpoint, status)
            assert not at_the_door(office, route, status), (route.endpoint, status)
            if route.method != "GET" and status < 400:
                put_back()  # an act may have used up what it was about


def test_a_foreign_object_is_not_there_for_anybody(office: Office) -> None:
    foreign = objects(office, office.somebody("MANAJER", unit_id=office.other_unit_id))
    everyone = office.browser(office.somebody(*sorted(roles())))
    for route in guarded(office):
        if not route.names_object:
            continue
        assert send(everyone, route, route.address(office, foreign)) == 404, route.endpoint


def test_a_denial_is_recorded_and_names_what_was_missing(office: Office) -> None:
    who = office.somebody("PENERIMA")
    assert office.browser(who).get("/users").status_code == 403
    event = office.events()[-1]
    assert (event.event, event.actor_id, event.result) == (Event.ACCESS_REFUSED, who.id, "denied")
    assert event.purpose == Capability.USER_ADMIN


def test_a_session_that_is_not_strong_enough_is_refused(office: Office) -> None:
    @requires(Capability.SELF, Strength.STEP_UP)
    def strong() -> str:
        return "strong"

    office.app.add_url_rule("/strong", "strong", strong)
    assert office.browser(office.somebody("ADMIN")).get("/strong").status_code == 403
    assert office.events()[-1].purpose == "strength:step-up"


def test_no_role_joins_user_administration_with_reading_cases() -> None:
    for code, info in roles().items():
        both = {Capability.USER_ADMIN, Capability.CASE_READ} & info.capabilities
        assert len(both) < 2, code
