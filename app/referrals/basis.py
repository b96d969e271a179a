"""What disclosure rests on: a consent that stands and covers it, or another legal basis with its reason (design 5, case-management 7 F4).

Consent is recorded before anything is disclosed. A referral of one client needs that client's; a referral of the whole case needs
one of every client whose handling goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.cases import acting as cases
from app.cases import consents
from app.cases import queries as case_queries
from app.cases.models import Client, Consent
from app.domain.codes import code_list
from app.domain.errors import Problem, Refused
from app.security.sections import Section
from app.security.structs import people
from app.security.structs import work as work_structs
from app.work import Work

CONSENT_BASES: Final = frozenset(code.code for code in code_list("consent_basis") if code.truth("consent"))
FIELD: Final = "basis"

_FORM_FIELD: Final[Mapping[str, str]] = {"reason": "consent_reason", "refused": "consent_refused"}


@dataclass(frozen=True, slots=True, repr=False)
class Given:
    """A consent or another legal basis given now: the day, the ground (CB_*), services agreed to and refused, the words; and whether
    who signs is a reported person (`conflict`: YA, TIDAK), or only has the name of one (`confirmed_other`)."""

    on: date
    basis: str
    services: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    cooperation: bool = False
    text: work_structs.ConsentText = work_structs.ConsentText()
    conflict: str = ""
    confirmed_other: bool = False


def record(work: Work, case_id: UUID, client_id: UUID | None, given: Given) -> UUID:
    """Record it for the client, or for every client whose handling goes on; the id of the (first) record.

    Refused as `consents.record` refuses, with the fields named as the referral form names them.
    """
    clients = [client_id] if client_id is not None else open_clients(work, case_id)
    if not clients:
        raise Refused(Problem("referral.no-client", FIELD))
    try:
        rows = [consents.record(work, case_id, _consent(given, each), given.text) for each in clients]
    except Refused as refusal:
        raise Refused(*map(_as_on_the_form, refusal.problems)) from None
    work.session.flush()
    return rows[0].id


def open_clients(work: Work, case_id: UUID) -> list[UUID]:
    """The clients whose handling has not ended, in their order."""
    rows = sorted(case_queries.records(work.session, Client, [case_id]), key=lambda row: row.position)
    return [row.id for row in rows if _profile(work, row).ended_on is None]


def lacking(work: Work, case_id: UUID, document: work_structs.Referral, on: date) -> Problem | None:
    """What is missing before this may be disclosed on this day (in the unit's zone); None where it rests on something."""
    if document.consent_id is None:
        rests = bool(document.basis) and document.basis not in CONSENT_BASES
        return None if rests else Problem("referral.basis", FIELD)
    if _is_out(work, document.consent_id):
        return Problem("referral.basis", FIELD)
    row = cases.record_of(work, Consent, case_id, document.consent_id)
    if document.client_id is not None:
        consent = consents.read(work, row)
        if consent.client_id != document.client_id:
            return Problem("referral.basis-other-client", FIELD)
        return _fault(consent, document, on)
    return _lacking_of_all(work, case_id, document, on)


def rests_on(work: Work, document: work_structs.Referral, row: Consent, on: date) -> bool:
    """Whether what was disclosed on this day rests on a consent that was just taken out: it names the consent, or is about the whole
    case and finds no other for that client."""
    if document.consent_id == row.id:
        return True
    consent = consents.read(work, row)
    if document.client_id is not None or document.consent_id is None or consent.on > on:
        return False
    others = (c for _, c in standing(work, row.case_id) if c.client_id == consent.client_id)
    return all(_fault(other, document, on) is not None for other in others)


def _is_out(work: Work, consent_id: UUID) -> bool:
    row = work.session.get(Consent, consent_id)
    return row is not None and row.is_removed


def standing(work: Work, case_id: UUID) -> list[tuple[Consent, work_structs.Consent]]:
    """Consents and other bases of the case that were not withdrawn, newest first."""
    rows = case_queries.records(work.session, Consent, [case_id])
    opened = [(row, consents.read(work, row)) for row in rows]
    return [pair for pair in reversed(opened) if consents.stands(pair[1])]


def _lacking_of_all(work: Work, case_id: UUID, document: work_structs.Referral, on: date) -> Problem | None:
    """The whole case: each client with handling under way needs a record that stands, covers the request and came first."""
    good = {c.client_id for _, c in standing(work, case_id) if _fault(c, document, on) is None}
    return None if set(open_clients(work, case_id)) <= good else Problem("referral.basis-each", FIELD)


def _fault(consent: work_structs.Consent, document: work_structs.Referral, on: date) -> Problem | None:
    if not consents.stands(consent):
        return Problem("referral.basis-withdrawn", FIELD)
    if consent.on > on:
        return Problem("referral.basis-later", FIELD)
    if consent.basis in CONSENT_BASES and not consents.covers(consent, document.requested, document.institution_type):
        return Problem("referral.basis-refused", FIELD)
    return None


def _consent(given: Given, client_id: UUID) -> work_structs.Consent:
    return work_structs.Consent(
        client_id=client_id,
        on=given.on,
        basis=given.basis,
        services=given.services,
        refused=given.refused,
        cooperation=given.cooperation,
        conflict=given.conflict,
        confirmed_other=given.confirmed_other,
    )


def _as_on_the_form(problem: Problem) -> Problem:
    field = _FORM_FIELD.get(problem.field, f"consent_{problem.field}")
    return Problem(problem.code, field, problem.severity, problem.params)


def _profile(work: Work, row: Client) -> people.ClientProfile:
    return work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, people.ClientProfile)
