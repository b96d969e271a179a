"""What the case room tells of a case: reports, steps, notes, services, consents, contacts, its course, risk, openings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from flask import url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from msgspec import Struct
from sqlalchemy import select

from app.audit.events import Event
from app.audit.models import AuditEntry
from app.cases import queries
from app.cases.goal_names import named_goals
from app.cases.models import (
    Assessment,
    Case,
    CaseRecord,
    Conference,
    Consent,
    FollowUp,
    Monitoring,
    Note,
    Plan,
    Report,
    RiskAssessment,
    Service,
    StageStep,
)
from app.cases.records import REASON_KIND
from app.cases.story import Entry, Kind, Listening, Tell, Teller
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.stages import Exit, Step, exits, steps
from app.domain.zones import local_day
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import course, safety
from app.security.structs import work as work_structs
from app.web import filters
from app.web.sealed import UNOPENED, Unopened, opened
from app.work import Work

R = TypeVar("R", bound=CaseRecord)
READ: Final = Capability.CASE_READ
OPENINGS: Final = (Event.CASE_OPENED, Event.CASE_REVEALED)


def said(list_name: str, code: str) -> str:
    """The label of a code in the reader's language; an empty code says nothing."""
    if not code:
        return ""
    found = code_list(list_name).get(code)
    return found.en if str(get_locale() or "id").startswith("en") else found.id


def joined(*parts: object) -> str:
    """Parts of a line, those that say something, with dots between."""
    return " · ".join(str(part) for part in parts if part)


def heads(
    work: Work, case: Case, kind: type[R], section: Section, column: str, struct: type[Struct]
) -> Iterator[tuple[R, Any]]:
    """The records of one kind with their coded heads; the stand-in for one that does not open. What was taken back is no part of it."""
    for row in queries.records(work.session, kind, [case.id]):
        if not getattr(row, "is_removed", False):
            yield row, opened(lambda row=row: work.vault.open(row.place(section), getattr(row, column), struct))  # type: ignore[misc]


def words(
    work: Work, row: CaseRecord, section: Section, column: str, struct: type[Struct], listening: Listening
) -> Any:
    """The words of a record where this story may hold them, else None."""
    if not listening.words:
        return None
    return opened(lambda: work.vault.open(row.place(section), getattr(row, column), struct))


def closed(kind: Kind, row: CaseRecord) -> Entry:
    """What stands for a record that does not open."""
    return Entry(kind, row.created_at, UNOPENED, by=row.created_by, tone="bad")


def told(kind: Kind, found: Iterable[tuple[R, Any]], tell: Callable[[R, Any], Iterable[Entry]]) -> Iterator[Entry]:
    """What is told of each record; of one that does not open, that it does not."""
    for row, head in found:
        if head is UNOPENED:
            yield closed(kind, row)
        else:
            yield from tell(row, head)


