"""*Kontak*: a call or visit that is no case. Day, channel, topic, referred to; no names. Its own line in the recap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases.coded_fields import LISTS
from app.cases.models import Contact
from app.cases.validation import EARLIEST_REPORT
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import NotFound, Problem, Refused
from app.domain.zones import Zone, local_day
from app.security.structs.office import Contact as ContactDocument
from app.work import Work

STEP: Final = "contacts"


def record(work: Work, document: ContactDocument) -> Contact:
    """Record a contact; the counting ledger takes it up before the commit. Refused for a day or codes that cannot be."""
    work.actor.require(Capability.CONTACT_RECORD)
    wrong = (*_unknown_codes(document), *_wrong_day(work, document.on))
    if wrong:
        raise Refused(*wrong)
    row = Contact(
        id=new_id(),
        unit_id=work.actor.own_unit(),
        office_id=work.office,
        created_at=work.now,
        created_by=work.actor.user_id,
        is_removed=False,
        ledger_blob_id=None,
        contact_sealed=b"",
    )
    row.contact_sealed = work.vault.seal(row.place(), document)
    work.session.add(row)
    work.hand_over(STEP, row)
    work.recorded(Event.CONTACT_RECORDED, row.id, row=row)
    return row


def _unknown_codes(document: ContactDocument) -> Iterator[Problem]:
    for name, list_name in LISTS[ContactDocument].items():
        code = getattr(document, name)
        if code and code not in code_list(list_name):
            yield Problem("code.unknown", name, params={"list": list_name})


def _wrong_day(work: Work, day: date) -> Iterator[Problem]:
    """A contact is counted on its day, so the day must have come and be of the time of such offices."""
    unit = work.session.get(Unit, work.actor.own_unit())
    if unit is None:
        raise NotFound("unit")
    if day > local_day(work.now, Zone(unit.zone)):
        yield Problem("day.future", "on", params={"day": day.isoformat()})
    if day < EARLIEST_REPORT:
        yield Problem("day.too-early", "on", params={"day": day.isoformat()})


def get(work: Work, contact_id: UUID) -> Contact:
    """A contact of the actor's unit that counts; NotFound otherwise."""
    row = work.session.scalar(select(Contact).where(Contact.id == contact_id, Contact.unit_id == work.actor.own_unit()))
    if row is None or row.is_removed:
        raise NotFound("contact")
    return row


def remove(work: Work, contact_id: UUID) -> None:
    """Take a wrong contact out of the counts."""
    work.actor.require(Capability.CONTACT_RECORD)
    row = get(work, contact_id)
    row.is_removed = True
    work.hand_over(STEP, row)
    work.recorded(Event.CONTACT_REMOVED, row.id, row=row)


def of_unit(work: Work, limit: int, offset: int) -> Sequence[Contact]:
    """The unit's contacts, newest first."""
    wanted = select(Contact).where(Contact.unit_id == work.actor.own_unit(), Contact.is_removed.is_(False))
    return work.session.scalars(
        wanted.order_by(Contact.created_at.desc(), Contact.id).limit(limit).offset(offset)
    ).all()


def count(work: Work) -> int:
    """How many contacts the unit has."""
    wanted = (
        select(func.count())
        .select_from(Contact)
        .where(Contact.unit_id == work.actor.own_unit(), Contact.is_removed.is_(False))
    )
    return work.session.scalar(wanted) or 0


def read(work: Work, row: Contact) -> ContactDocument:
    """What a contact holds."""
    return work.vault.open(row.place(), row.contact_sealed, ContactDocument)
