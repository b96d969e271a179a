"""The vault over both databases: what opens, in which context, and that each opening is named by one committed event."""

# ruff: noqa: PT012 - an act is a block

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, delete, select, text, update

from app.audit.models import AuditEntry, AuditHead
from app.db.base import Base
from app.db.engine import is_sqlite
from app.db.session import write_session
from app.domain.errors import NotFound, NotPermitted, Unavailable, Unreadable
from app.security.models import WrappedKey
from app.security.sections import AUTHOR, REGISTRY, Purpose, Section
from app.security.structs.case import Chronology, Incident
from app.security.structs.office import ClientAddress, Institution
from app.security.structs.people import ClientProfile
from app.security.vault import ActGrant, Closed, Crypt, NotOpened, OwnPlace, Place, ReadGrant, Vault, etag
from app.work import AuditLine, Opening, Runtime, Work
from tests.domain.documents import sample
from tests.services.sealed_office import (
    ACTOR,
    NOW,
    case_ids,
    count,
    events,
    make_case,
    make_runtime,
    second_process,
    vault,
)

CHRONOLOGY = (Section.CHRONOLOGY,)


@pytest.fixture
def runtime(engine: Engine) -> Runtime:
    return make_runtime(engine)


def opening(*places: Place) -> Opening:
    return Opening("case:opened", tuple(p.owner for p in places), tuple(dict.fromkeys(p.section for p in places)))


# --- sealing and opening ----------------------------------------------------------------------------------------------


def test_every_registered_section_seals_and_opens_through_the_vault(runtime: Runtime) -> None:
    case_id = uuid4()
    with vault(runtime) as box:
        box.new_case_key(case_id, NOW)
        for section, info in REGISTRY.items():
            owner = case_id if info.purpose is Purpose.CASE else runtime.crypt.office_id
            given, own = sample(info.struct), OwnPlace(section, uuid4(), owner, uuid4())
            if info.own_list == AUTHOR:
                assert box.open_own(own, box.seal_own(own, given), info.struct, own.author) == given
                continue
            place = Place(section, uuid4(), owner)
            if info.purpose is Purpose.PACKAGE:
                box.keys.create(Purpose.PACKAGE, place.row, NOW)
            assert box.open(place, box.seal(place, given), info.struct) == given


def test_a_blob_moved_to_another_row_section_or_case_is_refused_with_one_error(runtime: Runtime) -> None:
    (place, blob), (other, _) = make_case(runtime), make_case(runtime)
    moved = [
        Place(place.section, uuid4(), place.owner),
        Place(place.section, place.row, other.owner),
        Place(Section.INCIDENT, place.row, place.owner),
        Place(place.section, place.row, uuid4()),  # a case without key
    ]
    with vault(runtime) as box:
        for elsewhere in moved:
            with pytest.raises(Unreadable) as caught:
                box.open(elsewhere, blob, REGISTRY[elsewhere.section].struct)
            assert (str(caught.value), caught.value.__cause__) == ("sealed value", None)


def test_a_blob_of_another_deployment_is_refused(runtime: Runtime) -> None:
    place, blob = make_case(runtime)
    keyring = runtime.crypt.keyring
    foreign = type(keyring)(bytes(16), keyring.generation, keyring.keks, keyring.root, keyring.created_at)
    with write_session(runtime.engine) as session, pytest.raises(Unreadable, match="sealed value"):
        Vault(Crypt(foreign, runtime.crypt.office_id), session, ActGrant()).open(place, blob, Chronology)


def test_a_document_goes_only_into_its_own_section(runtime: Runtime) -> None:
    place, blob = make_case(runtime)
    with vault(runtime) as box:
        with pytest.raises(TypeError, match=r"case\.chronology does not hold Incident"):
            box.seal(place, Incident(report_on=NOW.date()))
        with pytest.raises(TypeError, match=r"case\.chronology does not hold Incident"):
            box.open(place, blob, Incident)


def test_a_document_that_could_not_be_read_back_is_not_sealed(runtime: Runtime) -> None:
    place, _ = make_case(runtime)
    profile = ClientProfile(age_at_incident="dua belas")  # type: ignore[arg-type]
    with vault(runtime) as box, pytest.raises(TypeError) as caught:
        box.seal(Place(Section.CLIENT_PROFILE, uuid4(), place.owner), profile)
    assert "dua belas" not in str(caught.value)


def test_an_etag_changes_with_every_save_and_with_the_order(runtime: Runtime) -> None:
    (_, first), (_, second) = make_case(runtime), make_case(runtime)
    tags = {etag(), etag(first), etag(second), etag(first, second), etag(second, first)}
    assert len(tags) == 5
    assert etag(first) == etag(first)
    assert {len(tag) for tag in tags} == {24}


