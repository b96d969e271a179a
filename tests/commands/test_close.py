"""`naungan close`: two people, named; the frozen recap is what `naungan recap` prints from then on."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.models import Unit
from app.cases import registration
from app.commands.context import operator
from app.reports import frozen
from config import Settings
from tests.commands.conftest import Naungan, opened
from tests.reporting import child, intake

pytestmark = [pytest.mark.usefixtures("english"), pytest.mark.sqlite_only(reason="the services are tested on both")]
FIRST, SECOND = "tujuh-ekor-angsa-putih", "sembilan-layang-layang-biru"
DAY = date(2025, 5, 4)
TWO = ("--by", "a@contoh.go.id", "--sign", "b@contoh.go.id")


def report(office: Settings) -> None:
    with opened(office) as runtime, runtime.begin(operator("test")) as work:
        unit = work.session.scalars(select(Unit)).one()
        registration.register_case(work, intake((child(day=DAY),), day=DAY), unit)


def test_a_month_is_closed_corrected_and_revised(
    office: Settings, naungan: Naungan, monkeypatch: pytest.MonkeyPatch
) -> None:
    for email, roles, password in (("a@contoh.go.id", "DATA", FIRST), ("b@contoh.go.id", "KEPALA", SECOND)):
        said = naungan("users", "create", email, "--name", "P", "--roles", roles, "--password-stdin", stdin=password)
        assert said.code == 0, said.err
    report(office)
    month = ("close", "--month", "2025-05")

    assert naungan(*month, *TWO).code == 1  # warnings nobody accepted
    assert naungan(*month, "--by", "a@contoh.go.id", "--sign", "a@contoh.go.id", "--accept-warnings").code == 1
    assert naungan(*month, "--withdraw", "--by", "a@contoh.go.id").code == 0
    said = naungan(*month, *TWO, "--accept-warnings", "--json")
    assert said.code == 0, said.err
    assert [row["status"] for row in said.json["versions"]] == ["withdrawn", "signed"]
    shown = naungan("recap", "--month", "2025-05", "--json").json
    assert (shown["status"], shown["hash"]) == ("closed", said.json["versions"][1]["hash"])
    assert shown["hash"] in naungan("recap", "--month", "2025-05").out

    report(office)
    assert naungan("recap", "--month", "2025-05", "--json").json == shown
    assert {"table": "totals", "row": "cases", "group": "", "sex": "", "frozen": 1, "now": 2} in naungan(
        *month, "--json"
    ).json["pending"]
    assert naungan(*month, *TWO, "--accept-warnings").code == 1  # closed: a revision needs a reason
    assert naungan(*month, *TWO, "--accept-warnings", "--revise", "late report").code == 0
    assert naungan("recap", "--month", "2025-05", "--json").json["status"] == "revised"
    assert naungan("close", "--verify", "--json").json == {"frozen": 3, "wrong": []}

    monkeypatch.setattr(frozen, "hash_of", lambda raw: bytes(32))
    said = naungan(*month, "--json")
    assert (said.code, said.json["unreadable"], said.json["pending"], len(said.json["versions"])) == (1, True, [], 3)
    assert "do not fit their hash" in naungan(*month).err
