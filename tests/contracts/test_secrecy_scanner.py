"""The scanner of the secrecy tests finds what it is shown, in every shape: a test that cannot fail proves nothing."""

from __future__ import annotations

import base64
import sqlite3
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.contracts.planting import Plant, scan, scan_bytes

SECRET = Plant("name", "Kasmirah Wulandoro")


@pytest.mark.parametrize("offset", [0, 1, 2])
@pytest.mark.parametrize("tail", ["", "x", "xy"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("case", [str, str.upper, str.lower])
def test_base64_is_found_wherever_the_text_begins(offset: int, tail: str, coding: str, case: type[str]) -> None:
    data = b"\xf0" * offset + case(SECRET.text).encode(coding) + tail.encode()
    for coded in (base64.b64encode(data), base64.urlsafe_b64encode(data)):
        assert scan_bytes(b"a=" + coded + b";", [SECRET], "x")


@pytest.mark.parametrize(
    "data",
    [
        SECRET.text.encode(),
        SECRET.text.upper().encode(),
        SECRET.text.lower().encode("utf-16-le"),
        b"\0" + SECRET.text.encode("utf-16-be"),
        quote(SECRET.text).encode(),
        quote_plus(SECRET.text).encode(),
        SECRET.text.encode().hex().upper().encode(),
    ],
)
def test_plain_and_quoted_texts_are_found(data: bytes) -> None:
    assert scan_bytes(bytes(200) + b"abc" + data + bytes(200), [SECRET], "x")
    assert not scan_bytes(bytes(200) + data[:-2] + bytes(200), [SECRET], "x")


def test_what_is_not_there_is_not_found() -> None:
    assert scan_bytes(b"Kasmirah W. " + bytes(1000), [SECRET], "x") == []


def test_a_deleted_row_is_still_found_in_the_files_of_the_database(tmp_path: Path) -> None:
    path = tmp_path / "scratch.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("CREATE TABLE scratch (words TEXT)")
    connection.execute("INSERT INTO scratch VALUES (?)", (SECRET.text,))
    connection.execute("DELETE FROM scratch")
    assert {hit.place for hit in scan([tmp_path], [SECRET])} == {"scratch.db-wal"}
    connection.close()


def test_a_file_name_counts(tmp_path: Path) -> None:
    (tmp_path / f"surat-{SECRET.text.lower()}.txt").write_text("kosong")
    assert [hit.what for hit in scan([tmp_path], [SECRET])] == ["name"]
