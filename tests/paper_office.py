"""A case to print: long names, hostile text, two clients, services, a consent, a referral, a letterhead. Everything is invented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from app.accounts.models import Unit
from app.cases import aid_requests, consents, transfers
from app.cases.models import Client
from app.cases.registration import register_case
from app.cases.team import assign
from app.db.base import new_id
from app.domain import consents as consent_rules
from app.domain.zones import Zone, to_local
from app.papers import desk
from app.papers import services as letters
from app.referrals import directory, incoming, services
from app.referrals.services import Answer, Draft
from app.security.structs.case import Chronology, Reporter
from app.security.structs.handling import AidRequest, AidRequestText
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReport, IntakeReported, Screening
from app.security.structs.office import Institution as Profile
from app.security.structs.papers import Field, Fields, LetterDesk, Numbering, Paper, Signer
from app.security.structs.people import (
    ClientIdentity,
    ClientProfile,
    Relation,
    ReportedIdentity,
    ReportedProfile,
    SafeContact,
)
from app.security.structs.work import Consent, ConsentText
from tests import case_factories as made
from tests import course_factories as course
from tests.factories import Office, Someone, hidden
from tests.transfer_office import letter

AREA = "63.03.05.1001"
HOSTILE = '#read("/etc/passwd") *_$@<x> `kode` //x \\u{41}'
LONG = "Raden Ajeng Kusumaningtyas Puspitawardhani binti Haji Muhammad Syaifuddin Zuhri Al-Banjari Kertadiningratsuryawidjaja"
STORY = "Kejadian itu terjadi malam hari. " * 40

DESK = LetterDesk(
    government="Pemerintah Kabupaten Banjar",
    agency="Dinas Sosial, Pemberdayaan Perempuan, Perlindungan Anak, Pengendalian Penduduk dan Keluarga Berencana",
    unit="UPTD Perlindungan Perempuan dan Anak",
    address="Jalan Rekaan Nomor 12, Martapura 70614",
    phone="(0511) 4720000",
    email="uptdppa@contoh.go.id",
    place="Martapura",
    short_name="UPTD-PPA",
    signers=(
        Signer("Kepala UPTD PPA", "Dra. Hj. Contoh Kepala, M.Si.", "Pembina Tk. I (IV/b)", "19700101 199503 2 001"),
        Signer("Plt. Kepala UPTD PPA", "Contoh Pelaksana, S.H."),
    ),
    numbering=(Numbering("F7", "{no}/{code}/{unit}/{month_roman}/{year}", "463"),),
)


def equip(office: Office, held: LetterDesk = DESK) -> None:
    """Give the office its letterhead."""
    with office.work() as work:
        desk.save(work, office.unit_id, held, expected=None)


def make_case(office: Office, *team: Someone, story: str = STORY, children: int = 2) -> UUID:
    """A registered case with everything a paper can say."""
    with office.work() as work:
        unit = work.session.get_one(Unit, office.unit_id)
        case = register_case(work, _intake(work.now, story, children), unit)
        work.session.flush()
        for someone in team:
            assign(work, case, someone.id, "MANAJER")
        return case.id


def _intake(now: Any, story: str, children: int) -> Intake:
    local = to_local(now, Zone.WITA)
    clients = tuple(_child(number) for number in range(children))
    reporter = Reporter(
        name="Pelapor Rekaan",
        phone="081200000003",
        address="Gang Rekaan 3",
        birth_place="Barabai",
        birth_date=date(1980, 2, 3),
        occupation="Guru",
        relation_text="Guru klien, tetangga terlapor",
        words="Melihat sendiri luka itu.",
    )
    return Intake(
        report=IntakeReport(
            on=local.date(), time="09:00", channel="CH_LANGSUNG", reporter_kind="PR_GURU", reporter=reporter
        ),
        incident=IntakeIncident(
            first_on=local.date() - timedelta(days=3),
            time="21:30",
            area=AREA,
            place="PL_RT",
            online="TIDAK",
            chronology=Chronology(
                text=story, scene_address="Belakang kios rekaan", client_wish="Ingin bersekolah lagi"
            ),
        ),
        clients=clients,
        reported=(_reported(clients, 0), _reported(clients, 1)),
        screening=Screening(
            danger_prompts=("DG_AKSES", "DG_LUKA"), prompts_asked=True, risk="RK_TINGGI", authority="AU_KABKOTA"
        ),
    )


def _child(number: int) -> IntakeClient:
    profile = ClientProfile(
        sex="P",
        stated_age=None if number == 0 else 9 + number,
        age_basis="UB_TGL_LAHIR" if number == 0 else "UB_DISEBUT",
        education="ED_SD",
        occupation="OC_PELAJAR",
        marital="MS_BELUM",
        disability=("DS_SENSORIK",),
        citizenship="WNI",
        residence="63.03.05",
        violence=("VK_FISIK", "VK_PSIKIS"),
        violence_forms=("BF_PUKUL",),
        kdrt="YA",
    )
    identity = ClientIdentity(
        name=(LONG, HOSTILE, "Melati Rekaan")[number % 3],
        aliases=("Bunga",),
        nik="6303055204160001" if number == 0 else "",
        kk="6303050101100001",
        birth_place="Martapura",
        birth_date=date(2016, 4, 12) if number == 0 else None,
        address="Jalan Belimbing 4 Rt 09",
        village=AREA,
        phone="081200000001",
        religion="AG_ISLAM",
        school="SDN Rekaan 1",
        siblings=2,
        guardian_name="Kartini Wulandari",
        guardian_relation="ibu",
        guardian_address="Jalan Belimbing 4",
        guardian_citizenship="WNA",
        guardian_country="Filipina",
        guardian_phone="081200000009",
        contact=SafeContact(call="TIDAK", message="YA", hours="08.00-11.00", cover_phrase="dari perpustakaan"),
        needs="Perlu juru bahasa isyarat",
    )
    return IntakeClient(id=new_id(), profile=profile, identity=identity)


def _reported(clients: tuple[IntakeClient, ...], number: int) -> IntakeReported:
    relations = tuple(Relation(client.id, "RL_ORTU", "RD_AYAH_TIRI" if number else "") for client in clients)
    return IntakeReported(
        id=new_id(),
        profile=ReportedProfile(
            sex="L",
            age=40,
            education="ED_SLTA",
            occupation="OC_SWASTA",
            citizenship="WNA" if number else "WNI",
            country="Malaysia" if number else "",
            relations=relations,
        ),
        identity=ReportedIdentity(name=f"Terlapor Rekaan {number}", phone="081200000002", address="Jalan Kelapa 8"),
    )


def add_records(office: Office, case_id: UUID) -> dict[str, UUID]:
    """Two services, a consent and a referral, and the ids of what papers are about."""
    client_id = made.row_ids(office, Client, case_id)[0]
    consent_id = make_consent(office, case_id, client_id)
    service_id = made.make_service(office, case_id, client_id, outcome="HL_SELESAI", institution_type="IN_RS")
    made.make_service(office, case_id, client_id, activity="AK_VISUM")
    return {
        "client": client_id,
        "consent": consent_id,
        "service": service_id,
        "request": make_request(office, case_id),
        "referral": make_referral(office, case_id, client_id, consent_id),
        "assessment": course.make_assessment(
            office, case_id, client_id, physical="Luka di lengan", tried="Melapor ke RT"
        ),
        "plan": course.make_plan(office, case_id, client_id, "anak kembali bersekolah", agreed=True),
        "monitoring": course.make_monitoring(office, case_id, client_id),
        "conference": course.make_conference(office, case_id, "rujuk ke rumah sakit"),
        "transfer": make_transfer(office, case_id),
        "incoming": make_incoming(office, case_id, client_id),
    }


def make_transfer(office: Office, case_id: UUID) -> UUID:
    """The neighbouring unit is asked to take the case over."""
    with office.work() as work:
        said = letter(
            office,
            parts=("TB_KRONOLOGI", "TB_ASESMEN"),
            cover="Dua anak perlu tempat tinggal baru.",
            words="Klien ingin dekat neneknya.",
        )
        return transfers.propose(work, case_id, office.other_unit_id, said).id


def make_incoming(office: Office, case_id: UUID, client_id: UUID) -> UUID:
    """A health centre referred the first child to us; we took the child on."""
    with office.work() as work:
        profile = Profile(type="IN_PUSKESMAS", area="63.03.05", address="Jalan Puskesmas 1")
        sender = directory.add(work, office.unit_id, "Puskesmas Rekaan", profile)
        on = to_local(work.now, Zone.WITA).date()
        came = incoming.Letter(
            client_id, sender.id, ("SV_KESEHATAN",), on, "Mohon pendampingan", "440/7/PKM", on, contact="Bidan Rekaan"
        )
        row = incoming.record(work, case_id, came)
        incoming.take_step(work, row.id, "accept", Answer(work.now))
        return row.id


def make_request(office: Office, case_id: UUID) -> UUID:
    """The teacher asks for accompaniment of everybody in the case."""
    with office.work() as work:
        head = AidRequest(
            on=to_local(work.now, Zone.WITA).date(), asked_by="PR_GURU", services=("CS_HUKUM", "CS_SOSIAL")
        )
        text = AidRequestText(
            name="Pelapor Rekaan",
            address="Gang Rekaan 3",
            phone="081200000003",
            occupation="Guru",
            relation="Guru klien",
            act="Anak dipukul di rumah",
            wish="Agar anak aman",
        )
        return aid_requests.record(work, case_id, head, text).id


def make_consent(office: Office, case_id: UUID, client_id: UUID) -> UUID:
    """The whole form F4: the mother agrees to three of the five, with an interpreter; the child agrees."""
    with office.work() as work:
        document = Consent(
            client_id=client_id,
            on=to_local(work.now, Zone.WITA).date(),
            basis="CB_WALI",
            signer="SG_ORTU",
            conflict="TIDAK",
            wording=consent_rules.wording(),
            truth=True,
            explained=True,
            procedure=True,
            cooperation=True,
            agreed=("CS_ADUAN", "CS_PSIKOLOGIS", "CS_RUJUKAN"),
            declined=("CS_HUKUM", "CS_SOSIAL"),
            child_agrees="CA_SETUJU",
            aids=("EA_ISYARAT",),
        )
        text = ConsentText(
            signer_name="Kartini Wulandari",
            signer_phone="081200000009",
            signer_relation="ibu",
            signer_address="Jalan Belimbing 4",
            language="bahasa Banjar",
            witness="Saksi Rekaan",
            child_view="mau ditemani ibu",
        )
        return consents.record(work, case_id, document, text).id


def make_referral(
    office: Office,
    case_id: UUID,
    client_id: UUID | None,
    consent_id: UUID,
    disclosed: tuple[str, ...] = (),
    **more: Any,
) -> UUID:
    """A sent referral to a hospital, disclosing what is named; to the police where that goes to them alone."""
    with office.work() as work:
        kind = "IN_UPPA" if "DC_TERLAPOR" in disclosed else "IN_RS"
        profile = Profile(type=kind, area="63.03.05", address="Jalan Rumah Sakit 1")
        institution = directory.add(work, office.unit_id, f"RSUD Rekaan {new_id().hex[:6]}", profile)
        given: dict[str, Any] = {
            "client_id": client_id,
            "institution_id": institution.id,
            "requested": ("SV_KESEHATAN",),
            "urgent": True,
            "consent_id": consent_id,
            "basis": "",
            "reason": "Perlu pemeriksaan luka",
            "contact": "dr. Rekaan",
            "disclosed": disclosed,
        }
        row = services.create(work, case_id, Draft(**(given | more)))
        services.take_step(work, row.id, "send", Answer(work.now))
        return row.id


def press(client: FlaskClient, case_id: UUID, slug: str, of: UUID | None = None) -> Any:
    """Print a paper from the list of the case."""
    token = hidden(client.get(f"/cases/{case_id}/papers").data, "csrf_token")
    data = {"csrf_token": token} | ({"of": str(of)} if of is not None else {})
    return client.post(f"/cases/{case_id}/papers/{slug}", data=data)


def issue(client: FlaskClient, case_id: UUID, slug: str, of: UUID, **fields: Any) -> Any:
    """Give a letter its number."""
    page = f"/cases/{case_id}/papers/{slug}/issue?of={of}"
    text = client.get(page).data
    given = {
        "csrf_token": hidden(text, "csrf_token"),
        "submit_id": hidden(text, "submit_id"),
        "of": str(of),
        "signer": "0",
    }
    return client.post(f"/cases/{case_id}/papers/{slug}/issue", data=given | fields)


def issue_one(office: Office, who: Someone, case_id: UUID, referral_id: UUID) -> UUID:
    """A referral letter that went out, without its pages."""
    with office.work(who.actor) as work:
        unit = work.session.get_one(Unit, office.unit_id)
        on = to_local(work.now, Zone.WITA).date()
        last = desk.last_number(work, unit.id, "F7", on.year)
        number = desk.written(desk.of_unit(work, unit), unit, "F7", last + 1, on)
        paper = Paper(code="F7", blocks=(Fields((Field("Alasan singkat", "rekaan"),)),))
        return letters.issue(work, case_id, letters.Finished(referral_id, paper, number, "")).id
