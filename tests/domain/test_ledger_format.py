"""The bytes of the ledger: nothing is lost, nothing foreign opens, one case can be exchanged for another."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Unreadable
from app.reports import ledger_format as ledger
from app.reports.facts import (
    CaseFacts,
    Certainty,
    ContactFacts,
    FollowUpFacts,
    ItemFacts,
    PairFacts,
    ReferralFacts,
    ReportedFacts,
    ServiceFacts,
)
from tests.domain.counting_support import MARCH, case, cases, client, contacts, offices, served
from tests.examples import examples


def _without_order(facts: CaseFacts) -> CaseFacts:
    """Rows of one kind keep their order per client; across clients the order says nothing."""
    return replace(
        facts,
        services=tuple(sorted(facts.services, key=repr)),
        referrals=tuple(sorted(facts.referrals, key=repr)),
        followups=tuple(sorted(facts.followups, key=repr)),
        pairs=tuple(sorted(facts.pairs, key=repr)),
    )


@given(offices(), st.lists(contacts, max_size=3, unique_by=lambda c: c.contact_id))
@examples(60)
def test_what_is_packed_comes_back(office: list[CaseFacts], calls: list[ContactFacts]) -> None:
    blob = ledger.pack(office, calls)

    assert [_without_order(c) for c in ledger.unpack_cases(blob)] == [_without_order(c) for c in office]
    assert ledger.unpack_contacts(blob) == calls


@given(cases())
@examples(40)
def test_what_came_back_packs_to_the_same_bytes(facts: CaseFacts) -> None:
    once = ledger.pack([ledger.canonical(facts)])

    assert ledger.pack(ledger.unpack_cases(once)) == once


def test_a_pair_that_was_not_given_is_written_without_relationship() -> None:
    child, accused = client(), ReportedFacts(uuid4())

    [back] = ledger.unpack_cases(ledger.pack([case(child, reported=(accused,))]))

    assert back.pairs == (PairFacts(child.client_id, accused.reported_id, None),)


@given(offices(), cases())
@examples(30)
def test_a_case_put_in_and_taken_out_leaves_the_others_as_they_were(office: list[CaseFacts], new: CaseFacts) -> None:
    office = [c for c in office if c.case_id != new.case_id]
    before = ledger.pack(office)

    after = ledger.without_case(ledger.with_case(before, new), new.case_id)

    assert after == before


@given(offices())
@examples(30)
def test_a_case_taken_from_the_middle_leaves_the_links_of_the_others(office: list[CaseFacts]) -> None:
    for gone in office:
        others = [c for c in office if c is not gone]
        assert ledger.without_case(ledger.pack(office), gone.case_id) == ledger.pack(others)


def test_an_id_that_ends_in_zero_is_found() -> None:
    facts = case(client(), case_id=UUID("227414ce-755f-4f6d-ad36-62a778534f00"))
    blob = ledger.pack([facts])

    assert ledger.unpack_cases(ledger.without_case(blob, facts.case_id)) == []
    assert facts.case_id.bytes not in ledger.shredded(blob, facts.case_id)


def test_a_case_recorded_again_takes_its_own_place() -> None:
    first, second = case(client()), case(client())
    changed = replace(first, place="PL_SEKOLAH")

    blob = ledger.with_case(ledger.pack([first, second]), changed)

    assert {c.case_id: c.place for c in ledger.unpack_cases(blob)} == {
        first.case_id: "PL_SEKOLAH",
        second.case_id: "PL_RT",
    }


def test_a_contact_can_be_put_in_and_taken_out() -> None:
    contact = ContactFacts(uuid4(), MARCH, topic="KT_INFO")
    blob = ledger.pack([case(client())])

    added = ledger.with_contact(blob, contact)

    assert ledger.unpack_contacts(added) == [contact]
    assert ledger.without_contact(added, contact.contact_id) == blob


def test_a_shredded_case_keeps_its_rows_and_loses_its_ids() -> None:
    child = client()
    facts = case(child, services=(served(child),), reported=(ReportedFacts(uuid4()),))
    other = case(client())

    blob = ledger.shredded(ledger.pack([facts, other]), facts.case_id)

    for identity in (facts.case_id, child.client_id, facts.reported[0].reported_id):
        assert identity.bytes not in blob
    [gone, kept] = ledger.unpack_cases(blob)
    assert gone.case_id == UUID(int=0)
    assert len(gone.services) == 1
    assert kept == other


@pytest.mark.parametrize("length", [0, 3, 20, 43])
def test_a_cut_off_blob_does_not_open(length: int) -> None:
    with pytest.raises(Unreadable):
        ledger.unpack(ledger.pack([case(client())])[:length])


def test_a_longer_blob_does_not_open() -> None:
    with pytest.raises(Unreadable):
        ledger.unpack(ledger.pack([case(client())]) + b"\0")


def test_another_version_does_not_open() -> None:
    blob = bytearray(ledger.pack([case(client())]))
    blob[4] = ledger.VERSION + 1

    with pytest.raises(Unreadable):
        ledger.unpack(bytes(blob))


def test_a_row_that_points_outside_does_not_open() -> None:
    arrays = ledger.read_all([ledger.pack([case(client())])])
    arrays.client["case"] = 7

    with pytest.raises(Unreadable):
        ledger.unpack(ledger.dump(arrays))


def test_a_blob_takes_at_most_256_cases() -> None:
    plain = case()
    ledger.pack([plain] * 256)

    with pytest.raises(ValueError, match="too many"):
        ledger.pack([plain] * 257)


def test_a_service_of_somebody_else_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the case"):
        ledger.pack([case(client(), services=(ServiceFacts(uuid4(), MARCH, "SV_KESEHATAN"),))])


def test_a_pair_of_somebody_else_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the case"):
        ledger.pack([case(client(), pairs=(PairFacts(uuid4(), uuid4(), "RL_ORTU"),))])


def test_a_village_never_reaches_the_ledger() -> None:
    with pytest.raises(ValueError, match="kecamatan"):
        ledger.pack([case(client(kecamatan_residence="63.03.05.2001"))])


def test_joined_blobs_keep_every_link() -> None:
    people = [client(age_at_incident=age) for age in range(10)]
    office = [case(who, services=(served(who, date(2025, 1, 1 + i)),)) for i, who in enumerate(people)]

    joined = ledger.read_all([ledger.pack(office[:3]), ledger.pack([]), ledger.pack(office[3:])])

    ages = joined.client["age_at_incident"][joined.service["client"]]
    assert ages.tolist() == list(range(10))
    assert joined.client["case"].tolist() == list(range(10))


@pytest.mark.parametrize(("version", "digest"), [(1, "b2ea6c5aca9aa7b5"), (2, "a3745851304c3289")])
def test_the_layout_of_a_version_never_changes(version: int, digest: str) -> None:
    layout = {kind: dtype.descr for kind, dtype in ledger.LAYOUTS[version].items()}

    assert hashlib.sha256(repr(layout).encode()).hexdigest()[:16] == digest


def test_what_is_written_now_is_the_last_frozen_version() -> None:
    assert (ledger.VERSION, [*ledger.LAYOUTS]) == (2, [1, 2])
    assert ledger.LAYOUTS[ledger.VERSION] == ledger.DTYPES


# One case with a row of every kind and one contact, as the program of each version wrote them. Version 1 had no token of reported persons.
V1 = (
    "4e474c4701000000010000000100000001000000020000000200000001000000010000000100000001000000000000000000000000000000"
    "00000001bd4e0000000000800000008001000100000000000000000000000000000000000000000000000000000000000000000002000000"
    "0000000000000000000000000801020900ffff00000000000000000000000100000000000000000000000000000000000000000000000000"
    "800000000000800000000000000302bd4e000000000000000000000000000000000000000000040128000000000000000000000000000000"
    "0000000000000000000500ffff0000000000000000000000000100000000010000000000000000bd4e0000020000000000bd4e00000d0000"
    "0080000000800000000000bd4e00000100000000000000000000000000000006bd4e0000020100"
)
V2 = (
    "4e474c4702000000010000000100000001000000020000000200000001000000010000000100000001000000000000000000000000000000"
    "00000001bd4e0000000000800000008001000100000000000000000000000000000000000000000000000000000000000000000002000000"
    "0000000000000000000000000801020900ffff00000000000000000000000100000000000000000000000000000000000000000000000000"
    "800000000000800000000000000302bd4e000000000000000000000000000000000000000000040128000000000000000000000000000000"
    "000000000009000000000000000000000000000000000000000500ffff000000000000000000000000000000000000000000000000000000"
    "000100000000010000000000000000bd4e0000020000000000bd4e00000d00000080000000800000000000bd4e0000010000000000000000"
    "0000000000000006bd4e0000020100"
)


def _recorded(token: UUID | None) -> tuple[CaseFacts, ContactFacts]:
    """What V1 and V2 hold; the first reported person has the token in V2 alone."""
    child, man, stranger = UUID(int=2), UUID(int=4), UUID(int=5)
    girl = client(client_id=child, person=UUID(int=8), items=frozenset({ItemFacts(3, Certainty.CONFIRMED, MARCH)}))
    whole = case(
        girl,
        case_id=UUID(int=1),
        reported=(ReportedFacts(man, sex="L", age=40, person=token), ReportedFacts(stranger)),
        pairs=(PairFacts(child, man, "RL_ORTU"), PairFacts(child, stranger)),
        services=(served(girl),),
        referrals=(ReferralFacts(child, MARCH, "IN_LPSK"),),
        followups=(FollowUpFacts(child, MARCH, "FU_RUMAH"),),
    )
    return whole, ContactFacts(UUID(int=6), MARCH, "CH_TELEPON", "KT_INFO")


@pytest.mark.parametrize(("written", "token"), [(V1, None), (V2, UUID(int=9))], ids=["version 1", "version 2"])
def test_a_blob_of_every_version_opens_and_says_what_it_said(written: str, token: UUID | None) -> None:
    facts, call = _recorded(token)
    blob = bytes.fromhex(written)

    assert (ledger.unpack_cases(blob), ledger.unpack_contacts(blob)) == ([facts], [call])
    assert ledger.dump(ledger.unpack(blob)) == ledger.pack([facts], [call])


def test_version_2_is_written_as_it_is_frozen() -> None:
    facts, call = _recorded(UUID(int=9))

    assert ledger.pack([facts], [call]).hex() == V2


def test_old_and_new_blobs_count_together() -> None:
    """An office in which some blobs were touched since: the same numbers as if all were of today."""
    new = ledger.pack([case(client())])

    mixed = ledger.read_period([bytes.fromhex(V1), new], MARCH, MARCH)
    today = ledger.read_period([ledger.dump(ledger.unpack(bytes.fromhex(V1))), new], MARCH, MARCH)

    assert ledger.dump(mixed) == ledger.dump(today)
    assert (len(mixed.case), len(mixed.reported), len(mixed.contact)) == (2, 2, 1)


@pytest.mark.parametrize("written", [V1, V2], ids=["version 1", "version 2"])
def test_a_blob_of_one_version_is_not_taken_for_the_other(written: str) -> None:
    blob = bytearray.fromhex(written)
    blob[4] = 3 - blob[4]

    with pytest.raises(Unreadable):
        ledger.unpack(bytes(blob))


def test_tokens_of_reported_persons_are_kept_and_go_with_shredding() -> None:
    token, accused = uuid4(), uuid4()
    facts = case(client(), reported=(ReportedFacts(accused, person=token),))
    blob = ledger.pack([facts])

    assert ledger.unpack_cases(blob)[0].reported[0].person == token
    assert token.bytes not in ledger.shredded(blob, facts.case_id)
