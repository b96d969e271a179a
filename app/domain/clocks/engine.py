"""rules x events x calendar -> clocks (design 5). Pure: the same input gives the same clocks, in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.domain.clocks.clock import Clock, State, key_of
from app.domain.clocks.counting import MINUTE, Calendar, Days, due_moment, halved, is_estimated, second_date
from app.domain.clocks.events import Act, Context, Decision, Event, Subject
from app.domain.clocks.rules import NONE, Conditions, Ladder, Rule, RuleKind, Starts, Term
from app.domain.clocks.timeline import Dated, Timeline
from app.domain.zones import Zone, local_day, to_utc


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every clock of one case is computed against."""

    line: Timeline
    halving: tuple[Rule, ...]
    decisions: dict[str, Decision]
    imported_at: datetime | None
    days: Days

    @property
    def zone(self) -> Zone:
        return self.days.zone


@dataclass(frozen=True, slots=True)
class _Start:
    """A rule beginning to run on a subject. `earlier` is the trigger before this one, which bounds a LEAD clock."""

    rule: Rule
    subject: Subject
    trigger: Dated
    occurrence: str
    earlier: Dated | None

    def holds(self, conditions: Conditions, frame: _Frame, unless: Conditions = NONE) -> bool:
        return frame.line.tree.holds(conditions, unless, self.trigger.event, self.subject.id)


def compute(
    rules: Iterable[Rule],
    events: Iterable[Event],
    waivers: Iterable[Decision],
    context: Context,
    calendar: Calendar,
    zone: Zone,
) -> tuple[Clock, ...]:
    """Every clock of one case, earliest due first. Inactive rules give none; no clock depends on the present moment.

    Raises ValueError for an event on a subject that the context does not hold.
    """
    running = [rule for rule in rules if rule.active]
    frame = _Frame(
        Timeline(events, context, zone),
        tuple(rule for rule in running if rule.halves),
        _standing(waivers),
        context.imported_at,
        Days(calendar, zone),
    )
    clocks = (clock for rule in running for clock in _clocks_of(rule, frame))
    return tuple(sorted(clocks, key=lambda clock: (clock.due_at, clock.id)))


def _standing(waivers: Iterable[Decision]) -> dict[str, Decision]:
    """The latest decision on each clock, whichever version of the rule it ran by; a reopening takes the waiver before it away."""
    latest = {
        key_of(decision.clock_id): decision for decision in sorted(waivers, key=lambda d: (d.at, d.act is Act.REOPEN))
    }
    return {key: decision for key, decision in latest.items() if decision.act is Act.WAIVE}


def _clocks_of(rule: Rule, frame: _Frame) -> Iterator[Clock]:
    for subject in frame.line.tree.of_kind(rule.subject):
        earlier: Dated | None = None
        for trigger, occurrence in _starting(rule, subject, frame):
            start = _Start(rule, subject, trigger, occurrence, earlier)
            if _applies(start, frame):
                yield from _series(start, frame)
            earlier = trigger


def _starting(rule: Rule, subject: Subject, frame: _Frame) -> list[tuple[Dated, str]]:
    """The triggers that start a clock, each with the part of the clock's identity that tells it from its siblings."""
    triggers = frame.line.triggers(rule.trigger, subject)
    if triggers and rule.not_after:
        stop = frame.line.matching(rule.not_after, subject)
        triggers = [trigger for trigger in triggers if not any(end.position < trigger.position for end in stop)]
    if rule.starts is Starts.FIRST:
        return [(trigger, "first") for trigger in triggers[:1]]
    named = [(trigger, _name(trigger, triggers)) for trigger in triggers]
    return named if rule.starts is Starts.EACH else named[-1:]


def _name(trigger: Dated, triggers: list[Dated]) -> str:
    same = [other.position for other in triggers if other.event.kind is trigger.event.kind]
    return f"{trigger.event.kind}:{trigger.event.ref or same.index(trigger.position) + 1}"


def _applies(start: _Start, frame: _Frame) -> bool:
    rule, code = start.rule, start.rule.procedure_code
    return (
        rule.valid_on(local_day(start.trigger.at, frame.zone))
        and (code is None or start.holds({"procedure_code": (code.value,)}, frame))
        and start.holds(rule.when, frame, rule.unless)
    )


def _is_halved(start: _Start, frame: _Frame) -> bool:
    return any(
        other.halves is not None
        and start.rule.id in other.halves.rules
        and other.valid_on(local_day(start.trigger.at, frame.zone))
        and start.holds(other.halves.when, frame)
        for other in frame.halving
    )


