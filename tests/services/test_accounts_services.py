"""Acts about people on both databases: who may, what is kept, what is recorded."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from app.accounts import queries, services, sessions, throttle
from app.accounts.models import RoleGrant, User
from app.accounts.sign_in import Credentials, SignInRefused, sign_in
from app.audit import chain
from app.audit import queries as audit_queries
from app.audit.events import Event
from app.db.session import read_session
from app.domain.access import Capability, capabilities_of, roles
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused, Stale
from app.domain.zones import Zone
from app.security import passwords
from app.work import Origin
from tests import kept
from tests.examples import examples
from tests.factories import PASSWORD, Office, fill


def test_a_person_is_found_by_address_and_the_address_is_sealed(office: Office) -> None:
    who = office.somebody("PENERIMA")
    with office.work() as work:
        user = queries.by_email(work, who.email.upper())
        assert user is not None
        assert who.email.encode() not in user.contact_sealed + user.email_tag
        assert services.contact_of(work, user).email == who.email
        work.recorded(Event.USERS_LISTED, user.id)


def test_nobody_without_the_capability_administers_people(office: Office) -> None:
    who, other = office.somebody("SUPERVISOR", "KEPALA"), office.somebody("PENERIMA")
    acts = [
        lambda work: services.create_user(work, email="a@contoh.go.id", name="A", role_codes=[]),
        lambda work: services.set_roles(work, other.id, ["URC"]),
        lambda work: services.disable(work, other.id),
        lambda work: services.enable(work, other.id),
        lambda work: services.issue_activation(work, other.id),
        lambda work: services.change_user(work, other.id, name="B", phone=""),
        lambda work: services.create_unit(work, area_code="63.05", name="C", zone=Zone.WITA),
    ]
    for act in acts:
        with pytest.raises(NotPermitted), office.work(who.actor) as work:
            act(work)


def test_an_administrator_of_another_unit_sees_nobody_here(office: Office) -> None:
    stranger = office.somebody("ADMIN", unit_id=office.other_unit_id)
    who = office.somebody("PENERIMA")
    for act in (services.disable, services.enable, services.issue_activation):
        with pytest.raises(NotFound), office.work(stranger.actor) as work:
            act(work, who.id)
    with pytest.raises(NotFound), office.work(stranger.actor) as work:
        services.create_user(work, email="b@contoh.go.id", name="B", role_codes=[], unit_id=office.unit_id)


def test_only_the_operator_gives_an_account_a_password(office: Office) -> None:
    admin = office.somebody("ADMIN")
    with pytest.raises(NotPermitted), office.work(admin.actor) as work:
        services.create_user(work, email="c@contoh.go.id", name="C", role_codes=[], password_hash="x")


@pytest.mark.parametrize("name", ["x" * 161, "Ani\0", "Ani\nBudi", " "])
def test_a_name_that_no_page_could_show_is_refused(office: Office, name: str) -> None:
    with pytest.raises(Refused), office.work() as work:
        services.create_user(work, email="d@contoh.go.id", name=name, role_codes=[], unit_id=office.unit_id)


def test_nobody_administers_himself(office: Office) -> None:
    admin = office.somebody("ADMIN")
    office.somebody("ADMIN")
    for act in (services.disable, services.enable, services.issue_activation):
        with pytest.raises(NotPermitted), office.work(admin.actor) as work:
            act(work, admin.id)
    with pytest.raises(NotPermitted), office.work(admin.actor) as work:
        services.set_roles(work, admin.id, ["ADMIN", "AUDITOR"])


def test_a_refused_act_leaves_nothing_but_its_refusal(office: Office) -> None:
    admin, other = office.somebody("ADMIN"), office.somebody("ADMIN")
    with office.work() as work:
        services.disable(work, other.id)
    before = len(office.events())
    with pytest.raises(Refused, match="last-admin"), office.work() as work:
        services.set_roles(work, admin.id, ["PPDP"])
    assert len(office.events()) == before
    with office.work() as work:
        assert queries.roles_of(work, queries.get(work, admin.id)) == ("ADMIN",)


def test_roles_given_taken_and_given_again_keep_their_history(office: Office) -> None:
    office.somebody("ADMIN")
    who = office.somebody("PENERIMA")
    for wanted in (["MANAJER"], ["PENERIMA"], ["PENERIMA", "MANAJER"]):
        with office.work() as work:
            services.set_roles(work, who.id, wanted)
    with read_session(office.runtime.engine) as session:
        rows = [row for row in session.query(RoleGrant) if row.user_id == who.id]
    assert sorted((row.role, row.revoked_at is None) for row in rows) == [
        ("MANAJER", False),
        ("MANAJER", True),
        ("PENERIMA", False),
        ("PENERIMA", True),
    ]
    with read_session(office.runtime.engine) as session:
        assert chain.verify(session).ok


@pytest.mark.parametrize("column", ["unit_id", "password_hash", "disabled_at", "activation_hash", "version", "mac"])
def test_any_changed_column_of_a_credential_makes_the_row_absent(office: Office, column: str) -> None:
    who = office.somebody("PENERIMA")
    with office.work() as work:
        services.disable(work, who.id)
    changed = {
        "unit_id": office.other_unit_id,
        "password_hash": office.password_hash() + "x",
        "disabled_at": None,
        "activation_hash": b"x" * 32,
        "version": 9,
        "mac": b"x" * 32,
    }
    values = {column: changed[column]}
    if column == "activation_hash":
        values["activation_until"] = datetime(2027, 1, 1, tzinfo=UTC)
    with office.runtime.engine.begin() as connection:
        connection.execute(User.__table__.update().where(User.id == who.id).values(**values))
    with office.work() as work, pytest.raises(NotFound):
        queries.get(work, who.id)


def test_an_activation_code_works_once_also_for_two_at_the_same_moment(office: Office) -> None:
    with office.work() as work:
        account = services.create_user(work, email="d@contoh.go.id", name="D", role_codes=[], unit_id=office.unit_id)
    outcomes: list[str] = []

    def use(number: int) -> None:
        try:
            with office.runtime.begin(sessions.NOBODY) as work:
                services.activate(work, account.token, f"hash-{number}")
            outcomes.append("done")
        except (Refused, Stale):
            outcomes.append("refused")

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused", "refused", "refused"]


def test_a_hash_made_with_older_parameters_is_renewed_at_sign_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1, hash_len=32, salt_len=16)
    with monkeypatch.context() as older:
        older.setattr(passwords, "_HASHER", cheap)
        old = passwords.hash_password(office.runtime.crypt, PASSWORD)
    with office.work() as work:
        services.create_user(
            work, email="e@contoh.go.id", name="E", role_codes=[], unit_id=office.unit_id, password_hash=old
        )
    with kept.hashing_as_at_a_desk():
        assert fill(office.stranger(), "/sign-in", email="e@contoh.go.id", password=PASSWORD).status_code == 303
    with office.runtime.looking(sessions.NOBODY) as work:
        user = queries.by_email(work, "e@contoh.go.id")
        assert user is not None
        assert "m=19456,t=2,p=1" in str(user.password_hash)


def test_a_unit_is_added_by_the_operator_once(office: Office) -> None:
    with office.work() as work:
        assert services.create_unit(work, area_code="64", name="UPTD Provinsi", zone=Zone.WITA).kind == "prov"
    with pytest.raises(Conflict), office.work() as work:
        services.create_unit(work, area_code="64", name="Lagi", zone=Zone.WITA)
    for wrong in ("6303", "63.3", "63.03.01", "x"):
        with pytest.raises(Refused), office.work() as work:
            services.create_unit(work, area_code=wrong, name="Salah", zone=Zone.WITA)


def test_those_who_hold_a_capability_are_listed_without_the_absent(office: Office) -> None:
    manager, off, waiting = (
        office.somebody("MANAJER"),
        office.somebody("MANAJER"),
        office.somebody("MANAJER", password=False),
    )
    office.somebody("MANAJER", unit_id=office.other_unit_id)
    with office.work() as work:
        services.disable(work, off.id)
        found = queries.holders(work, office.unit_id, Capability.CASE_EDIT)
    assert [each.id for each in found] == [manager.id]
    assert waiting.id not in {each.id for each in found}


@given(st.sets(st.sampled_from(sorted(roles()) + ["TIDAK_ADA"])))
def test_roles_add_up_and_unknown_ones_give_nothing(codes: set[str]) -> None:
    held = capabilities_of(codes)
    assert held == frozenset({Capability.SELF}).union(
        *(roles()[code].capabilities for code in codes if code in roles())
    )
    assert Capability.OPERATE not in held


@given(st.integers(0, 200), st.integers(1, 20))
def test_delays_grow_and_have_an_end(failures: int, free: int) -> None:
    allowance = throttle.Allowance(b"", free, timedelta(minutes=15))
    here, next_one = throttle.delay(failures, allowance), throttle.delay(failures + 1, allowance)
    assert timedelta() <= here <= next_one <= timedelta(minutes=15)
    assert (here == timedelta()) == (failures < free)


@examples(30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=st.text(max_size=40))
def test_no_text_but_an_address_becomes_an_account(address: str) -> None:
    try:
        accepted = services.valid_email(address)
    except Refused:
        return
    assert accepted.count("@") == 1
    assert not any(sign.isspace() or ord(sign) < 33 for sign in accepted)


def test_a_disabled_person_is_nobody_even_with_an_open_session(office: Office) -> None:
    who, token = office.somebody("PENERIMA"), "t" * 43
    with office.work() as work:
        services.disable(work, who.id)
        sessions.open_session(work, queries.get(work, who.id), token)
    with office.runtime.looking(sessions.NOBODY) as work:
        assert sessions.look_up(work, token) is None


@pytest.mark.parametrize("act", ["disable", "issue_activation"])
def test_what_changes_while_a_password_is_compared_counts(
    office: Office, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    who = office.somebody("PENERIMA")
    compare = passwords.verify

    def slow(*given: object) -> passwords.Verdict:
        with office.work() as work:
            getattr(services, act)(work, who.id)
        return compare(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(passwords, "verify", slow)
    with pytest.raises(SignInRefused):
        sign_in(office.runtime, Origin(address="10.0.0.1"), Credentials(who.email, PASSWORD))


def test_a_disabled_persons_try_is_recorded_like_any_other(office: Office) -> None:
    who = office.somebody("PENERIMA")
    with office.work() as work:
        services.disable(work, who.id)
    with pytest.raises(SignInRefused):
        sign_in(office.runtime, Origin(address="10.0.0.1"), Credentials(who.email, PASSWORD))
    assert (office.events()[-1].event, office.events()[-1].object_id) == (Event.SIGN_IN_FAILED, who.id)


def test_the_log_shows_each_reader_what_is_the_readers(office: Office) -> None:
    one, other = office.somebody("PENERIMA"), office.somebody("PENERIMA")
    reader, far = office.somebody("AUDITOR"), office.somebody("PENERIMA", unit_id=office.other_unit_id)
    for who in (one, other, far):
        with office.work(who.actor) as work:
            work.recorded(Event.PAGE_OPENED)
    seen = {}
    for who in (one, reader):
        with office.runtime.looking(who.actor) as work:
            rows = work.session.scalars(audit_queries.visible_to(work.actor))
            seen[who.id] = {row.actor_id for row in rows if row.actor_id is not None}
    assert seen == {one.id: {one.id}, reader.id: {one.id, other.id}}
