"""Risk assessments: who may make one, what is refused, and how the risk of the case follows from its clients. On both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from app.accounts.models import Unit
from app.cases import risk, services, terminations
from app.cases.casefile import incident_of
from app.cases.models import Case, Client
from app.cases.registration import register_case
from app.db.base import new_id
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.domain.risk import prompts
from app.security.sections import Section
from app.security.structs import safety
from app.security.structs.intake import Screening
from tests import case_factories as made
from tests.factories import Office, Someone
from tests.sharing import office

__all__ = ["office"]


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("PENDAMPING")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker, clients=2)


@pytest.fixture
def clients(office: Office, case_id: UUID) -> list[UUID]:
    return made.row_ids(office, Client, case_id)


def assessments(office: Office, case_id: UUID) -> dict[UUID, list[safety.RiskAssessment]]:
    with office.work() as work:
        work.recorded("page:opened")
        found = risk.by_client(work, case_id)
        return {client_id: [document for _row, document in pairs] for client_id, pairs in found.items()}


def level_of(office: Office, case_id: UUID) -> str:
    return made.case_row(office, case_id).risk


def assess(office: Office, who: Someone, case_id: UUID, client_id: UUID, reason: str = "", **changed: Any) -> None:
    given: dict[str, Any] = {
        "client_id": client_id,
        "on": made.today(office),
        "absent": prompts(),
        "level": "RK_RENDAH",
    }
    with office.work(who.actor) as work:
        document = safety.RiskAssessment(**(given | changed))
        risk.assess(work, case_id, document, safety.RiskWords(reason=reason))


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {problem.code for problem in refusal.value.problems}


# --- the first one ---------------------------------------------------------------------------------------------------


def test_the_intake_brings_the_first_assessment_of_each_client(office, worker):
    screening = Screening(danger_prompts=("DG_SENJATA",), prompts_asked=True, risk="RK_SEDANG", risk_reason="disita")
    with office.work() as work:
        intake = made.intake(work, (made.client(0), made.client(1)), screening=screening)
        case_id = register_case(work, intake, work.session.get_one(Unit, office.unit_id)).id

    found = assessments(office, case_id)

    assert len(found) == 2
    for (first,) in found.values():
        assert (first.on, first.present, first.level) == (made.today(office), ("DG_SENJATA",), "RK_SEDANG")
        assert set(first.absent) == set(prompts()) - {"DG_SENJATA"}
        assert (first.suggested, first.basis, first.at_intake) == ("RK_TINGGI", "RB_PENERIMAAN", True)


def test_what_the_intake_did_not_ask_is_not_known_rather_than_denied(office):
    with office.work() as work:
        intake = made.intake(work, (made.client(),), screening=Screening(danger_prompts=("DG_LUKA",), risk="RK_TINGGI"))
        case_id = register_case(work, intake, work.session.get_one(Unit, office.unit_id)).id

    ((first,),) = assessments(office, case_id).values()

    assert first.absent == ()


# --- the risk of the case --------------------------------------------------------------------------------------------


def test_the_risk_of_the_case_is_the_highest_of_its_clients(office, worker, case_id, clients):
    assess(office, worker, case_id, clients[0], present=("DG_SENJATA",), absent=(), level="RK_TINGGI")
    assert level_of(office, case_id) == "RK_TINGGI"

    assess(office, worker, case_id, clients[1])
    assert level_of(office, case_id) == "RK_TINGGI"

    assess(office, worker, case_id, clients[0])
    assert level_of(office, case_id) == "RK_RENDAH"


def test_a_client_who_ends_no_longer_counts_and_counts_again_when_taken_back(office, worker, case_id, clients):
    assess(office, worker, case_id, clients[0], present=("DG_SENJATA",), absent=(), level="RK_TINGGI")
    with office.work() as work:
        row = work.session.get_one(Case, case_id)
        end = terminations.End(made.today(office), "TM_SELESAI", "AT_TUJUAN")
        terminations.end_client(work, row, clients[0], end)
    assert level_of(office, case_id) == "RK_SEDANG"

    with office.work() as work:
        terminations.help_again(work, case_id, clients[0], "datang lagi")
    assert level_of(office, case_id) == "RK_TINGGI"


def test_the_risk_stays_where_the_last_client_ends(office, worker, case_id, clients):
    made.end_clients(office, case_id)
    assert level_of(office, case_id) == "RK_SEDANG"


def test_a_client_nobody_assessed_keeps_the_case_at_its_level(office, worker, case_id, clients):
    with office.work() as work:
        services.join_client(work, case_id, made.client(2))
    for client_id in clients:
        assess(office, worker, case_id, client_id)
    assert level_of(office, case_id) == "RK_SEDANG"


def test_the_day_assessed_decides_which_assessment_counts_not_the_day_it_was_typed(office, worker, case_id, clients):
    assess(office, worker, case_id, clients[0], present=("DG_SENJATA",), absent=(), level="RK_TINGGI")
    yesterday = made.today(office) - timedelta(days=1)
    assess(office, worker, case_id, clients[0], on=yesterday)
    assert level_of(office, case_id) == "RK_TINGGI"


def test_an_assessment_is_the_screening_of_a_case_whose_intake_asked_nothing(office, worker):
    with office.work() as work:
        intake = made.intake(work, (made.client(),), screening=Screening(danger_prompts=("DG_LUKA",), risk="RK_TINGGI"))
        case = register_case(work, intake, work.session.get_one(Unit, office.unit_id))
        bare = replace(incident_of(work, case), danger_prompts=(), prompts_asked=False)
        case.incident_sealed = work.vault.seal(case.place(Section.INCIDENT), bare)
        case_id = case.id
    made.join_team(office, case_id, worker)

    assess(office, worker, case_id, made.row_ids(office, Client, case_id)[0])

    with office.work() as work:
        work.recorded("page:opened")
        assert incident_of(work, work.session.get_one(Case, case_id)).prompts_asked


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"level": "RK_SEDANG"}, "risk.differs"),
        ({"level": ""}, "required"),
        ({"level": "TIDAK_DIKETAHUI"}, "required"),
        ({"level": "RK_ENTAH"}, "code.unknown"),
        ({"present": ("DG_ENTAH",)}, "code.unknown"),
        ({"present": ("DG_LUKA",), "level": "RK_TINGGI"}, "risk.both-ways"),
        ({"basis": "RB_ENTAH"}, "code.unknown"),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(office, worker, case_id, clients, changed, code):
    with pytest.raises(Refused) as refusal:
        assess(office, worker, case_id, clients[0], **changed)

    assert code in codes(refusal)
    assert len(assessments(office, case_id)[clients[0]]) == 1
    assert level_of(office, case_id) == "RK_SEDANG"


@pytest.mark.parametrize("days", [1, -20_000])
def test_a_day_that_has_not_come_or_lies_too_far_back_is_refused(office, worker, case_id, clients, days):
    with pytest.raises(Refused):
        assess(office, worker, case_id, clients[0], on=made.today(office) + timedelta(days=days))


def test_another_level_than_suggested_is_kept_with_its_reason(office, worker, case_id, clients):
    assess(office, worker, case_id, clients[0], reason="terlapor kembali ke desa", level="RK_TINGGI")

    last = assessments(office, case_id)[clients[0]][-1]
    assert (last.level, last.suggested) == ("RK_TINGGI", "RK_RENDAH")


def test_text_beyond_its_limit_is_refused(office, worker, case_id, clients):
    with pytest.raises(Refused) as refusal:
        assess(office, worker, case_id, clients[0], reason="a" * 20_001)
    assert codes(refusal) == {"text.too-long"}


def test_two_who_assess_the_same_client_at_once_are_told(office, worker, case_id, clients):
    document = safety.RiskAssessment(client_id=clients[0], on=made.today(office), absent=prompts(), level="RK_RENDAH")
    with office.work(worker.actor) as work:
        risk.assess(work, case_id, document, safety.RiskWords(), expected="1")
    with pytest.raises(Conflict), office.work(worker.actor) as work:
        risk.assess(work, case_id, document, safety.RiskWords(), expected="1")


def test_nobody_assesses_a_client_who_has_ended(office, worker, case_id, clients):
    made.end_clients(office, case_id)
    with pytest.raises(Conflict):
        assess(office, worker, case_id, clients[0])


def test_a_client_of_another_case_and_a_stranger_find_nothing(office, worker, case_id, clients):
    other = made.row_ids(office, Client, made.make_case(office, worker))[0]
    with pytest.raises(NotFound):
        assess(office, worker, case_id, other)
    with pytest.raises(NotFound):
        assess(office, office.somebody("PENDAMPING"), case_id, clients[0])
    with pytest.raises(NotFound):
        assess(office, worker, case_id, new_id())


def test_who_reads_the_unit_without_editing_may_not_assess(office, case_id, clients):
    with pytest.raises(NotPermitted):
        assess(office, office.somebody("KEPALA"), case_id, clients[0])
