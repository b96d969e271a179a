"""A scripted working day through the real pages, with names, numbers and words planted in every field that takes them.

Everything is invented and unlikely to stand in any list: what the scanner finds can only have come from here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from app.domain.codes import code_list
from tests import case_factories, paper
from tests.contracts import course_day, village_day
from tests.contracts.planting import Desk, Plant, read_page
from tests.factories import Office, Someone

AREA = "63.03.20.2001"
SECRETS: Mapping[str, str] = {
    "client name": "Zulfiyandra Kasmirawulan",
    "client alias": "Pitungsari",
    "neutral label": "Anggrek Tujuhbelas",
    "client nik": "6303204507140098",
    "client kk": "6303200911080077",
    "client phone": "081299017734",
    "client phone, international": "6281299017734",
    "client address": "Gang Belimbingwuluh 41 Rt 09",
    "client birth place": "Sangatakilir",
    "school": "Sdn Tunasrimbun Empat",
    "guardian name": "Hasbullahnoor Kertadimaja",
    "guardian address": "Loktabatmuara 12",
    "guardian phone": "081358820016",
    "needs": "perlu jurubahasa isyarat dayakngaju",
    "language": "bahasa bakumpaihulu",
    "cover phrase": "dari koperasi simpanwangi",
    "through": "lewat bude Rahmikasihani",
    "reported name": "Gentarbumi Sastrowinangun",
    "reported nik": "6303201203790065",
    "reported phone": "085247719903",
    "reported address": "Jalan Kelapasawit Ujungsari 88",
    "reporter name": "Marhamahtun Nurlelasari",
    "reporter phone": "082150044187",
    "reporter words": "terdengar jeritan dari gudangrotan",
    "chronology": "pelaku mengunci pintu kandangitik sampai subuhmendung",
    "scene": "belakang kiosburuk Simpangtigalama",
    "client wish": "ingin tinggal bersama neneknya di Barabaihulu",
    "note": "bertemu diam-diam di musalahijau",
    "unsaved text": "belum sempat menyimpan soal lumbungpadi",
    "service words": "konseling kedua memakai boneka kelincibiru",
    "provider": "Yayasan Payungteduhbanua",
    "consent signer": "Siti Jubaidahmangkurat",
    "consent signer's address": "Handil Jambanmerah 7",
    "consent signer's nik": "6303204203810014",
    "consent signer's relation": "bude dari garisibunya",
    "consent language": "Bahasa Bakumpaihilir",
    "consent witness": "Bidan Norhasanahtul",
    "consent reason": "ayahnya sendiri yang dilaporkan waktuhujan",
    "who asks": "Hamsinahwati Pelangijaya",
    "asker's address": "Jalan Rambaibesar 19",
    "asker's phone": "081347710028",
    "asker's occupation": "penjual kueapam keliling",
    "suspected act": "diduga diseret ke belakang lanting kemarau",
    "asker's wish": "minta didampingi ke dukuhsebrang",
    "withdrawal": "kecewa sesudah pertemuan jumatkliwon",
    "child view": "anak mengangguk ketika ditanya soalpindah",
    "referral reason": "luka lama di pergelangankiri",
    "referral letter": "B/0417-KASWAL/XI",
    "referral contact": "Bripka Dwiananggara",
    "referral reply": "diterima regu jagatigasore",
    "police report": "LP/B/990217/SPKTKHUSUS",
    "follow-up": "ibu menjual ayamjantanputih",
    "risk words": "golok disimpan di lumbungpadi",
    "risk reason": "terlapor berangkat ke Longiramdalam",
    "document title": "Suratbaladewa ketujuhbelas",
    "document note": "dititipkan lewat pedagangsayurpagi",
    "document file name": "kwitansi-Nyiroroputih.txt",
    "document words": "korban bersembunyi di gudangtembakaulama",
    "document place": "Rumahsinggah Melatiterpencil",
    "document removed": "terkirim ke berkas Sidomuktitimur",
    "plan sign": "ia mulai membanting periukbesar",
    "plan place": "ke rumah nenek di Awangbangkalhulu",
    "code word": "sampaikan salam untuk paman kijangputih",
    "shelter place": "lorong ketiga di belakang langgartinggi",
    "shelter why": "diikuti sampai pasarhanyar",
    "shelter extension": "menunggu sidang tanggal duabelas",
    "shelter whereabouts": "rumah bibi di Pelaihariseberang",
    "list reason": "kepala cabang minta laporanmalam",
    "opening reason": "diminta hakim perkara tungguldaha",
    "end reason": "keluarganya menarik diri ke muarahilir",
    "end disagreement": "tidak mau membubuhkan capjempol",
    "end decision": "tanyakan sekali lagi kepada nenekpertiwi",
    "transfer reason": "tantenya di Batulicinbarat menjemput",
    "transfer ground": "ayahnya menunggu di gangpelita",
    "transfer cover": "mohon diterima keluarga pakdemangun",
    "transfer contact": "Bu Rusmini Kasubagumum",
    "transfer letter": "463/PELIMPAHAN/907715",
    "transfer answer": "sudah kami tangani sejak lebaranhaji",
    "stage reason": "disetujui setelah telaahmalamjumat",
    "simfoni number": "SIM/KASWAL/88120377",
    "simfoni number of others": "SIM/KASWAL/55012988",
    "reconciliation remark": "dicek bersama operator bukitkenanga",
    "simfoni remark": "petugas pusat meminta fotokopi jalurungu",
    "simfoni taken back": "tertukar dengan berkas melatiputih",
    "institution contact": "Ajun Wardhanawisesa",
    "institution address": "Jalan Intanmartapuraraya 5",
    "imported name": "Tarmizulhaq Borneowarman",
    "imported nik": "6303200101120044",
    "imported phone": "089912340076",
    "imported summary": "dipukul dengan pelepahpisang",
    "imported reporter": "Ketua Rt Ahmadbaidillah",
    "imported provider": "Klinik Seribusungaikecil",
    "searched name": "Purnamasariwati Lesmanagede",
    "searched nik": "6303204101990031",
    "mistyped register number": "6303209912310077",
    "expert summary": "ruangan tenang di lantaiduabelakang",
    "expert notes": "mimpi tentang sumurkeringan",
    "expert report": "skala kecemasan turun sejak sesiketigabelas",
    "declared part": "terlapor adalah iparjauh dari Muarabahan",
    "decision on a part": "tetap boleh karena rumahtetanggasepi",
    "merge reason": "dicatat ganda oleh piketsubuhbuta",
    "parting reason": "ternyata adik sepupukandung",
    "hand-over": "kunci lemari ada pada satpammalamhari",
    "own task": "tanyakan kabar neneknya Rusmiatibarambai",
    "filter name": "menunggu kabarhulusungai",
    "staff address": "rahasia.pegawai@uptdmartapuranun.go.id",
    "wrong sign-in": "orang.asing@suratgelapmalam.com",
    "wrong password": "katasandiKeliruSekali99",
    **course_day.SECRETS,
    **village_day.SECRETS,
}

CODES = (
    "VK_EKSPLOITASI",
    "VK_PENELANTARAN",
    "BF_SAYAT",
    "TP_STERILISASI",
    "CH_SURAT",
    "PL_LPK",
    "PR_NAKES",
    "DG_SENJATA",
    "RD_MERTUA",
    "RL_KELUARGA",
    "IN_LPSK",
    "IN_BAPAS",
    "SV_PEMULANGAN",
    "SV_GAKKUM",
    "AK_DAMPING_PA",
    "RB_KUNJUNGAN",
    "KB_ISYARAT",
    "SR_SERUMAH",
    "SX_PULANG",
    "TS_KELUARGA",
    "CB_HUKUM",
    "DK_SERAH_TERIMA",
    "CB_WALI_LAIN",
    "SG_WALI_LAIN",
    "CA_TIDAK",
    "WE_HUKUM",
    "TM_DITUTUP",
    "AT_MUNDUR",
    "TL_KONFLIK",
    "TB_KHUSUS",
    "CS_PSIKOLOGIS",
    "NZ_INHALAN",
    "FU_LEMBAGA",
    "HL_SEBAGIAN",
    "FD_MITRA",
    "WY_SUREL",
    "DC_KRONOLOGI",
    "DC_WALI",
    "AG_KEPERCAYAAN",
    "DS_SENSORIK",
    "EV_PENGUNGSIAN",
    "KT_PENGASUHAN",
    "EN_PSIKOLOGI",
    "TPKS-41",
    "KDRT-16",
    "DEF-REF",
    "SVC-",
    "63.03.20",
    "Cintapuri Darussalam",
    "Keramat Mina",
    "VE_DESA",
    *course_day.CODES,
)


def plants() -> list[Plant]:
    """Everything that must not be found."""
    return [*(Plant(what, text) for what, text in SECRETS.items()), *(Plant(f"code {code}", code) for code in CODES)]


@dataclass
class Day:
    """What a day leaves behind besides the database: desks, the case, texts that were shown."""

    office: Office
    worker: Someone
    boss: Someone
    desks: list[Desk] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    case: str = ""
    institution: str = ""
    referral: str = ""

    def desk(self, who: Someone) -> Desk:
        """A browser of this person."""
        self.desks.append(Desk(self.office.browser(who)))
        return self.desks[-1]

    @property
    def addresses(self) -> list[str]:
        """Every address that was asked for, in every browser."""
        return [line for desk in self.desks for line in desk.addresses]

    @property
    def titles(self) -> list[str]:
        """Every title that was shown."""
        return [title for desk in self.desks for title in desk.titles]


def work(office: Office, folder: Path) -> Day:
    """Work through the day."""
    day = Day(office, office.somebody("PENERIMA", "MANAJER"), office.somebody("SUPERVISOR", "DATA"))
    desk = day.desk(day.worker)
    intake(day, desk)
    on_the_case(day, desk)
    village_day.work(day, desk)
    files(day, desk)
    supervise(day)
    shelter(day, desk)
    refer(day, desk)
    papers(day, desk)
    look_around(day, desk)
    consult(day)
    change_hands(day)
    another_unit_declines(day)
    merge_files(day)
    strangers(day)
    return day


def intake(day: Day, desk: Desk) -> None:
    """Search before create, then the whole intake."""
    s = SECRETS
    hits = desk.send(
        "/intake", "/intake/search", 200, name=s["client name"], number=s["client nik"], phone=s["client phone"]
    )
    form = desk.form(hits, set(), "/intake/new")
    draft = desk.post(form.action, form.values).rsplit("/", 1)[0]
    after = desk.send(f"{draft}/report", f"{draft}/report", **_report())
    assert "/clients" in after, after
    client = _first(desk.get(f"{draft}/clients"), f"{draft}/clients/")
    desk.send(client, client, **_client())
    reported = desk.client.get(f"{draft}/reported").headers["Location"]
    relation = next(
        name for name in desk.form(desk.get(reported), set(), reported).names if name.endswith("relationship")
    )
    desk.send(reported, reported, **_reported(), **{relation: "RD_MERTUA"})
    desk.send(
        f"{draft}/screening",
        f"{draft}/screening",
        danger_prompts=["DG_SENJATA"],
        risk="RK_TINGGI",
        authority="AU_KABKOTA",
    )
    day.shown.append(desk.get(f"{draft}/check"))
    day.case = desk.send(f"{draft}/check", f"{draft}/register")


def _report() -> dict[str, Any]:
    s = SECRETS
    return {
        "report-on": "2026-05-20",
        "report-time": "08:30",
        "report-channel": "CH_SURAT",
        "report-reporter_kind": "PR_NAKES",
        "report-reporter-name": s["reporter name"],
        "report-reporter-phone": s["reporter phone"],
        "report-reporter-words": s["reporter words"],
        "incident-first_on": "2026-05-18",
        "incident-area": AREA,
        "incident-place": "PL_LPK",
        "incident-online": "TIDAK",
        "incident-event_kind": "EV_PENGUNGSIAN",
        "incident-chronology-text": s["chronology"],
        "incident-chronology-scene_address": s["scene"],
        "incident-chronology-client_wish": s["client wish"],
    }


def _client() -> dict[str, Any]:
    s = SECRETS
    return {
        "identity-name": s["client name"],
        "identity-aliases": s["client alias"],
        "identity-label": s["neutral label"],
        "identity-nik": s["client nik"],
        "identity-kk": s["client kk"],
        "identity-birth_place": s["client birth place"],
        "identity-birth_date": "2014-07-05",
        "identity-address": s["client address"],
        "identity-phone": s["client phone"],
        "identity-religion": "AG_KEPERCAYAAN",
        "identity-school": s["school"],
        "identity-guardian_name": s["guardian name"],
        "identity-guardian_address": s["guardian address"],
        "identity-guardian_phone": s["guardian phone"],
        "identity-needs": s["needs"],
        "identity-language": s["language"],
        "profile-needs": ["KB_ISYARAT"],
        "identity-contact-call": "TIDAK",
        "identity-contact-cover_phrase": s["cover phrase"],
        "identity-contact-through": s["through"],
        "profile-sex": "P",
        "profile-disability": ["DS_SENSORIK"],
        "profile-residence": AREA,
        "profile-violence": ["VK_EKSPLOITASI", "VK_PENELANTARAN"],
        "profile-violence_forms": ["BF_SAYAT"],
        "profile-tpks": ["TP_STERILISASI"],
        "profile-kdrt": "YA",
        "sensitive-substances": ["NZ_INHALAN"],
        "sensitive-hiv": "YA",
    }


def _reported() -> dict[str, Any]:
    s = SECRETS
    return {
        "identity-name": s["reported name"],
        "identity-nik": s["reported nik"],
        "identity-phone": s["reported phone"],
        "identity-address": s["reported address"],
        "profile-sex": "L",
        "profile-age": "46",
        "profile-age_basis": "UB_PERKIRAAN",
    }


def on_the_case(day: Day, desk: Desk) -> None:
    """Open and reveal the file; note, service, consent, follow-up, a further report, a corrected chronology."""
    s, case = SECRETS, day.case
    day.shown.append(desk.get(case))
    day.shown.append(desk.send(case, f"{case}/reveal", 200))
    desk.send(f"{case}/notes/new", text=s["note"], on="2026-05-20")
    typed = desk.form(desk.get(f"{case}/notes/new"), {"text"})
    desk.post("/unsaved", {**typed.values, "text": s["unsaved text"]}, 200)
    day.shown.append(desk.get(f"{case}/notes/new?draft={typed.values['_sheet'][0].split()[0]}"))
    desk.send(
        f"{case}/services/new",
        activity="AK_DAMPING_PA",
        outcome="HL_SEBAGIAN",
        fund="FD_MITRA",
        institution_type="IN_BAPAS",
        agency=s["provider"],
        description=s["service words"],
        on="2026-05-20",
    )
    desk.send(
        f"{case}/consents/new",
        signer="SG_WALI_LAIN",
        conflict="TIDAK",
        truth="y",
        explained="y",
        procedure="y",
        **{f"answers-{code.code}": "YA" for code in code_list("consent_service")},
        signer_name=s["consent signer"],
        signer_address=s["consent signer's address"],
        signer_nik=s["consent signer's nik"],
        signer_relation=s["consent signer's relation"],
        language=s["consent language"],
        witness=s["consent witness"],
        reason=s["consent reason"],
        child_agrees="CA_TIDAK",
        child_view=s["child view"],
        on="2026-05-20",
    )
    desk.send(
        f"{case}/aid-requests/new",
        name=s["who asks"],
        address=s["asker's address"],
        phone=s["asker's phone"],
        occupation=s["asker's occupation"],
        act=s["suspected act"],
        wish=s["asker's wish"],
    )
    consent = _first(desk.get(case), f"{case}/consents/")
    desk.send(
        f"{consent}/withdraw", services=["CS_PSIKOLOGIS"], effect="WE_HUKUM", text=s["withdrawal"], on="2026-05-20"
    )
    desk.send(f"{case}/follow-ups/new", kind="FU_LEMBAGA", text=s["follow-up"], on="2026-05-20")
    day.shown.append(desk.send("/tasks", "/tasks", text=s["own task"], due_on="2026-05-20"))
    day.shown.append(desk.get("/tasks"))
    day.shown.append(desk.get(f"{case}/story"))
    day.shown.append(desk.get(f"{case}/summary"))
    desk.send("/tasks/filters/new?kind=VK_FISIK", "/tasks/filters", name=s["filter name"], criteria="kind=VK_FISIK")
    desk.send(f"{case}/chronology", text=s["chronology"] + " lalu pergi", client_wish=s["client wish"])
    safety(day, desk)
    day.shown += course_day.work(desk, case)


def safety(day: Day, desk: Desk) -> None:
    """Assess the risk again."""
    s, case = SECRETS, day.case
    client = _first(desk.get(case), f"{case}/clients/")
    desk.send(
        f"{client}/risk",
        f"{client}/risk",
        **{"prompts-DG_SENJATA": "YA", "prompts-DG_AKSES": "TIDAK"},
        level="RK_SEDANG",
        basis="RB_KUNJUNGAN",
        reason=s["risk reason"],
        words=s["risk words"],
    )
    day.shown.append(desk.get(f"{case}/risk"))
    plan = f"{client}/safety-plan"
    desk.send(
        f"{plan}/edit",
        plan,
        with_client="YA",
        warning_signs=s["plan sign"],
        safe_places=s["plan place"],
        code_word=s["code word"],
    )
    day.shown.append(desk.get(plan))


def shelter(day: Day, desk: Desk) -> None:
    """Admit the client, name a reader, extend, leave."""
    s, case = SECRETS, day.case
    boss = day.desk(day.boss)
    boss.send("/institutions/new", "/institutions", name="Rumah Contoh Teduh", type="IN_SHELTER", beds="3")
    page = desk.get(f"{case}/shelter/enter")
    house = re.search(r'<option[^>]*value="([0-9a-f-]{36})"', page[page.index('name="institution_id"') :])
    assert house, page
    desk.send(
        f"{case}/shelter/enter",
        f"{case}/shelter/enter",
        institution_id=house[1],
        in_on="2026-05-20",
        reason="SR_SERUMAH",
        why=s["shelter why"],
        location=s["shelter place"],
    )
    stay = _first(desk.get(f"{case}/shelter"), f"{case}/shelter/")
    desk.send(f"{stay}/extend", f"{stay}/extend", on="2026-05-20", until="2026-06-20", why=s["shelter extension"])
    boss.send(f"{case}/shelter/readers", f"{case}/shelter/readers", user_id=str(day.boss.id), words=s["list reason"])
    day.shown += [boss.get(f"{case}/shelter"), desk.get("/shelter"), desk.get(case)]
    desk.send(
        f"{stay}/leave",
        f"{stay}/leave",
        out_on="2026-05-20",
        exit_reason="SX_PULANG",
        place_after="TS_KELUARGA",
        whereabouts=s["shelter whereabouts"],
    )


def files(day: Day, desk: Desk) -> None:
    """Send files, look at them, replace one, take one away, remove one. What stands inside them is secret too."""
    s, documents = SECRETS, f"{day.case}/documents"
    about = {"kind": "DK_SERAH_TERIMA", "on": "2026-05-20", "title": s["document title"], "note": s["document note"]}
    words = s["document words"].encode() * 20_000  # more than stays in memory
    photo = paper.picture(exif=_camera(s["document place"]), comment=s["document place"].encode())
    letter = paper.pdf(2, words=s["document words"])
    kept = [
        _keep(desk, documents, words, s["document file name"], **about),
        _keep(desk, documents, photo, "IMG_1.jpg", is_evidence="y", **about),
        _keep(desk, documents, letter, "surat.pdf", **about),
    ]
    for picture in re.findall(r'src="([^"]+/thumbnail[^"]+)"', desk.get(documents)):
        assert desk.client.get(picture.replace("&amp;", "&")).mimetype == "image/jpeg"
    day.shown += [desk.get(each) for each in kept]
    note, shot, pages = kept
    shown = re.search(r'src="([^"]+pages/2/image[^"]+)"', desk.get(f"{pages}/pages/2"))
    assert shown
    assert desk.client.get(shown[1].replace("&amp;", "&")).mimetype == "image/jpeg"
    day.shown.append(desk.get(f"{note}/download"))
    desk.send(f"{pages}/replace", f"{pages}/replace", files=(paper.pdf(3), "baru.pdf"))
    desk.send(f"{shot}/edit", f"{shot}/edit", title=s["document title"] + " lagi")
    desk.send(f"{note}/remove", f"{note}/remove", reason=s["document removed"])
    desk.send(f"{documents}/new", documents, 422, files=[(b"x", s["document file name"] + ".exe")], **about)


def _keep(desk: Desk, documents: str, data: bytes, name: str, **about: str) -> str:
    """Send a file; the address of its page."""
    before = _documents(desk, documents)
    desk.send(f"{documents}/new", documents, files=[(data, name)], **about)
    (new,) = _documents(desk, documents) - before
    return new


def _documents(desk: Desk, documents: str) -> set[str]:
    return set(re.findall(rf'href="({documents}/[0-9a-f-]{{36}})"', desk.get(documents)))


def _camera(place: str) -> Any:
    exif = Image.Exif()
    exif[0x9286] = place
    return exif


def supervise(day: Day) -> None:
    """A supervisor opens with a reason, approves, and keeps the directory."""
    s, desk = SECRETS, day.desk(day.boss)
    day.shown.append(desk.get(day.case))
    reasons = re.findall(
        r'name="reason"[^>]*value="([^"]+)"|<option[^>]*value="([A-Z_]+|[a-z-]+)"', desk.get(f"{day.case}/open")
    )
    reason = next(a or b for a, b in reasons if a or b)
    day.shown.append(
        desk.send(
            f"{day.case}/open", f"{day.case}/open", 200, reason=reason, words=s["opening reason"], level="identity"
        )
    )
    approve = f"{day.case}/steps/approve"
    desk.send(approve, approve, text=s["stage reason"], manager_id=str(day.worker.id))
    the_end_comes_back(day, desk)
    enter_in_simfoni(day, desk)
    desk.send(
        "/institutions/new",
        name="Lembaga Contoh Mitra",
        type="IN_LPSK",
        services=["SV_GAKKUM"],
        contact=s["institution contact"],
        address=s["institution address"],
    )
    desk.send(
        "/contacts", "/contacts", on="2026-05-20", channel="CH_SURAT", topic="KT_PENGASUHAN", referred_to="IN_LPSK"
    )


def enter_in_simfoni(day: Day, desk: Desk) -> None:
    """Open the sheet of the case, note that it was entered, take the note back, and enter it once more."""
    s, sheet = SECRETS, f"/simfoni{day.case}"
    day.shown.append(desk.get("/simfoni"))
    for again in (True, False):
        page = desk.send(sheet, f"{sheet}/open", 200)
        day.shown.append(page)
        form = desk.form(page, {"number"}, f"{sheet}/entries")
        desk.post(form.action, form.values | {"number": s["simfoni number"], "remark": s["simfoni remark"]})
        entries = desk.get(sheet)
        assert s["simfoni number"] in entries
        if again:
            ask = re.search(r'href="([^"]+/take-back)"', entries)
            assert ask, entries
            desk.send(ask[1], ask[1], reason=s["simfoni taken back"])
    desk.send("/simfoni", "/simfoni/find", number=s["simfoni number"])
    listed = f"{s['simfoni number']}\n{s['simfoni number of others']}"
    numbers = "/simfoni/reconciliations/numbers"
    found = desk.send(numbers, numbers, numbers=listed, remark=s["reconciliation remark"])
    page = desk.get(found)
    assert s["simfoni number of others"] in page
    assert s["reconciliation remark"] in page


def the_end_comes_back(day: Day, desk: Desk) -> None:
    """The manager proposes the end of the client, the supervisor sends it back."""
    s, manager = SECRETS, day.desks[0]
    end = _first(manager.get(day.case), f"{day.case}/clients/") + "/end"
    manager.send(
        end,
        end,
        on="2026-05-20",
        closure="TM_DITUTUP",
        reason="AT_MUNDUR",
        text=s["end reason"],
        agreed="TIDAK",
        disagreement=s["end disagreement"],
        goals=s["end reason"],
    )
    decision = _first(desk.get(day.case), f"{day.case}/terminations/")
    day.shown.append(desk.get(decision))
    desk.send(decision, decision, what="return", decision=s["end decision"])


def another_unit_declines(day: Day) -> None:
    """The supervisor asks the neighbours to take the case over; they read the letter and decline."""
    s, desk = SECRETS, day.desk(day.boss)
    there = day.office.other_unit_id
    neighbour = day.desk(day.office.somebody("SUPERVISOR", unit_id=there))
    form = f"/transfers/for{day.case.removeprefix('/cases')}"
    desk.send(
        form,
        form,
        whereto="inside",
        unit_id=str(there),
        on="2026-05-20",
        letter_no=s["transfer letter"],
        contact=s["transfer contact"],
        reason="TL_KONFLIK",
        text=s["transfer reason"],
        agreed="TIDAK",
        basis="CB_HUKUM",
        basis_text=s["transfer ground"],
        parts=["TB_KHUSUS"],
        cover=s["transfer cover"],
    )
    letter = _first(neighbour.get("/approvals"), "/transfers/")
    day.shown.append(neighbour.get(letter))
    neighbour.send(letter, letter, what="refuse", decision=s["transfer answer"])
    day.shown += [desk.get("/approvals"), desk.get(day.case)]


def refer(day: Day, desk: Desk) -> None:
    """Refer the client, hear back, note the police report."""
    s = SECRETS
    page = f"/referrals/for{day.case.removeprefix('/cases')}"
    text = desk.get(page)
    client = re.search(r'name="client_id"[^>]*value="([0-9a-f-]{36})"', text)
    institution = re.search(r'<option[^>]*value="([0-9a-f-]{36})"', text)
    assert client, text
    assert institution, text
    day.referral = desk.send(
        page,
        "/referrals/for/",
        client_id=client[1],
        institution_id=institution[1],
        requested=["SV_GAKKUM"],
        disclosed=["DC_KRONOLOGI", "DC_WALI"],
        reason=s["referral reason"],
        contact=s["referral contact"],
        letter_no=s["referral letter"],
        how="WY_SUREL",
        basis="other",
        other_basis="CB_HUKUM",
        other_reason=s["referral reason"],
        consent_on="2026-05-20",
        act="send",
    ).partition("#")[0]
    day.referral = day.referral if day.referral.startswith("/referrals/") else _first(desk.get(day.case), "/referrals/")
    day.shown.append(desk.get(day.referral))
    desk.send(
        f"{day.referral}/steps/acknowledge",
        f"{day.referral}/steps/acknowledge",
        how="WY_SUREL",
        text=s["referral reply"],
    )


def papers(day: Day, desk: Desk) -> None:
    """Print every paper of the case, give the referral letter its number, print it as it went out."""
    page = f"{day.case}/papers"
    for _round in range(2):
        text = desk.get(page)
        prints = [form for form in read_page(text).forms if form.action.startswith(f"{page}/")]
        assert len(prints) >= 8
        for form in prints:
            desk.post(form.action, form.values, 200)
        letter = re.search(rf'href="({page}/f7/issue[^"]*)"', text)
        assert letter, text
        desk.send(letter[1], f"{page}/f7/issue", signer="0")


def _first(text: str, start: str) -> str:
    found = re.search(rf'href="({start}[0-9a-f-]{{36}})', text)
    assert found, start
    return found[1]


def change_hands(day: Day) -> None:
    """A colleague is put on the case, declares a part, is let back; the worker hands the case on, and it is taken over."""
    s, boss, worker = SECRETS, day.desk(day.boss), day.desk(day.worker)
    next_one = day.office.somebody("MANAJER", name="Pegawai Berikut")
    desk = day.desk(next_one)
    boss.send(f"{day.case}/team", f"{day.case}/team", user_id=next_one.id, role="MANAJER")
    desk.send(f"{day.case}/declaration", has_part="yes", words=s["declared part"])
    decision = _first(boss.get(f"{day.case}/team"), f"{day.case}/declarations/")
    day.shown.append(boss.get(decision))
    boss.send(decision, decision, may_work="yes", words=s["decision on a part"])
    worker.send(f"{day.case}/hand-over", "/cases/hand-over", user_id=next_one.id, text=s["hand-over"])
    handed = _first(desk.get("/"), "/hand-overs/")
    day.shown.append(desk.get(handed))
    desk.send(handed, f"{handed}/seen")
    day.shown.append(desk.get(day.case))


def consult(day: Day) -> None:
    """A psychologist writes a note and releases the report."""
    s, expert = SECRETS, day.office.somebody("PSIKOLOG", name="Pegawai Ahli")
    day.desk(day.boss).send(f"{day.case}/team", f"{day.case}/team", user_id=expert.id, role="PSIKOLOG")
    desk = day.desk(expert)
    desk.send(f"{day.case}/declaration", has_part="no")
    desk.send(
        f"{day.case}/expert-notes/new",
        kind="EN_PSIKOLOGI",
        on="2026-05-20",
        summary=s["expert summary"],
        notes=s["expert notes"],
        report=s["expert report"],
    )
    note = _first(desk.get(day.case), f"{day.case}/expert-notes/")
    day.shown.append(desk.get(note))
    desk.send(f"{note}/release", on="2026-05-20")
    day.shown.append(desk.get(note))


def merge_files(day: Day) -> None:
    """The case was recorded twice: a supervisor merges the other file into it, and takes that back."""
    s, boss = SECRETS, day.desk(day.boss)
    other = case_factories.make_case(day.office, day.worker, unit_id=day.worker.unit_id)
    page = f"{day.case}/merge/{other}"
    asked = boss.get(page)
    people = re.findall(r'<select[^>]*name="(client_[0-9a-f]{32})".*?<option value="([0-9a-f-]{36})"', asked, re.DOTALL)
    assert people, asked
    boss.send(page, page, text=s["merge reason"], **dict(people))
    day.shown += [asked, boss.get(day.case)]
    undo = re.search(rf'href="({day.case}/merges/[0-9a-f-]{{36}}/undo)"', day.shown[-1])
    assert undo, day.shown[-1]
    day.shown.append(boss.get(undo[1]))
    boss.send(undo[1], undo[1], text=s["parting reason"])


def look_around(day: Day, desk: Desk) -> None:
    """Lists, board, recap, searches that find nobody, a wrong register number, pages that break."""
    s = SECRETS
    boss = day.desk(day.boss)
    for page in (
        "/",
        "/cases",
        "/cases?kind=VK_FISIK",
        "/referrals",
        "/reports",
        "/intake",
        "/contacts",
        "/institutions",
        "/clocks",
        "/notices",
        "/notices/choices",
        "/notices/digest",
        "/notices/digest/sheet",
        "/calendar",
    ):
        day.shown.append(boss.get(page))
    desk.send("/intake", "/intake/search", 200, name=s["searched name"], number=s["searched nik"])
    desk.send("/cases", "/cases/find", number=s["mistyped register number"])


def strangers(day: Day) -> None:
    """A wrong sign-in, by somebody who is nobody here."""
    desk = Desk(day.office.stranger())
    day.desks.append(desk)
    desk.send("/sign-in", "", 422, email=SECRETS["wrong sign-in"], password=SECRETS["wrong password"])
