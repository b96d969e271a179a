"""What was typed and not saved: sealed, its owner's alone, one a sheet, gone when it is old (security 7.4)."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.audit.events import Event
from app.db.session import read_session
from app.domain.errors import NotFound, Refused
from app.jobs.registry import tidy
from app.security.structs.drafts import DraftField
from app.web import form_drafts, form_sheets
from app.web.form_sheets import Sheet
from app.web.models import FormDraft
from tests import case_factories
from tests.factories import Office, Someone

WORDS = "ditemukan di pondok kebun"


@pytest.fixture
def who(office: Office) -> Someone:
    return office.somebody("PENERIMA")


def a_sheet(who: Someone) -> Sheet:
    return form_sheets.new(who.id, "/cases/1/notes", "/cases/1/notes/new")


def keep(office: Office, who: Someone, sheet: Sheet, text: str = WORDS, case_id: UUID | None = None) -> None:
    with office.work(who.actor) as work:
        form_drafts.keep(work, sheet, [DraftField(name="text", values=(text,))], case_id)


def rows(office: Office) -> list[FormDraft]:
    with read_session(office.runtime.engine) as session:
        return list(session.scalars(select(FormDraft)))


def held(office: Office, who: Someone, sheet: Sheet) -> str:
    with office.runtime.reading(who.actor, lambda work: form_drafts.opening(work, sheet.id)) as work:
        draft = form_drafts.read(work, form_drafts.get(work, sheet.id))
    return draft.fields[0].values[0]


def test_typed_text_is_sealed_and_opens_for_its_owner(office: Office, who: Someone) -> None:
    sheet = a_sheet(who)
    keep(office, who, sheet)
    (row,) = rows(office)
    assert WORDS.encode() not in row.draft_sealed
    assert b"notes" not in row.form_tag + row.draft_sealed
    assert held(office, who, sheet) == WORDS
    assert office.events()[-1].sections == "form.draft"


def test_what_is_typed_further_takes_the_place_of_what_stood_there(office: Office, who: Someone) -> None:
    sheet = a_sheet(who)
    keep(office, who, sheet)
    office.clock.pass_by(minutes=1)
    keep(office, who, sheet, WORDS + " sejak kemarin")
    (row,) = rows(office)
    assert row.updated_at == office.clock.at
    assert held(office, who, sheet) == WORDS + " sejak kemarin"
    assert [event.event for event in office.events()].count(Event.FORM_DRAFT_SAVED) == 1


def test_two_sheets_of_one_form_do_not_wipe_out_each_other(office: Office, who: Someone) -> None:
    one, other = a_sheet(who), a_sheet(who)
    keep(office, who, one, "yang pertama")
    keep(office, who, other, "yang kedua")
    tag = one.tag(office.runtime.crypt)
    with office.runtime.looking(who.actor) as work:
        assert {each.id for each in form_drafts.waiting(work, tag)} == {one.id, other.id}
    assert held(office, who, one) == "yang pertama"


def test_nobody_else_finds_opens_overwrites_or_discards_it(office: Office, who: Someone) -> None:
    sheet, other = a_sheet(who), office.somebody("PENERIMA", "SUPERVISOR")
    keep(office, who, sheet)
    with office.runtime.looking(other.actor) as work:
        assert form_drafts.waiting(work) == []
        assert not form_drafts.is_there(work, sheet)
    with pytest.raises(NotFound), office.runtime.reading(other.actor, lambda work: form_drafts.opening(work, sheet.id)):
        pass
    with pytest.raises(NotFound):
        keep(office, other, sheet, "milik orang lain")
    with pytest.raises(NotFound), office.work(other.actor) as work:
        form_drafts.discard(work, sheet.id)
    with office.work(other.actor) as work:
        form_drafts.done(work, sheet)
    assert held(office, who, sheet) == WORDS


def test_the_same_form_of_another_person_has_another_tag(office: Office, who: Someone) -> None:
    other, crypt = office.somebody("PENERIMA"), office.runtime.crypt
    assert form_sheets.form_tag(crypt, who.id, "/a") != form_sheets.form_tag(crypt, other.id, "/a")
    assert form_sheets.form_tag(crypt, who.id, "/a") != form_sheets.form_tag(crypt, who.id, "/b")


def test_a_sheet_reads_back_for_its_person_only_and_as_it_was_written_only(office: Office, who: Someone) -> None:
    sheet, crypt = a_sheet(who), office.runtime.crypt
    text = form_sheets.write(crypt, sheet)
    assert form_sheets.read(crypt, who.id, text) == sheet
    assert form_sheets.read(crypt, office.somebody("PENERIMA").id, text) is None
    first, proof, action, page = text.split(" ")
    forged = [
        f"{a_sheet(who).id.hex} {proof} {action} {page}",
        f"{first} {'00' * 16} {action} {page}",
        f"{first} {proof} /cases/2/notes {page}",
        f"{first} {proof} {action} //evil.example",
        f"{first} bukan-heksa {action} {page}",
        f"{first} {proof} {action}",
        "",
    ]
    assert [form_sheets.read(crypt, who.id, each) for each in forged] == [None] * len(forged)


def test_what_was_discarded_is_gone_and_the_log_says_so(office: Office, who: Someone) -> None:
    sheet = a_sheet(who)
    keep(office, who, sheet)
    with office.work(who.actor) as work:
        form_drafts.discard(work, sheet.id)
    assert rows(office) == []
    assert office.events()[-1].event == Event.FORM_DRAFT_DISCARDED


def test_the_case_is_named_when_a_draft_of_it_is_opened(office: Office, who: Someone) -> None:
    case_id, sheet = case_factories.make_case(office, who), a_sheet(who)
    keep(office, who, sheet, case_id=case_id)
    held(office, who, sheet)
    assert office.events()[-1].cases == str(case_id)


def test_a_job_drops_what_nobody_came_back_to_for_two_weeks(office: Office, who: Someone) -> None:
    old, fresh = a_sheet(who), a_sheet(who)
    keep(office, who, old)
    office.clock.pass_by(days=1)
    keep(office, who, fresh)
    office.clock.at += form_drafts.KEPT - timedelta(hours=1)
    tidy(office.runtime, office.clock())
    tidy(office.runtime, office.clock())
    assert [row.id for row in rows(office)] == [fresh.id]


def test_there_is_an_end_to_how_much_one_person_keeps(
    office: Office, who: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form_drafts, "MAX_OWN", 2)
    first = a_sheet(who)
    keep(office, who, first)
    keep(office, who, a_sheet(who))
    with pytest.raises(Refused) as refusal:
        keep(office, who, a_sheet(who))
    assert refusal.value.problems[0].code == "form-draft.too-many"
    keep(office, who, first, "yang sudah ada boleh terus diketik")


def test_a_page_that_is_left_while_it_keeps_leaves_one_draft(office: Office, who: Someone) -> None:
    sheet = a_sheet(who)
    together = threading.Barrier(4)

    def send(number: int) -> None:
        together.wait()
        keep(office, who, sheet, f"ketikan {number}")

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows(office)) == 1
    assert held(office, who, sheet).startswith("ketikan")


def test_the_words_of_the_log_are_the_same_on_both_sides(office: Office) -> None:
    assert (form_drafts.SAVED, form_drafts.OPENED, form_drafts.DISCARDED) == (
        Event.FORM_DRAFT_SAVED,
        Event.FORM_DRAFT_OPENED,
        Event.FORM_DRAFT_DISCARDED,
    )
