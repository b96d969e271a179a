"""The course of a case on paper: F5 *Asesmen*, F6 *Rencana intervensi*, F9 *Pemantauan*, F10 *Notulen konferensi kasus* (case-management 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar
from uuid import UUID

from msgspec.structs import replace

from app.cases import course
from app.cases.models import Assessment, CaseRecord, Conference, Monitoring, Plan
from app.domain.errors import NotFound
from app.papers import wording
from app.papers.content import heads, monitoring, people
from app.papers.dossier import Dossier
from app.papers.sheet import Asked, Sheet, laid_out
from app.referrals.models import Institution
from app.security.sections import Section
from app.security.structs import course as structs
from app.security.structs.papers import Block, Column, Heading, Paper, Points, Signature, Signatures, Small, Table

R = TypeVar("R", bound=CaseRecord)

F5_TITLE: Final = "Asesmen biopsikososial"
F6_TITLE: Final = "Rencana intervensi"
F10_TITLE: Final = "Notulen konferensi kasus"
_GOALS: Final = (
    Column("No.", 2),
    Column("Masalah", 8),
    Column("Tujuan", 8),
    Column("Layanan", 7),
    Column("Penanggung jawab, mitra", 7),
    Column("Sasaran", 6),
    Column("Keadaan, yang sudah dilakukan", 8),
)
_DECISIONS: Final = (
    Column("No.", 2),
    Column("Keputusan", 12),
    Column("Penanggung jawab", 7),
    Column("Tenggat", 5),
    Column("Hasil", 7),
)
_SIDES: Final = (
    ("physical", "Keadaan fisik"),
    ("health", "Catatan kesehatan"),
    ("treatment", "Pengobatan"),
    ("psychological", "Psikologis"),
    ("social", "Sosial dan spiritual"),
    ("legal", "Hukum"),
    ("other", "Lainnya"),
)
_EFFORTS: Final = (
    ("tried", "Upaya yang sudah dilakukan"),
    ("supporting", "Faktor pendukung"),
    ("hindering", "Faktor penghambat"),
    ("hopes", "Harapan dan kebutuhan"),
)


# --- F5 --------------------------------------------------------------------------------------------------------------


def assessment(dossier: Dossier, assessment_id: UUID | None) -> Paper:
    """F5: efforts, the biopsychosocial sides, the conclusion."""
    row = _row(dossier, Assessment, assessment_id)
    head = dossier.part(row, Section.ASSESSMENT, "head_sealed", structs.Assessment)
    text = dossier.part(row, Section.ASSESSMENT_TEXT, "text_sealed", structs.AssessmentText)
    officers = [Signature("Petugas asesmen", dossier.name_of(each.user_id)) for each in head.officers[:3]]
    signers = tuple(officers) or (Signature("Petugas asesmen", dossier.name_of(row.created_by)),)
    return _paper(dossier, "F5", F5_TITLE, _assessed(dossier, head, text), Signatures(_place(dossier), signers))


def _assessed(dossier: Dossier, head: structs.Assessment, text: structs.AssessmentText) -> Iterator[Asked]:
    sheet = Sheet()
    yield from _client(dossier, head.client_id)
    yield sheet.line("Tanggal", wording.weekday(head.on))
    yield sheet.one("Jenis asesmen", "assessment_kind", head.kind)
    yield sheet.line("Petugas", ", ".join(dossier.name_of(each.user_id) for each in head.officers))
    if head.finished_at is None:
        yield Small("Asesmen ini belum selesai.")
    yield Heading("Upaya")
    for name, label in _EFFORTS:
        yield sheet.prose(label, getattr(text, name))
    yield Heading("Biopsikososial")
    for name, label in _SIDES:
        yield sheet.prose(label, getattr(text, name))
    yield Heading("Kesimpulan")
    yield sheet.one("Tingkat risiko menurut asesmen", "risk", head.risk)
    yield sheet.prose("Kesimpulan", text.conclusion)


# --- F6 --------------------------------------------------------------------------------------------------------------


def plan(dossier: Dossier, plan_id: UUID | None) -> Paper:
    """F6: each goal with problem, services, who sees to it and until when; what the client said to the plan."""
    row = _row(dossier, Plan, plan_id)
    head = dossier.part(row, Section.PLAN, "head_sealed", structs.Plan)
    text = dossier.part(row, Section.PLAN_TEXT, "text_sealed", structs.PlanText)
    signers = (Signature("Klien atau wali"), Signature("Manajer kasus", dossier.manager()))
    made = _paper(dossier, "F6", F6_TITLE, _planned(dossier, head, text), Signatures(_place(dossier), signers))
    return replace(made, landscape=True)


def _planned(dossier: Dossier, head: structs.Plan, text: structs.PlanText) -> Iterator[Asked]:
    sheet = Sheet()
    yield from _client(dossier, head.client_id)
    yield sheet.line("Tanggal rencana", wording.weekday(head.on))
    yield Heading("Tujuan")
    yield Table(_GOALS, tuple(_goals(dossier, head, text)))
    yield Heading("Persetujuan klien")
    yield sheet.one("Klien menyetujui rencana ini", "yes_no_unknown", head.agreement)
    yield sheet.line("Tanggal", wording.day(head.agreed_on))
    if text.agreement_note:
        yield sheet.prose("Kata klien", text.agreement_note)
    if text.child_view:
        yield sheet.prose("Pendapat anak sendiri", text.child_view)


def _goals(dossier: Dossier, head: structs.Plan, text: structs.PlanText) -> Iterator[tuple[str, ...]]:
    words = {each.id: each for each in text.goals}
    done = course.done_for(dossier.own_services)
    for number, goal in enumerate(head.goals, 1):
        said = words.get(goal.id, structs.GoalText(goal.id))
        services = wording.joined(wording.codes("service", goal.services), wording.codes("activity", goal.activities))
        yield (
            str(number),
            said.problem,
            said.goal,
            services,
            wording.joined(dossier.name_of(goal.responsible), _institution(dossier, goal.institution_id)),
            wording.joined(wording.day(goal.target_on), wording.code("goal_horizon", goal.horizon), by="\n"),
            wording.joined(wording.code("goal_state", goal.state), _done(done.get(goal.id)), by="\n"),
        )


def _done(done: course.Done | None) -> str:
    """How many services were given for a goal, the last day, and which."""
    if done is None:
        return ""
    kinds = [*_times("activity", done.activities), *_times("service", done.services)]
    return f"{done.count} layanan, terakhir {wording.day(done.last_on)}: {', '.join(kinds)}"


def _times(name: str, counted: Mapping[str, int]) -> Iterator[str]:
    for code, times in counted.items():
        yield wording.code(name, code) + (f" ({times}×)" if times > 1 else "")


# --- F9 --------------------------------------------------------------------------------------------------------------


def monitored(dossier: Dossier, monitoring_id: UUID | None) -> Paper:
    """F9: condition, goals not reached, what follows."""
    row = _row(dossier, Monitoring, monitoring_id)
    head = dossier.part(row, Section.MONITORING, "head_sealed", structs.Monitoring)
    text = dossier.part(row, Section.MONITORING_TEXT, "text_sealed", structs.MonitoringText)
    sheet, officer = Sheet(), dossier.name_of(row.created_by)
    asked: list[Asked] = [
        *_client(dossier, head.client_id),
        sheet.line("Hari, tanggal", wording.weekday(head.on)),
        sheet.line("Petugas", officer),
        *monitoring.questions(sheet, head, text, _not_reached(dossier, head)),
    ]
    signers = (Signature("Klien atau wali"), Signature("Petugas", officer))
    return _paper(dossier, "F9", monitoring.TITLE, asked, Signatures(_place(dossier), signers))


def _not_reached(dossier: Dossier, head: structs.Monitoring) -> Block:
    """The goals that were ticked, in the words of the client's plan, with what had been done for them by then."""
    words = dict(_goal_words(dossier, head.client_id)) if head.open_goals else {}
    done = course.done_for(each for each in dossier.own_services if each.on <= head.on)
    goals = tuple(
        wording.joined(words.get(goal) or "\u2013", _done(done.get(goal)), by=" – ") for goal in head.open_goals
    )
    return Points(goals) if goals else Small("Tidak ada tujuan yang ditandai.")


