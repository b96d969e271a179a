"""What a referral tells an institution: gathered from the file, frozen when it is told, sealed under a key of its own (design 2).

It is frozen with the letter's number or with the sending, whichever comes first, and never changed afterwards: the letter prints it, the
page of the referral shows it. What came by an import, and what was sent before there were packages, has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.accounts.models import Unit
from app.cases import consents
from app.cases.models import Case, Consent
from app.cases.sealing import add_record
from app.cases.whole import ClientFile, WholeCase
from app.db.base import new_id
from app.domain import disclosures
from app.domain.errors import Problem, Refused, Unreadable
from app.referrals import directory
from app.referrals.models import Referral, ReferralPackage
from app.security.sections import Section
from app.security.structs import packages as structs
from app.security.structs import work as work_structs
from app.security.structs.people import ClientIdentity, ClientProfile, SafeContact
from app.work import Work

FIELD = "disclosed"


def of_referral(work: Work, referral_id: UUID) -> ReferralPackage | None:
    """The package of a referral, sealed as it is."""
    return work.session.scalar(select(ReferralPackage).where(ReferralPackage.referral_id == referral_id))


def read(work: Work, row: ReferralPackage) -> structs.ReferralPackage:
    """What was told. Unreadable where it does not open."""
    return work.vault.open(row.place(Section.REFERRAL_PACKAGE), row.package_sealed, structs.ReferralPackage)


def told(
    whole: WholeCase, row: Referral, head: work_structs.Referral, text: work_structs.ReferralText
) -> structs.ReferralPackage:
    """What the letter of a referral says: the frozen package, or where nothing is frozen yet what would be."""
    held = of_referral(whole.work, row.id)
    return read(whole.work, held) if held is not None else gather(whole, row, head, text)


def freeze(
    work: Work,
    row: Referral,
    head: work_structs.Referral,
    text: work_structs.ReferralText,
    *,
    printed: structs.ReferralPackage | None = None,
) -> ReferralPackage:
    """Freeze what is told, once: part of the act that sends the referral or numbers its letter. `printed`: what the letter said.

    Refused where something that was chosen does not open: nobody is told half of it.
    """
    held = of_referral(work, row.id)
    if held is not None:
        return held
    try:
        package = printed or gather(whole_of(work, row), row, head, text)
    except Unreadable:
        raise Refused(Problem("referral.package-unreadable", FIELD)) from None
    return keep(work, row, package)


def keep(work: Work, row: Referral, package: structs.ReferralPackage) -> ReferralPackage:
    """Seal a package under a new key of its own."""
    package_id = new_id()
    work.vault.new_package_key(package_id, work.now)
    sealed = {"package_sealed": (Section.REFERRAL_PACKAGE, package)}
    return add_record(work, ReferralPackage, row.case_id, sealed, id=package_id, referral_id=row.id)


def forbidden(codes: Iterable[str], institution_type: str) -> list[Problem]:
    """A problem where something was chosen that does not go to an institution of this type."""
    if all(disclosures.allowed(code, institution_type) for code in codes):
        return []
    return [Problem("referral.disclosure-not-for", FIELD)]


def gather(
    whole: WholeCase, row: Referral, head: work_structs.Referral, text: work_structs.ReferralText
) -> structs.ReferralPackage:
    """What the choice of a referral takes from the file as it is now; opened is only what was chosen."""
    work = whole.work
    basis, basis_on = _ground(work, row.case_id, head)
    return structs.ReferralPackage(
        frozen_at=work.now,
        institution=_name(work, head) or text.institution_name,
        institution_type=head.institution_type,
        requested=head.requested,
        reason=text.reason,
        needs=head.needs,
        basis=basis,
        basis_on=basis_on,
        disclosed=head.disclosed,
        clients=_clients(whole, head) if set(head.disclosed) - {disclosures.CHRONOLOGY} else (),
        chronology=whole.chronology.text if disclosures.CHRONOLOGY in head.disclosed else "",
    )


def whole_of(work: Work, row: Referral) -> WholeCase:
    """The file a referral belongs to, for those who have not begun to read it."""
    case = work.session.get_one(Case, row.case_id)
    return WholeCase(work, case, work.session.get_one(Unit, case.unit_id))


def _clients(whole: WholeCase, head: work_structs.Referral) -> tuple[structs.PackageClient, ...]:
    meant = [whole.client(head.client_id)] if head.client_id is not None else whole.clients
    return tuple(_client(whole, each, head.disclosed) for each in meant)


def _client(whole: WholeCase, client: ClientFile, codes: Sequence[str]) -> structs.PackageClient:
    taken = disclosures.fields(codes)
    profile = {name: getattr(client.profile, name) for name in taken.profile}
    identity = {name: getattr(client.identity, name) for name in taken.identity}
    contact = {name: getattr(client.identity.contact, name) for name in taken.contact}
    return structs.PackageClient(
        client_id=client.row.id,
        position=client.row.position,
        profile=ClientProfile(**({"capacity": ""} | profile)),
        identity=ClientIdentity(**identity, contact=SafeContact(**contact)),
        reported=_reported(whole, client.row.id) if disclosures.REPORTED in codes else (),
        services=_services(whole, client.row.id) if disclosures.SERVICES in codes else (),
    )


def _reported(whole: WholeCase, client_id: UUID) -> tuple[structs.PackagePerson, ...]:
    found = []
    for person in whole.reported:
        relation = next((each for each in person.profile.relations if each.client_id == client_id), None)
        known = (relation.relationship, relation.detail) if relation is not None else ("", "")
        found.append(structs.PackagePerson(person.identity.name, *known))
    return tuple(found)


def _services(whole: WholeCase, client_id: UUID) -> tuple[structs.PackageService, ...]:
    given = [each.service for each in whole.services if each.service.client_id == client_id and each.service.code]
    return tuple(structs.PackageService(service.on, service.code) for service in given)


def _ground(work: Work, case_id: UUID, head: work_structs.Referral) -> tuple[str, date | None]:
    row = work.session.get(Consent, head.consent_id) if head.consent_id is not None else None
    if row is None or row.case_id != case_id:
        return head.basis, None
    consent = consents.read(work, row)
    return consent.basis, consent.on


def _name(work: Work, head: work_structs.Referral) -> str:
    ids = [head.institution_id] if head.institution_id is not None else []
    return directory.names(work, ids).get(ids[0], "") if ids else ""


def moved(package: structs.ReferralPackage, client_ids: dict[UUID, UUID]) -> structs.ReferralPackage:
    """The package with its clients under the ids they have in another file; those who are not there are left out."""
    clients = [
        msgspec.structs.replace(each, client_id=client_ids[each.client_id])
        for each in package.clients
        if each.client_id in client_ids
    ]
    return msgspec.structs.replace(package, clients=tuple(clients))
