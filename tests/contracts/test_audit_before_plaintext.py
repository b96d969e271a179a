"""Audit before plaintext (security 2.5, 4; security 6 #73): every opening belongs to one event, and without its event nothing happens."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, text

from app.db.base import Base
from app.security.sections import REGISTRY, Purpose, Section
from app.security.vault import Place, ReadGrant, Vault
from tests import case_factories, document_office, referral_office
from tests.contracts.planting import read_page
from tests.factories import Office, Someone, make_office, send


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    made = make_office(database_url, tmp_path, blueprints=referral_office.pages())
    yield made
    made.runtime.engine.dispose()


def test_a_reveal_names_the_identities_and_the_plain_page_does_not(office: Office) -> None:
    worker = office.somebody("PENDAMPING", password=False)
    case_id = case_factories.make_case(office, worker)
    client = office.browser(worker)
    assert client.get(f"/cases/{case_id}").status_code == 200
    assert send(client, f"/cases/{case_id}", f"/cases/{case_id}/reveal").status_code == 200
    opened, again, revealed = office.events()[-3:]
    assert Section.CLIENT_IDENTITY.value not in opened.sections.split() + again.sections.split()
    assert {Section.CLIENT_IDENTITY.value, Section.REPORTED_IDENTITY.value} <= set(revealed.sections.split())
    assert revealed.cases == str(case_id)
    assert (revealed.event, revealed.object_id) == ("case:revealed", case_id)


# --- without its event nothing happens -------------------------------------------------------------------------------


def without_head(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_head"))


def refused_by_the_database(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            trigger = "CREATE TRIGGER no_more BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'no'); END"
            connection.execute(text(trigger))
            return
        connection.execute(text("ALTER TABLE audit_events ADD CONSTRAINT no_more CHECK (seq < 0) NOT VALID"))


def read_only(engine: Engine) -> None:
    """The disk went read-only under the office."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("PRAGMA query_only=ON"))
        return
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("SET TRANSACTION READ ONLY"))


Break = Callable[[Engine], None]
BREAKS: tuple[Break, ...] = (without_head, refused_by_the_database, read_only)


def contents(engine: Engine) -> str:
    """A hash over every row of every table."""
    found = hashlib.sha256()
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            found.update(repr((table.name, rows)).encode())
    return found.hexdigest()


@dataclass
class Request:
    """One request prepared while all was well, with what must not be seen in its answer."""

    what: str
    send: Callable[[], Any]


def requests(office: Office, worker: Someone, boss: Someone, case_id: UUID) -> list[Request]:
    """A list, a case page, a reveal, a save, a search, a recap, and the other doors to a case."""
    client, chief = office.browser(worker), office.browser(boss)
    case = f"/cases/{case_id}"
    token = working_token(client, "/intake")
    note = working_token(client, f"{case}/notes/new")
    words = working_token(client, f"{case}/chronology")
    letter = document_office.make_document(office, case_id)
    gone = working_token(client, f"{case}/documents/{letter}/remove")
    return [
        Request("list", lambda: client.get("/cases")),
        Request("filtered list", lambda: chief.get("/cases?kind=VK_FISIK")),
        Request("case page", lambda: client.get(case)),
        Request("reveal", lambda: client.post(f"{case}/reveal", data=token)),
        Request("form with words", lambda: client.get(f"{case}/chronology")),
        Request("form of a client", lambda: client.get(f"{case}/notes/new")),
        Request("save a note", lambda: client.post(f"{case}/notes", data=note | {"text": "kata", "on": "2026-05-20"})),
        Request("save the words", lambda: client.post(f"{case}/chronology", data=words | {"text": "kata baru"})),
        Request("search", lambda: client.post("/intake/search", data=token | {"name": case_factories.NAMES[0]})),
        Request("recap", lambda: chief.get("/reports?kind=month&month=2026-05")),
        Request("referrals", lambda: chief.get("/referrals")),
        Request("deadlines", lambda: chief.get("/clocks")),
        Request("who opened it", lambda: client.get(f"{case}/openings")),
        Request("documents", lambda: client.get(f"{case}/documents")),
        Request("a document", lambda: client.get(f"{case}/documents/{letter}")),
        Request("a page of it", lambda: client.get(f"{case}/documents/{letter}/pages/1")),
        Request("its file", lambda: client.get(f"{case}/documents/{letter}/download")),
        Request("remove it", lambda: client.post(f"{case}/documents/{letter}/remove", data=gone | {"reason": "salah"})),
    ]


def working_token(client: FlaskClient, page: str) -> dict[str, Any]:
    """The hidden fields of a page's form."""
    answer = client.get(page)
    assert answer.status_code == 200, page
    hidden: dict[str, Any] = {}
    for form in read_page(answer.get_data(as_text=True)).forms:
        if "submit_id" in form.names or not hidden:
            hidden = {name: form.values[name] for name in ("csrf_token", "submit_id", "etag") if name in form.values}
        if "submit_id" in form.names:
            break
    return hidden


def test_the_same_requests_are_answered_while_the_log_can_be_written(office: Office) -> None:
    worker = office.somebody("PENDAMPING", password=False)
    boss = office.somebody("SUPERVISOR", "DATA", password=False)
    case_id = case_factories.make_case(office, worker)
    for request in requests(office, worker, boss, case_id):
        before, events = contents(office.runtime.engine), len(office.events())
        answer = request.send()
        assert answer.status_code in {200, 303}, f"{request.what}: {answer.status_code}"
        assert len(office.events()) > events, request.what
        assert contents(office.runtime.engine) != before


@pytest.mark.parametrize("break_it", BREAKS, ids=lambda each: each.__name__.replace("_", "-"))
def test_without_its_event_nothing_is_shown_and_nothing_is_saved(
    office: Office, break_it: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = office.somebody("PENDAMPING", password=False)
    boss = office.somebody("SUPERVISOR", "DATA", password=False)
    case_id = case_factories.make_case(office, worker)
    prepared = requests(office, worker, boss, case_id)
    break_it(office.runtime.engine)
    before = contents(office.runtime.engine)
    opened: list[str] = []
    open_section = Vault.open

    def watched(vault: Vault, place: Place, blob: bytes, kind: Any) -> Any:
        if isinstance(vault.grant, ReadGrant) and REGISTRY[place.section].purpose is Purpose.CASE:
            opened.append(place.section.value)
        return open_section(vault, place, blob, kind)

    monkeypatch.setattr(Vault, "open", watched)
    for request in prepared:
        answer = request.send()
        page = answer.get_data(as_text=True)
        assert answer.status_code == 503, f"{request.what}: {answer.status_code}"
        for secret in (*case_factories.NAMES, case_factories.STORY, "Rekaan", "PPA/2026", "VK_FISIK", "%PDF"):
            assert secret not in page, f"{request.what} shows {secret}"
        assert read_page(page).title
        assert contents(office.runtime.engine) == before, f"{request.what} saved something"
    assert opened == []
