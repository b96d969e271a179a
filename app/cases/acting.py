"""Standing on an existing case: who may act on it now, which of its records are meant, whether they are still as they were seen.

Every act on a section takes `expected`, the etag of the section as the person saw it; a section that somebody else saved in between
raises Stale, and the page then shows both texts (security 10).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypeVar
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select

from app.accounts.models import Unit
from app.cases import families, queries
from app.cases.coded_fields import LISTS, limit_of
from app.cases.models import Case, CaseRecord, Mistakable
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import Conflict, NotFound, NotPermitted, Problem, Refused, Stale
from app.domain.stages import Status
from app.domain.zones import Zone, local_day
from app.security.vault import etag
from app.work import Work

R = TypeVar("R", bound=CaseRecord)
CLOSED_TO_EDITS = frozenset({Status.VOIDED.value, Status.REJECTED.value, Status.TRANSFERRED.value})
_DEAD = CLOSED_TO_EDITS | {Status.MERGED.value}  # merged into nothing that this program wrote


def editable(work: Work, case_id: UUID, *, closed_too: bool = False) -> Case:
    """The case, when the actor may change it now: on its team, or a supervisor of its unit; never voided, rejected or transferred.

    `closed_too`: what belongs to the time after the end as well, or puts a record right (contacts after the end, notes, new documents,
    answers to referrals, legal steps, corrections, a consent taken back). Nothing else is done to a closed case before it is opened again.
    What lies in a merged file is changed as long as the file that stays is open, or closed.
    Else NotPermitted, or Conflict where the state of the case takes no change.
    """
    work.actor.require(Capability.CASE_EDIT)
    case = queries.get(work, case_id)
    status = families.standing_of(work, case)
    if status in _DEAD or (status == Status.CLOSED.value and not closed_too):
        raise Conflict(f"case {status}")
    if queries.has_part(work, case_id):
        raise NotPermitted("has a part in the matter")
    if not queries.works_on(work, case_id):
        raise NotPermitted("only the case team changes a case")
    return case


def receiving(work: Work, case_id: UUID, *, closed_too: bool = False) -> Case:
    """The case, when the actor may add something to it now. Refused for a merged file: what lies in it goes on there, but what is new
    belongs to the file that stays."""
    case = editable(work, case_id, closed_too=closed_too)
    families.refuse_merged(work, case)
    return case


def record_of(work: Work, kind: type[R], case_id: UUID, row_id: UUID) -> R:
    """A record of this case, or NotFound: an id of another case finds nothing. Conflict for one entered by mistake: nothing more
    is done about it, also from a page that was open before."""
    row = work.session.scalar(select(kind).where(kind.id == row_id, kind.case_id == case_id))
    if row is None:
        raise NotFound(kind.__name__)
    if isinstance(row, Mistakable) and row.is_removed:
        raise Conflict("entered by mistake")
    return row


def fresh(expected: str | None, *blobs: bytes) -> None:
    """Raise Stale when the sections were saved since the person saw them. None: an act that does not start from a page."""
    if expected is not None and expected != etag(*blobs):
        raise Stale("section")


def refuse_erased(work: Work) -> None:
    """The first step before commit: Stale where a file that this act writes in was erased since the act looked at it. Until the act ends
    nobody erases it: whoever erases takes the row for themselves (`app.retention.erasing`)."""
    rows: list[object] = [line.row for line in work.lines]
    written = {row.case_id for row in rows if isinstance(row, CaseRecord)} | {*work.touched_cases}
    if not written:
        return
    wanted = select(Case.status).where(Case.id.in_(written)).order_by(Case.id)
    if Status.ERASED.value in work.session.scalars(wanted.with_for_update(read=True, key_share=True)).all():
        raise Stale("erased")


def today_of(work: Work, case: Case) -> date:
    """The day it is where the case's unit works."""
    return local_day(work.now, zone_of(work, case))


def zone_of(work: Work, case: Case) -> Zone:
    """The zone of the case's unit."""
    unit = work.session.get(Unit, case.unit_id)
    return Zone(unit.zone) if unit is not None else Zone.WIB


def not_future(work: Work, case: Case, day: date, field: str) -> None:
    """Refused where the day has not come yet in the unit's zone."""
    if day > today_of(work, case):
        raise Refused(Problem("day.future", field, params={"day": day.isoformat()}))


def within(text: str, field: str) -> None:
    """Refused where a text has more characters than its field takes."""
    if len(text) > limit_of(field):
        raise Refused(Problem("text.too-long", field, params={"limit": str(limit_of(field))}))


def texts_within(document: Struct, at: str = "") -> None:
    """Refused where a text of the document, or of a part of it, has more characters than its field takes. `at`: its path."""
    problems = [*_too_long(document, f"{at}." if at else "")]
    if problems:
        raise Refused(*problems)


def _too_long(document: Struct, prefix: str) -> Iterator[Problem]:
    for name in document.__struct_fields__:
        value = getattr(document, name)
        if isinstance(value, str) and len(value) > limit_of(name):
            yield Problem("text.too-long", f"{prefix}{name}", params={"limit": str(limit_of(name))})
        for place, part in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(part, Struct):
                yield from _too_long(part, f"{prefix}{name}.{place}.")


def known_codes(document: Struct) -> None:
    """Refused where a coded field holds a word that is no code of its list."""
    problems = [
        Problem("code.unknown", name, params={"list": list_name})
        for name, list_name in LISTS.get(type(document), {}).items()
        if any(code not in code_list(list_name) for code in _codes(getattr(document, name)))
    ]
    if problems:
        raise Refused(*problems)


def _codes(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """The codes of a field that takes one or several; empty is not recorded."""
    return value if isinstance(value, tuple) else ((value,) if value else ())