def _series(start: _Start, frame: _Frame) -> Iterator[Clock]:
    """One clock for each amount. A fulfilling step meets one clock of the series only, and not before the last one's due."""
    rule = start.rule
    term = next((term for term in rule.terms if start.holds(term.when, frame)), None)
    if term is None:
        return
    meeting = _meeting(start, frame.line.matching(rule.fulfilled_by, start.subject))
    closing = _after_start(start, frame.line.matching(rule.closed_by, start.subject))[:1]
    opens: datetime | None = None
    for number, amount in enumerate(term.amounts, start=1):
        name = start.occurrence if len(term.amounts) == 1 else f"{start.occurrence}#{number}"
        clock = _started(replace(start, occurrence=name), amount, term, frame)
        met = next((step for step in meeting if opens is None or step.until >= opens), None)
        if met is not None:
            meeting = meeting[meeting.index(met) + 1 :]
        yield _ended(clock, met, closing, frame)
        opens = clock.lapses_at


def _meeting(start: _Start, found: list[Dated]) -> list[Dated]:
    """Steps that may meet this clock; where the rule says so, also those before its trigger (a police report made earlier)."""
    if start.rule.fulfilled_before:
        return [step for step in found if step.position != start.trigger.position]
    return _after_start(start, found)


def _after_start(start: _Start, found: list[Dated]) -> list[Dated]:
    """Steps after the trigger; for LEAD, whose trigger lies ahead, those after the trigger before."""
    since = start.earlier if start.rule.kind is RuleKind.LEAD else start.trigger
    return [step for step in found if since is None or step.follows(since)]


def _started(start: _Start, amount: int, term: Term, frame: _Frame) -> Clock:
    rule, trigger = start.rule, start.trigger
    if _is_halved(start, frame):
        amount, term = halved(amount, term)
    due = due_moment(trigger.at, amount, term, rule.kind, frame.days)
    lapse = due + MINUTE
    return Clock(
        rule_id=rule.id,
        version=rule.version,
        subject_id=start.subject.id,
        occurrence=start.occurrence,
        kind=rule.kind,
        trigger_at=trigger.at,
        due_at=due,
        warn_at=_warning(rule, trigger.at, due),
        supervisor_at=_after(lapse, rule.ladder.supervisor_after),
        head_at=_after(lapse, rule.ladder.head_after),
        second_date=second_date(due, term, rule.kind, frame.days),
        estimated=is_estimated(trigger.at, due, term, frame.days),
        time_assumed=not trigger.event.time_known,
    )


def _warning(rule: Rule, trigger: datetime, due: datetime) -> datetime:
    """When the warning starts: whole minutes before due, never before the trigger of a clock that runs forwards."""
    warn = due - _warning_span(rule.ladder, due - trigger)
    return warn if rule.kind is RuleKind.LEAD else max(trigger, warn)


def _warning_span(ladder: Ladder, whole: timedelta) -> timedelta:
    if ladder.warn_percent is None:
        return ladder.warn_before or timedelta()
    share = whole * ladder.warn_percent / 100
    return share - share % MINUTE


def _after(lapse: datetime, span: timedelta | None) -> datetime | None:
    return None if span is None else lapse + span


def _ended(clock: Clock, met: Dated | None, closing: list[Dated], frame: _Frame) -> Clock:
    """The clock with its end, if it has one. What came first stands; at one moment: met, waived, closed, history."""
    ends: list[tuple[datetime, State, str]] = []
    if met is not None:
        at = _not_before_start(clock, met.at)
        ends.append((at, State.LATE if at >= clock.lapses_at else State.MET, ""))
    waiver = frame.decisions.get(clock.key)
    if waiver is not None:
        ends.append((to_utc(waiver.at), State.WAIVED, waiver.reason))
    ends += [(_not_before_start(clock, end.at), State.NOT_APPLICABLE, end.event.kind.value) for end in closing]
    if frame.imported_at is not None and clock.due_at < frame.imported_at:
        ends.append((to_utc(frame.imported_at), State.HISTORY, ""))
    if not ends:
        return clock
    at, state, reason = min(ends, key=lambda end: end[0])
    return replace(clock, state=state, ended_at=at, reason=reason)


def _not_before_start(clock: Clock, at: datetime) -> datetime:
    """A step known only by its day may seem to lie before the trigger; it did not. A LEAD trigger lies ahead anyway."""
    return at if clock.kind is RuleKind.LEAD else max(clock.trigger_at, at)
