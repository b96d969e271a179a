"""People of the demo office who stand in several cases, and a case that was recorded twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import select

from app.accounts.models import Unit
from app.cases import linking, merging, queries
from app.cases.casefile import incident_of
from app.cases.families import Matches
from app.cases.linking import CLIENTS, REPORTED
from app.cases.models import Case, CaseRecord, Client, Report, ReportedPerson
from app.cases.registration import register_case
from app.db.base import new_id
from app.demo.story import Cast
from app.domain.stages import Status
from app.security.sections import Section
from app.security.structs import people
from app.security.structs.case import Chronology
from app.security.structs.case import Report as ReportDocument
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReport, IntakeReported, Screening
from app.work import Runtime, Work

WHY: Final = "Laporan kedua lewat telepon dicatat sebagai kasus baru, padahal kejadian dan orangnya sama."
TOLD_AGAIN: Final = "Penelepon mengulang laporan yang sudah kami terima."


def settle(runtime: Runtime, cast: Cast) -> None:
    """A reported person of two cases, pairs that wait for the supervisor, and a case recorded twice; nothing where there are too few."""
    boss = cast.staff["SUPERVISOR"]
    with runtime.looking(boss) as work:
        cases = _open_cases(work, cast.unit_id)
    if len(cases) < 4:
        return
    with runtime.begin(boss) as work:
        linking.confirm(work, REPORTED, _first(work, ReportedPerson, cases[0]), _first(work, ReportedPerson, cases[1]))
    with runtime.begin(cast.staff["PENERIMA"]) as work:
        linking.propose(work, CLIENTS, _first(work, Client, cases[2]), _first(work, Client, cases[3]))
    with runtime.begin(cast.staff["PENERIMA"]) as work:
        again = _record_again(work, cases[0])
    with runtime.begin(boss) as work:
        merging.merge(work, cases[0], again, _same_order(work, cases[0], again), WHY)


def _open_cases(work: Work, unit_id: UUID) -> Sequence[UUID]:
    """Open cases with a reported person, the newest first."""
    rows = (
        select(Case.id)
        .where(Case.unit_id == unit_id, Case.status == Status.OPEN.value, Case.registered_at.is_not(None))
        .where(Case.id.in_(select(ReportedPerson.case_id)))
        .order_by(Case.received_at.desc(), Case.id)
    )
    return work.session.scalars(rows.limit(4)).all()


def _rows(work: Work, kind: type[Any], case_id: UUID) -> list[Any]:
    return sorted(queries.records(work.session, kind, [case_id]), key=lambda row: row.position)


def _first(work: Work, kind: type[Any], case_id: UUID) -> UUID:
    return UUID(str(_rows(work, kind, case_id)[0].id))


def _same_order(work: Work, stays: UUID, goes: UUID) -> Matches:
    """The second file was recorded from the first, so its people stand in the same order."""
    pairs = []
    for kind in (Client, ReportedPerson):
        ours, theirs = _rows(work, kind, stays), _rows(work, kind, goes)
        pairs.append({row.id: same.id for row, same in zip(theirs, ours, strict=True)})
    return Matches(*pairs)


def _record_again(work: Work, case_id: UUID) -> UUID:
    """The same matter taken in once more, by telephone."""
    case = work.session.get_one(Case, case_id)
    incident = incident_of(work, case)
    ids = {row.id: new_id() for row in _rows(work, Client, case_id)}
    clients = tuple(
        IntakeClient(
            id=ids[row.id],
            profile=_open(work, row, Section.CLIENT_PROFILE, people.ClientProfile),
            identity=_open(work, row, Section.CLIENT_IDENTITY, people.ClientIdentity),
        )
        for row in _rows(work, Client, case_id)
    )
    first = queries.records(work.session, Report, [case_id])[0]
    report: ReportDocument = work.vault.open(first.place(Section.REPORT), first.report_sealed, ReportDocument)
    intake = Intake(
        report=IntakeReport(
            on=report.on, time=report.time, channel="CH_TELEPON", reporter_kind=report.reporter_kind or "PR_TETANGGA"
        ),
        incident=IntakeIncident(
            first_on=incident.first_on,
            area=incident.area,
            place=incident.place,
            online=incident.online,
            chronology=Chronology(text=TOLD_AGAIN),
        ),
        clients=clients,
        reported=tuple(_reported(work, row, ids) for row in _rows(work, ReportedPerson, case_id)),
        screening=Screening(prompts_asked=True, risk=case.risk, authority=incident.authority),
    )
    return register_case(work, intake, work.session.get_one(Unit, case.unit_id)).id


def _reported(work: Work, row: ReportedPerson, ids: dict[UUID, UUID]) -> IntakeReported:
    profile: people.ReportedProfile = _open(work, row, Section.REPORTED_PROFILE, people.ReportedProfile)
    relations = tuple(replace(each, client_id=ids[each.client_id]) for each in profile.relations)
    identity = _open(work, row, Section.REPORTED_IDENTITY, people.ReportedIdentity)
    return IntakeReported(id=new_id(), profile=replace(profile, relations=relations), identity=identity)


def _open(work: Work, row: CaseRecord, section: Section, kind: type[Any]) -> Any:
    column = "profile_sealed" if kind in {people.ClientProfile, people.ReportedProfile} else "identity_sealed"
    return work.vault.open(row.place(section), getattr(row, column), kind)
