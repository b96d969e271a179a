"""One office for all tests of a module that count nothing over the whole database: making one takes longer than most tests.

A module says `from tests.sharing import office` and gets an office of its own; the clock only ever goes forward. A test of it that does count,
or needs that nobody else works there, is marked `own_office`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.factories import Office, is_about_pages, make_office


@pytest.fixture(scope="module")
def shared_url(database_kind: str, template: str, request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """A database of this module's own, with the schema and no rows."""
    if database_kind == "postgresql":
        with postgres.database(request.getfixturevalue("postgresql_url"), template) as url:
            yield url
        return
    path: Path = tmp_path_factory.mktemp("shared") / "naungan.db"
    shutil.copy(template, path)
    yield f"sqlite:///{path}"


@pytest.fixture(scope="module")
def office_of_the_module(shared_url: str, tmp_path_factory, request: pytest.FixtureRequest) -> Iterator[Office]:  # type: ignore[no-untyped-def]
    """An office of this module's own."""
    made = make_office(shared_url, tmp_path_factory.mktemp("office"), pages=is_about_pages(request))
    yield made
    made.close()


@pytest.fixture
def office_of_its_own(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    """An office of one test alone."""
    made = make_office(database_url, tmp_path / "data", pages=is_about_pages(request))
    yield made
    made.close()


@pytest.fixture
def office(office_of_the_module: Office, request: pytest.FixtureRequest) -> Office:
    """The module's office; with the marker `own_office` one that nobody worked in before."""
    alone = request.node.get_closest_marker("own_office") is not None
    return request.getfixturevalue("office_of_its_own") if alone else office_of_the_module
