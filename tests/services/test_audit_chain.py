"""The audit chain on both databases: gapless under threads, append-only, and every kind of tampering found (security 4)."""

# ruff: noqa: PT012 - an act is a block

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta, timezone
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, delete, insert, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit import chain
from app.audit.models import AuditEntry, AuditHead
from app.db.engine import is_sqlite
from app.db.session import read_session, write_session
from app.db.triggers import registry
from app.security.canonical import canonical
from app.security.models import Deployment, WrappedKey
from app.security.vault import Closed
from app.work import AuditLine, Origin, Runtime
from tests.services.sealed_office import ACTOR, NOW, deployment_row, events, make_case, make_runtime

EVENTS = 9


@pytest.fixture
def runtime(engine: Engine) -> Runtime:
    return make_runtime(engine)


@pytest.fixture
def chained(runtime: Runtime) -> Runtime:
    """An office with nine events and no guards, as after somebody got hold of the database."""
    for number in range(EVENTS):
        runtime.record(ACTOR, Origin(), AuditLine("job:run", purpose=f"number {number}"))
    with write_session(runtime.engine) as session:
        for trigger in registry.of(["audit_events"]):
            if not is_sqlite(runtime.engine):
                session.execute(text(f"DROP TRIGGER {trigger.name} ON audit_events"))
            elif trigger.sqlite:
                session.execute(text(f"DROP TRIGGER {trigger.name}"))
        session.commit()
    return runtime


def verify(runtime: Runtime) -> tuple[int, int | None, str]:
    with read_session(runtime.engine) as session:
        verdict = chain.verify(session)
    return verdict.events, verdict.bad_seq, verdict.reason


def tamper(runtime: Runtime, act: Callable[[Session], object]) -> tuple[int, int | None, str]:
    with write_session(runtime.engine) as session:
        act(session)
        session.commit()
    return verify(runtime)


def entry_values(session: Session, seq: int) -> dict[str, object]:
    entry = session.get_one(AuditEntry, seq)
    return {column.name: getattr(entry, column.name) for column in AuditEntry.__table__.columns}


def rechained(values: dict[str, object], previous: bytes) -> dict[str, object]:
    """An event as a forger without the outside checkpoint would make it."""
    entry = AuditEntry(**values | {"prev_hash": previous})
    return values | {"prev_hash": previous, "hash": chain.entry_hash(entry)}


# --- what is appended -------------------------------------------------------------------------------------------------


def test_an_empty_chain_and_a_whole_chain_are_good(runtime: Runtime) -> None:
    assert verify(runtime) == (0, None, "")
    make_case(runtime)
    assert verify(runtime) == (1, None, "")


def test_events_are_numbered_without_gaps_and_each_holds_the_hash_of_the_one_before(runtime: Runtime) -> None:
    with runtime.begin(ACTOR, Origin("request-1", b"session", "192.0.2.7")) as work:
        work.recorded("job:run")
        work.recorded("case:listed")
    found = events(runtime.engine)
    assert [entry.seq for entry in found] == [1, 2]
    assert [entry.prev_hash for entry in found] == [chain.GENESIS, found[0].hash]
    assert (found[0].request_id, found[0].session_hash, found[0].actor_roles) == ("request-1", b"session", "test")
    assert b"192.0.2.7" not in found[0].address_sealed


def test_an_act_that_fails_leaves_no_event_and_no_gap(runtime: Runtime) -> None:
    with pytest.raises(ZeroDivisionError), runtime.begin(ACTOR) as work:
        work.recorded("job:run")
        raise ZeroDivisionError
    runtime.record(ACTOR, Origin(), AuditLine("job:run"))
    assert verify(runtime) == (1, None, "")


def test_a_session_that_saw_an_older_head_still_appends_at_the_end(runtime: Runtime) -> None:
    with write_session(runtime.engine) as session:
        older = session.get_one(AuditHead, 1)  # held: the session knows objects only while somebody does
        session.commit()
        runtime.record(ACTOR, Origin(), AuditLine("job:run"))
        chain.append(runtime._work(session, Closed(), ACTOR, Origin()), [AuditLine("job:run")])
        session.commit()
        assert older.seq == 2
    assert verify(runtime) == (2, None, "")


