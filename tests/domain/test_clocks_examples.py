"""Due moments counted by hand with a wall calendar (data_clocks/examples.tsv), never taken from the engine."""

from __future__ import annotations

import csv
import re

import pytest

from app.domain.clocks import Event, EventKind, Fact, SubjectKind, load_rules
from app.domain.zones import Zone, to_local
from tests.domain.clock_office import CASE, CLIENT, DATA, OFFICE, REFERRAL, TRACK, Office, event, seeded

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
        "INCIDENT",
        "ASSESSED",
        "MONITORED",
        "PLAN_AGREED",
        "PLAN_REVIEWED",
        "POLICE_REPORT",
        "TEMPORARY_PROTECTION",
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
            if kind is EventKind.BREACH_FOUND
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


@pytest.mark.parametrize("row", _examples(), ids=lambda row: f"{row['rule']}: {row['why']}")
def test_a_clock_falls_due_when_the_wall_calendar_says(row: dict[str, str]) -> None:
    zone, facts = Zone(row["zone"]), _facts(row["facts"])
    place = {key: facts.pop(key) for key in list(facts) if key == "institution_type"}
    office = Office(case=facts, referral=place, zone=zone)
    rules = seeded(row["rule"], "DEF-REF-HIGH")
    wanted = next(rule.subject for rule in rules if rule.id == row["rule"])
    subject = HOMES.get(wanted, OFFICE)

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


def test_every_active_rule_has_a_hand_checked_example() -> None:
    assert {rule.id for rule in load_rules() if rule.active} <= {row["rule"] for row in _examples()}
