"""The course of a case on its file: assessments, plans, monitoring, conferences; and one small card for what is not there yet."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _

from app.cases import course, course_page
from app.cases.models import Assessment, Case, Conference, Monitoring, Plan
from app.cases.page import Entry
from app.cases.panels import Panel, Source, Spot
from app.domain.access import Capability
from app.domain.stages import Stage
from app.security.sections import Section
from app.security.structs import course as structs
from app.web.sealed import UNOPENED, Unopened
from app.work import Work

SHOWN: Final = 3  # contacts and conferences in full; earlier ones are folded


def assessments(work: Work, case: Case) -> Panel | None:
    """The assessments that stand and those somebody has begun, newest first."""
    at = course_page.sight(work, case)
    entries = at.entries(Assessment)
    if not entries:
        return None
    pairs = course_page.pairs(entries)
    wanted = {row.id for row, _head in (*course.standing_assessments(pairs), *course.unfinished_assessments(pairs))}
    shown = [entry for entry in reversed(entries) if entry.head is UNOPENED or entry.row.id in wanted]
    context = {"at": at, "case": case, "lines": shown, "names": course_page.names_of(work, entries)}
    return Panel("cases/course/_assessments.html", context, _("Assessment"), "assessments", len(shown))


def plans(work: Work, case: Case) -> Panel | None:
    """The plan of each client that counts now."""
    at = course_page.sight(work, case)
    entries = at.entries(Plan)
    if not entries:
        return None
    current = {row.id for row, _head in course.current_plans(course_page.pairs(entries)).values()}
    shown = [entry for entry in entries if entry.head is UNOPENED or entry.row.id in current]
    goals = sum(len(entry.head.goals) for entry in shown)
    context = {
        "at": at,
        "case": case,
        "lines": shown,
        "names": course_page.names_of(work, shown),
        "partners": course_page.partners_of(work, shown),
        "done": course_page.done(at),
    }
    return Panel("cases/course/_plans.html", context, _("Plan"), "plans", goals)


def monitorings(work: Work, case: Case) -> Panel | None:
    """The monitoring contacts, newest first."""
    at = course_page.sight(work, case)
    entries = _newest(at.entries(Monitoring))
    if not entries:
        return None
    context = {
        "at": at,
        "case": case,
        "lines": entries[:SHOWN],
        "earlier": entries[SHOWN:],
        "goals": _goal_words(at),
        "names": course_page.names_of(work, entries),
    }
    return Panel("cases/course/_monitorings.html", context, _("Monitoring"), "monitoring", len(entries))


def conferences(work: Work, case: Case) -> Panel | None:
    """The conferences, newest first; what they decided and is not done yet stands on top."""
    at = course_page.sight(work, case)
    entries = _newest(at.entries(Conference))
    if not entries:
        return None
    pairs = course_page.pairs(entries)
    words = {row.id: _decision_words(entry) for entry in entries for row in (entry.row,)}
    waiting = [(row, each, words[row.id].get(each.id)) for row, each in course.open_decisions(pairs)]
    context = {
        "at": at,
        "case": case,
        "lines": entries,
        "waiting": sorted(waiting, key=lambda line: (line[1].due_on is None, line[1].due_on or at.today)),
        "names": course_page.names_of(work, entries),
    }
    return Panel("cases/course/_conferences.html", context, _("Case conferences"), "conferences", len(entries))


def missing(work: Work, case: Case) -> Panel | None:
    """One small card with what may be written next, for those who may write; nothing before the case is taken on."""
    at = course_page.sight(work, case)
    if not at.may_add or case.stage == Stage.REPORT.value:
        return None
    parts = [(kind, not at.entries(kind)) for kind in (Assessment, Plan, Monitoring, Conference)]
    lacking = [kind.__name__ for kind, is_empty in parts if is_empty]
    return Panel("cases/course/_missing.html", {"case": case, "lacking": lacking}) if lacking else None


def _newest(entries: list[Entry]) -> list[Entry]:
    """Newest day first; what does not open stands by the day it was written."""
    return sorted(
        entries,
        key=lambda e: (e.row.created_at.date() if e.head is UNOPENED else e.head.on, e.row.created_at),
        reverse=True,
    )


def _goal_words(at: course_page.Sight) -> dict[Any, str]:
    """Every goal any plan of the case ever had, in words where they are open."""
    texts = [entry.words for entry in at.entries(Plan) if isinstance(entry.words, structs.PlanText)]
    return {goal.id: goal.goal for text in texts for goal in text.goals}


def _decision_words(entry: Entry) -> dict[Any, structs.DecisionText]:
    if entry.words is None or isinstance(entry.words, Unopened):
        return {}
    return {each.id: each for each in entry.words.decisions}


def _source(make: Any, order: int, coded: tuple[Section, ...], words: tuple[Section, ...]) -> Source:
    return Source(Capability.CASE_READ, make, Spot.MAIN, order, (Section.CLIENT_PROFILE, *coded), words)


SOURCES: Final = (
    _source(assessments, 10, (Section.ASSESSMENT,), (Section.ASSESSMENT_TEXT,)),
    _source(plans, 15, (Section.PLAN, Section.SERVICE), (Section.PLAN_TEXT,)),
    _source(monitorings, 20, (Section.MONITORING,), (Section.MONITORING_TEXT,)),
    _source(conferences, 25, (Section.CONFERENCE,), (Section.CONFERENCE_TEXT,)),
    _source(missing, 30, (), ()),
)
