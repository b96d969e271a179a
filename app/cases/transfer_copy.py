"""What goes along when another unit takes a case over: a case of its own, made of what was agreed to pass on (case-management 6.2).

The receiver gets a copy under a key of its own, not our row: our file stays as it was when it was passed on, which is what a court would
ask for; what the receiver writes is never read here, and what we did not pass on is never read there. Ids are new; copied records keep who
wrote them and when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast
from uuid import UUID

import msgspec
from msgspec import Struct

from app.accounts.models import Unit
from app.cases import indexing, persons, queries, register
from app.cases.casefile import incident_of
from app.cases.models import (
    Assessment,
    Case,
    CaseRecord,
    Client,
    Conference,
    FollowUp,
    Monitoring,
    Note,
    Plan,
    Report,
    ReportedPerson,
    RiskAssessment,
    Service,
)
from app.cases.records import TEAM_KIND
from app.cases.sealing import add_record
from app.db.base import new_id
from app.domain.stages import Stage, Status
from app.domain.zones import to_local
from app.security.sections import REGISTRY, Section
from app.security.structs import case as case_structs
from app.security.structs import course, people
from app.security.structs import work as work_structs
from app.work import Work

R = TypeVar("R", bound=CaseRecord)
S = TypeVar("S", bound=Struct)

CHANNEL: Final = "CH_LIMPAH"
INSTITUTION: Final = "PR_LEMBAGA"
STORY: Final = "TB_KRONOLOGI"
REPORTER: Final = "TB_PELAPOR"
SENSITIVE: Final = "TB_KHUSUS"


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one kind that may go along: their sealed columns, and which heads (`kind`) where not all do."""

    model: type[CaseRecord]
    columns: Mapping[str, Section]
    kinds: frozenset[str] = frozenset()


_PARTS: Final[Mapping[str, Sequence[Records]]] = {
    "TB_CATATAN": (
        Records(Note, {"head_sealed": Section.NOTE_HEAD, "body_sealed": Section.NOTE_BODY}, frozenset({TEAM_KIND})),
    ),
    "TB_LAYANAN": (
        Records(Service, {"service_sealed": Section.SERVICE, "text_sealed": Section.SERVICE_TEXT}),
        Records(FollowUp, {"follow_up_sealed": Section.FOLLOW_UP, "text_sealed": Section.FOLLOW_UP_TEXT}),
    ),
    "TB_ASESMEN": (
        Records(RiskAssessment, {"risk_sealed": Section.RISK, "text_sealed": Section.RISK_TEXT}),
        Records(Assessment, {"head_sealed": Section.ASSESSMENT, "text_sealed": Section.ASSESSMENT_TEXT}),
        Records(Plan, {"head_sealed": Section.PLAN, "text_sealed": Section.PLAN_TEXT}),
        Records(Monitoring, {"head_sealed": Section.MONITORING, "text_sealed": Section.MONITORING_TEXT}),
        Records(Conference, {"head_sealed": Section.CONFERENCE, "text_sealed": Section.CONFERENCE_TEXT}),
    ),
}
"""Records of each part that may go along. Not among them: consents (they were given to our unit: the receiver asks anew), notes of
experts (case-management 12: by the author's release only), notes that say why a deadline was waived, words were opened or SIMFONI is
asked again (they belong to our deadlines, our log and our entry). Other rooms pass on what is theirs (`carrying`)."""


@dataclass(frozen=True, slots=True, repr=False)
class Passing:
    """A transfer as it is carried out: the case, to which unit, which parts (TB_*), the words for the receiver."""

    source: Case
    unit: Unit
    parts: frozenset[str]
    cover: str
    sender: str


@dataclass(frozen=True, slots=True)
class Copied:
    """The receiver's case, and which new id stands for which of ours: other rooms pass on what is theirs by it, and add to it what others
    refer to."""

    case: Case
    ids: dict[UUID, UUID]


def make(work: Work, passing: Passing) -> Copied:
    """The receiver's case: reported now, with a number of its own, outside the sums (`transfer_in`, counting rule 11)."""
    copy = _Copy(work, passing)
    copy.everybody()
    copy.reports()
    for part in sorted(passing.parts & _PARTS.keys()):
        for wanted in _PARTS[part]:
            copy.records(wanted)
    work.session.flush()
    copy.link()
    return Copied(copy.case, copy.ids)


