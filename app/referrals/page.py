"""One referral as a page: who may open how much of it, and what it shows. Nothing here changes anything.

The coded head opens for everybody who may read the case; the words for the case team, whose assignment is the reason, and for others
who give one (design 2), as in the case file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.accounts import queries as accounts
from app.audit.events import Event
from app.cases import consents, experts
from app.cases import queries as case_queries
from app.cases.acting import CLOSED_TO_EDITS, zone_of
from app.cases.derive import is_trafficked
from app.cases.models import Case, Client, Consent, ExpertRelease
from app.domain.access import Capability
from app.domain.errors import NotPermitted
from app.domain.referrals import MAY_BE_FOLLOWED, ReferralStatus, Step, steps_from
from app.domain.stages import Status
from app.domain.zones import Zone
from app.referrals import directory, packages, queries, services
from app.referrals.models import Institution, Referral
from app.referrals.watch import watch
from app.security.sections import Section
from app.security.structs import packages as packages_structs
from app.security.structs import people
from app.security.structs import work as work_structs
from app.security.vault import etag
from app.web.sealed import UNOPENED, Unopened, opened
from app.work import Opening, Work

CODED: Final = (Section.REFERRAL, Section.CLIENT_PROFILE, Section.CONSENT)
WORDS: Final = (Section.REFERRAL_TEXT, Section.REFERRAL_PACKAGE)
POLICE: Final = "IN_UPPA"
HELPERS: Final = frozenset({"IN_DINSOS", "IN_RS", "IN_PUSKESMAS", "IN_LAIN"})
"""Where urgent help for a victim of trafficking is asked for: health and social agencies of the region (UU 21/2007 Pasal 53). A health
office has no code of its own and stands under other institutions."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person reads this referral, as the permission check found it."""

    case_id: UUID
    on_team: bool
    words: bool
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Related:
    """Another referral of the case that goes before or after this one."""

    row: Referral
    institution: str
    head: work_structs.Referral


@dataclass(frozen=True, slots=True, repr=False)
class ReferralFile:
    """Everything the page shows. `words` is None where they were not asked for, `package` also where nothing is frozen."""

    row: Referral
    case: Case
    head: Any
    words: Any
    package: Any
    institution: str
    mask: Any
    consent: Any
    reading: Reading
    may: Mapping[str, bool]
    next_steps: tuple[Step, ...]
    clocks: Sequence[Any]
    before: Related | None
    again: Sequence[Related]
    reports: Sequence[tuple[ExpertRelease, Any]]
    names: Mapping[UUID, str]
    zone: Zone
    etag: str
    takes_urgent_help: bool = False  # to a health or social agency, about a victim of trafficking

    @property
    def is_under_way(self) -> bool:
        """Whether somebody is still to do something."""
        return ReferralStatus(self.row.status) in services.UNDER_WAY

    @property
    def may_be_followed(self) -> bool:
        """Whether the client may be referred anew after this one."""
        return ReferralStatus(self.row.status) in MAY_BE_FOLLOWED

    @property
    def is_to_the_police(self) -> bool:
        """Whether papers of the police are noted here."""
        return self.head is not UNOPENED and self.head.institution_type == POLICE

    @property
    def events(self) -> list[dict[str, Any]]:
        """What happened, newest first: moment, what (a key of the template), who, how."""
        return sorted(_events(self.row, self.head), key=lambda event: event["at"])[::-1]


def reading_of(work: Work, referral_id: UUID, *, with_reason: bool = False) -> Reading:
    """How much of the referral the actor may open now. NotPermitted for its words where the actor may not even with a reason."""
    row = queries.get(work, referral_id)
    on_team = bool(work.actor.system) or case_queries.is_on_team(work, row.case_id)
    if with_reason and not on_team and not work.actor.may(Capability.CASE_REVEAL):
        raise NotPermitted("reason")
    words = on_team or with_reason
    if with_reason and case_queries.has_part(work, row.case_id):
        raise NotPermitted("has a part in the matter")
    reports = experts.TEAM_READS if words and work.actor.may(Capability.EXPERT_SUMMARY) else ()
    sections = (*CODED, *watch().sections, *(WORDS if words else ()), *reports)
    return Reading(row.case_id, on_team, words, sections)


def opening(referral_id: UUID, reading: Reading, purpose: str = "") -> Opening:
    """The audit line of the page. Words opened from outside the team are a reveal."""
    is_reveal = reading.words and not reading.on_team
    event = Event.CASE_REVEALED if is_reveal else Event.CASE_OPENED
    why = purpose or ("team" if reading.on_team else "unit")
    return Opening(event, (reading.case_id,), reading.sections, object_id=referral_id, purpose=why)


def read(work: Work, referral_id: UUID, reading: Reading) -> ReferralFile:
    """The referral as this reading shows it."""
    row = queries.get(work, referral_id)
    case = case_queries.get(work, row.case_id)
    head = opened(lambda: services.read(work, row))
    institution = _institution(work, head)
    known = isinstance(head, work_structs.Referral)
    before, again = _related(work, row, head)
    clocks = watch().lines(work, [case.id]).get(row.id, ())
    return ReferralFile(
        row=row,
        case=case,
        head=head,
        words=opened(lambda: services.read_text(work, row)) if reading.words else None,
        package=_package(work, row) if reading.words else None,
        institution=institution.name if institution is not None else "",
        mask=mask_of(work, case.id, head.client_id) if isinstance(head, work_structs.Referral) else head,
        consent=_consent(work, case.id, head) if isinstance(head, work_structs.Referral) else None,
        reading=reading,
        may=_may(work, case, reading),
        next_steps=tuple(s for s in steps_from(ReferralStatus(row.status)) if known and work.actor.may(s.capability)),
        clocks=clocks,
        before=before,
        again=again,
        reports=_reports(work, case.id, row.id) if Section.EXPERT_REPORT in reading.sections else (),
        names=accounts.names(
            work, {by for by in (*(s.by for s in head.steps), *(e.by for e in head.escalations)) if by}
        )
        if isinstance(head, work_structs.Referral)
        else {},
        zone=zone_of(work, case),
        etag=etag(row.referral_sealed, row.text_sealed),
        takes_urgent_help=_takes_urgent_help(work, case.id, head),
    )


