"""A unit's letter desk: letterhead, signers, numbering, logo, counters. Until the office wrote its own, the usual one stands."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts import queries as accounts
from app.accounts.models import Unit
from app.audit.events import Event
from app.cases.acting import fresh
from app.db.base import new_id
from app.db.engine import is_sqlite
from app.domain import letters
from app.domain.access import Capability
from app.domain.errors import Problem, Refused
from app.papers.content import heads
from app.papers.models import LetterDeskRow
from app.security.sections import Section
from app.security.structs.papers import LetterCount, LetterCounters, LetterDesk, LetterLogo, Numbering
from app.security.vault import etag
from app.work import Work

MAX_SIGNERS: Final = 6


def of_unit(work: Work, unit: Unit) -> LetterDesk:
    """The unit's letter desk (S2: it is printed on every letter)."""
    row = row_of(work, unit.id)
    return heads.usual(unit) if row is None else _read(work, row)


def logo_of(work: Work, unit_id: UUID) -> bytes:
    """The unit's logo as PNG; empty where there is none."""
    row = row_of(work, unit_id)
    if row is None:
        return b""
    return work.vault.open(row.place(Section.LETTER_LOGO), row.logo_sealed, LetterLogo).png


def state_of(work: Work, unit_id: UUID) -> str:
    """The etag of the letter desk as it stands; empty before it was saved for the first time."""
    row = row_of(work, unit_id)
    return etag(row.desk_sealed) if row is not None else ""


def row_of(work: Work, unit_id: UUID) -> LetterDeskRow | None:
    """The row, where there is one."""
    return work.session.scalar(select(LetterDeskRow).where(LetterDeskRow.unit_id == unit_id))


def save(work: Work, unit_id: UUID, desk: LetterDesk, *, expected: str | None) -> LetterDeskRow:
    """Set the letterhead, who signs, and how letters are numbered. Stale when somebody saved first; Refused for a bad template.

    Letters that went out keep their head and their number.
    """
    work.actor.require(Capability.UNIT_ADMIN)
    unit = accounts.unit(work, unit_id)
    _check(desk)
    row = row_of(work, unit_id)
    if row is not None:
        fresh(expected, row.desk_sealed)
    row = row or _made(work, unit)
    row.desk_sealed = work.vault.seal(row.place(Section.LETTER_DESK), desk)
    work.recorded(Event.LETTERHEAD_SAVED, row.id, row=row)
    return row


def save_logo(work: Work, unit_id: UUID, png: bytes) -> LetterDeskRow:
    """Set or take away the logo. `png` comes out of `logo.cleaned`, never straight from a browser."""
    work.actor.require(Capability.UNIT_ADMIN)
    row = row_of(work, unit_id) or _made(work, accounts.unit(work, unit_id))
    row.logo_sealed = work.vault.seal(row.place(Section.LETTER_LOGO), LetterLogo(png=png))
    work.recorded(Event.LETTERHEAD_SAVED, row.id, row=row)
    return row


# --- numbers ---------------------------------------------------------------------------------------------------------


def numbering_of(desk: LetterDesk, paper: str) -> Numbering:
    """How letters of this kind are numbered: as the office said, else the usual way."""
    found = next((each for each in desk.numbering if each.paper == paper and each.template), None)
    return found or Numbering(paper, letters.DEFAULT_TEMPLATE, letters.NUMBERED[paper])


def written(desk: LetterDesk, unit: Unit, paper: str, no: int, on: date) -> str:
    """The running number `no` of a kind, as this office writes it."""
    scheme = numbering_of(desk, paper)
    short = desk.short_name or unit.register_prefix
    parts = letters.NumberParts(no, scheme.code or letters.NUMBERED[paper], short, on)
    return letters.number(scheme.template, parts)


def last_number(work: Work, unit_id: UUID, paper: str, year: int) -> int:
    """The last number given to a kind in a year; 0 before the first."""
    row = row_of(work, unit_id)
    return _last(_counters(work, row), paper, year) if row is not None else 0


def take_number(work: Work, unit: Unit, paper: str, year: int) -> int:
    """The next number of a kind and year, under the lock of the row. It stays used."""
    row = _locked(work, unit)
    counters = _counters(work, row)
    number = _last(counters, paper, year) + 1
    others = tuple(each for each in counters.counts if (each.paper, each.year) != (paper, year))
    counters = LetterCounters(counts=(*others, LetterCount(paper, year, number)))
    row.counters_sealed = work.vault.seal(row.place(Section.LETTER_COUNTERS), counters)
    return number


def _locked(work: Work, unit: Unit) -> LetterDeskRow:
    wanted = select(LetterDeskRow).where(LetterDeskRow.unit_id == unit.id).with_for_update()
    row = work.session.scalar(wanted.execution_options(populate_existing=True))
    if row is None:
        _made(work, unit)
        row = work.session.scalars(wanted.execution_options(populate_existing=True)).one()
    return row


def _made(work: Work, unit: Unit) -> LetterDeskRow:
    """The unit's row, made. Of two who need it at the same moment the second waits here and finds it."""
    fresh_row = LetterDeskRow(id=new_id(), unit_id=unit.id, office_id=work.office, version=1)
    values = {
        "id": fresh_row.id,
        "unit_id": unit.id,
        "office_id": work.office,
        "version": 1,
        "desk_sealed": work.vault.seal(fresh_row.place(Section.LETTER_DESK), heads.usual(unit)),
        "logo_sealed": work.vault.seal(fresh_row.place(Section.LETTER_LOGO), LetterLogo()),
        "counters_sealed": work.vault.seal(fresh_row.place(Section.LETTER_COUNTERS), LetterCounters()),
    }
    insert = sqlite.insert if is_sqlite(work.session.get_bind()) else postgresql.insert
    work.session.execute(insert(LetterDeskRow).values(**values).on_conflict_do_nothing(index_elements=["unit_id"]))
    return work.session.scalars(select(LetterDeskRow).where(LetterDeskRow.unit_id == unit.id)).one()


def _read(work: Work, row: LetterDeskRow) -> LetterDesk:
    return work.vault.open(row.place(Section.LETTER_DESK), row.desk_sealed, LetterDesk)


def _counters(work: Work, row: LetterDeskRow) -> LetterCounters:
    return work.vault.open(row.place(Section.LETTER_COUNTERS), row.counters_sealed, LetterCounters)


def _last(counters: LetterCounters, paper: str, year: int) -> int:
    return next((each.last for each in counters.counts if (each.paper, each.year) == (paper, year)), 0)


def _check(desk: LetterDesk) -> None:
    problems = []
    if not desk.unit.strip():
        problems.append(Problem("required", "unit"))
    if len(desk.signers) > MAX_SIGNERS:
        problems.append(Problem("signers.too-many", "signers", params={"limit": str(MAX_SIGNERS)}))
    for scheme in desk.numbering:
        field = f"{scheme.paper.lower()}.template"
        wrong = letters.template_problem(scheme.template, field) if scheme.template else None
        problems += [wrong] if wrong is not None else []
    if problems:
        raise Refused(*problems)
