"""Every route says what it takes to enter, and nothing starts or answers without it (security 3, 6 #21, #66)."""

from __future__ import annotations

import pytest
from flask import Blueprint

from app.domain.access import Capability
from app.factory import BLUEPRINTS, create_app
from app.web.guard import UndeclaredEndpoints
from app.web.routes import route_table
from tests.contracts.walking import PUBLIC, routes
from tests.factories import Office, settings

pytestmark = pytest.mark.sqlite_only(reason="about routes, not about the database")


def test_every_route_names_the_capability_it_needs(office: Office) -> None:
    named = {name: view.capability for name, view in office.app.view_functions.items()}  # type: ignore[attr-defined]
    assert {name for name, capability in named.items() if capability is Capability.PUBLIC} == PUBLIC
    assert all(isinstance(capability, Capability) for capability in named.values())


def test_the_app_does_not_start_with_an_endpoint_that_names_none(office: Office) -> None:
    bare = Blueprint("bare", __name__)
    bare.get("/bare")(lambda: "nothing asked")
    url = str(office.app.config["SQLALCHEMY_DATABASE_URI"])
    with pytest.raises(UndeclaredEndpoints, match="bare"):
        create_app(settings(url, office.folder), blueprints=(*BLUEPRINTS, bare))


def test_an_endpoint_added_later_without_a_capability_answers_nobody(office: Office) -> None:
    office.app.add_url_rule("/bare", "bare", lambda: "nothing asked")
    answer = office.browser(office.somebody("ADMIN", "KEPALA")).get("/bare")
    assert answer.status_code == 500
    assert b"nothing asked" not in answer.data


def test_the_route_table_lists_every_route_once_with_its_capability(office: Office) -> None:
    table = route_table(office.app)
    assert len(table) == len(list(office.app.url_map.iter_rules()))
    assert {"rule": "/users", "methods": ["GET"], "endpoint": "users.index", "capability": "user:admin",
            "strength": "password"} in table  # fmt: skip
    assert all(row["capability"] for row in table)


def test_objects_in_addresses_are_typed(office: Office) -> None:
    loose = {
        f"{rule.rule} {name}"
        for rule in office.app.url_map.iter_rules()
        for name, converter in rule._converters.items()
        if name != "code"
        and type(converter).__name__ not in {"UUIDConverter", "IntegerConverter", "AnyConverter", "TokenConverter"}
    }
    assert loose == set()


def test_methods_nobody_declared_are_refused(office: Office) -> None:
    client = office.browser(office.somebody("ADMIN"))
    for method in ("TRACE", "OPTIONS", "PUT", "DELETE", "PATCH", "CONNECT", "BREW"):
        assert client.open("/users", method=method).status_code == 405, method


def test_the_walk_knows_every_address(office: Office) -> None:
    assert {route.endpoint for route in routes(office)} == set(office.app.view_functions)
