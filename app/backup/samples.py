"""Where each section of the registry stands in the database, and one stored sample of each (security 10 "restore")."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import inspect, select

from app.accounts.models import User
from app.answers.models import AnswerLink, PartnerAnswer
from app.audit.models import AuditEntry
from app.cases import models as cases
from app.clocks.models import CaseClocks
from app.db.base import Base
from app.documents.models import Document, StoredFile
from app.domain.errors import Unreadable
from app.legal.models import PoliceWish
from app.notifications import models as notes
from app.papers.models import IssuedPaper, LetterDeskRow
from app.patbm.models import VillageNote, VillageOrigin
from app.referrals.models import IncomingReferral, Institution, Referral, ReferralPackage
from app.releases.models import OfficialReturn, PublicRelease
from app.reports.models import Closing, LedgerBlob, SavedPivot
from app.retention.models import CaseHold, Erasure, ErasureProposal, RetentionRule
from app.safety import models as safety
from app.security import selftest
from app.security.sections import AUTHOR, REGISTRY, Purpose, Section
from app.security.selftest import Check
from app.security.vault import Frozen, OwnPlace, Place
from app.simfoni.models import SimfoniReconciliation
from app.tasks.models import OwnTask, SavedFilter
from app.web.models import FormDraft
from app.work import Work

SEALED: Final[Mapping[Section, tuple[type[Base], str]]] = MappingProxyType(
    {
        Section.INCIDENT: (cases.Case, "incident_sealed"),
        Section.CHRONOLOGY: (cases.Case, "chronology_sealed"),
        Section.CLOCKS: (CaseClocks, "clocks_sealed"),
        Section.REPORT: (cases.Report, "report_sealed"),
        Section.REPORTER: (cases.Report, "reporter_sealed"),
        Section.STEP_REASON: (cases.StageStep, "reason_sealed"),
        Section.NOTE_HEAD: (cases.Note, "head_sealed"),
        Section.NOTE_BODY: (cases.Note, "body_sealed"),
        Section.CLIENT_PROFILE: (cases.Client, "profile_sealed"),
        Section.CLIENT_IDENTITY: (cases.Client, "identity_sealed"),
        Section.CLIENT_SENSITIVE: (cases.Client, "sensitive_sealed"),
        Section.REPORTED_PROFILE: (cases.ReportedPerson, "profile_sealed"),
        Section.REPORTED_IDENTITY: (cases.ReportedPerson, "identity_sealed"),
        Section.CONSENT: (cases.Consent, "consent_sealed"),
        Section.CONSENT_TEXT: (cases.Consent, "text_sealed"),
        Section.SERVICE: (cases.Service, "service_sealed"),
        Section.SERVICE_TEXT: (cases.Service, "text_sealed"),
        Section.REFERRAL: (Referral, "referral_sealed"),
        Section.REFERRAL_TEXT: (Referral, "text_sealed"),
        Section.REFERRAL_PACKAGE: (ReferralPackage, "package_sealed"),
        Section.ANSWER_LINK: (AnswerLink, "link_sealed"),
        Section.PARTNER_ANSWER: (PartnerAnswer, "answer_sealed"),
        Section.PARTNER_ANSWER_TEXT: (PartnerAnswer, "text_sealed"),
        Section.INCOMING_REFERRAL: (IncomingReferral, "referral_sealed"),
        Section.INCOMING_REFERRAL_TEXT: (IncomingReferral, "text_sealed"),
        Section.LEGAL_STEP: (cases.LegalStep, "step_sealed"),
        Section.LEGAL_STEP_TEXT: (cases.LegalStep, "text_sealed"),
        Section.LEGAL_TRACK: (cases.LegalTrack, "track_sealed"),
        Section.LEGAL_TRACK_TEXT: (cases.LegalTrack, "text_sealed"),
        Section.POLICE_WISH: (PoliceWish, "wish_sealed"),
        Section.POLICE_WISH_TEXT: (PoliceWish, "text_sealed"),
        Section.FOLLOW_UP: (cases.FollowUp, "follow_up_sealed"),
        Section.FOLLOW_UP_TEXT: (cases.FollowUp, "text_sealed"),
        Section.AID_REQUEST: (cases.AidRequest, "request_sealed"),
        Section.AID_REQUEST_TEXT: (cases.AidRequest, "text_sealed"),
        Section.TERMINATION: (cases.Termination, "termination_sealed"),
        Section.TERMINATION_TEXT: (cases.Termination, "text_sealed"),
        Section.TRANSFER: (cases.Transfer, "transfer_sealed"),
        Section.TRANSFER_TEXT: (cases.Transfer, "text_sealed"),
        Section.ASSESSMENT: (cases.Assessment, "head_sealed"),
        Section.ASSESSMENT_TEXT: (cases.Assessment, "text_sealed"),
        Section.PLAN: (cases.Plan, "head_sealed"),
        Section.PLAN_TEXT: (cases.Plan, "text_sealed"),
        Section.MONITORING: (cases.Monitoring, "head_sealed"),
        Section.MONITORING_TEXT: (cases.Monitoring, "text_sealed"),
        Section.CONFERENCE: (cases.Conference, "head_sealed"),
        Section.CONFERENCE_TEXT: (cases.Conference, "text_sealed"),
        Section.RISK: (cases.RiskAssessment, "risk_sealed"),
        Section.RISK_TEXT: (cases.RiskAssessment, "text_sealed"),
        Section.EXPERT_NOTE: (cases.ExpertNote, "head_sealed"),
        Section.EXPERT_SUMMARY: (cases.ExpertNote, "summary_sealed"),
        Section.EXPERT_NOTES: (cases.ExpertNote, "notes_sealed"),
        Section.EXPERT_RELEASE: (cases.ExpertRelease, "release_sealed"),
        Section.EXPERT_REPORT: (cases.ExpertRelease, "text_sealed"),
        Section.SAFETY_PLAN: (safety.SafetyPlan, "head_sealed"),
        Section.SAFETY_PLAN_TEXT: (safety.SafetyPlan, "text_sealed"),
        Section.SHELTER: (safety.ShelterStay, "stay_sealed"),
        Section.SHELTER_TEXT: (safety.ShelterStay, "text_sealed"),
        Section.MERGE_REASON: (cases.CaseMerge, "reason_sealed"),
        Section.DECLARATION: (cases.Declaration, "declaration_sealed"),
        Section.HAND_OVER: (cases.HandOver, "note_sealed"),
        Section.SIMFONI_ENTRY: (cases.SimfoniEntry, "entry_sealed"),
        Section.SIMFONI_TEXT: (cases.SimfoniEntry, "text_sealed"),
        Section.SIMFONI_TYPED: (cases.SimfoniEntry, "typed_sealed"),
        Section.DOCUMENT: (Document, "head_sealed"),
        Section.DOCUMENT_TEXT: (Document, "text_sealed"),
        Section.DOCUMENT_GUARDED: (Document, "guarded_sealed"),
        Section.STAFF_CONTACT: (User, "contact_sealed"),
        Section.INSTITUTION: (Institution, "profile_sealed"),
        Section.CONTACT: (cases.Contact, "contact_sealed"),
        Section.RECONCILIATION: (SimfoniReconciliation, "result_sealed"),
        Section.RECONCILIATION_TEXT: (SimfoniReconciliation, "text_sealed"),
        Section.INTAKE_DRAFT: (cases.IntakeDraft, "draft_sealed"),
        Section.VILLAGE_NOTE: (VillageNote, "note_sealed"),
        Section.VILLAGE_NOTE_TEXT: (VillageNote, "text_sealed"),
        Section.VILLAGE_NOTE_FATE: (VillageNote, "fate_sealed"),
        Section.VILLAGE_ORIGIN: (VillageOrigin, "note_sealed"),
        Section.VILLAGE_ORIGIN_TEXT: (VillageOrigin, "text_sealed"),
        Section.FORM_DRAFT: (FormDraft, "draft_sealed"),
        Section.NOTICE: (notes.Notice, "notice_sealed"),
        Section.OUTBOX_MESSAGE: (notes.OutboxMail, "message_sealed"),
        Section.NOTICE_CHOICES: (notes.NoticeChoice, "choices_sealed"),
        Section.OWN_TASK: (OwnTask, "task_sealed"),
        Section.SAVED_FILTER: (SavedFilter, "filter_sealed"),
        Section.SAVED_PIVOT: (SavedPivot, "pivot_sealed"),
        Section.AUDIT_ADDRESS: (AuditEntry, "address_sealed"),
        Section.ISSUED_PAPER: (IssuedPaper, "paper_sealed"),
        Section.ISSUED_PAPER_TEXT: (IssuedPaper, "text_sealed"),
        Section.LETTER_DESK: (LetterDeskRow, "desk_sealed"),
        Section.LETTER_LOGO: (LetterDeskRow, "logo_sealed"),
        Section.LETTER_COUNTERS: (LetterDeskRow, "counters_sealed"),
        Section.RELEASE_FIGURES: (PublicRelease, "figures_sealed"),
        Section.RETURN_NOTE: (OfficialReturn, "note_sealed"),
        Section.RETENTION_RULE: (RetentionRule, "rule_sealed"),
        Section.HOLD_REASON: (CaseHold, "reason_sealed"),
        Section.ERASURE_WORDS: (ErasureProposal, "words_sealed"),
        Section.ERASURE: (Erasure, "record_sealed"),
    }
)
LEDGER: Final = "ledger.records"
CLOSING: Final = "closing.tables"
RETURN: Final = "return.copy"
FILE: Final = "document.file"


def open_samples(work: Work) -> list[Check]:
    """Open one stored sample of every section that has one, the ledger included. The caller's act names the opening in the audit log."""
    return [*selftest.samples(work.vault, stored(work)), *_ledger(work), *_closing(work), *_return(work), *_file(work)]


