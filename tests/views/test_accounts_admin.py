"""Administration of people and units, and the log on screen."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Uuid, bindparam, text, update

from app.accounts import queries
from app.accounts.models import Unit, User
from app.audit.events import Event
from app.audit.models import AuditEntry
from app.db.session import write_session
from tests.factories import OPERATOR, Office, Someone, fill, hidden, send


@pytest.fixture
def admin(office: Office) -> Someone:
    return office.somebody("ADMIN")


def add(office: Office, admin: Someone, **changed: Any) -> Any:
    fields = {"name": "Dewi Contoh", "email": "dewi@contoh.go.id", "language": "id", "roles": ["PENERIMA", "MANAJER"]}
    return send(office.browser(admin), "/users/new", "/users", **(fields | changed))


def the_user(office: Office, email: str = "dewi@contoh.go.id") -> User | None:
    with office.runtime.looking(OPERATOR) as work:
        return queries.by_email(work, email)


def test_an_admin_adds_a_person_and_sees_the_code_once(office: Office, admin: Someone) -> None:
    answer = add(office, admin)
    assert answer.status_code == 200
    assert b'id="activation-code"' in answer.data
    user = the_user(office)
    assert user is not None
    assert not user.is_activated
    page = office.browser(admin).get(f"/users/{user.id}").data
    assert b"dewi@contoh.go.id" in page
    assert b"activation-code" not in page


def test_the_list_names_people_and_roles_but_no_address(office: Office, admin: Someone) -> None:
    add(office, admin)
    page = office.browser(admin).get("/users").get_data(as_text=True)
    assert "Dewi Contoh" in page
    assert "Manajer kasus" in page
    assert "dewi@" not in page


def test_opening_a_persons_contact_is_recorded(office: Office, admin: Someone) -> None:
    who = office.somebody("PENERIMA")
    office.browser(admin).get(f"/users/{who.id}")
    event = office.events()[-1]
    assert (event.event, event.object_id, event.sections) == (Event.USERS_LISTED, who.id, "user.contact")


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "bukan"},
        {"name": ""},
        {"roles": ["RAJA"]},
        {"email": "a" * 255 + "@contoh.go.id"},
        {"name": "x" * 121},
    ],
)
def test_a_wrong_entry_is_refused_kept_and_changes_nothing(
    office: Office, admin: Someone, wrong: dict[str, Any]
) -> None:
    before = len(office.events())
    answer = add(office, admin, phone="0811 000 000", **wrong)
    assert answer.status_code == 422
    assert b"0811 000 000" in answer.data
    assert len(office.events()) == before


def test_an_address_is_used_once(office: Office, admin: Someone) -> None:
    add(office, admin)
    answer = add(office, admin, email="DEWI@contoh.go.id")
    assert answer.status_code == 422
    assert "sudah" in answer.get_data(as_text=True) or "already" in answer.get_data(as_text=True)


def test_sending_the_form_twice_makes_one_person(office: Office, admin: Someone) -> None:
    client = office.browser(admin)
    page = client.get("/users/new").data
    fields = {
        "name": "Dewi Contoh",
        "email": "dewi@contoh.go.id",
        "language": "id",
        "roles": ["PENERIMA"],
        "csrf_token": hidden(page, "csrf_token"),
        "submit_id": hidden(page, "submit_id"),
    }
    assert client.post("/users", data=fields).status_code == 200
    again = client.post("/users", data=fields)
    user = the_user(office)
    assert user is not None
    assert (again.status_code, again.location) == (303, f"/users/{user.id}")


def test_a_one_time_id_of_another_person_is_no_way_in(office: Office, admin: Someone) -> None:
    client = office.browser(admin)
    page = client.get("/users/new").data
    submit_id = hidden(page, "submit_id")
    send(client, "/users/new", "/users", name="Dewi", email="dewi@contoh.go.id", language="id", submit_id=submit_id)
    other = office.browser(office.somebody("ADMIN"))
    answer = send(other, "/users/new", "/users", name="A", email="a@contoh.go.id", language="id", submit_id=submit_id)
    assert answer.status_code == 409


def test_an_admin_cannot_give_himself_a_role(office: Office, admin: Someone) -> None:
    office.somebody("ADMIN")
    client = office.browser(admin)
    answer = send(client, f"/users/{admin.id}", f"/users/{admin.id}/roles", roles=["ADMIN", "SUPERVISOR"])
    assert answer.status_code == 403
    assert office.events()[-1].result == "denied"
    assert client.get("/users").status_code == 200


def test_an_admin_cannot_join_administration_and_case_reading_in_one_person(office: Office, admin: Someone) -> None:
    who = office.somebody("MANAJER")
    answer = send(office.browser(admin), f"/users/{who.id}", f"/users/{who.id}/roles", roles=["ADMIN", "MANAJER"])
    assert answer.status_code == 422
    head = office.somebody("ADMIN", "KEPALA")
    answer = send(office.browser(head), f"/users/{who.id}", f"/users/{who.id}/roles", roles=["ADMIN", "MANAJER"])
    assert answer.status_code == 303


def test_the_last_administrator_stays(office: Office, admin: Someone) -> None:
    other = office.somebody("ADMIN")
    client = office.browser(admin)
    assert send(client, f"/users/{other.id}", f"/users/{other.id}/disable").status_code == 303
    assert send(client, f"/users/{admin.id}", f"/users/{admin.id}/disable").status_code in (403, 404)
    assert client.get("/users").status_code == 200


def test_extra_fields_change_nothing(office: Office, admin: Someone) -> None:
    who = office.somebody("PENERIMA")
    page = f"/users/{who.id}"
    send(
        office.browser(admin), page, page, name="Nama Baru", phone="", unit_id=str(office.other_unit_id),
        password_hash="x", language="en", disabled_at="2026-01-01",
    )  # fmt: skip
    with office.runtime.looking(OPERATOR) as work:
        user = queries.get(work, who.id)
        assert (user.display_name, user.unit_id, user.language, user.disabled_at) == (
            "Nama Baru",
            office.unit_id,
            "id",
            None,
        )


def test_the_second_of_two_editors_is_told_and_loses_nothing(office: Office, admin: Someone) -> None:
    who = office.somebody("PENERIMA")
    page = f"/users/{who.id}"
    client = office.browser(admin)
    etag = hidden(client.get(page).data, "etag")
    assert send(client, page, page, name="Yang Pertama", etag=etag).status_code == 303
    answer = send(client, page, page, name="Yang Kedua", etag=etag)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Yang Pertama" in text
    assert "Yang Kedua" in text
    fields = {name: hidden(text, name) for name in ("csrf_token", "submit_id", "etag")}
    assert client.post(page, data={"name": "Yang Kedua", **fields}).status_code == 303


def test_units_are_changed_by_their_own_administrator(office: Office, admin: Someone) -> None:
    page = f"/units/{office.unit_id}"
    fields = {"name": "UPTD PPA Baru", "zone": "WIT", "register_prefix": "PPA-63", "age_basis": "report"}
    client = office.browser(admin)
    assert fill(client, page, is_single_officer="y", **fields).status_code == 303
    with office.runtime.looking(OPERATOR) as work:
        unit = queries.unit(work, office.unit_id)
        assert (unit.name, unit.zone, unit.register_prefix, unit.age_basis) == tuple(fields.values())
        assert unit.is_single_officer
    assert fill(client, page, **(fields | {"zone": "XYZ"})).status_code == 422
    assert fill(client, page, **(fields | {"register_prefix": "ada spasi"})).status_code == 422
    assert client.get(f"/units/{office.other_unit_id}").status_code == 404


def test_no_page_of_an_administrator_leads_to_cases(office: Office, admin: Someone) -> None:
    page = office.browser(admin).get("/").get_data(as_text=True)
    assert "/users" in page
    assert "/cases" not in page


# --- rows made behind the program's back -----------------------------------------------------------------------------


def test_a_role_written_into_the_database_grants_nothing(office: Office) -> None:
    who = office.somebody("PENERIMA")
    client = office.browser(who)
    _tamper(office, "UPDATE role_grants SET role = 'ADMIN' WHERE user_id = :id", who)
    assert client.get("/users").status_code == 403


def test_a_user_changed_behind_the_program_can_do_nothing(office: Office) -> None:
    who = office.somebody("PENERIMA")
    client = office.browser(who)
    _tamper(office, "UPDATE users SET unit_id = (SELECT id FROM units WHERE area_code = '63.04') WHERE id = :id", who)
    assert client.get("/account").status_code == 303


def _tamper(office: Office, statement: str, who: Someone) -> None:
    with office.runtime.engine.begin() as connection:
        done = connection.execute(text(statement).bindparams(bindparam("id", who.id, Uuid())))
        assert done.rowcount == 1


# --- the log ---------------------------------------------------------------------------------------------------------


def test_an_auditor_reads_the_units_events_and_reading_is_an_event(office: Office) -> None:
    other = office.somebody("PENERIMA", name="Sari Contoh")
    foreign = office.somebody("PENERIMA", name="Asing Contoh", unit_id=office.other_unit_id)
    for who in (other, foreign):
        office.browser(who).get("/users")
    page = office.browser(office.somebody("AUDITOR")).get("/audit").get_data(as_text=True)
    assert "Sari Contoh" in page
    assert "Asing Contoh" not in page
    assert office.events()[-1].event == Event.AUDIT_READ


def test_everybody_sees_what_the_log_holds_of_oneself_and_no_more(office: Office) -> None:
    one, other = office.somebody("PENERIMA", name="Sari Contoh"), office.somebody("PENERIMA", name="Tuti Contoh")
    for who in (one, other):
        office.browser(who).get("/users")
    page = office.browser(one).get("/audit/own").get_data(as_text=True)
    assert "Sari Contoh" in page
    assert page.count("Tuti Contoh") == 0


def test_the_log_is_narrowed_by_person_day_and_kind(office: Office) -> None:
    one, other = office.somebody("PENERIMA", name="Sari Contoh"), office.somebody("PENERIMA", name="Tuti Contoh")
    for who in (one, other):
        office.browser(who).get("/users")
    auditor = office.browser(office.somebody("AUDITOR"))
    assert "Tuti Contoh" not in auditor.get(f"/audit?person={one.id}").get_data(as_text=True)
    assert "Sari Contoh" in auditor.get("/audit?day=2026-05-20&group=access").get_data(as_text=True)
    assert "Sari Contoh" not in auditor.get("/audit?day=2026-05-19").get_data(as_text=True)
    assert "Sari Contoh" not in auditor.get("/audit?group=key").get_data(as_text=True)


@pytest.mark.parametrize("query", ["person=x", "day=kemarin", "group=semua", "group=key&group=case", "day=20-05-2026"])
def test_a_filter_nobody_offered_is_refused(office: Office, query: str) -> None:
    assert office.browser(office.somebody("AUDITOR")).get(f"/audit?{query}").status_code == 400


def test_the_chain_is_checked_on_request(office: Office) -> None:
    client = office.browser(office.somebody("AUDITOR"))
    assert "notice--success" in send(client, "/audit", "/audit/verify").get_data(as_text=True)
    with write_session(office.runtime.engine) as session:
        _without_triggers(session)
        session.execute(update(AuditEntry).where(AuditEntry.seq == 3).values(result="lain"))
        session.commit()
    assert "notice--error" in send(client, "/audit", "/audit/verify").get_data(as_text=True)


def _without_triggers(session: Any) -> None:
    if session.get_bind().dialect.name == "sqlite":
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for name in names:
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("ALTER TABLE audit_events DISABLE TRIGGER USER"))


def test_a_deployment_of_one_unit_has_no_other(office: Office) -> None:
    with office.runtime.looking(OPERATOR) as work:
        assert {unit.id for unit in work.session.scalars(queries.units_visible_to(work.actor))} == {
            office.unit_id,
            office.other_unit_id,
        }
        assert isinstance(queries.unit_of_area(work, "63.03"), Unit)
        assert queries.only_unit(work) is None
