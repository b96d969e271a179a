"""Making, signing and reading public releases (design 4, decision 55).

What is to be released is counted and protected in a reading (`prepared`), outside any write; the act that follows freezes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select

from app.accounts.models import Unit
from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.disclosure import plan
from app.domain.disclosure.plan import Figures, Release, Span, public_tables
from app.domain.disclosure.protect import Line, NotSafe, Refusal, Why
from app.domain.errors import Conflict, NotFound, NotPermitted, Problem, Refused, Unreadable
from app.releases.document import Labels, document_of, hash_of, period_of
from app.releases.models import PublicRelease
from app.reports import queries as reports
from app.reports.counting.titles import AGE_GROUP
from app.reports.services import RecapWish, recap_document, today_of
from app.security.models import Deployment
from app.security.sections import Section
from app.security.structs.releases import ReleaseFigures
from app.work import Opening, Work

PROPOSED, SIGNED, REFUSED = "proposed", "signed", "refused"
_GROUPS: Final = "age_group"
_SAYS: Final[Mapping[Refusal, Problem]] = {
    Refusal.SMALL_TOTAL: Problem("release.small-total"),
    Refusal.SMALL_CHANGE: Problem("release.small-change"),
    Refusal.NOTHING_CHANGED: Problem("release.nothing-changed"),
    Refusal.UNSAFE: Problem("release.unsafe"),
    Refusal.YEAR_IS_OUT: Problem("release.year-is-out"),
    Refusal.PARTS_MISSING: Problem("release.parts-missing"),
}


@dataclass(frozen=True, slots=True, repr=False)
class Prepared:
    """A release ready to be frozen: what it is, the words of its codes, and how many releases it was checked against."""

    release: Release
    labels: Labels
    checked: int


@dataclass(frozen=True, slots=True)
class Register:
    """The releases of a unit, newest first."""

    unit: Unit
    rows: Sequence[PublicRelease]


def may_be_released(work: Work, unit: Unit, span: Span) -> bool:
    """Whether the period is over. The one place that says so: once periods are closed, this asks for a closed one."""
    return period_of(span).last < today_of(work, unit)


def register(work: Work) -> Register:
    """Every release of the own unit, newest first."""
    unit = reports.unit(work)
    rows = work.session.scalars(_of(unit.id).order_by(PublicRelease.number.desc())).all()
    return Register(unit, rows)


def get(work: Work, release_id: UUID) -> PublicRelease:
    """A release of the own unit. NotFound."""
    unit = reports.unit(work)
    found = work.session.scalar(_of(unit.id).where(PublicRelease.id == release_id))
    if found is None:
        raise NotFound("release")
    return found


def making(year: int, quarter: int) -> Callable[[Work], Opening]:
    """The permission check of counting for a release (`release:make`) and its event. Quarter 0 is the year."""

    def opening(work: Work) -> Opening:
        work.actor.require(Capability.RELEASE_MAKE)
        name = f"{year}-q{quarter}" if quarter else str(year)
        return Opening(
            Event.RELEASE_COUNTED, sections=(Section.RELEASE_FIGURES,), object_id=reports.unit(work).id, purpose=name
        )

    return opening


def prepared(work: Work, year: int, quarter: int) -> Prepared:
    """Count and protect. Refused with the reason where nothing safe may be made public, or the period is not over."""
    unit = reports.unit(work)
    rows = work.session.scalars(_of(unit.id).where(PublicRelease.state != REFUSED)).all()
    if any(row.state == PROPOSED for row in rows):
        raise Refused(Problem("release.waiting"))
    past = [_release(work, row) for row in sorted(rows, key=lambda row: row.number)]
    try:
        span = plan.next_span(year, quarter, past) if quarter else Span(year, is_year=True)
        if not may_be_released(work, unit, span):
            raise Refused(Problem("release.not-over"))
        period = period_of(span)
        document = recap_document(work, RecapWish(period, period.last))
        figures, threshold = _figures(document), plan.usual_threshold()
        make = plan.make_part(span, figures, past, threshold) if quarter else None
        release = make or plan.make_year(year, figures, past, threshold)
    except NotSafe as unsafe:
        raise Refused(_SAYS[unsafe.refusal]) from None
    return Prepared(release, _labels(document), len(rows))


def propose(work: Work, ready: Prepared) -> PublicRelease:
    """Freeze a release for a second person to sign (`release:make`). Conflict where another one was made meanwhile."""
    work.actor.require(Capability.RELEASE_MAKE)
    unit = reports.held_unit(work)
    rows = work.session.scalars(_of(unit.id)).all()
    if sum(row.state != REFUSED for row in rows) != ready.checked:
        raise Conflict("release made meanwhile")
    number = 1 + (
        work.session.scalar(select(func.max(PublicRelease.number)).where(PublicRelease.unit_id == unit.id)) or 0
    )
    release, span = ready.release, ready.release.span
    named = {"area": unit.area_code, "name": unit.name}
    document = document_of(release, number, named, ready.labels, today_of(work, unit))
    row = PublicRelease(
        id=new_id(), unit_id=unit.id, office_id=work.office, number=number, year=span.year, first_quarter=span.first,
        last_quarter=span.last, is_year=span.is_year, edition=release.version, threshold=release.threshold, state=PROPOSED,
        made_at=work.now, made_by=work.actor.user_id, document=document, document_hash=hash_of(document), figures_sealed=b"",
    )  # fmt: skip
    row.figures_sealed = work.vault.seal(row.place(), _sealed(unit.id, release))
    work.session.add(row)
    work.recorded(Event.RELEASE_PROPOSED, row.id, row=row)
    return row


def decide(work: Work, release_id: UUID, *, sign: bool) -> PublicRelease:
    """Sign a release, and with that make it public, or refuse it: never the person who made it (`release:sign`).

    NotPermitted for the maker, Conflict where it is decided already, or was changed since it was frozen: that one can only be refused.
    """
    work.actor.require(Capability.RELEASE_SIGN)
    row = get(work, release_id)
    if row.state != PROPOSED:
        raise Conflict("release decided")
    if row.made_by == work.actor.user_id and not work.actor.system:
        raise NotPermitted("the maker does not sign")
    if sign and not _is_as_frozen(row):
        raise Conflict("release changed")
    row.state, row.decided_at, row.decided_by = SIGNED if sign else REFUSED, work.now, work.actor.user_id
    if not sign:
        row.document = ""  # the number stays; what nobody was to see does not
    work.recorded(Event.RELEASE_SIGNED if sign else Event.RELEASE_REFUSED, row.id, row=row)
    return row


def reading(release_id: UUID) -> Callable[[Work], Opening]:
    """The permission check of a release with the reasons of its hidden cells (`recap:read`), and its event."""

    def opening(work: Work) -> Opening:
        work.actor.require(Capability.RECAP_READ)
        row = get(work, release_id)
        return Opening(Event.RELEASE_OPENED, sections=(Section.RELEASE_FIGURES,), object_id=row.id)

    return opening


def reasons(work: Work, row: PublicRelease) -> Mapping[str, Mapping[str, str]]:
    """Why each hidden cell is hidden, by table and code. Unreadable."""
    return work.vault.open(row.place(), row.figures_sealed, ReleaseFigures).hidden


def document(row: PublicRelease) -> Mapping[str, Any]:
    """The frozen document; of a refused release nothing. Unreadable where it was changed since."""
    if row.state == REFUSED:
        return {}
    if not _is_as_frozen(row):
        raise Unreadable("release")
    found: dict[str, Any] = json.loads(row.document)
    return found


def is_demo(work: Work) -> bool:
    """Whether the office is the fictional one: its public pages say so too."""
    return work.session.get_one(Deployment, 1).is_demo


def published(work: Work) -> Sequence[PublicRelease]:
    """Every signed release of every unit that is as it was frozen, newest first: what anybody may see."""
    newest = select(PublicRelease).where(PublicRelease.state == SIGNED).order_by(PublicRelease.decided_at.desc())
    return [row for row in work.session.scalars(newest) if _is_as_frozen(row)]


def published_one(work: Work, release_id: UUID) -> PublicRelease:
    """A signed release. NotFound for one that is not, or was changed since it was frozen."""
    row = work.session.get(PublicRelease, release_id)
    if row is None or row.state != SIGNED or not _is_as_frozen(row):
        raise NotFound("release")
    return row


def superseded_by(rows: Sequence[PublicRelease]) -> Mapping[UUID, PublicRelease]:
    """Which newer version took the place of a signed release of these, by the older one's id. The older one stays public."""
    newest: dict[tuple[UUID, Span], PublicRelease] = {}
    for row in sorted((row for row in rows if row.state == SIGNED), key=lambda row: row.edition):
        newest[row.unit_id, span_of(row)] = row
    found = {row.id: newest.get((row.unit_id, span_of(row)), row) for row in rows if row.state == SIGNED}
    return {row_id: newer for row_id, newer in found.items() if newer.id != row_id}


