"""Comparing a month with SIMFONI: by the counts it shows, and by its register numbers. Counts come from the recap alone (design 4)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from app.audit.events import Event
from app.cases import queries as case_queries
from app.cases.acting import within
from app.cases.models import Case, SimfoniEntry
from app.db.base import new_id
from app.domain.access import Actor, Capability
from app.domain.codes import code_list
from app.domain.errors import NotFound, Problem, Refused
from app.domain.simfoni import numbers
from app.domain.stages import Status
from app.domain.zones import Zone, days_range
from app.reports import services as reports
from app.reports.counting.settings import Period
from app.reports.counting.titles import TOTAL, title_of
from app.security import index
from app.security.sections import Section
from app.security.structs.simfoni import ComparedCount, Entry, Reason, Reconciliation, ReconciliationText
from app.simfoni import queries
from app.simfoni.models import AWAITING, SimfoniReconciliation, SimfoniState, Standing
from app.work import Opening, Work

COUNTS: Final = "COUNTS"
NUMBERS: Final = "NUMBERS"
TOTALS: Final = "totals"
MOST: Final = 2000  # numbers of one list
_SHOWN: Final = 50
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One number of the recap that SIMFONI shows too: table, row, label in both languages, our count."""

    table: str
    code: str
    label: Mapping[str, str]
    ours: int


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that belong together under a title."""

    name: str
    title: Mapping[str, str]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """One reconciliation as it was kept."""

    row: SimfoniReconciliation
    result: Reconciliation
    text: ReconciliationText


# --- counts ----------------------------------------------------------------------------------------------------------


def wish_of(month: Period) -> reports.RecapWish:
    """The recap of the month as of its last day."""
    return reports.RecapWish(month, month.last)


def opening(work: Work, month: Period) -> Opening:
    """What comparing opens: the ledger, and the days of entry of the month's cases. The event names them."""
    work.actor.require(Capability.SIMFONI_ENTER)
    work.actor.require(Capability.RECAP_READ)
    ids = tuple(case.id for case in _cases(work, month))
    purpose = f"simfoni {month.first:%Y-%m}"
    return Opening(Event.RECAP_READ, ids, (Section.SIMFONI_ENTRY,), object_id=work.actor.own_unit(), purpose=purpose)


def tables(document: Mapping[str, Any]) -> list[Table]:
    """The numbers to compare, in the order of the data file."""
    totals = tuple(Row(TOTALS, name, TOTAL[name], document["totals"][name]) for name in _layout()["totals"])
    found = [Table(TOTALS, {"id": "Jumlah", "en": "Totals"}, totals)]
    for name in _layout()["tables"]:
        rows = document["tables"][name]["rows"]
        found.append(
            Table(name, title_of(name), tuple(Row(name, row["code"], row["label"], row["count"]) for row in rows))
        )
    return found


