"""How much at risk each client of a case is: assessments that can be repeated, and the risk of the case that follows from them.

The risk of the case stands in the clear and is the highest of its open clients (design 2). A client nobody has assessed yet counts with the
level the case has, so that it never falls because of somebody who was not looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import families, queries
from app.cases.acting import known_codes, not_future, receiving, record_of, within
from app.cases.casefile import covered, incident_of
from app.cases.models import Case, Client, RiskAssessment
from app.cases.sealing import add_record
from app.domain import risk as rules
from app.domain.errors import Conflict, Problem, Refused
from app.security.sections import Section
from app.security.structs import people, safety
from app.security.structs.intake import Screening
from app.work import Work

AT_INTAKE: Final = "RB_PENERIMAAN"
EARLIEST: Final = date(1990, 1, 1)
Assessed = tuple[RiskAssessment, safety.RiskAssessment]


def assess(
    work: Work,
    case_id: UUID,
    assessment: safety.RiskAssessment,
    words: safety.RiskWords,
    *,
    expected: str | None = None,
) -> RiskAssessment:
    """Record how much at risk one client is now. What the table suggests is worked out here; another level needs its reason.

    `expected`: how many assessments of the client the page showed. Conflict where somebody assessed meanwhile or the client has ended.
    """
    case = receiving(work, case_id)
    client = record_of(work, Client, case_id, assessment.client_id)
    if _profile(work, client).ended_on is not None:
        raise Conflict("client ended")
    before = of_client(work, case_id, client.id)
    if expected is not None and expected != seen(before):
        raise Conflict("assessed meanwhile")
    not_future(work, case, assessment.on, "on")
    known_codes(assessment)
    _refuse(assessment, words)
    suggested = rules.suggest(assessment.present, assessment.absent).level
    number = len(before) + 1
    row = _add(work, case, msgspec.structs.replace(assessment, suggested=suggested, number=number), words)
    _ask_once(work, case, assessment)
    follow(work, case)
    work.touched(case.id, Event.RISK_ASSESSED, row.id, row=row)
    return row


def add_first(work: Work, case: Case, client_id: UUID, screening: Screening, on: date) -> None:
    """The assessment an intake brings along, for each client of it. Part of the intake's own act; none without a level."""
    if not rules.rank(screening.risk):
        return
    absent = tuple(code for code in rules.prompts() if code not in screening.danger_prompts)
    document = safety.RiskAssessment(
        client_id=client_id,
        on=on,
        present=screening.danger_prompts,
        absent=absent if screening.prompts_asked else (),
        level=screening.risk,
        basis=AT_INTAKE,
        at_intake=True,
    )
    suggested = rules.suggest(document.present, document.absent).level
    words = safety.RiskWords(reason=screening.risk_reason)
    _add(work, case, msgspec.structs.replace(document, suggested=suggested), words)


def follow(work: Work, case: Case) -> None:
    """Let the risk of the case follow from its open clients; it stays as it is where there is none."""
    latest = latest_of(work, case.id)
    open_ids = [
        client.id
        for client in queries.records(work.session, Client, [case.id])
        if _profile(work, client).ended_on is None
    ]
    levels = [latest[client_id].level if client_id in latest else case.risk for client_id in open_ids]
    level = rules.highest(levels) or case.risk
    if level != case.risk:
        case.risk = level
        work.touched(case.id, Event.CASE_CHANGED, row=case)


def by_client(work: Work, case_id: UUID) -> Mapping[UUID, Sequence[Assessed]]:
    """The assessments of each client of a case, oldest first: by the day assessed, then in the order written. Those of the files
    merged into the case are among them."""
    same = families.clients_of_merged(work, case_id)
    found: dict[UUID, list[Assessed]] = defaultdict(list)
    for row in queries.records(
        work.session, RiskAssessment, [case_id, *(each for each in same if covered(work, each))]
    ):
        document = work.vault.open(row.place(Section.RISK), row.risk_sealed, safety.RiskAssessment)
        found[same.get(row.case_id, {}).get(document.client_id, document.client_id)].append((row, document))
    return {client_id: sorted(pairs, key=_order) for client_id, pairs in found.items()}


def of_client(work: Work, case_id: UUID, client_id: UUID) -> Sequence[Assessed]:
    """The assessments of one client, oldest first."""
    return by_client(work, case_id).get(client_id, ())


def latest_of(work: Work, case_id: UUID) -> Mapping[UUID, safety.RiskAssessment]:
    """The latest assessment of each client who has one."""
    return {client_id: pairs[-1][1] for client_id, pairs in by_client(work, case_id).items()}


def words_of(work: Work, row: RiskAssessment) -> safety.RiskWords:
    """The words of an assessment (S4)."""
    return work.vault.open(row.place(Section.RISK_TEXT), row.text_sealed, safety.RiskWords)


def seen(assessed: Iterable[Assessed]) -> str:
    """What a page notes of the assessments it showed: an assessment is only ever added, so their number says it all."""
    return str(len(list(assessed)))


def _order(pair: Assessed) -> tuple[date, int]:
    return pair[1].on, pair[1].number


def _profile(work: Work, client: Client) -> people.ClientProfile:
    return work.vault.open(client.place(Section.CLIENT_PROFILE), client.profile_sealed, people.ClientProfile)


def _add(work: Work, case: Case, document: safety.RiskAssessment, words: safety.RiskWords) -> RiskAssessment:
    sealed = {"risk_sealed": (Section.RISK, document), "text_sealed": (Section.RISK_TEXT, words)}
    return add_record(work, RiskAssessment, case.id, sealed)


def _refuse(assessment: safety.RiskAssessment, words: safety.RiskWords) -> None:
    """A level of the list, prompts not both ways, a day that can be, texts within their limits, a reason for another level."""
    problems = []
    if not rules.rank(assessment.level):
        problems.append(Problem("required", "level"))
    if set(assessment.present) & set(assessment.absent):
        problems.append(Problem("risk.both-ways", "prompts"))
    if assessment.on < EARLIEST:
        problems.append(Problem("day.too-early", "on", params={"day": assessment.on.isoformat()}))
    suggested = rules.suggest(assessment.present, assessment.absent).level
    if rules.rank(assessment.level) and assessment.level != suggested and not words.reason.strip():
        problems.append(Problem("risk.differs", "reason"))
    if problems:
        raise Refused(*problems)
    within(words.words, "words")
    within(words.reason, "reason")


def _ask_once(work: Work, case: Case, assessment: safety.RiskAssessment) -> None:
    """Where the intake never went through the prompts (an import, a case kept incomplete), this assessment is its screening."""
    incident = incident_of(work, case)
    if incident.prompts_asked or incident.danger_prompts:
        return
    incident = msgspec.structs.replace(incident, danger_prompts=assessment.present, prompts_asked=True)
    case.incident_sealed = work.vault.seal(case.place(Section.INCIDENT), incident)
    work.touched(case.id, Event.CASE_CHANGED, row=case)
