"""The registry of sealed sections: what each holds, how secret it is, whose key seals it (design 2, security 2.3).

Section ids are part of the associated data of every blob: `tests/domain/sections.golden` freezes them. A section's id never
changes and is never reused. A test fails when a sealed column has no entry here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from app.security.structs import (
    answers,
    case,
    course,
    documents,
    drafts,
    experts,
    handling,
    incoming,
    intake,
    legal,
    merges,
    notices,
    office,
    packages,
    papers,
    patbm,
    people,
    pivots,
    releases,
    retention,
    safety,
    simfoni,
    tasks,
    team,
    work,
)


class Secrecy(StrEnum):
    """S2 internal (office), S3 restricted (coded), S4 secret (identities and words)."""

    S2 = "S2"
    S3 = "S3"
    S4 = "S4"


class Purpose(StrEnum):
    """Whose data key seals a section; also the purpose in the wrapped key's associated data."""

    CASE = "case"
    OFFICE = "office"
    LEDGER = "ledger"
    FILE = "file"
    PACKAGE = "package"


class Section(StrEnum):
    """Every sealed section."""

    INCIDENT = "case.incident"
    CHRONOLOGY = "case.chronology"
    CLOCKS = "case.clocks"
    REPORT = "report.coded"
    REPORTER = "report.reporter"
    STEP_REASON = "step.reason"
    NOTE_HEAD = "note.head"
    NOTE_BODY = "note.body"
    CLIENT_PROFILE = "client.profile"
    CLIENT_IDENTITY = "client.identity"
    CLIENT_SENSITIVE = "client.sensitive"
    REPORTED_PROFILE = "reported.profile"
    REPORTED_IDENTITY = "reported.identity"
    CONSENT = "consent.coded"
    CONSENT_TEXT = "consent.text"
    SERVICE = "service.coded"
    SERVICE_TEXT = "service.text"
    REFERRAL = "referral.coded"
    REFERRAL_TEXT = "referral.text"
    REFERRAL_PACKAGE = "referral.package"
    ANSWER_LINK = "answer-link.words"
    PARTNER_ANSWER = "partner-answer.coded"
    PARTNER_ANSWER_TEXT = "partner-answer.text"
    INCOMING_REFERRAL = "incoming-referral.coded"
    INCOMING_REFERRAL_TEXT = "incoming-referral.text"
    LEGAL_STEP = "legal.coded"
    LEGAL_STEP_TEXT = "legal.text"
    LEGAL_TRACK = "legal-track.coded"
    LEGAL_TRACK_TEXT = "legal-track.text"
    POLICE_WISH = "police-wish.coded"
    POLICE_WISH_TEXT = "police-wish.text"
    FOLLOW_UP = "follow-up.coded"
    FOLLOW_UP_TEXT = "follow-up.text"
    ASSESSMENT = "assessment.coded"
    ASSESSMENT_TEXT = "assessment.text"
    PLAN = "plan.coded"
    PLAN_TEXT = "plan.text"
    MONITORING = "monitoring.coded"
    MONITORING_TEXT = "monitoring.text"
    CONFERENCE = "conference.coded"
    CONFERENCE_TEXT = "conference.text"
    RISK = "risk.coded"
    RISK_TEXT = "risk.text"
    SAFETY_PLAN = "safety-plan.head"
    SAFETY_PLAN_TEXT = "safety-plan.text"
    SHELTER = "shelter.coded"
    SHELTER_TEXT = "shelter.text"
    MERGE_REASON = "merge.reason"
    DECLARATION = "declaration.words"
    EXPERT_NOTE = "expert.coded"
    EXPERT_SUMMARY = "expert.summary"
    EXPERT_NOTES = "expert.notes"
    EXPERT_RELEASE = "expert-release.coded"
    EXPERT_REPORT = "expert-release.text"
    HAND_OVER = "hand-over.note"
    AID_REQUEST = "aid-request.coded"
    AID_REQUEST_TEXT = "aid-request.text"
    SIMFONI_ENTRY = "simfoni.entry"
    SIMFONI_TEXT = "simfoni.text"
    SIMFONI_TYPED = "simfoni.typed"
    DOCUMENT = "document.coded"
    DOCUMENT_TEXT = "document.text"
    DOCUMENT_GUARDED = "document.guarded"
    TERMINATION = "termination.coded"
    TERMINATION_TEXT = "termination.text"
    TRANSFER = "transfer.coded"
    TRANSFER_TEXT = "transfer.text"
    STAFF_CONTACT = "user.contact"
    INSTITUTION = "institution.profile"
    CONTACT = "contact.coded"
    RECONCILIATION = "reconciliation.coded"
    RECONCILIATION_TEXT = "reconciliation.text"
    INTAKE_DRAFT = "intake.draft"
    VILLAGE_NOTE = "village-note.coded"
    VILLAGE_NOTE_TEXT = "village-note.text"
    VILLAGE_NOTE_FATE = "village-note.fate"
    VILLAGE_ORIGIN = "village-origin.coded"
    VILLAGE_ORIGIN_TEXT = "village-origin.text"
    FORM_DRAFT = "form.draft"
    OWN_TASK = "task.own"
    SAVED_FILTER = "filter.saved"
    SAVED_PIVOT = "pivot.saved"
    AUDIT_ADDRESS = "audit.address"
    ISSUED_PAPER = "paper.coded"
    ISSUED_PAPER_TEXT = "paper.text"
    NOTICE = "notice.coded"
    OUTBOX_MESSAGE = "outbox.message"
    NOTICE_CHOICES = "notice.choices"
    LETTER_DESK = "letter.desk"
    LETTER_LOGO = "letter.logo"
    LETTER_COUNTERS = "letter.counters"
    RELEASE_FIGURES = "release.figures"
    RETURN_NOTE = "return.note"
    RETENTION_RULE = "retention.rule"
    HOLD_REASON = "hold.reason"
    ERASURE_WORDS = "erasure.words"
    ERASURE = "erasure.record"


