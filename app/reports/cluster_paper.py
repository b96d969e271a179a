"""The cluster V sheet as an official paper, one part an indicator: the target table, measures, annexes, answers (kla-cluster-v 10).

Papers are Indonesian whatever the reader's language (decisions 19), so their words stand here. It goes to a named recipient as an
official return (design 4): totals of the district are true, cells of a kecamatan from 1 to 4 are printed as a band.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from babel.numbers import format_decimal, format_percent

from app.domain.disclosure.banding import banded
from app.papers import wording
from app.papers.content import heads
from app.reports.counting.entered import MISSING
from app.reports.presenting import Block as Part
from app.reports.presenting import Document, YearLine, line_names
from app.reports.presenting_frozen import on_paper
from app.security.structs.papers import (
    Block,
    Column,
    Field,
    Fields,
    Heading,
    LetterDesk,
    Paper,
    Signatures,
    Signer,
    Small,
    Table,
    Text,
)

CODE: Final = "KLASTER-V"
TITLE: Final = "Evaluasi KLA: Klaster V Perlindungan Khusus"
MARK: Final = "TERBATAS"  # what an official return bears on every page (design 4)
NO_DATA: Final = "belum ada data"
NO_CASES: Final = "tidak ada kasus"
NIL: Final = "nihil (dinyatakan)"
DINAS: Final = "Dinas"
_LANGUAGE: Final = "id"
STATES: Final[Mapping[str, str]] = {"missing": NO_DATA, "no_cases": NO_CASES, "nihil": NIL}
ANSWERS: Final[Mapping[str, str]] = {"YA": "Ya", "TIDAK": "Tidak"}
SOURCES: Final[Mapping[str, str]] = {"K": "dihitung dari kasus", "X": "instansi lain", "M": "jawaban dengan bukti"}
_BASIS: Final[Mapping[str, str]] = {"residence": "tempat tinggal anak", "incident": "tempat kejadian"}
_AXES: Final[Mapping[str, str]] = {
    "age_band": "umur",
    "violence": "jenis kekerasan",
    "disability": "disabilitas",
    "channel": "saluran",
    "education": "pendidikan",
    "place": "tempat kejadian",
    "relationship": "hubungan terlapor",
    "certainty": "dugaan atau terkonfirmasi",
    "kecamatan": "kecamatan",
    "institution_type": "lembaga penerima",
    "work_sector": "sektor pekerjaan",
    "bpta_kind": "bentuk pekerjaan terburuk",
    "abh_role": "peran",
    "service": "jenis layanan",
    "line": "baris formulir",
}
_SHORT: Final[Mapping[str, str]] = {
    "b": "Kes.",
    "c": "Rehsos",
    "d": "Bankum",
    "e": "Reint./ pulang",
    "f": "Gakkum",
    "g": "Tokoh agama",
}
"""Heads of the narrow columns for lines of the form; the small print under the table spells them out."""
_SMALL_AXES: Final = frozenset({"kecamatan"})


@dataclass(frozen=True, slots=True)
class Given:
    """What the paper is made of: the document, its parts as a page prints them, names of places, letterhead, day of signing.

    `small_below`: cells of a kecamatan from 1 to less than this are printed as a band. `child_under`: years of age.
    """

    document: Document
    parts: Sequence[Part]
    places: Mapping[str, str]
    desk: LetterDesk
    on: date
    small_below: int = 5
    child_under: int = 18


def cluster_paper(given: Given) -> Paper:
    """The sheet of the given parts, to be signed by the head of the dinas."""
    document = given.document
    served = document["definitions"]["terlayani"]
    return Paper(
        code=CODE,
        title=TITLE,
        subtitle=_subtitle(document),
        letterhead=heads.letterhead(given.desk),
        landscape=True,
        blocks=(
            *_cluster(document),
            *(block for part in given.parts for block in _part(given, part, served)),
            *_footer(given),
            Signatures(heads.place_day(given.desk, given.on), (heads.signature(dinas_head(given.desk)),)),
        ),
    )


def dinas_head(desk: LetterDesk) -> Signer:
    """Who signs: the signer of the letter desk whose title names the dinas; else a line to sign on, for the head of the dinas."""
    named = [signer for signer in desk.signers if signer.title.startswith(f"Kepala {DINAS}")]
    return named[0] if named else Signer(title=f"Kepala {desk.agency or DINAS}")


def number(value: float | None, below: float | None = None) -> str:
    """`1.234`; what nobody counted in words, and in others where there was nobody to count."""
    if value is None:
        return NO_CASES if below == 0 else NO_DATA
    return str(format_decimal(value, locale=_LANGUAGE))


def percent(value: float | None, below: float | None = None) -> str:
    """`55,8%`; never 0 % and never 100 % of nobody (kla-cluster-v 4.6). A share under a thousandth keeps its digits."""
    if value is None:
        return number(None, below)
    pattern = "#,##0.0##%" if 0 < value < 0.001 else "#,##0.0%"
    return str(format_percent(value, pattern, locale=_LANGUAGE))


def said(measure: Document) -> str:
    """The value of a measure in words and numbers."""
    if measure["state"] in STATES:
        return STATES[measure["state"]]
    if "value" not in measure:
        return "lihat rincian"
    value = measure["value"]
    if isinstance(value, str):
        return ANSWERS.get(value, value)
    return percent(value) if measure["kind"] == "share" else number(value)


def _subtitle(document: Document) -> str:
    unit, as_of = document["unit"], wording.day(date.fromisoformat(document["cut_off"]))
    return (
        f"{unit['name']} ({unit['area']})\nTahun data {document['year']}, keadaan sampai {as_of}\n{on_paper(document)}"
    )


def _cluster(document: Document) -> Iterator[Block]:
    cluster, served = document["cluster"], document["definitions"]["terlayani"]
    yield Heading("Anak yang memerlukan perlindungan khusus (AMPK)")
    hit, share = cluster["served"][served], cluster["share"][served]
    yield Table(
        (Column("Ukuran", 6), Column("L", 1), Column("P", 1), Column("Jumlah", 2)),
        (
            ("Anak dengan sedikitnya satu kategori", *_cells(cluster["reported"])),
            (f"Terlayani ({served})", *_cells(hit)),
            ("Persentase terlayani", " ", " ", percent(share["value"], share["denominator"])),
        ),
    )
    equation = (
        f"Berkas anak {number(cluster['victim_files'])} − berulang {number(cluster['repeated'])} "
        f"= anak {number(cluster['children'])}. Belum dipilah: {number(document['unsorted'])}."
    )
    yield Small(f"{equation} Satu anak dapat tercatat pada lebih dari satu indikator; di sini dihitung satu kali.")


def _part(given: Given, part: Part, served: str) -> Iterator[Block]:
    indicator = part.indicator
    yield Heading(f"{indicator['code']} {indicator['name'][_LANGUAGE]}")
    if part.years:
        yield _target(part.years, served)
        yield Small(_lines_said() + " Satu anak dapat memperoleh lebih dari satu layanan.")
    if "flow" in indicator:
        flow = indicator["flow"]
        yield Text(
            f"Dilaporkan tahun ini {number(flow['reported'])}, bawaan {number(flow['carried_over'])}, "
            f"terlayani tahun ini {number(flow['served_in_year'][served])} anak."
        )
    yield Heading("Ukuran", sub=True)
    yield _measures(part.measures)
    if part.annexes:
        yield Heading("Rincian", sub=True)
        yield _annexes(given, part.annexes)
    answered = [question for question in part.questions if question["state"] != "missing"]
    yield Heading("Pertanyaan", sub=True)
    if answered:
        yield _answers(answered)
    yield Small(f"Dijawab {len(answered)} dari {len(part.questions)} pertanyaan; yang lain: {NO_DATA}.")


def _target(years: Sequence[YearLine], served: str) -> Table:
    columns = (
        Column("Tahun", 3),
        *(Column(f"Dil. {each}", 3) for each in ("L", "P", "Jml")),
        *(Column(f"Terl. {each}", 3) for each in ("L", "P", "Jml", "%")),
        *(Column(_SHORT.get(code, code), 3) for code, _name in line_names(_LANGUAGE)[1:]),
        Column("Dirujuk", 3),
        Column("Selesai", 3),
        Column("Sumber", 5),
    )
    return Table(columns, tuple(_year(line, served) for line in years))


def _year(line: YearLine, served: str) -> tuple[str, ...]:
    hit, below = line.served[served], line.reported["all"]
    return (
        str(line.year),
        *_cells(line.reported),
        *_cells(hit),
        percent(hit["share"], below) if below is not None else "–",
        *(_cell(line.lines.get(code)) for code, _name in line_names(_LANGUAGE)[1:]),
        _cell(line.referred, below),
        _cell(line.finished, below),
        " · ".join(_source(each) for each in line.sources) or NO_DATA,
    )


def _source(source: str) -> str:
    return {"unit": "UPTD PPA", "entered": "instansi"}.get(source, source)


def _cells(values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(_cell(values[sex]) for sex in ("L", "P", "all"))


def _cell(value: float | None, below: float | None = None) -> str:
    """A narrow cell: a dash where nobody counted or there was nobody."""
    return "–" if value is None or below == 0 else number(value)


def _lines_said() -> str:
    spelled = [f"{_SHORT.get(code, code)}: {name}" for code, name in line_names(_LANGUAGE)[1:]]
    return " · ".join(("Dil.: dilaporkan", "Terl.: terlayani", *spelled, f"–: {NO_DATA} atau {NO_CASES}."))


def _measures(measures: Sequence[Document]) -> Table:
    columns = (
        Column("Kode", 3),
        Column("Ukuran", 8),
        Column("Nilai", 4),
        Column("L", 2),
        Column("P", 2),
        Column("Sumber", 7),
    )
    return Table(columns, tuple(_measure(measure) for measure in measures))


def _measure(measure: Document) -> tuple[str, ...]:
    sexes, is_share = measure.get("by_sex", {}), measure["kind"] == "share"
    value = said(measure)
    if measure.get("denominator"):
        value += f"\n{number(measure['numerator'])} / {number(measure['denominator'])}"
    counted = measure.get("counted", MISSING)
    if counted.get("value") is not None:
        value += f"\nkasus kami: {percent(counted['value']) if is_share else number(counted['value'])}"
    beside = measure.get("entered", MISSING)
    if beside["state"] in {"entered", "nihil"}:
        value += f"\n{beside.get('agency') or 'instansi'}: {number(beside['value'])}"
    shown = [sexes.get(sex) for sex in "LP"]
    return (
        measure["code"],
        measure["name"][_LANGUAGE],
        value,
        *(" " if each is None else percent(each) if is_share else number(each) for each in shown),
        _origin(measure),
    )


def _origin(measure: Document) -> str:
    """Where a value comes from: agency, day and document of an entered one (kla-cluster-v 8)."""
    whose = SOURCES[measure["source"]]
    as_of = measure.get("as_of")
    return wording.joined(
        measure.get("agency") or whose,
        wording.day(date.fromisoformat(as_of)) if as_of else "",
        measure.get("document") or "",
        "diverifikasi" if measure.get("verified_by") else "belum diverifikasi" if as_of else "",
    )


def _annexes(given: Given, annexes: Sequence[tuple[str, str, list[tuple[str, int]]]]) -> Table:
    columns = (Column("Kode", 2), Column("Menurut", 3), Column("Rincian", 15))
    return Table(
        columns, tuple((code, _AXES.get(axis, axis), _split(given, axis, rows)) for code, axis, rows in annexes)
    )


def _split(given: Given, axis: str, rows: Sequence[tuple[str, int]]) -> str:
    named = [(given.places.get(label, label), count) for label, count in rows]
    cells: Sequence[int | str] = [count for _name, count in named]
    if axis in _SMALL_AXES:
        cells = banded([count for _name, count in named], given.small_below)
    return " · ".join(f"{name}: {_shown(cell)}" for (name, _count), cell in zip(named, cells, strict=True))


def _shown(cell: int | str) -> str:
    return cell if isinstance(cell, str) else number(cell)


def _answers(questions: Sequence[Document]) -> Table:
    rows = tuple(
        (question["code"], question["name"][_LANGUAGE], said(question), _origin(question)) for question in questions
    )
    return Table((Column("Kode", 2), Column("Pertanyaan", 6), Column("Jawaban", 9), Column("Sumber", 5)), rows)


def _footer(given: Given) -> Iterator[Block]:
    document, definitions = given.document, given.document["definitions"]
    served = definitions["terlayani"]
    yield Heading("Cara menghitung")
    yield Fields(
        (
            Field("Set indikator", f"{document['set']} ({definitions['basis']})"),
            Field("Terlayani", f"{served}: {definitions['served'][served][_LANGUAGE]}"),
            Field(
                "Anak",
                f"di bawah {given.child_under} tahun saat kejadian, atau saat dilaporkan bila hari kejadian tidak diketahui",
            ),
            Field("Satuan", "anak yang berbeda, menurut hari laporan dalam tahun data"),
            Field("Kecamatan", _BASIS[definitions["kecamatan"]]),
            Field("Batas data", wording.day(date.fromisoformat(document["cut_off"]))),
        )
    )
    most = given.small_below - 1
    yield Small(f"Kecamatan dengan 1 sampai {most} anak ditulis sebagai rentang. Dokumen ini tidak memuat data orang.")
