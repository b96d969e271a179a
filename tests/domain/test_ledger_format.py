"""The bytes of the ledger: nothing is lost, nothing foreign opens, one case can be exchanged for another."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import Unreadable
from app.reports import ledger_format as ledger
from app.reports.facts import CaseFacts, ContactFacts, PairFacts, ReportedFacts, ServiceFacts
from tests.domain.counting_support import MARCH, case, cases, client, contacts, offices, served


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
@settings(max_examples=60, deadline=None)
def test_what_is_packed_comes_back(office: list[CaseFacts], calls: list[ContactFacts]) -> None:
    blob = ledger.pack(office, calls)

    assert [_without_order(c) for c in ledger.unpack_cases(blob)] == [_without_order(c) for c in office]
    assert ledger.unpack_contacts(blob) == calls


@given(cases())
@settings(max_examples=40, deadline=None)
def test_what_came_back_packs_to_the_same_bytes(facts: CaseFacts) -> None:
    once = ledger.pack([ledger.canonical(facts)])

    assert ledger.pack(ledger.unpack_cases(once)) == once


def test_a_pair_that_was_not_given_is_written_without_relationship() -> None:
    child, accused = client(), ReportedFacts(uuid4())

    [back] = ledger.unpack_cases(ledger.pack([case(child, reported=(accused,))]))

    assert back.pairs == (PairFacts(child.client_id, accused.reported_id, None),)


@given(offices(), cases())
@settings(max_examples=30, deadline=None)
def test_a_case_put_in_and_taken_out_leaves_the_others_as_they_were(office: list[CaseFacts], new: CaseFacts) -> None:
    office = [c for c in office if c.case_id != new.case_id]
    before = ledger.pack(office)

    after = ledger.without_case(ledger.with_case(before, new), new.case_id)

    assert after == before


@given(offices())
@settings(max_examples=30, deadline=None)
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


def test_the_layout_of_version_1_never_changes() -> None:
    layout = {kind: dtype.descr for kind, dtype in ledger.DTYPES.items()}

    assert ledger.VERSION == 1
    assert hashlib.sha256(repr(layout).encode()).hexdigest()[:16] == "b2ea6c5aca9aa7b5"