AUTHOR: Final = "author"  # own list of sections that their author alone opens: `Vault.open_own`, never `Vault.open`


@dataclass(frozen=True, slots=True)
class SectionInfo:
    """What the registry knows of a section."""

    id: Section
    struct: type[Struct]
    secrecy: Secrecy
    purpose: Purpose
    own_list: str = ""  # readers' list besides the case team, where the readers differ


def _info(
    section: Section, struct: type[Struct], secrecy: Secrecy, purpose: Purpose = Purpose.CASE, own_list: str = ""
) -> SectionInfo:
    return SectionInfo(section, struct, secrecy, purpose, own_list)


_ALL: Final = (
    _info(Section.INCIDENT, case.Incident, Secrecy.S3),
    _info(Section.CHRONOLOGY, case.Chronology, Secrecy.S4),
    _info(Section.CLOCKS, case.CaseClocks, Secrecy.S3),
    _info(Section.REPORT, case.Report, Secrecy.S3),
    _info(Section.REPORTER, case.Reporter, Secrecy.S4),
    _info(Section.STEP_REASON, case.StepReason, Secrecy.S4),
    _info(Section.NOTE_HEAD, case.NoteHead, Secrecy.S3),
    _info(Section.NOTE_BODY, case.NoteBody, Secrecy.S4),
    _info(Section.CLIENT_PROFILE, people.ClientProfile, Secrecy.S3),
    _info(Section.CLIENT_IDENTITY, people.ClientIdentity, Secrecy.S4),
    _info(Section.CLIENT_SENSITIVE, people.ClientSensitive, Secrecy.S3, own_list="sensitive"),
    _info(Section.REPORTED_PROFILE, people.ReportedProfile, Secrecy.S3),
    _info(Section.REPORTED_IDENTITY, people.ReportedIdentity, Secrecy.S4),
    _info(Section.CONSENT, work.Consent, Secrecy.S3),
    _info(Section.CONSENT_TEXT, work.ConsentText, Secrecy.S4),
    _info(Section.SERVICE, work.Service, Secrecy.S3),
    _info(Section.SERVICE_TEXT, work.ServiceText, Secrecy.S4),
    _info(Section.REFERRAL, work.Referral, Secrecy.S3),
    _info(Section.REFERRAL_TEXT, work.ReferralText, Secrecy.S4),
    _info(Section.REFERRAL_PACKAGE, packages.ReferralPackage, Secrecy.S4, Purpose.PACKAGE),
    _info(Section.ANSWER_LINK, answers.AnswerLink, Secrecy.S4),
    _info(Section.PARTNER_ANSWER, answers.PartnerAnswer, Secrecy.S3),
    _info(Section.PARTNER_ANSWER_TEXT, answers.PartnerAnswerText, Secrecy.S4),
    _info(Section.INCOMING_REFERRAL, incoming.IncomingReferral, Secrecy.S3),
    _info(Section.INCOMING_REFERRAL_TEXT, incoming.IncomingReferralText, Secrecy.S4),
    _info(Section.LEGAL_STEP, work.LegalStep, Secrecy.S3),
    _info(Section.LEGAL_STEP_TEXT, work.LegalStepText, Secrecy.S4),
    _info(Section.LEGAL_TRACK, legal.LegalTrack, Secrecy.S3),
    _info(Section.LEGAL_TRACK_TEXT, legal.LegalTrackText, Secrecy.S4),
    _info(Section.POLICE_WISH, legal.PoliceWish, Secrecy.S3),
    _info(Section.POLICE_WISH_TEXT, legal.PoliceWishText, Secrecy.S4),
    _info(Section.FOLLOW_UP, work.FollowUp, Secrecy.S3),
    _info(Section.FOLLOW_UP_TEXT, work.FollowUpText, Secrecy.S4),
    _info(Section.ASSESSMENT, course.Assessment, Secrecy.S3),
    _info(Section.ASSESSMENT_TEXT, course.AssessmentText, Secrecy.S4),
    _info(Section.PLAN, course.Plan, Secrecy.S3),
    _info(Section.PLAN_TEXT, course.PlanText, Secrecy.S4),
    _info(Section.MONITORING, course.Monitoring, Secrecy.S3),
    _info(Section.MONITORING_TEXT, course.MonitoringText, Secrecy.S4),
    _info(Section.CONFERENCE, course.Conference, Secrecy.S3),
    _info(Section.CONFERENCE_TEXT, course.ConferenceText, Secrecy.S4),
    _info(Section.RISK, safety.RiskAssessment, Secrecy.S3),
    _info(Section.RISK_TEXT, safety.RiskWords, Secrecy.S4),
    _info(Section.EXPERT_NOTE, experts.ExpertNote, Secrecy.S3),
    _info(Section.EXPERT_SUMMARY, experts.ExpertSummary, Secrecy.S4),
    _info(Section.EXPERT_NOTES, experts.ExpertNotes, Secrecy.S4, own_list=AUTHOR),
    _info(Section.EXPERT_RELEASE, experts.ExpertRelease, Secrecy.S3),
    _info(Section.EXPERT_REPORT, experts.ExpertReport, Secrecy.S4),
    _info(Section.SAFETY_PLAN, safety.SafetyPlan, Secrecy.S3),
    _info(Section.SAFETY_PLAN_TEXT, safety.SafetyPlanText, Secrecy.S4, own_list="safety-plan"),
    _info(Section.SHELTER, safety.ShelterStay, Secrecy.S3, own_list="shelter"),
    _info(Section.SHELTER_TEXT, safety.ShelterWords, Secrecy.S4, own_list="shelter"),
    _info(Section.MERGE_REASON, merges.MergeReason, Secrecy.S4),
    _info(Section.DECLARATION, team.Declaration, Secrecy.S4, own_list="supervisor"),
    _info(Section.HAND_OVER, team.HandOver, Secrecy.S4),
    _info(Section.AID_REQUEST, handling.AidRequest, Secrecy.S3),
    _info(Section.AID_REQUEST_TEXT, handling.AidRequestText, Secrecy.S4),
    _info(Section.SIMFONI_ENTRY, simfoni.Entry, Secrecy.S3),
    _info(Section.SIMFONI_TEXT, simfoni.EntryText, Secrecy.S4),
    _info(Section.SIMFONI_TYPED, simfoni.Typed, Secrecy.S4),
    _info(Section.DOCUMENT, documents.Document, Secrecy.S3),
    _info(Section.DOCUMENT_TEXT, documents.DocumentText, Secrecy.S4),
    _info(Section.DOCUMENT_GUARDED, documents.DocumentText, Secrecy.S4, own_list="sensitive"),
    _info(Section.TERMINATION, handling.Termination, Secrecy.S3),
    _info(Section.TERMINATION_TEXT, handling.TerminationText, Secrecy.S4),
    _info(Section.TRANSFER, handling.Transfer, Secrecy.S3),
    _info(Section.TRANSFER_TEXT, handling.TransferText, Secrecy.S4),
    _info(Section.STAFF_CONTACT, office.StaffContact, Secrecy.S4, Purpose.OFFICE),
    _info(Section.INSTITUTION, office.Institution, Secrecy.S2, Purpose.OFFICE),
    _info(Section.CONTACT, office.Contact, Secrecy.S3, Purpose.OFFICE),
    _info(Section.RECONCILIATION, simfoni.Reconciliation, Secrecy.S3, Purpose.OFFICE),
    _info(Section.RECONCILIATION_TEXT, simfoni.ReconciliationText, Secrecy.S4, Purpose.OFFICE),
    _info(Section.INTAKE_DRAFT, intake.Intake, Secrecy.S4, Purpose.OFFICE),
    _info(Section.VILLAGE_NOTE, patbm.VillageNote, Secrecy.S3, Purpose.OFFICE),
    _info(Section.VILLAGE_NOTE_TEXT, patbm.VillageNoteText, Secrecy.S4, Purpose.OFFICE),
    _info(Section.VILLAGE_NOTE_FATE, patbm.VillageNoteFate, Secrecy.S3, Purpose.OFFICE, own_list="desk"),
    _info(Section.VILLAGE_ORIGIN, patbm.VillageNote, Secrecy.S3),
    _info(Section.VILLAGE_ORIGIN_TEXT, patbm.VillageNoteText, Secrecy.S4),
    _info(Section.FORM_DRAFT, drafts.FormDraft, Secrecy.S4, Purpose.OFFICE),
    _info(Section.OWN_TASK, tasks.OwnTask, Secrecy.S4, Purpose.OFFICE),
    _info(Section.SAVED_FILTER, tasks.SavedFilter, Secrecy.S4, Purpose.OFFICE),
    _info(Section.SAVED_PIVOT, pivots.SavedPivot, Secrecy.S4, Purpose.OFFICE),
    _info(Section.AUDIT_ADDRESS, office.ClientAddress, Secrecy.S4, Purpose.OFFICE),
    _info(Section.ISSUED_PAPER, papers.IssuedPaper, Secrecy.S3),
    _info(Section.ISSUED_PAPER_TEXT, papers.IssuedPaperText, Secrecy.S4),
    _info(Section.NOTICE, notices.Notice, Secrecy.S3),
    _info(Section.OUTBOX_MESSAGE, notices.MailMessage, Secrecy.S3, Purpose.OFFICE),
    _info(Section.NOTICE_CHOICES, notices.NoticeChoices, Secrecy.S2, Purpose.OFFICE),
    _info(Section.LETTER_DESK, papers.LetterDesk, Secrecy.S2, Purpose.OFFICE),
    _info(Section.LETTER_LOGO, papers.LetterLogo, Secrecy.S2, Purpose.OFFICE),
    _info(Section.LETTER_COUNTERS, papers.LetterCounters, Secrecy.S2, Purpose.OFFICE),
    _info(Section.RELEASE_FIGURES, releases.ReleaseFigures, Secrecy.S3, Purpose.OFFICE),
    _info(Section.RETURN_NOTE, releases.ReturnNote, Secrecy.S2, Purpose.OFFICE),
    _info(Section.RETENTION_RULE, retention.RetentionRule, Secrecy.S2, Purpose.OFFICE),
    _info(Section.HOLD_REASON, retention.HoldReason, Secrecy.S4),
    _info(Section.ERASURE_WORDS, retention.ErasureWords, Secrecy.S4),
    _info(Section.ERASURE, retention.Erased, Secrecy.S4, Purpose.OFFICE),
)

REGISTRY: Final[Mapping[Section, SectionInfo]] = MappingProxyType({info.id: info for info in _ALL})
CODED_SECTIONS: Final = frozenset(info.id for info in _ALL if info.secrecy is Secrecy.S3)
TEXT_SECTIONS: Final = frozenset(info.id for info in _ALL if info.secrecy is Secrecy.S4)
