"""Deadline rules: read by everybody who may read reference data, decided and confirmed by the legal officer (`rule:edit`, design 5)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask import Blueprint, Response, abort, request

from app.accounts import queries as people
from app.accounts.models import Unit
from app.domain.access import Capability
from app.domain.clocks import Certainty, Rule, Source, load_rules
from app.domain.clocks import preview as try_out
from app.domain.clocks.counting import Days
from app.domain.clocks.versions import FIXED, LOCAL, binds_us, can_run, current, digest, program_row
from app.domain.zones import local_day
from app.reference import labels, rule_words, rulebook
from app.reference.models import RuleConfirmation, RuleVersion
from app.reference.rulebook import Book, Decided
from app.web import runtime
from app.web.filters import in_language
from app.web.guard import requires
from app.web.render import render_page
from app.work import Work

bp = Blueprint("rules", __name__, url_prefix="/reference/rules")

RULES: Final = tuple(dict.fromkeys(rule.id for rule in load_rules()))
RULE_PART: Final = "/<any({}):rule>".format(",".join(f'"{name}"' for name in RULES))
_STATES: Final = ("active", "inactive", "all")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a rule as its page lists it: whose it is, from which day, who confirmed it, what it changed."""

    rule: Rule
    words: str
    decided: RuleVersion | None
    is_current: bool
    confirmation: RuleConfirmation | None
    differences: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Seat:
    """What every page of a rule is made from."""

    work: Work
    unit: Unit
    book: Book
    decided: Decided
    today: date

    def rule(self, rule_id: str) -> Rule:
        """The version in force today, else the newest there is."""
        found = current(self.book.rules, rule_id, self.today)
        return found or max(
            (rule for key, rule in self.book.known.items() if key[0] == rule_id), key=lambda rule: rule.version
        )

    @property
    def days(self) -> Days:
        """Calendar and zone of the unit."""
        return Days(self.book.calendar, self.unit.local_zone)


def seat(work: Work) -> Seat:
    """The unit's book and day."""
    unit = people.unit(work, work.actor.own_unit())
    found = rulebook.decided(work, [unit.id])[unit.id]
    return Seat(work, unit, rulebook.of_unit(work, unit.id), found, local_day(work.now, unit.local_zone))


# --- the list --------------------------------------------------------------------------------------------------------


@bp.get("", endpoint="index")
@requires(Capability.REFERENCE_READ)
def index() -> Response:
    """Every deadline rule as it is today: what starts it, how long, on which basis, how certain, and whether it runs."""
    wanted = _wanted()
    with runtime.looking() as work:
        at = seat(work)
        rules = [at.rule(rule_id) for rule_id in RULES]
        chosen = [rule for rule in rules if _matches(rule, wanted)]
        return render_page(
            "reference/rules.html",
            groups=_by_source(chosen),
            wanted=wanted,
            counts={
                "active": sum(r.active for r in rules),
                "all": len(rules),
                "unconfirmed": sum(r.active and r.needs_check for r in rules),
            },
            bodies=_bodies(),
            sources=labels.SOURCES,
            certainties=[(mark.value, labels.certainty_label(mark.value)) for mark in Certainty],
            kinds=labels.KINDS,
            why=labels.WHY,
            local=LOCAL,
            may_edit=work.actor.may(Capability.RULE_EDIT),
        )


def _wanted() -> dict[str, str]:
    """The filters asked for. 404 for a value that is none."""
    known = {
        "show": _STATES,
        "source": ("", *(source.value for source in Source)),
        "body": ("", *(code for code, _words in _bodies())),
        "certainty": ("", *(mark.value for mark in Certainty)),
        "check": ("", "yes", "no"),
    }
    asked = {name: request.args.get(name, "active" if name == "show" else "") for name in known}
    if any(value not in known[name] for name, value in asked.items()):
        abort(404)
    return asked


def _matches(rule: Rule, wanted: dict[str, str]) -> bool:
    return (
        (wanted["show"] == "all" or rule.active == (wanted["show"] == "active"))
        and wanted["source"] in ("", rule.source.value)
        and wanted["body"] in ("", rule.body.code)
        and wanted["certainty"] in ("", rule.certainty.value)
        and wanted["check"] in ("", "yes" if rule.needs_check else "no")
    )


