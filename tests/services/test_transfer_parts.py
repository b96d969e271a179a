"""What goes along when another unit takes a case over, part by part: what was ticked, and nothing of what was not."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.cases import queries, records
from app.cases.models import LegalTrack, Note
from app.clocks.services import WAIVER_KIND
from app.domain.codes import code_list
from app.legal import carrying as legal
from app.legal import reading
from app.safety import plans
from app.safety.models import SafetyPlan
from app.security.sections import Section
from app.security.structs.case import NoteBody, NoteHead
from app.simfoni.services import NOTE_KIND
from tests import case_factories as made
from tests import legal_office as law
from tests import safety_office as safe
from tests.factories import Office, Someone
from tests.sharing import office
from tests.transfer_office import Units, units_of

__all__ = ["office"]


@pytest.fixture
def at(office: Office) -> Units:
    return units_of(office)


def two_clients_one_ended(at: Units) -> tuple[UUID, UUID, UUID]:
    """A case with the client who goes along and the one who stays."""
    case_id = at.ours.bring_to(at.ours.case(clients=2), "ST5_INTERVENSI")
    goes, stays = at.ours.clients(case_id)
    at.ours.approve_end(case_id, at.ours.propose(case_id, stays))
    return case_id, goes, stays


def taken_over(at: Units, case_id: UUID, *parts: str) -> UUID:
    """The case of the other unit, with these parts."""
    return at.accept(at.propose(case_id, parts=parts))


# --- notes -----------------------------------------------------------------------------------------------------------


def note(at: Units, who: Someone, case_id: UUID, text: str, **head) -> None:
    with at.office.work(who.actor) as work:
        records.write_note(work, case_id, NoteHead(on=made.today(at.office), **head), text)


def notes_of(office: Office, case_id: UUID) -> dict[str, tuple[Note, NoteHead]]:
    """The notes of a case, by their words."""
    with office.work() as work:
        work.recorded("page:opened")
        return {
            work.vault.open(row.place(Section.NOTE_BODY), row.body_sealed, NoteBody).text: (
                row,
                work.vault.open(row.place(Section.NOTE_HEAD), row.head_sealed, NoteHead),
            )
            for row in queries.records(work.session, Note, [case_id])
        }


def test_notes_of_the_team_go_along_with_who_wrote_them_and_when(at):
    case_id, goes, stays = two_clients_one_ended(at)
    note(at, at.ours.manager, case_id, "tentang perkaranya")
    note(at, at.ours.manager, case_id, "tentang yang ikut", client_id=goes)
    note(at, at.ours.manager, case_id, "tentang yang tinggal", client_id=stays)
    before = notes_of(at.office, case_id)
    at.office.clock.pass_by(days=1)
    copy_id = taken_over(at, case_id, "TB_CATATAN")
    theirs = notes_of(at.office, copy_id)

    about = {text: head.client_id for text, (_row, head) in theirs.items()}
    assert about == {"tentang perkaranya": None, "tentang yang ikut": at.ours.clients(copy_id)[0]}
    for text, (row, _head) in theirs.items():
        assert (row.created_by, row.created_at) == (before[text][0].created_by, before[text][0].created_at)
    assert notes_of(at.office, case_id).keys() == before.keys()


def test_notes_of_our_own_deadlines_openings_and_entries_stay(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    for kind in (WAIVER_KIND, NOTE_KIND, records.REASON_KIND):
        note(at, at.ours.manager, case_id, f"catatan {kind}", kind=kind)
    note(at, at.ours.manager, case_id, "catatan tim")

    assert notes_of(at.office, taken_over(at, case_id, "TB_CATATAN")).keys() == {"catatan tim"}


def test_without_the_tick_no_note_goes_along(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    note(at, at.ours.manager, case_id, "catatan tim")

    assert not notes_of(at.office, taken_over(at, case_id, "TB_ASESMEN", "TB_LAYANAN"))


# --- the safety plan -------------------------------------------------------------------------------------------------


def plans_of(office: Office, case_id: UUID) -> list[tuple[UUID, int, str]]:
    """The versions of every plan of a case: of whom, which, and a word of it."""
    with office.work() as work:
        work.recorded("page:opened")
        return [
            (client_id, head.number, plans.text_of(work, row).code_word)
            for client_id, versions in plans.by_client(work, case_id).items()
            for row, head in versions
        ]


def test_the_newest_safety_plan_of_who_goes_along_is_the_first_there(at):
    case_id, goes, stays = two_clients_one_ended(at)
    for client_id, word in ((goes, "kunyit"), (goes, "jahe"), (goes, "kencur"), (stays, "serai")):
        safe.write_plan(at.office, at.ours.manager, case_id, client_id, code_word=word)
    before = plans_of(at.office, case_id)
    copy_id = taken_over(at, case_id, "TB_AMAN")
    (client_id,) = at.ours.clients(copy_id)

    assert plans_of(at.office, copy_id) == [(client_id, 1, "kencur")]
    assert plans_of(at.office, case_id) == before
    made.declare(at.office, copy_id, at.theirs)
    safe.write_plan(at.office, at.theirs, copy_id, client_id, code_word="lengkuas")
    assert plans_of(at.office, copy_id) == [(client_id, 1, "kencur"), (client_id, 2, "lengkuas")]


@pytest.mark.own_office
def test_without_the_tick_nothing_of_a_safety_plan_is_opened(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    safe.write_plan(at.office, at.ours.manager, case_id, at.ours.clients(case_id)[0])
    parts = [code.code for code in code_list("transfer_part") if code.code != "TB_AMAN"]
    copy_id = taken_over(at, case_id, *parts)

    assert made.row_ids(at.office, SafetyPlan, copy_id) == []
    assert [entry for entry in at.office.events() if entry.actor_id == at.chief.id]
    assert not [e for e in at.office.events() if e.actor_id == at.chief.id and "safety-plan" in e.sections]


@pytest.mark.own_office
def test_the_act_that_passes_a_safety_plan_on_names_it_and_both_cases(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    safe.write_plan(at.office, at.ours.manager, case_id, at.ours.clients(case_id)[0])
    copy_id = taken_over(at, case_id, "TB_AMAN")
    named = [entry for entry in at.office.events() if entry.actor_id == at.chief.id and "safety-plan" in entry.sections]

    assert len(named) == 1
    assert {"safety-plan.head", "safety-plan.text"} <= set(named[0].sections.split())
    assert {str(case_id), str(copy_id)} <= set(named[0].cases.split())


# --- legal tracks ----------------------------------------------------------------------------------------------------


def test_legal_tracks_of_who_goes_along_go_along_with_their_milestones(at):
    case_id, goes, stays = two_clients_one_ended(at)
    track = law.open_track(at.office, case_id, client_id=goes)
    law.open_track(at.office, case_id, client_id=stays)
    law.record(at.office, case_id, track, "LG_SIDIK", -3, number="SPRIN/7")
    law.record(at.office, case_id, track, "LG_SIDANG", 9, companion=at.ours.manager.id, room="Cakra")
    copy_id = taken_over(at, case_id, legal.PART)

    with at.office.work() as work:
        work.recorded("page:opened")
        ((row, theirs),) = reading.tracks_of(work, copy_id)
        steps = [(step.milestone, step.companion, step.track_id) for _row, step in reading.steps_of(work, copy_id)]
        words = [reading.step_words(work, step_row) for step_row, _step in reading.steps_of(work, copy_id)]
    assert row.id != track
    assert theirs.client_id != goes
    assert steps == [("LG_SIDIK", None, row.id), ("LG_SIDANG", None, row.id)]
    assert [(each.number, each.room) for each in words] == [("SPRIN/7", ""), ("", "Cakra")]


def test_without_the_tick_no_track_goes_along(at):
    case_id, goes, _stays = two_clients_one_ended(at)
    law.record(at.office, case_id, law.open_track(at.office, case_id, client_id=goes), "LG_SIDIK", -3)
    copy_id = taken_over(at, case_id, "TB_CATATAN")
    assert law.rows(at.office, copy_id) == law.rows(at.office, copy_id, LegalTrack) == []