class _Copy:
    """One copying: the new case, and which new id stands for which old one."""

    def __init__(self, work: Work, passing: Passing) -> None:
        self.work = work
        self.passing = passing
        self.ids: dict[UUID, UUID] = {}
        self.clients: dict[UUID, UUID] = {}
        self.goals: set[UUID] = set()
        self.case = self._case()

    def _case(self) -> Case:
        work, source, unit = self.work, self.passing.source, self.passing.unit
        case_id, local = new_id(), to_local(work.now, unit.local_zone)
        work.vault.new_case_key(case_id, work.now)
        number = register.next_number(work, unit.id, local.year)
        case = Case(
            id=case_id,
            unit_id=unit.id,
            register_no=register.written(unit.register_prefix, local.year, number),
            register_year=local.year,
            register_seq=number,
            stage=Stage.REPORT.value,
            status=Status.OPEN.value,
            risk=source.risk,
            received_at=work.now,
            registered_at=None,
            closed_at=None,
            created_at=work.now,
            watch_at=None,
            due_at=None,
            import_id=None,
            is_hidden=False,
            ledger_blob_id=None,
            incident_sealed=b"",
            chronology_sealed=b"",
        )
        incident = msgspec.structs.replace(
            incident_of(work, source),
            report_on=local.date(),
            report_time=f"{local:%H:%M}",
            channel=CHANNEL,
            transfer_in=True,
            imported=False,
            case_ref="",
        )
        case.incident_sealed = work.vault.seal(case.place(Section.INCIDENT), incident)
        case.chronology_sealed = work.vault.seal(case.place(Section.CHRONOLOGY), self._story())
        work.session.add(case)
        work.session.flush()  # the records refer to it
        return case

    def _story(self) -> case_structs.Chronology:
        source = self.passing.source
        if STORY not in self.passing.parts:
            return case_structs.Chronology()
        place = source.place(Section.CHRONOLOGY)
        return self.work.vault.open(place, source.chronology_sealed, case_structs.Chronology)

    def everybody(self) -> None:
        """The clients whose handling goes on, in their order, and the reported persons with what they are to them."""
        for row in self._in_order(Client):
            profile = self._open(row, "profile_sealed", Section.CLIENT_PROFILE, people.ClientProfile)
            if profile.ended_on is None:
                self._client(row, msgspec.structs.replace(profile, client_no="", victim_ref="", person_ref=""))
        for reported in self._in_order(ReportedPerson):
            self._reported(reported)

    def _client(self, row: Client, profile: people.ClientProfile) -> None:
        identity = self._open(row, "identity_sealed", Section.CLIENT_IDENTITY, people.ClientIdentity)
        sensitive = people.ClientSensitive()
        if SENSITIVE in self.passing.parts:
            sensitive = self._open(row, "sensitive_sealed", Section.CLIENT_SENSITIVE, people.ClientSensitive)
        sealed = {
            "profile_sealed": (Section.CLIENT_PROFILE, profile),
            "identity_sealed": (Section.CLIENT_IDENTITY, identity),
            "sensitive_sealed": (Section.CLIENT_SENSITIVE, sensitive),
        }
        position = len(self.clients) + 1
        given = {"position": position, "person_id": new_id(), "is_removed": False}
        made = add_record(self.work, Client, self.case.id, sealed, **given)
        self.clients[row.id] = self.ids[row.id] = made.id
        indexing.index_client(self.work, self.case, made, identity, is_new=True)

    def _reported(self, row: ReportedPerson) -> None:
        profile = self._open(row, "profile_sealed", Section.REPORTED_PROFILE, people.ReportedProfile)
        identity = self._open(row, "identity_sealed", Section.REPORTED_IDENTITY, people.ReportedIdentity)
        relations = tuple(
            msgspec.structs.replace(each, client_id=self.ids[each.client_id])
            for each in profile.relations
            if each.client_id in self.ids
        )
        profile = msgspec.structs.replace(profile, relations=relations, perp_ref="")
        sealed = {
            "profile_sealed": (Section.REPORTED_PROFILE, profile),
            "identity_sealed": (Section.REPORTED_IDENTITY, identity),
        }
        made = add_record(self.work, ReportedPerson, self.case.id, sealed, position=row.position, is_removed=False)
        self.ids[row.id] = made.id
        indexing.index_reported(self.work, self.case, made, identity, is_new=True)

    def reports(self) -> None:
        """The transfer as the first report; after it who reported to us, where that goes along."""
        incident = incident_of(self.work, self.case)
        head = case_structs.Report(
            on=incident.report_on, time=incident.report_time, channel=CHANNEL, reporter_kind=INSTITUTION
        )
        words = case_structs.Reporter(name=self.passing.sender, words=self.passing.cover)
        self._report(head, words, self.work.now)
        if REPORTER in self.passing.parts:
            for number, row in enumerate(queries.records(self.work.session, Report, [self.passing.source.id]), start=1):
                head = self._open(row, "report_sealed", Section.REPORT, case_structs.Report)
                words = self._open(row, "reporter_sealed", Section.REPORTER, case_structs.Reporter)
                self._report(head, words, self.work.now + timedelta(microseconds=number))

    def _report(self, head: case_structs.Report, words: case_structs.Reporter, at: datetime) -> None:
        """A report nobody of the receiver's unit took down: who accepts the transfer may register the case."""
        sealed = {"report_sealed": (Section.REPORT, head), "reporter_sealed": (Section.REPORTER, words)}
        add_record(self.work, Report, self.case.id, sealed, created_at=at, created_by=None)

    def records(self, wanted: Records) -> None:
        """The records of one kind about the clients who go along; what was taken back stays behind."""
        found = queries.records(self.work.session, wanted.model, [self.passing.source.id])
        rows = [row for row in found if _stands(row)]
        self.ids |= {row.id: new_id() for row in rows}
        for row in rows:
            documents = {name: self._document(row, name, section) for name, section in wanted.columns.items()}
            documents = {name: self._with_known_goals(document) for name, document in documents.items()}
            if all(_concerns(each, self.ids) and _is_among(each, wanted.kinds) for each in documents.values()):
                sealed = {
                    name: (section, self._with_new_ids(documents[name])) for name, section in wanted.columns.items()
                }
                clear = {"is_removed": False} if hasattr(row, "is_removed") else {}
                written = {"created_at": row.created_at, "created_by": row.created_by}
                add_record(self.work, wanted.model, self.case.id, sealed, id=self.ids[row.id], **written, **clear)

    def _with_known_goals(self, document: Struct) -> Struct:
        """A service names no goal whose plan stays behind: `TB_ASESMEN` is copied before `TB_LAYANAN`."""
        if isinstance(document, course.Plan):
            self.goals |= {goal.id for goal in document.goals}
        if isinstance(document, work_structs.Service):
            return msgspec.structs.replace(document, goals=tuple(each for each in document.goals if each in self.goals))
        return document

    def link(self) -> None:
        """The clients stay the persons they are: a distinct person is counted once, whoever helps."""
        for client_id, copy_id in self.clients.items():
            persons.carry_on(self.work, client_id, copy_id)

    def _document(self, row: CaseRecord, column: str, section: Section) -> Struct:
        return self._open(row, column, section, REGISTRY[section].struct)

    def _with_new_ids(self, document: S) -> S:
        plain = msgspec.to_builtins(document, builtin_types=(UUID,))
        return msgspec.convert(_renamed(plain, self.ids), type(document))

    def _open(self, row: Any, column: str, section: Section, kind: type[S]) -> S:
        return self.work.vault.open(row.place(section), getattr(row, column), kind)

    def _in_order(self, kind: type[R]) -> Sequence[R]:
        rows = queries.records(self.work.session, kind, [self.passing.source.id])
        return sorted(rows, key=lambda row: cast(Any, row).position)


def _stands(row: CaseRecord) -> bool:
    return not getattr(row, "is_removed", False)


def _concerns(document: Struct, ids: Mapping[UUID, UUID]) -> bool:
    """Whether a record goes along: it is about a client who does, or about the whole case."""
    client_id = getattr(document, "client_id", None)
    return client_id is None or client_id in ids


def _is_among(document: Struct, kinds: frozenset[str]) -> bool:
    """Whether a head is of one of these kinds; words say of none, and no kinds are all of them."""
    return not kinds or getattr(document, "kind", None) in {None, *kinds}


def _renamed(value: Any, ids: Mapping[UUID, UUID]) -> Any:
    """The same with every known id replaced, however deep."""
    if isinstance(value, UUID):
        return ids.get(value, value)
    if isinstance(value, dict):
        return {name: _renamed(each, ids) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(each, ids) for each in value]
    return value
