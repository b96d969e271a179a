"""The Indonesian catalogue is Indonesian, and says each thing with the one word of the glossary (docs/glossary.md)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).parents[2] / "app" / "translations"

# The same word in both languages, or a sign; anything else that stands as in English was forgotten.
ALIKE = {
    "13:30",
    "Agenda",
    "Audit",
    "Data: %(folder)s",
    "HIV/AIDS?",
    "Kecamatan",
    "Logo",
    "NIK",
    "NIP",
    "SIMFONI",
    "Status",
    "Unit",
    "cuti bersama",
    "kecamatan",
    "logo",
    "rupiah",
    "unit",
}

# What an English text speaks of, and what its translation must then hold.
GLOSSARY = {
    r"reported persons?": "terlapor",
    r"reporter": "pelapor",
    r"clients?": "klien",
    r"deadlines?": "tenggat",
    r"referrals?": "rujuk",
    r"waived?": "kesamping",
    r"institutions?": "lembaga",
    r"drafts?": "konsep",
    r"consents?": "etuju",
    r"team": "tim",
    r"screening": "penapisan",
    r"register numbers?": "nomor register",
    r"follow-ups?": "tindak lanjut",
    r"chronology": "kronologi",
    r"keyring": "berkas kunci",
    r"ledger": "buku hitung",
    r"audit log": "catatan akses",
    r"quick exit": "keluar cepat",
    r"no data yet": "belum ada data",
    r"demo data": "data contoh",
}


def texts(catalogue: Catalog) -> list[tuple[str, str]]:
    """Every text with its translation, singular and plural alike."""
    pairs: list[tuple[str, str]] = []
    for message in catalogue:
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        pairs += [(original, said[-1]) for original in originals if message.id]
    return pairs


@pytest.fixture(scope="module")
def indonesian() -> Catalog:
    with (TRANSLATIONS / "id" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="id")


def test_what_reads_as_in_english_is_on_the_list(indonesian: Catalog) -> None:
    pairs = texts(indonesian)
    same = {original for original, said in pairs if original == said}
    assert same <= ALIKE, f"left in English, or to be listed: {sorted(same - ALIKE)}"
    assert len(same) <= 0.03 * len(pairs)


def test_indonesian_counts_with_one_form(indonesian: Catalog) -> None:
    assert indonesian.num_plurals == 1


@pytest.mark.parametrize(("english", "word"), GLOSSARY.items())
def test_one_thing_has_one_word(indonesian: Catalog, english: str, word: str) -> None:
    speaks_of_it = re.compile(rf"\b(?:{english})\b", re.IGNORECASE)
    found = [(original, said) for original, said in texts(indonesian) if said and speaks_of_it.search(original)]
    assert found, "nothing speaks of it any more: take it off the list"
    assert [pair for pair in found if word not in pair[1].lower()] == []


def test_a_sentence_ends_as_its_original_does(indonesian: Catalog) -> None:
    ends = re.compile(r"[.?:!…]$")
    found = [
        (original, said)
        for original, said in texts(indonesian)
        if said and ends.findall(original) != ends.findall(said)
    ]
    assert found == []


def test_the_reader_is_addressed_with_a_capital(indonesian: Catalog) -> None:
    assert [said for _original, said in texts(indonesian) if re.search(r"\banda\b|\bkamu\b|\bkau\b", said)] == []


def test_nobody_is_called_perpetrator_on_screen(indonesian: Catalog) -> None:
    """Terlapor until a court decided; a child offender is a child in conflict with the law (UU 11/2012)."""
    assert [said for _original, said in texts(indonesian) if re.search(r"\bpelaku\b", said.lower())] == []
