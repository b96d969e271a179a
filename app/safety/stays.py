"""Stays in a shelter (case-management 7 F11): entering, staying longer, leaving. For those on the case's list alone.

What the recap counts of it, the two activities of 6.3, is recorded along as services; these say that there was a shelter, never which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import queries, records
from app.cases.acting import editable, fresh, known_codes, not_future, receiving, record_of, texts_within, within
from app.cases.models import Case, Client
from app.cases.sealing import add_record, seal_into
from app.domain.access import Capability
from app.domain.errors import Conflict, NotPermitted, Problem, Refused
from app.referrals import directory
from app.safety import beds, readers
from app.safety.models import ShelterStay
from app.safety.reading import of_case, read, words_of
from app.security.sections import Section
from app.security.structs import people, safety
from app.security.structs.work import Service, ServiceText
from app.work import Work

ADMITTED: Final = "AK_RPS_MASUK"
LEFT: Final = "AK_RPS_KELUAR"
DESPITE: Final = "Penampungan sementara: alasannya tercatat pada rumah perlindungan."
"""Why the service is given where the form F4 says no to it: the words themselves are for the list alone."""


@dataclass(frozen=True, slots=True, repr=False)
class Departure:
    """The end of a stay: when, why, where to."""

    on: date
    time: str = ""
    reason: str = ""
    place_after: str = ""
    leaving: str = ""
    whereabouts: str = ""


# --- entering --------------------------------------------------------------------------------------------------------


def enter(
    work: Work,
    case_id: UUID,
    stay: safety.ShelterStay,
    words: safety.ShelterWords,
    *,
    named: Collection[UUID] = (),
    knowingly: bool = False,
) -> ShelterStay:
    """Record that a client was admitted. The first stay of a case begins its list: the actor and the `named`.

    Refused for what is no shelter of the unit, a client who is in one already, days that cannot be, a missing reason; and for a full shelter
    unless done `knowingly`.
    NotPermitted for anybody but those on the list.
    """
    case = receiving(work, case_id)
    work.actor.require(Capability.SHELTER_WRITE)
    is_first = not queries.records(work.session, ShelterStay, [case_id])
    if not is_first and not readers.may_read(work, case_id):
        raise NotPermitted("shelter")
    client = record_of(work, Client, case_id, stay.client_id)
    _refuse_entry(work, case, client, stay, words)
    if not knowingly and beds.is_full(work, case.unit_id, stay.institution_id):
        raise Refused(Problem("shelter.full", "institution_id"))
    if is_first:
        readers.begin(work, case, named)
    service = _service(work, case_id, stay.client_id, stay.in_on, ADMITTED)
    stay = msgspec.structs.replace(stay, in_service=service)
    row = add_record(work, ShelterStay, case_id, _sealed(stay, words), is_removed=False)
    work.touched(case_id, Event.SHELTER_CHANGED, row.id, row=row)
    return row


def _refuse_entry(work: Work, case: Case, client: Client, stay: safety.ShelterStay, words: safety.ShelterWords) -> None:
    profile = work.vault.open(client.place(Section.CLIENT_PROFILE), client.profile_sealed, people.ClientProfile)
    if profile.ended_on is not None:
        raise Conflict("client ended")
    not_future(work, case, stay.in_on, "in_on")
    known_codes(stay)
    texts_within(words)
    institution = directory.get(work, stay.institution_id)
    problems = []
    if (
        not institution.is_active
        or institution.unit_id != case.unit_id
        or directory.read(work, institution).type != beds.TYPE
    ):
        problems.append(Problem("shelter.none", "institution_id"))
    if not stay.reason:
        problems.append(Problem("required", "reason"))
    if stay.expected_end is not None and stay.expected_end < stay.in_on:
        problems.append(Problem("shelter.end-before", "expected_end"))
    others = [head for _row, head in of_case(work, case.id) if head.client_id == client.id]
    if any(head.out_on is None for head in others):
        problems.append(Problem("shelter.already", "client_id"))
    elif any(head.in_on <= stay.in_on < (head.out_on or stay.in_on) for head in others):
        problems.append(Problem("shelter.overlap", "in_on"))
    if problems:
        raise Refused(*problems)


# --- staying longer, leaving -----------------------------------------------------------------------------------------


def extend(
    work: Work, case_id: UUID, stay_id: UUID, extension: safety.Extension, why: str, *, expected: str | None = None
) -> ShelterStay:
    """Make a stay longer. Refused where the new last day is not after the one before, or the reason is missing."""
    row, stay, words = _open_stay(work, case_id, stay_id, expected)
    not_future(work, queries.get(work, case_id), extension.on, "on")
    problems = []
    if extension.on < stay.in_on:
        problems.append(Problem("shelter.out-before-in", "on"))
    last = max((each.until for each in stay.extensions), default=stay.in_on)
    if extension.until <= max(last, extension.on):
        problems.append(Problem("shelter.not-longer", "until"))
    if not why.strip():
        problems.append(Problem("required", "why"))
    if problems:
        raise Refused(*problems)
    within(why, "why")
    stay = msgspec.structs.replace(stay, extensions=(*stay.extensions, extension))
    return _save(work, row, stay, msgspec.structs.replace(words, extended=(*words.extended, why)))


def leave(
    work: Work, case_id: UUID, stay_id: UUID, departure: Departure, *, expected: str | None = None
) -> ShelterStay:
    """Record that a client left, with the reason and the place after. Refused where reason or place is missing, or the day cannot be."""
    row, stay, words = _open_stay(work, case_id, stay_id, expected)
    not_future(work, queries.get(work, case_id), departure.on, "out_on")
    problems = [
        Problem("required", name)
        for name, value in (("exit_reason", departure.reason), ("place_after", departure.place_after))
        if not value
    ]
    if (departure.on, departure.time or "24:00") < (stay.in_on, stay.in_time):
        problems.append(Problem("shelter.out-before-in", "out_on"))
    if any(stay.in_on <= each.in_on < departure.on for each in _others(work, case_id, stay_id, stay)):
        problems.append(Problem("shelter.overlap", "out_on"))
    if problems:
        raise Refused(*problems)
    stay = msgspec.structs.replace(
        stay,
        out_on=departure.on,
        out_time=departure.time,
        exit_reason=departure.reason,
        place_after=departure.place_after,
    )
    known_codes(stay)
    stay = msgspec.structs.replace(stay, out_service=_service(work, case_id, stay.client_id, departure.on, LEFT))
    words = msgspec.structs.replace(words, leaving=departure.leaving, whereabouts=departure.whereabouts)
    return _save(work, row, stay, words)


def _others(work: Work, case_id: UUID, stay_id: UUID, stay: safety.ShelterStay) -> Iterator[safety.ShelterStay]:
    """The same client's other stays: one that was recorded afterwards may lie before."""
    for row, each in of_case(work, case_id):
        if row.id != stay_id and each.client_id == stay.client_id:
            yield each


