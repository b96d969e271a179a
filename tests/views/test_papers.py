"""Papers of a case as people get them: who prints what, what stands on it, what is recorded before a byte leaves."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from PIL import Image

from app.audit.events import Event
from app.cases import monitorings, records, terminations, transfers
from app.cases.models import Client
from app.domain import consents
from app.domain.codes import code_list
from app.papers import engine, services
from app.papers.kinds import BLANKS, KINDS
from app.papers.services import Finished
from app.referrals import services as referrals
from app.safety import stays
from app.security.primitives import digest
from app.security.sections import Section
from app.security.structs.course import Monitoring, MonitoringText
from app.security.structs.papers import LetterDesk, Paper
from app.security.structs.safety import Extension
from app.security.structs.work import Service, ServiceText
from tests import case_factories as made
from tests import course_factories as course
from tests import paper_office, pdfs, transfer_office
from tests import safety_office as safe
from tests.document_office import make_document
from tests.factories import Office, Someone, hidden, make_office
from tests.paper_office import HOSTILE, LONG, STORY, issue, press
from tests.stage_office import people_of

pytestmark = pytest.mark.sqlite_only(reason="about pages; the services are tried on both")


@dataclass(frozen=True)
class Desk:
    """An equipped office with one full case, its worker, and every paper printed once."""

    office: Office
    worker: Someone
    browser: FlaskClient
    case_id: UUID
    ids: dict[str, UUID]
    pdfs: dict[str, bytes]

    def text(self, slug: str) -> str:
        """What a printed paper says."""
        return pdfs.text_of(self.pdfs[slug])


ABOUT = {
    "f3": "request",
    "f4": "consent",
    "f7": "referral",
    "f8": "client",
    "f12": "client",
    "f5": "assessment",
    "f6": "plan",
    "f9": "monitoring",
    "f10": "conference",
    "pelimpahan": "transfer",
    "balasan": "incoming",
}
WIDE = frozenset({"f6", "f13"})
PRINTED = (*KINDS, "f11", "rk")
"""Every paper of a case; the last two are printed from the pages of the safety room."""


@pytest.fixture(scope="module")
def desk(database_kind: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Made once: the tests below only read."""
    assert database_kind == "sqlite"
    folder = tmp_path_factory.mktemp("papers")
    shutil.copy(template, folder / "naungan.db")
    office = make_office(f"sqlite:///{folder / 'naungan.db'}", folder)
    paper_office.equip(office)
    worker = office.somebody("MANAJER", name="Wulan Contoh")
    case_id = paper_office.make_case(office, worker)
    ids = paper_office.add_records(office, case_id)
    sheets = _safety_sheets(office, worker, case_id)
    made.end_clients(office, case_id)
    browser = office.browser(worker)
    printed = {}
    for slug in KINDS:
        answer = press(browser, case_id, slug, ids[ABOUT[slug]] if slug in ABOUT else None)
        assert answer.status_code == 200, (slug, answer.status_code)
        printed[slug] = answer.data
    for slug, path in sheets.items():
        answer = _post(browser, path)
        assert answer.status_code == 200, (slug, answer.status_code)
        printed[slug] = answer.data
    yield Desk(office, worker, browser, case_id, ids, printed)
    office.runtime.engine.dispose()


def _safety_sheets(office: Office, worker: Someone, case_id: UUID) -> dict[str, str]:
    """A second client who was in a shelter, with a safety plan: where each is printed."""
    client_id = made.row_ids(office, Client, case_id)[-1]
    shelter_id = safe.make_shelter(office, name="Rumah Rekaan")  # without a random number: the same bytes each time
    stay_id = safe.enter(office, worker, case_id, client_id, rules_accepted="YA", institution_id=shelter_id)
    on = made.today(office)
    with office.work(worker.actor) as work:
        stays.extend(work, case_id, stay_id, Extension(on=on, until=date(2026, 5, 30)), safe.WHY)
        gone = stays.Departure(on, "10:30", "SX_AMAN", "TS_KELUARGA", "pulang pagi", safe.WHERE)
        stays.leave(work, case_id, stay_id, gone)
    plan_id = safe.write_plan(office, worker, case_id, client_id, warning_signs=f"pulang mabuk {HOSTILE}")
    return {
        "f11": f"/cases/{case_id}/shelter/{stay_id}/print",
        "rk": f"/cases/{case_id}/clients/{client_id}/safety-plan/{plan_id}/print",
    }


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER", name="Wulan Contoh")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker)


# --- what stands on every paper --------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", PRINTED)
def test_every_paper_is_pdf_a_with_embedded_fonts_and_metadata_that_name_nobody(desk: Desk, slug: str) -> None:
    pdf = desk.pdfs[slug]

    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in pdfs.xmp_of(pdf)
    assert all(pdfs.fonts_of(pdf).values())
    assert pdfs.information_of(pdf)["/Title"] == "Dokumen"
    assert not any(word in pdfs.said_in_xmp(pdf) for word in ("Rekaan", "Wulan", "6303"))


@pytest.mark.parametrize("slug", PRINTED)
def test_every_page_says_who_printed_it_and_when_and_which_page_it_is(desk: Desk, slug: str) -> None:
    pages = pdfs.pages_of(desk.pdfs[slug])

    for number, page in enumerate(pages, 1):
        assert "Dicetak oleh Wulan Contoh, 20 Mei 2026 09.00 WITA" in page
        assert f"Halaman {number} dari {len(pages)}" in page
        assert f"RAHASIA · {slug.upper()} " in page


@pytest.mark.parametrize("slug", PRINTED)
def test_nothing_runs_over_the_margin(desk: Desk, slug: str) -> None:
    width = 841.9 - 16 / 25.4 * 72 if slug in WIDE else 595.3 - 20 / 25.4 * 72
    assert pdfs.right_edge_of(desk.pdfs[slug]) <= width + 3  # a blank at the end of a line


@pytest.mark.parametrize("slug", sorted(set(PRINTED) - {"f3"}))
def test_what_we_send_or_keep_carries_our_letterhead(desk: Desk, slug: str) -> None:
    held = paper_office.DESK
    for line in (held.government.upper(), held.agency.upper(), held.unit.upper(), held.address, held.phone, held.email):
        assert line in desk.text(slug)


