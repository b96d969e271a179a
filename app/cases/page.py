"""The case file as one page: what it shows, as far as the reading covers it (`reading`). Nothing here changes anything.

Each section opens by itself: one that does not open says so in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from msgspec import Struct

from app.accounts import covers
from app.accounts import queries as accounts
from app.accounts.models import LeaveCover, Unit
from app.cases import families, history, links, panels, progress, queries
from app.cases.acting import today_of
from app.cases.derive import kinds_of
from app.cases.goal_names import named_goals
from app.cases.linking import CLIENTS, REPORTED
from app.cases.links import LinkLine
from app.cases.models import (
    Case,
    CaseMerge,
    CaseRecord,
    Client,
    Consent,
    FollowUp,
    HandOver,
    Note,
    Report,
    ReportedPerson,
    Service,
    StageStep,
    TeamMember,
)
from app.cases.panels import Panel, Spot
from app.cases.reading import Level, Reading, offered
from app.domain.stages import Step
from app.domain.team_roles import rank
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import people
from app.security.structs import team as team_structs
from app.security.structs import work as work_structs
from app.web.sealed import UNOPENED, Unopened, opened
from app.work import Work

R = TypeVar("R", bound=CaseRecord)
D = TypeVar("D", bound=Struct)


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One record of the case with what it holds: coded head, words and identity where they are open, None where not asked for."""

    row: Any
    head: Any
    words: Any = None
    extra: Any = None
    origin: str = ""  # register number of the merged file the record lies in; empty for the case itself
    is_twin: bool = False  # somebody of a merged file who is somebody of this one: no person more


