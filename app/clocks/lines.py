"""A clock as a page shows it: its words, whom it concerns, how it stands now, what to ask whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import load_only

from app.cases import families
from app.cases.casefile import covered
from app.cases.models import Case, Client, LegalTrack
from app.clocks import services
from app.clocks.models import CaseClocks
from app.domain import clocks as engine
from app.domain.clocks import Clock, Move, Rule, Status
from app.domain.clocks.versions import binds_us
from app.domain.stages import Status as Stands
from app.legal.reading import read_track
from app.reference import rulebook
from app.reference.causes import cause_words
from app.reference.rulebook import Book
from app.referrals.board import institution_names
from app.referrals.models import Referral
from app.referrals.page import masked
from app.referrals.services import read as read_referral
from app.security.sections import Purpose, Section
from app.security.structs import legal as structs
from app.web import filters
from app.web.filters import code
from app.web.sealed import UNOPENED, Unopened, opened
from app.work import Work

SECTIONS: Final = (Section.CLOCKS, Section.REFERRAL, Section.CLIENT_PROFILE, Section.LEGAL_TRACK)

_CHIPS: Final = MappingProxyType(
    {
        Status.RUNNING: "running",
        Status.WARN: "warn",
        Status.OVERDUE: "overdue",
        Status.ESCALATED: "overdue",
        Status.MET: "met",
        Status.LATE: "late",
        Status.WAIVED: "waived",
        Status.NOT_APPLICABLE: "gone",
        Status.HISTORY: "gone",
    }
)


@dataclass(frozen=True, slots=True, repr=False)
class Concern:
    """Whom a clock is about: a referral (with its institution), a legal track (by its kind), a client (with the mask), or the case."""

    referral_id: UUID | None = None
    name: str | Unopened = ""
    institution_id: UUID | None = None
    client_id: UUID | None = None
    track: LegalTrack | None = None
    kind: str = ""  # of the track

    @property
    def words(self) -> str | Unopened:
        """Whom or what it is about, as pages call it."""
        parts = [code(self.kind, "legal_track") if self.kind else "", self.name]
        return self.name if isinstance(self.name, Unopened) else ", ".join(str(part) for part in parts if part)


@dataclass(frozen=True, slots=True, repr=False)
class Moved:
    """What one change moved of a clock, and why, in words."""

    move: Move
    why: tuple[str, ...]

    @property
    def at(self) -> datetime:
        """When it was counted again."""
        return self.move.at


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One clock at one moment."""

    clock: Clock
    case_id: UUID
    concern: Concern
    status: Status
    rule: Rule | None  # in the version it runs by; None where this deployment no longer has that one
    moves: Sequence[Moved] = ()  # what decrees and new versions of the rule moved, oldest first

    @property
    def label(self) -> str:
        """What has to happen."""
        return said(self.rule.label) if self.rule else self.clock.rule_id

    @property
    def body(self) -> str:
        """Who is bound, where it is not us."""
        return said(self.rule.body.name) if self.rule and not self.rule.ours else ""

    @property
    def ask(self) -> str:
        """What to ask of the body that is bound; the product never says that somebody broke a rule (case-management 9.1)."""
        return said(self.rule.ask) if self.rule and self.rule.ask else ""

    @property
    def basis(self) -> str:
        """The legal basis."""
        return said(self.rule.legal_basis) if self.rule else ""

    @property
    def needs_check(self) -> bool:
        """Whether the rule is shown with its *periksa* badge."""
        return self.rule is None or self.rule.needs_check

    @property
    def binds_us(self) -> bool:
        """Whether a statute binds our unit: waiving it takes more."""
        return self.rule is not None and binds_us(self.rule)

    @property
    def asks_about_police(self) -> bool:
        """Whether the client's wish and a supervisor's decision stand beside it (case-management 9.3)."""
        return self.clock.rule_id == TELLING_THE_POLICE

    @property
    def chip(self) -> str:
        """The state of its chip."""
        return _CHIPS[self.status]

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.clock.is_running

    @property
    def is_overdue(self) -> bool:
        """Whether it runs and its due minute has passed."""
        return self.status in (Status.OVERDUE, Status.ESCALATED)


TELLING_THE_POLICE: Final = "TPKS-41"


def said(words: engine.Words) -> str:
    """A rule's words in the reader's language."""
    return filters.in_language(words)


def of_cases(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Line] | Unopened]:
    """The lines of these cases, running first and earliest due first; the stand-in for a case whose clocks do not open.

    A number of queries that does not depend on how many cases.
    """
    ids = list(case_ids)
    work.vault.keys.preload(Purpose.CASE, ids)
    rows = select(CaseClocks, Case.unit_id).join(Case, Case.id == CaseClocks.case_id).where(CaseClocks.case_id.in_(ids))
    counted = rows.where(Case.status != Stands.MERGED.value)  # those of a merged file run in the one it was merged into
    found = work.session.execute(counted).all()
    held = {row.case_id: row for row, _unit_id in found}
    books = rulebook.books(work, {unit_id for _row, unit_id in found})
    by = {row.case_id: books[unit_id] for row, unit_id in found}
    concerns = _concerns(work, ids)

    def line_up(row: CaseClocks) -> Sequence[Line]:
        return _lines(work, row, by[row.case_id], concerns)

    return {case_id: opened(partial(line_up, row)) for case_id, row in held.items()}


