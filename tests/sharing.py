"""One office for all tests of a module that count nothing over the whole database: making one takes longer than most tests.

A module says `from tests.sharing import office` and gets an office of its own; the clock only ever goes forward.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.factories import Office, make_office


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
def office(shared_url: str, tmp_path_factory) -> Iterator[Office]:  # type: ignore[no-untyped-def]
    """An office of this module's own."""
    made = make_office(shared_url, tmp_path_factory.mktemp("office"))
    yield made
    made.runtime.engine.dispose()
