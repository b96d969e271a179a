"""Official returns: counted in a reading, frozen under a number for one named recipient, never changed (design 4, decision 55)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import NotFound, Problem, Refused, Unreadable
from app.releases.models import OfficialReturn
from app.releases.return_tables import cluster_tables, recap_tables, simfoni_tables
from app.reports import periods
from app.reports import queries as reports
from app.reports.cluster_paper import MARK, TITLE
from app.reports.counting.settings import Period
from app.reports.services import ClusterWish, RecapWish, cluster_document, info_of, recap_document, today_of
from app.security.primitives import digest
from app.security.sections import Section
from app.security.structs.releases import ReturnNote
from app.security.structs.simfoni import Reconciliation
from app.security.vault import Frozen
from app.simfoni import queries as simfoni
from app.simfoni import reconciling
from app.work import Opening, Work

RECAP, CLUSTER_V, SIMFONI = "recap", "cluster-v", "simfoni"
SCHEMA: Final = "naungan/official-return/1"
TITLES: Final[Mapping[str, str]] = {
    RECAP: "Rekapitulasi kasus",
    CLUSTER_V: TITLE,
    SIMFONI: "Rekonsiliasi jumlah dengan SIMFONI",
}
_LOOKED_THROUGH: Final = 200  # newest reconciliations in which the one of a month is looked for
_NEEDS: Final[Mapping[str, Capability]] = {
    RECAP: Capability.RECAP_READ,
    CLUSTER_V: Capability.KLA_READ,
    SIMFONI: Capability.SIMFONI_READ,
}
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be returned: kind and period; of a cluster V sheet a year, of a reconciliation a month."""

    kind: str
    period: Period


@dataclass(frozen=True, slots=True, repr=False)
class Counted:
    """A return ready to be frozen."""

    wish: Wish
    body: Document


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """A return in the register; `note` None where it does not open."""

    row: OfficialReturn
    note: ReturnNote | None


def counting(wish: Wish) -> Callable[[Work], Opening]:
    """The permission check of counting for a return (`return:make`, and the right to read what it holds) and its event."""

    def opening(work: Work) -> Opening:
        work.actor.require(Capability.RETURN_MAKE)
        work.actor.require(_NEEDS[wish.kind])
        if wish.kind == SIMFONI:
            reconciling.require_sight(work)
        sections = (Section.RECONCILIATION,) if wish.kind == SIMFONI else ()
        purpose = f"{wish.kind} {periods.named(wish.period)}"
        return Opening(Event.RETURN_COUNTED, sections=sections, object_id=reports.unit(work).id, purpose=purpose)

    return opening


def counted(work: Work, wish: Wish) -> Counted:
    """Count. Refused where the period does not suit the kind, has not begun, or nothing was reconciled."""
    unit = reports.unit(work)
    _check(wish, today_of(work, unit))
    cut_off = min(wish.period.last, today_of(work, unit))
    is_province = unit.kind == "prov"
    recap = RecapWish(wish.period, cut_off)
    if wish.kind == RECAP:
        document = recap_document(work, recap)
        lines, tables = document["definition_lines"]["id"], recap_tables(document, is_province=is_province)
    elif wish.kind == CLUSTER_V:
        document = cluster_document(work, ClusterWish(wish.period.first.year, cut_off))
        places = info_of(unit).places
        lines, tables = _cluster_lines(document), cluster_tables(document, places, is_province=is_province)
    else:
        document = recap_document(work, recap)
        labels = {(r.table, r.code): r.label["id"] for table in reconciling.tables(document) for r in table.rows}
        kept = _reconciled(work, wish.period)
        rows = [(each.table, each.row, each.ours, each.theirs) for each in kept.rows]
        lines, tables = document["definition_lines"]["id"], simfoni_tables(rows, labels)
    body = {
        "unit": {"area": unit.area_code, "name": unit.name},
        "period": {
            "name": periods.named(wish.period),
            "from": wish.period.first.isoformat(),
            "to": wish.period.last.isoformat(),
            "cut_off": cut_off.isoformat(),
        },
        "status": document["status"],
        "definitions": list(lines),
        "tables": tables,
    }
    return Counted(wish, body)