def test_a_ledger_blob_gets_a_key_of_its_own_on_first_use_and_opens_only_as_itself(runtime: Runtime) -> None:
    mine, other = uuid4(), uuid4()
    with runtime.begin(ACTOR) as work:
        blob = work.vault.seal_ledger(mine, b"records", NOW)
        again = work.vault.seal_ledger(mine, b"changed", NOW)
        work.vault.seal_ledger(other, b"records", NOW)
        work.recorded("ledger:rebuilt")
    with vault(second_process(runtime)) as box:
        assert (box.open_ledger(mine, blob), box.open_ledger(mine, again)) == (b"records", b"changed")
        with pytest.raises(Unreadable):
            box.open_ledger(other, blob)
    with vault(runtime, Closed()) as box, pytest.raises(NotOpened):
        box.open_ledger(mine, blob)


# --- contexts ---------------------------------------------------------------------------------------------------------


def test_nothing_but_internal_sections_opens_outside_a_grant(runtime: Runtime) -> None:
    place, blob = make_case(runtime)
    institution = Place(Section.INSTITUTION, uuid4(), runtime.crypt.office_id)
    with vault(runtime) as box:
        directory = box.seal(institution, Institution(type="POLRI"))
    with runtime.looking(ACTOR) as work:
        assert work.vault.open(institution, directory, Institution).type == "POLRI"
        with pytest.raises(NotOpened):
            work.vault.open(place, blob, Chronology)


def test_a_page_opens_exactly_what_its_event_names(runtime: Runtime) -> None:
    (place, blob), (other, other_blob) = make_case(runtime), make_case(runtime)
    with runtime.reading(ACTOR, lambda work: opening(place)) as page:
        assert page.vault.open(place, blob, Chronology).text == "kata-kata"
        with pytest.raises(NotOpened):
            page.vault.open(other, other_blob, Chronology)
        with pytest.raises(NotOpened):
            page.vault.open(Place(Section.NOTE_BODY, place.row, place.owner), blob, REGISTRY[Section.NOTE_BODY].struct)


def test_the_event_of_a_page_is_committed_before_anything_can_open(runtime: Runtime) -> None:
    place, _ = make_case(runtime)

    def plan(work: Work) -> Opening:
        assert isinstance(work.vault.grant, Closed)
        return opening(place)

    with runtime.reading(ACTOR, plan):
        newest = events(runtime.engine)[-1]  # another connection sees it while the page is being made
    assert (newest.event, case_ids(newest), newest.sections) == ("case:opened", {place.owner}, "case.chronology")


