"""What has happened: the recorded steps that start, meet and end clocks, and the case they happened in (case-management 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.domain.zones import Zone, day_range, to_utc

Fact = str | bool | int | tuple[str, ...]
"""A coded attribute: a code, a yes/no, a number, or several codes (a client has several kinds of violence)."""

_INSTANT = timedelta(microseconds=1)


class SubjectKind(StrEnum):
    """What a clock is about. OFFICE is the unit itself (data protection); the others form a tree under their case: clients, referrals and
    legal tracks, each of a client or of the whole case."""

    OFFICE = "office"
    CASE = "case"
    CLIENT = "client"
    REFERRAL = "referral"
    TRACK = "track"


class EventKind(StrEnum):
    """A recorded step. Which milestone of a legal track is which event says `data/legal_milestones.json`; events on data protection wait for their form."""

    REPORT_RECEIVED = "REPORT_RECEIVED"
    SCREENED = "SCREENED"
    REGISTERED = "REGISTERED"
    STAGE_CHANGED = "STAGE_CHANGED"
    NOTE_WRITTEN = "NOTE_WRITTEN"
    CASE_CLOSED = "CASE_CLOSED"
    CASE_VOIDED = "CASE_VOIDED"

    CONSENT_RECORDED = "CONSENT_RECORDED"
    CONSENT_SIGNED = "CONSENT_SIGNED"  # one on which the client may be assessed; another legal basis is none
    EMERGENCY_STARTED = "EMERGENCY_STARTED"  # help or assessment before the consent
    SERVICE_GIVEN = "SERVICE_GIVEN"
    CLIENT_ENDED = "CLIENT_ENDED"

    REFERRAL_DECIDED = "REFERRAL_DECIDED"
    REFERRAL_SENT = "REFERRAL_SENT"
    REFERRAL_ACKNOWLEDGED = "REFERRAL_ACKNOWLEDGED"
    REFERRAL_ACCEPTED = "REFERRAL_ACCEPTED"
    REFERRAL_DECLINED = "REFERRAL_DECLINED"
    REFERRAL_SERVED = "REFERRAL_SERVED"
    REFERRAL_RESULT = "REFERRAL_RESULT"
    REFERRAL_CLOSED = "REFERRAL_CLOSED"
    REFERRAL_CANCELLED = "REFERRAL_CANCELLED"
    REFERRAL_FOLLOWED_UP = "REFERRAL_FOLLOWED_UP"
    REFERRAL_ESCALATED = "REFERRAL_ESCALATED"

    POLICE_REPORT = "POLICE_REPORT"  # laporan polisi or tanda terima, with its number
    TEMPORARY_PROTECTION = "TEMPORARY_PROTECTION"

    PROTECTION_REQUESTED = "PROTECTION_REQUESTED"
    PROTECTION_ORDERED = "PROTECTION_ORDERED"
    SHELTER_IN = "SHELTER_IN"
    SHELTER_OUT = "SHELTER_OUT"
    SHELTER_EXTENDED = "SHELTER_EXTENDED"

    # Handling of the case
    INCIDENT = "INCIDENT"
    OUTREACH_DONE = "OUTREACH_DONE"
    CRISIS_HELP_GIVEN = "CRISIS_HELP_GIVEN"
    ASSESSED = "ASSESSED"
    PLAN_AGREED = "PLAN_AGREED"
    PLAN_REVIEWED = "PLAN_REVIEWED"
    CONFERENCE_HELD = "CONFERENCE_HELD"
    MONITORED = "MONITORED"
    AFTERCARE_CONTACT = "AFTERCARE_CONTACT"
    AFTERCARE_FINISHED = "AFTERCARE_FINISHED"
    SIMFONI_ENTERED = "SIMFONI_ENTERED"

    # Protection orders
    PROTECTION_EXTENSION_REQUESTED = "PROTECTION_EXTENSION_REQUESTED"
    PROTECTION_EXTENDED = "PROTECTION_EXTENDED"
    PROTECTION_REFUSED = "PROTECTION_REFUSED"  # a reasoned refusal answers the request, and orders nothing
    PROTECTION_ENDED = "PROTECTION_ENDED"
    PROTECTION_EXPIRES = "PROTECTION_EXPIRES"  # the known last day of an order: an event that lies ahead
    RESTRICTION_ORDERED = "RESTRICTION_ORDERED"
    RESTRICTION_EXTENSION_REQUESTED = "RESTRICTION_EXTENSION_REQUESTED"
    RESTRICTION_EXTENDED = "RESTRICTION_EXTENDED"
    RESTRICTION_ENDED = "RESTRICTION_ENDED"
    RESTRICTION_EXPIRES = "RESTRICTION_EXPIRES"
    LPSK_REQUESTED = "LPSK_REQUESTED"
    LPSK_DECIDED = "LPSK_DECIDED"

    # Police, prosecution, court
    VICTIM_TOLD_RIGHTS = "VICTIM_TOLD_RIGHTS"
    VICTIM_TOLD_RESTITUTION = "VICTIM_TOLD_RESTITUTION"
    VICTIM_TOLD_STOPPED = "VICTIM_TOLD_STOPPED"
    RECEIPT_LETTER = "RECEIPT_LETTER"
    POLICE_RESPONDED = "POLICE_RESPONDED"
    PROGRESS_LETTER = "PROGRESS_LETTER"
    LEGAL_NEWS = "LEGAL_NEWS"
    TRACK_ENDED = "TRACK_ENDED"  # one legal track is followed no longer
    LEGAL_ENDED = "LEGAL_ENDED"  # none of the tracks of the case is
    INQUIRY_STARTED = "INQUIRY_STARTED"
    INVESTIGATION_ORDERED = "INVESTIGATION_ORDERED"
    INVESTIGATION_STARTED = "INVESTIGATION_STARTED"
    INVESTIGATION_STOPPED = "INVESTIGATION_STOPPED"
    SPDP_SENT = "SPDP_SENT"
    PROSECUTOR_COORDINATED = "PROSECUTOR_COORDINATED"
    FILE_TO_PROSECUTOR = "FILE_TO_PROSECUTOR"
    FILE_COMPLETENESS_STATED = "FILE_COMPLETENESS_STATED"
    FILE_RETURNED = "FILE_RETURNED"
    FILE_RESUBMITTED = "FILE_RESUBMITTED"
    FILE_TO_COURT = "FILE_TO_COURT"
    JUDGE_NAMED = "JUDGE_NAMED"
    TRIAL_STARTED = "TRIAL_STARTED"
    JUDGMENT_PRONOUNCED = "JUDGMENT_PRONOUNCED"
    JUDGMENT_RECEIVED = "JUDGMENT_RECEIVED"
    JUDGMENT_SENT = "JUDGMENT_SENT"
    JUDGMENT_FINAL = "JUDGMENT_FINAL"
    RESTITUTION_REQUESTED = "RESTITUTION_REQUESTED"
    RESTITUTION_ORDERED = "RESTITUTION_ORDERED"
    RESTITUTION_ORDER_RECEIVED = "RESTITUTION_ORDER_RECEIVED"
    RESTITUTION_ORDER_SENT = "RESTITUTION_ORDER_SENT"
    RESTITUTION_PAID = "RESTITUTION_PAID"
    ASSETS_AUCTIONED = "ASSETS_AUCTIONED"
    URGENT_HELP_REQUESTED = "URGENT_HELP_REQUESTED"
    URGENT_HELP_GIVEN = "URGENT_HELP_GIVEN"

    # Child in contact with the law
    LITMAS_REQUESTED = "LITMAS_REQUESTED"
    LITMAS_DELIVERED = "LITMAS_DELIVERED"
    SOCIAL_REPORT_REQUESTED = "SOCIAL_REPORT_REQUESTED"
    SOCIAL_REPORT_DELIVERED = "SOCIAL_REPORT_DELIVERED"
    DIVERSION_OFFERED = "DIVERSION_OFFERED"
    DIVERSION_STARTED = "DIVERSION_STARTED"
    DIVERSION_AGREED = "DIVERSION_AGREED"
    DIVERSION_FAILED = "DIVERSION_FAILED"
    DIVERSION_AT_COURT = "DIVERSION_AT_COURT"
    DIVERSION_ORDERED = "DIVERSION_ORDERED"
    DIVERSION_NOT_PERFORMED = "DIVERSION_NOT_PERFORMED"
    DIVERSION_FOLLOW_UP_DECIDED = "DIVERSION_FOLLOW_UP_DECIDED"
    ARRESTED = "ARRESTED"
    DETAINED = "DETAINED"
    DETENTION_EXTENDED = "DETENTION_EXTENDED"
    DETENTION_EXPIRED = "DETENTION_EXPIRED"
    RELEASED = "RELEASED"
    SEIZURE_REQUESTED = "SEIZURE_REQUESTED"
    SEIZURE_ORDERED = "SEIZURE_ORDERED"
    UNDER_12_DECIDED = "UNDER_12_DECIDED"
    UNDER_12_ORDERED = "UNDER_12_ORDERED"
    UNDER_12_PROGRAMME_STARTED = "UNDER_12_PROGRAMME_STARTED"
    UNDER_12_PROGRAMME_ENDED = "UNDER_12_PROGRAMME_ENDED"

    # Data protection
    BREACH_FOUND = "BREACH_FOUND"
    BREACH_NOTIFIED = "BREACH_NOTIFIED"
    DATA_REQUESTED = "DATA_REQUESTED"
    DATA_REQUEST_ANSWERED = "DATA_REQUEST_ANSWERED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    PROCESSING_STOPPED = "PROCESSING_STOPPED"


@dataclass(frozen=True, slots=True, repr=False)
class Event:
    """One recorded step. `at` is an aware moment, or a plain day when the time is not known.

    `ref` is the opaque id of the record that holds the step, unique among the steps of its kind: with it a corrected time
    keeps the clock's identity. Events show nothing of themselves in a repr, because kinds and attributes are sealed content.
    """

    kind: EventKind
    subject_id: UUID
    at: datetime | date
    ref: str = ""
    attributes: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if isinstance(self.at, datetime):
            to_utc(self.at)

    @property
    def time_known(self) -> bool:
        """Whether the event has a time of day; a bare day is taken as 00:00 (case-management 9.1, S)."""
        return isinstance(self.at, datetime)

    def earliest(self, zone: Zone) -> datetime:
        """The moment in UTC; for a day without a time 00:00 of that day in `zone` (case-management 9.1, S)."""
        return to_utc(self.at) if isinstance(self.at, datetime) else day_range(self.at, zone)[0]

    def latest(self, zone: Zone) -> datetime:
        """The last moment at which it can have happened: the end of the day when only the day is known."""
        return to_utc(self.at) if isinstance(self.at, datetime) else day_range(self.at, zone)[1] - _INSTANT


class Act(StrEnum):
    """What a supervisor may decide about one clock."""

    WAIVE = "WAIVE"
    REOPEN = "REOPEN"


@dataclass(frozen=True, slots=True, repr=False)
class Decision:
    """A clock waived with a reason, or a waived clock taken up again. The latest decision on a clock stands.

    `reason` is a code: the words of the reason are narrative and stay in a text section (design 2).
    """

    clock_id: str
    act: Act
    at: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        to_utc(self.at)
        if self.act is Act.WAIVE and not self.reason:
            raise ValueError("a clock is waived with a reason or not at all")


@dataclass(frozen=True, slots=True, repr=False)
class Subject:
    """A case, client or referral, and what is coded about it. A referral's parent is its client, or the case itself."""

    id: UUID
    kind: SubjectKind
    parent_id: UUID | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Context:
    """Everything about one case besides its events. `imported_at`: when a case that ran elsewhere came in (design 7)."""

    subjects: tuple[Subject, ...]
    imported_at: datetime | None = None