def newer_than(work: Work, row: PublicRelease) -> PublicRelease | None:
    """The newest signed version of the same period, where it is another one."""
    signed = work.session.scalars(_of(row.unit_id).where(PublicRelease.year == row.year, PublicRelease.state == SIGNED))
    return superseded_by(signed.all()).get(row.id)


def span_of(row: PublicRelease) -> Span:
    """The period of a release."""
    return Span(row.year, row.first_quarter, row.last_quarter, row.is_year)


def _is_as_frozen(row: PublicRelease) -> bool:
    return hash_of(row.document) == row.document_hash


def _of(unit_id: UUID) -> Select[PublicRelease]:
    return select(PublicRelease).where(PublicRelease.unit_id == unit_id)


def _release(work: Work, row: PublicRelease) -> Release:
    kept = work.vault.open(row.place(), row.figures_sealed, ReleaseFigures)
    span = span_of(row)
    lines = {
        name: Line(
            f"{span}/{row.edition}",
            kept.total,
            kept.tables[name],
            {code: Why(why) for code, why in kept.hidden[name].items()},
        )
        for name in kept.hidden
    }
    return Release(span, row.edition, row.threshold, Figures(kept.total, kept.tables), lines)


def _sealed(unit_id: UUID, release: Release) -> ReleaseFigures:
    return ReleaseFigures(
        unit_id=unit_id,
        total=release.figures.total,
        tables={name: dict(cells) for name, cells in release.figures.tables.items()},
        hidden={name: {code: why.value for code, why in line.hidden.items()} for name, line in release.lines.items()},
    )


def _rows(document: Mapping[str, Any], counted: str) -> list[tuple[str, Mapping[str, str], int]]:
    if counted != _GROUPS:
        return [(row["code"], row["label"], row["count"]) for row in document["tables"][counted]["rows"]]
    by_sex = document["tables"]["victims_by_sex"]["rows"]
    return [(group, label, sum(sum(row["by"][group].values()) for row in by_sex)) for group, label in AGE_GROUP.items()]


def _figures(document: Mapping[str, Any]) -> Figures:
    tables = {t.name: {code: count for code, _label, count in _rows(document, t.counted)} for t in public_tables()}
    return Figures(document["totals"]["victims"], tables)


def _labels(document: Mapping[str, Any]) -> Labels:
    return {t.name: {code: label for code, label, _count in _rows(document, t.counted)} for t in public_tables()}
