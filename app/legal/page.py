"""A track as pages show it: its milestones in order, what is unusual about that order, hearings that lie ahead, restitution."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from app.cases import queries
from app.cases.acting import CLOSED_TO_EDITS
from app.cases.models import Case, LegalStep, LegalTrack
from app.cases.panels import is_open
from app.domain import legal as rules
from app.domain.access import Capability
from app.domain.legal import Field, Milestone
from app.domain.stages import Status
from app.legal import reading
from app.legal.labels import LISTS, RUPIAH, SUMS, called
from app.security.sections import Section
from app.security.structs import legal
from app.security.structs.work import LegalStep as Step
from app.security.vault import etag
from app.web.sealed import Unopened, opened
from app.work import Work

CODED: Final = (Section.CLIENT_PROFILE, Section.LEGAL_TRACK, Section.LEGAL_STEP)
WORDS: Final = (Section.LEGAL_TRACK_TEXT, Section.LEGAL_STEP_TEXT)
ANCHOR: Final = "legal"
_APART: Final = frozenset({Field.TIME, Field.HELD, Field.COMPANION})
"""Fields that stand in the head of a line, or by the name of a person."""


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One milestone of a track. `words` is None where the page does not open them."""

    row: LegalStep
    step: Step
    words: Any
    is_unusual: bool
    today: date

    @property
    def milestone(self) -> Milestone | None:
        """Its line of the table."""
        return rules.milestones().get(self.step.milestone)

    @property
    def is_hearing(self) -> bool:
        """Whether it may be entered ahead."""
        return self.milestone is not None and self.milestone.ahead

    @property
    def is_coming(self) -> bool:
        """Whether it is a hearing that nobody said anything of, today or later."""
        return rules.waits(self.step.milestone, self.step.held) and self.step.on >= self.today

    @property
    def waits(self) -> bool:
        """Whether its day has passed and nobody wrote down what came of it."""
        return rules.waits(self.step.milestone, self.step.held) and self.step.on < self.today

    @property
    def answers(self) -> list[tuple[str, Any, str]]:
        """Name, value and code list of what was answered; days, amounts and words have no list."""
        if self.milestone is None:
            return []
        found = []
        for name in self.milestone.fields:
            source = self.step if hasattr(self.step, name) else self.words
            value = None if source is None or isinstance(source, Unopened) else getattr(source, name)
            if name not in _APART and value not in (None, ""):
                found.append(
                    (called(self.milestone, name), value, RUPIAH if name is Field.AMOUNT else LISTS.get(name, ""))
                )
        return found

    @property
    def etag(self) -> str:
        """Its state, as forms carry it."""
        return etag(self.row.step_sealed, self.row.text_sealed)


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """One track with its lines, oldest first."""

    row: LegalTrack
    track: legal.LegalTrack
    words: Any
    mask: str
    lines: Sequence[Line]

    @property
    def is_ended(self) -> bool:
        """Whether it is followed no longer."""
        return self.row.ended_at is not None

    @property
    def coming(self) -> list[Line]:
        """Hearings that lie ahead, the next one first."""
        return [line for line in self.lines if line.is_coming]

    @property
    def latest(self) -> Line | None:
        """The last milestone that has happened."""
        past = [line for line in self.lines if rules.happened(line.is_hearing, line.step.held)]
        return past[-1] if past else None

    @property
    def is_criminal(self) -> bool:
        """Whether it follows a code of criminal procedure."""
        return self.track.kind in rules.CRIMINAL

    @property
    def restitution(self) -> list[tuple[Any, int]]:
        """What was asked, awarded and paid, where any of it is recorded: what it is, and rupiah."""
        sums: dict[str, int] = {}
        for line in self.lines:
            if line.step.milestone in SUMS and line.step.amount:
                paid = line.step.milestone == _PAID
                sums[line.step.milestone] = line.step.amount + (sums.get(line.step.milestone, 0) if paid else 0)
        return [(label, sums[code]) for code, label in SUMS.items() if code in sums]

    @property
    def etag(self) -> str:
        """Its state, as forms carry it."""
        return etag(self.row.track_sealed, self.row.text_sealed)


_PAID: Final = "LG_RESTITUSI_PAID"


def shown(work: Work, case: Case, masks: Mapping[UUID, str], today: date) -> tuple[list[Shown], list[Line]]:
    """The tracks of a case, open ones first, and the milestones that lie on none. Unreadable where one does not open."""
    with_words = is_open(work, case, Section.LEGAL_STEP_TEXT)
    steps = reading.steps_of(work, case.id)
    out = queries.out_among(work.session, case.id)
    made = []
    for row, track in reading.tracks_of(work, case.id):
        if track.client_id in out:
            continue
        lines = _lines(work, [pair for pair in steps if pair[1].track_id == row.id], today, with_words=with_words)
        words = _words(lambda row=row: reading.track_words(work, row), with_words=with_words)  # type: ignore[misc]
        mask = masks.get(track.client_id, "") if track.client_id is not None else ""
        made.append(Shown(row, track, words, mask, lines))
    loose = [pair for pair in steps if pair[1].track_id is None and pair[1].client_id not in out]
    return sorted(made, key=lambda each: each.is_ended), _lines(work, loose, today, with_words=with_words)


def _lines(work: Work, pairs: Sequence[reading.Step], today: date, *, with_words: bool) -> list[Line]:
    odd = rules.unusual((step.milestone, step.on) for _row, step in pairs)
    return [
        Line(
            row,
            step,
            _words(lambda row=row: reading.step_words(work, row), with_words=with_words),  # type: ignore[misc]
            place in odd,
            today,
        )
        for place, (row, step) in enumerate(pairs)
    ]


def _words(read: Callable[[], Any], *, with_words: bool) -> Any:
    return opened(read) if with_words else None


def may_write(work: Work, case: Case) -> bool:
    """Whether the page offers to record something; the services decide again. Closed files too: that is what their watch is for."""
    alive = case.status not in CLOSED_TO_EDITS
    return alive and work.actor.may(Capability.CASE_EDIT) and queries.works_on(work, case.id)


def may_begin(work: Work, case: Case) -> bool:
    """As `may_write`, for what is new: that belongs to the file that stays."""
    return may_write(work, case) and case.status != Status.MERGED.value