@dataclass(frozen=True, slots=True, repr=False)
class Gone:
    """A clock that no longer runs because its rule changed: what it was about, and why."""

    label: str
    about: str | Unopened
    moved: Moved


def gone(work: Work, case: Case) -> list[Gone]:
    """The clocks of a case that a changed rule took away, latest first; none where its clocks do not open."""
    row = work.session.get(CaseClocks, case.id)
    held = opened(lambda: services.with_moves(work, row)) if row is not None else ((), ())
    if isinstance(held, Unopened):
        return []
    clocks, moves = held
    book, concerns = rulebook.of_unit(work, case.unit_id), _concerns(work, [case.id])
    there = {clock.key for clock in clocks}
    last = {move.key: move for move in moves if move.due is None and move.key not in there}
    return [_gone(book, move, concerns.get(move.subject_id, Concern())) for move in reversed(last.values())]


def _gone(book: Book, move: Move, concern: Concern) -> Gone:
    rule = book.known.get((move.rule_id, move.was_version or 0))
    return Gone(said(rule.label) if rule else move.rule_id, concern.words, _why(book, move))


def by_referral(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Line]]:
    """The lines of the referrals of these cases: what the referral desk shows (`referrals.watch`)."""
    found: dict[UUID, list[Line]] = defaultdict(list)
    for lines in of_cases(work, case_ids).values():
        for line in lines:
            if isinstance(line, Line) and line.concern.referral_id is not None:
                found[line.concern.referral_id].append(line)
    return found


def _lines(work: Work, row: CaseClocks, book: Book, concerns: Mapping[UUID, Concern]) -> list[Line]:
    clocks, moved = services.with_moves(work, row)
    made = [
        Line(
            clock,
            row.case_id,
            concerns.get(clock.subject_id, Concern()),
            engine.status(clock, work.now),
            services.rule_of(book, clock),
            [_why(book, move) for move in moved if move.key == clock.key],
        )
        for clock in clocks
    ]
    return sorted(made, key=lambda line: (not line.is_running, line.clock.due_at, line.clock.id))


def _why(book: Book, move: Move) -> Moved:
    return Moved(move, tuple(cause_words(book, move.causes, move.rule_id)))


def _concerns(work: Work, ids: Sequence[UUID]) -> Mapping[UUID, Concern]:
    """Whom the clocks of these cases may be about, those of the merged files that run in them too."""
    case_ids = [each for each in families.with_duplicates(work, ids) if each in ids or covered(work, each)]
    shown = (Referral.case_id, Referral.referral_sealed)
    rows = work.session.scalars(
        select(Referral).options(load_only(*shown, raiseload=True)).where(Referral.case_id.in_(case_ids))
    )
    heads = {row.id: opened(lambda row=row: read_referral(work, row)) for row in rows}  # type: ignore[misc]
    names = institution_names(work, heads.values())
    found = {key: _referral(key, head, names) for key, head in heads.items()}
    client = (Client.case_id, Client.position, Client.profile_sealed)
    for each in work.session.scalars(
        select(Client).options(load_only(*client, raiseload=True)).where(Client.case_id.in_(case_ids))
    ):
        found[each.id] = Concern(name=masked(work, each), client_id=each.id)
    return found | _tracks(work, case_ids, found)


def _tracks(work: Work, case_ids: Sequence[UUID], known: Mapping[UUID, Concern]) -> dict[UUID, Concern]:
    shown = (LegalTrack.case_id, LegalTrack.track_sealed)
    rows = work.session.scalars(
        select(LegalTrack).options(load_only(*shown, raiseload=True)).where(LegalTrack.case_id.in_(case_ids))
    )
    heads = [(row, opened(lambda row=row: read_track(work, row))) for row in rows]  # type: ignore[misc]
    return {row.id: _track(row, head, known) for row, head in heads}


def _track(row: LegalTrack, head: structs.LegalTrack | Unopened, known: Mapping[UUID, Concern]) -> Concern:
    if isinstance(head, Unopened):
        return Concern(name=UNOPENED, track=row)
    whose = known.get(head.client_id) if head.client_id is not None else None
    name = whose.name if whose is not None else ""
    return Concern(name=name, client_id=head.client_id, track=row, kind=head.kind)


def _referral(key: UUID, head: object, names: Mapping[UUID | None, str]) -> Concern:
    if isinstance(head, Unopened):
        return Concern(key, name=UNOPENED)
    institution_id: UUID | None = getattr(head, "institution_id", None)
    return Concern(key, name=names.get(institution_id, ""), institution_id=institution_id)


def earliest(lines: Iterable[Line]) -> datetime | None:
    """The next due moment of those that run."""
    return min((line.clock.due_at for line in lines if line.is_running), default=None)
