"""Wrong entries of a file are put right, and nothing is lost by it. On both databases."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app.audit.events import Event
from app.cases import services
from app.cases.models import Report
from app.domain.errors import NotFound, NotPermitted, Refused, Stale
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs.case import Reporter
from app.security.structs.intake import IntakeReport
from app.security.vault import etag
from tests import case_factories as made
from tests.factories import OPERATOR, Office
from tests.sharing import office

__all__ = ["office"]


def problems(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {problem.code for problem in refusal.value.problems}


# --- who reported ----------------------------------------------------------------------------------------------------


def report_of(office: Office, report_id: UUID) -> tuple[case_structs.Report, Reporter]:
    with office.work() as work:
        row = work.session.get_one(Report, report_id)
        work.recorded("page:opened")
        head = work.vault.open(row.place(Section.REPORT), row.report_sealed, case_structs.Report)
        return head, work.vault.open(row.place(Section.REPORTER), row.reporter_sealed, Reporter)


def seen(office: Office, report_id: UUID) -> str:
    with office.runtime.looking(OPERATOR) as work:
        row = work.session.get_one(Report, report_id)
        return etag(row.report_sealed, row.reporter_sealed)


def further_report(office: Office, case_id: UUID) -> UUID:
    office.clock.pass_by(minutes=1)
    with office.work() as work:
        return services.join_report(work, case_id, IntakeReport(on=made.today(office), channel="CH_TELEPON")).id


RIGHT = Reporter(name="Pelapor Benar", phone="081200000009", address="Jalan Benar", words="katanya begitu")


def test_a_mistyped_reporter_is_corrected(office):
    worker = office.somebody("PENDAMPING")
    case_id = made.make_case(office, worker)
    report_id = made.row_ids(office, Report, case_id)[0]

    with office.work(worker.actor) as work:
        entry = IntakeReport(reporter_kind="PR_TETANGGA", reporter=RIGHT)
        services.save_report(work, case_id, report_id, entry, expected=seen(office, report_id))

    head, reporter = report_of(office, report_id)
    assert (head.reporter_kind, reporter) == ("PR_TETANGGA", RIGHT)
    assert [event.event for event in office.events() if event.object_id == report_id][-1] == Event.REPORT_CHANGED


def test_day_time_and_channel_of_the_first_report_stay_with_the_incident(office):
    case_id = made.make_case(office)
    report_id = made.row_ids(office, Report, case_id)[0]
    before, _reporter = report_of(office, report_id)

    with office.work() as work:
        earlier = made.today(office) - timedelta(days=9)
        entry = IntakeReport(on=earlier, time="01:00", channel="CH_TELEPON", reporter=RIGHT)
        services.save_report(work, case_id, report_id, entry, expected=None)

    after, _reporter = report_of(office, report_id)
    assert (after.on, after.time, after.channel) == (before.on, before.time, before.channel)


def test_day_time_and_channel_of_a_further_report_are_corrected_with_it(office):
    case_id = made.make_case(office)
    first = made.row_ids(office, Report, case_id)[0]
    day, further = made.today(office), further_report(office, case_id)
    kept = report_of(office, first)

    with office.work() as work:
        entry = IntakeReport(on=day - timedelta(days=1), time="08:00", channel="CH_LANGSUNG", reporter=RIGHT)
        services.save_report(work, case_id, further, entry, expected=None)

    head, _reporter = report_of(office, further)
    assert (head.on, head.time, head.channel) == (day - timedelta(days=1), "08:00", "CH_LANGSUNG")
    assert report_of(office, first) == kept


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"on": None}, "required"), ({"channel": "CH_X"}, "code.unknown"), ({"reporter_kind": "PR_X"}, "code.unknown")],
)
def test_a_corrected_report_is_judged_like_a_new_one(office, changed, code):
    case_id = made.make_case(office)
    further = further_report(office, case_id)
    given = {"on": made.today(office), "channel": "CH_TELEPON"} | changed

    with pytest.raises(Refused) as refusal, office.work() as work:
        services.save_report(work, case_id, further, IntakeReport(**given), expected=None)

    assert code in problems(refusal)


def test_the_second_of_two_who_correct_a_report_is_told(office):
    case_id = made.make_case(office)
    report_id = made.row_ids(office, Report, case_id)[0]
    both_saw = seen(office, report_id)

    with office.work() as work:
        services.save_report(work, case_id, report_id, IntakeReport(reporter=RIGHT), expected=both_saw)
    with pytest.raises(Stale), office.work() as work:
        services.save_report(work, case_id, report_id, IntakeReport(), expected=both_saw)

    assert report_of(office, report_id)[1] == RIGHT


def test_a_report_is_corrected_by_the_team_and_in_its_own_case(office):
    case_id, other = made.make_case(office), made.make_case(office)
    report_id = made.row_ids(office, Report, other)[0]
    reader = office.somebody("KEPALA")

    with pytest.raises(NotFound), office.work() as work:
        services.save_report(work, case_id, report_id, IntakeReport(reporter=RIGHT), expected=None)
    with pytest.raises(NotPermitted), office.work(reader.actor) as work:
        services.save_report(work, other, report_id, IntakeReport(reporter=RIGHT), expected=None)
