"""Data keys within acts: unknown until committed, never silently replaced, loaded in bulk (security 2.1, 2.5)."""

# ruff: noqa: PT012 - an act is a block

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import Engine, delete, update

from app.db.session import write_session
from app.domain.errors import Unreadable
from app.security.keystore import KeyStore
from app.security.models import WrappedKey
from app.security.sections import Purpose, Section
from app.security.structs.case import Chronology
from app.security.vault import Place
from app.work import Runtime
from tests.services.sealed_office import ACTOR, NOW, make_case, make_runtime, second_process, vault


@pytest.fixture
def runtime(engine: Engine) -> Runtime:
    return make_runtime(engine)


def test_a_key_made_by_an_act_that_rolled_back_is_known_to_nobody(runtime: Runtime) -> None:
    case_id = uuid4()
    place = Place(Section.CHRONOLOGY, case_id, case_id)
    with pytest.raises(ZeroDivisionError), runtime.begin(ACTOR) as work:
        work.vault.new_case_key(case_id, NOW)
        lost = work.vault.seal(place, Chronology(text="hilang"))
        raise ZeroDivisionError
    with vault(runtime) as box:
        with pytest.raises(Unreadable):
            box.seal(place, Chronology(text="tanpa kunci"))
        with pytest.raises(Unreadable):
            box.open(place, lost, Chronology)


def test_a_key_whose_savepoint_rolled_back_seals_nothing(runtime: Runtime) -> None:
    case_id = uuid4()
    with vault(runtime) as box:
        session = box.keys._session
        nested = session.begin_nested()
        box.new_case_key(case_id, NOW)
        session.flush()
        nested.rollback()
        with pytest.raises(Unreadable):
            box.seal(Place(Section.CHRONOLOGY, case_id, case_id), Chronology())


def test_a_new_key_version_seals_and_the_old_one_still_opens(runtime: Runtime) -> None:
    place, old = make_case(runtime, "lama")
    with runtime.begin(ACTOR) as work:
        work.vault.keys.create(Purpose.CASE, place.owner, NOW, version=2)
        new = work.vault.seal(place, Chronology(text="baru"))
        assert work.vault.open(place, old, Chronology).text == "lama"
        work.touched(place.owner, "case:changed")
    for process in (runtime, second_process(runtime)):
        with vault(process) as box:
            assert [box.open(place, blob, Chronology).text for blob in (old, new)] == ["lama", "baru"]
            assert int.from_bytes(box.seal(place, Chronology())[2:6], "big") == 2


def test_a_damaged_newest_key_is_never_replaced_by_an_older_one(runtime: Runtime) -> None:
    place, old = make_case(runtime)
    with write_session(runtime.engine) as session:
        KeyStore(runtime.crypt.keyring, runtime.crypt.cache, session).create(Purpose.CASE, place.owner, NOW, version=2)
        session.flush()
        session.execute(update(WrappedKey).where(WrappedKey.version == 2).values(wrapped=bytes(82)))
        session.commit()
    with vault(second_process(runtime)) as box:
        with pytest.raises(Unreadable):
            box.seal(place, Chronology())
        assert box.open(place, old, Chronology).text == "kata-kata"


def test_a_list_loads_all_its_keys_with_one_query_and_survives_a_bad_one(runtime: Runtime) -> None:
    cases = [make_case(runtime) for _ in range(5)]
    with write_session(runtime.engine) as session:
        session.execute(update(WrappedKey).where(WrappedKey.object_id == cases[0][0].owner).values(wrapped=b"\1"))
        session.commit()
    fresh = second_process(runtime)
    with vault(fresh) as box:
        box.keys.preload(Purpose.CASE, [place.owner for place, _ in cases])
        box.keys._session.execute(delete(WrappedKey))  # what is loaded needs no second query
        with pytest.raises(Unreadable):
            box.open(*cases[0], Chronology)
        assert {box.open(place, blob, Chronology).text for place, blob in cases[1:]} == {"kata-kata"}


def test_more_keys_than_the_cache_holds_stay_with_the_page_that_loaded_them(runtime: Runtime) -> None:
    blobs = [uuid4() for _ in range(300)]
    with write_session(runtime.engine) as session:
        store = KeyStore(runtime.crypt.keyring, runtime.crypt.cache, session)
        for blob_id in blobs:
            store.create(Purpose.LEDGER, blob_id, NOW)
        session.commit()
    fresh = second_process(runtime)
    with vault(fresh) as box:
        box.keys.preload(Purpose.LEDGER, blobs)
        box.keys._session.execute(delete(WrappedKey))
        assert all(box.keys.reading(Purpose.LEDGER, blob_id, 1) for blob_id in blobs)
    assert len(fresh.crypt.cache) == 0  # and push nobody else's out
