"""The recap as an official paper: letterhead, totals, comparison, charts and every table, self-checks, signature (contracts/recap).

Papers are Indonesian whatever the reader's language (decisions 19), so their words stand here. Rows of 0 are left out and said how
many; the sum of each table and the numbers of each chart are those of the document, which was counted once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from babel.numbers import format_decimal

from app.papers import wording
from app.papers.content import heads
from app.reports import charts, presenting
from app.reports.presenting_frozen import on_paper
from app.security.structs.papers import (
    Block,
    Column,
    Heading,
    LetterDesk,
    Paper,
    Points,
    Signatures,
    Small,
    Table,
    Text,
)

Document = Mapping[str, Any]
CODE: Final = "REKAP"
_LANGUAGE: Final = "id"
_FAMILY: Final[Mapping[str, str]] = {
    "victims": "Ciri korban",
    "reported": "Ciri terlapor",
    "kinds": "Jenis kekerasan, tempat, dan layanan",
    "served": "Korban dan korban terlayani",
    "work": "Saluran, rujukan, penanganan berakhir, dan kontak",
}


@dataclass(frozen=True, slots=True)
class Recap:
    """What the paper is made of: the document, victims by month, the unit's letterhead and signers, the day of signing."""

    document: Document
    months: Sequence[tuple[date, int]]
    desk: LetterDesk
    on: date


def recap_paper(given: Recap) -> Paper:
    """The recap of a unit and period, to be signed by its head."""
    document = given.document
    return Paper(
        code=CODE,
        title="Rekapitulasi kasus kekerasan",
        subtitle=_subtitle(document),
        letterhead=heads.letterhead(given.desk),
        blocks=(
            *_opening(document),
            *_comparison(document["comparison"]),
            charts.as_block(charts.of_months(given.months, _LANGUAGE)),
            *_families(document),
            *_checks(document["checks"]),
            Signatures(heads.place_day(given.desk, given.on), (heads.signature(heads.head(given.desk)),)),
        ),
    )


def number(value: int | None) -> str:
    """`1.234`; what nobody counted in words."""
    return charts.shown(value, _LANGUAGE)


def change(now: int | None, before: int | None) -> str:
    """`+3 (+25,0%)`; only the difference where there is nothing to be a share of; empty where nobody counted."""
    if now is None or before is None:
        return ""
    difference = _signed(now - before)
    return f"{difference} ({_signed(100 * (now - before) / before, '#,##0.0')}%)" if before else difference


def _signed(value: float, pattern: str = "#,##0") -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + str(format_decimal(abs(value), format=pattern, locale=_LANGUAGE))


def _subtitle(document: Document) -> str:
    period, unit = document["period"], document["unit"]
    days = wording.days(date.fromisoformat(period["from"]), date.fromisoformat(period["to"]))
    as_of = wording.day(date.fromisoformat(period["cut_off"]))
    return f"{unit['name']} ({unit['area']})\n{days}, keadaan sampai {as_of}\n{on_paper(document)}"


def _opening(document: Document) -> Iterator[Block]:
    yield Heading("Jumlah")
    rows = tuple(
        (words, number(count), number(beside)) for words, count, beside in presenting.totals_of(document, _LANGUAGE)
    )
    yield Table((Column("Satuan", 6), _figure("Jumlah", 2), _figure("Pelimpahan masuk (tidak dijumlahkan)", 3)), rows)
    yield Heading("Cara menghitung", sub=True)
    yield Points(tuple(document["definition_lines"][_LANGUAGE]))


def _comparison(sides: Document) -> Iterator[Block]:
    yield Heading("Perbandingan")
    heads_ = (Column("Satuan", 5), _figure("Periode ini", 2), *_earlier_heads())
    if sides["this"]["totals"] is not None:
        yield Table(heads_, tuple(_compared(*line) for line in presenting.compared(sides, _LANGUAGE)))
    for words, name in (("Periode sebelumnya", "previous"), ("Periode yang sama tahun sebelumnya", "year_before")):
        side = sides[name]
        days = wording.days(date.fromisoformat(side["from"]), date.fromisoformat(side["to"]))
        as_of = wording.day(date.fromisoformat(side["cut_off"]))
        yield Small(f"{words}: {days}, keadaan sampai {as_of}{_how_complete(side)}.")


def _how_complete(side: Document) -> str:
    if side["totals"] is None:
        return f"; {number(None)}"
    from_day = side["recorded_from"]
    return f"; baru tercatat sejak {wording.day(date.fromisoformat(from_day))}" if from_day else ""


def _earlier_heads() -> tuple[Column, ...]:
    words = ("Periode sebelumnya", "Perubahan", "Tahun sebelumnya", "Perubahan")
    return tuple(_figure(each, 3) for each in words)


def _compared(words: str, now: int | None, *earlier: int | None) -> tuple[str, ...]:
    return (words, number(now), *(cell for before in earlier for cell in (number(before), change(now, before))))


def _families(document: Document) -> Iterator[Block]:
    drawn = charts.of_families(document, _LANGUAGE)
    for family, _title, tables in presenting.families_of(document, _LANGUAGE, every_row=False):
        yield Heading(_FAMILY[family])
        for chart in drawn.get(family, ()):
            yield charts.as_block(chart)
        for table in tables:
            yield from _table(table)


def _table(shown: presenting.Shown) -> Iterator[Block]:
    yield Heading(shown.title, sub=True)
    if not shown.lines:
        yield Text("Semua baris bernilai 0.")
    else:
        columns = [_figure(f"{column.under} {column.label}".strip(), 2) for column in shown.columns]
        rows = [(line.label, number(line.count), *(number(n) for _c, n in line.parts)) for line in shown.lines]
        total = ("Jumlah", number(shown.total), *(" " for _column in columns))
        yield Table((Column("Uraian", 6), _figure("Jumlah", 2), *columns), (*rows, total), summed=True)
    left_out = f" {shown.left_out} baris lain bernilai 0." if shown.left_out and shown.lines else ""
    yield Small(shown.note + left_out)


def _checks(checks: Sequence[Document]) -> Iterator[Block]:
    failed = [check for check in checks if not check["ok"]]
    yield Heading("Pemeriksaan")
    if not failed:
        yield Text(f"Semua {len(checks)} pemeriksaan silang cocok.")
        return
    yield Text(f"{len(failed)} dari {len(checks)} pemeriksaan silang tidak cocok:")
    rows = tuple((check["name"], number(check["left"]), number(check["right"])) for check in failed)
    yield Table((Column("Pemeriksaan", 6), _figure("Kiri", 2), _figure("Kanan", 2)), rows)


def _figure(title: str, share: int) -> Column:
    return Column(title, share, number=True)
