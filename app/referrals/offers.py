"""What the forms of the referral desk offer to choose from: institutions in use, consents that stand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from flask_babel import get_locale

from app.cases import queries as case_queries
from app.cases.acting import today_of
from app.cases.acts import Desk
from app.cases.models import ReportedPerson
from app.domain.codes import code_list
from app.domain.errors import NotPermitted
from app.referrals import basis, directory, page
from app.referrals.ground_forms import GroundFields
from app.referrals.page import Reading, ReferralFile
from app.security.sections import Section
from app.security.structs import people
from app.security.structs import work as work_structs
from app.security.structs.office import Institution as Profile
from app.web import runtime
from app.web.filters import day_short
from app.web.sealed import opened
from app.work import Opening, Work

FAMILY: Final = frozenset({"RL_ORTU", "RL_KELUARGA"})


@contextmanager
def reading(referral_id: UUID, reason: str = "") -> Iterator[tuple[Work, ReferralFile]]:
    """The referral in a snapshot: permission check and audit event first. NotPermitted for whoever may not send it."""
    held: Reading | None = None

    def plan(work: Work) -> Opening:
        nonlocal held
        held = page.reading_of(work, referral_id, with_reason=bool(reason))
        return page.opening(referral_id, held, reason)

    with runtime.reading(plan) as work:
        if held is None:
            raise NotPermitted("page")
        yield work, page.read(work, referral_id, held)


def ground(work: Work, case_id: UUID, masks: dict[UUID, str], form: GroundFields) -> None:
    """Offer the consents that stand, newest first, each with whose it is and its day."""
    held = opened(lambda: basis.standing(work, case_id))
    pairs = held if isinstance(held, list) else []
    consents = [(str(row.id), _consent_label(consent, masks)) for row, consent in pairs]
    form.offer_ground(consents, today_of(work, case_queries.get(work, case_id)))


def institutions(work: Work, unit_id: UUID) -> list[tuple[str, str]]:
    """The institutions in use, by type, then name; one whose profile does not open stands last."""
    order = {code.code: place for place, code in enumerate(code_list("institution_type"))}
    named = []
    for row in directory.of_area(work, unit_id):
        profile = opened(lambda row=row: directory.read(work, row))  # type: ignore[misc]
        kind = profile.type if isinstance(profile, Profile) else ""
        label = f"{row.name} · {label_of('institution_type', kind)}" if kind else row.name
        named.append((order.get(kind, len(order)), label.lower(), str(row.id), label))
    return [(key, label) for _place, _sorted, key, label in sorted(named)]


def kinds(work: Work, unit_id: UUID) -> dict[UUID, str]:
    """The type of each institution in use; none of one whose profile does not open."""
    found = ((row.id, opened(lambda row=row: directory.read(work, row))) for row in directory.of_area(work, unit_id))  # type: ignore[misc]
    return {row_id: profile.type for row_id, profile in found if isinstance(profile, Profile)}


def has_family_reported(at: Desk) -> bool:
    """Whether a reported person is a parent or relative of a client: such a person cannot consent for the child."""
    for row in case_queries.records(at.work.session, ReportedPerson, [at.case.id]):
        place, blob = row.place(Section.REPORTED_PROFILE), row.profile_sealed
        profile = opened(lambda p=place, b=blob: at.work.vault.open(p, b, people.ReportedProfile))  # type: ignore[misc]
        if any(relation.relationship in FAMILY for relation in profile.relations):
            return True
    return False


def label_of(list_name: str, code: str) -> str:
    """The word of a code in the reader's language."""
    entry = code_list(list_name).get(code)
    return entry.en if str(get_locale() or "id").startswith("en") else entry.id


def _consent_label(consent: work_structs.Consent, masks: dict[UUID, str]) -> str:
    parts = (
        label_of("consent_basis", consent.basis),
        day_short(consent.on).striptags(),
        masks.get(consent.client_id, ""),
    )
    return " · ".join(part for part in parts if part)