def test_every_opening_of_a_page_or_act_is_named_by_exactly_one_committed_event(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [make_case(runtime) for _ in range(4)]
    opened: list[tuple[UUID, str]] = []
    original = Vault.open

    def noting(self: Vault, place: Place, blob: bytes, kind: type) -> object:
        document = original(self, place, blob, kind)
        opened.append((place.owner, place.section.value))
        return document

    monkeypatch.setattr(Vault, "open", noting)
    known = len(events(runtime.engine))
    with runtime.reading(ACTOR, lambda work: opening(*(place for place, _ in cases[:2]))) as page:
        for place, blob in cases[:2]:
            page.vault.open(place, blob, Chronology)
    with runtime.begin(ACTOR) as work:
        for place, blob in cases[2:]:
            work.vault.open(place, blob, Chronology)
        work.touched(cases[2][0].owner, "case:changed")
        work.recorded("job:run")

    new = events(runtime.engine)[known:]
    assert len(opened) == 4
    for owner, section in opened:
        assert sum(owner in case_ids(entry) and section in entry.sections.split() for entry in new) == 1


def test_an_act_that_opened_but_recorded_nothing_fails_and_saves_nothing(runtime: Runtime) -> None:
    place, blob = make_case(runtime)
    with pytest.raises(RuntimeError, match="no event"), runtime.begin(ACTOR) as work:
        work.vault.open(place, blob, Chronology)
        work.vault.new_case_key(uuid4(), NOW)
    with write_session(runtime.engine) as session:
        assert count(session, WrappedKey) == 2  # the office's and the first case's


def test_an_act_names_cases_it_only_looked_into(runtime: Runtime) -> None:
    (touched, _), (looked_into, blob) = make_case(runtime), make_case(runtime)
    with runtime.begin(ACTOR) as work:
        work.vault.open(looked_into, blob, Chronology)
        work.touched(touched.owner, "case:changed")
    newest = events(runtime.engine)[-1]
    assert case_ids(newest) == {touched.owner, looked_into.owner}
    assert newest.sections == "case.chronology"


def test_a_refused_page_and_a_refused_act_are_rolled_back_and_then_recorded(runtime: Runtime) -> None:
    def refuse(work: Work) -> Opening:
        raise NotPermitted("case:read")

    with pytest.raises(NotPermitted), runtime.reading(ACTOR, refuse):
        pytest.fail("the page was opened")
    with pytest.raises(NotFound), runtime.begin(ACTOR) as work:
        work.vault.new_case_key(uuid4(), NOW)
        raise NotFound("case")
    assert [(e.event, e.result, e.purpose) for e in events(runtime.engine)] == [
        ("access:refused", "denied", "case:read"),
        ("access:refused", "not-found", "case"),
    ]
    with write_session(runtime.engine) as session:
        assert count(session, WrappedKey) == 1


# --- closed when the audit row cannot be written ----------------------------------------------------------------------


def no_head(engine: Engine) -> None:
    with write_session(engine) as session:
        session.execute(delete(AuditHead))
        session.commit()


def read_only_chain(engine: Engine) -> None:
    """What a full or broken disk does to the insert, by a trigger that answers as the database would."""
    with write_session(engine) as session:
        if is_sqlite(engine):
            session.execute(
                text("CREATE TRIGGER broken BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'no'); END")
            )
        else:
            session.execute(
                text("CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE disk_full; END $$")
            )
            session.execute(
                text("CREATE TRIGGER broken BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION broken()")
            )
        session.commit()


def head_out_of_step(engine: Engine) -> None:
    with write_session(engine) as session:
        session.execute(update(AuditHead).values(seq=AuditHead.seq - 1))
        session.commit()


def no_office_key(engine: Engine) -> None:
    with write_session(engine) as session:
        session.execute(delete(WrappedKey).where(WrappedKey.purpose == Purpose.OFFICE.value))
        session.commit()


@pytest.mark.parametrize("break_chain", [no_head, read_only_chain, head_out_of_step, no_office_key])
def test_without_its_audit_row_nothing_is_shown_and_nothing_is_saved(runtime: Runtime, break_chain: object) -> None:
    place, blob = make_case(runtime)
    break_chain(runtime.engine)  # type: ignore[operator]
    fresh = second_process(runtime)
    before = len(events(runtime.engine))

    with pytest.raises(Unavailable, match="audit"), fresh.reading(ACTOR, lambda work: opening(place)):
        pytest.fail("the page was opened")
    with pytest.raises(Unavailable, match="audit"), fresh.begin(ACTOR) as work:
        work.vault.open(place, blob, Chronology)
        work.vault.new_case_key(uuid4(), NOW)
        work.touched(place.owner, "case:changed")

    with write_session(runtime.engine) as session:
        assert (
            session.scalar(
                select(WrappedKey.id).where(WrappedKey.object_id.not_in([place.owner, fresh.crypt.office_id]))
            )
            is None
        )
    assert len(events(runtime.engine)) == before


@pytest.mark.sqlite_only("max_page_count stands for a full disk")
def test_a_full_disk_shows_nothing_and_saves_nothing(runtime: Runtime) -> None:
    place, _ = make_case(runtime)
    before = len(events(runtime.engine))
    with runtime.engine.connect() as connection:  # the pool hands the same connection out again
        connection.exec_driver_sql("PRAGMA max_page_count=1")
        connection.rollback()
    with pytest.raises(Unavailable, match="full"), runtime.reading(ACTOR, lambda work: large_opening(place)):
        pytest.fail("the page was opened")
    with pytest.raises(Unavailable, match="full"), runtime.begin(ACTOR) as work:
        work.vault.new_case_key(uuid4(), NOW)
        work.touched(place.owner, "case:changed", purpose="x" * 9000)
    assert len(events(runtime.engine)) == before


def large_opening(place: Place) -> Opening:
    """An event too big for the page the database still has."""
    return Opening("case:opened", (place.owner,), CHRONOLOGY, purpose="x" * 9000)


# --- what is never shown ----------------------------------------------------------------------------------------------


def test_no_sealed_object_shows_anything_in_its_repr(runtime: Runtime) -> None:
    place, _ = make_case(runtime, "nama yang ditanam")
    shown = [runtime.crypt.keyring, runtime.crypt, runtime.crypt.keyring.keks[0], AuditLine("case:opened")]
    with vault(runtime) as box:
        shown += [box, box.keys, box.keys.reading(Purpose.CASE, place.owner, 1)]
        shown += list(box.keys._session.scalars(select(WrappedKey))) + list(
            box.keys._session.scalars(select(AuditEntry))
        )
    key = runtime.crypt.keyring.root
    for thing in shown:
        assert key.hex() not in repr(thing)
        assert repr(key)[2:-1] not in repr(thing)
        assert not isinstance(thing, Base) or repr(thing).startswith(f"<{type(thing).__name__} ")


def test_the_address_of_a_request_is_sealed_in_the_event(runtime: Runtime) -> None:
    make_case(runtime)
    entry = events(runtime.engine)[-1]
    place = Place(Section.AUDIT_ADDRESS, entry.id, runtime.crypt.office_id)
    with vault(runtime, ReadGrant(1, [runtime.crypt.office_id], [Section.AUDIT_ADDRESS])) as box:
        assert box.open(place, entry.address_sealed, ClientAddress) == ClientAddress(address="")
