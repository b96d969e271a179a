"""Walking every route: addresses with sample objects filled in, one of the own unit and one of a foreign unit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flask import url_for
from werkzeug.routing import Rule, UUIDConverter

from app.domain.access import Capability
from app.security.filestore import FOLDER
from tests.contracts import samples
from tests.factories import SAMPLES, Office, Someone

PUBLIC = frozenset(
    {
        "accounts.sign_in",
        "accounts.do_sign_in",
        "accounts.unlock",
        "accounts.logout",
        "accounts.quick_exit",
        "accounts.language",
        "accounts.setup",
        "accounts.do_setup",
        "accounts.activate",
        "accounts.do_activate",
        "calendar.feed",
        "published.index",
        "published.show",
        "published.as_json",
        "published.as_csv",
        "published.package",
        "answer.show",
        "answer.enter",
        "answer.send",
        "answer.thanks",
    }
)
"""Everything a stranger may reach, by name. A new entry is a decision."""

OTHERS = {
    "paper": "f1",
    "letter": "f12",
    "year": 2026,
    "number": 1,
    "month": 5,
    "code": "assess",
    "rule": "DEF-SCREEN",
    "token": "x" * 43,
    "ticket": "x" * 43,
}
"""Values of URL parameters that name no object."""


@dataclass(frozen=True)
class Route:
    """One endpoint under one method."""

    endpoint: str
    method: str
    rule: Rule
    capability: Capability

    @property
    def names_object(self) -> bool:
        """Whether the address carries the id of something that belongs to a unit."""
        return any(isinstance(kind, UUIDConverter) for kind in self.rule._converters.values())

    def address(self, office: Office, objects: Mapping[str, UUID]) -> str:
        """The address with these objects. A parameter nobody registered a sample for fails the walk."""
        values = {name: objects.get(name, OTHERS.get(name)) for name in self.rule.arguments}
        missing = [name for name, value in values.items() if value is None]
        assert not missing, f"register a sample for {missing} in tests/factories.py"
        with office.app.test_request_context():
            return url_for(self.endpoint, **values)


def routes(office: Office) -> Iterator[Route]:
    """Every endpoint with each method it answers, HEAD aside."""
    for rule in office.app.url_map.iter_rules():
        view = office.app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD"}):
            yield Route(rule.endpoint, method, rule, view.capability)  # type: ignore[attr-defined]


def objects(office: Office, owner: Someone) -> dict[str, UUID]:
    """One sample object in the owner's unit, and in the owner's hands where that counts, for each URL parameter."""
    made = samples.family(office, owner)
    return {name: make(office, owner.unit_id) for name, make in SAMPLES.items() if name not in made} | made


@contextmanager
def this_moment(office: Office) -> Iterator[Callable[[], None]]:
    """Puts back, whenever asked, what an office on SQLite holds now: rows and files. Quicker than making everything anew."""
    path, folder = Path(str(office.runtime.engine.url.database)), office.folder / FOLDER
    copies = {file: file.read_bytes() for file in _files(folder)}
    with closing(sqlite3.connect(":memory:")) as rows:
        with closing(sqlite3.connect(path)) as database:
            database.backup(rows)

        def put_back() -> None:
            with closing(sqlite3.connect(path)) as database:
                rows.backup(database)
            for file in _files(folder) - copies.keys():
                file.unlink()
            for file, content in copies.items():
                file.write_bytes(content)

        yield put_back


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}
