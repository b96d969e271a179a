"""Pages on which wrong entries of a file are put right."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.cases import services
from app.cases.models import Report
from app.security.structs.intake import IntakeReport
from tests import case_factories as made
from tests.factories import Office, Someone, fill, hidden, send
from tests.sharing import office

__all__ = ["office"]

pytestmark = pytest.mark.sqlite_only(reason="about pages, not about the database")


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER", name="Wulan Contoh")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker, clients=2)


def revealed(office: Office, who: Someone, case_id: UUID) -> str:
    return str(send(office.browser(who), f"/cases/{case_id}", f"/cases/{case_id}/reveal").get_data(as_text=True))


# --- who reported ----------------------------------------------------------------------------------------------------


@pytest.fixture
def report(office: Office, case_id: UUID) -> str:
    return f"/cases/{case_id}/reports/{made.row_ids(office, Report, case_id)[0]}"


def test_a_mistyped_reporter_is_corrected_from_the_case_file(office, worker, case_id, report):
    browser = office.browser(worker)
    assert report in browser.get(f"/cases/{case_id}").get_data(as_text=True)
    page = browser.get(report).get_data(as_text=True)
    assert 'value="Pelapor Rekaan"' in page

    answer = fill(
        browser,
        report,
        **{
            "report-reporter_kind": "PR_TETANGGA",
            "report-reporter-name": "Pelapor Benar",
            "report-reporter-phone": "081200000009",
            "report-reporter-words": "katanya begitu",
        },
    )

    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}")
    shown = revealed(office, worker, case_id)
    assert "Pelapor Benar" in shown
    assert "katanya begitu" in shown
    assert "Pelapor Rekaan" not in shown


def test_only_a_further_report_asks_when_and_how_it_came(office, worker, case_id, report):
    office.clock.pass_by(minutes=1)
    with office.work() as work:
        further = services.join_report(work, case_id, IntakeReport(on=made.today(office), channel="CH_TELEPON")).id
    browser = office.browser(worker)

    first, second = (
        browser.get(address).get_data(as_text=True) for address in (report, f"/cases/{case_id}/reports/{further}")
    )

    for name in ("report-on", "report-time", "report-channel"):
        assert f'name="{name}"' not in first
        assert f'name="{name}"' in second
    assert f"/cases/{case_id}/incident" in first


def test_two_who_correct_one_report_see_both_versions(office, worker, report):
    one, two = office.browser(worker), office.browser(worker)
    page = two.get(report).get_data(as_text=True)
    fill(one, report, **{"report-reporter-name": "Nama Pertama"})

    given = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    both = two.post(report, data={**given, "report-reporter-name": "Nama Kedua"})

    text = both.get_data(as_text=True)
    assert both.status_code == 409
    assert "Nama Pertama" in text
    assert "Nama Kedua" in text
    assert "Wulan Contoh" in text


def test_a_refused_correction_keeps_what_was_typed(office, worker, report):
    answer = fill(
        office.browser(worker),
        report,
        **{"report-reporter-name": "Tetap Ada", "report-reporter-birth_date": "1/1/2999"},
    )

    assert answer.status_code == 422
    assert "Tetap Ada" in answer.get_data(as_text=True)


def test_who_reported_is_corrected_by_the_team_alone(office, report):
    supervisor = office.somebody("SUPERVISOR")

    assert office.browser(supervisor).get(report).status_code == 403
