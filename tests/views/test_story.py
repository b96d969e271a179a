"""The story of a case: everything in one line of time, narrowed as one likes, on one sheet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.events import Event
from app.cases import story
from app.cases.models import Client, Note
from app.cases.story import Entry, Kind, Story
from app.domain.zones import Zone
from app.referrals import services
from app.referrals.services import Answer
from app.security.sections import Section
from app.security.structs.case import NoteBody
from tests import case_factories as made
from tests import referral_office
from tests.factories import Office, Someone

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker, clients=2)


def page(office: Office, who: Someone, address: str) -> str:
    answer = office.browser(who).get(address)
    assert answer.status_code == 200, answer.status_code
    return str(answer.get_data(as_text=True))


# --- the rules -------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(Kind), DAYS), max_size=20))
def test_the_picture_shows_every_entry_once_and_within_its_frame(told):
    whole = Story([Entry(kind, day, "x") for kind, day in told], Zone.WITA)
    lanes = whole.lanes()
    assert sum(len(lane.points) for lane in lanes) == len(told)
    assert [lane.kind for lane in lanes] == [kind for kind in Kind if kind in {kind for kind, _day in told}]
    assert all(0 <= point <= 100 for lane in lanes for point in lane.points)


@given(st.sets(st.sampled_from(Kind)), st.booleans())
def test_narrowing_takes_away_and_adds_nothing(kinds, one_client):
    client, other = uuid4(), uuid4()
    entries = [Entry(kind, date(2026, 5, 20), "x", client_id=of) for kind in Kind for of in (client, other, None)]
    kept = story.narrowed(Story(entries, Zone.WIB), kinds, client if one_client else None).entries
    assert {entry.kind for entry in kept} == (kinds or set(Kind))
    assert {entry.client_id for entry in kept} == ({client, None} if one_client else {client, other, None})


def test_a_moment_late_at_night_belongs_to_the_day_of_the_unit():
    late = Entry(Kind.NOTE, datetime(2026, 5, 20, 16, 30, tzinfo=UTC), "x")
    assert late.day(Zone.WIB) == date(2026, 5, 20)
    assert late.day(Zone.WITA) == date(2026, 5, 21)


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_team_reads_the_story_with_its_words(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    made.make_note(office, case_id)
    made.make_consent(office, case_id, client_id)
    institution = referral_office.make_institution(office)
    referral_office.make_referral(office, case_id, client_id, institution)

    text = page(office, worker, f"/cases/{case_id}/story")

    for said in ("Pengaduan", "Persetujuan", "Rujukan", "Risiko dinilai"):
        assert said in text, said
    with office.work() as work:
        note = work.session.get_one(Note, made.row_ids(office, Note, case_id)[0])
        body = work.vault.open(note.place(Section.NOTE_BODY), note.body_sealed, NoteBody).text
        work.recorded(Event.PAGE_OPENED)
    assert body in text


def test_a_reader_of_the_unit_hears_what_happened_and_no_words(office, worker, case_id):
    made.make_note(office, case_id)
    text = page(office, office.somebody("SUPERVISOR"), f"/cases/{case_id}/story")
    assert "Catatan" in text
    assert "tanpa isi catatannya" in text
    assert Section.NOTE_BODY.value not in office.events()[-1].sections


def test_a_stranger_finds_no_story(office, case_id):
    browser = office.browser(office.somebody("MANAJER"))
    assert browser.get(f"/cases/{case_id}/story").status_code == 404
    assert browser.get(f"/cases/{case_id}/summary").status_code == 404


def test_the_story_is_narrowed_to_what_is_asked_for(office, worker, case_id):
    whole = page(office, worker, f"/cases/{case_id}/story")
    narrow = page(office, worker, f"/cases/{case_id}/story?what=report")
    assert "timeline__item--" in narrow
    assert narrow.count("timeline__item--") < whole.count("timeline__item--")
    assert "Tidak ada catatan jenis ini" in page(office, worker, f"/cases/{case_id}/story?what=document")
    assert office.browser(worker).get(f"/cases/{case_id}/story?what=nonsense").status_code == 422


def test_what_the_page_opens_stands_in_the_log_before(office, worker, case_id):
    page(office, worker, f"/cases/{case_id}/story")
    event = office.events()[-1]
    assert (event.event, event.purpose) == (Event.CASE_OPENED, "story")
    assert {"report.coded", "note.body", "case.clocks"} <= set(event.sections.split())


def test_a_record_that_does_not_open_says_so_in_its_place(office, worker, case_id):
    made.make_note(office, case_id)
    with office.work() as work:
        row = work.session.get_one(Note, made.row_ids(office, Note, case_id)[0])
        row.head_sealed = row.head_sealed[:-1] + bytes([row.head_sealed[-1] ^ 1])
    assert 'class="unopened"' in page(office, worker, f"/cases/{case_id}/story")


def test_the_summary_is_for_paper_and_names_nobody(office, worker, case_id):
    text = page(office, worker, f"/cases/{case_id}/summary")
    assert 'class="sheet"' in text
    assert not any(name in text for name in made.NAMES)
    assert "Yang terakhir terjadi" in text


def test_the_summary_lists_what_is_due_and_nothing_that_ended_late(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    made.make_consent(office, case_id, client_id)
    referral = referral_office.make_referral(office, case_id, client_id, referral_office.make_institution(office))
    office.clock.pass_by(days=30)
    assert "Tanda terima dari lembaga tujuan" in due_on_sheet(office, worker, case_id)
    with office.work() as work:
        services.take_step(work, referral, "acknowledge", Answer(work.now), expected=None)
    assert "Tanda terima dari lembaga tujuan" not in due_on_sheet(office, worker, case_id)
    assert "Hasil atau umpan balik rujukan" in due_on_sheet(office, worker, case_id)


def due_on_sheet(office: Office, who: Someone, case_id: UUID) -> str:
    """The part of the summary that says what is due."""
    return (
        page(office, who, f"/cases/{case_id}/summary")
        .partition("Yang menunggu")[2]
        .partition("Yang terakhir terjadi")[0]
    )