def reasons(work: Work, month: Period, document: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Known reasons why the numbers may differ, with how many cases or clients each concerns; those that concern none are left out."""
    cases = _cases(work, month)
    standings = [Standing(row.standing) for row in queries.states(work, [case.id for case in cases]).values()]
    last = {
        row.case_id: row
        for row in case_queries.records(work.session, SimfoniEntry, [c.id for c in cases])
        if not row.is_removed
    }
    days = [work.vault.open(row.place(Section.SIMFONI_ENTRY), row.entry_sealed, Entry).on for row in last.values()]
    found = {
        "waiting": standings.count(Standing.WAITING),
        "changed": sum(each in AWAITING for each in standings) - standings.count(Standing.WAITING),
        "late": sum(day > month.last for day in days),
        "transferred": document["transferred_in"]["cases"],
        "unknown": _unknown(document),
    }
    return tuple(Reason(code, count) for code, count in found.items() if count)


def keep_counts(
    work: Work,
    month: Period,
    found: Sequence[Table],
    typed: Mapping[tuple[str, str], int | None],
    why: tuple[Reason, ...],
    remark: str,
) -> SimfoniReconciliation:
    """Keep a comparison by counts. Refused where nothing was typed."""
    if all(value is None for value in typed.values()):
        raise Refused(Problem("simfoni.nothing-typed"))
    rows = tuple(
        ComparedCount(row.table, row.code, row.ours, typed.get((row.table, row.code)))
        for table in found
        for row in table.rows
    )
    result = Reconciliation(
        kind=COUNTS, month=f"{month.first:%Y-%m}", cut_off=month.last, rows=rows, reasons=why
    )  # fmt: skip
    return _keep(work, result, ReconciliationText(remark=remark.strip()))


def _unknown(document: Mapping[str, Any]) -> int:
    """Victims whose kind of place, sex or age is not known: SIMFONI has no row for them."""
    count = 0
    for name, list_name in (
        ("victims_by_sex", "sex"),
        ("victims_by_age_band", "age_band_victim"),
        ("victims_by_place", "place"),
    ):
        unknown = code_list(list_name).unknown
        count += sum(row["count"] for row in document["tables"][name]["rows"] if row["code"] == unknown)
    return count


@cache
def _layout() -> Mapping[str, Any]:
    text = resources.files("app.domain").joinpath("data", "simfoni_counts.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


# --- numbers ---------------------------------------------------------------------------------------------------------


def keep_numbers(work: Work, month: Period, pasted: str, remark: str) -> SimfoniReconciliation:
    """Compare the numbers SIMFONI lists for a month with ours, and keep the result. Refused for an empty list, for what is no number,
    and for more than `MOST`. Numbers are compared by their keyed tags: nothing is opened."""
    work.actor.require(Capability.SIMFONI_ENTER)
    given, wrong = numbers.listed(pasted)
    if not given and not wrong:
        raise Refused(Problem("required", "numbers"))
    if wrong:
        raise Refused(Problem("simfoni.not-numbers", "numbers", params={"count": str(len(wrong))}))
    if len(given) > MOST:
        raise Refused(Problem("simfoni.too-many", "numbers", params={"limit": str(MOST)}))
    tags = {index.simfoni_tag(work.vault.crypt, number): number for number in given}
    ours = _carriers(work, list(tags))
    month_ids = [case.id for case in _cases(work, month)]
    entered = {row.case_id: row.number_tag for row in _standing(work, month_ids)}
    of_tag: Mapping[bytes, set[UUID]] = {tag: {row.case_id for row in ours if row.number_tag == tag} for tag in tags}
    shared = {case_id for holders in of_tag.values() if len(holders) > 1 for case_id in holders}
    waiting = queries.states(work, month_ids)
    result = Reconciliation(
        kind=NUMBERS,
        month=f"{month.first:%Y-%m}",
        cut_off=month.last,
        given=len(given),
        matched=sum(tag in tags for tag in entered.values()),
        missing=tuple(case_id for case_id, tag in entered.items() if tag not in tags),
        unentered=tuple(case_id for case_id in month_ids if case_id not in entered and _is_due(waiting.get(case_id))),
        elsewhere=tuple({row.case_id for row in ours} - set(month_ids)),
        shared=tuple(shared),
    )
    unknown = tuple(number for tag, number in tags.items() if not of_tag[tag])
    twice = tuple(number for number, count in Counter(given).items() if count > 1)
    return _keep(work, result, ReconciliationText(remark=remark.strip(), unknown=unknown, twice=twice))


def _is_due(state: SimfoniState | None) -> bool:
    return state is not None and state.standing in AWAITING


def _carriers(work: Work, tags: Sequence[bytes]) -> list[SimfoniEntry]:
    """The last standing entries that carry one of these tags, of the whole unit; asked for in parts."""
    found: dict[UUID, SimfoniEntry] = {}
    for start in range(0, len(tags), _AT_ONCE):
        for row in queries.carrying(work, work.actor.own_unit(), tags[start : start + _AT_ONCE]):
            found[row.case_id] = row
    return list(found.values())


def _standing(work: Work, case_ids: Sequence[UUID]) -> list[SimfoniEntry]:
    """The last standing entry of each case."""
    rows = case_queries.records(work.session, SimfoniEntry, case_ids)
    return list({row.case_id: row for row in rows if not row.is_removed}.values())


# --- kept ------------------------------------------------------------------------------------------------------------


def list_opening(work: Work) -> Opening:
    """What the list of reconciliations opens: their coded heads."""
    require_sight(work)
    return Opening(Event.SIMFONI_RECONCILIATION_READ, (), (Section.RECONCILIATION, Section.RECONCILIATION_TEXT))


def one_opening(work: Work, reconciliation_id: UUID) -> Opening:
    """What the page of one reconciliation opens."""
    require_sight(work)
    row = queries.reconciliation(work, reconciliation_id)
    sections = (Section.RECONCILIATION, Section.RECONCILIATION_TEXT)
    return Opening(Event.SIMFONI_RECONCILIATION_READ, (), sections, object_id=row.id)


def require_sight(work: Work) -> None:
    """Reconciliations are the whole unit's: NotFound for those who see their own cases only."""
    work.actor.require(Capability.SIMFONI_READ)
    if not sees_unit(work.actor):
        raise NotFound("reconciliation")


def sees_unit(actor: Actor) -> bool:
    """Whether the actor sees what the whole unit entered, and so its reconciliations."""
    return actor.may(Capability.SIMFONI_ENTER) or actor.may(Capability.CASE_READ_UNIT)


def kept(work: Work) -> list[Kept]:
    """The newest reconciliations."""
    return [read(work, row) for row in queries.reconciliations(work, _SHOWN)]


def read(work: Work, row: SimfoniReconciliation) -> Kept:
    """One reconciliation, opened."""
    return Kept(
        row,
        work.vault.open(row.place(Section.RECONCILIATION), row.result_sealed, Reconciliation),
        work.vault.open(row.place(Section.RECONCILIATION_TEXT), row.text_sealed, ReconciliationText),
    )


def cases_of(work: Work, case_ids: Sequence[UUID]) -> list[Case]:
    """Cases of the unit by register number; those that left it are left out."""
    rows = select(Case).where(Case.id.in_(list(case_ids)), Case.unit_id == work.actor.own_unit())
    return sorted(work.session.scalars(rows), key=lambda case: (case.register_year, case.register_seq))


def _keep(work: Work, result: Reconciliation, text: ReconciliationText) -> SimfoniReconciliation:
    work.actor.require(Capability.SIMFONI_ENTER)
    within(text.remark, "text")
    row = SimfoniReconciliation(
        id=new_id(),
        unit_id=work.actor.own_unit(),
        office_id=work.office,
        created_at=work.now,
        created_by=work.actor.user_id,
        result_sealed=b"",
        text_sealed=b"",
    )
    row.result_sealed = work.vault.seal(row.place(Section.RECONCILIATION), result)
    row.text_sealed = work.vault.seal(row.place(Section.RECONCILIATION_TEXT), text)
    work.session.add(row)
    work.recorded(Event.SIMFONI_RECONCILED, row.id, row=row)
    return row


def _cases(work: Work, month: Period) -> Sequence[Case]:
    """The unit's cases reported in the month; voided ones are counted nowhere."""
    unit_id = work.actor.own_unit()
    low, high = days_range(
        month.first, month.last, case_queries.zones_of(work.session, [unit_id]).get(unit_id, Zone.WIB)
    )
    rules = (
        Case.unit_id == unit_id,
        Case.is_hidden.is_(False),
        Case.status.not_in((Status.VOIDED.value, Status.MERGED.value, Status.ERASED.value)),
    )
    wanted = select(Case).where(*rules, Case.received_at >= low, Case.received_at < high)
    return work.session.scalars(wanted.order_by(Case.received_at, Case.id)).all()