@pytest.mark.parametrize("slug", ["f1", "f2", "f3", "f4", "f5", "f6", "f8", "f9", "f12", "f13"])
def test_a_very_long_name_stands_whole(desk: Desk, slug: str) -> None:
    assert pdfs.squeezed(LONG) in pdfs.squeezed(desk.text(slug))


@pytest.mark.parametrize("slug", ["f1", "f2", "f3", "f13"])
def test_a_name_that_looks_like_markup_stands_as_it_was_typed(desk: Desk, slug: str) -> None:
    assert pdfs.squeezed(HOSTILE) in pdfs.squeezed(desk.text(slug))
    assert "root:" not in desk.text(slug)


@pytest.mark.parametrize("slug", sorted(set(PRINTED) - {"f3", "f12"}))
def test_forms_carry_the_register_number(desk: Desk, slug: str) -> None:
    assert made.case_row(desk.office, desk.case_id).register_no in desk.text(slug)


# --- what stands on each ---------------------------------------------------------------------------------------------


def test_f1_has_reporter_clients_reported_persons_and_two_signatures(desk: Desk) -> None:
    text = desk.text("f1")

    for said in (
        *("Rabu, 20 Mei 2026", "09.00 WITA", "Datang langsung", "Pelapor Rekaan", "Guru klien, tetangga terlapor"),
        *("Melihat sendiri luka itu.", "6303055204160001", "6303050101100001", "10 tahun"),
        *("Tanggal lahir : 12 April 2016", "Tempat lahir : Martapura"),
        *("Jalan Belimbing 4 Rt 09", "0812-0000-0001", "SDN Rekaan 1", "Kartini Wulandari", "Islam", "Sensorik"),
        *("Tempat lahir : Barabai", "Tanggal lahir : 3 Februari 1980", "asing : Filipina", "asing : Malaysia"),
        *("Terlapor Rekaan 0", "Terlapor Rekaan 1", "Jalan Kelapa 8", "Orang tua", "Ayah tiri"),
        *("A. Pengaduan", "B. Pelapor", "C. Klien 1", "D. Klien 2", "E. Terlapor 1", "F. Terlapor 2"),
    ):
        assert said in text, said
    assert text.index("Martapura, 20 Mei 2026") < text.rindex("Petugas penerima")


def test_f2_has_scene_story_kinds_wish_danger_signs_and_safe_contact(desk: Desk) -> None:
    text = desk.text("f2")

    for said in (
        *("17 Mei 2026", "21.30 WITA", "Rumah tangga", "Belakang kios rekaan", "Ingin bersekolah lagi", "Dipukul"),
        *(
            "dari perpustakaan",
            "08.00-11.00",
            "Perlu juru bahasa isyarat",
            "Risiko tinggi",
            "Kewenangan kabupaten/kota",
        ),
        pdfs.folded(STORY),
    ):
        assert said in text, said
    ticked = re.findall(r"✔ ?([A-Z][a-z]+)", text)
    assert {"Fisik", "Psikis", "Terlapor", "Luka"} <= set(ticked)
    assert "Seksual" not in ticked


def test_f3_is_a_letter_from_outside_with_room_for_our_number(desk: Desk) -> None:
    text = desk.text("f3")

    for said in (
        *("DITERIMA", "Pelapor Rekaan", "Anak dipukul di rumah", "Terlapor Rekaan 1", "Yth. Kepala UPTD PPA"),
        *("Layanan hukum, Layanan sosial", "Agar anak aman", "Pemohon", "0812-0000-0003"),
    ):
        assert said in text, said
    assert paper_office.DESK.government.upper() not in text


def test_f4_answers_each_statement_and_each_service(desk: Desk) -> None:
    text = desk.text("f4")

    assert text.count("✔") == 9  # statements a, b, d and e, three services agreed to, two refused
    for each in (*consents.statements(), *code_list("consent_service").active()):
        assert pdfs.folded(each.id) in text, each.id
    for said in (
        *(
            "Kartini Wulandari",
            "0812-0000-0009",
            "Jalan Belimbing 4",
            "Orang tua",
            "Juru bahasa isyarat",
            "bahasa Banjar",
        ),
        *("Anak setuju", "mau ditemani ibu", "Saksi Rekaan", "ditarik kembali kapan saja"),
    ):
        assert said in text, said


