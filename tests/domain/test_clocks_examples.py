"""Due moments counted by hand with a wall calendar (data_clocks/examples.tsv), never taken from the engine.

One row is one example: rule, zone, facts, events with local moments, then what is expected, in local time of that zone: due, the second
date, whether it is an estimate, the state; why; and the tags, which say what the example touches and are checked here.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date
from itertools import product
from typing import cast

import pytest

from app.domain.clocks import ClockType, Event, EventKind, Fact, RuleKind, SubjectKind, load_rules
from app.domain.zones import Zone, to_local
from app.reference.calendar import national_days
from tests.domain.clock_office import CASE, CLIENT, DATA, OFFICE, REFERRAL, TRACK, Office, event, seeded
from tests.domain.clock_tags import AROUND, tags_of

_EVENT = re.compile(r"(?P<kind>\w+)@(?P<when>[^\[]+)(\[(?P<attributes>.+)\])?")
HOMES = {
    SubjectKind.CASE: CASE,
    SubjectKind.CLIENT: CLIENT,
    SubjectKind.REFERRAL: REFERRAL,
    SubjectKind.TRACK: TRACK,
}
_ON_CLIENT = {
    *(
        "SERVICE_GIVEN",
        "CLIENT_ENDED",
        "SHELTER_IN",
        "SHELTER_EXTENDED",
        "INCIDENT",
        "ASSESSED",
        "MONITORED",
        "PLAN_AGREED",
        "PLAN_REVIEWED",
        "POLICE_REPORT",
        "TEMPORARY_PROTECTION",
        "URGENT_HELP_REQUESTED",
        "URGENT_HELP_GIVEN",
    )
}


def _examples() -> list[dict[str, str]]:
    with (DATA / "examples.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _facts(text: str) -> dict[str, Fact]:
    pairs = (part.partition("=") for part in text.split(",") if part)
    return {name: value if equals else True for name, equals, value in pairs}


def _events(text: str, zone: Zone) -> list[Event]:
    found = []
    for part in text.split(";"):
        match = _EVENT.fullmatch(part)
        assert match, part
        kind = EventKind(match["kind"])
        subject = (
            OFFICE
            if kind in (EventKind.BREACH_FOUND, EventKind.DATA_REQUESTED)
            else REFERRAL
            if kind.startswith("REFERRAL_")
            else CLIENT
            if kind in _ON_CLIENT
            else CASE
        )
        found.append(event(kind, match["when"], subject, zone=zone, **_facts(match["attributes"] or "")))
    return found


def _cells(text: str) -> list[str | None]:
    return [None if cell == "-" else cell for cell in text.split(";")]


def _calendar_book() -> dict[str, dict[str, str]]:
    return cast(dict[str, dict[str, str]], json.loads((DATA / "holidays.json").read_text(encoding="utf-8")))


DAYS_OFF = frozenset(date.fromisoformat(day) for day in _calendar_book()["days_off"])
EXAMPLES = _examples()


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: f"{row['rule']}: {row['why']}")
def test_a_clock_falls_due_when_the_wall_calendar_says(row: dict[str, str]) -> None:
    zone, facts = Zone(row["zone"]), _facts(row["facts"])
    place = {key: facts.pop(key) for key in list(facts) if key == "institution_type"}
    office = Office(case=facts, referral=place, zone=zone)
    rules = seeded(row["rule"], "DEF-REF-HIGH")
    rule = next(rule for rule in rules if rule.id == row["rule"])
    subject = HOMES.get(rule.subject, OFFICE)

    clocks = [
        clock
        for clock in office.clocks(rules, _events(row["events"], zone))
        if clock.rule_id == row["rule"] and clock.subject_id == subject
    ]

    due = [] if row["due"] == "-" else row["due"].split(";")
    assert [f"{to_local(clock.due_at, zone):%Y-%m-%d %H:%M}" for clock in clocks] == due
    if due:
        assert [clock.second_date and clock.second_date.isoformat() for clock in clocks] == _cells(row["second"])
        assert ["yes" if clock.estimated else "no" for clock in clocks] == row["estimated"].split(";")
        assert [clock.state.value for clock in clocks] == row["state"].split(";")
    halved = facts.get("risk") == "RK_TINGGI" and any(r.halves and rule.id in r.halves.rules for r in rules)
    assert " ".join(sorted(tags_of(tuple(clocks), rule, DAYS_OFF, zone, halved))) == row["tags"]


def test_every_rule_with_a_duration_has_a_hand_checked_example() -> None:
    shown = {row["rule"] for row in EXAMPLES if row["due"] != "-"}
    assert {rule.id for rule in load_rules() if rule.terms} <= shown


def test_the_examples_are_many_and_stand_where_counting_goes_wrong() -> None:
    """At least 120, 40 of them around holidays and month ends; every tag is shown in the row's own test to be true."""
    distinct = {(row["rule"], row["zone"], row["facts"], row["events"]) for row in EXAMPLES}
    assert len(distinct) == len(EXAMPLES) >= 120
    tags = Counter(tag for row in EXAMPLES for tag in row["tags"].split())
    assert len([row for row in EXAMPLES if AROUND & set(row["tags"].split())]) >= 40
    assert min(tags["holiday"], tags["month-end"]) >= 40
    assert min(tags["leap-day"], tags["year-change"], tags["utc-day"], tags["time-unknown"]) >= 4
    assert min(tags["series"], tags["half"], tags["second-date"], tags["estimate"]) >= 4


def test_the_examples_go_through_every_zone_clock_and_kind() -> None:
    rules = {rule.id: rule for rule in load_rules()}
    seen = {(row["zone"], term.clock) for row in EXAMPLES if row["due"] != "-" for term in rules[row["rule"]].terms}
    assert seen >= set(product((zone.value for zone in Zone), ClockType))
    assert {rules[row["rule"]].kind for row in EXAMPLES} == set(RuleKind)


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025, 2026])
def test_the_examples_are_counted_with_the_real_days_off(year: int) -> None:
    """National holidays and cuti bersama, as the package gives them for a year that is decreed."""
    book = _calendar_book()["days_off"]
    assert {day: name for day, name in book.items() if day.startswith(str(year))} == {
        day.isoformat(): name for day, name in national_days(year).free.items()
    }