@dataclass(repr=False)
class CaseFile:
    """Everything the page shows."""

    case: Case
    unit: Unit
    reading: Reading
    may: Mapping[str, bool]
    today: date
    incident: Any
    chronology: Any
    clients: list[Entry] = field(default_factory=list)
    reported: list[Entry] = field(default_factory=list)
    mistaken: list[Entry] = field(default_factory=list)  # clients entered by mistake: told of, and counted nowhere
    mistaken_reported: list[Entry] = field(default_factory=list)
    reports: list[Entry] = field(default_factory=list)
    notes: list[Entry] = field(default_factory=list)
    consents: list[Entry] = field(default_factory=list)
    services: list[Entry] = field(default_factory=list)
    goals: Mapping[UUID, str] = field(default_factory=dict)  # goals of the plans by name, those of merged files too
    follow_ups: list[Entry] = field(default_factory=list)
    steps: list[Entry] = field(default_factory=list)
    team: list[TeamMember] = field(default_factory=list)
    covers: Mapping[UUID, LeaveCover] = field(default_factory=dict)
    hand_overs: list[Entry] = field(default_factory=list)
    others: Mapping[UUID, str] = field(default_factory=dict)  # merged files, by their numbers
    merges: list[CaseMerge] = field(default_factory=list)
    elsewhere: Mapping[UUID, list[Panel]] = field(default_factory=dict)  # what lies in the merged files besides
    twins: frozenset[UUID] = frozenset()
    merged_into: Case | None = None
    links: list[LinkLine] = field(default_factory=list)
    reported_links: list[LinkLine] = field(default_factory=list)
    repeats: dict[UUID, history.Files] = field(default_factory=dict)
    names: Mapping[UUID, str] = field(default_factory=dict)
    next_steps: tuple[Step, ...] = ()
    panels: Mapping[str, list[Panel | Unopened]] = field(default_factory=dict)

    @property
    def words_open(self) -> bool:
        """Whether chronology, notes and reasons stand on this page."""
        return self.reading.level is not Level.CODED

    @property
    def identity_open(self) -> bool:
        """Whether names and numbers stand on this page."""
        return self.reading.level is Level.IDENTITY

    @property
    def open_clients(self) -> list[Entry]:
        """Clients whose handling has not ended; one that does not open counts as open."""
        return [entry for entry in self.clients if entry.head is UNOPENED or entry.head.ended_on is None]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of violence of the case: those of its clients."""
        return kinds_of(entry.head for entry in self.clients if entry.head is not UNOPENED)

    @property
    def needs(self) -> tuple[str, ...]:
        """Special needs of the clients still helped, each once."""
        known = (entry.head.needs for entry in self.open_clients if entry.head is not UNOPENED)
        return tuple(dict.fromkeys(need for needs in known for need in needs))

    def client(self, client_id: UUID) -> Entry | None:
        """One client of the case."""
        return next((entry for entry in self.clients if entry.row.id == client_id), None)

    @property
    def out(self) -> frozenset[UUID]:
        """Clients entered by mistake."""
        return frozenset(entry.row.id for entry in self.mistaken)

    def why_out(self, row_id: UUID) -> Entry | None:
        """The newest note that says why an entry was taken out, or put back."""
        return next((e for e in self.notes if e.head is not UNOPENED and e.head.about == row_id), None)

    def goals_of(self, service: work_structs.Service) -> list[str]:
        """The goals a service was given for, by name; one that stands in no plan of the case says nothing."""
        return [self.goals[goal] for goal in service.goals if goal in self.goals]

    def consents_of(self, client_id: UUID) -> list[Entry]:
        """The consents of one client, withdrawn ones too."""
        return [e for e in self.consents if e.head is not UNOPENED and e.head.client_id == client_id]


def read(work: Work, case_id: UUID, reading: Reading) -> CaseFile:
    """The file as this reading shows it."""
    case = queries.get(work, case_id)
    unit = work.session.get_one(Unit, case.unit_id)
    words = reading.level is not Level.CODED
    file = CaseFile(
        case=case,
        unit=unit,
        reading=reading,
        may=offered(work, case, reading),
        today=today_of(work, case),
        incident=_open(work, case, Section.INCIDENT, case.incident_sealed, case_structs.Incident),
        chronology=_open(work, case, Section.CHRONOLOGY, case.chronology_sealed, case_structs.Chronology)
        if words
        else None,
    )
    _merges(work, file)
    _people(work, file)
    _records(work, file)
    _course(work, file)
    file.panels = {spot.value: panels.made(work, case, reading.sources, spot) for spot in Spot}
    file.elsewhere = {merge.duplicate_id: _elsewhere(work, merge.duplicate_id, reading) for merge in file.merges}
    return file


_Sealed = tuple[str, Section, type[Struct]]
_PROFILE: Final[_Sealed] = ("profile_sealed", Section.CLIENT_PROFILE, people.ClientProfile)
_NAMED: Final[_Sealed] = ("identity_sealed", Section.CLIENT_IDENTITY, people.ClientIdentity)
_SENSITIVE: Final[_Sealed] = ("sensitive_sealed", Section.CLIENT_SENSITIVE, people.ClientSensitive)
_SUSPECT: Final[_Sealed] = ("profile_sealed", Section.REPORTED_PROFILE, people.ReportedProfile)
_SUSPECT_NAMED: Final[_Sealed] = ("identity_sealed", Section.REPORTED_IDENTITY, people.ReportedIdentity)
_REPORT: Final[_Sealed] = ("report_sealed", Section.REPORT, case_structs.Report)
_REPORTER: Final[_Sealed] = ("reporter_sealed", Section.REPORTER, case_structs.Reporter)
_NOTE: Final[_Sealed] = ("head_sealed", Section.NOTE_HEAD, case_structs.NoteHead)
_NOTE_BODY: Final[_Sealed] = ("body_sealed", Section.NOTE_BODY, case_structs.NoteBody)
_CONSENT: Final[_Sealed] = ("consent_sealed", Section.CONSENT, work_structs.Consent)
_CONSENT_TEXT: Final[_Sealed] = ("text_sealed", Section.CONSENT_TEXT, work_structs.ConsentText)
_SERVICE: Final[_Sealed] = ("service_sealed", Section.SERVICE, work_structs.Service)
_SERVICE_TEXT: Final[_Sealed] = ("text_sealed", Section.SERVICE_TEXT, work_structs.ServiceText)
_FOLLOW_UP: Final[_Sealed] = ("follow_up_sealed", Section.FOLLOW_UP, work_structs.FollowUp)
_FOLLOW_UP_TEXT: Final[_Sealed] = ("text_sealed", Section.FOLLOW_UP_TEXT, work_structs.FollowUpText)
_HAND_OVER: Final[_Sealed] = ("note_sealed", Section.HAND_OVER, team_structs.HandOver)
_REASON: Final[_Sealed] = ("reason_sealed", Section.STEP_REASON, case_structs.StepReason)


def _merges(work: Work, file: CaseFile) -> None:
    """Files merged into this one, and the one it was merged into."""
    file.merges = families.merged_into(work, [file.case.id]).get(file.case.id, [])
    file.others = families.numbers(work, file.reading.merged)
    found = families.matches_of(work, file.merges).values()
    file.twins = frozenset(row_id for each in found for row_id in (*each.clients, *each.reported))
    merge = families.survivor_of(work, file.case.id)
    file.merged_into = work.session.get(Case, merge.case_id) if merge is not None else None


def _elsewhere(work: Work, merged_id: UUID, reading: Reading) -> list[Panel]:
    """What other rooms hold in a merged file, as far as the actor may see it there: the page names it and leads to it."""
    case = work.session.get_one(Case, merged_id)
    sources = [source for source in reading.sources if source.spot is Spot.MAIN and source.reads(work, case)]
    made = panels.made(work, case, sources, Spot.MAIN)
    return [panel for panel in made if not isinstance(panel, Unopened) and panel.anchor and panel.count]


def _people(work: Work, file: CaseFile) -> None:
    file.clients, file.mistaken = _in_order(_entries(work, file, Client, _PROFILE, _NAMED, _SENSITIVE))
    file.reported, file.mistaken_reported = _in_order(_entries(work, file, ReportedPerson, _SUSPECT, _SUSPECT_NAMED))
    file.reports = _entries(work, file, Report, _REPORT, _REPORTER)


def _in_order(entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Those who stand, and those who were entered by mistake."""
    ordered = sorted(entries, key=lambda e: e.row.position)
    return [e for e in ordered if not e.row.is_removed], [e for e in ordered if e.row.is_removed]


