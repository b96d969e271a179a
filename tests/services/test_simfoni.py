"""Entering a case into SIMFONI: who may open what and when, what is kept, and how changes are noticed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from app.cases import progress, records, services
from app.cases.models import Case, Client, SimfoniEntry
from app.clocks import services as clocks
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused, Stale
from app.domain.simfoni.changes import changes
from app.domain.simfoni.layout import layout
from app.domain.simfoni.sheet import build
from app.domain.zones import Zone, local_day
from app.referrals import directory
from app.security.sections import Section
from app.security.structs.case import Chronology, StepReason
from app.security.structs.office import Institution
from app.security.structs.simfoni import Typed
from app.security.structs.work import FollowUp
from app.simfoni import facts, queries, state
from app.simfoni import services as simfoni
from app.simfoni.models import AWAITING, SimfoniState, Standing
from app.simfoni.services import Reach
from app.work import Work
from tests import case_factories as made
from tests import referral_office
from tests import simfoni_support as sim
from tests.examples import examples
from tests.factories import OPERATOR, Office, Someone
from tests.simfoni_support import office

__all__ = ["office"]


@pytest.fixture
def data(office: Office) -> Someone:
    return office.somebody("DATA", password=False)


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("PENERIMA", "MANAJER", password=False)


def client_of(office: Office, case_id: UUID) -> UUID:
    return made.row_ids(office, Client, case_id)[0]


def _follow_up(work: Work, case_id: UUID) -> None:
    client = work.session.scalars(select(Client.id).where(Client.case_id == case_id)).first()
    assert client is not None
    document = FollowUp(client_id=client, on=local_day(work.now, Zone.WITA), kind="FU_TELEPON")
    records.record_follow_up(work, case_id, document, "baik")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


# --- how a case comes to wait, and what ends it ----------------------------------------------------------------------


def test_a_case_waits_once_it_is_registered(office: Office) -> None:
    case_id = made.make_case(office)
    assert sim.standing(office, case_id) is Standing.NONE
    sim.approve(office, case_id)
    assert sim.standing(office, case_id) is Standing.WAITING


def test_an_entry_ends_the_waiting_and_is_kept_sealed(office: Office, data: Someone) -> None:
    case_id = sim.make_waiting(office)
    entry_id = sim.enter(office, case_id, data.actor, number="sim-2026 77001", remark="tanpa kendala")

    assert sim.standing(office, case_id) is Standing.ENTERED
    text = sim.text_of(office, entry_id)
    assert (text.number, text.remark) == ("SIM-202677001", "tanpa kendala")
    with office.runtime.looking(OPERATOR) as work:
        row = work.session.get_one(SimfoniEntry, entry_id)
        assert b"77001" not in row.entry_sealed + row.text_sealed + row.typed_sealed + row.number_tag
    event = next(event for event in reversed(office.events()) if event.event == "simfoni:entered")
    assert (event.actor_id, event.cases, event.purpose) == (data.id, str(case_id), "simfoni-entry")
    assert "client.identity" in event.sections


def test_the_sheet_says_in_which_province_and_kabupaten_an_institution_lies(office: Office) -> None:
    case_id = made.make_case(office)
    with office.work() as work:
        profile = Institution(type="IN_RS", area="63.71.02")
        institution = directory.add(work, office.unit_id, "RSUD Uji Wilayah", profile).id
    referral_office.make_referral(office, case_id, client_of(office, case_id), institution)
    with office.work() as work:
        work.recorded("page:opened", case_id)
        shown = facts.facts_of(facts.read_coded(work, work.session.get_one(Case, case_id)))
    (referral,) = shown["victims"][0]["referrals"]
    assert referral["area"] == facts.place("63.71.02")
    assert (referral["area"]["province"], referral["area"]["district"]) == ("Kalimantan Selatan", "Kota Banjarmasin")


def test_an_entry_meets_the_clock(office: Office) -> None:
    case_id = sim.make_waiting(office)
    sim.enter(office, case_id)
    with office.work() as work:
        work.recorded("page:opened", case_id)
        held = [clock for clock in clocks.of_cases(work, [case_id])[case_id] if clock.rule_id == state.RULE]
    assert [clock.state for clock in held] == ["MET"]


def test_what_the_sheet_shows_makes_an_entered_case_wait_again(office: Office) -> None:
    def service(case_id: UUID) -> None:
        made.make_service(office, case_id, client_of(office, case_id))

    def corrected(case_id: UUID) -> None:
        sim.correct(office, case_id, education="ED_SLTP")

    def referral(case_id: UUID) -> None:
        institution = referral_office.make_institution(office, name=f"Lembaga {case_id}")
        referral_office.make_referral(office, case_id, client_of(office, case_id), institution)

    def words(case_id: UUID) -> None:
        with office.work() as work:
            services.save_chronology(work, case_id, Chronology(text="lain sama sekali"), expected=None)

    for change in (service, corrected, referral, words):
        case_id = sim.make_waiting(office)
        sim.enter(office, case_id)
        change(case_id)
        assert sim.standing(office, case_id) is Standing.CHANGED, change.__name__


def test_what_the_sheet_does_not_show_changes_nothing(office: Office) -> None:
    case_id = sim.make_waiting(office)
    sim.enter(office, case_id)
    made.make_note(office, case_id)
    made.make_service(office, case_id, client_of(office, case_id), activity="AK_KOORDINASI")
    with office.work() as work:
        _follow_up(work, case_id)
    assert sim.standing(office, case_id) is Standing.ENTERED


def test_a_voided_case_leaves_the_list_or_is_to_be_taken_out_there(office: Office, data: Someone) -> None:
    waiting, entered = sim.make_waiting(office), sim.make_waiting(office)
    entry_id = sim.enter(office, entered)
    with office.work() as work:
        for case_id in (waiting, entered):
            progress.void(work, case_id, StepReason(text="salah catat"))
    assert sim.standing(office, waiting) is Standing.NONE
    assert sim.standing(office, entered) is Standing.WITHDRAWN
    assert sim.reach(office, data, entered) is None

    office.clock.pass_by(days=3)
    with office.work(data.actor) as work:
        simfoni.take_back(work, entered, entry_id, "dihapus di SIMFONI")
    assert sim.standing(office, entered) is Standing.NONE


def test_a_case_from_elsewhere_waits_only_while_a_recent_step_of_it_is_to_be_entered(office: Office) -> None:
    today = made.today(office)
    old, recent = sim.make_imported(office, today - timedelta(days=90)), sim.make_imported(office, today)
    assert sim.standing(office, old) is Standing.NONE
    assert sim.standing(office, recent) is Standing.WAITING
    made.make_service(office, old, client_of(office, old))
    assert sim.standing(office, old) is Standing.WAITING


def test_the_number_of_an_old_case_from_elsewhere_may_be_noted_without_opening_it(
    office: Office, data: Someone
) -> None:
    case_id = sim.make_imported(office, made.today(office) - timedelta(days=90))
    assert sim.reach(office, data, case_id) is None
    sim.enter(office, case_id, data.actor)
    assert sim.standing(office, case_id) is Standing.ENTERED


def test_cases_from_before_get_their_standing_once(office: Office) -> None:
    case_id, entered = sim.make_waiting(office), sim.make_waiting(office)
    sim.enter(office, entered)
    with office.runtime.engine.begin() as connection:
        connection.execute(delete(SimfoniState).where(SimfoniState.case_id.in_([case_id, entered])))
    assert state.catch_up(office.runtime, office.clock()) == 2
    assert state.catch_up(office.runtime, office.clock()) == 0
    assert sim.standing(office, case_id) is Standing.WAITING
    assert sim.standing(office, entered) is Standing.ENTERED


# --- who may open, and when ------------------------------------------------------------------------------------------


def test_a_data_officer_opens_only_what_waits(office: Office, data: Someone) -> None:
    case_id = sim.make_waiting(office)
    assert sim.reach(office, data, case_id) is Reach.ENTRY
    sim.enter(office, case_id, data.actor)
    assert sim.reach(office, data, case_id) is None
    made.make_service(office, case_id, client_of(office, case_id))
    assert sim.reach(office, data, case_id) is Reach.ENTRY


def test_the_team_opens_its_own_cases_and_no_others(office: Office, worker: Someone) -> None:
    own, other = sim.make_waiting(office, worker), sim.make_waiting(office)
    sim.enter(office, own)
    assert sim.reach(office, worker, own) is Reach.TEAM
    with pytest.raises(NotFound):
        sim.reach(office, worker, other)


def test_a_supervisor_sees_how_a_case_stands_and_opens_nothing(office: Office) -> None:
    supervisor = office.somebody("SUPERVISOR", password=False)
    assert sim.reach(office, supervisor, sim.make_waiting(office)) is None


def test_another_unit_does_not_know_the_case(office: Office) -> None:
    stranger = office.somebody("DATA", unit_id=office.other_unit_id, password=False)
    case_id = sim.make_waiting(office)
    with pytest.raises(NotFound):
        sim.reach(office, stranger, case_id)
    with pytest.raises(NotFound):
        sim.enter(office, case_id, stranger.actor)


def test_a_standing_that_this_program_did_not_write_opens_nothing(office: Office, data: Someone) -> None:
    case_id = sim.make_waiting(office)
    sim.enter(office, case_id)
    with office.runtime.engine.begin() as connection:
        connection.execute(
            update(SimfoniState).where(SimfoniState.case_id == case_id).values(standing="waiting", since=office.clock())
        )
    assert sim.reach(office, data, case_id) is None
    with pytest.raises(Conflict):
        sim.enter(office, case_id, data.actor)


def test_an_entered_case_is_not_entered_twice(office: Office, data: Someone) -> None:
    case_id = sim.make_waiting(office)
    sim.enter(office, case_id, data.actor)
    with pytest.raises(Conflict):
        sim.enter(office, case_id, data.actor)


def test_who_neither_works_on_a_case_nor_enters_cases_notes_no_entry(office: Office) -> None:
    case_id = sim.make_waiting(office)
    supervisor = office.somebody("SUPERVISOR", password=False)
    with pytest.raises(NotPermitted):
        sim.enter(office, case_id, supervisor.actor)
    volunteer = office.somebody("PATBM", password=False)
    with pytest.raises(NotPermitted):
        sim.enter(office, case_id, volunteer.actor)


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "required"), ("tanpa angka", "simfoni.number"), ("12;DROP", "simfoni.number"), ("9" * 41, "simfoni.number")],
)
def test_what_is_no_number_is_refused(office: Office, typed: str, code: str) -> None:
    case_id = sim.make_waiting(office)
    with pytest.raises(Refused) as refused:
        sim.enter(office, case_id, number=typed)
    assert codes(refused) == [code]
    assert sim.standing(office, case_id) is Standing.WAITING


def test_a_day_to_come_and_a_day_before_the_report_are_refused(office: Office) -> None:
    case_id, today = sim.make_waiting(office), made.today(office)
    for day, code in ((today + timedelta(days=1), "day.future"), (today - timedelta(days=1), "simfoni.before-report")):
        with pytest.raises(Refused) as refused:
            sim.enter(office, case_id, on=day)
        assert codes(refused) == [code]


def test_a_number_of_another_case_is_refused_until_somebody_says_that_it_is_right(office: Office) -> None:
    first, second, given_number = sim.make_waiting(office), sim.make_waiting(office), sim.number()
    sim.enter(office, first, number=given_number)
    with pytest.raises(Refused) as refused:
        sim.enter(office, second, number=f" {given_number.lower()} ")
    assert codes(refused) == ["simfoni.number-taken"]
    sim.enter(office, second, number=given_number, shared=True)
    assert sim.standing(office, second) is Standing.ENTERED


def test_the_same_number_of_another_unit_is_no_matter(office: Office) -> None:
    here, there, given_number = (
        sim.make_waiting(office),
        sim.make_waiting(office, unit_id=office.other_unit_id),
        sim.number(),
    )
    sim.enter(office, there, number=given_number)
    sim.enter(office, here, number=given_number)


def test_a_case_that_changed_since_its_sheet_was_shown_is_not_noted_as_entered(office: Office) -> None:
    case_id = sim.make_waiting(office)
    seen = sim.mark(office, case_id)
    made.make_service(office, case_id, client_of(office, case_id))
    with pytest.raises(Stale):
        sim.enter(office, case_id, expected=seen)
    sim.enter(office, case_id, expected=sim.mark(office, case_id))


# --- taking back, asking ---------------------------------------------------------------------------------------------


def test_a_wrong_entry_is_taken_back_by_its_writer_on_the_same_day_only(office: Office, data: Someone) -> None:
    case_id = sim.make_waiting(office)
    entry_id = sim.enter(office, case_id, data.actor)
    with office.work(data.actor) as work:
        simfoni.take_back(work, case_id, entry_id, "nomor kasus lain")
    assert sim.standing(office, case_id) is Standing.WAITING
    assert sim.text_of(office, entry_id).removal == "nomor kasus lain"

    later = sim.enter(office, case_id, data.actor)
    office.clock.pass_by(days=1)
    with pytest.raises(NotPermitted), office.work(data.actor) as work:
        simfoni.take_back(work, case_id, later, "lewat sehari")
    assert sim.reach(office, data, case_id) is None
    supervisor = office.somebody("SUPERVISOR", password=False)
    with office.work(supervisor.actor) as work:
        simfoni.take_back(work, case_id, later, "nomor keliru")
    assert sim.standing(office, case_id) is Standing.WAITING


def test_an_entry_is_taken_back_with_a_reason_and_once(office: Office) -> None:
    case_id = sim.make_waiting(office)
    entry_id = sim.enter(office, case_id)
    with pytest.raises(Refused), office.work() as work:
        simfoni.take_back(work, case_id, entry_id, "  ")
    with office.work() as work:
        simfoni.take_back(work, case_id, entry_id, "keliru")
    with pytest.raises(Conflict), office.work() as work:
        simfoni.take_back(work, case_id, entry_id, "keliru")


def test_taking_back_an_update_leads_back_to_the_entry_before(office: Office) -> None:
    case_id = sim.make_waiting(office)
    sim.enter(office, case_id)
    made.make_service(office, case_id, client_of(office, case_id))
    update_id = sim.enter(office, case_id)
    with office.work() as work:
        simfoni.take_back(work, case_id, update_id, "belum disimpan di sana")
    assert sim.standing(office, case_id) is Standing.CHANGED


def test_the_team_may_ask_for_a_further_entry_and_it_stands_until_one_comes(
    office: Office, data: Someone, worker: Someone
) -> None:
    case_id = sim.make_waiting(office, worker)
    sim.enter(office, case_id)
    office.clock.pass_by(minutes=5)
    with office.work(worker.actor) as work:
        simfoni.ask(work, case_id, "alamat di SIMFONI keliru")
    assert sim.standing(office, case_id) is Standing.ASKED
    assert sim.reach(office, data, case_id) is Reach.ENTRY
    made.make_note(office, case_id)
    assert sim.standing(office, case_id) is Standing.ASKED

    office.clock.pass_by(minutes=5)
    sim.enter(office, case_id, data.actor)
    assert sim.standing(office, case_id) is Standing.ENTERED
    assert sim.reach(office, data, case_id) is None


def test_nobody_asks_for_what_waits_already_or_is_not_registered(office: Office) -> None:
    for case_id in (sim.make_waiting(office), made.make_case(office)):
        with pytest.raises(Conflict), office.work() as work:
            simfoni.ask(work, case_id, "tolong")
    case_id = sim.make_waiting(office)
    sim.enter(office, case_id)
    with pytest.raises(Refused), office.work() as work:
        simfoni.ask(work, case_id, " ")


def test_a_data_officer_cannot_ask(office: Office, data: Someone) -> None:
    case_id = sim.make_waiting(office)
    sim.enter(office, case_id)
    with pytest.raises(NotPermitted), office.work(data.actor) as work:
        simfoni.ask(work, case_id, "ingin melihat lagi")


# --- any order of acts -----------------------------------------------------------------------------------------------

ACTS = ("enter", "service", "correct", "note", "take back", "ask", "follow up", "void")


@examples(8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=6))
def test_after_any_acts_a_data_officer_reaches_a_case_exactly_while_it_waits(office: Office, acts: list[str]) -> None:
    """A case that is entered and unchanged is closed; one that never was, or changed, waits; nothing noted is ever lost."""
    data = office.somebody("DATA", password=False)
    case_id, noted = sim.make_waiting(office), 0
    for act in acts:
        office.clock.pass_by(minutes=3)
        before = sim.standing(office, case_id)
        try:
            done = _do(office, case_id, act)
        except (Conflict, Refused):
            done = False
        noted += done and act == "enter"
        now = sim.standing(office, case_id)
        assert now is before or done
        assert (now in AWAITING) == (sim.reach(office, data, case_id) is not None)
        assert now is _expected(office, case_id, now)
    with office.runtime.looking(OPERATOR) as work:
        rows = work.session.scalars(select(SimfoniEntry.id).where(SimfoniEntry.case_id == case_id)).all()
    assert len(rows) == noted


def _do(office: Office, case_id: UUID, act: str) -> bool:
    if act == "enter":
        sim.enter(office, case_id)
    elif act == "service":
        made.make_service(office, case_id, client_of(office, case_id))
    elif act == "correct":
        sim.correct(office, case_id, occupation="OC_PELAJAR")
    elif act == "note":
        made.make_note(office, case_id)
    else:
        with office.work() as work:
            _decide(work, case_id, act)
    return True


def _decide(work: Work, case_id: UUID, act: str) -> None:
    if act == "ask":
        simfoni.ask(work, case_id, "sekali lagi")
    elif act == "void":
        progress.void(work, case_id, StepReason(text="salah catat"))
    elif act == "follow up":
        _follow_up(work, case_id)
    else:
        standing = select(SimfoniEntry.id).where(SimfoniEntry.case_id == case_id, SimfoniEntry.is_removed.is_(False))
        last = work.session.scalars(standing.order_by(SimfoniEntry.created_at.desc())).first()
        if last is None:
            raise Conflict("none")
        simfoni.take_back(work, case_id, last, "keliru")


def _expected(office: Office, case_id: UUID, now: Standing) -> Standing:
    """What the case must stand at by its own content, computed by a longer way: the whole sheets compared."""
    with office.work() as work:
        work.recorded("page:opened", case_id)
        coded = facts.read_coded(work, queries.get(work, case_id))
        if coded.case.status == "voided":
            return Standing.WITHDRAWN if coded.entries else Standing.NONE
        if now is Standing.ASKED:
            return now
        if not coded.entries:
            return Standing.WAITING
        row = coded.entries[-1][0]
        typed = work.vault.open(row.place(Section.SIMFONI_TYPED), row.typed_sealed, Typed)
        sheet = build(layout(), facts.facts_of(coded, facts.read_words(work, coded)))
        differs = bool(changes(sheet, {line.path: line.text for line in typed.lines}))
        if now is Standing.CHANGED and not differs:  # the words were saved again, the same as they were
            return now
        return Standing.CHANGED if differs else Standing.ENTERED
