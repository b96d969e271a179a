"""How fast pages answer in an office of many cases, beside a bare view; what sealing adds to an act; search by name; bytes on the wire."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from app.accounts import services as accounts
from app.accounts import sessions
from app.accounts.models import User
from app.audit.events import Event
from app.cases import search, team
from app.cases.models import Case, Client
from app.commands.benchmarks.filling import YEAR, register
from app.commands.benchmarks.measure import Sheet, Timing, median
from app.commands.benchmarks.scratch import Scratch
from app.commands.benchmarks.sizes import Advance, Sizes
from app.commands.context import operator, quiet_log
from app.domain.access import Actor, person
from app.factory import create_app
from app.security import passwords, tokens
from app.security.sections import Section
from app.security.structs.people import ClientProfile
from app.security.vault import Place
from app.work import Opening, Work

_ROLES: Final = ("SUPERVISOR", "PENDAMPING", "PENERIMA")
_FIELD: Final = re.compile(r'<input[^>]*name="(csrf_token|submit_id|etag)"[^>]*value="([^"]*)"')
_ASSET: Final = re.compile(r'(?:href|src)="(/static/[^"#]+\.(?:css|js|woff2|svg))["#]')
_FONT: Final = re.compile(r'url\("?(?:/static/)?(fonts/[^")]+)"?\)')
_PAGE_SECONDS: Final = 0.025
_TIMES_BARE: Final = 20.0


def pages(scratch: Scratch, sizes: Sizes, sheet: Sheet, advance: Advance) -> None:
    """List, search, a file and a record saved through their pages; then the same office with more clients, searched by name."""
    made = _fill(scratch, sizes.listed, advance)
    quiet_log(scratch.settings)
    app = create_app(scratch.settings)
    user_id = _somebody(scratch, made[0])
    browser = _browser(app, scratch, user_id)
    bare = median(_bare_view(scratch.engine, made[0]), sizes.times * 5)
    sheet.time("a bare view: one indexed SELECT", bare)
    file = f"/cases/{made[0]}"
    client_id = _client_of(scratch, made[0])
    asked = _hidden(browser, "/cases") | {"number": "7"}
    acts: dict[str, Callable[[], object]] = {
        "list of cases": lambda: _got(browser, "/cases"),
        "search by register number": lambda: _checked(browser.post("/cases/find", data=asked), "/cases/find", 303),
        "a case file": lambda: _got(browser, file),
    }
    for name, act in acts.items():
        _page(sheet, f"{name}, {len(made)} cases", median(act, sizes.times), bare)
    given = {"client_id": str(client_id), "activity": "AK_KONSELING", "on": f"{YEAR}-06-20", "description": "baik"}
    blank = median(lambda: _got(browser, f"{file}/services/new"), sizes.times)
    both = median(lambda: _sent(browser, f"{file}/services/new", f"{file}/services", 303, **given), sizes.times)
    saved = Timing(max(both.cpu - blank.cpu, 0.0), max(both.wall - blank.wall, 0.0))
    _page(sheet, f"a service saved, {len(made)} cases", saved, bare)
    _sections(scratch, sizes, sheet, made[0], client_id)
    _wire(app, browser, sheet)
    _names(scratch, sizes, sheet, len(made), advance, user_id)


def _page(sheet: Sheet, name: str, took: Timing, bare: Timing) -> None:
    sheet.time(name, took, _PAGE_SECONDS)
    sheet.ratio(f"{name}: beside a bare view", took.cpu / max(bare.cpu, 1e-9), _TIMES_BARE)


# --- the office ------------------------------------------------------------------------------------------------------


def _fill(scratch: Scratch, cases: int, advance: Advance, done: int = 0) -> list[UUID]:
    made: list[UUID] = []
    while len(made) < cases:
        some = range(len(made), min(len(made) + 500, cases))
        made += register(scratch, [date(YEAR, 1, 1) + timedelta(days=number % 150) for number in some])
        advance(done + len(made))
    return made


def _somebody(scratch: Scratch, case_id: UUID) -> UUID:
    """A person who reads the whole unit and works on one case."""
    hashed = passwords.hash_password(scratch.runtime.crypt, secrets.token_urlsafe(16))
    with scratch.runtime.begin(operator("bench")) as work:
        user_id = accounts.create_user(
            work,
            email="ukur@ukur.invalid",
            name="Karangan",
            role_codes=list(_ROLES),
            unit_id=scratch.unit_id,
            password_hash=hashed,
        ).user.id
    with scratch.runtime.begin(operator("bench")) as work:
        team.assign_person(work, case_id, user_id, "PENDAMPING")
    return user_id


def _browser(app: Flask, scratch: Scratch, user_id: UUID) -> FlaskClient:
    client = app.test_client()
    token = tokens.new_token()
    with scratch.runtime.begin(sessions.NOBODY) as work:
        sessions.open_session(work, work.session.get_one(User, user_id), token)
    with client.session_transaction() as cookie:
        cookie["token"] = token
    return client


def _client_of(scratch: Scratch, case_id: UUID) -> UUID:
    with scratch.runtime.looking(operator("bench")) as work:
        return work.session.scalars(select(Client.id).where(Client.case_id == case_id)).all()[0]


# --- pages -----------------------------------------------------------------------------------------------------------


def _bare_view(engine: Engine, case_id: UUID) -> Callable[[], object]:
    """A view that does nothing but look one row up."""
    app = Flask("bare")
    wanted = select(Case.register_no).where(Case.id == case_id)

    @app.get("/")
    def show() -> str:
        with engine.connect() as connection:
            return str(connection.scalar(wanted))

    client = app.test_client()
    return lambda: _got(client, "/")


def _got(client: FlaskClient, address: str) -> str:
    return _checked(client.get(address), address, 200)


def _sent(client: FlaskClient, page: str, address: str, status: int, **fields: Any) -> str:
    """The form of a page sent as a browser does: with its token and its one-time id."""
    return _checked(client.post(address, data=_hidden(client, page) | fields), address, status)


def _hidden(client: FlaskClient, page: str) -> dict[str, str]:
    return dict(_FIELD.findall(_got(client, page)))


def _checked(answer: Any, address: str, status: int) -> str:
    if answer.status_code != status:
        raise RuntimeError(f"{answer.status_code} instead of {status} for {re.sub('[0-9a-f-]{36}', '-', address)}")
    with answer:
        return str(answer.get_data(as_text=True))


def _wire(app: Flask, browser: FlaskClient, sheet: Sheet) -> None:
    """Bytes of the first page somebody sees, with everything it names, and of a later one, whose files the browser has."""
    stranger = app.test_client()
    first, text = _weight(stranger, "/sign-in")
    files = [_weight(stranger, address) for address in dict.fromkeys(_ASSET.findall(text))]
    fonts = {name for _bytes, words in files for name in _FONT.findall(words)}
    whole = first + sum(size for size, _words in files) + sum(_weight(stranger, f"/static/{name}")[0] for name in fonts)
    sheet.size("first page with its files", whole / 1000, "KB", 120.0)
    sheet.size("a later page: list of cases", _weight(browser, "/cases")[0] / 1000, "KB", 25.0)


def _weight(client: FlaskClient, address: str) -> tuple[int, str]:
    """Bytes as sent, packed where the server packs; the words as they are."""
    sent = []
    for packing in ("br, gzip", "identity"):
        with client.get(address, headers={"Accept-Encoding": packing}) as answer:
            sent.append(answer.get_data())
    return len(sent[0]), sent[1].decode(errors="replace")


# --- sealing and searching -------------------------------------------------------------------------------------------


def _sections(scratch: Scratch, sizes: Sizes, sheet: Sheet, case_id: UUID, client_id: UUID) -> None:
    """An act that saves one section, and a page that opens one, beside the same with plain bytes."""
    place = Place(Section.CLIENT_PROFILE, client_id, case_id)
    opening = Opening(Event.CASE_OPENED, (case_id,), (Section.CLIENT_PROFILE,))
    with scratch.runtime.reading(operator("bench"), lambda _work: opening) as work:
        sealed = work.session.get_one(Client, client_id).profile_sealed
        document = work.vault.open(place, sealed, ClientProfile)
    plain = msgspec.msgpack.encode(document)

    def save(make: Callable[[Work], bytes]) -> None:
        with scratch.runtime.begin(operator("bench")) as work:
            work.session.get_one(Client, client_id).profile_sealed = make(work)
            work.recorded(Event.LEDGER_REBUILT)

    def read(look: Callable[[Work], object]) -> None:
        with scratch.runtime.reading(operator("bench"), lambda _work: opening) as work:
            work.session.get_one(Client, client_id)
            look(work)

    times = sizes.times * 9
    bare = median(lambda: save(lambda _work: msgspec.msgpack.encode(document)), times)
    with_seal = median(lambda: save(lambda work: work.vault.seal(place, document)), times)
    sheet.ratio("saving a sealed section beside a plain one", with_seal.cpu / max(bare.cpu, 1e-9), 1.25)
    bare = median(lambda: read(lambda _work: msgspec.msgpack.decode(plain, type=ClientProfile)), times)
    opened = median(lambda: read(lambda work: work.vault.open(place, sealed, ClientProfile)), times)
    sheet.ratio("opening a sealed section beside a plain one", opened.cpu / max(bare.cpu, 1e-9), 1.25)


def _names(scratch: Scratch, sizes: Sizes, sheet: Sheet, there: int, advance: Advance, user_id: UUID) -> None:
    _fill(scratch, sizes.searched - there, advance, there)
    actor: Actor = person(user_id, scratch.unit_id, _ROLES)
    query = search.Query(name="Siti Rahma")

    def look() -> None:
        with scratch.runtime.reading(actor, lambda work: search.opening(work, query)) as work:
            search.rank(work, query)

    sheet.time(f"search by name, {max(sizes.searched, there)} cases", median(look, sizes.times), 0.25)
