"""The check of the catalogues finds what would show on screen in the wrong language."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_catalogues", ROOT / "scripts" / "check_catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("message", "faults"),
    [
        (Message("Save", "Simpan"), []),
        (Message("Save", ""), ["not translated"]),
        (Message("Save", "Simpan", flags=["fuzzy"]), ["fuzzy"]),
        (Message("%(count)s files", "%(count)s berkas"), []),
        (Message("%(count)s files", "%(jumlah)s berkas"), ["other named places"]),
        (Message("%(count)s files", "berkas"), ["other named places"]),
        (Message(("One file", "%(count)s files"), ("%(count)s berkas",)), []),
        (Message(("One file", "%(count)s files"), ("Satu", "")), ["not translated"]),
        (Message(("One file", "%(count)s files"), ("One of %(all)s files", "%(count)s files")), ["other named places"]),
        (Message("Save", "<b>Simpan</b>"), ["markup"]),
        (Message("Save", "Simpan&nbsp;dulu"), ["markup"]),
        (Message("Save", "Simpan: R&D, 3 < 4"), []),
    ],
)
def test_a_translation_is_whole_or_named_at_fault(check: ModuleType, message: Message, faults: list[str]) -> None:
    assert check.faults(message) == faults


def test_missing_and_stale_texts_are_told(check: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "TRANSLATIONS", tmp_path)
    program = Catalog(fuzzy=False)
    program.add("Save")
    check.update("id", program)
    later = Catalog(fuzzy=False)
    later.add("Close")
    assert check.problems_of("id", program) == ["id: not translated: 'Save'"]
    assert check.problems_of("id", later) == ["id: missing: 'Close'", "id: stale: 'Save'"]


def test_english_says_what_the_program_says_and_indonesian_waits_for_words(
    check: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "TRANSLATIONS", tmp_path)
    program = Catalog(fuzzy=False)
    program.add(("One file", "%(count)s files"))
    for locale in check.LOCALES:
        check.update(locale, program)
    assert check.problems_of("en", program) == []
    assert check.problems_of("id", program) == ["id: not translated: ['One file', '%(count)s files']"]


def test_the_programs_own_texts_are_found(check: ModuleType) -> None:
    assert len(check.texts_of_the_program()) > 10
