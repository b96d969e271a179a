"""Titles of the recap's tables, totals and axes in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Text = Mapping[str, str]

_BY: Final[Mapping[str, tuple[str, str]]] = {
    "sex": ("jenis kelamin", "sex"),
    "age_band": ("kelompok umur", "age band"),
    "age_band_7": ("kelompok umur (tujuh)", "age band (seven)"),
    "education": ("pendidikan", "education"),
    "occupation": ("pekerjaan", "occupation"),
    "marital": ("status perkawinan", "marital status"),
    "citizenship": ("kewarganegaraan", "citizenship"),
    "place": ("tempat kejadian", "place of incident"),
    "patbm": ("keterlibatan PATBM", "involvement of PATBM"),
    "online": ("kejadian daring", "online incident"),
    "channel": ("saluran pelaporan", "channel"),
    "kecamatan_residence": ("wilayah tempat tinggal", "area of residence"),
    "kecamatan_incident": ("wilayah kejadian", "area of incident"),
    "kdrt": ("KDRT", "domestic violence"),
    "disability": ("disabilitas", "disability"),
    "violence": ("jenis kekerasan", "kind of violence"),
    "tpks": ("tindak pidana kekerasan seksual", "sexual-violence crime"),
    "ktp": ("kategori kekerasan terhadap perempuan", "category of violence against women"),
    "ampk": ("kategori anak yang memerlukan perlindungan khusus", "category of children needing special protection"),
    "service": ("layanan yang diterima", "service received"),
    "capacity": ("kapasitas", "capacity"),
    "relationship": ("hubungan terlapor dengan klien", "relationship of the reported person to the client"),
    "kind": ("jenis", "kind"),
    "institution": ("lembaga tujuan", "receiving institution"),
    "reason": ("alasan", "reason"),
    "topic": ("topik", "topic"),
    "month": ("bulan", "month"),
    "age_group": ("anak dan dewasa", "children and adults"),
    "served": ("terlayani", "served"),
}
_OF: Final[Mapping[str, tuple[str, str]]] = {
    "victims": ("Korban", "Victims"),
    "clients": ("Klien", "Clients"),
    "cases": ("Kasus", "Cases"),
    "perpetrators": ("Terlapor", "Reported persons"),
    "pairs": ("Pasangan klien–terlapor", "Pairs of client and reported person"),
    "services": ("Catatan layanan", "Service records"),
    "referrals": ("Rujukan", "Referrals"),
    "cases_closed": ("Penanganan berakhir", "Handling ended"),
    "contacts": ("Kontak", "Contacts"),
}
_COUNTED: Final = {"ends": "cases_closed"}
SEX: Final[Mapping[str, Text]] = {
    "L": {"id": "L", "en": "M"},
    "P": {"id": "P", "en": "F"},
    "X": {"id": "Tidak diketahui", "en": "Not known"},
}
AGE_GROUP: Final[Mapping[str, Text]] = {
    "ANAK": {"id": "Anak", "en": "Child"},
    "DEWASA": {"id": "Dewasa", "en": "Adult"},
    "TIDAK_DIKETAHUI": {"id": "Umur tidak diketahui", "en": "Age not known"},
}
TOTAL: Final[Mapping[str, Text]] = {
    "cases": {"id": "Kasus", "en": "Cases"},
    "victims": {"id": "Korban", "en": "Victims"},
    "victim_persons": {"id": "Korban (orang, tanpa pengulangan)", "en": "Victims (persons, unduplicated)"},
    "clients": {"id": "Klien", "en": "Clients"},
    "perpetrators": {"id": "Terlapor", "en": "Reported persons"},
    "perpetrator_persons": {
        "id": "Terlapor (orang, tanpa pengulangan)",
        "en": "Reported persons (persons, unduplicated)",
    },
    "perpetrators_repeated": {
        "id": "Terlapor berulang (orang, di dua kasus atau lebih)",
        "en": "Repeat reported persons (in two cases or more)",
    },
    "pairs": {"id": "Pasangan klien–terlapor", "en": "Pairs of client and reported person"},
    "services": {"id": "Catatan layanan", "en": "Service records"},
    "referrals": {"id": "Rujukan terkirim", "en": "Referrals sent"},
    "closed": {"id": "Klien yang berakhir penanganannya", "en": "Clients whose handling ended"},
    "contacts": {"id": "Kontak (bukan kasus)", "en": "Contacts (no cases)"},
}
COMPARED: Final[Mapping[str, Text]] = {
    "cases": TOTAL["cases"],
    "victims": TOTAL["victims"],
    "victims_child": {"id": "Korban anak", "en": "Child victims"},
    "victim_persons": TOTAL["victim_persons"],
    "victims_served": {"id": "Korban terlayani (luas)", "en": "Victims served (broad)"},
    "victims_served_core": {"id": "Korban terlayani (inti)", "en": "Victims served (core)"},
    "perpetrators": TOTAL["perpetrators"],
    "services": TOTAL["services"],
    "referrals": TOTAL["referrals"],
    "closed": TOTAL["closed"],
    "contacts": TOTAL["contacts"],
}
"""What a period is compared by with earlier ones, in print order."""


def axis_title(axis: str) -> Text:
    """What a table or pivot is cut by. KeyError for a name that is no axis."""
    words_id, words_en = _BY[axis]
    return {"id": words_id, "en": words_en}


def counted_title(counted: str) -> Text:
    """What a pivot counts (`scope.Unit`). KeyError for a name that is none."""
    words_id, words_en = _OF[_COUNTED.get(counted, counted)]
    return {"id": words_id, "en": words_en}


def title_of(table: str) -> Text:
    """The title of a recap table. KeyError for a name that is no table."""
    if table == "victims_served":
        return {"id": "Korban terlayani", "en": "Victims served"}
    what, _, axis = table.partition("_by_")
    (of_id, of_en), (by_id, by_en) = _OF[what], _BY[axis]
    return {"id": f"{of_id} menurut {by_id}", "en": f"{of_en} by {by_en}"}
