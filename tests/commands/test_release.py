"""`naungan release`: the same acts and the same two people as on the pages, each by the own password (design 4, 7)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.models import Unit
from app.cases import registration
from app.commands.context import operator
from config import Settings
from tests.commands.conftest import Naungan, opened
from tests.reporting import child, intake

pytestmark = pytest.mark.usefixtures("english")

DAY = date(2025, 2, 4)
FIRST, SECOND = "tujuh-ekor-angsa-putih", "sembilan-layang-layang-biru"


@pytest.mark.sqlite_only(reason="the services are tested on both")
def test_two_people_make_a_quarter_public_by_their_own_passwords_and_nobody_alone(
    naungan: Naungan, office: Settings
) -> None:
    for email, roles, password in (("a@contoh.go.id", "DATA", FIRST), ("b@contoh.go.id", "KEPALA", SECOND)):
        named = ("--name", "Pegawai", "--roles", roles, "--password-stdin")
        assert naungan("users", "create", email, *named, stdin=password).code == 0
    with opened(office) as runtime, runtime.begin(operator("test")) as work:
        unit = work.session.scalars(select(Unit)).one()
        clients = tuple(child(9, "P", ("VK_FISIK",), DAY) for _ in range(8))
        registration.register_case(work, intake(clients, day=DAY), unit)
    asked = ("release", "--quarter", "2025-1", "--by", "a@contoh.go.id")
    both = (*asked, "--sign", "b@contoh.go.id")
    for arguments, passwords in (
        (asked, ""),
        (asked, f"{SECOND}\n"),
        (both, f"{FIRST}\nsalah\n"),
        (both, f"{SECOND}\n{FIRST}\n"),
        ((*asked, "--sign", "nobody@contoh.go.id"), f"{FIRST}\n{FIRST}\n"),
        (("release", "--quarter", "2025-1", "--by", "b@contoh.go.id"), f"{SECOND}\n"),  # who signs does not make
    ):
        said = naungan(*arguments, stdin=passwords)
        assert (said.code, said.out) == (1, ""), arguments
        assert FIRST not in said.err
    assert naungan("release", "--json").json == {"releases": []}

    said = naungan(*both, "--json", stdin=f"{FIRST}\n{SECOND}\n")
    assert said.code == 0, said.err
    assert (said.json["state"], said.json["number"], said.json["release"]["victims"]) == ("signed", 1, 8)
    (listed,) = naungan("release", "--json").json["releases"]
    assert listed["state"] == "signed"
    assert naungan("release", "--quarter", "2025-1").code == 2