def _records(work: Work, file: CaseFile) -> None:
    file.notes = _newest(_entries(work, file, Note, _NOTE, _NOTE_BODY))
    file.consents = _newest(_entries(work, file, Consent, _CONSENT, _CONSENT_TEXT))
    services = _entries(work, file, Service, _SERVICE, _SERVICE_TEXT)
    file.services = _newest([e for e in services if e.row.is_removed or not _is_of(e, file.out)])
    cases = [file.case, *(work.session.get_one(Case, merged) for merged in file.reading.merged)]
    file.goals = {each.goal.id: each.name for case in cases for each in named_goals(work, case)}
    file.follow_ups = _newest(_entries(work, file, FollowUp, _FOLLOW_UP, _FOLLOW_UP_TEXT))


def _entries(
    work: Work, file: CaseFile, kind: type[R], head: _Sealed, words: _Sealed, extra: _Sealed | None = None
) -> list[Entry]:
    """The records of one kind; what this reading does not cover stays None."""
    covered = file.reading.sections
    return [
        Entry(
            row,
            _part(work, row, head),
            _part(work, row, words) if words[1] in covered else None,
            _part(work, row, extra) if extra is not None and extra[1] in covered else None,
            file.others.get(row.case_id, ""),
            row.id in file.twins,
        )
        for row in queries.everybody(work.session, kind, [file.case.id, *file.reading.merged])
    ]


def _is_of(entry: Entry, client_ids: frozenset[UUID]) -> bool:
    return entry.head is not UNOPENED and entry.head.client_id in client_ids


def _part(work: Work, row: CaseRecord, part: _Sealed) -> Any:
    column, section, kind = part
    return _open(work, row, section, getattr(row, column), kind)


def _newest(entries: Sequence[Entry]) -> list[Entry]:
    """Newest day first; what does not open stands by the day it was written."""
    return sorted(
        entries,
        key=lambda e: (e.row.created_at.date() if e.head is UNOPENED else e.head.on, e.row.created_at),
        reverse=True,
    )


def _course(work: Work, file: CaseFile) -> None:
    """Steps, team, links, and the names of everybody who did something here."""
    case = file.case
    for step in reversed(queries.records(work.session, StageStep, [case.id])):
        file.steps.append(Entry(step, _part(work, step, _REASON) if file.words_open else None))
    team = (m for m in queries.team_of(work.session, [case.id, *file.reading.merged]) if queries.is_genuine(work, m))
    file.team = sorted(team, key=lambda member: rank(member.role))
    file.covers = covers.standing_in_for(work, {member.user_id for member in file.team})
    file.hand_overs = [
        Entry(row, None, _part(work, row, _HAND_OVER) if file.words_open else None)
        for row in reversed(queries.records(work.session, HandOver, [case.id]))
    ]
    file.next_steps = (
        ()
        if file.reading.must_declare
        else progress.next_steps(work, case, [entry.row.step for entry in file.steps[::-1]])
    )
    file.links = links.of_people(work, CLIENTS, {entry.row.id for entry in file.clients})
    file.reported_links = links.of_people(work, REPORTED, {entry.row.id for entry in file.reported})
    file.repeats = history.counts(work, CLIENTS, [entry.row for entry in file.clients])
    file.repeats |= history.counts(work, REPORTED, [entry.row for entry in file.reported])
    entries = (*file.notes, *file.services, *file.consents, *file.follow_ups, *file.steps, *file.reports)
    ids = {entry.row.created_by for entry in entries} | {member.user_id for member in file.team}
    ids |= {cover.stand_in_id for cover in file.covers.values()}
    ids |= {user_id for entry in file.hand_overs for user_id in (entry.row.from_id, entry.row.to_id)}
    ids |= {who for e in file.services if e.head is not UNOPENED for who in (e.head.officer, e.head.next_done_by)}
    file.names = accounts.names(work, {user_id for user_id in ids if user_id is not None})


def _open(work: Work, row: Case | CaseRecord, section: Section, blob: bytes, kind: type[D]) -> D | Unopened:
    return opened(lambda: work.vault.open(row.place(section), blob, kind))
