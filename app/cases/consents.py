"""Consents: recording one, taking it back, and what stands of it (case-management 7 F4, 12; UU 27/2022 Pasal 20-26, 40 as marked there).

The rules of who may sign are `app.domain.consents`; here the case is asked what they need: the client's age on that day, and whether
the signer is, or looks like, a reported person. Old and short records keep counting as they were made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.audit.events import Event
from app.cases import persons, queries
from app.cases.acting import editable, known_codes, not_future, receiving, record_of, texts_within, within
from app.cases.derive import is_child_on
from app.cases.models import Client, Consent, ReportedPerson
from app.cases.sealing import add_record, seal_into
from app.domain import consents as rules
from app.domain.codes import code_list
from app.domain.errors import Conflict, Problem, Refused
from app.domain.names_score import MATCH_FROM, similarity
from app.domain.nik import digits_of
from app.reference.phones import to_e164
from app.security import index
from app.security.sections import Section
from app.security.structs import people
from app.security.structs import work as work_structs
from app.work import Work

STOPS: Final = "WE_HENTI"
_STATEMENTS: Final = ("truth", "explained", "procedure", "cooperation")


# --- what stands -----------------------------------------------------------------------------------------------------


def stands(consent: work_structs.Consent) -> bool:
    """Whether anything of it stands."""
    return consent.withdrawn_on is None


def agreed_now(consent: work_structs.Consent) -> frozenset[str]:
    """The services of the form (CS_*) that are agreed to still; none of a short record, which does not know them."""
    return agreed_on(consent, date.max)


def agreed_on(consent: work_structs.Consent, day: date) -> frozenset[str]:
    """The services of the form that were agreed to on that day: what was taken back on it or before is gone."""
    if consent.withdrawn_on is not None and consent.withdrawn_on <= day:
        return frozenset()
    taken_back = {service for each in consent.withdrawals if each.on <= day for service in each.services}
    return frozenset(consent.agreed) - taken_back


def covers(consent: work_structs.Consent, requested: Collection[str], institution_type: str = "") -> bool:
    """Whether a standing consent covers a referral. A refusal always counts; a short record that names no service is a general one."""
    asked = set(requested)
    if asked & set(consent.refused) or (consent.services and not asked <= set(consent.services)):
        return False
    return not consent.wording or rules.covers(agreed_now(consent), asked, institution_type)


def lets_assess(consent: work_structs.Consent) -> bool:
    """Whether the client may be assessed on it: a consent that stands, and in the whole form the agreement to follow the procedure
    and to some service. Danger to life and legal duty are no consent: they are the emergency exception (case-management 9.9)."""
    if not stands(consent) or not rules.is_consent(consent.basis):
        return False
    return not consent.wording or (consent.procedure and bool(agreed_now(consent)))


def newest_form(consents: Collection[work_structs.Consent], client_id: UUID) -> work_structs.Consent | None:
    """The last form F4 of a client, standing or not; None where only short records exist. `consents`: oldest first."""
    forms = [each for each in consents if each.client_id == client_id and each.wording]
    return forms[-1] if forms else None


# --- recording -------------------------------------------------------------------------------------------------------


def record(work: Work, case_id: UUID, consent: work_structs.Consent, text: work_structs.ConsentText) -> Consent:
    """Record a client's consent, or another legal basis with its reason (design 5: danger to life, legal duty).

    Refused where the rules of `app.domain.consents` say so: above all, a reported person consents for nobody, and for a child a parent or
    guardian signs. A signer whose name or number is like a reported person's must be confirmed to be somebody else.
    """
    case = receiving(work, case_id)
    client = record_of(work, Client, case_id, consent.client_id)
    not_future(work, case, consent.on, "on")
    known_codes(consent)
    texts_within(text)
    if set(consent.services) & set(consent.refused):
        raise Refused(Problem("consent.contradiction", "refused"))
    problems = rules.problems(_signing(work, client, consent, text))
    if problems:
        raise Refused(*problems)
    sealed = {"consent_sealed": (Section.CONSENT, consent), "text_sealed": (Section.CONSENT_TEXT, text)}
    row = add_record(work, Consent, case.id, sealed, is_removed=False)
    work.touched(case.id, Event.CONSENT_RECORDED, row.id, row=row)
    return row


def _signing(
    work: Work, client: Client, consent: work_structs.Consent, text: work_structs.ConsentText
) -> rules.Signing:
    guards = rules.is_consent(consent.basis) and consent.basis != "CB_KLIEN"
    return rules.Signing(
        basis=consent.basis,
        signer=consent.signer,
        is_child=_is_child(work, client, consent.on),
        conflict=consent.conflict,
        is_reported=consent.signer_id is not None and consent.signer_id in _reported_ids(work, client.case_id),
        looks_reported=guards and any(_likenesses(work, client, text)),
        confirmed_other=consent.confirmed_other,
        has_name=bool(text.signer_name.strip()),
        has_reason=bool(text.reason.strip()),
        child_view=consent.child_agrees,
        has_child_words=bool(text.child_view.strip()),
        full=bool(consent.wording),
        said=frozenset(name for name in _STATEMENTS if getattr(consent, name)),
        agreed=frozenset(consent.agreed),
        declined=frozenset(consent.declined),
    )


def _is_child(work: Work, client: Client, day: date) -> bool | None:
    profile = work.vault.open(client.place(Section.CLIENT_PROFILE), client.profile_sealed, people.ClientProfile)
    identity = work.vault.open(client.place(Section.CLIENT_IDENTITY), client.identity_sealed, people.ClientIdentity)
    return is_child_on(profile, identity, day)


def _reported_ids(work: Work, case_id: UUID) -> frozenset[UUID]:
    return frozenset(row.id for row in queries.records(work.session, ReportedPerson, [case_id]))


def _likenesses(work: Work, client: Client, text: work_structs.ConsentText) -> Iterator[bool]:
    """Whether the signer has the name of a reported person of this case, or the NIK or phone of one here or in another case of the
    same client."""
    for row in queries.records(work.session, ReportedPerson, [client.case_id]):
        place = row.place(Section.REPORTED_IDENTITY)
        reported = work.vault.open(place, row.identity_sealed, people.ReportedIdentity)
        for name in filter(None, (reported.name, *reported.aliases)):
            yield similarity(text.signer_name, name) >= MATCH_FROM
    numbers = ((index.Exact.NIK, digits_of(text.signer_nik)), (index.Exact.PHONE, _e164(text.signer_phone)))
    known = _cases_of_person(work, client) if any(value for _kind, value in numbers) else frozenset()
    for kind, value in numbers:
        if value:
            found = index.find_exact(work.session, work.vault.crypt, None, kind, value)
            yield any(subject.kind == "reported" and subject.case_id in known for subject in found)


def _e164(phone: str) -> str:
    return (to_e164(phone) or "") if phone else ""


def _cases_of_person(work: Work, client: Client) -> frozenset[UUID]:
    files = persons.component(work, client.id)
    return frozenset(work.session.scalars(select(Client.case_id).where(Client.id.in_(files))))


# --- taking back -----------------------------------------------------------------------------------------------------


def withdraw(
    work: Work, case_id: UUID, consent_id: UUID, withdrawal: work_structs.Withdrawal, words: str = ""
) -> Consent:
    """Record that the client took it back, whole or for some services, and what follows (UU 27/2022 Pasal 40).

    What goes on under another basis needs its reasons in words; then nothing remains to be stopped. Conflict where it was taken back whole.
    Refused where what was taken back, or the reason, is missing or cannot be.
    """
    case = editable(work, case_id, closed_too=True)
    row = record_of(work, Consent, case_id, consent_id)
    not_future(work, case, withdrawal.on, "on")
    known_codes(withdrawal)
    within(words, "text")
    held = read(work, row)
    if not stands(held):
        raise Conflict("already withdrawn")
    problems = tuple(_refuse_withdrawal(held, withdrawal, words))
    if problems:
        raise Refused(*problems)
    if _goes_on(withdrawal.effect):
        withdrawal = msgspec.structs.replace(withdrawal, stopped_on=withdrawal.on)
    _add(work, row, held, withdrawal, words)
    work.touched(case_id, Event.CONSENT_WITHDRAWN, row.id, row=row)
    return row


def _refuse_withdrawal(
    held: work_structs.Consent, withdrawal: work_structs.Withdrawal, words: str
) -> Iterator[Problem]:
    if withdrawal.on < held.on:
        yield Problem("withdrawn.before-consent", "on")
    if not withdrawal.effect:
        yield Problem("required", "effect")
    elif _goes_on(withdrawal.effect) and not words.strip():
        yield Problem("withdrawn.reasoning", "text")
    if not set(withdrawal.services) <= agreed_now(held):
        yield Problem("withdrawn.not-agreed", "services")


def _goes_on(effect: str) -> bool:
    return bool(effect) and bool(code_list("withdrawal_effect").get(effect).truth("continues"))


def _add(work: Work, row: Consent, held: work_structs.Consent, withdrawal: work_structs.Withdrawal, words: str) -> None:
    """The record with one more withdrawal; with the last service agreed to, nothing of it stands."""
    text = work.vault.open(row.place(Section.CONSENT_TEXT), row.text_sealed, work_structs.ConsentText)
    after = msgspec.structs.replace(held, withdrawals=(*held.withdrawals, withdrawal))
    if not withdrawal.services or not agreed_now(after):
        after = msgspec.structs.replace(after, withdrawn_on=withdrawal.on)
    text = msgspec.structs.replace(text, withdrawals=(*text.withdrawals, words))
    seal_into(work, row, {"consent_sealed": (Section.CONSENT, after), "text_sealed": (Section.CONSENT_TEXT, text)})


def carry_out(work: Work, case_id: UUID, consent_id: UUID, on: date) -> Consent:
    """Record that what was taken back has stopped: services ended, institutions told (UU 27/2022 Pasal 40, 41: within 3 x 24 h, I).

    Conflict where nothing was taken back or it stopped already, Refused for a day that cannot be.
    """
    case = editable(work, case_id, closed_too=True)
    row = record_of(work, Consent, case_id, consent_id)
    not_future(work, case, on, "on")
    held = read(work, row)
    waiting = [each for each in held.withdrawals if each.stopped_on is None]
    if not waiting:
        raise Conflict("nothing to stop")
    if on < max(each.on for each in waiting):
        raise Refused(Problem("withdrawn.stopped-before", "on"))
    done = tuple(
        msgspec.structs.replace(each, stopped_on=on) if each.stopped_on is None else each for each in held.withdrawals
    )
    seal_into(work, row, {"consent_sealed": (Section.CONSENT, msgspec.structs.replace(held, withdrawals=done))})
    work.touched(case_id, Event.CONSENT_STOPPED, row.id, row=row)
    return row


def read(work: Work, row: Consent) -> work_structs.Consent:
    """The coded head of a consent."""
    return work.vault.open(row.place(Section.CONSENT), row.consent_sealed, work_structs.Consent)
