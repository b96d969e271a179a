"""Exporting a unit's cases in the exchange format: what counts, and with two persons' word the identities as well (design 7, 6).

A case is written as it is counted: with the files merged into it, without what was entered by mistake. References are running numbers made
for this package. Cases are opened 100 at a time, each time under an audit event that names them.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import families, impartial
from app.cases.casefile import CODED, COURSE, CodedFile, coded_files
from app.cases.impartial import Stance
from app.cases.models import Case, Client, Declaration
from app.domain.access import Actor, Capability
from app.domain.errors import NotFound, Problem, Refused
from app.domain.stages import Status
from app.domain.zones import Zone
from app.exchange import rows_out
from app.exchange.rows_out import Cells, Names, Refs
from app.exchange.schema import REQUIRED_SHEETS, SHEETS
from app.referrals.models import Institution
from app.referrals.pairs import pairs_of
from app.reports.rebuild import UNCOUNTED
from app.security.sections import Section
from app.work import AuditLine, Opening, Origin, Runtime, Work

BATCH: Final = 100
CODES: Final = (*CODED, *COURSE, Section.REFERRAL)
WORDS: Final = (
    *(Section.CHRONOLOGY, Section.CLIENT_IDENTITY, Section.REPORTED_IDENTITY, Section.REPORTER),
    *(Section.SERVICE_TEXT, Section.REFERRAL_TEXT, Section.LEGAL_STEP_TEXT),
)
"""Who and in what words: opened for an export with identities alone."""
Progress = Callable[[int, int], None]


@dataclass(repr=False)
class Exported:
    """The sheets of a package, in the order of the format, and how many rows each has."""

    sheets: dict[str, list[Cells]] = field(default_factory=lambda: {sheet: [] for sheet in SHEETS})

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows of each sheet."""
        return {sheet: len(rows) for sheet, rows in self.sheets.items()}

    def files(self) -> Mapping[str, bytes]:
        """The sheets as CSV in UTF-8; those without rows are left out, but for the two that every package has."""
        wanted = (sheet for sheet, rows in self.sheets.items() if rows or sheet in REQUIRED_SHEETS)
        return {sheet: _csv(SHEETS[sheet], self.sheets[sheet]) for sheet in wanted}


def export(
    runtime: Runtime, actor: Actor, unit_id: UUID, *, identities: bool, progress: Progress | None = None
) -> Exported:
    """Every case of the unit that counts. `identities`: names, numbers and words too. Unreadable where a case does not open: a package
    that lacks one would give other counts."""
    with runtime.looking(actor) as work:
        ids, people = _plan(work, unit_id)
    found = Exported()
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        numbers = {case_id: f"K{start + place:06d}" for place, case_id in enumerate(some, start=1)}
        with runtime.reading(actor, lambda work, some=some: _opening(work, some, identities)) as work:  # type: ignore[misc]
            _write(work, unit_id, numbers, people, found, identities=identities)
        if progress is not None:
            progress(min(start + BATCH, len(ids)), len(ids))
    return found


def authorise(runtime: Runtime, first: Actor, second: Actor, unit_id: UUID) -> None:
    """Two persons' word for an export with identities, both on record before anything opens (design 6).

    One person may give both where the unit has one eligible officer, and the log says so. Refused where one of them has a part in a
    matter of the unit: what a page would keep from that person must not lie in the file. NotFound where the unit is not that of both.
    """
    first.require(Capability.EXPORT_IDENTITIES)
    second.require(Capability.EXPORT_APPROVE)
    with runtime.looking(first) as work:
        unit = work.session.get(Unit, unit_id)
        if unit is None or {first.unit_id, second.unit_id} != {unit_id}:
            raise NotFound("unit")
        alone = first.user_id == second.user_id
        if alone and not unit.is_single_officer:
            raise Refused(Problem("export.same-person"))
        if any(_has_part(work, each, unit_id) for each in (first, second)):
            raise Refused(Problem("export.has-part"))
    purpose = "alone" if alone else ""
    runtime.record(first, Origin(), AuditLine(Event.EXCHANGE_ASKED, unit_id, purpose=purpose))
    runtime.record(second, Origin(), AuditLine(Event.EXCHANGE_APPROVED, unit_id, purpose=purpose))


def _has_part(work: Work, actor: Actor, unit_id: UUID) -> bool:
    """Whether the person has a part in a matter of which something goes out: a merged file goes out within the one that stays."""
    if actor.user_id is None:
        return False
    goes_out = or_(and_(*_counted(unit_id)), and_(Case.unit_id == unit_id, Case.status == Status.MERGED.value))
    declared = select(Declaration.case_id).join(Case, Case.id == Declaration.case_id)
    ids = work.session.scalars(declared.where(Declaration.user_id == actor.user_id, goes_out)).all()
    return any(stance is not Stance.FREE for stance in impartial.stances(work, ids, actor.user_id).values())


def _counted(unit_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return Case.unit_id == unit_id, Case.is_hidden.is_(False), Case.status.not_in(UNCOUNTED)


def _plan(work: Work, unit_id: UUID) -> tuple[list[UUID], Mapping[UUID, str]]:
    """The cases in the order they came in, and a number for every person who has several files."""
    work.actor.require(Capability.OPERATE)
    ids = list(work.session.scalars(select(Case.id).where(*_counted(unit_id)).order_by(Case.received_at, Case.id)))
    tokens = work.session.scalars(
        select(Client.person_id)
        .join(Case, Case.id == Client.case_id)
        .where(Case.unit_id == unit_id)
        .order_by(Client.id)
    )
    several = [token for token, files in Counter(tokens).items() if files > 1]
    return ids, {token: f"O{number:06d}" for number, token in enumerate(several, start=1)}


def _opening(work: Work, case_ids: Sequence[UUID], identities: bool) -> Opening:
    sections = (*CODES, *WORDS) if identities else CODES
    purpose = "identities" if identities else "codes"
    return Opening(Event.EXCHANGE_EXPORTED, families.with_duplicates(work, case_ids), sections, purpose=purpose)


def _write(
    work: Work,
    unit_id: UUID,
    numbers: Mapping[UUID, str],
    people: Mapping[UUID, str],
    found: Exported,
    *,
    identities: bool,
) -> None:
    unit = work.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound("unit")
    directory = work.session.scalars(select(Institution).where(Institution.unit_id == unit_id))
    names = Names({row.id: row.name for row in directory}, work.vault if identities else None)
    files = coded_files(work, numbers)
    referrals = pairs_of(work, files)
    for case_id, number in numbers.items():
        refs = _refs(files[case_id], number, people)
        rows = rows_out.rows_of(files[case_id], referrals[case_id], refs, names, unit.area_code, Zone(unit.zone))
        for sheet, cells in rows:
            found.sheets[sheet].append(cells)


def _refs(file: CodedFile, number: str, people: Mapping[UUID, str]) -> Refs:
    return Refs(
        number,
        {row.id: f"V{place}" for place, (row, _) in enumerate(file.clients, start=1)},
        {row.id: f"P{place}" for place, (row, _) in enumerate(file.reported, start=1)},
        {row.id: people.get(row.person_id, "") for row, _ in file.clients},
    )


def _csv(columns: Iterable[str], rows: Sequence[Cells]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")
