"""The sentences printed under tables and as definitions: what is counted, on which day, and what may exceed what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.reports.counting.scope import Unit
from app.reports.counting.settings import AgeBasis, Settings
from app.reports.counting.tables import Table

Text = Mapping[str, str]

UNITS: Final[Mapping[Unit, Text]] = {
    Unit.CASES: {"id": "Satuan: kasus, menurut tanggal pelaporan.", "en": "Unit: cases, by report day."},
    Unit.VICTIMS: {
        "id": "Satuan: korban (klien berkapasitas korban), menurut tanggal pelaporan.",
        "en": "Unit: victims (clients with capacity KORBAN), by report day.",
    },
    Unit.CLIENTS: {
        "id": "Satuan: klien dalam semua kapasitas, menurut tanggal pelaporan.",
        "en": "Unit: clients of every capacity, by report day.",
    },
    Unit.PERPETRATORS: {
        "id": "Satuan: terlapor per kasus, menurut tanggal pelaporan.",
        "en": "Unit: reported persons per case, by report day.",
    },
    Unit.PAIRS: {
        "id": "Satuan: pasangan klien × terlapor, menurut tanggal pelaporan.",
        "en": "Unit: pairs of client × reported person, by report day.",
    },
    Unit.SERVICES: {
        "id": "Satuan: catatan layanan, menurut tanggal layanan.",
        "en": "Unit: service records, by service day.",
    },
    Unit.REFERRALS: {
        "id": "Satuan: rujukan terkirim, menurut tanggal kirim.",
        "en": "Unit: referrals sent, by the day sent.",
    },
    Unit.ENDS: {
        "id": "Satuan: klien yang berakhir penanganannya, menurut tanggal berakhir.",
        "en": "Unit: clients whose handling ended, by end day.",
    },
    Unit.CONTACTS: {"id": "Satuan: kontak (bukan kasus), menurut harinya.", "en": "Unit: contacts (no cases), by day."},
}
_MULTI: Final[Text] = {
    "id": "Satu korban dapat tercatat lebih dari satu kali; jumlah baris dapat melebihi jumlah korban.",
    "en": "One victim may stand in several rows; their sum may exceed the number of victims.",
}
_NOTES: Final[Mapping[str, Text]] = {
    "place": {
        "id": "Kategori tempat kejadian, satu per kasus; 'Rumah tangga' adalah tempat, bukan jumlah KDRT.",
        "en": "Kind of place of the incident, one per case; 'Household' is a place, not the number of domestic-violence cases.",
    },
    "patbm": {
        "id": "Melalui PATBM: salurannya PATBM, atau kelompok PATBM desa tercatat pada kasus.",
        "en": "Through PATBM: its channel was PATBM, or a PATBM village group stands on the case.",
    },
    "channel": {"id": "Saluran pelaporan pertama.", "en": "Channel of the first report."},
    "residence": {"id": "Menurut tempat tinggal klien.", "en": "By the client's residence."},
    "incident_area": {"id": "Menurut tempat kejadian.", "en": "By the place of the incident."},
    "kdrt": {
        "id": "Menurut tanda KDRT pada berkas korban.",
        "en": "By the domestic-violence flag of the victim's file.",
    },
    "served": {
        "id": "Korban periode ini yang terlayani sampai tanggal batas, menurut dua definisi.",
        "en": "Victims of this period served up to the cut-off, by both definitions.",
    },
    "ktp": {
        "id": "Perempuan 18 tahun ke atas; kategori yang dicatat atau mengikuti dari jenis kekerasan, tanda, disabilitas, dan usia.",
        "en": "Women of 18 and over; categories recorded or following from kinds, flags, disability and age.",
    },
    "ampk": {
        "id": "Anak; kategori yang dicatat atau mengikuti dari jenis kekerasan, disabilitas, dan peran ABH; dugaan ikut dihitung.",
        "en": "Children; categories recorded or following from kinds, disability and role in juvenile justice; suspected ones count.",
    },
    "victims_by_service": {
        "id": "Korban yang menerima jenis layanan itu sedikitnya sekali sampai tanggal batas.",
        "en": "Victims who got the kind of service at least once up to the cut-off.",
    },
    "perpetrators": {
        "id": "Terlapor dihitung sekali per kasus; terlapor tak dikenal ikut dihitung.",
        "en": "A reported person counts once per case; unknown reported persons count too.",
    },
    "pairs": {
        "id": "Setiap klien dengan setiap terlapor kasusnya; jumlahnya dapat melebihi jumlah terlapor.",
        "en": "Every client with every reported person of the case; the sum may exceed the reported persons.",
    },
    "services": {
        "id": "Semua kasus unit, kapan pun dilaporkan; pekerjaan internal tidak dihitung.",
        "en": "All cases of the unit, whenever reported; internal work is not counted.",
    },
    "sent": {
        "id": "Semua kasus unit, kapan pun dilaporkan. Rujukan untuk seluruh kasus dicatat pada klien pertama.",
        "en": "All cases of the unit, whenever reported. A referral for the whole case stands under its first client.",
    },
    "ends": {"id": "Semua kasus unit, kapan pun dilaporkan.", "en": "All cases of the unit, whenever reported."},
    "contacts": {"id": "Telepon atau kunjungan yang tidak menjadi kasus.", "en": "Calls or visits that are no case."},
}
_BAND: Final[Mapping[AgeBasis, Text]] = {
    AgeBasis.INCIDENT: {
        "id": "Usia saat kejadian; jika tidak diketahui, saat pelaporan.",
        "en": "Age at the incident, else at the report.",
    },
    AgeBasis.REPORT: {
        "id": "Usia saat pelaporan; jika tidak diketahui, saat kejadian.",
        "en": "Age at the report, else at the incident.",
    },
}


def note_of(table: Table, settings: Settings) -> Text:
    """The note of a table: its unit and day, whether rows may overlap, and what is particular to it."""
    particular = _BAND[settings.age_band] if table.note == "age_band" else _NOTES.get(table.note, {"id": "", "en": ""})
    parts = [UNITS[table.unit], particular, _MULTI if table.multi else {"id": "", "en": ""}]
    return {language: " ".join(part[language] for part in parts if part[language]) for language in ("id", "en")}


def recap_definitions(settings: Settings, indicator_set: str) -> Mapping[str, str]:
    """The definitions of the contract, in English words."""
    basis = "incident" if settings.age_band is AgeBasis.INCIDENT else "report"
    return {
        "age_band": f"age at {basis}",
        "child": "under 18 at first incident",
        "indicator_set": indicator_set,
        "served": "luas: at least one service; inti: at least one service other than the complaint",
        "period": "report day",
        "transfer_in": "cases taken over from another unit are shown beside the sums, not in them",
    }


def definition_lines(settings: Settings) -> Mapping[str, list[str]]:
    """The definitions as sentences to print on a page or sheet."""
    band = _BAND[settings.age_band]
    return {
        "id": [
            "Periode menurut tanggal pelaporan; setiap satuan lain menurut harinya sendiri, sampai tanggal batas.",
            "Anak: di bawah 18 tahun saat kejadian pertama (jika tidak diketahui, saat pelaporan), termasuk dalam kandungan.",
            f"Kelompok umur: {band['id']}",
            "Terlayani luas: sedikitnya satu layanan. Terlayani inti: sedikitnya satu layanan selain pengaduan.",
            "Kasus pelimpahan masuk disajikan tersendiri dan tidak dijumlahkan.",
        ],
        "en": [
            "Period by report day; every other unit by its own day, up to the cut-off.",
            "Child: under 18 at the first incident (else at the report), the unborn included.",
            f"Age band: {band['en']}",
            "Served, broad (luas): at least one service. Served, core (inti): at least one service other than the complaint.",
            "Cases taken over from another unit are shown beside the sums, not in them.",
        ],
    }
