"""Acts on case conferences (F10): minutes with decisions, and what was done about each decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases.acting import editable, fresh, known_codes, not_future, receiving, record_of, texts_within
from app.cases.models import Case, Conference
from app.cases.sealing import add_record, seal_into
from app.cases.team import held_roles, unit_people
from app.domain.errors import Conflict, NotFound, Problem, Refused
from app.security.sections import Section
from app.security.structs import course as structs
from app.work import Work

MAX_DECISIONS: Final = 30


@dataclass(frozen=True, slots=True, repr=False)
class Done:
    """A decision was carried out: on which day, with what result."""

    decision_id: UUID
    on: date
    result: str = ""


def record(work: Work, case_id: UUID, head: structs.Conference, text: structs.ConferenceText) -> Conference:
    """Keep the minutes of a case conference."""
    case = receiving(work, case_id)
    _check(work, case, head, text)
    sealed = {"head_sealed": (Section.CONFERENCE, head), "text_sealed": (Section.CONFERENCE_TEXT, text)}
    row = add_record(work, Conference, case.id, sealed, is_removed=False)
    work.touched(case.id, Event.CONFERENCE_SAVED, row.id, row=row)
    return row


def save(
    work: Work,
    case_id: UUID,
    conference_id: UUID,
    head: structs.Conference,
    text: structs.ConferenceText,
    *,
    expected: str | None,
) -> Conference:
    """Correct the minutes. Who marked a decision as done stays with it. Conflict for minutes that were taken back."""
    case, row, held, _ = _to_change(work, case_id, conference_id, expected)
    by = {decision.id: decision.done_by for decision in held.decisions}
    decisions = (
        msgspec.structs.replace(each, done_by=(by.get(each.id) or work.actor.user_id) if each.done_on else None)
        for each in head.decisions
    )
    head = msgspec.structs.replace(head, decisions=tuple(decisions))
    _check(work, case, head, text)
    return _keep(work, row, head, text)


def mark_done(work: Work, case_id: UUID, conference_id: UUID, done: Done, *, expected: str | None) -> Conference:
    """Note that a decision was carried out. Conflict where it is marked already.

    NotFound for no decision of this conference, Refused for a day that cannot be.
    """
    case, row, held, text = _to_change(work, case_id, conference_id, expected)
    decision = next((each for each in held.decisions if each.id == done.decision_id), None)
    if decision is None:
        raise NotFound("decision")
    if decision.done_on is not None:
        raise Conflict("decision done")
    not_future(work, case, done.on, "on")
    if done.on < held.on:
        raise Refused(Problem("decision.done-before", "on"))
    marked = msgspec.structs.replace(decision, done_on=done.on, done_by=work.actor.user_id)
    heads = tuple(marked if each.id == marked.id else each for each in held.decisions)
    words = tuple(
        msgspec.structs.replace(each, result=done.result) if each.id == marked.id else each for each in text.decisions
    )
    text = msgspec.structs.replace(text, decisions=words)
    texts_within(text)
    return _keep(work, row, msgspec.structs.replace(held, decisions=heads), text)


def read(work: Work, row: Conference) -> structs.Conference:
    """The coded head of a conference."""
    return work.vault.open(row.place(Section.CONFERENCE), row.head_sealed, structs.Conference)


def read_text(work: Work, row: Conference) -> structs.ConferenceText:
    """The words of a conference (S4)."""
    return work.vault.open(row.place(Section.CONFERENCE_TEXT), row.text_sealed, structs.ConferenceText)


def _to_change(
    work: Work, case_id: UUID, conference_id: UUID, expected: str | None
) -> tuple[Case, Conference, structs.Conference, structs.ConferenceText]:
    case = editable(work, case_id)
    row = record_of(work, Conference, case_id, conference_id)
    fresh(expected, row.head_sealed, row.text_sealed)
    if row.is_removed:
        raise Conflict("conference taken back")
    return case, row, read(work, row), read_text(work, row)


def _check(work: Work, case: Case, head: structs.Conference, text: structs.ConferenceText) -> None:
    not_future(work, case, head.on, "on")
    known_codes(head)
    texts_within(text)
    problems = [*_lacking(head, text)]
    people = unit_people(work, case) | {user_id for user_id, _ in held_roles(work, case.id)}
    if not set(head.staff) <= people:
        problems.append(Problem("team.unknown", "staff"))
    words = {each.id: each for each in text.decisions}
    for place, decision in enumerate(head.decisions):
        problems += _about_decision(work, case, head, (place, decision), words.get(decision.id), people)
    if problems:
        raise Refused(*problems)


def _lacking(head: structs.Conference, text: structs.ConferenceText) -> Iterator[Problem]:
    if not head.kind:
        yield Problem("required", "kind")
    if not text.issue.strip():
        yield Problem("required", "issue")
    if not head.staff and not text.outsiders.strip():
        yield Problem("conference.nobody", "staff")
    if len(head.decisions) > MAX_DECISIONS:
        yield Problem("conference.too-many-decisions", params={"limit": str(MAX_DECISIONS)})


def _about_decision(
    work: Work,
    case: Case,
    head: structs.Conference,
    placed: tuple[int, structs.Decision],
    words: structs.DecisionText | None,
    people: set[UUID],
) -> Iterator[Problem]:
    place, decision = placed
    at = f"decisions.{place}"
    if words is None or not words.text.strip():
        yield Problem("required", f"{at}.text")
    if decision.responsible is not None and decision.responsible not in people:
        yield Problem("team.unknown", f"{at}.responsible")
    if decision.due_on is not None and decision.due_on < head.on:
        yield Problem("decision.due-before", f"{at}.due_on")
    if decision.done_on is not None:
        not_future(work, case, decision.done_on, f"{at}.done_on")
        if decision.done_on < head.on:
            yield Problem("decision.done-before", f"{at}.done_on")


def _keep(work: Work, row: Conference, head: structs.Conference, text: structs.ConferenceText) -> Conference:
    seal_into(work, row, {"head_sealed": (Section.CONFERENCE, head), "text_sealed": (Section.CONFERENCE_TEXT, text)})
    work.touched(row.case_id, Event.CONFERENCE_SAVED, row.id, row=row)
    return row
