"""`naungan shred`: the same acts and the same two people as on the pages (design 7, security 2.7)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.cases.models import Case
from app.retention import writing
from config import Settings
from tests import case_factories as made
from tests import retention_office
from tests.commands.conftest import Naungan, opened
from tests.commands.test_backup_erased import at_work

pytestmark = pytest.mark.usefixtures("english")

FIRST, SECOND = "tujuh-ekor-angsa-putih", "sembilan-layang-layang-biru"
GIVEN = ("--basis", "Jadwal retensi rekaan", "--reason", "masa simpan lewat")


def status_of(office: Settings, number: str) -> str:
    with opened(office) as runtime, runtime.looking(retention_office.OPERATOR) as work:
        return str(work.session.scalar(select(Case.status).where(Case.register_no == number)))


@pytest.mark.sqlite_only(reason="the services are tested on both")
def test_two_people_erase_a_due_file_by_their_own_passwords_and_nobody_alone(
    naungan: Naungan, office: Settings
) -> None:
    for email, roles, password in (("a@contoh.go.id", "SUPERVISOR", FIRST), ("b@contoh.go.id", "KEPALA", SECOND)):
        said = naungan(
            "users", "create", email, "--name", "Pegawai", "--roles", roles, "--password-stdin", stdin=password
        )
        assert said.code == 0, said.err
    assert naungan("shred", "list", "--json").json == {"due": [], "erased": 0, "units_with_a_rule": 0}
    with at_work(office) as here:
        here.clock.pass_by(days=-1000)
        retention_office.set_rule(here)
        case_id = made.make_case(here, **retention_office.ADULT)
        made.finish(here, case_id, "closed")
        number = made.case_row(here, case_id).register_no
    (due,) = naungan("shred", "list", "--json").json["due"]
    assert due["case"] == number
    both = ("--by", "a@contoh.go.id", "--sign", "b@contoh.go.id", *GIVEN)
    for arguments, passwords in (
        (both, f"{FIRST}\nsalah\n"),
        (both, "\n\n"),
        (("--by", "a@contoh.go.id", "--sign", "a@contoh.go.id", *GIVEN), f"{FIRST}\n{FIRST}\n"),
        (("--by", "a@contoh.go.id", "--sign", "nobody@contoh.go.id", *GIVEN), f"{FIRST}\n{FIRST}\n"),
    ):
        said = naungan("shred", "case", number, *arguments, stdin=passwords)
        assert (said.code, said.out) == (1, "")
        assert said.err
        assert FIRST not in said.err
        assert status_of(office, number) == "closed"
    assert naungan("shred", "case", "PPA/1900/0001", *both, stdin=f"{FIRST}\n{SECOND}\n").code == 1

    said = naungan("shred", "case", number, *both, "--json", stdin=f"{FIRST}\n{SECOND}\n")
    assert said.code == 0, said.err
    assert (said.json["case"], said.json["residue"]) == (number, False)
    assert status_of(office, number) == "erased"
    assert [entry.case for entry in writing.read_file(writing.path_beside(office.keyring))] == [case_id]
    assert naungan("shred", "settle", "--json").json["clean"] is True
    assert naungan("shred", "list", "--json").json == {"due": [], "erased": 1, "units_with_a_rule": 1}
    assert naungan("facts", "rebuild", "--check").code == 0
    with opened(office) as runtime, runtime.looking(retention_office.OPERATOR) as work:
        done = select(func.count()).select_from(AuditEntry).where(AuditEntry.event == "erasure:done")
        assert work.session.scalar(done) == 1