def _bodies() -> list[tuple[str, str]]:
    return list({rule.body.code: (rule.body.code, in_language(rule.body.name)) for rule in load_rules()}.values())


def _by_source(rules: Sequence[Rule]) -> list[tuple[str, list[Rule]]]:
    found = [
        (str(words), [rule for rule in rules if rule.source is source]) for source, words in labels.SOURCES.items()
    ]
    return [(words, some) for words, some in found if some]


# --- one rule --------------------------------------------------------------------------------------------------------


@bp.get(RULE_PART)
@requires(Capability.REFERENCE_READ)
def show(rule: str) -> Response:
    """One rule: its sentence, basis, versions, who confirmed it."""
    with runtime.looking() as work:
        return render_page("reference/rule.html", **page_of(seat(work), rule))


def page_of(at: Seat, rule_id: str) -> dict[str, Any]:
    """What the page of a rule shows."""
    now = at.rule(rule_id)
    versions = versions_of(at, rule_id)
    newest = versions[0]
    return {
        "rule": now,
        "version": next((v for v in versions if v.rule.key == now.key), newest),
        "versions": versions,
        "names": people.names(at.work, {v.decided.made_by for v in versions if v.decided and v.decided.made_by}),
        "sentences": rule_words.sentences(now),
        "conditions": rule_words.condition_words(now.when),
        "exceptions": rule_words.condition_words(now.unless),
        "met_by": rule_words.meeting_words(now.fulfilled_by),
        "ended_by": rule_words.meeting_words(now.closed_by),
        "ladder": rule_words.LADDERS.get(ladder_of(at, now)),
        "shown": tried(now, now, at),
        "program_changed": _program_changed(newest),
        "kinds": labels.KINDS,
        "why": labels.WHY,
        "local": LOCAL,
        "binds_us": binds_us(now),
        "is_fixed": rule_id in FIXED,
        "can_run": can_run(rule_id),
        "may_edit": at.work.actor.may(Capability.RULE_EDIT),
        "may_count": at.work.actor.may(Capability.CLOCK_BOARD),
    }


def versions_of(at: Seat, rule_id: str) -> list[Version]:
    """Every version, newest first."""
    rows = {(row.rule_id, row.number): row for row in at.decided.versions}
    confirmed = {(row.rule_id, row.number): row for row in at.decided.confirmations}
    rules = sorted((rule for rule in at.book.known.values() if rule.id == rule_id), key=lambda rule: rule.version)
    now = at.rule(rule_id)
    found: list[Version] = []
    before: Rule | None = None
    for rule in rules:
        names = (ladder_of(at, before or rule), ladder_of(at, rule))
        changes = rule_words.differences(before, rule, names) if before else []
        confirmation = None if rule.needs_check else confirmed.get(rule.key)
        words = rule_words.version_words(rule.version)
        found.append(Version(rule, words, rows.get(rule.key), rule.key == now.key, confirmation, changes))
        before = rule
    return found[::-1]


def ladder_of(at: Seat, rule: Rule) -> str:
    """The name of the ladder a version climbs by."""
    own = next((row.row for row in at.decided.versions if (row.rule_id, row.number) == rule.key), None)
    return str((json.loads(own) if own else program_row(rule.id))["ladder"])


def _program_changed(newest: Version) -> bool:
    """Whether the program's text is another than the one the office's newest version was made from."""
    return newest.decided is not None and newest.decided.follows != digest(program_row(newest.rule.id))


def tried(before: Rule, after: Rule, at: Seat) -> list[tuple[datetime, str, list[Any], list[Any]]]:
    """For each trigger one can picture, and the conditions of each term: what one version gives and what the other."""
    found = []
    for trigger in try_out.triggers(at.today, at.days):
        was, now = _by_conditions(before, trigger, at), _by_conditions(after, trigger, at)
        found += [(trigger, where, was.get(where, []), now.get(where, [])) for where in {**was, **now}]
    return found


def _by_conditions(rule: Rule, trigger: datetime, at: Seat) -> dict[str, list[Any]]:
    """A version may lack a term that another has, so terms are told apart by their conditions and not by their place."""
    given = zip(rule.terms, try_out.dues(rule, trigger, at.days), strict=True)
    return {"; ".join(rule_words.condition_words(term.when)): list(dues) for term, dues in given}