def take_back(work: Work, case_id: UUID, stay_id: UUID) -> None:
    """Take a wrong entry back: the bed is free, and the services recorded with it count no more. Conflict where it was taken back already."""
    row, stay, _words = _mine(work, case_id, stay_id)
    if row.is_removed:
        raise Conflict("taken back")
    row.is_removed = True
    for service_id in (stay.in_service, stay.out_service):
        if service_id is not None:
            records.remove_service(work, case_id, service_id)
    work.touched(case_id, Event.SHELTER_CHANGED, row.id, row=row)


def _mine(work: Work, case_id: UUID, stay_id: UUID) -> tuple[ShelterStay, safety.ShelterStay, safety.ShelterWords]:
    """A stay the actor may change: on the list, and working on the case."""
    editable(work, case_id, closed_too=True)
    work.actor.require(Capability.SHELTER_WRITE)
    if not readers.may_read(work, case_id):
        raise NotPermitted("shelter")
    row = record_of(work, ShelterStay, case_id, stay_id)
    return row, read(work, row), words_of(work, row)


def _open_stay(
    work: Work, case_id: UUID, stay_id: UUID, expected: str | None
) -> tuple[ShelterStay, safety.ShelterStay, safety.ShelterWords]:
    """As `_mine`, where the client is still there; Conflict where the stay is over."""
    row, stay, words = _mine(work, case_id, stay_id)
    fresh(expected, row.stay_sealed, row.text_sealed)
    if stay.out_on is not None or row.is_removed:
        raise Conflict("stay over")
    return row, stay, words


def _sealed(stay: safety.ShelterStay, words: safety.ShelterWords) -> dict[str, tuple[Section, msgspec.Struct]]:
    return {"stay_sealed": (Section.SHELTER, stay), "text_sealed": (Section.SHELTER_TEXT, words)}


def _save(work: Work, row: ShelterStay, stay: safety.ShelterStay, words: safety.ShelterWords) -> ShelterStay:
    texts_within(words)
    seal_into(work, row, _sealed(stay, words))
    work.touched(row.case_id, Event.SHELTER_CHANGED, row.id, row=row)
    return row


def _service(work: Work, case_id: UUID, client_id: UUID, on: date, activity: str) -> UUID:
    document = Service(client_id=client_id, on=on, activity=activity)
    declined = records.is_declined(work, records.with_service(document))
    return records.record_service(work, case_id, document, ServiceText(reason=DESPITE if declined else "")).id
