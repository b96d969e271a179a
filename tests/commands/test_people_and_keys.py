"""`users`, `keys`, `audit`, `clocks` and `routes`: the services of the pages, from the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.accounts import sign_in
from app.accounts.models import User
from app.audit.models import AuditEntry
from app.cases.models import Case
from app.cases.registration import register_case
from app.commands.users import unit_of
from app.db.engine import make_engine
from app.db.session import read_session
from app.domain.access import system
from app.security import keyring
from app.work import Origin
from config import Settings
from tests.case_factories import NAMES, client, intake
from tests.commands.conftest import PASSPHRASE, Naungan, opened

pytestmark = pytest.mark.usefixtures("english")

PASSWORD = "tujuh-ekor-angsa-putih"
CREATE = ("users", "create", "siti@contoh.go.id", "--name", "Siti Rekaan", "--roles", "supervisor,DATA")


def sign_in_as(settings: Settings, password: str) -> sign_in.SignedIn:
    with opened(settings) as runtime:
        return sign_in.sign_in(runtime, Origin(), sign_in.Credentials("siti@contoh.go.id", password))


# --- users -----------------------------------------------------------------------------------------------------------


def test_an_account_with_a_password_can_sign_in(naungan: Naungan, office: Settings) -> None:
    said = naungan(*CREATE, "--password-stdin", "--json", stdin=PASSWORD + "\n")
    assert said.code == 0
    assert (said.json["roles"], said.json["activation_token"]) == (["DATA", "SUPERVISOR"], "")
    assert PASSWORD not in said.out + said.err
    assert sign_in_as(office, PASSWORD).token


def test_an_account_without_one_gets_a_token(naungan: Naungan, office: Settings) -> None:
    assert naungan(*CREATE, "--json").json["activation_token"]
    with pytest.raises(sign_in.SignInRefused):
        sign_in_as(office, PASSWORD)


@pytest.mark.parametrize("password", ["pendek", "", "siti@contoh.go.id", "x" * 129])
def test_a_weak_password_makes_no_account(naungan: Naungan, office: Settings, password: str) -> None:
    said = naungan(*CREATE, "--password-stdin", stdin=password + "\n")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("password: ")
    assert naungan("users", "list", "--json").json == {"users": []}


@pytest.mark.parametrize(
    ("email", "roles"),
    [("no-address", "DATA"), ("a@contoh.go.id", "BOSS"), ("a@contoh.go.id", ","), ("a@contoh.go.id", "")],
)
def test_bad_input_says_what_is_wrong_and_changes_nothing(
    naungan: Naungan, office: Settings, email: str, roles: str
) -> None:
    said = naungan("users", "create", email, "--name", "A", "--roles", roles)
    assert (said.code, said.out) == (1, "")
    assert said.err.strip()
    assert naungan("users", "list", "--json").json == {"users": []}


def test_an_address_is_taken_once(naungan: Naungan, office: Settings) -> None:
    assert naungan(*CREATE).code == 0
    said = naungan(*CREATE)
    assert said.code == 1
    assert "email" in said.err


def test_roles_and_access_are_changed_by_address(naungan: Naungan, office: Settings) -> None:
    naungan(*CREATE, "--password-stdin", stdin=PASSWORD)
    assert naungan("users", "set-roles", "siti@contoh.go.id", "--roles", "AUDITOR").code == 0
    assert naungan("users", "disable", "siti@contoh.go.id").code == 0
    row = naungan("users", "list", "--json").json["users"][0]
    assert (row["roles"], row["state"], row["unit"]) == (["AUDITOR"], "disabled", "63.03")
    with pytest.raises(sign_in.SignInRefused):
        sign_in_as(office, PASSWORD)
    assert naungan("users", "enable", "SITI@contoh.go.id").code == 0
    assert sign_in_as(office, PASSWORD).token


@pytest.mark.parametrize("act", [["disable"], ["enable"], ["set-roles", "--roles", "DATA"]])
def test_nobody_is_not_found_in_words(naungan: Naungan, office: Settings, act: list[str]) -> None:
    said = naungan("users", act[0], "nobody@contoh.go.id", *act[1:])
    assert (said.code, said.out) == (1, "")
    assert "account" in said.err


def test_listing_people_is_audited(naungan: Naungan, office: Settings) -> None:
    naungan(*CREATE)
    assert "siti@contoh.go.id" in naungan("users", "list").out
    with opened(office) as runtime, read_session(runtime.engine) as session:
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
        assert (newest.event, newest.sections, newest.actor_roles) == (
            "user:listed",
            "user.contact",
            "naungan users list",
        )


def test_an_address_is_nowhere_in_the_clear(naungan: Naungan, office: Settings) -> None:
    naungan(*CREATE)
    with opened(office) as runtime, read_session(runtime.engine) as session:
        user = session.scalars(select(User)).one()
        assert b"siti@" not in user.contact_sealed


# --- keys ------------------------------------------------------------------------------------------------------------


def test_a_copy_is_verified_from_file_and_from_paper(naungan: Naungan, office: Settings, tmp_path: Path) -> None:
    file, paper = tmp_path / "k", tmp_path / "k.txt"
    said = naungan("keys", "export", file, "--sheet", paper, "--json")
    passphrase = said.json["passphrase"]
    assert naungan("keys", "status", "--json").json["verified_at"] is None
    for copy in (file, paper):
        assert naungan("keys", "verify", copy, "--passphrase-stdin", stdin=passphrase).code == 0
    assert naungan("keys", "status", "--json").json["verified_at"]
    assert passphrase not in paper.read_text()


def test_status_gives_no_key_away(naungan: Naungan, key_copy: Path, office: Settings) -> None:
    ring = keyring.load(office.keyring)
    said = naungan("keys", "status").out + naungan("keys", "status", "--json").out
    assert ring.root.hex() not in said
    assert ring.fingerprint() in said


@pytest.mark.sqlite_only("no database")
def test_a_passphrase_of_eleven_is_too_short(naungan: Naungan, office: Settings, tmp_path: Path) -> None:
    said = naungan("keys", "export", tmp_path / "k", "--passphrase-stdin", stdin="x" * 11)
    assert (said.code, said.out) == (1, "")
    assert "12" in said.err
    assert not (tmp_path / "k").exists()


@pytest.mark.sqlite_only("no database")
def test_an_existing_file_is_not_overwritten_by_keys(naungan: Naungan, key_copy: Path) -> None:
    before = key_copy.read_bytes()
    assert naungan("keys", "export", key_copy, "--passphrase-stdin", stdin=PASSPHRASE).code == 1
    assert key_copy.read_bytes() == before


def test_a_wrong_passphrase_and_a_damaged_copy_sound_the_same(
    naungan: Naungan, office: Settings, key_copy: Path
) -> None:
    wrong = naungan("keys", "verify", key_copy, "--passphrase-stdin", stdin="another passphrase")
    data = bytearray(key_copy.read_bytes())
    data[-1] ^= 1
    key_copy.write_bytes(data)
    damaged = naungan("keys", "verify", key_copy, "--passphrase-stdin", stdin=PASSPHRASE)
    assert (wrong.code, damaged.code) == (1, 1)
    assert wrong.err == damaged.err


@pytest.mark.sqlite_only("one is enough")
def test_mistyped_lines_of_a_sheet_are_named(naungan: Naungan, office: Settings, tmp_path: Path) -> None:
    paper = tmp_path / "k.txt"
    naungan("keys", "export", tmp_path / "k", "--sheet", paper, "--passphrase-stdin", stdin=PASSPHRASE)
    lines = paper.read_text().splitlines()
    third = next(place for place, line in enumerate(lines) if line.strip().startswith("03/"))
    paper.write_text("\n".join(lines[:third] + lines[third + 1 :]))
    said = naungan("keys", "verify", paper, "--passphrase-stdin", stdin=PASSPHRASE)
    assert said.code == 1
    assert "3" in said.err


@pytest.mark.sqlite_only("one is enough")
def test_a_copy_of_other_keys_does_not_verify(naungan: Naungan, key_copy: Path, office: Settings) -> None:
    with opened(office) as runtime:
        other = keyring.create(runtime.now())
    ours = keyring.load(office.keyring)
    changed = keyring.Keyring(
        ours.deployment,
        2,
        (*ours.keks, keyring.Kek(2, keyring.KekState.DECRYPT_ONLY, other.root)),
        ours.root,
        ours.created_at,
    )
    keyring.save(office.keyring, changed, overwrite=True)
    said = naungan("keys", "verify", key_copy, "--passphrase-stdin", "--json", stdin=PASSPHRASE)
    assert (said.code, said.json["ok"]) == (1, False)
    assert "KEK-2" in said.err


@pytest.mark.sqlite_only("files")
def test_restored_keys_are_those_that_were_exported_and_never_overwrite(
    naungan: Naungan, key_copy: Path, office: Settings
) -> None:
    before = keyring.load(office.keyring).fingerprint()
    assert naungan("keys", "restore", key_copy, "--passphrase-stdin", stdin=PASSPHRASE).code == 1
    office.keyring.unlink()
    assert naungan("keys", "restore", key_copy, "--passphrase-stdin", stdin="wrong passphrase").code == 1
    assert not office.keyring.exists()
    assert naungan("keys", "restore", key_copy, "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    assert keyring.load(office.keyring).fingerprint() == before
    assert office.keyring.stat().st_mode & 0o777 == 0o600


# --- audit, clocks, routes -------------------------------------------------------------------------------------------


def test_an_edited_event_is_named(naungan: Naungan, office: Settings) -> None:
    assert naungan("audit", "verify", "--json").json["ok"] is True
    engine = make_engine(office.database_url)
    on = "" if engine.dialect.name == "sqlite" else " ON audit_events"
    with engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER tr_audit_events_no_update{on}"))
        connection.execute(text("UPDATE audit_events SET result = 'other' WHERE seq = 2"))
    engine.dispose()
    said = naungan("audit", "verify", "--json")
    assert (said.code, said.json["bad_seq"], said.json["reason"]) == (1, 2, "edited")


def test_clocks_of_open_cases_are_listed_and_the_listing_is_audited(naungan: Naungan, office: Settings) -> None:
    with opened(office) as runtime, runtime.begin(system("test")) as work:
        case = register_case(work, intake(work, (client(),)), unit_of(work, ""))
        number, case_id = case.register_no, case.id
    said = naungan("clocks", "list", "--json")
    rows = said.json["clocks"]
    assert rows
    assert rows[0].keys() == {"case", "register_no", "subject", "rule", "kind", "due_at", "state", "overdue"}
    assert {row["register_no"] for row in rows} == {number}
    assert all(datetime.fromisoformat(row["due_at"]).tzinfo for row in rows)
    assert [row["due_at"] for row in rows] == sorted(row["due_at"] for row in rows)
    assert not any(name in said.out for name in NAMES)
    with opened(office) as runtime, read_session(runtime.engine) as session:
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
        assert (newest.event, newest.cases, newest.sections) == ("clock:listed", str(case_id), "case.clocks")
    assert naungan("clocks", "list", "--unit", "63.03").code == 0
    assert naungan("clocks", "list", "--unit", "64.02").code == 1


def test_a_sweep_looks_at_cases_whose_step_is_due(naungan: Naungan, office: Settings) -> None:
    with opened(office) as runtime, runtime.begin(system("test")) as work:
        register_case(work, intake(work, (client(),)), unit_of(work, ""))
        work.session.flush()
    engine = make_engine(office.database_url)
    with engine.begin() as connection:
        connection.execute(Case.__table__.update().values(watch_at=datetime.fromisoformat("2020-01-01T00:00:00+00:00")))
    engine.dispose()
    assert naungan("clocks", "sweep", "--json").json == {"cases": 1}
    assert naungan("clocks", "sweep", "--json").json == {"cases": 0}


@pytest.mark.sqlite_only("no database of the office")
def test_routes_are_listed_with_their_capabilities_without_an_office(naungan: Naungan, settings: Settings) -> None:
    rows = naungan("routes", "--permissions", "--json").json["routes"]
    assert all(row["capability"] and row["methods"] for row in rows)
    assert not settings.data_dir.exists()
    assert "capability" not in naungan("routes", "--json").json["routes"][0]