def test_the_chain_stays_gapless_when_threads_append_at_the_same_time(runtime: Runtime) -> None:
    threads, acts = 2, 50
    start, failures = threading.Barrier(threads), []

    def work_through() -> None:
        start.wait()
        for _ in range(acts):
            try:
                with runtime.begin(ACTOR) as work:
                    work.recorded("job:run")
                    work.recorded("job:run")
            except Exception as error:
                failures.append(error)

    crew = [threading.Thread(target=work_through) for _ in range(threads)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert failures == []
    assert verify(runtime) == (threads * acts * 2, None, "")


# --- append-only ------------------------------------------------------------------------------------------------------

CHANGES = [
    "UPDATE audit_events SET event = 'job:none' WHERE seq = 1",
    "UPDATE audit_events SET epoch = 1",
    "DELETE FROM audit_events WHERE seq = 1",
    "DELETE FROM audit_events",
    "TRUNCATE audit_events",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_itself_refuses_to_change_or_remove_events(runtime: Runtime, statement: str) -> None:
    make_case(runtime)
    if is_sqlite(runtime.engine) and statement.startswith("TRUNCATE"):
        return  # SQLite has no such statement
    with write_session(runtime.engine) as session, pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))
    assert verify(runtime) == (1, None, "")


# --- what verifying finds ---------------------------------------------------------------------------------------------

EDITS: dict[str, object] = {
    "id": UUID(int=1),
    "at": NOW + timedelta(microseconds=1),
    "actor_id": UUID(int=1),
    "unit_id": UUID(int=1),
    "actor_roles": "HEAD",
    "session_hash": b"other",
    "event": "job:none",
    "object_id": UUID(int=1),
    "cases": str(UUID(int=1)),
    "sections": "case.chronology",
    "objects": str(UUID(int=1)),
    "purpose": "other",
    "result": "denied",
    "request_id": "other",
    "address_sealed": b"other",
    "row_hash": b"other",
    "hash": bytes(32),
}


def test_every_column_of_an_event_is_under_its_hash() -> None:
    unhashed = {
        "seq",
        "prev_hash",
        "epoch",
        "seal",
    }  # number and link are checked apart; the seal comes after the event
    assert {column.name for column in AuditEntry.__table__.columns} - unhashed == set(EDITS)


@pytest.mark.parametrize("column", EDITS)
def test_an_edited_event_is_found(chained: Runtime, column: str) -> None:
    statement = update(AuditEntry).where(AuditEntry.seq == 4).values({column: EDITS[column]})
    assert tamper(chained, lambda session: session.execute(statement)) == (3, 4, "edited")


def test_an_event_edited_together_with_its_hash_breaks_the_link_of_the_next(chained: Runtime) -> None:
    def act(session: Session) -> None:
        values = entry_values(session, 4)
        values = rechained(values | {"purpose": "other"}, values["prev_hash"])
        session.execute(update(AuditEntry).where(AuditEntry.seq == 4).values(values))

    assert tamper(chained, act) == (4, 5, "link")


def test_a_missing_event_is_found(chained: Runtime) -> None:
    assert tamper(chained, lambda s: s.execute(delete(AuditEntry).where(AuditEntry.seq == 4))) == (3, 4, "missing")


def test_a_missing_first_event_is_found(chained: Runtime) -> None:
    assert tamper(chained, lambda s: s.execute(delete(AuditEntry).where(AuditEntry.seq == 1))) == (0, 1, "missing")


def test_an_event_taken_out_with_the_rest_moved_up_is_found(chained: Runtime) -> None:
    def act(session: Session) -> None:
        session.execute(delete(AuditEntry).where(AuditEntry.seq == 4))
        for seq in range(5, EVENTS + 1):
            session.execute(update(AuditEntry).where(AuditEntry.seq == seq).values(seq=seq - 1))

    assert tamper(chained, act)[1:] == (4, "link")


def test_an_inserted_event_is_found_before_the_first_after_the_last_and_in_between(chained: Runtime) -> None:
    def before(session: Session) -> None:
        session.execute(insert(AuditEntry).values(entry_values(session, 4) | {"seq": 0, "id": uuid4()}))

    def after(session: Session) -> None:
        session.execute(delete(AuditEntry).where(AuditEntry.seq == 0))
        last = entry_values(session, EVENTS)
        values = rechained(last | {"seq": EVENTS + 1, "id": uuid4()}, last["hash"])
        session.execute(insert(AuditEntry).values(values))

    assert tamper(chained, before) == (0, 1, "inserted")
    assert tamper(chained, after) == (EVENTS + 1, EVENTS + 2, "truncated")  # the head knows of nine


