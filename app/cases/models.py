"""Tables of the case room. In the clear: opaque ids, numbers, unit, stage, status, risk, moments, versions; nothing else (design 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, synonym

from app.db.base import Base
from app.security.sections import Section
from app.security.vault import OwnPlace, Place


class Case(Base):
    """A reported event or continuing situation (case-management 2). Its sections are sealed under its own key."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("unit_id", "register_year", "register_seq"),
        CheckConstraint(
            "status IN ('open', 'closed', 'rejected', 'voided', 'transferred', 'merged', 'erased')", name="known_status"
        ),
        CheckConstraint("(status IN ('closed', 'transferred')) = (closed_at IS NOT NULL)", name="closing_is_dated"),
        Index("ix_cases_unit_id_is_hidden_received_at", "unit_id", "is_hidden", "received_at"),
        Index("ix_cases_unit_id_due_at", "unit_id", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    register_no: Mapped[str]
    register_year: Mapped[int]
    register_seq: Mapped[int]
    stage: Mapped[str]
    status: Mapped[str]
    risk: Mapped[str]
    received_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]  # approval by a supervisor
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    watch_at: Mapped[datetime | None] = mapped_column(
        index=True
    )  # earliest next step of any clock, rounded up to the hour
    due_at: Mapped[datetime | None]  # earliest unmet due moment
    import_id: Mapped[UUID | None] = mapped_column(index=True)
    is_hidden: Mapped[bool]  # part of an import that is not complete yet
    ledger_blob_id: Mapped[UUID | None]  # where the counted record lies; an opaque id
    incident_sealed: Mapped[bytes]
    chronology_sealed: Mapped[bytes]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def place(self, section: Section) -> Place:
        """Where this row's sections stand."""
        return Place(section, self.id, self.id)


