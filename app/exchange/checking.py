"""Checking built cases by the same rules as the web forms, and saying where in the sheets a fault stands (design 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from app.cases import validation
from app.domain.errors import Problem
from app.exchange.building import CaseEntry
from app.exchange.entries import CaseRows, Sorted, Typed

_CASE_COLUMNS = {
    "report.on": "report_date",
    "report.time": "report_time",
    "report.channel": "channel",
    "incident.first_on": "incident_date",
    "incident.last_on": "incident_last_date",
    "incident.time": "incident_time",
    "incident.area": "incident_area",
    "incident.patbm_village": "patbm_village",
    "incident.place": "place",
    "incident.online": "online",
    "incident.chronology.text": "summary",
    "screening.risk": "risk",
    "screening.authority": "authority",
}
_CLIENT_COLUMNS = {
    "stated_age": "age_at_incident",
    "trafficking": "trafficking_forms",
    "categories": "ampk_items",
    "residence": "residence_area",
}
_NUMBER_LIMIT = 40  # characters
_NUMBER = re.compile(r"(?=.*[0-9])([A-Za-z]{1,8}|[0-9]{1,8})([./-]{1,2}([A-Za-z]{1,8}|[0-9]{1,8}))*")


def check_case(rows: CaseRows, entry: CaseEntry, found: Sorted, today: date) -> None:
    """Run every rule over one case and report each problem on its row and column."""
    intake = entry.intake
    problems = [*validation.check(intake, today), *validation.required_for_import(intake)]
    for problem in problems:
        row, column = _where(rows, problem.field)
        found.report(row, Problem(problem.code, column, problem.severity, problem.params))
    for row, problem in [*_number(rows), *_days(rows, today), *_ends(rows), *_relations(rows), *_referrals(rows)]:
        found.report(row, problem)


def _where(rows: CaseRows, path: str) -> tuple[Typed, str]:
    """The row and column behind a path of the checks."""
    if path in _CASE_COLUMNS:
        return rows.case, _CASE_COLUMNS[path]
    head, _, rest = path.partition(".")
    number, _, rest = rest.partition(".")
    if head in {"clients", "reported"} and number.isdigit():
        people = list((rows.victims if head == "clients" else rows.perpetrators).values())
        return people[int(number)], _person_column(rest)
    return rows.case, "case_ref"


def _person_column(rest: str) -> str:
    parts = [part for part in rest.split(".") if not part.isdigit()]
    name = parts[1] if len(parts) > 1 else (parts[0] if parts else "")
    return _CLIENT_COLUMNS.get(name, name)


def _number(rows: CaseRows) -> Iterator[tuple[Typed, Problem]]:
    """The register number stands in the clear (design 2): a name or a NIK written into its column must not come along."""
    number = rows.case.text("register_no")
    if number and not (len(number) <= _NUMBER_LIMIT and _NUMBER.fullmatch(number)):
        yield rows.case, Problem("register.format", "register_no", params={"limit": str(_NUMBER_LIMIT)})


def _days(rows: CaseRows, today: date) -> Iterator[tuple[Typed, Problem]]:
    for sheet, names in (
        ("services", ("date",)),
        ("followups", ("date",)),
        ("legal", ("date",)),
        ("categories", ("date",)),
        ("referrals", ("sent_on", "acknowledged_on", "accepted_on", "answered_on", "result_on")),
    ):
        for row in rows.others[sheet]:
            for name in names:
                day: date | None = row.get(name)
                if day is not None and day > today:
                    yield row, Problem("day.future", name, params={"day": day.isoformat()})


def _ends(rows: CaseRows) -> Iterator[tuple[Typed, Problem]]:
    reported: date | None = rows.case.get("report_date")
    for row, name in [(rows.case, "closed_on"), *((victim, "ended_on") for victim in rows.victims.values())]:
        day: date | None = row.get(name)
        if day is not None and reported is not None and day < reported:
            yield (
                row,
                Problem("ended.before-report", name, params={"day": day.isoformat(), "report": reported.isoformat()}),
            )
    yield from _undated_ends(rows)


def _undated_ends(rows: CaseRows) -> Iterator[tuple[Typed, Problem]]:
    """How or why handling ended needs the day it ended on: without one nothing of it could be kept."""
    case, victims = rows.case, rows.victims.values()
    if case.get("closed_on") is not None:
        return
    nobody_ended = all(victim.get("ended_on") is None for victim in victims)
    if case.text("closure") or (case.text("closure_reason") and nobody_ended):
        yield case, Problem("ended.undated", "closed_on")
    for victim in victims:
        told = victim.text("closure") or victim.text("closure_reason")
        if told and victim.get("ended_on") is None:
            yield victim, Problem("ended.undated", "ended_on")


def _relations(rows: CaseRows) -> Iterator[tuple[Typed, Problem]]:
    seen: set[tuple[str, str]] = set()
    for row in rows.others["relations"]:
        pair = (row.text("victim_ref"), row.text("perp_ref"))
        if pair in seen:
            yield row, Problem("relation.duplicate", "perp_ref")
        seen.add(pair)
    categories: set[tuple[str, str]] = set()
    for row in rows.others["categories"]:
        key = (row.text("victim_ref"), row.text("item"))
        if key in categories:
            yield row, Problem("category.duplicate", "item")
        categories.add(key)
        if not row.text("item").isdigit() or not 1 <= int(row.text("item")) <= 20:
            yield row, Problem("code.unknown", "item", params={"list": "ampk_items"})


def _referrals(rows: CaseRows) -> Iterator[tuple[Typed, Problem]]:
    for row in rows.others["referrals"]:
        sent: date | None = row.get("sent_on")
        for name in ("acknowledged_on", "accepted_on", "answered_on", "result_on"):
            day: date | None = row.get(name)
            if sent is not None and day is not None and day < sent:
                yield (
                    row,
                    Problem("referral.before-sent", name, params={"day": day.isoformat(), "sent": sent.isoformat()}),
                )
        if row.text("status") == "RF_DRAFT":
            yield row, Problem("referral.draft-sent", "status")