def test_f4_of_a_short_record_shows_the_services_of_the_recap(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    consent_id = made.make_consent(office, case_id, client_id, services=("SV_KESEHATAN",), refused=("SV_TOGA",))
    text = pdfs.text_of(press(office.browser(worker), case_id, "f4", consent_id).data)

    assert text.count("✔") == 3  # one agreed to, one refused, no sharing
    assert "Persetujuan orang tua/wali" in text
    assert "Pendampingan tokoh agama" in text


def test_f5_has_efforts_sides_and_conclusion(desk: Desk) -> None:
    text = desk.text("f5")

    for said in ("Asesmen awal", "Luka di lengan", "Melapor ke RT", "Risiko sedang", "A. Upaya", "B. Biopsikososial"):
        assert said in text, said


def test_f6_has_each_goal_and_the_clients_answer(desk: Desk) -> None:
    text = desk.text("f6")

    for said in ("masalah anak kembali bersekolah", "Rehabilitasi sosial", "9 Juni 2026", "Terbuka"):
        assert said in text, said
    assert "Klien menyetujui rencana ini : Ya" in text


def test_f9_has_condition_and_what_follows(desk: Desk) -> None:
    for said in ("membaik", "Lanjutkan layanan", "Tujuan yang belum tercapai", "Klien atau wali"):
        assert said in desk.text("f9"), said


def test_f9_names_the_goals_that_were_ticked_and_why_they_are_not_reached(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    plan_id = course.make_plan(office, case_id, client_id, "kembali bersekolah", "tidur nyenyak", "punya KTP")
    with office.work() as work:
        _first, second, third = course.goals_of(work, plan_id)
        head = Monitoring(
            client_id=client_id,
            on=made.today(office),
            way="FU_RUMAH",
            open_goals=(second, third),
            outcome="RO_LANJUT",
        )
        words = MonitoringText(condition="membaik", not_reached="Masih takut malam hari.")
        monitoring_id = monitorings.record(work, case_id, head, words).id
    browser = office.browser(worker)

    text = pdfs.text_of(press(browser, case_id, "f9", monitoring_id).data)
    assert "a. tidur nyenyak b. punya KTP Mengapa belum tercapai Masih takut malam hari." in text
    assert "kembali bersekolah" not in text


def test_f6_and_f9_say_what_was_done_for_a_goal(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    plan_id = course.make_plan(office, case_id, client_id, "kembali bersekolah", "tidur nyenyak", agreed=True)
    with office.work() as work:
        first, second = course.goals_of(work, plan_id)
    for _time in range(2):
        made.make_service(office, case_id, client_id, goals=(first,))
    made.make_service(office, case_id, client_id, activity="", code="SV_REHSOS", goals=(first,))
    monitoring_id = course.make_monitoring(office, case_id, client_id, open_goals=(first, second))
    browser = office.browser(worker)

    said = "3 layanan, terakhir 20 Mei 2026: Konseling (2×), Rehabilitasi sosial"
    plan = pdfs.text_of(press(browser, case_id, "f6", plan_id).data)
    assert pdfs.squeezed(f"Terbuka {said}") in pdfs.squeezed(plan)
    assert plan.count("layanan, terakhir") == 1
    text = pdfs.text_of(press(browser, case_id, "f9", monitoring_id).data)
    assert f"a. kembali bersekolah – {said} b. tidur nyenyak Mengapa" in text


def test_f10_has_participants_issue_and_decisions(desk: Desk) -> None:
    for said in (
        "Konferensi kasus",
        "Dinas Sosial",
        "tempat tinggal",
        "rujuk ke rumah sakit",
        "27 Mei 2026",
        "Notulis",
    ):
        assert said in desk.text("f10"), said


def test_f8_lists_what_was_done_and_one_service_can_be_printed_alone(desk: Desk) -> None:
    alone = pdfs.text_of(press(desk.browser, desk.case_id, "f8", desk.ids["service"]).data)

    assert "Konseling" in desk.text("f8")
    assert "Pendampingan visum" in desk.text("f8")
    assert "Konseling" in alone
    assert "berjalan baik" in alone
    assert "Layanan selesai" in alone
    assert "visum" not in alone


def test_f8_has_result_and_next_step_in_words_and_is_signed_by_who_gave_it(office, worker, case_id):
    client_id, giver = made.row_ids(office, Client, case_id)[0], office.somebody("PSIKOLOG", name="Puspa Contoh")
    with office.work(worker.actor) as work:
        head = Service(
            client_id=client_id,
            on=made.today(office),
            activity="AK_KONSELING",
            officer=giver.id,
            next_on=date(2026, 5, 27),
        )
        words = ServiceText(description="Dua pertemuan.", result="Tidurnya lebih tenang.", next_step="Bertemu gurunya.")
        service_id = records.record_service(work, case_id, head, words).id
    made.make_service(office, case_id, client_id, on=date(2026, 5, 19), activity="AK_VISUM")
    browser = office.browser(worker)

    text = pdfs.text_of(press(browser, case_id, "f8", service_id).data)
    parts = (
        *("Petugas : Puspa Contoh", "Uraian Dua pertemuan.", "Hasilnya Tidurnya lebih tenang."),
        *("Langkah berikutnya Bertemu gurunya.", "Tanggal langkah berikutnya : 27 Mei 2026", "Petugas Puspa Contoh"),
    )
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "Wulan Contoh" not in text.replace("Dicetak oleh Wulan Contoh", "")

    with office.work(worker.actor) as work:
        records.finish_next_step(work, case_id, service_id)
    whole = pdfs.text_of(press(browser, case_id, "f8", client_id).data)
    assert "Tanggal langkah berikutnya : 27 Mei 2026 (selesai 20 Mei 2026)" in whole
    assert whole.count("Langkah berikutnya") == 1, "the other service has none"
    assert "Petugas Puspa Contoh" not in whole, "given by two: whoever signs writes the name"


def test_f12_says_kind_and_reason_and_leaves_the_agreement_to_the_pen(desk: Desk) -> None:
    text = desk.text("f12")

    for said in ("Selesai", "Tujuan tercapai", "20 Mei 2026", "Manajer kasus", "Wulan Contoh", "Menyetujui,"):
        assert said in text, said
    assert "NIP 19700101 199503 2 001" in text
    assert text.count("✔") == 1


def test_a_unit_that_is_only_asked_reads_the_question_and_nobodys_name(desk: Desk) -> None:
    text = desk.text("pelimpahan")

    for said in (
        *("Yth. Kepala UPTD PPA Tetangga", "memohon kesediaan Saudara", "Klien pindah", "Kronologi dan kehendak klien"),
        *("disetujui, 20 Mei 2026", "Dua anak perlu tempat tinggal baru.", "Wulan Contoh"),
    ):
        assert said in text, said
    assert not any(
        word in pdfs.squeezed(text) for word in map(pdfs.squeezed, (LONG, HOSTILE, "Belimbing", "Ayah tiri"))
    )
    assert "Klien ingin dekat neneknya" not in text, "the reason in words is ours"


def test_a_case_handed_over_by_letter_names_its_clients_and_the_letter_goes_out_afterwards(
    office: Office, worker: Someone
) -> None:
    case_id = paper_office.make_case(office, worker)
    with office.work() as work:
        said = transfer_office.letter(
            office, institution_type="IN_DINSOS", receiver="Dinas Sosial Rekaan", letter_no="440/12/2026"
        )
        transfer_id = transfers.hand_out(work, case_id, said).id
    browser = office.browser(worker)
    text = pdfs.text_of(paper_office.press(browser, case_id, "pelimpahan", transfer_id).data)
    for line in ("Yth. Pimpinan Dinas Sosial Rekaan", "440/12/2026", "melimpahkan penanganan kasus"):
        assert line in text, line
    assert pdfs.squeezed(LONG) in pdfs.squeezed(text)

    assert issue(browser, case_id, "pelimpahan", transfer_id).status_code == 303
    assert "440/12/2026" in browser.get(f"/cases/{case_id}/papers").get_data(as_text=True)
    client_id = made.row_ids(office, Client, case_id)[0]
    assert browser.get(f"/cases/{case_id}/papers/f12/issue?of={client_id}").status_code == 409, "no other letter"


def test_a_client_who_had_ended_before_is_not_named_in_the_letter_of_a_transfer(office: Office) -> None:
    at = people_of(office)
    case_id = at.bring_to(at.case(clients=2), "ST5_INTERVENSI")
    at.approve_end(case_id, at.propose(case_id, at.clients(case_id)[1]))
    with office.work() as work:
        said = transfer_office.letter(office, receiver="Dinas Sosial Rekaan", letter_no="440/12/2026")
        transfer_id = transfers.hand_out(work, case_id, said).id
    text = pdfs.text_of(paper_office.press(office.browser(at.manager), case_id, "pelimpahan", transfer_id).data)

    assert made.NAMES[0] in text
    assert made.NAMES[1] not in text


def test_a_transfer_that_was_taken_back_has_no_letter(office: Office, worker: Someone) -> None:
    case_id = paper_office.make_case(office, worker)
    transfer_id = paper_office.make_transfer(office, case_id)
    with office.work() as work:
        transfers.retract(work, transfer_id, "alasan")
    assert paper_office.press(office.browser(worker), case_id, "pelimpahan", transfer_id).status_code == 404


def test_f12_says_what_was_proposed_and_after_the_decision_what_was_decided(office: Office) -> None:
    at = people_of(office)
    case_id = at.bring_to(at.case(), "ST6_MONITORING")
    (client_id,) = at.clients(case_id)
    given = {
        "agreed": "TIDAK",
        "agreed_on": None,
        "disagreement": "Ingin didampingi sampai sidang.",
        "legal_watch": True,
    }
    termination_id = at.propose(case_id, client_id, **given)
    browser = office.browser(at.manager)

    def printed() -> str:
        return pdfs.text_of(paper_office.press(browser, case_id, "f12", client_id).data)

    text = printed()
    for said in (
        "berlanjut setelah pengakhiran",
        "Ingin didampingi sampai sidang.",
        "dikembalikan kepada manajer kasus",
    ):
        assert said in text, said
    assert text.count("✔") == 2, "the kind of the end, and that the client does not agree"

    with office.work(at.supervisor.actor) as work:
        terminations.approve(work, case_id, termination_id, "Tetap dipantau bersama LBH.")
    text = printed()
    for said in ("disetujui, 20 Mei 2026", "Tetap dipantau bersama LBH.", "Surya Contoh"):
        assert said in text, said
    assert "dikembalikan kepada manajer kasus" not in text


def test_the_letter_of_the_last_end_gets_its_number_after_the_approval_that_closes_the_case(office: Office) -> None:
    at = people_of(office)
    case_id = at.bring_to(at.case(), "ST6_MONITORING")
    (client_id,) = at.clients(case_id)
    at.approve_end(case_id, at.propose(case_id, client_id))
    assert at.row(case_id).status == "closed"
    browser = office.browser(at.manager)

    page = browser.get(f"/cases/{case_id}/papers").get_data(as_text=True)
    assert set(re.findall(rf"/cases/{case_id}/papers/([a-z0-9]+)/issue", page)) == {"f12"}
    assert issue(browser, case_id, "f12", client_id).status_code == 303

    text = pdfs.text_of(press(browser, case_id, "issued", _last_issued(office, case_id)).data)
    for said in ("Nomor: 001/TERM/6303/V/2026", "disetujui, 20 Mei 2026", "Surya Contoh"):
        assert said in text, said
    assert "KONSEP" not in text


def test_f13_follows_the_national_layout(desk: Desk) -> None:
    text = desk.text("f13")
    parts = [text.index(part) for part in ("A. Kasus", "B. Klien", "C. Layanan", "D. Terlapor")]

    assert parts == sorted(parts)
    for said in ("Kabupaten Banjar", "Kalimantan Selatan", "Rumah tangga", "Fisik, Psikis", "Rehabilitasi sosial"):
        assert said in text, said
    assert pdfs.squeezed(f"{LONG}: Ayah tiri") in pdfs.squeezed(text)
    assert pdfs.squeezed("dicatat), Malaysia") in pdfs.squeezed(text)


def test_f13_says_of_each_service_when_who_what_and_how_it_went(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    with office.work(worker.actor) as work:
        head = Service(client_id=client_id, on=date(2026, 5, 18), code="SV_KESEHATAN", activity="AK_VISUM")
        words = ServiceText(agency="RSUD Rekaan", detail="Poli anak", description="Visum selesai, hasil menyusul.")
        records.record_service(work, case_id, head, words)

    text = pdfs.text_of(press(office.browser(worker), case_id, "f13").data)
    assert "Tanggal Layanan Lembaga Rincian Deskripsi" in text
    assert "18 Mei 2026 Kesehatan RSUD Rekaan Poli anak Visum selesai, hasil menyusul." in text


def test_f11_has_reason_rules_days_and_place_after_and_never_where_it_is(desk: Desk) -> None:
    text = desk.text("f11")

    for said in (
        *("Nama", "Rumah Rekaan", "Ancaman", safe.WHY, "Rabu, 20 Mei 2026", "30 Mei 2026", "10.30 WITA", "pulang pagi"),
        *("Tata tertib sudah dijelaskan dan disetujui", "Penanggung jawab rumah perlindungan"),
    ):
        assert said in text, said
    assert safe.WHERE not in text


def test_a_safety_plan_is_printed_with_its_version_and_the_parts_that_were_written(desk: Desk) -> None:
    text = desk.text("rk")

    for said in (
        "Versi 1, 20 Mei 2026",
        safe.CODE_WORD,
        "pulang mabuk",
        "Disusun bersama klien",
        "aman untuk menyimpannya",
    ):
        assert said in text, said
    assert pdfs.squeezed(HOSTILE) in pdfs.squeezed(text)
    assert "Jalan keluar" not in text


@pytest.mark.parametrize("slug", ["f3", "f4"])
def test_the_number_of_somebody_near_stands_behind_the_clients_rules(desk: Desk, slug: str) -> None:
    text = desk.text(slug)
    assert text.index("Kontak aman klien") < text.index("Nomor telepon")


def test_what_lies_in_the_safety_room_is_printed_by_those_who_may_read_it(office, worker, case_id):
    colleague, supervisor = office.somebody("PENDAMPING"), office.somebody("SUPERVISOR")
    made.join_team(office, case_id, colleague)
    sheets = _safety_sheets(office, worker, case_id)

    assert _post(office.browser(colleague), sheets["f11"]).status_code == 404
    assert _post(office.browser(supervisor), sheets["rk"]).status_code == 403
    answer = _post(office.browser(worker), sheets["rk"])

    reading, printed = office.events()[-2:]
    assert (reading.event, reading.purpose) == (Event.SAFETY_PLAN_OPENED, "team")
    assert printed.purpose == f"rk {digest(answer.data).hex()}"


# --- the referral letter discloses what was chosen -------------------------------------------------------------------

DISCLOSED = {
    "DC_IDENTITAS": ("Martapura, 12 April 2016", "Perempuan"),
    "DC_NIK": ("6303055204160001", "6303050101100001"),
    "DC_ALAMAT": ("Jalan Belimbing 4 Rt 09",),
    "DC_TELEPON": ("0812-0000-0001", "dari perpustakaan"),
    "DC_WALI": ("Kartini Wulandari", "0812-0000-0009"),
    "DC_KEBUTUHAN": ("Sensorik", "juru bahasa isyarat"),
    "DC_KEKERASAN": ("Fisik, Psikis", "Dipukul"),
    "DC_KRONOLOGI": ("Kejadian itu terjadi",),
    "DC_TERLAPOR": ("Terlapor Rekaan 1 (ayah tiri)",),
    "DC_LAYANAN": ("20 Mei 2026: Rehabilitasi sosial",),
}


def test_every_disclosure_has_words_of_its_own() -> None:
    assert DISCLOSED.keys() == {code.code for code in code_list("disclosure")}


def test_without_a_choice_the_letter_names_the_register_number_alone(desk: Desk) -> None:
    text = desk.text("f7")

    assert "nomor register 6303/2026/0001" in text
    assert "Yth. Pimpinan RSUD Rekaan" in text
    assert "Perlu pemeriksaan luka" in text
    assert "Rahasia, segera" in text
    assert "Persetujuan orang tua/wali, 20 Mei 2026" in text
    for words in (*sum(DISCLOSED.values(), ()), LONG[:20], "Pelapor", "umur"):
        assert words not in text, words


@pytest.mark.parametrize("code", DISCLOSED)
def test_the_letter_discloses_the_choice_and_nothing_else(desk: Desk, code: str) -> None:
    client_id, consent_id = desk.ids["client"], desk.ids["consent"]
    referral = paper_office.make_referral(desk.office, desk.case_id, client_id, consent_id, (code,))
    text = pdfs.text_of(press(desk.browser, desk.case_id, "f7", referral).data)

    for words in DISCLOSED[code]:
        assert words in text, words
    for other in DISCLOSED.keys() - {code}:
        for words in DISCLOSED[other]:
            assert words not in text, (other, words)
    assert ("Raden Ajeng" in text) is (code == "DC_IDENTITAS")


def test_the_letter_goes_to_the_address_and_the_region_of_the_institution(desk: Desk) -> None:
    said = r"Yth\. Pimpinan RSUD Rekaan \w+ u\.p\. dr\. Rekaan Jalan Rumah Sakit 1 di Martapura, Kabupaten Banjar"
    assert re.search(said, desk.text("f7"))


def test_the_letter_counts_what_goes_along_and_names_it_but_for_the_words_of_restricted_kinds(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    consent_id = made.make_consent(office, case_id, client_id)
    referral = paper_office.make_referral(office, case_id, client_id, consent_id)
    browser = office.browser(worker)
    assert "Lampiran : –" in pdfs.text_of(press(browser, case_id, "f7", referral).data)

    keep_with(office, case_id, referral, DK_SEKOLAH="Rapor semester ganjil", DK_PSIKOLOGI="Hasil tes rahasia")
    keep_with(office, case_id, referral, DK_FOTO="")
    keep_with(office, case_id, referral, DK_FOTO="")
    keep_with(office, case_id, None, DK_POLISI="Bukan lampiran")
    text = pdfs.text_of(press(browser, case_id, "f7", referral).data)

    assert "Lampiran : 4 berkas" in text
    said = "a. Surat sekolah: Rapor semester ganjil b. Laporan atau catatan psikologi c. Foto (2 berkas)"
    assert f"Lampiran {said}" in text
    assert "rahasia" not in text.replace("kerahasiaannya", "")
    assert "Bukan lampiran" not in text
    assert Section.DOCUMENT_GUARDED.value not in office.events()[-2].sections.split()


def test_what_came_with_the_answer_does_not_go_along(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    referral = paper_office.make_referral(office, case_id, client_id, made.make_consent(office, case_id, client_id))
    keep_with(office, case_id, referral, DK_SEKOLAH="Rapor")
    office.clock.pass_by(minutes=9)
    with office.work() as work:
        referrals.take_step(work, referral, "accept", referrals.Answer(work.now))
    office.clock.pass_by(minutes=9)
    keep_with(office, case_id, referral, DK_SURAT_MASUK="Balasan rumah sakit")

    text = pdfs.text_of(press(office.browser(worker), case_id, "f7", referral).data)
    assert "Lampiran : 1 berkas" in text
    assert "Balasan" not in text


def keep_with(office: Office, case_id: UUID, referral: UUID | None, **titles: str) -> None:
    """Keep documents, of a kind each, with a referral."""
    for kind, title in titles.items():
        office.clock.pass_by(seconds=1)
        make_document(office, case_id, kind=kind, title=title, referral_id=referral)


# --- what is recorded, and before what ---------------------------------------------------------------------------------


def test_the_reading_names_its_sections_and_the_print_its_hash_before_a_byte_leaves(office, worker, case_id):
    answer = press(office.browser(worker), case_id, "f1")

    reading, printed = office.events()[-2:]
    assert (reading.event, reading.purpose, reading.cases) == (Event.CASE_REVEALED, "team", str(case_id))
    assert set(reading.sections.split()) == {section.value for section in KINDS["f1"].sections}
    assert (printed.event, printed.cases, printed.actor_id) == (Event.PAPER_PRINTED, str(case_id), worker.id)
    assert printed.purpose == f"f1 {digest(answer.data).hex()}"


def test_no_byte_leaves_where_the_print_cannot_be_recorded(office, worker, case_id):
    client = office.browser(worker)
    client.get(f"/cases/{case_id}/papers")
    append = office.runtime.append

    def refuse(work, lines):
        if any(line.event == Event.PAPER_PRINTED for line in lines):
            raise OSError("disk full")
        return append(work, lines)

    object.__setattr__(office.runtime, "append", refuse)
    answer = press(client, case_id, "f1")

    assert answer.status_code == 500
    assert b"%PDF" not in answer.data


def test_rendering_holds_no_transaction(office, worker, case_id, monkeypatch):
    seen = []

    def spy(paper, stamp, logo=b""):
        pool = office.runtime.engine.pool
        seen.append(pool.checkedout())  # type: ignore[attr-defined]
        return real(paper, stamp, logo)

    real = engine.render
    monkeypatch.setattr(engine, "render", spy)
    client = office.browser(worker)
    press(client, case_id, "f1")
    issue(client, case_id, "f12", made.row_ids(office, Client, case_id)[0])

    assert seen == [0, 0]


def test_a_paper_is_inline_under_a_neutral_name_and_kept_by_no_cache(desk: Desk) -> None:
    answer = press(desk.browser, desk.case_id, "f4", desk.ids["consent"])

    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="dokumen.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


# --- who may ---------------------------------------------------------------------------------------------------------


def test_a_stranger_finds_no_paper(office, case_id):
    stranger = office.browser(office.somebody("MANAJER"))

    assert stranger.get(f"/cases/{case_id}/papers").status_code == 404
    assert _post(stranger, f"/cases/{case_id}/papers/f1").status_code == 404


def test_outside_the_team_a_paper_takes_a_reason_that_stays_with_the_case(office, worker, case_id):
    supervisor = office.browser(office.somebody("SUPERVISOR", name="Surya Contoh"))
    assert _post(supervisor, f"/cases/{case_id}/papers/f1").status_code == 403

    page = f"/cases/{case_id}/papers/f1/reason"
    refused = _post(supervisor, page, reason="", words="untuk sidang rekaan")
    assert refused.status_code == 422
    assert "untuk sidang rekaan" in refused.get_data(as_text=True)
    answer = _post(supervisor, page, reason="request", words="untuk sidang rekaan")

    assert answer.data.startswith(b"%PDF-")
    assert "Dicetak oleh Surya Contoh" in pdfs.text_of(answer.data)
    events = office.events()
    assert [event.purpose for event in events[-3:-1]] == ["request", "request"]
    assert "untuk sidang rekaan" in office.browser(worker).get(f"/cases/{case_id}").get_data(as_text=True)


def test_the_head_of_another_unit_prints_nothing_even_with_a_reason(office, case_id):
    other = office.browser(office.somebody("SUPERVISOR", unit_id=office.other_unit_id))
    assert _post(other, f"/cases/{case_id}/papers/f1/reason", reason="quality", words="x").status_code == 404


def test_a_record_of_another_case_is_no_subject(office, worker, case_id):
    other = paper_office.make_case(office, worker)
    ids = paper_office.add_records(office, other)
    client = office.browser(worker)

    for slug, what in ABOUT.items():
        assert press(client, case_id, slug, ids[what]).status_code == 404, slug
        assert press(client, case_id, slug).status_code == 404, slug
    assert press(client, case_id, "issued", ids["client"]).status_code == 404


def _post(client: FlaskClient, address: str, **fields: str):
    text = client.get("/").data
    page = client.get(address)
    submit = {"submit_id": hidden(page.data, "submit_id")} if b"submit_id" in page.data else {}
    return client.post(address, data={"csrf_token": hidden(text, "csrf_token")} | submit | fields)


# --- letters that go out ---------------------------------------------------------------------------------------------


def test_a_letter_without_a_number_is_a_draft_and_with_one_it_is_not(desk: Desk) -> None:
    referral = paper_office.make_referral(desk.office, desk.case_id, desk.ids["client"], desk.ids["consent"])
    assert "KONSEP" in pdfs.text_of(press(desk.browser, desk.case_id, "f7", referral).data)

    page = desk.browser.get(f"/cases/{desk.case_id}/papers/f7/issue?of={referral}").get_data(as_text=True)
    promised = re.search(r"\d{3}/463/UPTD-PPA/V/2026", page)
    assert promised
    answer = issue(desk.browser, desk.case_id, "f7", referral, signer="1")
    assert answer.status_code == 303
    listed = desk.browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert promised[0] in listed

    issued_id = _last_issued(desk.office, desk.case_id)
    text = pdfs.text_of(press(desk.browser, desk.case_id, "issued", issued_id).data)
    assert f"Nomor : {promised[0]}" in text
    assert "KONSEP" not in text
    assert "Plt. Kepala UPTD PPA Contoh Pelaksana, S.H." in text
    assert "Diterbitkan oleh Wulan Contoh, 20 Mei 2026 09.00 WITA Dicetak oleh Wulan Contoh" in text


def test_an_issued_letter_prints_the_same_words_after_the_file_has_changed(office, worker):
    paper_office.equip(office)
    case_id = paper_office.make_case(office, worker)
    ids = paper_office.add_records(office, case_id)
    client = office.browser(worker)
    issue(client, case_id, "f3", ids["request"])
    issued_id = _last_issued(office, case_id)
    before = pdfs.text_of(press(client, case_id, "issued", issued_id).data)

    paper_office.equip(office, LetterDesk(unit="Unit lain"))
    office.clock.pass_by(minutes=9)
    after = pdfs.text_of(press(client, case_id, "issued", issued_id).data)

    assert "001/AGD/UPTD-PPA/V/2026" in before
    assert "Dicetak oleh Wulan Contoh, 20 Mei 2026 09.09 WITA" in after
    assert after.replace("09.09", "09.00") == before


def test_a_letter_that_went_out_stands_in_the_story_of_the_case(office, worker):
    case_id = paper_office.make_case(office, worker)
    client = office.browser(worker)
    issue(client, case_id, "f12", made.row_ids(office, Client, case_id)[0])

    assert "001/TERM/6303/V/2026" in client.get(f"/cases/{case_id}/story").get_data(as_text=True)


def test_needs_the_institution_is_told_of_stand_in_the_letter(desk: Desk) -> None:
    client_id, consent_id = desk.ids["client"], desk.ids["consent"]
    referral = paper_office.make_referral(desk.office, desk.case_id, client_id, consent_id, needs=("KB_ISYARAT",))

    text = pdfs.text_of(press(desk.browser, desk.case_id, "f7", referral).data)
    assert "Perlu disiapkan bagi klien : Juru bahasa isyarat" in text


def test_sending_the_form_twice_gives_one_number(office, worker, case_id):
    client = office.browser(worker)
    client_id = made.row_ids(office, Client, case_id)[0]
    text = client.get(f"/cases/{case_id}/papers/f12/issue?of={client_id}").data
    data = {name: hidden(text, name) for name in ("csrf_token", "submit_id", "of")} | {"signer": "0"}
    answers = [client.post(f"/cases/{case_id}/papers/f12/issue", data=data) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [f"/cases/{case_id}/papers"] * 2
    with office.work() as work:
        assert len(services.issued_of(work, [case_id])) == 1


def test_somebody_quicker_makes_the_letter_take_the_next_number(office, worker, case_id, monkeypatch):
    client = office.browser(worker)
    client_id = made.row_ids(office, Client, case_id)[0]
    rival, real = [], engine.render

    def slow(paper, stamp, logo=b""):
        if not rival:
            rival.append(True)
            with office.work(worker.actor) as work:
                services.issue(work, case_id, Finished(client_id, Paper(code="F12"), "001/TERM/6303/V/2026", ""))
        return real(paper, stamp, logo)

    monkeypatch.setattr(engine, "render", slow)
    assert issue(client, case_id, "f12", client_id).status_code == 303

    page = client.get(f"/cases/{case_id}/papers").get_data(as_text=True)
    assert {"001/TERM", "002/TERM"} <= set(re.findall(r"\d{3}/TERM", page))


def _last_issued(office: Office, case_id: UUID) -> UUID:
    with office.work() as work:
        return list(services.issued_of(work, [case_id]))[-1]


# --- pages -----------------------------------------------------------------------------------------------------------


def test_the_list_names_clients_by_mask_only(desk: Desk) -> None:
    page = desk.browser.get(f"/cases/{desk.case_id}/papers").get_data(as_text=True)

    assert "Raden Ajeng" not in page
    assert "Formulir penerimaan pengaduan" in page
    assert page.count("<h1") == 1
    assert "client.identity" not in desk.office.events()[-1].sections


def test_the_case_file_leads_to_the_papers(desk: Desk) -> None:
    page = desk.browser.get(f"/cases/{desk.case_id}").get_data(as_text=True)

    assert f'href="/cases/{desk.case_id}/papers"' in page
    assert f'action="/cases/{desk.case_id}/papers/f1"' in page


# --- blank forms -----------------------------------------------------------------------------------------------------

BLANK_LABELS = {
    "f1": (
        *("Hari, tanggal", "Cara pengaduan", "Petugas penerima", "Yang melapor", "Keterangan pelapor", "NIK", "Agama"),
        *("Tanggal lahir", "Tempat lahir", "Jenis kelamin", "Alamat", "Nomor telepon", "Kewarganegaraan", "Pendidikan"),
        *("Pekerjaan", "Status perkawinan", "Jumlah anak", "Jumlah saudara", "Orang tua atau wali", "Terlapor"),
        *("Hubungan dengan klien", "Pelapor", "Perguruan tinggi (S1/S2/S3)", "Pedagang/tani/nelayan"),
    ),
    "f2": (
        *("Tanggal kejadian", "Pukul", "Tempat kejadian", "Kronologi", "Jenis kekerasan", "Bentuk kekerasan: seksual"),
        *(
            "Apa yang diinginkan klien",
            "Tanda bahaya",
            "Tingkat risiko",
            "Kewenangan",
            "Kata penyamar",
            "Aman ditelepon",
        ),
    ),
    "f4": (
        *("Pernyataan", "Ya", "Tidak", "Nama klien", "Pendapat anak sendiri", "Yang menyatakan", "Menyatakan sebagai"),
        "Yang menyatakan adalah terlapor, atau bertentangan dengan kepentingan klien",
        *("Layanan psikologis", "Rujukan ke lembaga lain", "Saya bersedia mengikuti prosedur", "Saksi"),
    ),
    "f9": (
        *("Cara kontak", "Perkembangan", "Tujuan yang belum tercapai", "Mengapa belum tercapai"),
        *("Rencana tindak lanjut", "Tindak lanjut", "Hasil", "Lanjutkan layanan"),
    ),
    "patbm": ("Dalam bahaya sekarang", "Jenis kekerasan", "Nomor untuk dihubungi", "telepon kantor dahulu", "Relawan"),
}
WITHOUT_REGISTER = {"patbm"}
"""Filled in before there is a case to number."""


@pytest.mark.parametrize("slug", BLANKS)
def test_a_blank_form_asks_everything_and_holds_nobodys_data(desk: Desk, slug: str) -> None:
    answer = desk.browser.get(f"/papers/{slug}")
    text = pdfs.text_of(answer.data)

    for label in BLANK_LABELS[slug]:
        assert label in text, label
    assert "✔" not in text
    assert "Rekaan" not in text.replace("Jalan Rekaan Nomor 12", "")
    assert ("Nomor register: ...." in text) == (slug not in WITHOUT_REGISTER)
    assert "<pdfaid:part>2</pdfaid:part>" in pdfs.xmp_of(answer.data)
    assert all(pdfs.fonts_of(answer.data).values())


@pytest.mark.parametrize("name", ["violence", "danger_prompt", "relationship", "disability", "education", "place"])
def test_code_lists_stand_as_boxes(desk: Desk, name: str) -> None:
    text = " ".join(pdfs.text_of(desk.browser.get(f"/papers/{slug}").data) for slug in ("f1", "f2"))

    for code in code_list(name).active():
        assert pdfs.folded(code.id) in text, code.id


def test_blank_forms_are_reached_from_the_intake_and_the_settings(desk: Desk) -> None:
    assert 'href="/papers"' in desk.browser.get("/intake").get_data(as_text=True)
    page = desk.browser.get("/papers").get_data(as_text=True)
    for slug in BLANKS:
        assert f'href="/papers/{slug}"' in page


# --- the letter desk -------------------------------------------------------------------------------------------------


def test_the_administrator_writes_the_letterhead_and_sees_it_on_a_sample(office):
    admin = office.browser(office.somebody("ADMIN"))
    page = admin.get("/letters").get_data(as_text=True)
    fields = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    fields |= {
        "government": "Pemerintah Kota Contoh",
        "unit": "UPTD PPA Kota Contoh",
        "place": "Contohan",
        "short_name": "PPA-KC",
        "signers-0-title": "Kepala UPTD",
        "signers-0-name": "Dra. Kepala Baru",
        "signers-0-nip": "1970",
        "f7-template": "B/{no}/{unit}/{year}",
    }

    assert admin.post("/letters", data=fields).status_code == 303
    text = pdfs.text_of(admin.get("/letters/sample").data)

    for said in ("PEMERINTAH KOTA CONTOH", "B/001/PPA-KC/2026", "Dra. Kepala Baru", "NIP 1970", "Contohan"):
        assert said in text, said
    assert office.events()[-1].event == Event.LETTERHEAD_SAVED
    again = admin.get("/letters").get_data(as_text=True)
    assert "B/001/PPA-KC/2026" in again
    assert 'value="Dra. Kepala Baru"' in again


def test_a_bad_template_keeps_what_was_typed_and_changes_nothing(office):
    admin = office.browser(office.somebody("ADMIN"))
    page = admin.get("/letters").get_data(as_text=True)
    fields = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    fields |= {"unit": "Unit baru", "f3-template": "{no}/{nama}/{year}"}
    answer = admin.post("/letters", data=fields)

    assert answer.status_code == 422
    assert "{no}/{nama}/{year}" in answer.get_data(as_text=True)
    assert "Unit baru" not in admin.get("/letters").get_data(as_text=True)


def test_two_administrators_at_once_see_both_versions(office):
    admin = office.browser(office.somebody("ADMIN"))
    pages = []
    for unit in ("pertama", "kedua", "ketiga"):
        page = pages.pop() if pages else admin.get("/letters").get_data(as_text=True)
        if unit == "kedua":
            pages.append(admin.get("/letters").get_data(as_text=True))
        fields = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")} | {"unit": f"Unit {unit}"}
        answer = admin.post("/letters", data=fields)

    assert answer.status_code == 409
    shown = answer.get_data(as_text=True)
    assert "Unit kedua" in shown
    assert "Unit ketiga" in shown


def test_a_logo_is_kept_shown_printed_and_removed(office):
    admin = office.browser(office.somebody("ADMIN"))
    picture = BytesIO()
    Image.new("RGB", (300, 300), "red").save(picture, "PNG")
    page = admin.get("/letters").get_data(as_text=True)
    plain = len(admin.get("/letters/sample").data)
    assert admin.get("/letters/logo").status_code == 404
    fields = {name: hidden(page, name) for name in ("csrf_token", "submit_id")}
    sent = fields | {"logo": (BytesIO(picture.getvalue()), "lambang rahasia.png")}

    assert admin.post("/letters/logo", data=sent, content_type="multipart/form-data").status_code == 303
    assert admin.get("/letters/logo").mimetype == "image/png"
    assert b"/Subtype/Image" in admin.get("/letters/sample").data.replace(b" ", b"")
    page = admin.get("/letters").get_data(as_text=True)
    fields = {name: hidden(page, name) for name in ("csrf_token", "submit_id")}
    bad = fields | {"logo": (BytesIO(b"<svg/>"), "x.svg")}
    assert admin.post("/letters/logo", data=bad, content_type="multipart/form-data").status_code == 422
    assert admin.get("/letters/logo").status_code == 200
    assert admin.post("/letters/logo/remove", data=fields).status_code == 303
    assert admin.get("/letters/logo").status_code == 404
    assert abs(len(admin.get("/letters/sample").data) - plain) < 50


# --- the answer to a referral that came to us ------------------------------------------------------------------------


def test_the_answer_names_their_letter_and_says_what_we_do_but_not_who_the_client_is(desk):
    text = desk.text("balasan")
    for said in ("Puskesmas Rekaan", "u.p. Bidan Rekaan", "440/7/PKM", "Penerimaan rujukan", "menerima rujukan"):
        assert said in text, said
    assert "Kusumaningtyas" not in text
    assert "Mohon pendampingan" not in text


def test_an_answer_gets_a_number_and_prints_the_same_afterwards(office, worker, case_id):
    paper_office.equip(office)
    incoming_id = paper_office.make_incoming(office, case_id, made.row_ids(office, Client, case_id)[0])
    browser = office.browser(worker)
    assert issue(browser, case_id, "balasan", incoming_id).status_code == 303
    page = browser.get(f"/cases/{case_id}/papers").get_data(as_text=True)
    assert "001/BLS/UPTD-PPA/" in page
