"""Closing a month or a year: freeze, sign or withdraw, revise (design 4 "Closing"; case-management 11).

Counting happens in a reading of its own (`draft`), so that no transaction that writes waits for it; `close` freezes what was counted.
What somebody saves in between stands in the list of differences like any later correction. There is no act that opens a period again.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.accounts import queries as accounts
from app.accounts.models import Unit
from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import NotFound, NotPermitted, Problem, Refused
from app.reports import frozen, periods, queries, services
from app.reports.closing_rules import (
    Facts,
    Finding,
    changes,
    checklist,
    encoded,
    errors,
    hash_of,
    is_changed,
    is_nihil,
)
from app.reports.counting.settings import Period
from app.reports.frozen import SIGNED, WITHDRAWN, Version
from app.reports.models import Closing, ClosingAnswer, LedgerBlob
from app.security.vault import Frozen
from app.work import Work

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be frozen: the recap as counted now, for a year the cluster V sheets beside it, and what the checklist says."""

    period: Period
    recap: Document
    sheets: dict[str, Document]
    findings: tuple[Finding, ...]

    @property
    def is_nihil(self) -> bool:
        """Whether the period had nothing to count."""
        return is_nihil(self.recap)


@dataclass(frozen=True, slots=True)
class Words:
    """What the closer says: why in spite of warnings, why a revision, and that there was nothing at all."""

    accepted: str = ""
    revision: str = ""
    nihil: bool = False


def draft(work: Work, period: Period, *, area: str = "", not_in_simfoni: int = 0, with_sheets: bool = True) -> Draft:
    """Count the period and go through the checklist. Refused for anything but a whole month or year.

    `not_in_simfoni`: how many cases of the unit wait there; the room that knows stands above this one. `with_sheets`: not where the
    draft is only looked at.
    """
    name = _name(period)
    unit = queries.unit(work, area)
    cut_off = period.last
    counted = services.recount(work, unit, period, cut_off)
    facts = Facts(
        services.today_of(work, unit),
        unfinished_imports=_unfinished_imports(work, unit.id),
        not_in_simfoni=not_in_simfoni,
        open_months=_open_months(work, unit.id, period) if len(name) == 4 else 0,
    )
    return Draft(period, counted, _sheets(work, unit, period) if with_sheets else {}, checklist(counted, facts))


def close(work: Work, found: Draft, words: Words, *, area: str = "") -> Closing:
    """Freeze what was counted, to be signed by another (`recap:close`, own unit). Refused where the checklist or the state says no."""
    work.actor.require(Capability.RECAP_CLOSE)
    closer = _person(work)
    unit = _own_unit(work, area)
    name = _name(found.period)
    before = frozen.versions(work, unit.id, name)
    signed = frozen.latest(before)
    _check_state(before, words)
    _check_list(found, words)
    if signed is not None and not _differs(frozen.opened(work, signed.row), found):
        raise Refused(Problem("closing.same"))
    raw = encoded(_kept(found, words, signed))
    row_id = new_id()
    row = Closing(
        id=row_id,
        unit_id=unit.id,
        period=name,
        cut_off=found.period.last,
        number=len(before) + 1,
        created_at=work.now,
        created_by=closer,
        hash=hash_of(raw),
        tables_sealed=work.vault.seal_frozen(Frozen.CLOSING, row_id, raw, work.now),
    )
    work.session.add(row)
    work.recorded(Event.RECAP_CLOSED, row.id, purpose=_said(row))
    return row


def sign(work: Work, period: Period, *, area: str = "", number: int | None = None) -> ClosingAnswer:
    """Sign what waits (`recap:sign`). The closer signs only where nobody else of the unit may; the answer then says so.

    `number`: the version the signer had before the eyes. Refused where nothing (or another version) waits or somebody else may sign; Unreadable where the tables are not those that were frozen.
    """
    work.actor.require(Capability.RECAP_SIGN)
    signer = _person(work)
    unit = _own_unit(work, area)
    row = _waiting(work, unit, period, number)
    frozen.opened(work, row)  # nobody signs what cannot be read, or is not what was frozen
    is_alone = signer == row.created_by
    if is_alone and others_sign(work, unit.id, signer):
        raise Refused(Problem("closing.same-person"))
    return _answer(work, row, SIGNED, Event.RECAP_SIGNED, is_alone=is_alone)


def withdraw(work: Work, period: Period, *, area: str = "", number: int | None = None) -> ClosingAnswer:
    """Take back what waits (`recap:close`). It stays readable, and counts nowhere."""
    work.actor.require(Capability.RECAP_CLOSE)
    row = _waiting(work, _own_unit(work, area), period, number)
    return _answer(work, row, WITHDRAWN, Event.RECAP_WITHDRAWN)