def _package(work: Work, row: Referral) -> packages_structs.ReferralPackage | Unopened | None:
    held = packages.of_referral(work, row.id)
    return opened(lambda: packages.read(work, held)) if held is not None else None


def _related(work: Work, row: Referral, head: object) -> tuple[Related | None, list[Related]]:
    """The referral this one was made after, and those made after it."""
    rows = queries.of_cases(work, [row.case_id])
    heads = [(each, opened(lambda each=each: services.read(work, each))) for each in rows if each.id != row.id]  # type: ignore[misc]
    known = [(each, doc) for each, doc in heads if isinstance(doc, work_structs.Referral)]
    names = directory.names(work, [doc.institution_id for _, doc in known if doc.institution_id is not None])
    told = {
        each.id: Related(each, names.get(doc.institution_id, "") if doc.institution_id else "", doc)
        for each, doc in known
    }
    before = told.get(head.follows) if isinstance(head, work_structs.Referral) and head.follows else None
    return before, [each for each in told.values() if each.head.follows == row.id]


def _takes_urgent_help(work: Work, case_id: UUID, head: object) -> bool:
    if not isinstance(head, work_structs.Referral) or head.institution_type not in HELPERS:
        return False
    rows = case_queries.records(work.session, Client, [case_id])
    of = [_profile(work, row) for row in rows if head.client_id in (None, row.id)]
    return any(is_trafficked(profile) for profile in of if isinstance(profile, people.ClientProfile))


def _profile(work: Work, row: Client) -> people.ClientProfile | Unopened:
    return opened(lambda: work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, people.ClientProfile))


def mask_of(work: Work, case_id: UUID, client_id: UUID | None) -> str | Unopened | None:
    """What the page shows of the client: position and mask; None for the whole case."""
    rows = [row for row in case_queries.records(work.session, Client, [case_id]) if row.id == client_id]
    return masked(work, rows[0]) if rows else None


def masked(work: Work, row: Client) -> str | Unopened:
    """`2. S•••`, as the case file shows its clients."""
    profile = _profile(work, row)
    return f"{row.position}. {profile.mask or '•••'}" if isinstance(profile, people.ClientProfile) else profile


def _reports(work: Work, case_id: UUID, referral_id: UUID) -> list[tuple[ExpertRelease, Any]]:
    """Reports their authors released for this referral, with their texts."""
    released = [(row, opened(lambda r=row: experts.release_of(work, r))) for row in experts.releases_of(work, case_id)]  # type: ignore[misc]
    ours = [row for row, head in released if not isinstance(head, Unopened) and head.referral_id == referral_id]
    return [(row, opened(lambda r=row: experts.report_of(work, r))) for row in ours]  # type: ignore[misc]


def _may(work: Work, case: Case, reading: Reading) -> Mapping[str, bool]:
    """What the page offers; the services decide again when it is done."""
    actor = work.actor
    alive = case.status not in CLOSED_TO_EDITS
    edit = alive and actor.may(Capability.CASE_EDIT) and (reading.on_team or actor.may(Capability.CASE_APPROVE))
    return {
        "step": edit,
        "again": edit and actor.may(Capability.REFERRAL_WRITE) and case.status == Status.OPEN.value,
        "news": edit and actor.may(Capability.REFERRAL_RECORD_ANSWER),
        "reveal": not reading.words and actor.may(Capability.CASE_REVEAL),
    }


def _institution(work: Work, head: work_structs.Referral | Unopened) -> Institution | None:
    if not isinstance(head, work_structs.Referral) or head.institution_id is None:
        return None
    return work.session.get(Institution, head.institution_id)


def _consent(work: Work, case_id: UUID, head: work_structs.Referral) -> work_structs.Consent | Unopened | None:
    if head.consent_id is None:
        return None
    row = work.session.get(Consent, head.consent_id)
    if row is None or row.case_id != case_id or row.is_removed:
        return None
    return opened(lambda: consents.read(work, row))


def _events(row: Referral, head: Any) -> list[dict[str, Any]]:
    if head is UNOPENED:
        return []
    decided: datetime = head.decided_at or row.created_at
    found: list[dict[str, Any]] = [{"at": decided, "what": "decided", "who": row.created_by, "how": ""}]
    found += [{"at": s.at, "what": s.status, "who": s.by, "how": s.how} for s in head.steps]
    found += [{"at": at, "what": "follow-up", "who": None, "how": ""} for at in head.follow_ups]
    found += [{"at": e.at, "what": e.to, "who": e.by, "how": e.how} for e in head.escalations]
    if head.police_report is not None:
        found.append({"at": head.police_report.at, "what": "report", "who": None, "how": ""})
    if head.protection_at is not None:
        found.append({"at": head.protection_at, "what": "protection", "who": None, "how": ""})
    if head.help_asked_at is not None:
        found.append({"at": head.help_asked_at, "what": "help-asked", "who": None, "how": ""})
    if head.help_given_at is not None:
        found.append({"at": head.help_given_at, "what": "help-given", "who": None, "how": ""})
    return found