def stored(work: Work) -> Iterator[tuple[Place | OwnPlace, bytes]]:
    """One sealed value of each section that has any, with its place."""
    for section, (model, column) in SEALED.items():
        kept = (
            getattr(model, column) != b""
        )  # of an erased file, and of a transfer that outlives one, the words are gone
        row = work.session.scalar(select(model).where(kept).order_by(*inspect(model).primary_key).limit(1))
        if row is not None:
            yield _place(work, section, row), getattr(row, column)


def _place(work: Work, section: Section, row: Any) -> Place | OwnPlace:
    own: UUID = row.case_id if isinstance(row, CaseClocks) else row.id
    if REGISTRY[section].own_list == AUTHOR:
        return OwnPlace(section, own, row.case_id, row.author_id)
    if REGISTRY[section].purpose is Purpose.OFFICE:
        return Place(section, own, work.office)
    return Place(section, own, getattr(row, "case_id", own))


def _ledger(work: Work) -> list[Check]:
    row = work.session.scalar(select(LedgerBlob).order_by(LedgerBlob.id).limit(1))
    return [] if row is None else _tried(LEDGER, lambda: work.vault.open_ledger(row.id, row.records_sealed))


def _closing(work: Work) -> list[Check]:
    row = work.session.scalar(select(Closing).order_by(Closing.id).limit(1))
    if row is None:
        return []
    return _tried(CLOSING, lambda: work.vault.open_frozen(Frozen.CLOSING, row.id, row.tables_sealed))


