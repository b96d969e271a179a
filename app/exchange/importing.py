"""Importing a package: nothing is written unless every row is valid (or the bad ones are left out), then in batches, hidden until
complete; an import that stopped goes on, and a complete one can be undone (design 7).

Ids follow from the import and the references of the package, so that going on finds what is already there. All writing goes through
the same services as the web forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import merging, persons
from app.cases.derive import COMPLAINT
from app.cases.models import Case
from app.cases.registration import Given, register_case
from app.db.base import new_id
from app.domain.access import Actor, Capability
from app.domain.errors import Conflict, NotFound, Problem
from app.domain.stages import Status
from app.domain.zones import Zone, local_day
from app.exchange import writing
from app.exchange.building import CaseEntry, StableId, build
from app.exchange.checking import check_case
from app.exchange.entries import Sorted, sort_by_case
from app.exchange.models import ImportRun
from app.exchange.reading import Package, Refusal
from app.reports.models import LedgerBlob
from app.security.keyring import Derived
from app.security.primitives import injective, mac
from app.security.vault import Crypt
from app.work import Runtime, Work

BATCH: Final = 100  # cases per transaction (design 6)
Progress = Callable[[int, int], None]


@dataclass(repr=False)
class Plan:
    """A package checked: the cases that can be written, and everything wrong."""

    import_id: UUID
    entries: list[CaseEntry] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    fingerprint: bytes = b""

    @property
    def refused(self) -> list[Refusal]:
        """What stands in the way."""
        return [r for r in self.refusals if not r.is_warning]

    @property
    def warnings(self) -> list[Refusal]:
        """What is only said."""
        return [r for r in self.refusals if r.is_warning]


@dataclass
class Outcome:
    """How many of each sheet were written."""

    import_id: UUID
    imported: dict[str, int]


def check_package(package: Package, unit: Unit, crypt: Crypt, today: date, import_id: UUID | None = None) -> Plan:
    """Check a whole package against a unit, without writing anything."""
    plan = Plan(import_id or new_id(), fingerprint=mac(crypt.derived(Derived.AUDIT_QUERY), package.fingerprint))
    plan.refusals += package.refusals
    if plan.refused:
        return plan
    found = sort_by_case(package, unit.area_code)
    _check_units(found, unit)
    stable, zone = stable_ids(crypt, plan.import_id), Zone(unit.zone)
    for ref, rows in found.cases.items():
        if ref in found.bad_cases:
            continue
        entry = build(rows, stable, zone)
        check_case(rows, entry, found, today)
        if ref not in found.bad_cases:
            plan.entries.append(entry)
    plan.refusals += found.refusals
    return plan


def _check_units(found: Sorted, unit: Unit) -> None:
    for rows in found.cases.values():
        named = rows.case.text("unit")
        if named and named not in {unit.area_code, unit.area_code.replace(".", ""), unit.name}:
            found.report(rows.case, Problem("unit.other", "unit"))


def stable_ids(crypt: Crypt, import_id: UUID) -> StableId:
    """Random-looking ids that follow from the import and the references; without the keyring nobody can compute them."""
    key = crypt.derived(Derived.INTEGRITY)

    def stable_id(*parts: str) -> UUID:
        raw = mac(key, injective(b"ppa/import/v1", import_id.bytes, *(part.encode() for part in parts)))[:16]
        return UUID(bytes=raw, version=4)

    return stable_id


def run(runtime: Runtime, actor: Actor, unit_id: UUID, plan: Plan, progress: Progress | None = None) -> Outcome:
    """Write a checked plan: batches of at most 100 cases under one import id, then links, then everything appears at once."""
    _start(runtime, actor, unit_id, plan)
    for start in range(0, len(plan.entries), BATCH):
        batch = plan.entries[start : start + BATCH]
        with runtime.begin(actor) as work:
            _write_batch(work, unit_id, plan.import_id, batch)
        if progress is not None:
            progress(min(start + BATCH, len(plan.entries)), len(plan.entries))
    _link(runtime, actor, plan)
    _finish(runtime, actor, plan)
    return Outcome(plan.import_id, _counts(plan.entries))


def resume(runtime: Runtime, actor: Actor, unit_id: UUID, plan: Plan, progress: Progress | None = None) -> Outcome:
    """Go on with an import that stopped. Conflict when it is complete already, or when the package is not the same.

    NotFound where there is no such import.
    """
    with runtime.looking(actor) as work:
        row = work.session.get(ImportRun, plan.import_id)
        if row is None or row.unit_id != unit_id:
            raise NotFound("import")
        if row.state != "running" or row.fingerprint != plan.fingerprint:
            raise Conflict("import not resumable")
    return run(runtime, actor, unit_id, plan, progress)


def undo(runtime: Runtime, actor: Actor, import_id: UUID, progress: Progress | None = None) -> int:
    """Take an import back: its cases are voided, counted nowhere and found no more. Gives the number of cases."""
    done = 0
    while True:
        with runtime.begin(actor) as work:
            row = _run_of(work, import_id)
            cases = work.session.scalars(
                select(Case)
                .where(Case.import_id == import_id, Case.status.not_in((Status.VOIDED.value, Status.ERASED.value)))
                .order_by(Case.id)
                .limit(BATCH)
            ).all()
            merging.take_apart(work, [case.id for case in cases])
            for case in cases:
                writing.take_back(work, case)
            done += len(cases)
            if len(cases) < BATCH:
                row.state, row.finished_at = "undone", work.now
                work.recorded(Event.IMPORT_UNDONE, row.id, row=row)
                return done
            work.recorded(Event.IMPORT_BATCH, row.id)
        if progress is not None:
            progress(done, row.cases_total)


def _start(runtime: Runtime, actor: Actor, unit_id: UUID, plan: Plan) -> None:
    with runtime.begin(actor) as work:
        work.actor.require(Capability.IMPORT_RUN)
        if not _is_of_unit(work.actor, unit_id):
            raise NotFound("unit")
        if work.session.get(ImportRun, plan.import_id) is not None:
            return
        row = ImportRun(
            id=plan.import_id,
            unit_id=unit_id,
            state="running",
            fingerprint=plan.fingerprint,
            cases_total=len(plan.entries),
            cases_done=0,
            started_at=work.now,
            started_by=work.actor.user_id,
            finished_at=None,
        )
        work.session.add(row)
        work.recorded(Event.IMPORT_STARTED, row.id, row=row)


def _write_batch(work: Work, unit_id: UUID, import_id: UUID, batch: Sequence[CaseEntry]) -> None:
    unit = work.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound("unit")
    there = set(work.session.scalars(select(Case.id).where(Case.id.in_([entry.case_id for entry in batch]))))
    fresh = [entry for entry in batch if entry.case_id not in there]
    institutions = writing.institutions_by_name(work, unit_id)
    for entry in fresh:
        case = register_case(work, entry.intake, unit, given=_given(entry, import_id))
        writing.write_rest(work, case, entry, institutions)
    row = _running(work, import_id)
    row.cases_done += len(fresh)
    work.recorded(Event.IMPORT_BATCH, row.id)


def _given(entry: CaseEntry, import_id: UUID) -> Given:
    return Given(
        import_id=import_id,
        case_id=entry.case_id,
        stage=entry.stage,
        status=entry.status,
        register_no=entry.register_no,
        closed_on=entry.closed_on,
        with_complaint=frozenset(service.client_id for service, _ in entry.services if service.code == COMPLAINT),
    )


def _link(runtime: Runtime, actor: Actor, plan: Plan) -> None:
    """Equal `person_ref` makes links: confirmed where the importer may confirm, else candidates (design 3)."""
    groups: dict[str, list[UUID]] = {}
    for entry in plan.entries:
        for ref, client_id in entry.person_refs:
            groups.setdefault(ref, []).append(client_id)
    chains = [(first, other) for members in groups.values() if len(members) > 1 for first, other in _pairs(members)]
    confirmed = actor.may(Capability.PERSON_LINK)
    for start in range(0, len(chains), BATCH):
        with runtime.begin(actor) as work:
            for first, other in chains[start : start + BATCH]:
                persons.link_imported(work, first, other, confirmed=confirmed)
            work.recorded(Event.IMPORT_BATCH, plan.import_id)


def _pairs(members: Sequence[UUID]) -> Iterable[tuple[UUID, UUID]]:
    return [(members[0], other) for other in members[1:]]


def _finish(runtime: Runtime, actor: Actor, plan: Plan) -> None:
    with runtime.begin(actor) as work:
        row = _running(work, plan.import_id)
        work.session.execute(update(Case).where(Case.import_id == plan.import_id).values(is_hidden=False))
        work.session.execute(update(LedgerBlob).where(LedgerBlob.import_id == plan.import_id).values(import_id=None))
        row.state, row.finished_at = "complete", work.now
        work.recorded(Event.IMPORT_FINISHED, row.id, row=row)


def _run_of(work: Work, import_id: UUID) -> ImportRun:
    work.actor.require(Capability.IMPORT_RUN)
    row = work.session.get(ImportRun, import_id, with_for_update=True, populate_existing=True)
    if row is None or not _is_of_unit(work.actor, row.unit_id):
        raise NotFound("import")
    return row


def _running(work: Work, import_id: UUID) -> ImportRun:
    """The import that is being written. Conflict when somebody took it back, or finished it, meanwhile."""
    row = _run_of(work, import_id)
    if row.state != "running":
        raise Conflict("import not running")
    return row


def _is_of_unit(actor: Actor, unit_id: UUID) -> bool:
    """A person imports into the own unit, and takes back its imports; the operator of the machine those of every unit."""
    return (actor.system and actor.unit_id is None) or actor.unit_id == unit_id


def _counts(entries: Sequence[CaseEntry]) -> dict[str, int]:
    return {
        "cases": len(entries),
        "victims": sum(len(e.intake.clients) for e in entries),
        "perpetrators": sum(len(e.intake.reported) for e in entries),
        "relations": sum(len(r.profile.relations) for e in entries for r in e.intake.reported),
        "services": sum(len(e.services) for e in entries),
        "referrals": sum(len(e.referrals) for e in entries),
        "legal": sum(len(e.legal) for e in entries),
        "followups": sum(len(e.follow_ups) for e in entries),
        "categories": sum(e.category_rows for e in entries),
        "reporters": sum(len(e.reporters) for e in entries),
    }


def today_of(runtime: Runtime, unit: Unit) -> date:
    """The day it is where the unit works."""
    return local_day(runtime.now(), Zone(unit.zone))
