"""Referrals: the status table, what disclosure rests on, moments, and the papers of the police (case-management 6.4; design 5)."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from app.accounts.models import User
from app.cases import consents, terminations
from app.cases.models import Case, TeamMember
from app.domain.clocks import State
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused, Stale
from app.domain.referrals import Need, ReferralStatus, step, steps
from app.referrals import basis, board, directory, incoming_pages, news, queries, services
from app.referrals.basis import Given
from app.referrals.models import Referral
from app.referrals.services import Answer
from app.security.sections import Section
from app.security.structs.work import ConsentText, Withdrawal
from app.security.vault import etag
from tests import referral_office as desk
from tests.examples import examples
from tests.factories import Office
from tests.sharing import office

__all__ = ["office"]

CODES = tuple(dict.fromkeys(step.code for step in steps()))


@pytest.fixture
def worker(office: Office):
    return office.somebody("PENDAMPING", password=False)


@pytest.fixture
def case(office: Office, worker):
    return desk.make_case(office, worker)


def head(office: Office, referral_id):
    with office.work() as work:
        row = work.session.get_one(Referral, referral_id)
        found = row.status, services.read(work, row), services.read_text(work, row)
        work.recorded("page:opened")
        return found


# --- the status table ------------------------------------------------------------------------------------------------


@examples(25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(CODES), min_size=1, max_size=7))
def test_a_referral_goes_along_its_table_and_nowhere_else(office: Office, tries):
    case, clock = desk.make_case(office), office.clock
    referral = desk.make_referral(office, case, None, desk.make_institution(office, name=f"L {case}"), sent=False)
    here, walked = ReferralStatus.DRAFT, [ReferralStatus.DRAFT]
    for code in tries:
        clock.pass_by(minutes=1)
        allowed = next((s for s in steps() if s.code == code and here in s.origins), None)
        with pytest.raises(Conflict) if allowed is None else nullcontext(), office.work() as work:
            services.take_step(work, referral, code, Answer(work.now, text="kata"))
        if allowed is not None:
            here = allowed.target
            walked.append(here)
    status, document, _ = head(office, referral)
    assert status == here.value
    assert [s.status for s in document.steps] == [s.value for s in walked[1:]]
    assert all(a.at <= b.at for a, b in pairwise(document.steps))


def test_an_end_has_no_way_on():
    ends = {ReferralStatus.CLOSED, ReferralStatus.DECLINED, ReferralStatus.CANCELLED}
    for end in ends:
        for code in CODES:
            with pytest.raises(Conflict):
                step(end, code)


@pytest.mark.parametrize("need", [Need.REFUSAL, Need.RESULT, Need.REASON])
def test_a_step_that_needs_words_is_refused_without_them(office: Office, case, need):
    wanted = next(s for s in steps() if need in s.needs)
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    path = {"RF_ACCEPTED": ["accept"], "RF_SERVED": ["accept", "serve"]}
    origin = ReferralStatus.SENT if ReferralStatus.SENT in wanted.origins else next(iter(wanted.origins))
    with office.work() as work:
        for code in path.get(origin.value, ["acknowledge"]):
            services.take_step(work, referral, code, Answer(work.now))
    with pytest.raises(Refused, match="required"), office.work() as work:
        services.take_step(work, referral, wanted.code, Answer(work.now, text="  "))


def test_the_words_of_a_step_stand_where_they_belong(office: Office, case):
    hospital = desk.make_institution(office, "IN_RS")
    declined, served = (desk.make_referral(office, case, None, hospital) for _ in range(2))
    with office.work() as work:
        services.take_step(work, declined, "decline", Answer(work.now, text="penuh"))
        services.take_step(work, served, "accept", Answer(work.now, how="WY_TELEPON", text="besok pagi"))
        services.take_step(work, served, "serve", Answer(work.now))
        services.take_step(work, served, "close", Answer(work.now, text="sudah diperiksa"))
    assert head(office, declined)[2].refusal == "penuh"
    _, document, words = head(office, served)
    assert (words.reply, words.result, document.steps[1].how) == ("besok pagi", "sudah diperiksa", "WY_TELEPON")


def test_an_unknown_way_is_refused(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    with pytest.raises(Refused, match="code.unknown"), office.work() as work:
        services.take_step(work, referral, "accept", Answer(work.now, how="WY_MERPATI"))


# --- what it rests on ------------------------------------------------------------------------------------------------


def refused(office: Office, case, draft, **kwargs):
    with pytest.raises(Refused) as refusal, office.work() as work:
        services.refer(work, case, draft, Answer(work.now), **kwargs)
    return {p.code for p in refusal.value.problems}


def test_nothing_is_sent_without_a_basis(office: Office, case):
    assert refused(office, case, desk.draft(desk.make_institution(office))) == {"referral.basis"}


def test_the_word_consent_alone_is_no_basis(office: Office, case):
    draft = desk.draft(desk.make_institution(office), basis="CB_KLIEN")
    assert refused(office, case, draft) == {"referral.basis"}


def test_a_withdrawn_consent_blocks_sending(office: Office, case):
    client = desk.clients_of(office, case)[0]
    consent = desk.make_consent(office, case, client)
    with office.work() as work:
        consents.withdraw(work, case, consent, Withdrawal(desk.today(office), effect="WE_HENTI"))
    draft = desk.draft(desk.make_institution(office), client, consent_id=consent)
    assert refused(office, case, draft) == {"referral.basis-withdrawn"}


def test_the_consent_of_another_client_is_refused(office: Office, case):
    first, second = desk.clients_of(office, case)
    draft = desk.draft(desk.make_institution(office), first, consent_id=desk.make_consent(office, case, second))
    assert refused(office, case, draft) == {"referral.basis-other-client"}


def test_a_consent_of_another_case_is_not_found(office: Office, case):
    other = desk.make_case(office)
    consent = desk.make_consent(office, other, desk.clients_of(office, other)[0])
    draft = desk.draft(desk.make_institution(office), desk.clients_of(office, case)[0], consent_id=consent)
    with pytest.raises(NotFound), office.work() as work:
        services.refer(work, case, draft, Answer(work.now))


@pytest.mark.parametrize("said", [{"refused": ("SV_KESEHATAN",)}, {"services": ("SV_BANKUM",)}])
def test_a_service_that_was_not_agreed_to_is_not_asked_for(office: Office, case, said):
    client = desk.clients_of(office, case)[0]
    draft = desk.draft(
        desk.make_institution(office), client, consent_id=desk.make_consent(office, case, client, **said)
    )
    assert refused(office, case, draft) == {"referral.basis-refused"}


def test_danger_to_life_covers_what_a_consent_does_not_name(office: Office, case):
    client = desk.clients_of(office, case)[0]
    consent = desk.make_consent(office, case, client, basis="CB_BAHAYA", services=("SV_BANKUM",))
    with office.work() as work:
        draft = desk.draft(desk.make_institution_in(work), client, consent_id=consent)
        row = services.refer(work, case, draft, Answer(work.now))
    assert row.status == "RF_SENT"


def test_a_consent_of_today_does_not_cover_what_was_sent_yesterday(office: Office, case):
    client = desk.clients_of(office, case)[0]
    draft = desk.draft(desk.make_institution(office), client, consent_id=desk.make_consent(office, case, client))
    with pytest.raises(Refused, match="referral.basis-later"), office.work() as work:
        services.refer(work, case, draft, Answer(work.now - timedelta(days=1)))


def test_consent_and_referral_are_recorded_in_one_act(office: Office, case):
    client = desk.clients_of(office, case)[0]
    institution = desk.make_institution(office)
    given = Given(desk.today(office), "CB_WALI", ("SV_KESEHATAN",), ("SV_BANKUM",), conflict="TIDAK")
    with office.work() as work:
        row = services.refer(work, case, desk.draft(institution, client), Answer(work.now), given=given)
    _, document, _ = head(office, row.id)
    assert document.consent_id is not None
    assert [e.event for e in office.events()][-4:-1] == [
        "consent:recorded",
        "referral:created",
        "referral:step-recorded",
    ]


def test_a_refused_act_leaves_no_consent_behind(office: Office, case):
    client = desk.clients_of(office, case)[0]
    institution = desk.make_institution(office)
    given = Given(desk.today(office), "CB_WALI", refused=("SV_KESEHATAN",), conflict="TIDAK")
    with pytest.raises(Refused, match="referral.basis-refused"), office.work() as work:
        services.refer(work, case, desk.draft(institution, client), Answer(work.now), given=given)
    with office.work() as work:
        assert basis.standing(work, case) == []
        assert queries.of_cases(work, [case]) == []


def test_another_basis_needs_its_reason_and_says_so_on_the_form(office: Office, case):
    client = desk.clients_of(office, case)[0]
    institution = desk.make_institution(office)
    given = Given(desk.today(office), "CB_HUKUM", text=ConsentText(reason=""))
    with pytest.raises(Refused) as refusal, office.work() as work:
        services.refer(work, case, desk.draft(institution, client), Answer(work.now), given=given)
    assert [(p.code, p.field) for p in refusal.value.problems] == [("required", "consent_reason")]


def test_the_whole_case_needs_the_consent_of_every_client(office: Office, case):
    first, second = desk.clients_of(office, case)
    institution = desk.make_institution(office)
    consent = desk.make_consent(office, case, first)
    assert refused(office, case, desk.draft(institution, consent_id=consent)) == {"referral.basis-each"}
    desk.make_consent(office, case, second)
    with office.work() as work:
        row = services.refer(work, case, desk.draft(institution, consent_id=consent), Answer(work.now))
    assert row.status == "RF_SENT"


def test_a_client_whose_handling_ended_is_not_asked_again(office: Office, case):
    first, second = desk.clients_of(office, case)
    consent = desk.make_consent(office, case, first)
    with office.work() as work:
        row = work.session.get_one(Case, case)
        terminations.end_client(work, row, second, terminations.End(desk.today(office), "TM_SELESAI"))
    institution = desk.make_institution(office)
    with office.work() as work:
        row = services.refer(work, case, desk.draft(institution, consent_id=consent), Answer(work.now))
    assert row.status == "RF_SENT"


def test_a_consent_recorded_for_the_whole_case_is_recorded_for_each_client(office: Office, case):
    institution = desk.make_institution(office)
    with office.work() as work:
        services.refer(
            work,
            case,
            desk.draft(institution),
            Answer(work.now),
            given=Given(desk.today(office), "CB_WALI", conflict="TIDAK"),
        )
    with office.work() as work:
        work.recorded("page:opened")
        assert {c.client_id for _, c in basis.standing(work, case)} == set(desk.clients_of(office, case))


def test_a_draft_gets_its_basis_when_it_is_sent(office: Office, case):
    client = desk.clients_of(office, case)[0]
    institution = desk.make_institution(office)
    with office.work() as work:
        row = services.create(work, case, desk.draft(institution, client))
    with pytest.raises(Refused, match="referral.basis"), office.work() as work:
        services.send(work, row.id, Answer(work.now))
    office.clock.pass_by(hours=2)
    with office.work() as work:
        services.send(work, row.id, Answer(work.now), given=Given(desk.today(office), "CB_WALI", conflict="TIDAK"))
    assert head(office, row.id)[0] == "RF_SENT"


# --- moments ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "code"), [(1, "moment.future"), (-90, "referral.before-sent")])
def test_a_step_of_tomorrow_or_from_before_the_letter_is_refused(office: Office, case, minutes, code):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    office.clock.pass_by(hours=1)
    with pytest.raises(Refused, match=code), office.work() as work:
        services.take_step(work, referral, "acknowledge", Answer(work.now + timedelta(minutes=minutes)))


def test_a_step_comes_after_the_one_before_it(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    office.clock.pass_by(hours=2)
    with office.work() as work:
        services.take_step(work, referral, "acknowledge", Answer(work.now))
    with pytest.raises(Refused, match="referral.before-last"), office.work() as work:
        services.take_step(work, referral, "accept", Answer(work.now - timedelta(hours=1)))


def test_a_follow_up_may_be_entered_late_but_not_before_the_letter(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    office.clock.pass_by(hours=2)
    with office.work() as work:
        services.take_step(work, referral, "acknowledge", Answer(work.now))
        news.follow_up(work, referral, work.now - timedelta(hours=1), "sudah ditelepon")
    with pytest.raises(Refused, match="referral.before-sent"), office.work() as work:
        news.follow_up(work, referral, work.now - timedelta(hours=3))
    assert head(office, referral)[2].reply == "sudah ditelepon"


def test_within_one_minute_the_later_moment_counts(office: Office, case):
    office.clock.pass_by(seconds=40)
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    with office.work() as work:
        services.take_step(work, referral, "acknowledge", Answer(work.now.replace(second=0)))
    _, document, _ = head(office, referral)
    assert document.steps[1].at == document.steps[0].at


def test_a_letter_entered_a_day_late_was_decided_when_it_was_sent_and_its_clock_is_met(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office), sent=False)
    office.clock.pass_by(hours=1)
    with office.work() as work:
        services.take_step(work, referral, "send", Answer(work.now - timedelta(days=1)))
    _, document, _ = head(office, referral)
    assert document.decided_at == document.steps[0].at
    assert desk.clock_states(office, case)["DEF-REF-SEND"] == {State.MET}


# --- who may ---------------------------------------------------------------------------------------------------------


def test_a_stranger_does_not_find_the_referral(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    stranger = office.somebody("PENDAMPING", password=False)
    foreign = office.somebody("SUPERVISOR", unit_id=office.other_unit_id, password=False)
    for who in (stranger, foreign):
        with pytest.raises(NotFound), office.work(who.actor) as work:
            services.take_step(work, referral, "acknowledge", Answer(work.now))


@pytest.mark.parametrize("role", ["PENDAMPING", "SUPERVISOR"])
def test_an_assignment_that_this_program_did_not_write_lets_nobody_in(office: Office, case, role):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    came = desk.receive(office, case, None, desk.make_institution(office))
    forger = office.somebody(role, unit_id=office.other_unit_id, password=False)
    with office.work() as work:
        row = TeamMember(
            id=desk.new_id(), case_id=case, user_id=forger.id, role="PENDAMPING", since=work.now, until=None,
            assigned_by=None, mac=b"\0" * 32,
        )  # fmt: skip
        work.session.add(row)
        work.touched(case, "case:assigned")
    with pytest.raises(NotFound), office.work(forger.actor) as work:
        queries.get(work, referral)
    with office.runtime.looking(forger.actor) as work:
        assert referral not in {row.id for row in board.find(work, board.Wanted(), 1).rows}
        assert came not in {row.id for row in incoming_pages.find(work).rows}


def test_a_reader_without_the_right_records_nothing(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    head_of_unit = office.somebody("KEPALA", password=False)
    with pytest.raises(NotPermitted), office.work(head_of_unit.actor) as work:
        services.take_step(work, referral, "acknowledge", Answer(work.now))


def test_a_team_member_may_and_the_step_names_who(office: Office, case, worker):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    with office.work(worker.actor) as work:
        services.take_step(work, referral, "acknowledge", Answer(work.now))
        assert work.session.get_one(User, worker.id)
    assert head(office, referral)[1].steps[-1].by == worker.id


def test_two_answers_from_the_same_page_meet_and_the_second_is_told(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    with office.work() as work:
        row = work.session.get_one(Referral, referral)
        seen = etag(row.referral_sealed, row.text_sealed)
        services.take_step(work, referral, "acknowledge", Answer(work.now), expected=seen)
    with pytest.raises(Stale), office.work() as work:
        services.take_step(work, referral, "accept", Answer(work.now), expected=seen)


@pytest.mark.parametrize("how", ["retired", "foreign"])
def test_an_institution_that_is_not_in_use_here_is_refused(office: Office, case, how):
    institution = desk.make_institution(office, unit_id=office.other_unit_id if how == "foreign" else None)
    if how == "retired":
        with office.work() as work:
            directory.set_active(work, institution, active=False)
    with pytest.raises(Refused, match="institution.inactive"), office.work() as work:
        services.create(work, case, desk.draft(institution))


def test_a_client_of_another_case_is_not_found(office: Office, case):
    other = desk.clients_of(office, desk.make_case(office))[0]
    institution = desk.make_institution(office)
    with pytest.raises(NotFound), office.work() as work:
        services.create(work, case, desk.draft(institution, other))


@pytest.mark.parametrize(("field", "value"), [("requested", ("SV_X",)), ("reason", " "), ("letter_no", "x" * 201)])
def test_a_draft_that_breaks_a_rule_is_refused(office: Office, case, field, value):
    institution = desk.make_institution(office)
    with pytest.raises(Refused), office.work() as work:
        services.create(work, case, desk.draft(institution, **{field: value}))


# --- the papers of the police ----------------------------------------------------------------------------------------


def test_a_police_report_meets_the_72_hours_and_starts_the_domestic_violence_clocks(office: Office):
    case = desk.make_case(office, children=1, tpks=("TP_KONTRASEPSI",), kdrt="YA")
    client = desk.clients_of(office, case)[0]
    referral = desk.make_referral(office, case, client, desk.make_institution(office))
    assert desk.clock_states(office, case)["TPKS-41"] == {State.RUNNING}
    assert "KDRT-16-1" not in desk.clock_states(office, case)
    office.clock.pass_by(hours=5)
    with office.work() as work:
        news.record_police_report(work, referral, work.now, " LP/B/12 ")
    states = desk.clock_states(office, case)
    assert (states["TPKS-41"], states["KDRT-16-1"], states["KDRT-16-2"]) == (
        {State.MET}, {State.RUNNING}, {State.RUNNING},
    )  # fmt: skip
    assert head(office, referral)[2].police_report_no == "LP/B/12"
    office.clock.pass_by(hours=1)
    with office.work() as work:
        news.record_protection(work, referral, work.now)
    states = desk.clock_states(office, case)
    assert (states["KDRT-16-1"], states["KDRT-16-3"]) == ({State.MET}, {State.RUNNING})


def test_urgent_help_for_a_victim_of_trafficking_starts_and_meets_its_clock(office: Office):
    case = desk.make_case(office, children=1, tppo="YA")
    client = desk.clients_of(office, case)[0]
    referral = desk.make_referral(office, case, client, desk.make_institution(office, "IN_DINSOS", "Dinsos Uji"))
    asked = office.clock() - timedelta(hours=1)
    assert "TPPO-53" not in desk.clock_states(office, case)
    with pytest.raises(Refused, match="help-not-asked"), office.work() as work:
        news.record_help_given(work, referral, work.now)
    with pytest.raises(Refused, match="moment.future"), office.work() as work:
        news.record_help_asked(work, referral, work.now + timedelta(minutes=1))
    with office.work() as work:
        news.record_help_asked(work, referral, asked)
    assert desk.clock_states(office, case)["TPPO-53"] == {State.RUNNING}

    with pytest.raises(Refused, match="help-before-asked"), office.work() as work:
        news.record_help_given(work, referral, asked - timedelta(minutes=1))
    office.clock.pass_by(days=1)
    with office.work() as work:
        news.record_help_given(work, referral, work.now)
    assert desk.clock_states(office, case)["TPPO-53"] == {State.MET}
    office.clock.pass_by(hours=1)
    with pytest.raises(Refused, match="help-before-asked"), office.work() as work:
        news.record_help_asked(work, referral, work.now)


def test_a_police_report_needs_its_number_and_a_moment_that_has_come(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    with pytest.raises(Refused, match="required"), office.work() as work:
        news.record_police_report(work, referral, work.now, " ")
    with pytest.raises(Refused, match="moment.future"), office.work() as work:
        news.record_police_report(work, referral, work.now + timedelta(minutes=1), "LP/1")
    with pytest.raises(Refused, match="moment.future"), office.work() as work:
        news.record_protection(work, referral, work.now + timedelta(minutes=1))


def test_nothing_is_noted_on_a_cancelled_referral(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    with office.work() as work:
        services.take_step(work, referral, "cancel", Answer(work.now, text="salah tujuan"))
    for act in (
        lambda work: news.record_police_report(work, referral, work.now, "LP/1"),
        lambda work: news.record_protection(work, referral, work.now),
        lambda work: news.follow_up(work, referral, work.now),
    ):
        with pytest.raises(Conflict), office.work() as work:
            act(work)


def test_the_audit_log_does_not_tell_a_police_report_from_any_other_answer(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    with office.work() as work:
        services.take_step(work, referral, "acknowledge", Answer(work.now))
    with office.work() as work:
        news.record_police_report(work, referral, work.now, "LP/1")
    answer, report = office.events()[-2:]
    assert (answer.event, answer.purpose, answer.sections) == (report.event, report.purpose, report.sections)


def test_words_and_head_are_sealed(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office, "IN_RS"))
    with office.work() as work:
        row = work.session.get_one(Referral, referral)
        work.recorded("page:opened")
    assert b"perlu pemeriksaan" not in row.text_sealed
    assert b"IN_RS" not in row.referral_sealed
    assert row.place(Section.REFERRAL).owner == case