class RegisterCounter(Base):
    """The last register number given out, per unit and year; its row lock makes numbers gapless and never double."""

    __tablename__ = "register_counters"

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class ClientCounter(Base):
    """The last client number given out, per unit and year, as `RegisterCounter` holds the register's."""

    __tablename__ = "client_counters"

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class TeamMember(Base):
    """An assignment of a person to a case: the reason for which the person may open it (design 2)."""

    __tablename__ = "case_team"
    __table_args__ = (Index("ix_case_team_user_id_until", "user_id", "until"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    assigned_by: Mapped[UUID | None]
    mac: Mapped[bytes]


class CaseRecord:
    """What every sealed record of a case shares."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column()

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        """Two people saving at once: one is told."""
        return {"version_id_col": cls.version}

    def place(self, section: Section) -> Place:
        """Where this row's sections stand: sealed under the case's key."""
        return Place(section, self.id, self.case_id)


class Mistakable(CaseRecord):
    """Who or what can be entered by mistake: the row stays, and `queries.records` leaves it out (`mistakes`)."""

    is_removed: Mapped[bool]


class Client(Mistakable, Base):
    """A client's file in one case. `person_id` is the random token of the person (design 3 "Persons")."""

    __tablename__ = "clients"

    position: Mapped[int]
    person_id: Mapped[UUID] = mapped_column(index=True)
    profile_sealed: Mapped[bytes]
    identity_sealed: Mapped[bytes]
    sensitive_sealed: Mapped[bytes]


class ReportedPerson(Mistakable, Base):
    """A reported person of one case (*terlapor*)."""

    __tablename__ = "reported_persons"

    position: Mapped[int]
    person_id: Mapped[UUID | None] = mapped_column(index=True)  # token of a person linked across cases; none where not
    profile_sealed: Mapped[bytes]
    identity_sealed: Mapped[bytes]


class Report(CaseRecord, Base):
    """One report of the case (*pengaduan*)."""

    __tablename__ = "reports"

    report_sealed: Mapped[bytes]
    reporter_sealed: Mapped[bytes]


class StageStep(CaseRecord, Base):
    """One step of the case: stage and status before and after, and why."""

    __tablename__ = "stage_steps"

    step: Mapped[str]
    from_stage: Mapped[str]
    to_stage: Mapped[str]
    to_status: Mapped[str]
    reason_sealed: Mapped[bytes]


class Note(CaseRecord, Base):
    """A note of the case team."""

    __tablename__ = "notes"

    head_sealed: Mapped[bytes]
    body_sealed: Mapped[bytes]


class Consent(Mistakable, Base):
    """Consent of a client, or another legal basis."""

    __tablename__ = "consents"

    consent_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class Service(CaseRecord, Base):
    """A service given to a client. A wrong entry is removed from counting, never from the table."""

    __tablename__ = "services"

    is_removed: Mapped[bool]
    service_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class FollowUp(Mistakable, Base):
    """A follow-up contact with a client."""

    __tablename__ = "follow_ups"

    follow_up_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class AidRequest(CaseRecord, Base):
    """A request for help (F3): somebody asks to be accompanied on a suspected act."""

    __tablename__ = "aid_requests"

    request_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class Assessment(CaseRecord, Base):
    """An assessment of a client (F5). A wrong entry is taken back, never deleted."""

    __tablename__ = "assessments"

    is_removed: Mapped[bool]
    head_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class Plan(CaseRecord, Base):
    """A plan for a client (F6), one row a version."""

    __tablename__ = "plans"

    is_removed: Mapped[bool]
    head_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class Monitoring(CaseRecord, Base):
    """A monitoring contact with a client (F9)."""

    __tablename__ = "monitorings"

    is_removed: Mapped[bool]
    head_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class Conference(CaseRecord, Base):
    """A case conference (F10)."""

    __tablename__ = "conferences"

    is_removed: Mapped[bool]
    head_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class RiskAssessment(CaseRecord, Base):
    """How much at risk a client was found to be; the risk of the case is the highest of its open clients."""

    __tablename__ = "risk_assessments"

    risk_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class ExpertNote(CaseRecord, Base):
    """A note of an expert: a summary for the team, and notes that the author alone opens (case-management 12)."""

    __tablename__ = "expert_notes"

    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    head_sealed: Mapped[bytes]
    summary_sealed: Mapped[bytes]
    notes_sealed: Mapped[bytes]  # bound to the author

    def own_place(self) -> OwnPlace:
        """Where the author's own notes stand."""
        return OwnPlace(Section.EXPERT_NOTES, self.id, self.case_id, self.author_id)


class ExpertRelease(CaseRecord, Base):
    """A report the author released: to the team, or for one referral. Taken back, it stays and is shown no more."""

    __tablename__ = "expert_releases"

    is_removed: Mapped[bool]
    release_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class Declaration(CaseRecord, Base):
    """What a person put on a case said about having a part in the matter, and what a supervisor decided on it.

    The MAC covers the stance, which stands in no column: who is related to whom in a case would name people (`impartial`).
    """

    __tablename__ = "declarations"
    __table_args__ = (UniqueConstraint("case_id", "user_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    declaration_sealed: Mapped[bytes]
    mac: Mapped[bytes]


class HandOver(CaseRecord, Base):
    """A case handed on from one person to another, with the words for the next one. It waits until it was seen."""

    __tablename__ = "hand_overs"

    from_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    to_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    seen_at: Mapped[datetime | None]
    note_sealed: Mapped[bytes]


class SimfoniEntry(CaseRecord, Base):
    """One entry of the case in SIMFONI. The tag finds the case by the number SIMFONI gave; an entry taken back stays, and counts no more."""

    __tablename__ = "simfoni_entries"

    is_removed: Mapped[bool]
    number_tag: Mapped[bytes] = mapped_column(index=True)
    entry_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]
    typed_sealed: Mapped[bytes]


class LegalTrack(CaseRecord, Base):
    """A matter before police, prosecution, court or office, followed until it has ended. A closed case with one is watched still."""

    __tablename__ = "legal_tracks"

    is_removed: Mapped[bool]
    ended_at: Mapped[datetime | None]
    track_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class LegalStep(CaseRecord, Base):
    """One milestone with its day, or a hearing that lies ahead; numbers and words are in the text section. A wrong entry is taken back."""

    __tablename__ = "legal_steps"

    is_removed: Mapped[bool]
    step_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class Termination(CaseRecord, Base):
    """The proposed end of one client's handling (F12), and what a supervisor decided on it."""

    __tablename__ = "terminations"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'approved', 'returned', 'retracted', 'undone')", name="known_state"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decision_is_dated"),
    )

    state: Mapped[str] = mapped_column(index=True)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    termination_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class Transfer(CaseRecord, Base):
    """A transfer of the case (*pelimpahan*) to another unit, or out of this deployment. `to_case_id`: the case the other unit made of it."""

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'accepted', 'refused', 'retracted', 'outside')", name="known_state"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decision_is_dated"),
        CheckConstraint("(state = 'outside') = (to_unit_id IS NULL)", name="inside_names_a_unit"),
        CheckConstraint("(state = 'accepted') = (to_case_id IS NOT NULL)", name="accepted_has_a_case"),
    )

    state: Mapped[str]
    to_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    to_case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    mac: Mapped[bytes]  # the row lets another unit read the letter, and take the file over
    transfer_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class CaseMerge(CaseRecord, Base):
    """Two files of one matter: the duplicate counts within the case, which stays, until that is undone (`families`, `merging`).

    What the duplicate was before stands here, so that undoing gives it back exactly.
    """

    __tablename__ = "case_merges"
    __table_args__ = (
        CheckConstraint("case_id <> duplicate_id", name="two_files"),
        Index(
            "uq_case_merges_standing",
            "duplicate_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    duplicate_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    status_before: Mapped[str]
    closed_before: Mapped[datetime | None]
    risk_before: Mapped[str]  # of the case that stays
    undone_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]
    reason_sealed: Mapped[bytes]
    mac: Mapped[bytes]


class MergeMatch(Base):
    """Who of the file that goes is whom of the file that stays. The MAC of the merge covers its matches."""

    __tablename__ = "merge_matches"
    __table_args__ = (CheckConstraint("kind IN ('client', 'reported')", name="known_kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    merge_id: Mapped[UUID] = mapped_column(ForeignKey("case_merges.id"), index=True)
    kind: Mapped[str]
    duplicate_row: Mapped[UUID] = mapped_column(index=True)
    survivor_row: Mapped[UUID] = mapped_column(index=True)


class PersonLink(Base):
    """Two client files that are, or may be, the same person (design 3): opaque ids and the decision."""

    __tablename__ = "person_links"
    __table_args__ = (
        UniqueConstraint("client_a", "client_b"),
        CheckConstraint("state IN ('candidate', 'confirmed', 'refused', 'undone')", name="known_state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_a: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    client_b: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    state: Mapped[str]
    is_imported: Mapped[bool]
    asked_by: Mapped[UUID | None]  # empty: an import, or the program, which found equal numbers
    asked_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    mac: Mapped[bytes]

    first: Mapped[UUID] = synonym("client_a")
    second: Mapped[UUID] = synonym("client_b")


class ReportedLink(Base):
    """Two reported persons of different cases that are, or may be, the same person: opaque ids and the decision."""

    __tablename__ = "reported_links"
    __table_args__ = (
        UniqueConstraint("first", "second"),
        CheckConstraint("state IN ('candidate', 'confirmed', 'refused', 'undone')", name="known_state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    first: Mapped[UUID] = mapped_column(ForeignKey("reported_persons.id"), index=True)
    second: Mapped[UUID] = mapped_column(ForeignKey("reported_persons.id"), index=True)
    state: Mapped[str]
    is_imported: Mapped[bool]
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    mac: Mapped[bytes]


class IntakeDraft(Base):
    """A sealed intake on its way (design 6). It ends when it is registered or discarded."""

    __tablename__ = "intake_drafts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    office_id: Mapped[UUID]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    searched_at: Mapped[datetime | None]
    case_id: Mapped[UUID | None]
    discarded_at: Mapped[datetime | None]
    draft_sealed: Mapped[bytes]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def place(self) -> Place:
        """Where the draft stands: sealed under the office key."""
        return Place(Section.INTAKE_DRAFT, self.id, self.office_id)


class Contact(Base):
    """A call or visit that is no case (*kontak*): coded only, no names, under the office key."""

    __tablename__ = "contacts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    office_id: Mapped[UUID]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    is_removed: Mapped[bool]
    ledger_blob_id: Mapped[UUID | None]
    contact_sealed: Mapped[bytes]

    def place(self) -> Place:
        """Where the contact stands."""
        return Place(Section.CONTACT, self.id, self.office_id)
