"""The coded side of cases, opened in bulk: what clocks, ledger and pages read. No names, no words (design 2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar, cast
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select

from app.cases import families, joining
from app.cases.models import (
    Assessment,
    Case,
    CaseMerge,
    CaseRecord,
    Client,
    Conference,
    Consent,
    FollowUp,
    LegalStep,
    LegalTrack,
    Monitoring,
    Plan,
    Report,
    ReportedPerson,
    Service,
    SimfoniEntry,
    StageStep,
    Termination,
    Transfer,
)
from app.cases.queries import records
from app.domain.stages import Status
from app.security.sections import Purpose, Section
from app.security.structs import case as case_structs
from app.security.structs import course as course_structs
from app.security.structs import handling, legal, people, simfoni, work
from app.security.vault import ReadGrant
from app.work import Work

R = TypeVar("R", bound=CaseRecord)
D = TypeVar("D", bound=Struct)

CODED: Final = (
    Section.INCIDENT,
    Section.REPORT,
    Section.CLIENT_PROFILE,
    Section.REPORTED_PROFILE,
    Section.CONSENT,
    Section.SERVICE,
    Section.FOLLOW_UP,
)
"""What is counted: enough for the ledger."""

COURSE: Final = (
    *(Section.ASSESSMENT, Section.PLAN, Section.MONITORING, Section.CONFERENCE, Section.SIMFONI_ENTRY),
    *(Section.TERMINATION, Section.LEGAL_TRACK, Section.LEGAL_STEP),
)
"""What only clocks, stages and work lists read: `coded_files(…, course=False)` leaves it out."""


@dataclass
class CodedFile:
    """One case with its coded sections opened: pairs of row and document, oldest first."""

    case: Case
    incident: case_structs.Incident
    reports: list[tuple[Report, case_structs.Report]] = field(default_factory=list)
    clients: list[tuple[Client, people.ClientProfile]] = field(default_factory=list)
    reported: list[tuple[ReportedPerson, people.ReportedProfile]] = field(default_factory=list)
    consents: list[tuple[Consent, work.Consent]] = field(default_factory=list)
    services: list[tuple[Service, work.Service]] = field(default_factory=list)
    follow_ups: list[tuple[FollowUp, work.FollowUp]] = field(default_factory=list)
    simfoni: list[tuple[SimfoniEntry, simfoni.Entry]] = field(default_factory=list)
    steps: list[StageStep] = field(default_factory=list)
    assessments: list[tuple[Assessment, course_structs.Assessment]] = field(default_factory=list)
    plans: list[tuple[Plan, course_structs.Plan]] = field(default_factory=list)
    monitorings: list[tuple[Monitoring, course_structs.Monitoring]] = field(default_factory=list)
    conferences: list[tuple[Conference, course_structs.Conference]] = field(default_factory=list)
    terminations: list[tuple[Termination, handling.Termination]] = field(default_factory=list)
    tracks: list[tuple[LegalTrack, legal.LegalTrack]] = field(default_factory=list)
    milestones: list[tuple[LegalStep, work.LegalStep]] = field(default_factory=list)
    is_taken_over: bool = (
        False  # made of another unit's case (`transfers`): what lies before it was that unit's to watch
    )

    def concerns(self, client_id: UUID | None) -> bool:
        """Whether this is somebody of the case, or the whole case: who was entered by mistake (`mistakes`) is nobody."""
        return client_id is None or any(row.id == client_id for row, _profile in self.clients)


def coded_files(act: Work, case_ids: Iterable[UUID], *, course: bool = True) -> Mapping[UUID, CodedFile]:
    """The coded files of these cases, in a number of queries that does not depend on how many there are.

    `course=False` leaves assessments, plans, monitoring and conferences closed and empty: what only counts needs none of them.
    A case that holds merged files is read together with them (`joining`).
    """
    asked = list(dict.fromkeys(case_ids))
    return _together(act, asked, families.merged_into(act, asked), course=course)


Merges = Mapping[UUID, Sequence[CaseMerge]]


def _together(act: Work, asked: Sequence[UUID], merges: Merges, *, course: bool) -> Mapping[UUID, CodedFile]:
    others = [merge.duplicate_id for found in merges.values() for merge in found]
    files = _files(act, [*asked, *(case_id for case_id in others if covered(act, case_id))], course=course)
    _join(act, files, merges)
    return {case_id: files[case_id] for case_id in asked if case_id in files}


def _join(act: Work, files: Mapping[UUID, CodedFile], merges: Merges) -> None:
    """Read each case together with the files merged into it."""
    matches = families.matches_of(act, [merge for found in merges.values() for merge in found])
    for case_id, found in merges.items():
        for merge in found:
            other = files.get(merge.duplicate_id)
            if case_id in files and other is not None and other.case.status == Status.MERGED.value:
                joining.join(files[case_id], other, matches[merge.id])


def covered(act: Work, case_id: UUID) -> bool:
    """Whether this context opens the other file. A page whose event names one file alone shows that one alone."""
    grant = act.vault.grant
    return not isinstance(grant, ReadGrant) or case_id in grant.owners


def _files(act: Work, case_ids: Sequence[UUID], *, course: bool) -> dict[UUID, CodedFile]:
    wanted = list(dict.fromkeys(case_ids))
    cases = act.session.scalars(select(Case).where(Case.id.in_(wanted))).all()
    act.vault.keys.preload(Purpose.CASE, wanted)
    files = {case.id: CodedFile(case, incident_of(act, case)) for case in cases}
    reports = _opened(act, Report, Section.REPORT, "report_sealed", case_structs.Report, wanted)
    clients = _opened(act, Client, Section.CLIENT_PROFILE, "profile_sealed", people.ClientProfile, wanted)
    reported = _opened(act, ReportedPerson, Section.REPORTED_PROFILE, "profile_sealed", people.ReportedProfile, wanted)
    consents = _opened(act, Consent, Section.CONSENT, "consent_sealed", work.Consent, wanted)
    services = _opened(act, Service, Section.SERVICE, "service_sealed", work.Service, wanted)
    follow_ups = _opened(act, FollowUp, Section.FOLLOW_UP, "follow_up_sealed", work.FollowUp, wanted)
    for step in records(act.session, StageStep, wanted):
        files[step.case_id].steps.append(step)
    taken_over = set(act.session.scalars(select(Transfer.to_case_id).where(Transfer.to_case_id.in_(wanted))))
    for case_id, file in files.items():
        file.is_taken_over = case_id in taken_over
        file.reports = reports[case_id]
        file.clients = sorted(clients[case_id], key=lambda pair: pair[0].position)
        file.reported = sorted(reported[case_id], key=lambda pair: pair[0].position)
        file.consents = consents[case_id]
        file.services = [
            (row, head) for row, head in services[case_id] if not row.is_removed and file.concerns(head.client_id)
        ]
        file.follow_ups = follow_ups[case_id]
    if course:
        _open_course(act, files, wanted)
    return files


def _open_course(act: Work, files: Mapping[UUID, CodedFile], wanted: Sequence[UUID]) -> None:
    """Which of the assessments and plans count now says `app.cases.course`."""
    assessments = _opened(act, Assessment, Section.ASSESSMENT, "head_sealed", course_structs.Assessment, wanted)
    plans = _opened(act, Plan, Section.PLAN, "head_sealed", course_structs.Plan, wanted)
    monitorings = _opened(act, Monitoring, Section.MONITORING, "head_sealed", course_structs.Monitoring, wanted)
    conferences = _opened(act, Conference, Section.CONFERENCE, "head_sealed", course_structs.Conference, wanted)
    entries = _opened(act, SimfoniEntry, Section.SIMFONI_ENTRY, "entry_sealed", simfoni.Entry, wanted)
    terminations = _opened(act, Termination, Section.TERMINATION, "termination_sealed", handling.Termination, wanted)
    tracks = _opened(act, LegalTrack, Section.LEGAL_TRACK, "track_sealed", legal.LegalTrack, wanted)
    milestones = _opened(act, LegalStep, Section.LEGAL_STEP, "step_sealed", work.LegalStep, wanted)
    for case_id, file in files.items():
        file.assessments = [pair for pair in assessments[case_id] if not pair[0].is_removed]
        file.plans = [pair for pair in plans[case_id] if not pair[0].is_removed]
        file.monitorings = [pair for pair in monitorings[case_id] if not pair[0].is_removed]
        file.conferences = [pair for pair in conferences[case_id] if not pair[0].is_removed]
        file.simfoni = [pair for pair in entries[case_id] if not pair[0].is_removed]
        file.terminations = terminations[case_id]
        file.tracks = [pair for pair in tracks[case_id] if not pair[0].is_removed]
        file.milestones = [pair for pair in milestones[case_id] if not pair[0].is_removed]


_MEMO: Final = "coded files of the act"


def files_of_act(act: Work) -> Mapping[UUID, CodedFile]:
    """The coded files of the cases touched in this act, opened once for all steps before commit."""
    known = act.memo.get(_MEMO)
    if known is None:
        merges = families.merges_of_act(act)
        known = act.memo[_MEMO] = _together(act, act.touched_cases, merges, course=True)
    return cast(Mapping[UUID, CodedFile], known)


def incident_of(act: Work, case: Case) -> case_structs.Incident:
    """The coded head of one case."""
    return act.vault.open(case.place(Section.INCIDENT), case.incident_sealed, case_structs.Incident)


def _opened(
    act: Work, kind: type[R], section: Section, column: str, document: type[D], case_ids: Sequence[UUID]
) -> Mapping[UUID, list[tuple[R, D]]]:
    found: dict[UUID, list[tuple[R, D]]] = defaultdict(list)
    for row in records(act.session, kind, case_ids):
        found[row.case_id].append((row, act.vault.open(row.place(section), getattr(row, column), document)))
    return found
