"""Papers of a matter that was recorded twice: the file that stays prints what both hold, behind an event that names both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import merging, records, together
from app.cases.models import Client, ReportedPerson, Service
from app.cases.registration import register_case
from app.db.base import new_id
from app.domain.stages import Status
from app.papers.kinds import KINDS
from app.security.structs.case import Chronology, Reporter
from app.security.structs.intake import IntakeIncident, IntakeReport, IntakeReported, Screening
from app.security.structs.people import (
    ClientIdentity,
    Relation,
    ReportedIdentity,
    ReportedProfile,
    SafeContact,
)
from app.security.structs.work import Service as ServiceHead
from app.security.structs.work import ServiceText
from tests import case_factories as made
from tests import paper_office, pdfs
from tests import safety_office as safe
from tests.factories import Office, Someone, hidden
from tests.paper_office import issue, press

pytestmark = pytest.mark.sqlite_only(reason="about pages; the services are tried on both")


@dataclass(frozen=True)
class Matter:
    """Two files of one matter, merged, and the worker of the one that stays."""

    office: Office
    boss: Someone
    worker: Someone
    browser: FlaskClient
    stays: UUID
    goes: UUID
    merge_id: UUID

    @property
    def client(self) -> UUID:
        """The client, as the file that stays has her."""
        return made.row_ids(self.office, Client, self.stays)[0]

    def printed(self, slug: str, of: UUID | None = None, case_id: UUID | None = None) -> str:
        """What a paper of the file that stays says."""
        answer = press(self.browser, case_id or self.stays, slug, of)
        assert answer.status_code == 200, (slug, answer.status_code)
        return pdfs.text_of(answer.data)

    def number(self, case_id: UUID) -> str:
        """The register number of a file."""
        return made.case_row(self.office, case_id).register_no


@pytest.fixture
def matter(office: Office) -> Matter:
    worker, boss = office.somebody("MANAJER", name="Wulan Contoh"), office.somebody("SUPERVISOR", name="Surya Contoh")
    stays = made.make_case(office, worker)
    goes = second_file(office)
    serve(office, stays, "AK_KONSELING", "Konseling di kantor.")
    serve(office, goes, "AK_KONSELING", "Konseling, ditulis juga di sini.")
    serve(office, goes, "AK_VISUM", "Visum di rumah sakit.")
    merge_id = made.merge(office, boss.actor, stays, goes)
    return Matter(office, boss, worker, office.browser(worker), stays, goes, merge_id)


def second_file(office: Office) -> UUID:
    """The school reports the same matter four days earlier, in its own words, and names another person besides."""
    with office.work() as work:
        client = replace(
            made.client(violence=("VK_PSIKIS",)),
            identity=ClientIdentity(
                name="Bunga binti Rekaan",
                guardian_name="Kartini Wulandari",
                guardian_phone="081200000009",
                contact=SafeContact(call="YA", hours="13.00-14.00"),
            ),
        )
        on = made.today(office) - timedelta(days=4)
        teacher = Reporter(name="Guru Rekaan", relation_text="Wali kelas")
        words = Chronology(text="Diceritakan di sekolah.", client_wish="Ingin pindah sekolah.")
        profile = ReportedProfile(sex="L", age=61, relations=(Relation(client.id, "RL_GURU"),))
        whole = made.intake(
            work,
            (client,),
            report=IntakeReport(on=on, time="10:15", channel="CH_TELEPON", reporter_kind="PR_GURU", reporter=teacher),
            incident=IntakeIncident(first_on=on, area=made.AREA, place="PL_RT", chronology=words),
            screening=Screening(
                danger_prompts=("DG_LUKA",), prompts_asked=True, risk="RK_SEDANG", authority="AU_KABKOTA"
            ),
        )
        accused = IntakeReported(id=new_id(), profile=profile, identity=ReportedIdentity(name="Guru Terlapor"))
        whole = replace(whole, reported=(accused,))
        return register_case(work, whole, work.session.get_one(Unit, office.unit_id)).id


def serve(office: Office, case_id: UUID, activity: str, words: str) -> UUID:
    with office.work() as work:
        head = ServiceHead(client_id=made.row_ids(office, Client, case_id)[0], on=made.today(office), activity=activity)
        return records.record_service(work, case_id, head, ServiceText(description=words)).id


# --- what stands on them ---------------------------------------------------------------------------------------------


def test_f1_has_the_reports_and_people_of_both_files(matter: Matter) -> None:
    text = matter.printed("f1")

    parts = [
        text.index(part)
        for part in ("A. Pengaduan 1", "B. Pelapor 1", "C. Pengaduan 2", "D. Pelapor 2", "E. Klien", "F. Terlapor 1")
    ]
    assert parts == sorted(parts)
    assert f"Nomor register: {matter.number(matter.stays)}, dibaca bersama {matter.number(matter.goes)}" in text
    assert text.index("Guru Rekaan") < text.index("Pelapor Rekaan"), "the school reported first"
    assert "Bunga Rekaan (alias Bunga binti Rekaan)" in text
    assert "Kartini Wulandari" in text, "where ours is silent theirs speaks"
    assert text.count("Klien Nama : ") == 1, "one child, in two files"
    assert "F. Terlapor 1 Nama : Terlapor Rekaan 0" in text
    assert "G. Terlapor 2 Nama : Guru Terlapor" in text
    assert "Guru Terlapor Hubungan dengan klien : Guru" in text


def test_what_one_file_calls_unsafe_is_unsafe_on_paper(matter: Matter) -> None:
    text = matter.printed("f1")
    assert "Kontak aman : telepon tidak aman; pesan tidak aman; jam 08.00-11.00" in text


def test_the_rules_for_contact_follow_the_number_they_are_about(office: Office) -> None:
    ours = ClientIdentity(contact=SafeContact(hours="08.00-11.00", message="TIDAK"))
    theirs = ClientIdentity(phone="081200000009", contact=SafeContact(call="YA", message="YA", hours="13.00-14.00"))
    assert together.of_client(ours, theirs).contact == SafeContact(call="YA", message="TIDAK", hours="13.00-14.00")


def test_f2_has_the_first_report_and_the_kinds_and_signs_of_both_files(matter: Matter) -> None:
    text = matter.printed("f2")

    for said in ("Tanggal pengaduan : 16 Mei 2026", made.STORY, "Ingin pindah sekolah.", "Rumah tangga"):
        assert said in text, said
    assert {"Fisik", "Psikis", "Luka"} <= set(re.findall(r"✔ ?([A-Z][a-z]+)", text))


def test_f8_has_what_either_file_did_and_the_same_service_once(matter: Matter) -> None:
    text = matter.printed("f8", matter.client)

    assert "Visum di rumah sakit." in text
    assert text.count("· Konseling") == 1
    assert "Konseling di kantor." in text
    for service_id in made.row_ids(matter.office, Service, matter.stays):
        assert matter.printed("f8", service_id)


def test_f13_has_people_and_services_of_both_files(matter: Matter) -> None:
    text = matter.printed("f13")

    for said in ("Guru Terlapor", "Terlapor Rekaan 0", "Fisik, Psikis", "Visum di rumah sakit.", "16 Mei 2026"):
        assert said in text, said


def test_letters_know_the_people_and_services_of_both_files(matter: Matter) -> None:
    office, client_id = matter.office, matter.client
    consent_id = made.make_consent(office, matter.stays, client_id)
    disclosed = ("DC_TERLAPOR", "DC_LAYANAN")
    referral = paper_office.make_referral(office, matter.stays, client_id, consent_id, disclosed)
    request = made.make_aid_request(office, matter.stays)

    letter = matter.printed("f7", referral)
    for said in ("Guru Terlapor (guru)", "Terlapor Rekaan 0 (tetangga)", "20 Mei 2026: Kesehatan"):
        assert said in letter, said
    assert "Guru Terlapor" in matter.printed("f3", request)
    assert "Tanggal pengaduan : 16 Mei 2026" in matter.printed("f12", client_id)
    assert issue(matter.browser, matter.stays, "f7", referral).status_code == 303


def test_the_merged_file_prints_itself_alone_and_each_leads_to_the_papers_of_the_other(matter: Matter) -> None:
    alone = matter.printed("f1", case_id=matter.goes)
    assert "Guru Terlapor" in alone
    assert "Pelapor Rekaan" not in alone

    for here, there in ((matter.stays, matter.goes), (matter.goes, matter.stays)):
        page = matter.browser.get(f"/cases/{here}/papers").get_data(as_text=True)
        assert f'href="/cases/{there}/papers"' in page
        assert matter.number(there) in page


def test_parted_each_prints_its_own_again(matter: Matter) -> None:
    with matter.office.work(matter.boss.actor) as work:
        merging.undo(work, matter.stays, matter.merge_id, "ternyata dua perkara")
    text = matter.printed("f1")

    assert "Guru Rekaan" not in text
    assert "dibaca bersama" not in text


# --- what is recorded ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["f1", "f2", "f8", "f12", "f13"])
def test_the_event_names_both_files_before_anything_opens(matter: Matter, slug: str) -> None:
    matter.printed(slug, matter.client if slug in {"f8", "f12"} else None)

    reading = matter.office.events()[-2]
    assert (reading.event, reading.object_id) == (Event.CASE_REVEALED, matter.stays)
    assert reading.cases == f"{matter.stays} {matter.goes}"
    assert set(reading.sections.split()) == {section.value for section in KINDS[slug].sections}


def test_a_sheet_whose_event_names_one_file_opens_that_one_alone(matter: Matter, office: Office) -> None:
    worker = office.somebody("MANAJER")
    made.join_team(office, matter.stays, worker)
    plan_id = safe.write_plan(office, worker, matter.stays, matter.client)
    browser, path = office.browser(worker), f"/cases/{matter.stays}/clients/{matter.client}/safety-plan/{plan_id}/print"
    answer = browser.post(path, data={"csrf_token": hidden(browser.get("/").data, "csrf_token")})

    assert "Bunga Rekaan" in pdfs.text_of(answer.data)
    assert office.events()[-2].cases == str(matter.stays)


def test_the_files_are_really_merged(matter: Matter) -> None:
    assert made.case_row(matter.office, matter.goes).status == Status.MERGED.value
    assert len(made.row_ids(matter.office, ReportedPerson, matter.stays)) == 1
