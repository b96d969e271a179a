"""The story of a case: everything in one line of time, narrowed as one likes, on one sheet."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from flask_babel import force_locale, gettext
from hypothesis import given
from hypothesis import strategies as st

from app.answers.models import AnswerLink, PartnerAnswer
from app.audit.events import Event
from app.cases import models as cases
from app.cases import sheet, story, transfers
from app.cases.models import CaseRecord, Client, Note
from app.cases.story import Entry, Kind, Story
from app.documents.models import Document
from app.domain.zones import Zone
from app.legal.models import PoliceWish
from app.papers.models import IssuedPaper
from app.patbm.models import VillageOrigin
from app.referrals import services
from app.referrals.models import IncomingReferral, Referral, ReferralPackage
from app.referrals.services import Answer
from app.retention.models import CaseHold, ErasureProposal
from app.safety import readers
from app.safety.models import SafetyPlan, ShelterStay
from app.security.sections import TEXT_SECTIONS, Section
from app.security.structs.case import NoteBody
from tests import case_factories as made
from tests import referral_office, safety_office, story_office
from tests.factories import OPERATOR, Office, Someone
from tests.sharing import office
from tests.story_office import Filled
from tests.transfer_office import units_of

__all__ = ["office"]
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker, clients=2)


@pytest.fixture(scope="module")
def filled(office_of_the_module: Office) -> Filled:
    return story_office.fill(office_of_the_module, office_of_the_module.somebody("MANAJER"))


def told(text: str) -> list[str]:
    """What the story says happened, newest first."""
    titles = re.findall(r'timeline__title">(.*?)</p>', text, re.S)
    return [html.unescape(re.sub("<[^>]+>", "", each)) for each in titles]


def page(office: Office, who: Someone, address: str) -> str:
    answer = office.browser(who).get(address)
    assert answer.status_code == 200, answer.status_code
    return str(answer.get_data(as_text=True))


# --- the rules -------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(Kind), DAYS), max_size=20))
def test_the_picture_shows_every_entry_once_and_within_its_frame(told):
    whole = Story([Entry(kind, day, "x") for kind, day in told], Zone.WITA)
    lanes = whole.lanes()
    assert sum(len(lane.points) for lane in lanes) == len(told)
    assert [lane.kind for lane in lanes] == [kind for kind in Kind if kind in {kind for kind, _day in told}]
    assert all(0 <= point <= 100 for lane in lanes for point in lane.points)


@given(st.sets(st.sampled_from(Kind)), st.booleans())
def test_narrowing_takes_away_and_adds_nothing(kinds, one_client):
    client, other = uuid4(), uuid4()
    entries = [Entry(kind, date(2026, 5, 20), "x", client_id=of) for kind in Kind for of in (client, other, None)]
    kept = story.narrowed(Story(entries, Zone.WIB), kinds, client if one_client else None).entries
    assert {entry.kind for entry in kept} == (kinds or set(Kind))
    assert {entry.client_id for entry in kept} == ({client, None} if one_client else {client, other, None})


@given(st.lists(st.integers(0, 400), max_size=30), st.integers(0, 30), st.floats(0, 60))
def test_the_first_rows_that_fit_stand_on_a_sheet_and_the_others_are_counted(lengths, most, room):
    rows = ["x" * length for length in lengths]
    part = sheet.Room(room).take(rows, lambda row: ((row, 40), ("", 10)), most)
    assert list(part.rows) == rows[: len(part.rows)]
    assert len(part.rows) + part.left_out == len(rows)
    assert len(part.rows) <= most
    assert sum(sheet.GAP + sheet.lines_of(row, 40) for row in part.rows) <= room + 0.001


def test_a_moment_late_at_night_belongs_to_the_day_of_the_unit():
    late = Entry(Kind.NOTE, datetime(2026, 5, 20, 16, 30, tzinfo=UTC), "x")
    assert late.day(Zone.WIB) == date(2026, 5, 20)
    assert late.day(Zone.WITA) == date(2026, 5, 21)


# --- every kind of record --------------------------------------------------------------------------------------------

TOLD: Mapping[type[CaseRecord], Sequence[str]] = {
    cases.Report: ("Pengaduan",),
    cases.StageStep: ("Setujui dan registrasikan · Registrasi",),
    cases.Note: ("Catatan",),
    cases.Consent: (
        "Persetujuan · ",
        "Persetujuan ditarik · Layanan hukum · Layanan dan penggunaan data dihentikan",
        "Yang ditarik sudah dihentikan",
    ),
    cases.Service: ("Konseling · Layanan selesai · Langkah berikutnya paling lambat ",),
    cases.FollowUp: ("Tindak lanjut · Telepon",),
    cases.Assessment: ("Asesmen awal",),
    cases.Plan: (
        "Rencana dengan 2 tujuan",
        "Rencana dengan 3 tujuan, diubah",
        "Tercapai",
        "Rencana ditinjau · Lanjutkan layanan",
    ),
    cases.Monitoring: ("Pemantauan · Lanjutkan layanan",),
    cases.Conference: (
        "Konferensi kasus · 1 keputusan",
        "Keputusan konferensi kasus dilaksanakan",
    ),
    cases.RiskAssessment: ("Risiko dinilai",),
    cases.AidRequest: ("Surat permohonan",),
    cases.ExpertNote: ("Ringkasan untuk tim · ",),
    cases.ExpertRelease: ("Laporan ahli dilepas · ",),
    cases.HandOver: ("Kasus diserahterimakan oleh Galih Contoh kepada Rina Contoh",),
    cases.Termination: (
        "Terminasi diusulkan · ",
        "Usulan terminasi dikembalikan",
        "Terminasi disetujui",
        "Ditangani kembali",
    ),
    cases.Transfer: ("Pelimpahan diminta · ",),
    Referral: ("Rujukan · ",),
    IncomingReferral: (" · Kami terima",),
    cases.LegalTrack: ("Perkara pidana (pelaku dewasa)",),
    cases.LegalStep: ("Surat perintah penyidikan",),
    PoliceWish: ("Tidak ingin",),
    Document: (
        "Dokumen disimpan · Surat sekolah",
        "Versi baru dokumen disimpan · Surat sekolah",
        "Dokumen dihapus · Foto",
    ),
    IssuedPaper: ("Surat rujukan",),
    SafetyPlan: ("Rencana keselamatan dibuat", "Rencana keselamatan diubah"),
    VillageOrigin: ("Catatan kampung PATBM",),
    ShelterStay: ("Masuk rumah perlindungan · ", "Keluar dari rumah perlindungan · Dipulangkan"),
}
UNTOLD: Mapping[type[CaseRecord], str] = {
    AnswerLink: "a way to answer is no event; the letter that carries it is told",
    PartnerAnswer: "not the unit's own record: the step it leads to is told with the referral",
    cases.Client: "a person: what happens to a client is told where it is recorded",
    cases.ReportedPerson: "a person",
    cases.Declaration: "who has a part in the matter is known to those who decide on it",
    cases.CaseMerge: "the story of a merged file is told with its number",
    cases.SimfoniEntry: "what is typed elsewhere is no part of the case",
    ReferralPackage: "what a referral told is shown with the referral",
    CaseHold: "how long a file is kept is no part of what happened to its people; the page of keeping tells it",
    ErasureProposal: "as a hold",
}


def test_every_kind_of_record_is_told_or_left_out_for_a_reason():
    assert not TOLD.keys() & UNTOLD.keys()
    kinds = {*CaseRecord.__subclasses__(), *cases.Mistakable.__subclasses__()} - {cases.Mistakable}
    assert kinds == {*TOLD, *UNTOLD}


def test_each_record_of_a_well_filled_file_has_an_entry(office, filled):
    titles = told(page(office, filled.owner, f"/cases/{filled.case_id}/story"))

    missing = [each for phrases in TOLD.values() for each in phrases if not any(each in title for title in titles)]
    assert missing == []
    with office.app.test_request_context(), force_locale("id"):
        taken_back = gettext("Transfer taken back")
    assert [title for title in titles if title.startswith(f"{taken_back} · ")]
    with office.runtime.looking(OPERATOR) as work:
        empty = [kind for kind in TOLD if not work.session.query(kind).filter_by(case_id=filled.case_id).count()]
    assert empty == []


def test_of_what_happened_on_one_day_the_later_stands_above(office, filled):
    titles = told(page(office, filled.owner, f"/cases/{filled.case_id}/story?what=consent"))
    assert titles[0] == "Yang ditarik sudah dihentikan"
    assert [title.partition(" · ")[0] for title in titles[1:]] == ["Persetujuan ditarik", "Persetujuan"]


def test_a_service_tells_its_result_and_the_next_step(office, filled):
    text = page(office, filled.owner, f"/cases/{filled.case_id}/story?what=service")
    assert "Hasilnya: lebih tenang" in text
    assert "Langkah berikutnya: antar ke sekolah" in text
    with office.app.test_request_context(), force_locale("id"):
        done = gettext("Next step done")
    assert [title for title in told(text) if title.startswith(done)] == [f"{done} · Konseling"]


def test_what_befell_a_goal_is_told_once_however_many_versions_carry_it(office, filled):
    titles = told(page(office, filled.owner, f"/cases/{filled.case_id}/story?what=assessment"))
    assert len([title for title in titles if title.startswith("Tujuan") and "Tercapai" in title]) == 1


def test_the_filter_for_documents_shows_letters_and_documents_and_nothing_else(office, filled):
    text = page(office, filled.owner, f"/cases/{filled.case_id}/story?what=document")

    titles = told(text)
    assert len(titles) == 6
    assert len([title for title in titles if title.startswith("Surat rujukan")]) == 1
    assert {title for title in titles if title.startswith("Dokumen disimpan")} == {
        "Dokumen disimpan · Foto",
        "Dokumen disimpan · Surat sekolah",
        "Dokumen disimpan · Laporan atau catatan psikologi",
    }
    assert "Surat kepala sekolah" in text
    assert "salah unggah" in text
    document = made.row_ids(office, Document, filled.case_id)[0]
    assert f'href="/cases/{filled.case_id}/documents/{document}"' in text


def test_a_case_taken_over_says_from_where_and_ours_that_it_was_taken(office):
    at = units_of(office)
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    copy = at.accept(at.propose(case_id))

    assert "Diambil alih dari UPTD PPA Contoh" in told(page(office, at.theirs, f"/cases/{copy}/story"))
    ours = told(page(office, at.ours.manager, f"/cases/{case_id}/story"))
    assert "Pelimpahan diterima · UPTD PPA Tetangga" in ours
    assert "Pelimpahan diminta · UPTD PPA Tetangga · Klien pindah" in ours


def test_a_case_handed_over_by_letter_names_the_receiver_to_the_team_alone(office, worker, case_id):
    with office.work() as work:
        transfers.hand_out(work, case_id, made.transfer_letter(office))

    for reader, hears in ((worker, True), (office.somebody("SUPERVISOR"), False)):
        text = page(office, reader, f"/cases/{case_id}/story?what=stage")
        assert [title for title in told(text) if "lewat surat" in title] == ["Dilimpahkan lewat surat · Klien pindah"]
        assert ("UPTD PPA Jauh" in text) is hears


# --- who hears what --------------------------------------------------------------------------------------------------

SHELTER_TOLD = ("Masuk rumah perlindungan", "Keluar dari rumah perlindungan")
EXPERTS_TOLD = ("Ringkasan untuk tim", "Laporan ahli dilepas")
NEVER = {
    Section.SHELTER_TEXT,
    Section.SAFETY_PLAN_TEXT,
    Section.EXPERT_NOTES,
    Section.EXPERT_REPORT,
    Section.DOCUMENT_GUARDED,
}


def hears(office: Office, who: Someone, case_id: UUID, *phrases: str) -> set[str]:
    """Which of these somebody hears; what nobody hears is not in it, and is not opened."""
    text = page(office, who, f"/cases/{case_id}/story")
    assert not [secret for secret in story_office.SECRETS if secret in text]
    assert not NEVER & set(office.events()[-1].sections.split())
    return {phrase for phrase in phrases if any(phrase in title for title in told(text))}


def opened(office: Office) -> set[str]:
    return set(office.events()[-1].sections.split())


def test_stays_in_a_shelter_are_told_to_those_on_the_list_of_the_case_alone(office, filled):
    colleague, boss = office.somebody("PENDAMPING"), office.somebody("SUPERVISOR")
    made.join_team(office, filled.case_id, colleague)

    for stranger in (colleague, boss, filled.expert):
        assert hears(office, stranger, filled.case_id, *SHELTER_TOLD) == set()
        assert Section.SHELTER not in opened(office)

    with office.work(boss.actor) as work:
        readers.name_person(work, filled.case_id, boss.id, "pengawasan")
    for reader in (boss, filled.owner):
        assert hears(office, reader, filled.case_id, *SHELTER_TOLD) == set(SHELTER_TOLD)
        assert Section.SHELTER in opened(office)
    sheet = page(office, filled.owner, f"/cases/{filled.case_id}/summary")
    assert not [each for each in SHELTER_TOLD if each in sheet]  # a sheet is passed on


def test_what_experts_write_is_told_to_the_team_but_for_those_who_only_took_the_report(office, filled):
    taker, boss = office.somebody("PENERIMA"), office.somebody("SUPERVISOR")
    made.join_team(office, filled.case_id, taker)

    for reader in (filled.owner, filled.expert):
        assert hears(office, reader, filled.case_id, *EXPERTS_TOLD) == set(EXPERTS_TOLD)
        assert "ringkasan untuk tim" in page(office, reader, f"/cases/{filled.case_id}/story")
    for stranger in (taker, boss):
        assert hears(office, stranger, filled.case_id, *EXPERTS_TOLD) == set()
        assert not {each for each in opened(office) if each.startswith("expert")}


def test_outside_the_team_everything_is_told_without_a_word(office, filled):
    boss = office.somebody("SUPERVISOR")
    text = page(office, boss, f"/cases/{filled.case_id}/story")
    assert not {Section(each) for each in opened(office)} & TEXT_SECTIONS
    words = ("Surat kepala sekolah", "lebih tenang", "jemput hari Senin", "klien tetap di sini", "datang lagi")
    assert not [each for each in words if each in text]
    in_words = page(office, filled.owner, f"/cases/{filled.case_id}/story")
    assert not [each for each in words if each not in in_words]


def test_the_shelter_of_a_merged_file_is_told_to_those_on_its_own_list(office, worker):
    colleague = office.somebody("PENDAMPING")
    stays, other = made.make_case(office, worker, colleague), made.make_case(office, worker)
    safety_office.enter(office, worker, other)
    made.merge(office, office.somebody("SUPERVISOR").actor, stays, other)

    assert hears(office, worker, stays, *SHELTER_TOLD) == {"Masuk rumah perlindungan"}
    assert hears(office, colleague, stays, *SHELTER_TOLD) == set()
    assert Section.SHELTER not in opened(office)


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_team_reads_the_story_with_its_words(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    made.make_note(office, case_id)
    made.make_consent(office, case_id, client_id)
    institution = referral_office.make_institution(office)
    referral_office.make_referral(office, case_id, client_id, institution)

    text = page(office, worker, f"/cases/{case_id}/story")

    for said in ("Pengaduan", "Persetujuan", "Rujukan", "Risiko dinilai"):
        assert said in text, said
    with office.work() as work:
        note = work.session.get_one(Note, made.row_ids(office, Note, case_id)[0])
        body = work.vault.open(note.place(Section.NOTE_BODY), note.body_sealed, NoteBody).text
        work.recorded(Event.PAGE_OPENED)
    assert body in text


def test_a_reader_of_the_unit_hears_what_happened_and_no_words(office, worker, case_id):
    made.make_note(office, case_id)
    text = page(office, office.somebody("SUPERVISOR"), f"/cases/{case_id}/story")
    assert "Catatan" in text
    assert "tanpa isi catatannya" in text
    assert Section.NOTE_BODY.value not in office.events()[-1].sections


def test_a_stranger_finds_no_story(office, case_id):
    browser = office.browser(office.somebody("MANAJER"))
    assert browser.get(f"/cases/{case_id}/story").status_code == 404
    assert browser.get(f"/cases/{case_id}/summary").status_code == 404


def test_the_story_is_narrowed_to_what_is_asked_for(office, worker, case_id):
    whole = page(office, worker, f"/cases/{case_id}/story")
    narrow = page(office, worker, f"/cases/{case_id}/story?what=report")
    assert "timeline__item--" in narrow
    assert narrow.count("timeline__item--") < whole.count("timeline__item--")
    assert "Tidak ada catatan jenis ini" in page(office, worker, f"/cases/{case_id}/story?what=document")
    assert office.browser(worker).get(f"/cases/{case_id}/story?what=nonsense").status_code == 422


def test_what_the_page_opens_stands_in_the_log_before(office, worker, case_id):
    page(office, worker, f"/cases/{case_id}/story")
    event = office.events()[-1]
    assert (event.event, event.purpose) == (Event.CASE_OPENED, "story")
    assert {"report.coded", "note.body", "case.clocks"} <= set(event.sections.split())


def test_a_record_that_does_not_open_says_so_in_its_place(office, worker, case_id):
    made.make_note(office, case_id)
    with office.work() as work:
        row = work.session.get_one(Note, made.row_ids(office, Note, case_id)[0])
        row.head_sealed = row.head_sealed[:-1] + bytes([row.head_sealed[-1] ^ 1])
    assert 'class="unopened"' in page(office, worker, f"/cases/{case_id}/story")


def test_the_summary_is_for_paper_and_names_nobody(office, worker, case_id):
    text = page(office, worker, f"/cases/{case_id}/summary")
    assert 'class="sheet sheet--one"' in text
    assert not any(name in text for name in made.NAMES)
    assert "Yang terakhir terjadi" in text


def test_the_summary_lists_what_is_due_and_nothing_that_ended_late(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    made.make_consent(office, case_id, client_id)
    referral = referral_office.make_referral(office, case_id, client_id, referral_office.make_institution(office))
    office.clock.pass_by(days=30)
    assert "Tanda terima dari lembaga tujuan" in due_on_sheet(office, worker, case_id)
    with office.work() as work:
        services.take_step(work, referral, "acknowledge", Answer(work.now), expected=None)
    assert "Tanda terima dari lembaga tujuan" not in due_on_sheet(office, worker, case_id)
    assert "Hasil atau umpan balik rujukan" in due_on_sheet(office, worker, case_id)


def due_on_sheet(office: Office, who: Someone, case_id: UUID) -> str:
    """The part of the summary that says what is due."""
    return (
        page(office, who, f"/cases/{case_id}/summary")
        .partition("Yang menunggu")[2]
        .partition("Yang terakhir terjadi")[0]
    )
