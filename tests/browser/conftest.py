"""A real office on a free port, and windows for the people in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests import postgres
from tests.browser import office as offices
from tests.browser.office import Office, Premises
from tests.browser.people import DESK, Person
from tests.browser.words import Tongue

P = TypeVar("P", bound=Person)
Window = Callable[..., Any]


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """An office with its staff, made once by the commands; tests work in copies."""
    return offices.furnish(Premises(tmp_path_factory.mktemp("premises") / "office"))


@pytest.fixture
def premises(furnished: Premises, tmp_path: Path) -> Premises:
    """A fresh office of this test's own, on SQLite."""
    return offices.copy(furnished, tmp_path / "office")


@pytest.fixture
def office(premises: Premises) -> Iterator[Office]:
    """That office, running."""
    with offices.running(premises) as office:
        yield office


@pytest.fixture(scope="module")
def shared_office(furnished: Premises, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One running office for the tests of a file that do not count anything."""
    folder = tmp_path_factory.mktemp("shared") / "office"
    with offices.running(offices.copy(furnished, folder)) as office:
        yield office


@pytest.fixture
def office_on_postgresql(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An office on PostgreSQL, running."""
    if request.config.getoption("--database") == "sqlite":
        pytest.skip("PostgreSQL was not asked for")
    server = request.getfixturevalue("postgresql_url")
    with (
        postgres.database(server) as url,
        offices.running(offices.furnish(Premises(tmp_path / "office", url))) as office,
    ):
        yield office


@pytest.fixture
def window(chromium: Any) -> Iterator[Window]:
    """Opens windows: `window(office, Caseworker, scripting=False, language="id", size=PHONE)`."""
    contexts: list[Any] = []

    def open_window(
        office: Office,
        kind: type[P],
        *,
        scripting: bool = True,
        language: str = "en",
        size: dict[str, int] | None = None,
        bypass_csp: bool = True,
    ) -> P:
        context = chromium.new_context(
            java_script_enabled=scripting, viewport=size or DESK, bypass_csp=bypass_csp, reduced_motion="reduce"
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        return kind(office, context.new_page(), Tongue(language), scripting)

    yield open_window
    for context in contexts:
        context.close()
