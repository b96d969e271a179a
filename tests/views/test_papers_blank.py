"""Blank forms against the pages they are typed into: every question in the order of the page, and none that the page does not ask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pytest
from flask.testing import FlaskClient

from app.cases.models import Client
from app.domain import consents
from app.domain.codes import code_list
from app.papers.kinds import BLANKS
from app.security.structs.papers import Answers, Fields, Heading, Paper, Prose, Signatures, Small, Table, Ticks
from tests import case_factories as made
from tests import course_factories as course
from tests.factories import Office
from tests.intake_support import a_client, a_reported, an_intake, begin
from tests.paper_office import DESK

pytestmark = pytest.mark.sqlite_only(reason="about pages and paper, not about the database")

Questions = tuple[tuple[str, str], ...]
"""What the paper asks, with the control of the page it is typed into; empty where the page knows it by itself."""

REPORT: Final[Questions] = (
    ("Hari, tanggal", "report-on"),
    ("Pukul", "report-time"),
    ("Cara pengaduan", "report-channel"),
    ("Petugas penerima", ""),
    ("Yang melapor", "report-reporter_kind"),
    ("Nama", "report-reporter-name"),
    ("Nomor telepon", "report-reporter-phone"),
    ("Pekerjaan", "report-reporter-occupation"),
    ("Hubungan dengan klien dan terlapor", "report-reporter-relation_text"),
    ("Alamat", "report-reporter-address"),
    ("Tempat lahir", "report-reporter-birth_place"),
    ("Tanggal lahir", "report-reporter-birth_date"),
    ("Keterangan pelapor", "report-reporter-words"),
)
CLIENT: Final[Questions] = (
    ("Nama", "identity-name"),
    ("Jenis kelamin", "profile-sex"),
    ("Tanggal lahir", "identity-birth_date"),
    ("Umur saat pengaduan", "profile-stated_age"),
    ("Nomor telepon", "identity-phone"),
    ("Diterima sebagai", "profile-capacity"),
    ("NIK", "identity-nik"),
    ("Nomor KK", "identity-kk"),
    ("Tempat lahir", "identity-birth_place"),
    ("Alamat", "identity-address"),
    ("Desa/kelurahan, kecamatan", "profile-residence"),
    ("Kewarganegaraan", "profile-citizenship"),
    ("Negara, bila warga negara asing", "profile-country"),
    ("Status perkawinan", "profile-marital"),
    ("Agama", "identity-religion"),
    ("Jumlah anak", "identity-children"),
    ("Jumlah saudara", "identity-siblings"),
    ("Pendidikan", "profile-education"),
    ("Sekolah", "identity-school"),
    ("Pekerjaan", "profile-occupation"),
    ("Disabilitas", "profile-disability"),
    ("Nama", "identity-guardian_name"),
    ("Hubungan dengan klien", "identity-guardian_relation"),
    ("Nomor telepon", "identity-guardian_phone"),
    ("Alamat", "identity-guardian_address"),
    ("Kewarganegaraan", "identity-guardian_citizenship"),
    ("Negara, bila warga negara asing", "identity-guardian_country"),
    ("Pekerjaan", "identity-guardian_occupation"),
)
REPORTED: Final[Questions] = (
    ("Nama", "identity-name"),
    ("Hubungan dengan klien", "relations-0-relationship"),
    ("Jenis kelamin", "profile-sex"),
    ("Umur", "profile-age"),
    ("Tanggal lahir", "identity-birth_date"),
    ("Pendidikan", "profile-education"),
    ("Pekerjaan", "profile-occupation"),
    ("Status perkawinan", "profile-marital"),
    ("Kewarganegaraan", "profile-citizenship"),
    ("Negara, bila warga negara asing", "profile-country"),
    ("NIK", "identity-nik"),
    ("Nomor telepon", "identity-phone"),
    ("Tempat lahir", "identity-birth_place"),
    ("Alamat", "identity-address"),
    ("Agama", "identity-religion"),
    ("Jumlah anak", "identity-children"),
    ("Nama orang tua atau wali", "identity-guardian_name"),
    ("Alamat orang tua atau wali", "identity-guardian_address"),
)
HAPPENED: Final[Questions] = (
    ("Tanggal pengaduan", "report-on"),
    ("Petugas", ""),
    ("Tanggal kejadian", "incident-first_on"),
    ("Pukul", "incident-time"),
    ("Kecamatan atau desa/kelurahan", "incident-area"),
    ("Tempat kejadian", "incident-place"),
    ("Terjadi secara daring", "incident-online"),
    ("Kronologi", "incident-chronology-text"),
    ("Alamat tempat kejadian", "incident-chronology-scene_address"),
    ("Apa yang diinginkan klien", "incident-chronology-client_wish"),
    ("Desa PATBM yang meneruskan", "incident-patbm_village"),
)
_WITH_FORMS: Final = {form.text("violence") for form in code_list("violence_form").active()}
HARM: Final[Questions] = (
    ("Nama", "identity-name"),
    ("Jenis kekerasan", "profile-violence"),
    ("Kekerasan dalam rumah tangga", "profile-kdrt"),
    ("Aman ditelepon", "identity-contact-call"),
    ("Aman dikirimi pesan", "identity-contact-message"),
    ("Jam aman", "identity-contact-hours"),
    ("Kata penyamar bila orang lain menjawab", "identity-contact-cover_phrase"),
    ("Melalui orang lain", "identity-contact-through"),
    ("Hamil", "profile-pregnant"),
    ("Kebutuhan khusus", "profile-needs"),
    ("Keadaan dan kebutuhan, dengan kata-kata", "identity-needs"),
    *(
        (f"Bentuk kekerasan: {kind.id.lower()}", "profile-violence_forms")
        for kind in code_list("violence").active()
        if kind.code in _WITH_FORMS
    ),
    ("Kekerasan berbasis gender online", "profile-kbgo"),
    ("Tindak pidana perdagangan orang", "profile-tppo"),
    ("Bentuk perdagangan orang", "profile-trafficking"),
    ("Tindak pidana kekerasan seksual", "profile-tpks"),
)
SCREENING: Final[Questions] = (
    ("Tanda bahaya", "danger_prompts"),
    ("Tingkat risiko", "risk"),
    ("Kewenangan", "authority"),
)


def _statements() -> Iterator[tuple[str, str]]:
    for each in consents.statements():
        yield f"{each.letter}. {each.id}", "" if each.key == "services" else each.key
        if each.key == "services":
            yield from ((f"– {one.id}", f"answers-{one.code}") for one in code_list("consent_service").active())


CONSENT: Final[Questions] = (
    ("Nama klien", "client_id"),
    ("Tanggal lahir atau umur klien", ""),
    ("Hari, tanggal", "on"),
    ("Menyatakan sebagai", "signer"),
    ("Yang menyatakan adalah terlapor, atau bertentangan dengan kepentingan klien", "conflict"),
    ("Alasan, bila bukan klien atau orang tuanya yang menyatakan", "reason"),
    ("Bahasa penjelasan", "language"),
    ("Cara penjelasan", "aids"),
    *_statements(),
    ("Pendapat anak sendiri", "child_agrees"),
    ("Kata-kata anak", "child_view"),
    ("Nama", "signer_name"),
    ("Hubungan dengan klien", "signer_relation"),
    ("Nomor telepon", "signer_phone"),
    ("Alamat", "signer_address"),
    ("NIK", "signer_nik"),
    ("Saksi", "witness"),
)
MONITORING: Final[Questions] = (
    ("Nama klien", "client_id"),
    ("Hari, tanggal", "on"),
    ("Petugas", ""),
    ("Cara kontak", "way"),
    ("Perkembangan dan keadaan klien saat pemantauan", "condition"),
    ("Tujuan yang belum tercapai", "open_goals"),
    ("Mengapa belum tercapai", "not_reached"),
    ("Tindak lanjut", "follow_up"),
    ("Hasil", "outcome"),
)
VILLAGE_NOTE: Final[Questions] = (
    ("Dalam bahaya sekarang", "danger"),
    ("Jenis kekerasan", "violence"),
    ("Yang mengalami", "sex"),
    ("Umur, kira-kira", "age"),
    ("Inisial atau panggilan", "called"),
    ("Tanggal kejadian", "on"),
    ("Desa/kelurahan", "village"),
    ("Bantuan yang diberikan", "help"),
    ("Yang sudah diberi tahu", "informed"),
    ("Nomor untuk dihubungi", "contact"),
    ("Relawan", "brought_by"),
)
ORDER: Final[Mapping[str, tuple[tuple[str, Questions], ...]]] = {
    "f1": (("report", REPORT), ("client", CLIENT), ("reported", REPORTED)),
    "f2": (("report", HAPPENED), ("client", HARM), ("screening", SCREENING)),
    "f4": (("consent", CONSENT),),
    "f9": (("monitoring", MONITORING),),
    "patbm": (("village-note", VILLAGE_NOTE),),
}
PARTS: Final = {
    "f1": ["Pengaduan", "Pelapor", "Klien", "Terlapor"],
    "f2": ["Waktu dan tempat kejadian", "Kejadian", "Klien", "Penapisan"],
    "f4": ["Yang menyatakan", "Penjelasan", "Pernyataan", "Pendapat anak", "Tanda tangan"],
    "f9": ["Perkembangan", "Tujuan yang belum tercapai", "Rencana tindak lanjut"],
    "patbm": [],
}
LOOKED_UP: Final = {"consent": {"person"}, "monitoring": set[str](), "village-note": set[str]()}
"""What a page asks of the file and not of paper: whether the signer is one of the people of the case."""
OF_THE_PAGE: Final = {"submit_id", "etag", "csrf_token", "_sheet"}


@dataclass(frozen=True)
class Pages:
    """Where the answers of the forms are typed in."""

    browser: FlaskClient
    addresses: Mapping[str, str]

    def controls(self, page: str) -> list[str]:
        """The names of the controls of a page, in their order."""
        text = self.browser.get(self.addresses[page]).get_data(as_text=True)
        form = max(re.findall(r"<form\b[^>]*>.*?</form>", text[text.index("<main") :], re.S), key=len)
        return list(dict.fromkeys(re.findall(r'\bname="([^"]+)"', form)))


@pytest.fixture
def pages(office: Office) -> Pages:
    worker = office.somebody("PENERIMA", "MANAJER")
    case_id = made.make_case(office, worker)
    course.make_plan(office, case_id, made.row_ids(office, Client, case_id)[0])
    client = a_client()
    person = a_reported(client)
    draft = f"/intake/{begin(office, worker, an_intake(client, reported=(person,)))}"
    addresses = {
        "report": f"{draft}/report",
        "client": f"{draft}/clients/{client.id}",
        "reported": f"{draft}/reported/{person.id}",
        "screening": f"{draft}/screening",
        "consent": f"/cases/{case_id}/consents/new",
        "monitoring": f"/cases/{case_id}/monitorings/new",
        "village-note": "/village-notes/write-down",
    }
    return Pages(office.browser(worker), addresses)


def asked_by(paper: Paper) -> Iterator[str]:
    """Every question of a paper, from top to bottom. A block this does not know is no blank form's."""
    for block in paper.blocks:
        match block:
            case Fields(items=items) | Answers(items=items):
                yield from (item.label for item in items)
            case Prose(label=label) | Ticks(label=label):
                yield label
            case Table(columns=columns):
                yield from (column.title for column in columns)
            case _:
                assert isinstance(block, Heading | Small | Signatures), block


@pytest.mark.parametrize("slug", BLANKS)
def test_a_blank_form_asks_every_question_in_the_order_of_its_pages(pages: Pages, slug: str) -> None:
    parts = ORDER[slug]

    assert list(asked_by(BLANKS[slug](DESK))) == [label for _page, questions in parts for label, _control in questions]
    for page, questions in parts:
        controls = pages.controls(page)
        places = [controls.index(control) for _label, control in questions if control]
        assert places == sorted(places), page


@pytest.mark.parametrize("slug", ["f4", "f9", "patbm"])
def test_a_blank_form_leaves_out_nothing_its_page_asks(pages: Pages, slug: str) -> None:
    ((page, questions),) = ORDER[slug]
    assert set(pages.controls(page)) - OF_THE_PAGE - {control for _label, control in questions} == LOOKED_UP[page]


@pytest.mark.parametrize("slug", BLANKS)
def test_a_blank_form_has_the_parts_of_its_pages_in_their_order(slug: str) -> None:
    parts = [block.text for block in BLANKS[slug](DESK).blocks if isinstance(block, Heading) and not block.sub]
    assert parts == PARTS[slug]