def _differs(kept: Document, found: Draft) -> bool:
    return bool(changes(kept["recap"], found.recap)) or cluster_differs(kept, found)


def cluster_differs(kept: Document, found: Draft) -> bool:
    """Whether a cluster V sheet of a year is no longer the frozen one: also where only an entered value changed."""
    return is_changed(kept["cluster_v"], found.sheets)


def _kept(found: Draft, words: Words, signed: Version | None) -> Document:
    return {
        "random": secrets.token_hex(16),  # so that the hash, which is not sealed, gives no small number away
        "recap": found.recap,
        "cluster_v": found.sheets,
        "checklist": [{"code": each.code, "count": each.count} for each in found.findings],
        "accepted": words.accepted,
        "revision": words.revision,
        "revises": None if signed is None else signed.row.hash.hex(),
        "nihil": words.nihil,
    }


def _check_state(before: Sequence[Version], words: Words) -> None:
    if any(version.is_waiting for version in before):
        raise Refused(Problem("closing.waiting"))
    is_closed = frozen.latest(before) is not None
    if is_closed and not words.revision.strip():
        raise Refused(Problem("closing.closed", "revision"))
    if words.revision.strip() and not is_closed:
        raise Refused(Problem("closing.not-closed"))


def _check_list(found: Draft, words: Words) -> None:
    if wrong := errors(found.findings):
        raise Refused(*(problem_of(each) for each in wrong))
    if found.findings and not words.accepted.strip():
        raise Refused(Problem("closing.warnings", "accepted"))
    if found.is_nihil != words.nihil:
        raise Refused(Problem("closing.nihil" if found.is_nihil else "closing.not-nihil", "nihil"))


def problem_of(finding: Finding) -> Problem:
    """A line of the checklist as the pages and commands say it."""
    return Problem(finding.code, severity=finding.severity, params={"count": str(finding.count)})


def _waiting(work: Work, unit: Unit, period: Period, number: int | None) -> Closing:
    found = [version.row for version in frozen.versions(work, unit.id, _name(period)) if version.is_waiting]
    if not found or number not in {None, found[0].number}:
        raise Refused(Problem("closing.not-waiting"))
    return found[0]


def _answer(work: Work, row: Closing, answer: str, event: Event, *, is_alone: bool = False) -> ClosingAnswer:
    given = ClosingAnswer(closing_id=row.id, answer=answer, is_alone=is_alone, at=work.now, by=_person(work))
    work.session.add(given)
    work.recorded(event, row.id, purpose=_said(row))
    return given


def _said(row: Closing) -> str:
    """Period, version and hash: the audit chain keeps a second copy of what was frozen."""
    return f"{row.period} {row.number} {row.hash.hex()}"


def _person(work: Work) -> UUID:
    if work.actor.user_id is None:
        raise NotPermitted(Capability.RECAP_CLOSE.value)
    return work.actor.user_id


def _own_unit(work: Work, area: str) -> Unit:
    """The actor's own unit, held until the act ends: a province sees the numbers of its units, and closes its own.

    Of two who close or answer at one instant the second waits here, then sees what the first did and is told so.
    """
    unit = queries.unit(work, area)
    if unit.id != work.actor.unit_id:
        raise NotFound("unit")
    work.session.execute(select(Unit.id).where(Unit.id == unit.id).with_for_update(key_share=True))
    return unit


def others_sign(work: Work, unit_id: UUID, signer: UUID | None) -> bool:
    """Whether somebody else of the unit may sign."""
    return any(user.id != signer for user in accounts.holders(work, unit_id, Capability.RECAP_SIGN))


def _sheets(work: Work, unit: Unit, period: Period) -> dict[str, Document]:
    if period != Period.year(period.first.year):
        return {}
    return services.recount_clusters(work, unit, period.first.year)


def _name(period: Period) -> str:
    whole = (Period.month(period.first.year, period.first.month), Period.year(period.first.year))
    if period not in whole:
        raise Refused(Problem("closing.period"))
    return periods.named(period)


def _unfinished_imports(work: Work, unit_id: UUID) -> int:
    ids = select(func.count(LedgerBlob.import_id.distinct())).where(
        LedgerBlob.unit_id == unit_id, LedgerBlob.import_id.is_not(None)
    )
    return work.session.scalar(ids) or 0


def _open_months(work: Work, unit_id: UUID, year: Period) -> int:
    names = {periods.named(Period.month(year.first.year, month)) for month in range(1, 13)}
    return len(names - frozen.closed_among(work, unit_id, names))