def _goal_words(dossier: Dossier, client_id: UUID) -> Iterator[tuple[UUID, str]]:
    """Every goal any version of the client's plan ever had; a later version's words follow the earlier ones."""
    for row in dossier.rows(Plan):
        plan = dossier.part(row, Section.PLAN, "head_sealed", structs.Plan)
        if plan.client_id == client_id and not row.is_removed:
            text = dossier.part(row, Section.PLAN_TEXT, "text_sealed", structs.PlanText)
            yield from ((goal.id, goal.goal) for goal in text.goals)


# --- F10 -------------------------------------------------------------------------------------------------------------


def conference(dossier: Dossier, conference_id: UUID | None) -> Paper:
    """F10: who took part, the issue, the minutes, each decision with who sees to it and until when."""
    row = _row(dossier, Conference, conference_id)
    head = dossier.part(row, Section.CONFERENCE, "head_sealed", structs.Conference)
    text = dossier.part(row, Section.CONFERENCE_TEXT, "text_sealed", structs.ConferenceText)
    signers = (
        Signature("Notulis", dossier.name_of(row.created_by)),
        heads.signature(heads.head(dossier.desk)),
    )
    return _paper(dossier, "F10", F10_TITLE, _held(dossier, head, text), Signatures(_place(dossier), signers))


