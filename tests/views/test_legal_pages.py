"""Pages of legal tracks, milestones, hearings and wishes about the police: who sees what, what each act asks, that nothing typed is lost."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.accounts.models import User
from app.audit.events import Event
from app.cases.models import Client, LegalStep, LegalTrack
from app.domain.codes import code_list
from app.domain.legal import milestones, of_track
from app.legal.models import PoliceWish
from tests import case_factories as made
from tests import legal_office as law
from tests.factories import OPERATOR, Office, Someone, fill, hidden, send
from tests.sharing import office

__all__ = ["office"]

TPKS = {"violence": ("VK_SEKSUAL",), "tpks": ("TP_FISIK",)}


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER", name="Wulan Contoh")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker, **TPKS)


def text_of(office: Office, who: Someone, path: str, status: int = 200) -> str:
    answer = office.browser(who).get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def number_of(code: str) -> int:
    return code_list("milestone").get(code).n


def test_a_track_is_opened_recorded_on_and_read_by_the_team(office, worker, case_id):
    browser = office.browser(worker)
    page = f"/cases/{case_id}/legal/new"
    client_id = str(made.row_ids(office, Client, case_id)[0])
    typed = {"kind": "PIDANA", "client_id": client_id, "opened_on": law.day(office, -9).isoformat()}

    again = fill(browser, page, **typed, parties=law.PARTIES, procedure_code="")
    assert again.status_code == 422
    assert law.PARTIES in again.get_data(as_text=True)
    assert law.rows(office, case_id, LegalTrack) == []

    opened = fill(browser, page, **typed, parties=law.PARTIES, procedure_code="KUHAP1981")
    (track,) = law.rows(office, case_id, LegalTrack)
    address = f"/cases/{case_id}/legal/{track.id}"
    assert opened.headers["Location"].endswith(address)

    form = f"{address}/milestones/{number_of('LG_LP')}"
    refused = fill(browser, form, on=law.day(office, 1).isoformat(), number=law.NUMBER)
    assert refused.status_code == 422
    assert law.NUMBER in refused.get_data(as_text=True)
    done = fill(browser, form, on=law.day(office, -1).isoformat(), time="08.15", number=law.NUMBER, received="YA")
    assert done.headers["Location"].endswith(address)
    again = fill(browser, form, on=law.day(office, -1).isoformat(), number="LP/2")
    assert again.status_code == 422
    assert 'name="knowingly"' in again.get_data(as_text=True)

    shown = text_of(office, worker, address)
    assert law.NUMBER in shown
    assert law.PARTIES in shown
    assert "08.15" in shown
    file = text_of(office, worker, f"/cases/{case_id}")
    assert f'href="{address}"' in file
    assert law.NUMBER not in file


def test_outside_the_team_the_coded_part_alone_is_read_and_strangers_find_nothing(office, worker, case_id):
    track = law.open_track(office, case_id)
    law.record(office, case_id, track, "LG_LP", -1, number=law.NUMBER)
    law.wish(office, case_id)
    boss, outsider = office.somebody("SUPERVISOR"), office.somebody("PENDAMPING")
    address = f"/cases/{case_id}/legal/{track}"

    shown = text_of(office, boss, address)
    assert code_list("milestone").get("LG_LP").id in shown
    assert law.NUMBER not in shown
    assert law.PARTIES not in shown
    assert law.WISH not in text_of(office, boss, f"/cases/{case_id}/police")
    assert office.events()[-1].purpose == "unit"
    assert "/edit" not in shown
    assert "/edit" in text_of(office, worker, address)
    for path in (address, f"{address}/edit", f"{address}/milestones", f"/cases/{case_id}/police"):
        assert office.browser(outsider).get(path).status_code == 404
    assert office.browser(boss).get(f"{address}/edit").status_code == 403, "words are corrected by the team"
    other = law.open_track(office, made.make_case(office, worker))
    assert office.browser(worker).get(f"/cases/{case_id}/legal/{other}").status_code == 404


@pytest.mark.parametrize("kind", [code.code for code in code_list("legal_track")])
def test_every_milestone_has_a_form_with_its_fields_and_those_alone(office, worker, case_id, kind):
    track = law.open_track(office, case_id, kind)
    address = f"/cases/{case_id}/legal/{track}/milestones"
    choices = text_of(office, worker, address)
    browser = office.browser(worker)
    for milestone in of_track(kind):
        number = number_of(milestone.code)
        assert f"{address}/{number}" in choices
        page = browser.get(f"{address}/{number}").get_data(as_text=True)
        named = {name.value for name in milestones()["LG_SIDANG"].fields} | {"number", "verdict", "letter", "amount"}
        for name in named:
            assert (f'name="{name}"' in page) == (name in milestone.fields), (milestone.code, name)
    foreign = next(each for each in milestones().values() if kind not in each.tracks)
    assert browser.get(f"{address}/{number_of(foreign.code)}").status_code == 404
    assert browser.get(f"{address}/9999").status_code == 404


def test_a_hearing_is_entered_ahead_stands_in_the_tasks_of_who_accompanies_and_is_told_of(office, worker, case_id):
    track = law.open_track(office, case_id)
    companion = office.somebody("PENDAMPING", name="Putri Contoh")
    made.join_team(office, case_id, companion)
    browser = office.browser(worker)
    form = f"/cases/{case_id}/legal/{track}/milestones/{number_of('LG_SIDANG')}"
    ahead = {"on": law.day(office, 2).isoformat(), "time": "09:00", "agenda": "HA_KORBAN", "room": "Cakra"}
    assert fill(browser, form, **ahead, companion=str(companion.id), summoned="YA").status_code == 303
    (step,) = law.rows(office, case_id)

    tasks = text_of(office, companion, "/tasks")
    agenda = code_list("hearing_agenda").get("HA_KORBAN").id
    assert f"/cases/{case_id}/legal/{track}" in tasks
    assert agenda in tasks
    assert f"/cases/{case_id}/legal/{track}" not in text_of(office, worker, "/tasks"), "somebody accompanies already"
    assert agenda in text_of(office, worker, f"/cases/{case_id}")
    assert agenda in text_of(office, worker, f"/cases/{case_id}/story")

    office.clock.pass_by(days=2)
    browser = office.browser(worker)
    outcome = f"/cases/{case_id}/milestones/{step.id}/outcome"
    assert fill(browser, outcome).status_code == 422
    after = {"held": "SD_TUNDA", "result": "saksi tidak hadir", "next_on": law.day(office, 9).isoformat()}
    assert fill(browser, outcome, **after, next_time="09:00").status_code == 303
    assert len(law.rows(office, case_id)) == 2
    shown = text_of(office, worker, f"/cases/{case_id}/legal/{track}")
    assert "saksi tidak hadir" in shown
    assert code_list("hearing_held").get("SD_TUNDA").id in shown


def test_nobody_to_accompany_is_a_task_of_the_manager(office):
    manager = office.somebody("MANAJER")
    case_id = made.make_case(office, manager)
    made.join_team(office, case_id, manager, "MANAJER")
    track = law.open_track(office, case_id)
    law.record(office, case_id, track, "LG_SIDANG", 4)
    assert f"/cases/{case_id}/legal/{track}" in text_of(office, manager, "/tasks")
    law.record(office, case_id, track, "LG_SIDANG", 5, held="SD_BATAL")
    assert text_of(office, manager, "/tasks").count(f"/cases/{case_id}/legal/{track}") == 1


def test_a_corrected_hearing_keeps_who_accompanied_although_no_longer_of_the_unit(office, worker, case_id):
    track = law.open_track(office, case_id)
    gone = office.somebody("PENDAMPING", name="Putri Pindah", password=False)
    hearing = law.record(office, case_id, track, "LG_SIDANG", 0, held="SD_DIGELAR", companion=gone.id)
    with office.runtime.begin(OPERATOR) as work:
        work.session.get_one(User, gone.id).unit_id = office.other_unit_id
        work.recorded("user:moved")
    browser = office.browser(worker)
    page = f"/cases/{case_id}/milestones/{hearing}/edit"
    assert f'<option selected value="{gone.id}">Putri Pindah' in browser.get(page).get_data(as_text=True)
    typed = {"on": law.day(office).isoformat(), "held": "SD_DIGELAR", "room": "Cakra", "companion": str(gone.id)}
    assert fill(browser, page, **typed).status_code == 303
    assert "Putri Pindah" in text_of(office, worker, f"/cases/{case_id}/legal/{track}")


def test_two_people_correcting_one_milestone_see_both_versions(office, worker, case_id):
    track = law.open_track(office, case_id)
    step = law.record(office, case_id, track, "LG_P19", -3, number="P-19/1", round=1)
    colleague = office.somebody("PENDAMPING")
    made.join_team(office, case_id, colleague)
    page = f"/cases/{case_id}/milestones/{step}/edit"
    slow = office.browser(worker)
    before = slow.get(page).get_data(as_text=True)
    day = law.day(office, -3).isoformat()
    assert fill(office.browser(colleague), page, on=day, number="P-19/2", round="2").status_code == 303

    names = ("csrf_token", "submit_id", "etag")
    late = slow.post(page, data={name: hidden(before, name) for name in names} | {"on": day, "number": "P-19/3"})
    assert late.status_code == 409
    shown = late.get_data(as_text=True)
    assert "P-19/2" in shown
    assert "P-19/3" in shown


def test_a_track_ends_is_followed_again_and_a_wrong_entry_goes(office, worker, case_id):
    track = law.open_track(office, case_id, "PERDATA")
    address = f"/cases/{case_id}/legal/{track}"
    browser = office.browser(worker)
    assert fill(browser, f"{address}/end", on=law.day(office).isoformat()).status_code == 422
    ended = fill(browser, f"{address}/end", on=law.day(office).isoformat(), outcome="LO_CABUT", text="rujuk")
    assert ended.headers["Location"].endswith(address)
    shown = text_of(office, worker, address)
    assert "rujuk" in shown
    assert f"{address}/milestones" not in shown
    assert fill(browser, f"{address}/reopen", text="gugatan baru").status_code == 303
    step = law.record(office, case_id, track, "PD_DAFTAR", -1)
    assert fill(browser, f"{address}/take-back", text="salah").status_code == 422
    assert fill(browser, f"/cases/{case_id}/milestones/{step}/take-back", text="salah perkara").status_code == 303
    assert fill(browser, f"{address}/take-back", text="salah").status_code == 303
    assert browser.get(address).status_code == 404
    assert all(row.is_removed for kind in (LegalTrack, LegalStep) for row in law.rows(office, case_id, kind))


def test_the_wish_stands_beside_the_clock_and_a_supervisor_decides_on_a_page_of_its_own(office, worker, case_id):
    boss = office.somebody("SUPERVISOR")
    browser = office.browser(worker)
    page = f"/cases/{case_id}/police/new"
    about = {"client_id": str(made.row_ids(office, Client, case_id)[0]), "on": law.day(office).isoformat()}
    empty = fill(browser, page, **about, wish="KP_TIDAK", wish_words=law.WISH)
    assert empty.status_code == 422
    assert law.WISH in empty.get_data(as_text=True)
    assert fill(browser, page, **about, wish="KP_TIDAK", wish_words=law.WISH, advice=law.ADVICE).status_code == 303
    (row,) = law.rows(office, case_id, PoliceWish)
    deciding = f"/cases/{case_id}/police/{row.id}"

    assert office.browser(worker).get(deciding).status_code == 403
    file = text_of(office, worker, f"/cases/{case_id}")
    assert code_list("police_wish").get("KP_TIDAK").id in file
    assert law.WISH not in file
    assert f"/cases/{case_id}/police" in text_of(office, worker, f"/clocks/cases/{case_id}")
    assert law.WISH in text_of(office, boss, deciding)
    seen = office.events()[-1]
    assert (seen.event, seen.purpose) == (Event.CASE_REVEALED, "supervision"), (
        "words that the team alone opens otherwise"
    )
    assert fill(office.browser(boss), deciding, decision="KD_TUNDA", reason="menunggu").status_code == 422
    review = law.day(office, 3).isoformat()
    given = fill(office.browser(boss), deciding, decision="KD_TUNDA", reason="menunggu psikolog", review_on=review)
    assert given.status_code == 303
    shown = text_of(office, worker, f"/cases/{case_id}/police")
    assert code_list("police_decision").get("KD_TUNDA").id in shown
    assert "menunggu psikolog" in shown
    assert send(browser, page, deciding, decision="KD_LAPOR").status_code == 403
