"""An office as `naungan init` leaves it, made once for each database and copied for each test."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from app.commands.main import main
from tests import postgres


@dataclass(frozen=True)
class SetUp:
    """Where the office lies: its folder, and its database (a file, or the name of one on the server)."""

    folder: Path
    database: str
    server: str = ""

    @classmethod
    def by_command(cls, kind: str, request: pytest.FixtureRequest, folder: Path, init: Sequence[str]) -> SetUp:
        """Run the command in an empty folder, on an empty database."""
        server = request.getfixturevalue("postgresql_url") if kind == "postgresql" else ""
        url = postgres.create_database(server) if server else f"sqlite:///{folder / 'naungan.db'}"
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
            for name in [name for name in os.environ if name.startswith("NAUNGAN_")]:
                patch.delenv(name)
            patch.setenv("NAUNGAN_DATA_DIR", str(folder / "office"))
            patch.setenv("DATABASE_URL", url)
            assert main(list(init)) == 0
        return cls(folder / "office", str(make_url(url).database), server)

    def copy_to(self, folder: Path, url: str) -> None:
        """The same office in another folder, and in the database of this address, which is empty."""
        shutil.copytree(self.folder, folder)
        wanted = str(make_url(url).database)
        if not self.server:
            shutil.copyfile(self.database, wanted)
            return
        connection = postgres.administrator(self.server)
        connection.execute(text(f"DROP DATABASE {wanted}"))
        connection.execute(text(f"CREATE DATABASE {wanted} TEMPLATE {self.database} STRATEGY file_copy"))
