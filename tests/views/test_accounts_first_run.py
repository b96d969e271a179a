"""First run and activation: no usable account from the box, tokens that work once (security 6 #3, #8)."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.accounts import services
from app.accounts.services import NewAccount
from app.db.session import read_session
from app.domain.errors import Conflict
from tests.factories import PASSWORD, Office, fill, hidden

NEW = "payung hitam di teras"


def set_up(client: FlaskClient, token: str, **changed: str) -> Any:
    fields = {"token": token, "name": "Kepala Contoh", "email": "kepala@contoh.go.id", "password": NEW, "again": NEW}
    return fill(client, "/setup", **(fields | changed))


def new_account(office: Office) -> NewAccount:
    with office.work() as work:
        return services.create_user(
            work, email="baru@contoh.go.id", name="Orang Baru", role_codes=["PENERIMA"], unit_id=office.unit_id
        )


def test_a_fresh_office_has_no_account_and_no_setup_page_without_a_token(office: Office) -> None:
    assert office.stranger().get("/setup").status_code == 404


def test_the_setup_token_makes_the_first_account_and_the_page_dies(office: Office) -> None:
    token = office.setup_token()
    client = office.stranger()
    assert client.get("/setup").status_code == 200
    assert set_up(client, token).status_code == 303
    assert fill(client, "/sign-in", email="kepala@contoh.go.id", password=NEW).status_code == 303
    assert client.get("/users").status_code == 200
    assert client.get("/setup").status_code == 404
    replay = {"token": token, "name": "Penyusup", "email": "lain@contoh.go.id", "password": NEW, "again": NEW}
    other = office.stranger()
    replay["csrf_token"] = hidden(other.get("/activate").data, "csrf_token")
    assert other.post("/setup", data=replay).status_code == 404


def test_a_wrong_setup_token_makes_nothing(office: Office) -> None:
    office.setup_token()
    assert set_up(office.stranger(), "bukan-token").status_code == 422
    assert _rows(office, "users") == 0


@pytest.mark.parametrize(
    "wrong", [{"email": "bukan alamat"}, {"name": "  "}, {"password": "pendek"}, {"again": "payung hitam di terax"}]
)
def test_setup_says_what_is_wrong_and_stays_open(office: Office, wrong: dict[str, str]) -> None:
    token = office.setup_token()
    assert set_up(office.stranger(), token, **wrong).status_code == 422
    assert set_up(office.stranger(), token).status_code == 303


def test_no_setup_token_is_issued_once_there_is_an_account(office: Office) -> None:
    office.somebody("ADMIN")
    with pytest.raises(Conflict):
        office.setup_token()


def test_a_new_person_chooses_the_password_with_a_code_that_works_once(office: Office) -> None:
    account = new_account(office)
    client = office.stranger()
    assert fill(client, "/activate", token=account.token, password=NEW, again=NEW).status_code == 303
    assert fill(client, "/activate", token=account.token, password=PASSWORD, again=PASSWORD).status_code == 422
    assert fill(client, "/sign-in", email="baru@contoh.go.id", password=NEW).status_code == 303


def test_an_activation_code_dies_after_a_day(office: Office) -> None:
    account = new_account(office)
    office.clock.pass_by(hours=24, seconds=1)
    assert fill(office.stranger(), "/activate", token=account.token, password=NEW, again=NEW).status_code == 422


def test_a_new_code_makes_the_old_one_and_the_old_password_worthless(office: Office) -> None:
    account = new_account(office)
    with office.work() as work:
        second = services.issue_activation(work, account.user.id)
    assert fill(office.stranger(), "/activate", token=account.token, password=NEW, again=NEW).status_code == 422
    assert fill(office.stranger(), "/activate", token=second.token, password=NEW, again=NEW).status_code == 303
    with office.work() as work:
        services.issue_activation(work, account.user.id)
    assert fill(office.stranger(), "/sign-in", email="baru@contoh.go.id", password=NEW).status_code == 422


def test_codes_are_stored_only_as_hashes(office: Office) -> None:
    account = new_account(office)
    with read_session(office.runtime.engine) as session:
        cells = [cell for row in session.execute(text("SELECT * FROM users")) for cell in row]
    assert account.token not in cells
    assert account.token.encode() not in cells


def test_an_activation_password_follows_the_rules(office: Office) -> None:
    account = new_account(office)
    for poor in ("pendek", "Orang Baru 2026", "x" * 129):
        answer = fill(office.stranger(), "/activate", token=account.token, password=poor, again=poor)
        assert answer.status_code == 422


def _rows(office: Office, table: str) -> int:
    with read_session(office.runtime.engine) as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608 - a name of ours