def _held(dossier: Dossier, head: structs.Conference, text: structs.ConferenceText) -> Iterator[Asked]:
    sheet = Sheet()
    yield sheet.line("Hari, tanggal", wording.weekday(head.on))
    yield sheet.one("Jenis", "conference_kind", head.kind)
    yield Heading("Peserta")
    yield sheet.line("Dari unit", "\n".join(dossier.name_of(each) for each in head.staff))
    yield sheet.line("Dari luar unit", text.outsiders)
    yield Heading("Pembahasan")
    yield sheet.prose("Pokok bahasan", text.issue)
    yield sheet.prose("Jalannya pembahasan", text.minutes)
    yield Heading("Keputusan")
    if head.decisions:
        yield Table(_DECISIONS, tuple(_decided(dossier, head, text)))
    else:
        yield Small("Tidak ada keputusan yang tercatat.")


def _decided(dossier: Dossier, head: structs.Conference, text: structs.ConferenceText) -> Iterator[tuple[str, ...]]:
    words = {each.id: each for each in text.decisions}
    for number, decision in enumerate(head.decisions, 1):
        said = words.get(decision.id, structs.DecisionText(decision.id))
        done = f"selesai {wording.day(decision.done_on)}" if decision.done_on is not None else ""
        yield (
            str(number),
            said.text,
            wording.joined(dossier.name_of(decision.responsible), said.who),
            wording.day(decision.due_on),
            wording.joined(done, said.result, by="\n"),
        )


# --- what they share -------------------------------------------------------------------------------------------------


def _row(dossier: Dossier, kind: type[R], row_id: UUID | None) -> R:
    """A record of this case that was not taken back; NotFound for any other id."""
    found = next(
        (row for row in dossier.rows(kind) if row.id == row_id and not getattr(row, "is_removed", False)), None
    )
    if found is None:
        raise NotFound(kind.__name__)
    return found


def _client(dossier: Dossier, client_id: UUID) -> Iterator[Asked]:
    client, sheet = dossier.client(client_id), Sheet()
    yield sheet.line("Nama klien", people.called(client))
    yield sheet.line("Tempat, tanggal lahir atau umur", people.born(client))


def _institution(dossier: Dossier, institution_id: UUID | None) -> str:
    found = dossier.work.session.get(Institution, institution_id) if institution_id is not None else None
    return found.name if found is not None and found.unit_id == dossier.unit.id else ""


def _place(dossier: Dossier) -> str:
    return heads.place_day(dossier.desk, dossier.today)


def _paper(dossier: Dossier, code: str, title: str, asked: Iterator[Asked] | list[Asked], foot: Signatures) -> Paper:
    return Paper(
        code=code,
        title=title,
        subtitle=heads.register_line(dossier),
        letterhead=heads.letterhead(dossier.desk),
        blocks=(*laid_out(asked), foot),
    )
