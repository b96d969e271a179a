"""`naungan export`: what goes out comes back with the same counts; sealed, and without names unless two people say so (design 7)."""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.commands.context import open_office, operator
from tests.exchange.packages import one_case, write
from tests.exchange.random_packages import package

Run = Callable[..., tuple[int, str, str]]
RunJson = Callable[..., tuple[int, Any]]
FIRST, SECOND = "tujuh-ekor-angsa-putih", "sembilan-layang-layang-biru"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put words on standard input."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def counted(run: RunJson, year: int) -> list[Any]:
    return [run("recap", "--year", str(year))[1], run("klaster-v", "--year", str(year))[1]]


def sheet(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def events(name: str) -> list[AuditEntry]:
    with open_office() as office, office.runtime.looking(operator()) as work:
        return list(work.session.scalars(select(AuditEntry).where(AuditEntry.event == name).order_by(AuditEntry.seq)))


def test_what_was_exported_sealed_gives_the_same_counts_again(
    naungan_json: RunJson, naungan: Run, typed: Callable[[str], None], tmp_path: Path
) -> None:
    sheets = package(random.Random(7), (2021, 2022), cases=15)  # noqa: S311 - chance, not secrecy
    code, first = naungan_json("import", write(tmp_path / "package", sheets))
    assert (code, first["refused"][:5]) == (0, [])
    before = [counted(naungan_json, year) for year in (2021, 2022)]

    code, made = naungan_json("export", tmp_path / "out.naungan")
    assert (code, made["sealed"], made["exported"]["cases"]) == (0, True, 30)
    sealed = (tmp_path / "out.naungan").read_bytes()
    assert b"case_ref" not in sealed
    assert (tmp_path / "out.naungan").stat().st_mode & 0o077 == 0
    assert naungan_json("import", "--undo", first["import"])[0] == 0

    assert naungan("import", tmp_path / "out.naungan")[0] == 2
    typed("salah-salah-salah\n")
    assert naungan("import", tmp_path / "out.naungan", "--passphrase-stdin")[0] == 1
    typed(made["passphrase"] + "\n")
    code, again = naungan_json("import", tmp_path / "out.naungan", "--passphrase-stdin")
    assert (code, again["refused"]) == (0, [])
    assert [counted(naungan_json, year) for year in (2021, 2022)] == before
    assert naungan("facts", "rebuild", "--check")[0] == 0


def test_without_the_word_of_two_nothing_names_anybody(naungan_json: RunJson, naungan: Run, tmp_path: Path) -> None:
    named = one_case(
        cases={"summary": "RAHASIA", "register_no": "PPA/2025/0077", "incident_area": "64.02.06.1002"},
        victims={"name": "RAHASIA", "nik": "6402064107150001", "birth_date": "2015-07-01", "phone": "081234567890"},
        perpetrators={"name": "RAHASIA", "birth_date": "1980-01-01"},
    )
    named["reporters"] = [{"case_ref": "K1", "name": "RAHASIA", "phone": "081234567890", "relation": "RAHASIA"}]
    code, document = naungan_json("import", write(tmp_path / "package", named))
    assert (code, document["refused"]) == (0, [])

    assert naungan("export", tmp_path / "out", "--plaintext-i-know")[0] == 0

    text = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    for secret in ("RAHASIA", "6402064107150001", "2015-07-01", "1234567890", "1980-01-01", "0077", "1002"):
        assert secret not in text
    assert not (tmp_path / "out" / "reporters.csv").exists()
    assert sheet(tmp_path / "out", "victims")[0]["age_at_incident"] == "9"
    (event,) = events("exchange:exported")
    assert event.purpose == "codes"
    assert "identity" not in str(event.sections)
    assert naungan("export", tmp_path / "out", "--plaintext-i-know")[0] == 1  # never over what is there


@pytest.mark.sqlite_only(reason="the acts are tested on both")
def test_identities_go_out_by_the_passwords_of_two(
    naungan_json: RunJson, naungan: Run, typed: Callable[[str], None], tmp_path: Path
) -> None:
    naungan_json("import", write(tmp_path / "package", one_case(victims={"name": "Siti, Contoh"})))
    for email, role, password in (("a@contoh.go.id", "SUPERVISOR", FIRST), ("b@contoh.go.id", "KEPALA", SECOND)):
        typed(password)
        said = naungan("users", "create", email, "--name", "Pegawai", "--roles", role, "--password-stdin")
        assert said[0] == 0, said
    out = ("export", tmp_path / "out", "--plaintext-i-know", "--with-identities")
    assert naungan(*out)[0] == 2
    for asks, signs, words in (
        ("a@contoh.go.id", "b@contoh.go.id", f"{FIRST}\nsalah\n"),
        ("a@contoh.go.id", "a@contoh.go.id", f"{FIRST}\n{FIRST}\n"),
        ("b@contoh.go.id", "a@contoh.go.id", f"{SECOND}\n{FIRST}\n"),  # a head approves, and does not ask
    ):
        typed(words)
        assert naungan(*out, "--by", asks, "--sign", signs)[0] == 1
        assert not (tmp_path / "out").exists()
    assert events("exchange:exported") == []

    typed(f"{FIRST}\n{SECOND}\n")
    code, _, said = naungan(*out, "--by", "a@contoh.go.id", "--sign", "b@contoh.go.id")

    assert code == 0, said
    assert sheet(tmp_path / "out", "victims")[0]["name"] == "Siti, Contoh"
    assert [len(events(f"exchange:{name}")) for name in ("asked", "approved", "exported")] == [1, 1, 1]