def issue(work: Work, ready: Counted, note: ReturnNote) -> OfficialReturn:
    """Give the return its number and freeze it for its recipient (`return:make`). Nothing of it changes afterwards."""
    work.actor.require(Capability.RETURN_MAKE)
    unit = reports.held_unit(work)
    last = work.session.scalar(select(func.max(OfficialReturn.number)).where(OfficialReturn.unit_id == unit.id))
    number, row_id, period = 1 + (last or 0), new_id(), ready.wish.period
    head = {
        "schema": SCHEMA,
        "mark": MARK,
        "number": number,
        "kind": ready.wish.kind,
        "title": TITLES[ready.wish.kind],
        "made_on": today_of(work, unit).isoformat(),
        "recipient": {"institution": note.institution, "office": note.office},
        "purpose": note.purpose,
    }
    salt = {"salt": secrets.token_hex(16)}  # nobody who sees the hash can try out small tables until one fits
    raw = json.dumps(head | ready.body | salt, ensure_ascii=False, indent=1).encode()
    row = OfficialReturn(
        id=row_id, unit_id=unit.id, office_id=work.office, number=number, kind=ready.wish.kind, first_day=period.first,
        last_day=period.last, made_at=work.now, made_by=work.actor.user_id, hash=digest(raw), note_sealed=b"",
        copy_sealed=work.vault.seal_frozen(Frozen.RETURN, row_id, raw, work.now),
    )  # fmt: skip
    row.note_sealed = work.vault.seal(row.place(), note)
    work.session.add(row)
    work.recorded(Event.RETURN_ISSUED, row.id, row=row)
    return row


def register(work: Work) -> Sequence[Listed]:
    """Every return of the own unit, newest first (`return:read`)."""
    work.actor.require(Capability.RETURN_READ)
    wanted = select(OfficialReturn).where(OfficialReturn.unit_id == reports.unit(work).id)
    return [
        Listed(row, _note(work, row)) for row in work.session.scalars(wanted.order_by(OfficialReturn.number.desc()))
    ]


def get(work: Work, return_id: UUID) -> OfficialReturn:
    """A return of the own unit. NotFound."""
    row = work.session.get(OfficialReturn, return_id)
    if row is None or row.unit_id != reports.unit(work).id:
        raise NotFound("return")
    return row


def reading(return_id: UUID, event: Event = Event.RETURN_OPENED, form: str = "") -> Callable[[Work], Opening]:
    """The permission check of a frozen copy (`return:read`) and its event; `form`: as which file it leaves."""

    def opening(work: Work) -> Opening:
        work.actor.require(Capability.RETURN_READ)
        return Opening(event, object_id=get(work, return_id).id, purpose=form)

    return opening


def copy(work: Work, row: OfficialReturn) -> str:
    """The frozen copy, byte for byte. Unreadable where it does not open or is not what the hash is of."""
    raw = work.vault.open_frozen(Frozen.RETURN, row.id, row.copy_sealed)
    if digest(raw) != row.hash:
        raise Unreadable("official return")
    return raw.decode()


def _check(wish: Wish, today: date) -> None:
    name = periods.part_of(wish.period)
    if wish.period.first > today:
        raise Refused(Problem("return.not-begun"))
    if wish.kind == CLUSTER_V and name != periods.WHOLE_YEAR:
        raise Refused(Problem("return.whole-year"))
    if wish.kind == SIMFONI and not name.isdigit():
        raise Refused(Problem("return.month"))


def _reconciled(work: Work, month: Period) -> Reconciliation:
    """The newest reconciliation by counts of the month. Refused where there is none."""
    for row in simfoni.reconciliations(work, _LOOKED_THROUGH):
        found = work.vault.open(row.place(Section.RECONCILIATION), row.result_sealed, Reconciliation)
        if found.kind == reconciling.COUNTS and found.month == f"{month.first:%Y-%m}":
            return found
    raise Refused(Problem("return.not-reconciled"))


def _cluster_lines(document: Mapping[str, Any]) -> list[str]:
    told = document["definitions"]
    served = told["served"][told["terlayani"]]["id"]
    return [
        f"Set indikator {document['set']}",
        f"Terlayani: {served}",
        "Satuan: anak yang berbeda menurut hari laporan",
    ]


def _note(work: Work, row: OfficialReturn) -> ReturnNote | None:
    try:
        return work.vault.open(row.place(), row.note_sealed, ReturnNote)
    except Unreadable:
        return None
