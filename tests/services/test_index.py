"""The search index on both databases: finds by words and numbers, within scope, and gives a thief nothing to count (design 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from app.db.session import read_session, write_session
from app.domain import names
from app.security import index
from app.security.index import Exact, Subject
from app.security.index_models import ExactTag, NameTag
from app.security.vault import Crypt
from tests.domain.freeze import fixed_crypt
from tests.services.sealed_office import count

UNIT, OTHER_UNIT = UUID(int=1), UUID(int=2)
NIK = "6403015205100001"


@pytest.fixture
def crypt() -> Crypt:
    return fixed_crypt()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with write_session(engine) as session:
        yield session


def subject(unit: UUID = UNIT, kind: index.SubjectKind = "client", case_id: UUID | None = None) -> Subject:
    return Subject(kind, uuid4(), case_id or uuid4(), unit)


def put(session: Session, crypt: Crypt, name: str, who: Subject | None = None) -> Subject:
    who = who or subject()
    index.put_names(session, crypt, who, names.index_tokens(name))
    session.flush()
    return who


def found(session: Session, crypt: Crypt, query: str, units: list[UUID] | None = None) -> list[UUID]:
    return [hit.id for hit in index.find_names(session, crypt, units, names.query_plan(query))]


def all_tags(session: Session) -> list[bytes]:
    return [tags[at : at + 8] for tags in session.scalars(select(NameTag.tags)) for at in range(0, len(tags), 8)]


# --- finding ----------------------------------------------------------------------------------------------------------


def test_somebody_is_found_by_each_word_in_any_order_and_as_it_sounds(session: Session, crypt: Crypt) -> None:
    who = put(session, crypt, "Siti Aisyah Pramesti")
    put(session, crypt, "Bagus Wirawan")
    for query in ("Aisyah", "Pramesti Siti", "Aisha", "sitti aisah", "PRAMESTI"):
        assert found(session, crypt, query) == [who.id], query
    assert found(session, crypt, "Melati") == []


def test_who_has_more_of_the_words_comes_first_and_the_words_are_told(session: Session, crypt: Crypt) -> None:
    one = put(session, crypt, "Rahmat Wibisono")
    both = put(session, crypt, "Rahmat Kusumaatmaja")
    hits = index.find_names(session, crypt, None, names.query_plan("Rahmat Kusumaatmaja"))
    assert [(hit.id, hit.words) for hit in hits] == [(both.id, (0, 1)), (one.id, (0,))]


def test_a_weak_word_counts_but_never_finds_somebody_alone(session: Session, crypt: Crypt) -> None:
    who = put(session, crypt, "Ni Wayan Sukerti")
    assert found(session, crypt, "Wayan") == []
    hits = index.find_names(session, crypt, None, names.query_plan("Wayan Sukerti"))
    assert [(hit.id, hit.words) for hit in hits] == [(who.id, (0, 1))]


def test_search_stays_within_the_units_asked_for(session: Session, crypt: Crypt) -> None:
    mine, theirs = put(session, crypt, "Rahmawati"), put(session, crypt, "Rahmawati", subject(OTHER_UNIT))
    assert found(session, crypt, "Rahmawati", [UNIT]) == [mine.id]
    assert found(session, crypt, "Rahmawati", [OTHER_UNIT]) == [theirs.id]
    assert set(found(session, crypt, "Rahmawati")) == {mine.id, theirs.id}
    assert found(session, crypt, "Rahmawati", []) == []


def test_a_hit_tells_whose_case_it_is(session: Session, crypt: Crypt) -> None:
    who = put(session, crypt, "Rahmawati", subject(kind="reported"))
    assert index.find_names(session, crypt, None, names.query_plan("Rahmawati")) == [index.Hit(*who, (0,))]


def test_more_than_sixteen_tokens_take_a_further_row_and_are_all_found_as_one_person(
    session: Session, crypt: Crypt
) -> None:
    who, tokens = subject(), [("exact", f"kata{number}") for number in range(40)]
    index.put_names(session, crypt, who, tokens)
    session.flush()
    assert count(session, NameTag) == 3
    hits = index.find_names(session, crypt, None, [[token] for token in tokens[:32]])
    assert [(hit.id, hit.words) for hit in hits] == [(who.id, tuple(range(32)))]


def test_an_empty_query_and_an_empty_index_find_nobody(session: Session, crypt: Crypt) -> None:
    assert found(session, crypt, "Rahmawati") == []
    put(session, crypt, "Rahmawati")
    assert index.find_names(session, crypt, None, []) == []
    assert index.find_names(session, crypt, None, [[]]) == []


def test_a_new_name_replaces_the_old_one_and_removal_leaves_nothing(session: Session, crypt: Crypt) -> None:
    who = put(session, crypt, "Rahmawati")
    put(session, crypt, "Kusumaatmaja", who)
    assert (found(session, crypt, "Rahmawati"), found(session, crypt, "Kusumaatmaja")) == ([], [who.id])
    index.put_exact(session, crypt, who, Exact.NIK, NIK)
    session.flush()
    index.remove(session, who)
    assert (count(session, NameTag), count(session, ExactTag)) == (0, 0)


def test_a_client_and_a_reported_person_of_one_id_are_two_subjects(session: Session, crypt: Crypt) -> None:
    client = subject()
    reported = client._replace(kind="reported")
    put(session, crypt, "Rahmawati", client)
    put(session, crypt, "Rahmawati", reported)
    index.remove(session, client)
    assert [hit.kind for hit in index.find_names(session, crypt, None, names.query_plan("Rahmawati"))] == ["reported"]


def test_a_scan_of_many_rows_finds_the_one(session: Session, crypt: Crypt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_SCAN_ROWS", 7)
    monkeypatch.setattr(index, "_SALTS_PER_QUERY", 2)
    people = [put(session, crypt, "Rahmawati") for _ in range(5)]
    for _ in range(40):
        put(session, crypt, "Bagus Wirawan")
    assert set(found(session, crypt, "Rahmawati")) == {who.id for who in people}


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_a_number_is_found_by_its_kind_and_scope_only(session: Session, crypt: Crypt) -> None:
    mine, theirs = subject(), subject(OTHER_UNIT)
    for who in (mine, theirs):
        index.put_exact(session, crypt, who, Exact.NIK, NIK)
        index.put_exact(session, crypt, who, Exact.NIK, NIK)  # given twice, shown once
    session.flush()
    assert index.find_exact(session, crypt, [UNIT], Exact.NIK, NIK) == [mine]
    assert set(index.find_exact(session, crypt, None, Exact.NIK, NIK)) == {mine, theirs}
    assert index.find_exact(session, crypt, None, Exact.KK, NIK) == []
    assert index.find_exact(session, crypt, None, Exact.NIK, NIK[:-1] + "2") == []
    assert index.find_exact(session, crypt, [], Exact.NIK, NIK) == []


def test_one_number_has_another_tag_as_nik_kk_phone_and_email_and_in_another_deployment(crypt: Crypt) -> None:
    tags = {index.exact_tag(crypt, kind, NIK) for kind in Exact} | {index.email_tag(crypt, NIK)}
    assert len(tags) == 4
    assert {len(tag) for tag in tags} == {16}
    keyring = crypt.keyring
    other = Crypt(type(keyring)(bytes(16), 1, keyring.keks, keyring.root, ""), crypt.office_id)
    assert index.exact_tag(other, Exact.NIK, NIK) not in tags


def test_an_email_address_is_one_account_however_it_is_typed(crypt: Crypt) -> None:
    same = {index.email_tag(crypt, text) for text in ("Petugas@Contoh.id", " petugas@contoh.id ", "ｐetugas@contoh.id")}
    assert len(same) == 1
    assert index.email_tag(crypt, "petugas2@contoh.id") not in same


# --- what a thief sees ------------------------------------------------------------------------------------------------


def test_one_name_twice_shares_no_tag_and_no_salt(session: Session, crypt: Crypt) -> None:
    for _ in range(2):
        put(session, crypt, "Siti Aisyah")
    rows = session.execute(select(NameTag.salt, NameTag.tags)).all()
    assert len({salt for salt, _ in rows}) == 2
    assert len(set(all_tags(session))) == 32


def test_tags_do_not_tell_frequent_names_from_rare_ones(session: Session, crypt: Crypt) -> None:
    """A plain index would show one tag 150 times. Of 64 random bits, 4 800 tags repeat with a chance of about 10^-12."""
    for number in range(300):
        put(session, crypt, "Siti" if number % 2 else f"Nama{'abcdefghij'[number % 10]}")
    assert max(Counter(all_tags(session)).values()) == 1


def test_a_person_of_one_word_and_a_person_of_four_look_alike(session: Session, crypt: Crypt) -> None:
    put(session, crypt, "Rahmat")
    index.put_names(session, crypt, subject(), [])
    session.flush()
    assert set(session.execute(text("SELECT length(salt), length(tags) FROM name_tags")).all()) == {(16, 128)}


def test_real_tags_stand_in_any_of_the_sixteen_places(session: Session, crypt: Crypt) -> None:
    token = ("exact", "siti")
    places = set()
    for _ in range(300):
        index.put_names(session, crypt, subject(), [token])
    session.flush()
    for salt, tags in session.execute(select(NameTag.salt, NameTag.tags)):
        places.add(tags.index(index._tag(crypt, token, salt)) // 8)
    assert places == set(range(16))


def test_no_name_token_or_number_stands_in_the_tables(engine: Engine, crypt: Crypt) -> None:
    with write_session(engine) as session:
        who = put(session, crypt, "Rahmawati")
        index.put_exact(session, crypt, who, Exact.NIK, NIK)
        session.commit()
    with read_session(engine) as session:
        for table in (NameTag, ExactTag):
            row = session.execute(select(table.__table__)).one()
            stored = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
            assert b"rahma" not in stored.lower()
            assert NIK.encode() not in stored


# --- the tag itself ---------------------------------------------------------------------------------------------------


@given(st.text(max_size=20), st.text(max_size=20))
def test_two_tokens_have_one_tag_only_if_they_are_one_token(first: str, second: str) -> None:
    crypt, salt = fixed_crypt(), bytes(16)
    exact, phonetic = index._tag(crypt, ("exact", first), salt), index._tag(crypt, ("phonetic", second), salt)
    assert exact != phonetic
    assert (exact == index._tag(crypt, ("exact", second), salt)) == (first == second)
