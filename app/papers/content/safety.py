"""F11 *Penerimaan dan pengakhiran di rumah perlindungan*, and a client's safety plan, on paper (case-management 4.6 and 7).

Where the shelter is and where the client went in words never stand on paper: a sheet gets lost (security 3, need-to-know sections).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from app.papers import wording
from app.papers.content import heads, people
from app.papers.dossier import Dossier
from app.papers.sheet import Asked, Sheet, laid_out
from app.referrals import directory
from app.security.structs import safety
from app.security.structs.papers import Column, Heading, Paper, Signature, Signatures, Small, Table

STAY: Final = "F11"
PLAN: Final = "RK"  # rencana keselamatan: the national list of forms has none
_UNWRITTEN: Final = "Alamat rumah perlindungan dan alamat tujuan klien tidak dicantumkan demi keselamatan klien."
_KEPT: Final = (
    "Salinan ini disimpan dalam berkas kasus. Serahkan kepada klien hanya bila ada tempat yang aman untuk menyimpannya."
)
_PARTS: Final = {
    "warning_signs": "Tanda bahwa bahaya datang",
    "safe_places": "Tempat yang aman, di dalam dan di luar rumah",
    "people": "Orang yang dapat dihubungi, dan siapa yang sudah tahu",
    "way_out": "Jalan keluar dan cara pergi",
    "take_along": "Yang dibawa",
    "code_word": "Kata sandi untuk meminta tolong",
    "children": "Anak-anak: apa yang mereka ketahui dan lakukan",
    "online": "Telepon dan akun: yang diganti, yang dihapus",
    "other": "Hal lain",
}
_EXTENSIONS: Final = (Column("Diputuskan", 3), Column("Sampai dengan", 3), Column("Alasan", 6))


# --- F11 -------------------------------------------------------------------------------------------------------------


def stay(dossier: Dossier, held: safety.ShelterStay, words: safety.ShelterWords, officer: str) -> Paper:
    """F11 of one stay: who enters and why, house rules, days in and out, reason of leaving and place after."""
    signers = (
        Signature("Klien atau wali"),
        Signature("Petugas", officer),
        Signature("Penanggung jawab rumah perlindungan"),
    )
    return Paper(
        code=STAY,
        title="Penerimaan dan pengakhiran di rumah perlindungan",
        subtitle=heads.register_line(dossier),
        letterhead=heads.letterhead(dossier.desk),
        blocks=(
            *laid_out(_stayed(dossier, held, words)),
            Signatures(heads.place_day(dossier.desk, dossier.today), signers),
        ),
    )


def _stayed(dossier: Dossier, held: safety.ShelterStay, words: safety.ShelterWords) -> Iterator[Asked]:
    sheet, client = Sheet(), dossier.client(held.client_id)
    yield Heading("Klien")
    yield sheet.line("Nama", people.called(client))
    yield sheet.line("Tempat, tanggal lahir", people.born(client))
    yield sheet.one("Jenis kelamin", "sex", client.profile.sex)
    yield sheet.line("Yang ikut serta", words.companions)
    yield sheet.several("Kebutuhan khusus", "special_need", client.profile.needs)
    yield Heading("Penerimaan")
    yield sheet.line("Rumah perlindungan", directory.get(dossier.work, held.institution_id).name)
    yield sheet.line("Masuk", _when(dossier, held.in_on, held.in_time))
    yield sheet.one("Alasan", "shelter_reason", held.reason)
    yield sheet.prose("Keterangan", words.why)
    yield sheet.one("Tata tertib sudah dijelaskan dan disetujui", "yes_no_unknown", held.rules_accepted)
    yield sheet.line("Rencana tinggal sampai", wording.day(held.expected_end))
    if held.extensions:
        yield Heading("Perpanjangan", sub=True)
        yield Table(_EXTENSIONS, tuple(_extended(held, words)))
    yield Heading("Pengakhiran")
    yield sheet.line("Keluar", _when(dossier, held.out_on, held.out_time))
    yield sheet.one("Alasan", "shelter_exit", held.exit_reason)
    yield sheet.one("Tempat sesudah keluar", "place_after", held.place_after)
    yield sheet.prose("Keterangan", words.leaving)
    yield Small(_UNWRITTEN)


def _extended(held: safety.ShelterStay, words: safety.ShelterWords) -> Iterator[tuple[str, ...]]:
    for number, each in enumerate(held.extensions):
        why = words.extended[number] if number < len(words.extended) else ""
        yield wording.day(each.on), wording.day(each.until), why


def _when(dossier: Dossier, on: date | None, time: str) -> str:
    return wording.joined(wording.weekday(on), wording.clock(time, dossier.zone))


# --- the safety plan -------------------------------------------------------------------------------------------------


def plan(dossier: Dossier, held: safety.SafetyPlan, text: safety.SafetyPlanText, officer: str) -> Paper:
    """One version of a client's safety plan, in the client's words."""
    signers = (Signature("Klien"), Signature("Petugas", officer))
    return Paper(
        code=PLAN,
        title="Rencana keselamatan",
        subtitle=f"{heads.register_line(dossier)}\nVersi {held.number}, {wording.day(held.on)}",
        letterhead=heads.letterhead(dossier.desk),
        blocks=(
            *laid_out(_planned(dossier, held, text)),
            Signatures(heads.place_day(dossier.desk, held.on), signers),
        ),
    )


def _planned(dossier: Dossier, held: safety.SafetyPlan, text: safety.SafetyPlanText) -> Iterator[Asked]:
    sheet, client = Sheet(), dossier.client(held.client_id)
    yield sheet.line("Nama klien", people.called(client))
    yield sheet.one("Disusun bersama klien", "yes_no_unknown", held.with_client)
    for name, label in _PARTS.items():
        if getattr(text, name):
            yield sheet.prose(label, getattr(text, name))
    yield Small(_KEPT)
