"""Revisions written into a folder of the test's own, to see what the machinery does with good and bad ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest

WriteRevision = Callable[..., None]

HEAD = """
import os, signal
import sqlalchemy as sa
from alembic import op
revision = {number!r}
down_revision = {before!r}
rows_change = {rows_change!r}

def upgrade():
{up}

def downgrade():
{down}
"""


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    folder = tmp_path / "versions"
    folder.mkdir()
    return folder


@pytest.fixture
def revise(versions: Path) -> WriteRevision:
    """Add a revision after those already written."""

    def write(up: str, down: str = "pass", rows_change: frozenset[str] = frozenset()) -> None:
        count = len(list(versions.glob("*.py")))
        number, before = f"{count + 1:04d}", f"{count:04d}" if count else None
        body = HEAD.format(
            number=number, before=before, rows_change=rows_change, up=indent(up, "    "), down=indent(down, "    ")
        )
        (versions / f"{number}_x.py").write_text(body)

    return write
