"""What one person was told, as the page shows it. A case the person may not open any more is named by nothing but that it was there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import queries as case_queries
from app.cases.models import Case
from app.clocks.lines import said
from app.clocks.services import rule_by
from app.domain.clocks import Rule
from app.notifications import queries
from app.notifications.models import Notice
from app.reference import rulebook
from app.security.sections import Purpose, Section
from app.security.structs import notices as structs
from app.web.sealed import Unopened, opened
from app.work import Opening, Work


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One notice. `case` and `said` are empty where the case is not the person's to open; `by`: who sees to it."""

    row: Notice
    case: Case | None
    said: structs.Notice | Unopened | None
    label: str
    by: str


@dataclass(repr=False)
class Found:
    """What the permission check found: the notices, those of their cases that open, whether some were left out."""

    rows: Sequence[Notice] = ()
    cases: Mapping[UUID, Case] = field(default_factory=dict)
    cut: bool = False


def find(work: Work) -> Found:
    """The actor's notices, and those of their cases that the actor may open now."""
    rows = queries.own_notices(work)
    shown = rows[: queries.PAGE]
    ids = {row.case_id for row in shown}
    cases = {
        case.id: case for case in work.session.scalars(case_queries.visible_to(work.actor).where(Case.id.in_(ids)))
    }
    outside = [case.id for case in cases.values() if not case_queries.reads_unit_of(work.actor, case)]
    own = case_queries.assigned_among(work, outside)
    let_in = {key: case for key, case in cases.items() if key not in outside or key in own}
    return Found(shown, let_in, len(rows) > len(shown))


def opening(found: Found) -> Opening:
    """One event names the cases whose notices open."""
    return Opening(Event.NOTICES_LISTED, tuple(found.cases), (Section.NOTICE,))


def lines(work: Work, found: Found) -> list[Line]:
    """The notices with what they say."""
    work.vault.keys.preload(Purpose.CASE, list(found.cases))
    names = people.names(work, {row.acknowledged_by for row in found.rows if row.acknowledged_by is not None})
    return [_line(work, row, found.cases.get(row.case_id), names) for row in found.rows]


def _line(work: Work, row: Notice, case: Case | None, names: Mapping[UUID, str]) -> Line:
    by = names.get(row.acknowledged_by, "") if row.acknowledged_by is not None else ""
    if case is None:
        return Line(row, None, None, "", by)
    told = opened(lambda: work.vault.open(row.place(), row.notice_sealed, structs.Notice))
    rule = _rule(work, case, told) if isinstance(told, structs.Notice) and told.rule else None
    return Line(row, case, told, said(rule.label) if rule is not None else "", by)


def _rule(work: Work, case: Case, told: structs.Notice) -> Rule | None:
    return rule_by(rulebook.of_unit(work, case.unit_id), told.rule, told.rule_version)
