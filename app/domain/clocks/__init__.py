"""The clock engine: rules x events x calendar -> clocks. How it works and which rules run: docs/clocks.md."""

from __future__ import annotations

from app.domain.clocks.clock import Clock, State, Step
from app.domain.clocks.counting import Calendar
from app.domain.clocks.engine import compute
from app.domain.clocks.events import Act, Context, Decision, Event, EventKind, Fact, Subject, SubjectKind
from app.domain.clocks.ladder import (
    Rung,
    Status,
    carry_steps,
    due_at,
    is_overdue,
    mark,
    next_step,
    pending,
    reached,
    remaining,
    status,
    steps,
    watch_at,
)
from app.domain.clocks.moves import Move, move_of, move_record, moves
from app.domain.clocks.reading import load_rules, parse_row, parse_rules
from app.domain.clocks.records import Record, from_record, to_record
from app.domain.clocks.rules import Body, Certainty, ClockType, ProcedureCode, Rule, RuleKind, Source, Unit, Why, Words

__all__ = [
    "Act",
    "Body",
    "Calendar",
    "Certainty",
    "Clock",
    "ClockType",
    "Context",
    "Decision",
    "Event",
    "EventKind",
    "Fact",
    "Move",
    "ProcedureCode",
    "Record",
    "Rule",
    "RuleKind",
    "Rung",
    "Source",
    "State",
    "Status",
    "Step",
    "Subject",
    "SubjectKind",
    "Unit",
    "Why",
    "Words",
    "carry_steps",
    "compute",
    "due_at",
    "from_record",
    "is_overdue",
    "load_rules",
    "mark",
    "move_of",
    "move_record",
    "moves",
    "next_step",
    "parse_row",
    "parse_rules",
    "pending",
    "reached",
    "remaining",
    "status",
    "steps",
    "to_record",
    "watch_at",
]
