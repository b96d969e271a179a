"""Legal tracks, milestones, the legal watch and what is decided about the police. On both databases."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.accounts.models import User
from app.cases import watching
from app.cases.models import Case, Client, LegalStep, LegalTrack
from app.cases.sealing import add_record
from app.domain.clocks import State
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.legal import milestones, reading, tracks, wishes
from app.legal.landing import land
from app.legal.models import PoliceWish
from app.referrals import news
from app.security.structs import legal as structs
from app.security.structs.work import LegalStep as Step
from app.security.structs.work import LegalStepText as Words
from tests import case_factories as made
from tests import legal_office as law
from tests import referral_office as desk
from tests.factories import OPERATOR, Office, Someone
from tests.sharing import office
from tests.stage_office import Stages

__all__ = ["office"]

TPKS = {"violence": ("VK_SEKSUAL",), "tpks": ("TP_FISIK",)}


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER", password=False)


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker, clients=2)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[tuple[str, str]]:
    return {(problem.code, problem.field) for problem in refusal.value.problems}


def step_of(office: Office, step_id: UUID) -> tuple[Step, Words]:
    with office.work() as work:
        work.recorded("page:opened")
        row = work.session.get_one(LegalStep, step_id)
        return reading.read_step(work, row), reading.step_words(work, row)


# --- tracks and milestones -------------------------------------------------------------------------------------------


def test_a_milestone_keeps_what_it_asks_for_and_nothing_else(office, worker, case_id):
    track = law.open_track(office, case_id, who=worker)
    given = {"number": law.NUMBER, "time": "09:30", "received": "YA", "room": "Cakra", "verdict": "PT_3", "amount": 5}
    step_id = law.record(office, case_id, track, "LG_LP", -2, who=worker, **given)

    step, words = step_of(office, step_id)
    assert (step.time, step.received, words.number) == ("09:30", "YA", law.NUMBER)
    assert (step.verdict, step.amount, words.room) == ("", None, "")
    assert (step.track_id, step.client_id) == (track, made.row_ids(office, Client, case_id)[0])
    blob = b"".join(row.step_sealed + row.text_sealed for row in law.rows(office, case_id))
    assert law.NUMBER.encode() not in blob
    assert b"LG_LP" not in blob


def test_what_cannot_be_is_refused_by_name(office, worker, case_id):
    track = law.open_track(office, case_id, who=worker)

    def refused(code: str, days: int = 0, **given: object) -> set[tuple[str, str]]:
        with pytest.raises(Refused) as refusal:
            law.record(office, case_id, track, code, days, **given)
        return codes(refusal)

    assert refused("LG_SPDP", 1) == {("day.future", "on")}
    assert refused("PD_DAFTAR") == {("code.unknown", "milestone")}
    assert refused("LG_LP") == {("required", "number")}, "without it nothing was reported (TPKS-41)"
    assert refused("LG_SP2HP") == {("required", "letter")}
    assert refused("LG_SIDANG", 3, held="SD_DIGELAR") == {("legal.not-yet", "held")}
    assert refused("LG_SP3", 0, told_on=law.day(office, -1)) == {("legal.day-before", "told_on")}
    assert refused("LG_SIDANG", 3, companion=track) == {("team.unknown", "companion")}
    assert refused("LG_PUTUSAN", 0, verdict="mati") == {("code.unknown", "verdict")}
    assert law.rows(office, case_id) == []


def test_what_a_track_usually_has_once_is_recorded_twice_only_knowingly(office, worker, case_id):
    track = law.open_track(office, case_id)
    law.record(office, case_id, track, "LG_P21", -9)
    with pytest.raises(Refused, match=r"legal\.once"):
        law.record(office, case_id, track, "LG_P21", -3)
    law.record(office, case_id, track, "LG_P21", -3, knowingly=True)
    law.record(office, case_id, track, "LG_LP", -1, number=law.NUMBER)  # an order out of the ordinary stops nobody
    for _ in range(2):
        law.record(office, case_id, track, "LG_P19", -3)
    assert len(law.rows(office, case_id)) == 5


def test_a_criminal_track_names_its_code_of_procedure_and_others_have_none(office, case_id):
    with pytest.raises(Refused) as refusal:
        law.open_track(office, case_id, procedure_code="")
    assert codes(refusal) == {("legal-track.procedure", "procedure_code")}
    with pytest.raises(Refused, match=r"day\.future"):
        law.open_track(office, case_id, opened_on=law.day(office, 1))
    civil = law.open_track(office, case_id, "PERDATA", procedure_code="KUHAP1981", matters=("PM_CERAI",), weight="HARD")
    with office.work() as work:
        work.recorded("page:opened")
        track = reading.read_track(work, work.session.get_one(LegalTrack, civil))
    assert (track.procedure_code, track.weight, track.matters) == ("", "", ("PM_CERAI",))


def test_a_corrected_milestone_keeps_its_track_and_one_taken_back_counts_no_more(office, worker, case_id):
    track = law.open_track(office, case_id)
    step_id = law.record(office, case_id, track, "LG_SIDIK", -2)
    assert [clock.state for clock in law.clocks_of(office, case_id, "SPDP-7")] == [State.RUNNING]

    with office.work(worker.actor) as work:
        other = Step(milestone="LG_P21", on=law.day(office, -3), track_id=None)
        milestones.save_step(work, case_id, step_id, other, Words(number="SPRIN/1"), expected=None)
    step, words = step_of(office, step_id)
    assert (step.milestone, step.track_id, step.on, words.number) == ("LG_SIDIK", track, law.day(office, -3), "SPRIN/1")

    with pytest.raises(Refused, match="required"), office.work(worker.actor) as work:
        milestones.take_back(work, case_id, step_id, "  ")
    with office.work(worker.actor) as work:
        milestones.take_back(work, case_id, step_id, "salah perkara")
    assert law.clocks_of(office, case_id, "SPDP-7") == []
    assert step_of(office, step_id)[1].taken_back == "salah perkara"
    with pytest.raises(Conflict), office.work(worker.actor) as work:
        milestones.take_back(work, case_id, step_id, "lagi")


def test_somebody_outside_the_case_records_nothing_and_another_case_finds_nothing(office, worker, case_id):
    track = law.open_track(office, case_id)
    outsider = office.somebody("PENDAMPING", password=False)
    with pytest.raises((NotFound, NotPermitted)):
        law.record(office, case_id, track, "LG_SPDP", who=outsider)
    with pytest.raises(NotFound):
        law.record(office, made.make_case(office, worker), track, "LG_SPDP", who=worker)


# --- hearings --------------------------------------------------------------------------------------------------------


def test_a_hearing_ahead_is_no_step_until_it_was_held_and_the_next_one_is_entered_with_it(office, worker, case_id):
    track = law.open_track(office, case_id, who=worker)
    day = 2
    step_id = law.record(
        office, case_id, track, "LG_SIDANG", day, companion=worker.id, room="Cakra", agenda="HA_KORBAN", summoned="YA"
    )
    assert law.clocks_of(office, case_id, "DEF-LEGAL") == []
    office.clock.pass_by(days=day)

    with pytest.raises(Refused) as refusal, office.work(worker.actor) as work:
        milestones.record_outcome(work, case_id, step_id, milestones.Outcome(""), expected=None)
    assert codes(refusal) == {("required", "held")}
    outcome = milestones.Outcome(
        "SD_DIGELAR", "YA", "klien didengar", law.day(office, 7), "10:00", next_agenda="HA_TUNTUTAN"
    )
    with office.work(worker.actor) as work:
        milestones.record_outcome(work, case_id, step_id, outcome, expected=None)

    with office.work(worker.actor) as work:
        again = milestones.Outcome("SD_DIGELAR", "TIDAK")
        milestones.record_outcome(work, case_id, step_id, again, expected=None)
    held, following = law.rows(office, case_id)
    assert step_of(office, held.id)[1].result == "klien didengar"
    step, words = step_of(office, following.id)
    assert (step.on, step.time, step.agenda, step.held) == (law.day(office, 7), "10:00", "HA_TUNTUTAN", "")
    assert (step.companion, words.room, words.result) == (worker.id, "Cakra", "")
    assert [clock.state for clock in law.clocks_of(office, case_id, "DEF-LEGAL")] == [State.RUNNING]


def test_who_accompanied_stays_in_the_record_after_leaving_the_unit_and_goes_to_no_further_hearing(
    office, worker, case_id
):
    track = law.open_track(office, case_id)
    gone = office.somebody("PENDAMPING", password=False)
    hearing = law.record(office, case_id, track, "LG_SIDANG", 0, companion=gone.id)
    with office.runtime.begin(OPERATOR) as work:
        work.session.get_one(User, gone.id).unit_id = office.other_unit_id
        work.recorded("user:moved")

    with office.work(worker.actor) as work:
        outcome = milestones.Outcome("SD_DIGELAR", next_on=law.day(office, 7))
        milestones.record_outcome(work, case_id, hearing, outcome, expected=None)
    with office.work(worker.actor) as work:
        again = Step(milestone="LG_SIDANG", on=law.day(office), held="SD_DIGELAR", companion=gone.id)
        milestones.save_step(work, case_id, hearing, again, Words(room="Cakra"), expected=None)
    following = next(row for row in law.rows(office, case_id) if row.id != hearing)
    assert step_of(office, hearing)[0].companion == gone.id
    assert step_of(office, following.id)[0].companion is None
    with pytest.raises(Refused, match=r"team\.unknown"):
        law.record(office, case_id, track, "LG_SIDANG", 9, companion=gone.id)


# --- deadlines -------------------------------------------------------------------------------------------------------


def test_deadlines_of_procedure_run_by_track_and_by_its_code(office, worker, case_id):
    new = law.open_track(office, case_id)
    old = law.open_track(office, case_id, procedure_code="KUHAP1981")
    for track in (new, old):
        law.record(office, case_id, track, "LG_SIDIK", -3)
        law.record(office, case_id, track, "LG_TAHAP1", -2)
    law.record(office, case_id, new, "LG_SPDP", -1)

    spdp = {clock.subject_id: clock.state for clock in law.clocks_of(office, case_id, "SPDP-7")}
    assert spdp == {new: State.MET, old: State.RUNNING}
    assert [clock.subject_id for clock in law.clocks_of(office, case_id, "KUHAP81-138-1")] == [old]
    assert law.clocks_of(office, case_id, "SPPA-SPDP") == []

    law.end(office, case_id, old)
    assert {clock.subject_id: clock.state for clock in law.clocks_of(office, case_id, "SPDP-7")} == {
        new: State.MET,
        old: State.NOT_APPLICABLE,
    }


def test_the_track_of_a_child_offender_has_the_deadlines_of_its_law(office, case_id):
    track = law.open_track(office, case_id, "ABH")
    law.record(office, case_id, track, "LG_SIDIK", -1, time="08:00")
    law.record(office, case_id, track, "AB_LITMAS_REQ", -1, time="15:00")
    law.record(office, case_id, track, "AB_DIVERSI", 3, diversion_stage="DV_SIDIK")

    assert [clock.state for clock in law.clocks_of(office, case_id, "SPPA-REQ")] == [State.MET]
    assert [clock.state for clock in law.clocks_of(office, case_id, "SPPA-LITMAS")] == [State.RUNNING]
    assert law.clocks_of(office, case_id, "SPPA-DIV-SIDIK") == [], "the meeting lies ahead"


def test_a_police_report_of_a_referral_and_of_the_track_are_one(office, worker):
    case_id = made.make_case(office, worker, **TPKS)
    track = law.open_track(office, case_id)
    client_id = made.row_ids(office, Client, case_id)[0]
    referral = desk.make_referral(office, case_id, client_id, desk.make_institution(office))
    with office.work() as work:
        news.record_police_report(work, referral, work.now, law.NUMBER)
    law.record(office, case_id, track, "LG_LP", 0, number=law.NUMBER)

    assert len(law.clocks_of(office, case_id, "TPKS-41")) == len(law.clocks_of(office, case_id, "TPKS-42-1")) == 1
    assert law.clocks_of(office, case_id, "TPKS-41")[0].state is State.MET
    assert len(law.clocks_of(office, case_id, "SP2HP-A1")) == 1


def test_a_track_of_the_whole_case_speaks_for_every_client(office, worker):
    case_id = made.make_case(office, worker, clients=2, **TPKS)
    track = law.open_track(office, case_id, client_id=None)
    law.record(office, case_id, track, "LG_LP", 0, number=law.NUMBER)
    law.record(office, case_id, track, "LG_PUTUSAN", 0, amount=25_000_000)
    law.record(office, case_id, track, "LG_SALINAN", 0)

    assert [clock.state for clock in law.clocks_of(office, case_id, "TPKS-41")] == [State.MET, State.MET]
    assert [clock.subject_id for clock in law.clocks_of(office, case_id, "TPKS-33-1")] == [track]


def test_restitution_is_asked_about_only_where_it_was_awarded_and_ends_when_paid_in_full(office, worker):
    case_id = made.make_case(office, worker, **TPKS)
    track = law.open_track(office, case_id)
    law.record(office, case_id, track, "LG_SALINAN", -5)
    law.record(office, case_id, track, "LG_INKRACHT", -4)
    assert law.clocks_of(office, case_id, "TPKS-33-1") == []
    assert [clock.state for clock in law.clocks_of(office, case_id, "REST-PERMA-90")] == [State.RUNNING]

    law.record(office, case_id, track, "LG_PUTUSAN", -6, amount=25_000_000)
    assert law.clocks_of(office, case_id, "REST-PERMA-90") == []
    law.record(office, case_id, track, "LG_RESTITUSI_PAID", -2, amount=5_000_000, complete="TIDAK")
    assert [clock.state for clock in law.clocks_of(office, case_id, "TPKS-33-1")] == [State.RUNNING]
    law.record(office, case_id, track, "LG_RESTITUSI_PAID", -1, amount=20_000_000, complete="YA", knowingly=True)
    assert [clock.state for clock in law.clocks_of(office, case_id, "TPKS-33-1")] == [State.MET]


def test_milestones_of_before_there_were_tracks_count_and_come_along(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    loose = Step(client_id=client_id, milestone="LG_SIDIK", on=law.day(office, -2))
    with office.work() as work:
        row = add_record(work, LegalStep, case_id, milestones.sealed(loose, Words(number="SPRIN/9")), is_removed=False)
        work.touched(case_id, "legal:recorded", row.id, row=row)
    assert [clock.subject_id for clock in law.clocks_of(office, case_id, "DEF-LEGAL")] == [case_id]

    law.open_track(office, case_id, "DOKUMEN")
    assert step_of(office, row.id)[0].track_id is None
    track = law.open_track(office, case_id)
    assert step_of(office, row.id)[0].track_id == track
    assert step_of(office, row.id)[1].number == "SPRIN/9"
    assert [clock.subject_id for clock in law.clocks_of(office, case_id, "SPDP-7")] == [track]


def test_an_import_lands_on_one_track_for_each_client_and_kind_and_a_closed_one_came_in_ended(office, worker, case_id):
    first, second = made.row_ids(office, Client, case_id)
    day = law.day(office, -30)
    lot = [
        (Step(client_id=client_id, milestone=code, on=day), Words(number=code))
        for client_id, code in (
            *((first, "LG_LP"), (first, "LG_SPDP"), (first, "PD_DAFTAR")),
            *((second, "LG_SIDIK"), (second, "AB_DIVERSI_OK"), (None, "LG_LP")),
        )
    ]
    with office.work() as work:
        land(work, work.session.get_one(Case, case_id), lot)
        work.count_again(case_id)
        work.recorded("page:opened")
    with office.work() as work:
        work.recorded("page:opened")
        found = reading.tracks_of(work, case_id)
        kinds = {(track.client_id, track.kind): row.id for row, track in found}
        codes_of = {row.id: set() for row, _track in found}
        for _row, step in reading.steps_of(work, case_id):
            codes_of[step.track_id].add(step.milestone)
    assert kinds.keys() == {(first, "PIDANA"), (first, "PERDATA"), (second, "ABH"), (None, "PIDANA")}
    assert codes_of[kinds[second, "ABH"]] == {"LG_SIDIK", "AB_DIVERSI_OK"}
    assert all(row.ended_at is None and not track.procedure_code for row, track in found)

    closed = made.make_case(office, worker)
    with office.work() as work:
        case = work.session.get_one(Case, closed)
        case.status, case.closed_at = "closed", work.now
        client_id = made.row_ids(office, Client, closed)[0]
        land(work, case, [(Step(client_id=client_id, milestone="LG_LP", on=day), Words())])
        work.recorded("page:opened")
    (track,) = law.rows(office, closed, LegalTrack)
    assert track.ended_at is not None
    with office.work() as work:
        work.recorded("page:opened")
        assert watching.watched(work, [closed]) == frozenset()


def test_tracks_of_merged_files_run_once_in_the_file_that_stays(office):
    boss = office.somebody("SUPERVISOR")
    stays, goes = (made.make_case(office, boss) for _ in range(2))
    track = law.open_track(office, goes)
    law.record(office, goes, track, "LG_SIDIK", -2)
    made.merge(office, boss.actor, stays, goes)

    assert [clock.subject_id for clock in law.clocks_of(office, stays, "SPDP-7")] == [track]
    law.record(office, goes, track, "LG_SPDP", -1, who=boss)
    assert [clock.state for clock in law.clocks_of(office, stays, "SPDP-7")] == [State.MET]
    with pytest.raises(Refused):
        law.open_track(office, goes)


# --- the end, and the watch over a closed file -----------------------------------------------------------------------


def test_a_track_ends_with_its_outcome_and_is_followed_again_with_the_reason(office, worker, case_id):
    track = law.open_track(office, case_id)
    hearing = law.record(office, case_id, track, "LG_SIDANG", 5)
    for changed, code in (
        ({"outcome": ""}, "required"),
        ({"on": law.day(office, -41)}, "legal-track.end-before"),
        ({"on": law.day(office, 1)}, "day.future"),
        ({}, "legal-track.hearing-ahead"),
    ):
        with pytest.raises(Refused, match=code.replace(".", r"\.")):
            law.end(office, case_id, track, **changed)
    with office.work() as work:
        milestones.take_back(work, case_id, hearing, "batal")
    law.end(office, case_id, track, worker, on=law.day(office, -9))
    with pytest.raises(Conflict):
        law.end(office, case_id, track)
    later = structs.LegalTrack(kind="PIDANA", procedure_code="KUHAP2025", opened_on=law.day(office, -8))
    with pytest.raises(Refused) as refusal, office.work(worker.actor) as work:
        tracks.save_track(work, case_id, track, later, structs.LegalTrackText(), expected=None)
    assert codes(refusal) == {("legal-track.end-before", "opened_on")}
    with pytest.raises(Conflict):
        law.record(office, case_id, track, "LG_SPDP")
    with pytest.raises(Refused, match="required"), office.work() as work:
        tracks.reopen_track(work, case_id, track, " ", expected=None)
    with office.work(worker.actor) as work:
        row = tracks.reopen_track(work, case_id, track, "peninjauan kembali", expected=None)
        assert reading.track_words(work, row).reopened == ("peninjauan kembali",)
    law.record(office, case_id, track, "LG_SPDP")
    with pytest.raises(Refused, match=r"legal-track\.has-milestones"), office.work() as work:
        tracks.take_back_track(work, case_id, track, "salah")


def test_a_closed_file_is_watched_until_its_last_track_has_ended(office):
    at = Stages(
        office, *(office.somebody(role, password=False) for role in ("PENERIMA", "MANAJER", "SUPERVISOR", "KEPALA"))
    )

    def watched(case_id: UUID) -> bool:
        with office.work() as work:
            work.recorded("page:opened")
            return case_id in watching.watched(work, [case_id])

    case_id, plain = (at.bring_to(at.case(), "ST6_MONITORING") for _ in range(2))
    first = law.open_track(office, case_id)
    second = law.open_track(office, case_id, "PERDATA")
    law.record(office, case_id, first, "LG_LP", -1, number=law.NUMBER)
    for each, flag in ((case_id, False), (plain, True)):
        at.propose(each, at.clients(each)[0], legal_watch=flag)
        assert not watched(each), "the end was only proposed"
        at.step(each, "close", at.supervisor)
        assert watched(each)
    assert [clock.state for clock in law.clocks_of(office, case_id, "DEF-LEGAL")] == [State.RUNNING]

    law.record(office, case_id, first, "LG_SIDIK", 0, who=at.manager)
    law.end(office, case_id, first, at.supervisor)
    assert watched(case_id)
    law.end(office, case_id, second)
    assert not watched(case_id)
    assert [clock.state for clock in law.clocks_of(office, case_id, "DEF-LEGAL")] == [State.NOT_APPLICABLE]

    only = law.open_track(office, plain)
    law.end(office, plain, only)
    assert not watched(plain), "the end of its track ends what the end of the client left open"


# --- telling the police ----------------------------------------------------------------------------------------------


def test_what_is_decided_about_the_police_meets_nothing_and_is_decided_by_somebody_else(office, worker):
    case_id = made.make_case(office, worker, **TPKS)
    boss, second = (office.somebody("SUPERVISOR") for _ in range(2))
    made.join_team(office, case_id, boss)
    wish_id = law.wish(office, case_id, boss)

    def decide(who: Someone, code: str, reason: str, review: int | None = None) -> None:
        day = law.day(office, review) if review is not None else None
        with office.work(who.actor) as work:
            wishes.decide(work, case_id, wish_id, wishes.Decision(code, reason, day), expected=None)

    with pytest.raises(NotPermitted):
        decide(worker, "KD_TIDAK", "keselamatan")
    with pytest.raises(Refused, match="own-case"):
        decide(boss, "KD_TIDAK", "keselamatan")
    for code, reason, review, problem in (
        ("", "x", None, "required"),
        ("KD_TIDAK", " ", None, "required"),
        ("KD_TUNDA", "x", None, r"police-wish\.review"),
        ("KD_TUNDA", "x", -1, r"police-wish\.review-past"),
    ):
        with pytest.raises(Refused, match=problem):
            decide(second, code, reason, review)
    decide(second, "KD_TUNDA", "menunggu psikolog", 3)
    with pytest.raises(Conflict):
        decide(second, "KD_LAPOR", "sekarang")

    assert [clock.state for clock in law.clocks_of(office, case_id, "TPKS-41")] == [State.RUNNING]
    assert law.rows(office, case_id) == []
    (row,) = law.rows(office, case_id, PoliceWish)
    assert (row.state, row.decided_by) == ("decided", second.id)
    assert law.WISH.encode() not in row.wish_sealed + row.text_sealed


def test_a_wish_needs_the_words_and_the_advice(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    empty = structs.PoliceWish(client_id=client_id, on=law.day(office), wish="")
    with pytest.raises(Refused) as refusal, office.work(worker.actor) as work:
        wishes.record_wish(work, case_id, empty, structs.PoliceWishText())
    assert codes(refusal) == {("required", name) for name in ("wish", "wish_words", "advice")}


@pytest.mark.own_office
def test_where_nobody_else_may_decide_one_person_does_and_the_record_says_so(office):
    boss = office.somebody("SUPERVISOR", "MANAJER", password=False)
    case_id = made.make_case(office, boss, **TPKS)
    wish_id = law.wish(office, case_id, boss)
    with office.work(boss.actor) as work:
        decision = wishes.Decision("KD_DAMPINGI", "klien mau, ditemani")
        row = wishes.decide(work, case_id, wish_id, decision, expected=None)
        assert reading.read_wish(work, row).alone
    assert office.events()[-1].purpose == "single-officer"


def test_a_page_that_was_open_before_somebody_else_saved_is_told(office, worker, case_id):
    track = law.open_track(office, case_id)
    text = structs.LegalTrackText(parties="baru")
    held = structs.LegalTrack(kind="PIDANA", procedure_code="KUHAP2025", opened_on=law.day(office, -40))
    with pytest.raises(Conflict), office.work(worker.actor) as work:
        tracks.save_track(work, case_id, track, held, text, expected="old")
    with office.work(worker.actor) as work:
        tracks.save_track(work, case_id, track, held, text, expected=None)
    with office.work() as work:
        work.recorded("page:opened")
        row = work.session.get_one(LegalTrack, track)
        assert row.version == 2
        assert (reading.read_track(work, row).opened_on, reading.track_words(work, row).parties) == (
            held.opened_on,
            "baru",
        )