def each(
    kind: Kind, model: type[R], section: Section, column: str, struct: type[Struct]
) -> Callable[[Callable[[Work, R, Any, Listening], Iterable[Entry]]], Tell]:
    """Makes a teller of what is told of one record: its row and its coded head."""

    def telling(tell: Callable[[Work, R, Any, Listening], Iterable[Entry]]) -> Tell:
        def tell_all(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
            found = heads(work, case, model, section, column, struct)
            return told(kind, found, lambda row, head: tell(work, row, head, listening))

        return tell_all

    return telling


def text_of(document: Any, *fields: str, **named: str) -> str | Unopened:
    """What these fields say, a line each; `named`: fields that say what they are. Nothing where the words are closed."""
    if document is None:
        return ""
    if isinstance(document, Unopened):
        return document
    lines = [getattr(document, name) for name in fields]
    lines += [f"{label}: {getattr(document, name)}" for name, label in named.items() if getattr(document, name)]
    return "\n".join(line for line in lines if line)


def all_said(list_name: str, codes: Iterable[str]) -> str:
    """The labels of several codes in a row."""
    return ", ".join(said(list_name, code) for code in codes)


@each(Kind.REPORT, Report, Section.REPORT, "report_sealed", case_structs.Report)
def _reports(_work: Work, row: Report, head: case_structs.Report, _listening: Listening) -> Iterator[Entry]:
    title = joined(_("Report"), said("channel", head.channel))
    yield Entry(Kind.REPORT, head.on, title, by=row.created_by, tone="info")


def _steps(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
    english = str(get_locale() or "id").startswith("en")
    known: tuple[Step | Exit, ...] = (*steps(), *exits())
    labels = {known_step.code: known_step.en if english else known_step.id for known_step in known}
    for row in queries.records(work.session, StageStep, [case.id]):
        reason = words(work, row, Section.STEP_REASON, "reason_sealed", case_structs.StepReason, listening)
        title = joined(
            labels.get(row.step, row.step), said("stage", row.to_stage) if row.to_stage != row.from_stage else ""
        )
        yield Entry(Kind.STAGE, row.created_at, title, text_of(reason, "text", "advice"), row.created_by, tone="good")


@each(Kind.NOTE, Note, Section.NOTE_HEAD, "head_sealed", case_structs.NoteHead)
def _notes(work: Work, row: Note, head: case_structs.NoteHead, listening: Listening) -> Iterator[Entry]:
    body = words(work, row, Section.NOTE_BODY, "body_sealed", case_structs.NoteBody, listening)
    title = _("Reason for opening the words") if head.kind == REASON_KIND else _("Note")
    yield Entry(Kind.NOTE, head.on, title, text_of(body, "text"), row.created_by, head.client_id)


def _services(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
    goals = {named.goal.id: named.name for named in named_goals(work, case)}

    def service(row: Service, head: work_structs.Service) -> Iterator[Entry]:
        text = words(work, row, Section.SERVICE_TEXT, "text_sealed", work_structs.ServiceText, listening)
        title = joined(
            said("activity", head.activity) or said("service", head.code),
            said("service_outcome", head.outcome),
            _("Next step due on %(day)s", day=filters.day(head.next_on).striptags()) if head.next_on else "",
        )
        named = {"result": _("What came of it"), "next_step": _("Next step")}
        body = text_of(text, "agency", "detail", "description", **named)
        served = [goals[goal] for goal in head.goals if goal in goals]
        if served and not isinstance(body, Unopened):
            what = ngettext("For the goal: %(goals)s", "For the goals: %(goals)s", len(served), goals="; ".join(served))
            body = what if not body else f"{what}\n{body}"
        yield Entry(Kind.SERVICE, head.on, title, body, row.created_by, head.client_id)
        if head.next_done_on is not None:
            done = joined(_("Next step done"), said("activity", head.activity) or said("service", head.code))
            yield Entry(Kind.SERVICE, head.next_done_on, done, "", head.next_done_by, head.client_id, tone="good")

    found = heads(work, case, Service, Section.SERVICE, "service_sealed", work_structs.Service)
    return told(Kind.SERVICE, found, service)


@each(Kind.CONSENT, Consent, Section.CONSENT, "consent_sealed", work_structs.Consent)
def _consents(_work: Work, row: Consent, head: work_structs.Consent, _listening: Listening) -> Iterator[Entry]:
    title = joined(_("Consent"), said("consent_basis", head.basis))
    yield Entry(Kind.CONSENT, head.on, title, by=row.created_by, client_id=head.client_id)
    yield from _withdrawals(head)


def _withdrawals(head: work_structs.Consent) -> Iterator[Entry]:
    """Whole, or for the services named; and that it was carried out, where something had to stop."""
    of = head.client_id
    if head.withdrawn_on is not None and not head.withdrawals:
        yield Entry(Kind.CONSENT, head.withdrawn_on, _("Consent withdrawn"), client_id=of, tone="warn")
    for each in head.withdrawals:
        what = all_said("consent_service", each.services) or _("the whole consent")
        title = joined(_("Consent withdrawn"), what, said("withdrawal_effect", each.effect))
        yield Entry(Kind.CONSENT, each.on, title, client_id=of, tone="warn")
        if each.stopped_on is not None and not code_list("withdrawal_effect").get(each.effect).truth("continues"):
            yield Entry(Kind.CONSENT, each.stopped_on, _("What was withdrawn has stopped"), client_id=of, tone="good")


@each(Kind.CONTACT, FollowUp, Section.FOLLOW_UP, "follow_up_sealed", work_structs.FollowUp)
def _contacts(work: Work, row: FollowUp, head: work_structs.FollowUp, listening: Listening) -> Iterator[Entry]:
    text = words(work, row, Section.FOLLOW_UP_TEXT, "text_sealed", work_structs.FollowUpText, listening)
    title = joined(_("Follow-up"), said("followup_kind", head.kind))
    yield Entry(Kind.CONTACT, head.on, title, text_of(text, "text"), row.created_by, head.client_id)


@each(Kind.CONTACT, Monitoring, Section.MONITORING, "head_sealed", course.Monitoring)
def _monitorings(work: Work, row: Monitoring, head: course.Monitoring, listening: Listening) -> Iterator[Entry]:
    text = words(work, row, Section.MONITORING_TEXT, "text_sealed", course.MonitoringText, listening)
    title = joined(_("Monitoring"), said("review_outcome", head.outcome))
    body = text_of(text, "condition", "not_reached", "follow_up")
    yield Entry(Kind.CONTACT, head.on, title, body, row.created_by, head.client_id)


@each(Kind.ASSESSMENT, Assessment, Section.ASSESSMENT, "head_sealed", course.Assessment)
def _assessments(work: Work, row: Assessment, head: course.Assessment, listening: Listening) -> Iterator[Entry]:
    text = words(work, row, Section.ASSESSMENT_TEXT, "text_sealed", course.AssessmentText, listening)
    title = joined(
        said("assessment_kind", head.kind) or _("Assessment"),
        _("correction") if head.corrects else "",
        "" if head.finished_at else _("not finished yet"),
    )
    yield Entry(Kind.ASSESSMENT, head.on, title, text_of(text, "conclusion"), row.created_by, head.client_id)


def _plans(work: Work, case: Case, _listening: Listening) -> Iterator[Entry]:
    known: set[UUID] = set()  # a newer version carries the history of its goals on

    def plan(row: Plan, head: course.Plan) -> Iterator[Entry]:
        of, count = head.client_id, len(head.goals)
        title = (
            _("Plan with %(count)s goals, changed", count=count)
            if head.replaces
            else _("Plan with %(count)s goals", count=count)
        )
        yield Entry(Kind.ASSESSMENT, head.on, title, by=row.created_by, client_id=of)
        if head.agreed_on is not None:
            answer = joined(_("Answer to the plan"), said("yes_no_unknown", head.agreement))
            yield Entry(Kind.ASSESSMENT, head.agreed_on, answer, client_id=of, tone="good")
        moves = [(goal, change) for goal in head.goals for change in goal.changes if change.id not in known]
        for goal, change in moves:
            known.add(change.id)
            moved = joined(_("Goal"), said("goal_horizon", goal.horizon), said("goal_state", change.state))
            yield Entry(Kind.ASSESSMENT, change.on, moved, by=change.by, client_id=of)
        for review in head.reviews:
            title = joined(_("Plan reviewed"), said("review_outcome", review.outcome))
            yield Entry(Kind.ASSESSMENT, review.on, title, by=review.by, client_id=of)

    return told(Kind.ASSESSMENT, heads(work, case, Plan, Section.PLAN, "head_sealed", course.Plan), plan)


@each(Kind.ASSESSMENT, Conference, Section.CONFERENCE, "head_sealed", course.Conference)
def _conferences(work: Work, row: Conference, head: course.Conference, listening: Listening) -> Iterator[Entry]:
    text = words(work, row, Section.CONFERENCE_TEXT, "text_sealed", course.ConferenceText, listening)
    title = joined(
        said("conference_kind", head.kind) or _("Case conference"),
        _("%(count)s decisions", count=len(head.decisions)) if head.decisions else "",
    )
    yield Entry(Kind.ASSESSMENT, head.on, title, text_of(text, "issue"), row.created_by)
    for decision in head.decisions:
        if decision.done_on is not None:
            done = _("A decision of the conference was carried out")
            yield Entry(Kind.ASSESSMENT, decision.done_on, done, by=decision.done_by, tone="good")


@each(Kind.SAFETY, RiskAssessment, Section.RISK, "risk_sealed", safety.RiskAssessment)
def _risks(work: Work, row: RiskAssessment, head: safety.RiskAssessment, listening: Listening) -> Iterator[Entry]:
    text = words(work, row, Section.RISK_TEXT, "text_sealed", safety.RiskWords, listening)
    title, body = joined(_("Risk assessed"), said("risk", head.level)), text_of(text, "words")
    tone = {"RK_TINGGI": "bad", "RK_SEDANG": "warn"}.get(head.level, "plain")
    yield Entry(Kind.SAFETY, head.on, title, body, row.created_by, head.client_id, tone=tone)


def _openings(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
    """Who opened the file, one entry a person and day: the list with every opening stands behind it."""
    rows = work.session.execute(
        select(AuditEntry.at, AuditEntry.actor_id).where(
            AuditEntry.object_id == case.id, AuditEntry.event.in_(OPENINGS), AuditEntry.result == "ok"
        )
    )
    counted: Counter[tuple[date, UUID | None]] = Counter()
    for at, actor_id in rows:
        counted[local_day(at, listening.zone), actor_id] += 1
    url = url_for("cases.openings", case_id=case.id)
    for (day, actor_id), times in counted.items():
        yield Entry(Kind.OPENING, day, _("File opened, %(times)s times", times=times), by=actor_id, url=url)


TELLERS: Final = (
    Teller(READ, _reports, (Section.REPORT,)),
    Teller(READ, _steps, (), (Section.STEP_REASON,)),
    Teller(READ, _notes, (Section.NOTE_HEAD,), (Section.NOTE_BODY,)),
    Teller(READ, _services, (Section.SERVICE, Section.PLAN), (Section.SERVICE_TEXT, Section.PLAN_TEXT)),
    Teller(READ, _consents, (Section.CONSENT,)),
    Teller(READ, _contacts, (Section.FOLLOW_UP,), (Section.FOLLOW_UP_TEXT,)),
    Teller(READ, _monitorings, (Section.MONITORING,), (Section.MONITORING_TEXT,)),
    Teller(READ, _assessments, (Section.ASSESSMENT,), (Section.ASSESSMENT_TEXT,)),
    Teller(READ, _plans, (Section.PLAN,)),
    Teller(READ, _conferences, (Section.CONFERENCE,), (Section.CONFERENCE_TEXT,)),
    Teller(READ, _risks, (Section.RISK,), (Section.RISK_TEXT,)),
    Teller(Capability.AUDIT_OWN, _openings),
)
