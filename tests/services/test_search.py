"""Search before create: the whole unit is found, and nobody outside one's own cases is named (design 3)."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.audit.events import Event
from app.cases import search, team
from app.cases.models import Case
from app.cases.search import Match, Query, Search
from app.domain.errors import NotPermitted, Refused
from app.security.structs.intake import IntakeClient
from tests.factories import Office, Someone
from tests.intake_support import a_client, a_reported, an_intake, known_as, register

NIK = "6303054201170001"


@pytest.fixture
def who(office: Office) -> Someone:
    return office.somebody("PENERIMA")


@pytest.fixture
def colleague(office: Office) -> Someone:
    return office.somebody("PENERIMA", name="Rini Contoh")


def look(office: Office, who: Someone, **query: str) -> list[Match]:
    asked = Search(Query(**query))
    with office.runtime.reading(who.actor, asked.opening) as work:
        return asked.rank(work)


def known(office: Office, who: Someone, client: IntakeClient) -> UUID:
    return register(office, who, an_intake(client))


def test_an_own_case_is_found_with_its_name(office: Office, who: Someone) -> None:
    case_id = known(office, who, a_client("Melati Sukma"))
    (match,) = look(office, who, name="Melati Sukma")
    assert (match.case_id, match.shown, match.is_own, match.may_open) == (case_id, "Melati Sukma", True, True)
    assert (match.score, match.why, match.register_no) == (1.0, ("name",), "6303/2026/0001")


def test_a_foreign_case_shows_score_number_and_manager_only(office: Office, who: Someone, colleague: Someone) -> None:
    known(office, colleague, known_as(a_client("Melati Sukma"), label="Anak B"))
    (match,) = look(office, who, name="Melati")
    assert (match.register_no, match.manager, match.is_own, match.may_open) == (
        "6303/2026/0001",
        "Rini Contoh",
        False,
        False,
    )
    assert match.shown == ""
    assert match.score > 0
    assert "Melati" not in repr(match)


def test_who_reads_the_unit_sees_the_mask_and_may_open(office: Office, colleague: Someone) -> None:
    known(office, colleague, a_client("Melati Sukma"))
    (match,) = look(office, office.somebody("SUPERVISOR"), name="Melati Sukma")
    assert (match.shown, match.is_own, match.may_open) == ("M••• S•••", False, True)


def test_an_assignment_written_past_the_program_names_nobody(office: Office, who: Someone, colleague: Someone) -> None:
    case_id = known(office, colleague, a_client("Melati Sukma"))
    with office.work() as work:
        case = work.session.get(Case, case_id)
        assert case is not None
        team.assign(work, case, who.id, "PENDAMPING").mac = b"forged"
        work.touched(case_id, Event.CASE_ASSIGNED)
    (match,) = look(office, who, name="Melati Sukma")
    assert not match.is_own
    assert match.shown != "Melati Sukma"


@pytest.mark.parametrize("typed", ["melati sukma", "Sukma Melati", "Mlati Sukma", "melati"])
def test_other_spellings_orders_and_parts_find_the_same(office: Office, who: Someone, typed: str) -> None:
    known(office, who, a_client("Melati Sukma"))
    assert [match.shown for match in look(office, who, name=typed)] == ["Melati Sukma"]


def test_aliases_and_guardians_lead_to_the_client(office: Office, who: Someone) -> None:
    known(office, who, known_as(a_client("Melati"), aliases=("Cempaka",), guardian_name="Sutarmi Wening"))
    for name in ("Cempaka", "Sutarmi Wening"):
        assert [match.shown for match in look(office, who, name=name)] == ["Melati"]


@pytest.mark.parametrize(
    ("query", "why", "score"),
    [
        ({"nik": NIK}, "nik", 1.0),
        ({"nik": "6303 0542 0117 0001"}, "nik", 1.0),
        ({"nik": "6303051234567890"}, "kk", 0.9),
        ({"phone": "+62 812-3456-7890"}, "phone", 1.0),
    ],
)
def test_numbers_find_exactly(office: Office, who: Someone, query: dict[str, str], why: str, score: float) -> None:
    known(office, who, known_as(a_client(), nik=NIK, kk="6303051234567890", phone="081234567890"))
    (match,) = look(office, who, **query)
    assert (match.why, match.score) == ((why,), score)
    assert look(office, who, nik="6303054201170002") == []


@pytest.mark.parametrize("written", ["'6303055203160009", "\uff16303055203160009", "6303-0552 0316/0009"])
def test_a_number_is_found_however_it_was_written(office: Office, who: Someone, written: str) -> None:
    known(office, who, known_as(a_client("Melati Sukma"), nik=written))
    (match,) = look(office, who, nik="6303055203160009")
    assert match.why == ("nik",)
    assert look(office, who, nik=written) == [match]


def test_a_reported_person_is_found_too(office: Office, who: Someone) -> None:
    client = a_client("Melati")
    register(office, who, an_intake(client, reported=(a_reported(client, name="Bahar Contoh"),)))
    (match,) = look(office, who, name="Bahar Contoh")
    assert (match.subject_kind, match.shown) == ("reported", "Bahar Contoh")


def test_the_best_hit_comes_first(office: Office, who: Someone) -> None:
    for name in ("Melati Anggraini", "Melati Sukma"):
        known(office, who, a_client(name))
    first, second = look(office, who, name="Melati Sukma")
    assert first.shown == "Melati Sukma"
    assert first.is_close
    assert first.score > second.score


def test_another_unit_is_not_searched(office: Office, who: Someone) -> None:
    stranger = office.somebody("PENERIMA", unit_id=office.other_unit_id)
    known(office, stranger, a_client("Melati Sukma"))
    assert look(office, who, name="Melati Sukma") == []


def test_a_search_for_nothing_is_refused(office: Office, who: Someone) -> None:
    for query in ({}, {"name": "  "}, {"phone": "tidak tahu"}, {"nik": "tidak ada"}):
        with pytest.raises(Refused, match="search.empty"):
            look(office, who, **query)


def test_who_may_not_search_finds_nothing(office: Office) -> None:
    with pytest.raises(NotPermitted):
        look(office, office.somebody("ADMIN"), name="Melati")


def test_a_search_is_recorded_with_the_cases_it_opened_and_without_the_name(
    office: Office, who: Someone, colleague: Someone
) -> None:
    case_id = known(office, colleague, a_client("Melati Sukma"))
    look(office, who, name="Melati Sukma")
    event = office.events()[-1]
    assert (event.event, event.cases, event.actor_id) == (Event.SEARCHED, str(case_id), who.id)
    assert "elati" not in event.purpose
    look(office, who, name="MELATI SUKMA ")
    assert office.events()[-1].purpose == event.purpose


def test_no_more_hits_are_shown_than_anybody_reads(
    office: Office, who: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SHOWN", 2)
    for number in range(3):
        known(office, who, a_client(f"Melati Sukma{'ab'[:number]}"))
    assert len(look(office, who, name="Melati")) == 2


def test_leafing_through_the_unit_by_name_is_stopped_for_an_hour(
    office: Office, who: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PER_HOUR", 2)
    for name in ("Melati", "Anggrek"):
        look(office, who, name=name)
    with pytest.raises(Refused, match="search.too-many"):
        look(office, who, name="Kenanga")
    look(office, office.somebody("PENERIMA"), name="Kenanga")
    office.clock.pass_by(minutes=61)
    look(office, who, name="Kenanga")


def test_nothing_typed_stands_in_a_repr() -> None:
    assert "Melati" not in repr(Query(name="Melati", nik=NIK, phone="0812"))
