"""What experts write, on screen: three parts for three readers, and no page of anybody else that opens the author's notes."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.cases import experts
from app.cases.models import Client, ExpertNote
from app.domain.access import roles
from app.security.vault import NotOpened, Vault
from tests import case_factories as made
from tests import referral_office
from tests.contracts import walking
from tests.factories import Office, Someone, fill, hidden, send
from tests.sharing import office

__all__ = ["office"]
NOTES, SUMMARY, REPORT = "tidurnya hanya dua jam", "perlu kursi dekat jendela", "gejala membaik sejak sesi ketiga"


@pytest.fixture
def case_id(office: Office) -> UUID:
    return made.make_case(office)


@pytest.fixture
def author(office: Office, case_id: UUID) -> Someone:
    return made.put_expert(office, case_id, "PSIKOLOG")


@pytest.fixture
def path(office: Office, case_id: UUID, author: Someone) -> str:
    note_id = made.write_as_expert(office, case_id, author, notes=NOTES, summary=SUMMARY, report=REPORT)
    return f"/cases/{case_id}/expert-notes/{note_id}"


def text_of(office: Office, who: Someone, path: str) -> str:
    answer = office.browser(who).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def test_an_expert_writes_reads_and_writes_on(office, case_id, author):
    browser, form = office.browser(author), f"/cases/{case_id}/expert-notes"
    day = made.today(office).isoformat()
    answer = send(
        browser, f"{form}/new", form, kind="EN_PSIKOLOGI", on=day, summary=SUMMARY, notes=NOTES, report=REPORT
    )
    assert answer.status_code == 303
    file = text_of(office, author, f"/cases/{case_id}")
    assert SUMMARY in file
    assert NOTES not in file
    path = next(part for part in file.split('"') if part.startswith(f"{form}/") and not part.endswith("/new"))
    assert NOTES in text_of(office, author, path)
    assert office.events()[-1].event == "expert:opened"
    assert fill(browser, f"{path}/edit", kind="EN_PSIKOLOGI", on=day, summary=SUMMARY, notes="baru").status_code == 303
    assert "baru" in text_of(office, author, path)


def test_the_team_reads_the_summary_and_finds_the_notes_closed(office, case_id, path):
    manager = office.somebody("MANAJER")
    made.join_team(office, case_id, manager)
    page = text_of(office, manager, path)
    assert SUMMARY in page
    assert NOTES not in page
    assert REPORT not in page
    assert "expert.notes" not in office.events()[-1].sections


def test_who_only_receives_and_who_only_heads_read_no_summary(office, case_id, path):
    taker, head = office.somebody("PENERIMA"), office.somebody("KEPALA")
    made.join_team(office, case_id, taker, "PENERIMA")
    for who in (taker, head):
        assert SUMMARY not in text_of(office, who, f"/cases/{case_id}")
        assert office.browser(who).get(path).status_code == 403
    opened = fill(office.browser(head), f"/cases/{case_id}/open", reason="quality", words="cek mutu", level="identity")
    assert SUMMARY not in opened.get_data(as_text=True)


def test_a_supervisor_outside_the_team_reads_the_summary_with_a_reason_only(office, case_id, path):
    boss = office.somebody("SUPERVISOR")
    assert SUMMARY not in text_of(office, boss, f"/cases/{case_id}")
    opened = fill(office.browser(boss), f"/cases/{case_id}/open", reason="quality", words="cek mutu", level="words")
    assert SUMMARY in opened.get_data(as_text=True)
    assert NOTES not in opened.get_data(as_text=True)


def test_what_was_typed_stays_when_something_is_missing(office, case_id, author):
    form = f"/cases/{case_id}/expert-notes"
    answer = send(office.browser(author), f"{form}/new", form, kind="EN_PSIKOLOGI", on="", summary="", notes=NOTES)
    assert answer.status_code == 422
    assert NOTES in answer.get_data(as_text=True)


def test_two_windows_of_the_author_show_both_texts(office, author, path):
    browser, day = office.browser(author), made.today(office).isoformat()
    page = browser.get(f"{path}/edit").get_data(as_text=True)
    old = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    fill(browser, f"{path}/edit", kind="EN_PSIKOLOGI", on=day, summary=SUMMARY, notes="jendela kedua")
    answer = browser.post(
        f"{path}/edit", data={**old, "kind": "EN_PSIKOLOGI", "on": day, "summary": SUMMARY, "notes": "jendela pertama"}
    )
    both = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "jendela pertama" in both
    assert "jendela kedua" in both


def test_a_report_is_released_to_the_team_and_taken_back(office, case_id, author, path):
    manager = office.somebody("MANAJER")
    made.join_team(office, case_id, manager)
    assert fill(office.browser(author), f"{path}/release", on=made.today(office).isoformat()).status_code == 303
    shown = text_of(office, manager, path)
    assert REPORT in shown
    assert NOTES not in shown
    back = next(part for part in text_of(office, author, path).split('"') if part.endswith("/take-back"))
    assert back not in shown
    assert send(office.browser(author), path, back).status_code == 303
    assert REPORT not in text_of(office, manager, path)


def test_a_report_released_for_a_referral_stands_on_its_page(office, case_id, author, path):
    manager = office.somebody("MANAJER")
    made.join_team(office, case_id, manager)
    institution = referral_office.make_institution(office)
    client_id = made.row_ids(office, Client, case_id)[0]
    first, second = (referral_office.make_referral(office, case_id, client_id, institution) for _ in range(2))
    page = office.browser(author).get(f"{path}/release").get_data(as_text=True)
    assert str(first) in page
    fill(office.browser(author), f"{path}/release", on=made.today(office).isoformat(), referral_id=str(first))
    assert REPORT in text_of(office, manager, f"/referrals/{first}")
    assert REPORT not in text_of(office, manager, f"/referrals/{second}")
    taker = office.somebody("PENERIMA")
    made.join_team(office, case_id, taker)
    assert REPORT not in text_of(office, taker, f"/referrals/{first}")


def test_notes_are_handed_on_to_a_colleague_of_the_discipline(office, case_id, author, path):
    assert "<select" not in text_of(office, author, f"{path}/hand-on")
    colleague = made.put_expert(office, case_id, "PSIKOLOG")
    assert fill(office.browser(author), f"{path}/hand-on", user_id=str(colleague.id)).status_code == 303
    assert NOTES in text_of(office, colleague, path)
    assert NOTES not in text_of(office, author, path)


def test_an_expert_who_hands_the_case_on_is_asked_about_the_notes(office, case_id, author, path):
    assert 'name="with_notes"' in text_of(office, author, f"/cases/{case_id}/hand-over")
    other = made.make_case(office, author)
    assert 'name="with_notes"' not in text_of(office, author, f"/cases/{other}/hand-over")


def test_no_page_of_anybody_else_opens_the_notes(office, case_id, author, path, monkeypatch):
    """A colleague who holds every role there is, works on the case and stands in for the author, asks for every page there is."""
    colleague = office.somebody(*sorted(roles()))
    made.join_team(office, case_id, colleague, "PSIKOLOG")
    made.cover(office, author, colleague)
    opened: list[UUID | None] = []
    open_own = Vault.open_own

    def watching(vault, place, blob, kind, reader):  # type: ignore[no-untyped-def]
        opened.append(reader)
        return open_own(vault, place, blob, kind, reader)

    monkeypatch.setattr(Vault, "open_own", watching)
    browser, before = office.browser(colleague), len(office.events())
    mine = walking.objects(office, colleague) | {"case_id": case_id, "expert_note_id": UUID(path.rsplit("/", 1)[1])}
    mine["client_id"] = mine["found_id"] = made.row_ids(office, Client, case_id)[0]
    pages = [
        route for route in walking.routes(office) if route.method == "GET" and route.endpoint not in walking.PUBLIC
    ]
    for route in pages:
        page = browser.get(route.address(office, mine)).get_data().decode(errors="replace")
        assert NOTES not in page, route.endpoint
        assert REPORT not in page, route.endpoint
    revealed = send(browser, f"/cases/{case_id}", f"/cases/{case_id}/reveal").get_data(as_text=True)
    assert SUMMARY in revealed
    assert NOTES not in revealed
    assert author.id not in opened
    asked = [event for event in office.events()[before:] if event.actor_id == colleague.id]
    assert len(asked) > 60
    about_it = [event for event in asked if "expert.notes" in event.sections and str(case_id) in event.cases.split()]
    assert about_it == []


def test_a_fault_of_the_program_that_asks_for_them_shows_nothing(office, case_id, path):
    boss = office.somebody("SUPERVISOR")
    with office.runtime.looking(boss.actor) as work:
        row = work.session.get_one(ExpertNote, UUID(path.rsplit("/", 1)[1]))
        with pytest.raises(NotOpened):
            experts.notes_of(work, row)