def test_two_swapped_events_are_found(chained: Runtime) -> None:
    def act(session: Session) -> None:
        for seq, to in ((4, 100), (5, 4), (100, 5)):
            session.execute(update(AuditEntry).where(AuditEntry.seq == seq).values(seq=to))

    assert tamper(chained, act)[1:] == (4, "link")


def test_a_truncated_tail_is_found_by_the_head(chained: Runtime) -> None:
    found = tamper(chained, lambda s: s.execute(delete(AuditEntry).where(AuditEntry.seq > 6)))
    assert found == (6, 7, "truncated")


def test_an_emptied_chain_and_a_missing_head_are_found(chained: Runtime) -> None:
    assert tamper(chained, lambda s: s.execute(delete(AuditHead))) == (EVENTS, EVENTS + 1, "truncated")
    assert tamper(chained, lambda s: s.execute(delete(AuditEntry))) == (0, 1, "truncated")


def test_a_tail_cut_together_with_the_head_shows_only_against_an_outside_checkpoint(chained: Runtime) -> None:
    """Stated in the guide (security 4): this is why later issues send checkpoints outside."""

    def act(session: Session) -> None:
        session.execute(delete(AuditEntry).where(AuditEntry.seq > 6))
        session.execute(update(AuditHead).values(seq=6, hash=entry_values(session, 6)["hash"]))

    assert tamper(chained, act) == (6, None, "")


# --- hashes of rows ---------------------------------------------------------------------------------------------------


def test_a_row_hash_is_the_same_before_and_after_a_trip_through_the_database(runtime: Runtime) -> None:
    row = deployment_row(runtime.crypt)
    row.created_at = NOW.astimezone(timezone(timedelta(hours=8)))
    with read_session(runtime.engine) as session:
        stored = session.get_one(Deployment, 1)
        assert chain.row_hash(row) == chain.row_hash(stored)
        stored.is_demo = True
        assert chain.row_hash(row) != chain.row_hash(stored)


def test_the_row_hash_of_an_act_stands_in_its_event(runtime: Runtime) -> None:
    row = WrappedKey(id=uuid4(), purpose="case", object_id=uuid4(), version=1, wrapped=b"x", created_at=NOW)
    with runtime.begin(ACTOR) as work:
        work.session.add(row)
        work.recorded("case:created", row.id, row=row)
    with read_session(runtime.engine) as session:
        assert events(runtime.engine)[-1].row_hash == chain.row_hash(session.get_one(WrappedKey, row.id))


def test_values_of_different_types_never_look_alike() -> None:
    day = NOW.date()
    values = [
        None,
        "",
        "None",
        "-",
        b"",
        b"None",
        0,
        "0",
        1,
        "i1",
        NOW,
        str(NOW),
        day,
        str(day),
        UUID(int=1),
        UUID(int=1).bytes,
    ]
    assert len({canonical(value) for value in values}) == len(values)
    assert canonical(True) == canonical(1)


@pytest.mark.parametrize("value", [1.5, {}, NOW.replace(tzinfo=None)])
def test_a_value_without_one_sure_text_has_no_canonical_form(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)  # type: ignore[arg-type]


def test_the_hash_of_an_event_is_frozen() -> None:
    entry = AuditEntry(
        seq=7,
        id=UUID(int=1),
        at=NOW,
        actor_id=UUID(int=2),
        unit_id=None,
        actor_roles="CASE SUPERVISOR",
        session_hash=b"session",
        event="case:opened",
        object_id=UUID(int=3),
        cases=str(UUID(int=3)),
        sections="case.chronology",
        purpose="",
        result="ok",
        request_id="r",
        address_sealed=b"sealed",
        row_hash=b"",
        prev_hash=hashlib.sha256(b"before").digest(),
    )
    assert chain.entry_hash(entry).hex() == "353b299f30a3a4b4e608bd3bb2b09975eece6088c33ede072efec4237cd11248"
