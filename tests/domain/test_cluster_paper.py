"""The cluster V sheet on paper: what it says where nobody counted, what it veils, who signs (kla-cluster-v 4.6, 10; design 4)."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from app.domain.indicators import indicator_set
from app.papers.content import heads
from app.reports import presenting
from app.reports.cluster_paper import DINAS, Given, cluster_paper, dinas_head, percent, said
from app.reports.counting.entered import Entered
from app.security.structs.papers import LetterDesk, Paper, Signatures, Signer
from tests.domain.counting_support import UNIT, case, client
from tests.domain.test_cluster_v import sheet


def paper(*cases: Any, only: str = "21a", desk: LetterDesk | None = None, **more: Any) -> Paper:
    document = sheet(*cases, **more)
    kinds = presenting.served_codes(indicator_set("24"))
    part = presenting.block_of(document, [(2023, None), (2024, None)], only, kinds, "id")
    return cluster_paper(Given(document, [part], UNIT.places, desk or LetterDesk(), date(2026, 1, 20)))


def words(made: Paper) -> str:
    return msgspec.json.encode(made).decode()


def test_a_year_without_cases_says_so_and_never_a_percentage_of_nobody() -> None:
    assert "tidak ada kasus" in words(paper())
    assert percent(None, 0) == "tidak ada kasus"
    assert percent(None) == "belum ada data"
    assert percent(0.557692) == "55,8%"
    assert percent(0.000114) == "0,011%"


def test_a_value_of_another_agency_stands_with_its_source_and_says_who_has_not_looked() -> None:
    given = Entered(
        "21a", "21a.anak", 2025, 61234, agency="Dukcapil", as_of=date(2025, 12, 31), document="Surat 4/2026"
    )
    text = words(paper(case(client()), entered=[given]))
    assert "61.234" in text
    assert "Dukcapil, 31 Desember 2025, Surat 4/2026, belum diverifikasi" in text


def test_what_nobody_said_and_what_was_declared_nil_differ() -> None:
    assert said({"state": "missing", "kind": "count", "value": None}) == "belum ada data"
    assert said({"state": "nihil", "kind": "count", "value": 0}) == "nihil (dinyatakan)"


def test_an_earlier_year_before_the_office_is_no_zero() -> None:
    assert '"2023","–","–","–"' in words(paper(case(client())))


def test_two_small_cells_of_kecamatan_do_not_follow_from_the_printed_total() -> None:
    """1, 1 and 20 of 22: with 20 in print both small ones would be known."""
    first, second, third = list(UNIT.places)[:3]
    children = [case(client(kecamatan_residence=place)) for place in (first, second, *[third] * 20)]
    text = words(paper(*children))
    assert f"{UNIT.places[first]}: 1–4 · {UNIT.places[second]}: 1–4 · {UNIT.places[third]}: 5 atau lebih" in text


def test_the_head_of_the_dinas_signs_whoever_stands_first_on_the_letter_desk() -> None:
    unit, dinas = Signer(title="Kepala UPTD PPA", name="Sari"), Signer(title=f"Kepala {DINAS} P3A", name="Budi")
    assert dinas_head(LetterDesk(signers=(unit, dinas))) == dinas
    assert dinas_head(LetterDesk(agency="Dinas P3A", signers=(unit,))) == Signer(title="Kepala Dinas P3A")
    signed = paper(desk=LetterDesk(signers=(unit, dinas))).blocks[-1]
    assert isinstance(signed, Signatures)
    assert signed.items == (heads.signature(dinas),)
