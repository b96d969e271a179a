"""All files of one person, by confirmed links: of a client (repeat victim) and of a reported person (repeat perpetrator).

How many there are is told to everybody who may read the case; what stands in another file only to those who may read that one.
Voided files are none; a merged file counts with the one it was merged into, as one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import families, linking, links, queries
from app.cases.acting import record_of
from app.cases.linking import Kind, Row
from app.cases.models import Case, Client, ReportedPerson
from app.domain.stages import Status
from app.security.sections import Purpose, Section
from app.web.sealed import Unopened
from app.work import Opening, Work


@dataclass(frozen=True, slots=True, repr=False)
class FileLine:
    """One file of the person. Outside one's cases only the number and whom to ask; `profile` and `clients` are none then."""

    row: Row
    case: Case
    is_open: bool
    manager: str
    home: UUID  # the case the file counts within: itself, or the one it was merged into
    profile: Any | Unopened | None = None
    clients: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Files:
    """How many files a person has, and which of them this one is, by the day they were received."""

    number: int
    count: int


def counts(work: Work, kind: Kind, rows: Collection[Row]) -> dict[UUID, Files]:
    """For each of these people with more than one file: how many, and which this one is. Clear columns only, a fixed number of queries."""
    tokens = {row.person_id for row in rows if row.person_id is not None}
    found = work.session.execute(
        select(kind.rows.person_id, Case.id)
        .join(Case, Case.id == kind.rows.case_id)
        .where(kind.rows.person_id.in_(tokens), *_told(work))
        .order_by(Case.received_at, Case.created_at, Case.id)
    ).all()
    home = families.homes(work, {case_id for _token, case_id in found})
    cases: dict[UUID, list[UUID]] = {}
    for token, case_id in found:
        if home[case_id] not in (there := cases.setdefault(token, [])):
            there.append(home[case_id])
    return {
        row.id: Files(there.index(home[row.case_id]) + 1, len(there))
        for row in rows
        if row.person_id and len(there := cases.get(row.person_id, [])) > 1 and row.case_id in home
    }


def opening(work: Work, kind: Kind, case_id: UUID, row_id: UUID) -> Opening:
    """The permission check, and what the page opens: the coded parts of those files the actor may read."""
    rows = _rows(work, kind, case_id, row_id)
    readable = tuple(case.id for case in _cases(work, rows) if _may_read(work, case))
    sections = (Section.CLIENT_PROFILE, Section.REPORTED_PROFILE)
    return Opening(Event.PERSON_OPENED, readable, sections, object_id=row_id)


def read(work: Work, kind: Kind, case_id: UUID, row_id: UUID) -> list[FileLine]:
    """The files of the person, the newest first."""
    rows = {row.case_id: row for row in _rows(work, kind, case_id, row_id)}
    cases = _cases(work, rows.values())
    work.vault.keys.preload(Purpose.CASE, list(rows))
    managers = _managers(work, list(rows))
    home = families.homes(work, [case.id for case in cases])
    lines = [_line(work, kind, rows[case.id], case, managers.get(case.id, ""), home[case.id]) for case in cases]
    return sorted(lines, key=lambda line: line.case.received_at, reverse=True)


def _line(work: Work, kind: Kind, row: Row, case: Case, manager: str, home: UUID) -> FileLine:
    if not _may_read(work, case):
        return FileLine(row, case, False, manager, home)
    profile = links.profile_of(work, kind, row)
    if isinstance(row, Client):
        return FileLine(row, case, True, manager, home, profile)
    clients = queries.records(work.session, Client, [case.id])
    profiles = ((client.id, links.profile_of(work, linking.CLIENTS, client)) for client in clients)
    return FileLine(row, case, True, manager, home, profile, tuple(profiles))


def _rows(work: Work, kind: Kind, case_id: UUID, row_id: UUID) -> list[Row]:
    queries.get(work, case_id)
    known: type[Client] | type[ReportedPerson] = kind.rows
    own: Row = record_of(work, known, case_id, row_id)
    ids = linking.component(work, kind, own.id)
    return list(work.session.scalars(select(kind.rows).where(kind.rows.id.in_(ids))))


def _cases(work: Work, rows: Collection[Row]) -> list[Case]:
    ids = [row.case_id for row in rows]
    return list(work.session.scalars(select(Case).where(Case.id.in_(ids), *_told(work))))


def _told(work: Work) -> list[ColumnElement[bool]]:
    """Which files are told of at all: those of another unit only to the supervisor (design 3)."""
    return [Case.status != Status.VOIDED.value, Case.is_hidden.is_(False), *links.told_to(work.actor)]


def _may_read(work: Work, case: Case) -> bool:
    return queries.reads_unit_of(work.actor, case) or queries.is_assigned(work, case.id)


def _managers(work: Work, case_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Whom to ask about each case: its manager, else the first of its team."""
    team = [member for member in queries.team_of(work.session, case_ids) if queries.is_genuine(work, member)]
    names = people.names(work, {member.user_id for member in team})
    found: dict[UUID, str] = {}
    for member in sorted(team, key=lambda member: member.role != "MANAJER"):
        found.setdefault(member.case_id, names.get(member.user_id, ""))
    return found
