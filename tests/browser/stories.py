"""Five matters as they come to an office, from the report to the contacts after the end. Everybody and everything in them is invented.

A story is its acts in the order in which they are done; days are counted from the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from tests.browser import casework as work
from tests.browser.acts import SUPERVISOR, Act, Answer, Way, code, day, picks, ticks, types
from tests.browser.casework import NO, YES

SHELTER = "Rumah Perlindungan Karangan"
POLICE, HOSPITAL, SOCIAL, PROBATION = (
    "Unit PPA Polres Karangan",
    "RSUD Karangan",
    "Dinas Sosial Karangan",
    "Bapas Karangan",
)
HOME_OFFICE = "UPTD PPA Daerah Asal"
TOWN = {
    SHELTER: "IN_SHELTER",
    POLICE: "IN_UPPA",
    HOSPITAL: "IN_RS",
    SOCIAL: "IN_DINSOS",
    PROBATION: "IN_BAPAS",
    HOME_OFFICE: "IN_UPTD",
}
"""The institutions the stories refer to."""


@dataclass(frozen=True)
class Story:
    """A matter: what the intake officer does until the register number, and what everybody does from then on."""

    intake: tuple[Act, ...]
    course: tuple[Act, ...]


def _all(*acts: Act | tuple[Act, ...]) -> tuple[Act, ...]:
    return tuple(chain.from_iterable((act,) if isinstance(act, Act) else act for act in acts))


def _phone(number: str, call: str) -> Iterator[Answer]:
    """A number, and whether it is safe to call it."""
    yield types("Phone", number)
    yield ticks("Is it safe to call?", code("yes_no_unknown", call))


def _signed_by(name: str, relation: str) -> tuple[Answer, ...]:
    return types("Name of the signer", name), types("What the signer is to the client", relation)


CHILD_AGREES = (
    ticks("The child's own view", code("child_view", "CA_SETUJU")),
    types("What the child says about it", "Mau, asal ditemani."),
)
CHILD_SAYS_YES = types("What the child says about it", "Setuju.")

# --- sexual violence against a child ----------------------------------------------------------------------------------

SEXUAL_VIOLENCE = Story(
    intake=_all(
        work.search("Kirana Rekaan"),
        work.report(
            "CH_LANGSUNG",
            "PR_ORTU",
            "PL_LAIN",
            "Diceritakan ibu: kejadian di rumah kosong di belakang pasar.",
            types("Time of the incident", "16:30"),
        ),
        work.client(
            "Kirana Rekaan",
            "P",
            13,
            ("VK_SEKSUAL", "VK_PSIKIS"),
            *_phone("081234500011", "TIDAK"),
            types("Safe hours", "Sesudah pukul 15.00"),
            ticks("Sexual-violence crimes (UU 12/2022)", code("tpks", "TP2_ANAK")),
            ticks("Forms of violence", code("violence_form", "BF_CABUL")),
        ),
        work.reported("Darto Rekaan", "L", {"Kirana Rekaan": "RD_TETANGGA"}),
        work.screening("RK_TINGGI", "DG_AKSES"),
    ),
    course=_all(
        work.approval(),
        work.identification(
            1,
            types("Birth place", "Martapura"),
            picks("In school?", code("schooling", "SH_SEKOLAH")),
            types("Parent or guardian", "Ratih Rekaan"),
            types("What the guardian is to the client", "Ibu"),
            ticks("Special needs", code("special_need", "KB_PETUGAS"), code("special_need", "KB_ANAK")),
        ),
        work.consent(1, "SG_ORTU", 1, *_signed_by("Ratih Rekaan", "Ibu"), *CHILD_AGREES),
        work.moves("assess"),
        work.assessment(1, 2, "Membutuhkan pemulihan psikologis dan pendampingan hukum.", "RK_TINGGI"),
        work.risk_again(3, "RK_TINGGI", work.sign("DG_AKSES", YES), work.sign("DG_ANCAMAN", YES)),
        work.looks(Way("All", part="Risk")),
        work.safety_plan(
            3,
            types("Safe places, inside and outside the house", "Rumah nenek; ruang guru."),
            types("People to call, and who of them knows", "Ibu dan wali kelas."),
            types("Code word that asks for help", "minta pensil warna"),
        ),
        work.looks(Way("Open", part="Safety plan")),
        work.moves("plan"),
        work.plan(
            1,
            4,
            work.goal(1, "Takut bertemu terlapor", "Berangkat sekolah tanpa takut", ("SV_REHSOS",), 30),
            work.goal(2, "Belum diperiksa", "Kesehatan diperiksa dan diobati", ("SV_KESEHATAN",), 10),
        ),
        work.plan_agreed(4, CHILD_SAYS_YES),
        work.moves("intervene"),
        work.referral(
            1,
            4,
            HOSPITAL,
            ("SV_KESEHATAN",),
            "Pemeriksaan dan pengobatan.",
            "Diperiksa dan diobati; kontrol bulan depan.",
        ),
        work.service(1, 6, "AK_KONSELING", "IN_PSIKOLOG", "Sesi pertama bersama ibu, lalu sendiri."),
        work.service(1, 8, "AK_DAMPING_POLISI", "IN_UPPA", "Didampingi saat memberi keterangan."),
        work.document(8, "DK_POLISI", "Tanda terima laporan"),
        work.conference(9, "KK_KASUS", "Perlindungan selama perkara berjalan.", "Antar jemput sekolah diatur", 14),
        work.moves("monitor"),
        work.monitoring(1, 25, "FU_SEKOLAH", "Sekolah seperti biasa, nilai membaik."),
        work.goal_reached(26),
        work.goal_reached(26),
        work.end(1, 30, "Tujuan rencana tercapai; perkara diawasi terus."),
        work.contacts_after(1, 30),
        work.moves("finish"),
        work.looks(Way("Story of the case")),
        work.looks(Way("One-sheet summary")),
    ),
)

# --- domestic violence, with a shelter --------------------------------------------------------------------------------

DOMESTIC_VIOLENCE = Story(
    intake=_all(
        work.search("Lestari Rekaan"),
        work.report("CH_WA", "PR_SENDIRI", "PL_RT", "Dipukul berulang; semalam diusir bersama anak."),
        work.client(
            "Lestari Rekaan",
            "P",
            34,
            ("VK_FISIK", "VK_PSIKIS"),
            ticks("Domestic violence (KDRT)?", YES),
            *_phone("081234500022", "TIDAK"),
            ticks("Pregnant?", NO),
            one_more=True,
        ),
        work.client("Bima Rekaan", "L", 8, ("VK_PSIKIS",), ticks("Is it safe to call?", NO)),
        work.reported("Wahyu Rekaan", "L", {"Lestari Rekaan": "RD_SUAMI", "Bima Rekaan": "RD_AYAH"}),
        work.screening("RK_TINGGI", "DG_ANCAMAN", "DG_TEMPAT"),
    ),
    course=_all(
        work.approval(),
        work.identification(1, picks("Marital status", code("marital", "MS_KAWIN")), types("Number of children", "1")),
        work.consent(1, "SG_KLIEN", 0),
        work.consent(2, "SG_ORTU", 0, *_signed_by("Lestari Rekaan", "Ibu"), *CHILD_AGREES),
        work.into_shelter(1, 0, SHELTER, 14),
        work.looks(Way("All", part="Shelter"), Way("Who may read this")),
        work.moves("assess"),
        work.assessment(1, 2, "Perlu tempat aman dan bantuan hukum untuk cerai.", "RK_TINGGI"),
        work.assessment(2, 2, "Perlu pendampingan; tetap bersekolah.", "RK_SEDANG", again=True),
        work.risk_again(5, "RK_TINGGI", work.sign("DG_ANCAMAN", YES), which=0),
        work.safety_plan(
            5,
            types("The way out, and how to get away", "Lewat dapur ke rumah kakak."),
            types("What to take along", "Buku nikah, akta anak, uang di kaleng."),
            which=0,
        ),
        work.moves("plan"),
        work.plan(
            1, 6, work.goal(1, "Tidak punya tempat tinggal aman", "Tinggal mandiri", ("SV_REHSOS", "SV_BANKUM"), 40)
        ),
        work.plan_agreed(6),
        work.plan(
            2, 6, work.goal(1, "Sering menangis", "Tidur dan belajar dengan tenang", ("SV_REHSOS",), 40), again=True
        ),
        work.plan_agreed(6, CHILD_SAYS_YES),
        work.moves("intervene"),
        work.service(1, 8, "AK_KONSULTASI_HUKUM", "IN_LBH", "Dijelaskan perintah perlindungan dan gugatan cerai."),
        work.service(2, 8, "AK_PSIKOSOSIAL", "IN_UPTD", "Bermain dan bercerita."),
        work.longer_in_shelter(13, 28),
        work.out_of_shelter(27),
        work.moves("monitor"),
        work.monitoring(1, 32, "FU_RUMAH", "Tinggal bersama kakak, mulai bekerja."),
        work.monitoring(2, 32, "FU_RUMAH", "Sekolah dekat rumah kakak."),
        work.goal_reached(40),
        work.goal_reached(40),
        work.end(2, 41, "Anak tinggal aman bersama ibu."),
        work.end(1, 42, "Tinggal aman; putusan cerai sudah ada."),
        work.contacts_after(1, 42),
        work.contacts_after(2, 42),
        work.moves("finish"),
        work.looks(Way("Story of the case")),
        Act(SUPERVISOR, (Way("Who opened this file"),)),
    ),
)

# --- a child in conflict with the law ---------------------------------------------------------------------------------

CHILD_OFFENDER = Story(
    intake=_all(
        work.search("Yoga Rekaan"),
        work.report(
            "CH_POLISI", "PR_POLISI", "PL_SEKOLAH", "Berkelahi di depan sekolah; seorang teman terluka ringan."
        ),
        work.client(
            "Yoga Rekaan",
            "L",
            15,
            (),
            ticks("Comes to us as", code("capacity", "ABH_PELAKU")),
            picks("Child in contact with the law, as", code("abh_role", "ABH_PELAKU")),
            picks("Offence", code("offence", "PD_ANIAYA")),
            *_phone("081234500033", "YA"),
        ),
        Act(work.INTAKE, (Way("Nobody is reported: go on"),)),
        work.screening("RK_RENDAH"),
    ),
    course=_all(
        work.approval(),
        work.consent(
            1,
            "SG_ORTU",
            1,
            *_signed_by("Suryani Rekaan", "Ibu"),
            *CHILD_AGREES,
            agreed=("CS_HUKUM", "CS_SOSIAL", "CS_RUJUKAN"),
        ),
        work.moves("assess"),
        work.assessment(1, 3, "Menyesal; keluarga mampu mengawasi. Diversi diupayakan.", "RK_RENDAH"),
        work.risk_again(3, "RK_SEDANG", work.sign("DG_ANCAMAN", NO)),
        work.moves("plan"),
        work.plan(
            1,
            5,
            work.goal(1, "Putus sekolah sejak kejadian", "Kembali bersekolah", ("SV_REINTEGRASI", "SV_BANKUM"), 30),
        ),
        work.plan_agreed(5, CHILD_SAYS_YES),
        work.moves("intervene"),
        work.referral(
            1, 5, PROBATION, ("SV_BANKUM",), "Penelitian kemasyarakatan.", "Litmas selesai; diversi disarankan."
        ),
        work.conference(
            8, "KK_KELUARGA", "Kesepakatan keluarga sebelum musyawarah diversi.", "Keluarga mendampingi tiap sidang", 12
        ),
        work.service(1, 12, "AK_DAMPING_POLISI", "IN_UPTD", "Didampingi pada musyawarah diversi."),
        work.document(12, "DK_LAIN", "Kesepakatan diversi"),
        work.identification(
            1,
            picks("Stage", code("diversion_stage", "DV_SIDIK")),
            picks("Outcome", code("diversion_outcome", "DH_BERHASIL")),
            day("Day", 12),
        ),
        work.moves("monitor"),
        work.monitoring(1, 28, "FU_SEKOLAH", "Sekolah lagi, ikut latihan sepak bola."),
        work.goal_reached(29),
        work.end(1, 33, "Kesepakatan diversi dijalankan."),
        work.contacts_after(1, 33),
        work.moves("finish"),
        work.looks(Way("Story of the case")),
        work.looks(Way("Open this record", part="Plan")),
    ),
)

# --- trafficking, with the return home --------------------------------------------------------------------------------

TRAFFICKING = Story(
    intake=_all(
        work.search("Melur Rekaan"),
        work.report(
            "CH_RUJUKAN", "PR_LEMBAGA", "PL_KERJA", "Dijanjikan kerja di warung; dipaksa melayani tamu.", before=3
        ),
        work.client(
            "Melur Rekaan",
            "P",
            22,
            ("VK_TRAFFICKING", "VK_EKSPLOITASI"),
            ticks("Trafficking in persons (TPPO)?", YES),
            ticks("Trafficking for", code("trafficking", "TR_SEKS")),
            ticks("Is it safe to call?", NO),
        ),
        work.reported("Perekrut Rekaan", "L", {"Melur Rekaan": "RD_KENALAN_DARING"}),
        work.screening("RK_TINGGI", "DG_TEMPAT"),
    ),
    course=_all(
        work.approval(),
        work.identification(
            1,
            ticks("Special needs", code("special_need", "KB_JURUBAHASA")),
            types("Language the client understands best", "Bahasa Bugis"),
        ),
        work.consent(1, "SG_KLIEN", 0, ticks("With which aid", code("explanation_aid", "EA_BAHASA"))),
        work.into_shelter(1, 0, SHELTER, 14),
        work.moves("assess"),
        work.assessment(1, 2, "Ingin pulang; butuh perawatan dan bantuan hukum.", "RK_TINGGI"),
        work.moves("plan"),
        work.plan(
            1,
            3,
            work.goal(1, "Jauh dari keluarga", "Pulang dengan aman", ("SV_PEMULANGAN", "SV_REINTEGRASI"), 20),
            work.goal(2, "Upah tidak dibayar", "Restitusi diminta", ("SV_BANKUM",), 90),
        ),
        work.plan_agreed(3),
        work.moves("intervene"),
        work.referral(1, 4, POLICE, ("SV_GAKKUM",), "Dugaan perdagangan orang.", "Laporan diterima penyidik."),
        work.referral(
            1, 6, HOME_OFFICE, ("SV_REINTEGRASI",), "Menyambut kepulangan.", "Diterima keluarga; dipantau di sana."
        ),
        work.service(1, 10, "AK_SIAP_PULANG", "IN_DINSOS", "Keluarga dihubungi, tiket disiapkan."),
        work.out_of_shelter(12),
        work.service(
            1,
            12,
            "AK_PEMULANGAN",
            "IN_DINSOS",
            "Diantar sampai rumah keluarga.",
            types("Amount", "1250000"),
            picks("Paid from", code("fund", "FD_APBD")),
        ),
        work.document(12, "DK_SERAH_TERIMA", "Berita acara serah terima"),
        work.moves("monitor"),
        work.monitoring(1, 26, "FU_MITRA", "Kabar dari UPTD daerah asal: tinggal bersama orang tua."),
        work.goal_reached(27),
        work.goal_reached(27),
        work.end(1, 31, "Sudah pulang dan didampingi di daerah asal."),
        work.contacts_after(1, 31),
        work.moves("finish"),
        work.looks(Way("Story of the case")),
        work.looks(Way("All, with pictures", part="Documents")),
    ),
)

# --- neglect, found by the village's PATBM ----------------------------------------------------------------------------

NEGLECT = Story(
    intake=_all(
        work.search("Intan Rekaan"),
        work.report(
            "CH_PATBM",
            "PR_PATBM",
            "PL_RT",
            "Dua anak sering sendiri di rumah dan meminta makan ke tetangga.",
            types("PATBM village that handed the case over", "Keraton, Martapura"),
            before=10,
        ),
        work.client("Intan Rekaan", "P", 7, ("VK_PENELANTARAN",), ticks("Is it safe to call?", NO), one_more=True),
        work.client("Damar Rekaan", "L", 4, ("VK_PENELANTARAN",), ticks("Is it safe to call?", NO)),
        work.reported("Winda Rekaan", "P", {"Intan Rekaan": "RD_IBU", "Damar Rekaan": "RD_IBU"}),
        work.screening("RK_TINGGI", "DG_BALITA"),
    ),
    course=_all(
        work.approval(),
        *(
            work.consent(
                number,
                "SG_WALI_LAIN",
                2,
                types("Why this signer", "Ibu dilaporkan; ayah tidak diketahui tempat tinggalnya."),
                *_signed_by("Marni Rekaan", "Nenek"),
                *view,
            )
            for number, view in (
                (1, CHILD_AGREES),
                (
                    2,
                    (
                        ticks("The child's own view", code("child_view", "CA_BELUM")),
                        types("What the child says about it", "Umur empat tahun; dijelaskan kepada nenek."),
                    ),
                ),
            )
        ),
        work.moves("assess"),
        work.assessment(1, 4, "Perlu diantar kembali ke sekolah; nenek bersedia mengasuh.", "RK_SEDANG"),
        work.assessment(2, 4, "Berat badan kurang; perlu pemeriksaan Puskesmas.", "RK_TINGGI", again=True),
        work.moves("plan"),
        work.plan(1, 6, work.goal(1, "Tidak masuk sekolah", "Sekolah setiap hari", ("SV_REHSOS",), 30)),
        work.plan_agreed(6, CHILD_SAYS_YES),
        work.plan(2, 6, work.goal(1, "Berat badan kurang", "Tumbuh sesuai umur", ("SV_KESEHATAN",), 60), again=True),
        work.plan_agreed(6),
        work.moves("intervene"),
        work.referral(2, 7, SOCIAL, ("SV_REHSOS",), "Bantuan keluarga dan pengasuhan.", "Bantuan diterima nenek."),
        work.service(2, 9, "AK_RAWAT", "IN_PUSKESMAS", "Ditimbang, diberi makanan tambahan."),
        work.service(1, 9, "AK_HOME_VISIT", "IN_UPTD", "Rumah nenek dikunjungi bersama PATBM."),
        work.conference(12, "KK_KASUS", "Pengasuhan oleh nenek.", "PATBM menengok tiap minggu", 20),
        work.moves("monitor"),
        work.monitoring(1, 28, "FU_RUMAH", "Sekolah setiap hari."),
        work.monitoring(2, 28, "FU_MITRA", "Kabar PATBM: berat badan naik."),
        work.goal_reached(35),
        work.goal_reached(35),
        work.end(1, 40, "Diasuh nenek dan bersekolah."),
        work.end(2, 40, "Tumbuh baik dalam asuhan nenek."),
        work.contacts_after(1, 40),
        work.contacts_after(2, 40),
        work.moves("finish"),
        work.looks(Way("Story of the case")),
        work.looks(Way("One-sheet summary")),
    ),
)

STORIES = {
    "sexual-violence": SEXUAL_VIOLENCE,
    "domestic-violence": DOMESTIC_VIOLENCE,
    "child-offender": CHILD_OFFENDER,
    "trafficking": TRAFFICKING,
    "neglect": NEGLECT,
}
