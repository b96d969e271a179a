"""Files in which somebody or something was entered by mistake, and what counts of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from app.cases import mistakes
from app.cases.casefile import CodedFile, coded_files
from app.cases.models import Client, ReportedPerson
from app.domain.errors import Refused
from app.reports import ledger, rebuild
from app.reports import ledger_format as fmt
from app.reports.facts import CaseFacts
from tests import case_factories as made
from tests import referral_office
from tests.factories import OPERATOR, Office
from tests.sharing import office
from tests.stage_office import Stages, people_of

__all__ = ["office"]

WHY = "diketik dua kali"


@pytest.fixture(scope="module")
def at(office_of_the_module: Office) -> Stages:
    return people_of(office_of_the_module)


@dataclass(frozen=True)
class File:
    """A case with two clients, one of them entered by mistake, and one reported person."""

    id: UUID
    right: UUID
    wrong: UUID
    reported: UUID


@pytest.fixture
def file(office: Office, at: Stages) -> File:
    return file_of(office, at.case(clients=2))


def file_of(office: Office, case_id: UUID) -> File:
    right, wrong = made.row_ids(office, Client, case_id)
    return File(case_id, right, wrong, made.row_ids(office, ReportedPerson, case_id)[0])


@pytest.fixture
def registered(office: Office, at: Stages, file: File) -> File:
    at.approve(file.id)
    return file


def take_out(office: Office, file: File, who: Any = OPERATOR, row_id: UUID | None = None, why: str = WHY) -> None:
    row = row_id or file.wrong
    kind = ReportedPerson if row == file.reported else Client
    with office.work(getattr(who, "actor", who)) as work:
        mistakes.take_out(work, file.id, kind, row, why)


def put_back(office: Office, file: File, who: Any = OPERATOR, row_id: UUID | None = None) -> None:
    row = row_id or file.wrong
    kind = ReportedPerson if row == file.reported else Client
    with office.work(getattr(who, "actor", who)) as work:
        mistakes.put_back(work, file.id, kind, row, "ternyata orang lain")


def problems(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {problem.code for problem in refusal.value.problems}


def counted(office: Office, case_id: UUID) -> CaseFacts:
    with office.work() as work:
        work.recorded("ledger:rebuilt")
        found = ledger.load(work, [office.unit_id])
    return next(case for case in fmt.unpack_cases(fmt.dump(found)) if case.case_id == case_id)


def nameless(facts: CaseFacts) -> CaseFacts:
    """Without the tokens of persons, which are drawn anew."""
    clients = tuple(dataclasses.replace(client, person=UUID(int=0)) for client in facts.clients)
    return dataclasses.replace(facts, clients=clients, services=tuple(sorted(facts.services, key=repr)))


def differences(office: Office, case_id: UUID) -> list[Any]:
    return [each for each in rebuild.check(office.runtime, OPERATOR).differences if each.id == case_id]


def subjects(office: Office, case_id: UUID) -> set[UUID]:
    return {clock.subject_id for clock in referral_office.clocks_of(office, case_id)}


def take_record_out(office: Office, file: File, kind: Any, row_id: UUID, who: Any = OPERATOR, why: str = WHY) -> None:
    with office.work(getattr(who, "actor", who)) as work:
        mistakes.take_out_record(work, file.id, kind, row_id, why)


def coded(office: Office, case_id: UUID) -> CodedFile:
    with office.work() as work:
        work.recorded("page:opened")
        return coded_files(work, [case_id])[case_id]