def _return(work: Work) -> list[Check]:
    row = work.session.scalar(select(OfficialReturn).order_by(OfficialReturn.id).limit(1))
    if row is None:
        return []
    return _tried(RETURN, lambda: work.vault.open_frozen(Frozen.RETURN, row.id, row.copy_sealed))


def _tried(name: str, read: Callable[[], object]) -> list[Check]:
    try:
        read()
    except Unreadable:
        return [Check(f"section.{name}", False, "section.unreadable")]
    return [Check(f"section.{name}", True, selftest.OK)]


def _file(work: Work) -> list[Check]:
    """The first chunk of the newest sealed file that is there. Files that are missing are counted elsewhere: an office that lost one
    must still be able to bring back the rest."""
    if work.runtime.folder is None:
        return []
    newest = (
        select(StoredFile.id)
        .where(StoredFile.document_id.is_not(None))
        .order_by(StoredFile.created_at.desc(), StoredFile.id)
    )
    found = next((each for each in work.session.scalars(newest).all() if work.runtime.files.path(each).is_file()), None)
    if found is None:
        return []
    row = work.session.get_one(StoredFile, found)
    place = Place(Section.DOCUMENT_TEXT, row.document_id or row.id, row.case_id)
    try:
        with work.runtime.files.read(row.id) as stream:
            next(work.vault.open_file(place, row.id, stream))
    except Unreadable:
        return [Check(f"section.{FILE}", False, "section.unreadable")]
    return [Check(f"section.{FILE}", True, selftest.OK)]
