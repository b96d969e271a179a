"""A case file in which every kind of record stands, for its story. Everything is invented."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.cases import conferences, consents, plans, records, terminations, transfers
from app.cases.models import Client, Conference
from app.documents import services as documents
from app.legal import milestones, tracks, wishes
from app.safety import stays
from app.security.structs import legal, work
from tests import case_factories as made
from tests import course_factories as going
from tests import document_office, paper_office, patbm_support, referral_office, safety_office, stage_office
from tests.document_office import LIMITS
from tests.factories import Office, Someone

GUARDED = "Judul yang hanya dibaca daftar terbatas"
SHELTER = "Rumah Aman Rekaan"
NOTES = "rahasia ruang konseling"
REPORT = "laporan pemeriksaan psikologi"
SECRETS = (GUARDED, SHELTER, NOTES, REPORT, safety_office.WHERE, safety_office.WHY, safety_office.CODE_WORD)
"""What no story tells, whoever reads it."""


@dataclass(frozen=True)
class Filled:
    """The case, its two clients, and who works on it: the owner is on the list of its shelter."""

    case_id: UUID
    clients: tuple[UUID, UUID]
    owner: Someone
    expert: Someone


def fill(office: Office, owner: Someone) -> Filled:
    """One of everything, as the program writes it."""
    case_id = made.make_case(office, owner, clients=2)
    first, second = made.row_ids(office, Client, case_id)
    expert = made.put_expert(office, case_id, "PSIKOLOG")
    _course(office, case_id, first)
    _agreements(office, case_id, first)
    made.make_note(office, case_id)
    made.make_aid_request(office, case_id)
    _handling(office, case_id, first)
    note = made.write_as_expert(office, case_id, expert, notes=NOTES, report=REPORT)
    made.release(office, case_id, note, expert)
    note_id = patbm_support.send(office, office.somebody("PATBM", password=False).actor)
    patbm_support.join(office, office.somebody("SUPERVISOR", password=False).actor, note_id, case_id)
    _papers(office, case_id, owner)
    _safety(office, case_id, first, owner)
    _hand_over(office, case_id)
    _transfer(office, case_id)
    _end(office, case_id)
    return Filled(case_id, (first, second), owner, expert)


def _handling(office: Office, case_id: UUID, client_id: UUID) -> None:
    """A service with its result and its next step, a contact, a legal track with a milestone, a wish about the police."""
    today = made.today(office)
    given = work.Service(client_id=client_id, on=today, activity="AK_KONSELING", outcome="HL_SELESAI", next_on=today)
    text = work.ServiceText(description="dua jam", result="lebih tenang", next_step="antar ke sekolah")
    track = legal.LegalTrack(client_id=client_id, kind="PIDANA", procedure_code="KUHAP2025", opened_on=today)
    wish = legal.PoliceWish(client_id=client_id, on=today, wish="KP_TIDAK")
    said = legal.PoliceWishText(wish_words="takut", advice="hak dijelaskan")
    with office.work() as act:
        served = records.record_service(act, case_id, given, text)
        records.finish_next_step(act, case_id, served.id)
        contact = work.FollowUp(client_id=client_id, on=today, kind="FU_TELEPON")
        records.record_follow_up(act, case_id, contact, "baik")
        track_id = tracks.open_track(act, case_id, track, legal.LegalTrackText(numbers="LP/B/1")).id
        milestones.record_step(
            act, case_id, track_id, work.LegalStep(milestone="LG_SIDIK", on=today), work.LegalStepText()
        )
        wishes.record_wish(act, case_id, wish, said)


def _course(office: Office, case_id: UUID, client_id: UUID) -> None:
    """An assessment; a plan whose goal moved, that was reviewed, and that has a second version; monitoring; a conference carried out."""
    today = made.today(office)
    going.make_assessment(office, case_id, client_id)
    going.make_monitoring(office, case_id, client_id)
    plan = going.make_plan(office, case_id, client_id, "kembali bersekolah", "tidur nyenyak", agreed=True)
    conference = going.make_conference(office, case_id, "rujuk")
    with office.work() as act:
        held = plans.read(act, act.session.get_one(plans.Plan, plan))
        step = plans.Step(held.goals[0].id, "GS_TERCAPAI", today)
        plans.move_goal(act, case_id, plan, step, expected=None)
        plans.review(act, case_id, plan, today, "RO_LANJUT", "ditinjau", expected=None)
        more, text = going.a_plan(office, client_id, "tujuan baru")
        plans.save(act, case_id, plan, more, text, expected=None)
        [decision] = conferences.read(act, act.session.get_one(Conference, conference)).decisions
        conferences.mark_done(act, case_id, conference, conferences.Done(decision.id, today), expected=None)


def _agreements(office: Office, case_id: UUID, client_id: UUID) -> None:
    """The whole form F4, taken back for one of its services, which has stopped."""
    people = stage_office.people_of(office)
    made.join_team(office, case_id, people.manager)
    consent = people.consent(case_id, client_id)
    today = made.today(office)
    with office.work() as act:
        consents.withdraw(act, case_id, consent, work.Withdrawal(on=today, services=("CS_HUKUM",), effect="WE_HENTI"))
        consents.carry_out(act, case_id, consent, today)


def _papers(office: Office, case_id: UUID, owner: Someone) -> None:
    """A referral with its letter; a document with a newer version, one that was removed, one of a restricted kind."""
    first = made.row_ids(office, Client, case_id)[0]
    referral = referral_office.make_referral(office, case_id, first, referral_office.make_institution(office))
    paper_office.equip(office)
    paper_office.issue_one(office, owner, case_id, referral)
    came = referral_office.receive(
        office, case_id, first, referral_office.make_institution(office, name="Puskesmas Rekaan")
    )
    referral_office.answer(office, came, "acknowledge", "accept")
    document_office.make_document(office, case_id, kind="DK_PSIKOLOGI", title=GUARDED)
    kept = document_office.make_document(office, case_id, kind="DK_SEKOLAH", title="Surat kepala sekolah")
    wrong = document_office.make_document(office, case_id, kind="DK_FOTO", title="Foto yang keliru")
    newer = document_office.prepared(office, "baru.pdf")
    with office.work() as act:
        documents.replace(act, case_id, kept, newer, LIMITS, None)
        documents.remove(act, case_id, wrong, "salah unggah")


def _safety(office: Office, case_id: UUID, client_id: UUID, owner: Someone) -> None:
    """A safety plan of two versions; a stay in a shelter, and its end."""
    for _version in range(2):
        safety_office.write_plan(office, owner, case_id, client_id)
    shelter = safety_office.make_shelter(office, name=SHELTER)
    stay = safety_office.enter(office, owner, case_id, client_id, institution_id=shelter)
    left = stays.Departure(made.today(office), reason="SX_PULANG", place_after="TS_RUMAH")
    with office.work(owner.actor) as act:
        stays.leave(act, case_id, stay, left)


def _hand_over(office: Office, case_id: UUID) -> None:
    giver, receiver = (
        office.somebody("PENDAMPING", name="Galih Contoh"),
        office.somebody("PENDAMPING", name="Rina Contoh"),
    )
    made.join_team(office, case_id, giver)
    made.hand_over(office, case_id, giver, receiver, text="jemput hari Senin")


def _transfer(office: Office, case_id: UUID) -> None:
    """Another unit was asked, and the question taken back."""
    asked = made.ask_unit(office, case_id, office.other_unit_id)
    with office.work() as act:
        transfers.retract(act, asked, "klien tetap di sini")


def _end(office: Office, case_id: UUID) -> None:
    """The end of the first client: sent back, proposed anew, approved, and taken back again."""
    for decide in (terminations.send_back, terminations.approve):
        ending = made.propose_end(office, case_id)
        with office.work() as act:
            decide(act, case_id, ending, "alasan")
    with office.work() as act:
        terminations.help_again(act, case_id, made.row_ids(office, Client, case_id)[0], "datang lagi")
