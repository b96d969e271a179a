"""Documents of the papers: what a paper says, block by block; an issued letter; a unit's letterhead, logo and counters.

A paper is data, never markup: templates lay the blocks out and print every text as it stands (security 7.7). An issued letter keeps
its blocks sealed, so that it can be printed again word by word after the file has changed.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct


class Field(Struct, frozen=True):
    """One answer: what is asked, and what was said. Empty: not recorded, or a line to write on where the paper is blank."""

    label: str
    value: str = ""


class Tick(Struct, frozen=True):
    """One box."""

    label: str
    on: bool = False


class Answer(Struct, frozen=True):
    """A question with yes, no or no answer (YA, TIDAK, empty). `plain`: it only leads on to the next ones and has no boxes."""

    label: str
    answer: str = ""
    plain: bool = False


class Column(Struct, frozen=True):
    """A column of a table: its head, and its share of the width. `number`: its cells are numbers, so they stand at the right."""

    title: str
    share: int = 1
    number: bool = False


class Signature(Struct, frozen=True):
    """Where somebody signs: as what, the name if it is known, and lines below it (rank, NIP)."""

    role: str
    name: str = ""
    below: tuple[str, ...] = ()


class Heading(Struct, frozen=True, tag_field="t", tag="heading"):
    """Begins a part of the paper; parts are lettered A, B, C. `sub` begins a part of a part, unlettered."""

    text: str
    sub: bool = False


class Fields(Struct, frozen=True, tag_field="t", tag="fields"):
    """Answers one below the other, in one or two columns."""

    items: tuple[Field, ...]
    columns: int = 1


class Prose(Struct, frozen=True, tag_field="t", tag="prose"):
    """A long answer under its label; `lines` to write on where the paper is blank."""

    label: str
    text: str = ""
    lines: int = 4


class Text(Struct, frozen=True, tag_field="t", tag="text"):
    """A paragraph of the paper itself."""

    text: str


class Points(Struct, frozen=True, tag_field="t", tag="points"):
    """Points a, b, c."""

    items: tuple[str, ...]


class Ticks(Struct, frozen=True, tag_field="t", tag="ticks"):
    """Boxes, those that hold ticked: in columns under the label, or (0 columns) beside it in one line."""

    label: str
    items: tuple[Tick, ...]
    columns: int = 2


class Answers(Struct, frozen=True, tag_field="t", tag="answers"):
    """Questions answered yes or no, as a table."""

    label: str
    items: tuple[Answer, ...]


class Table(Struct, frozen=True, tag_field="t", tag="table"):
    """A table; `empty` rows to write into where the paper is blank. `summed`: the last row is the sum of the others."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    empty: int = 0
    summed: bool = False


class Point(Struct, frozen=True):
    """One bar of a chart: its label, its number as printed, and its length in thousandths of the longest (0 to 1000)."""

    label: str
    shown: str
    size: int = 0


class Chart(Struct, frozen=True, tag_field="t", tag="chart"):
    """A chart drawn in lines: bars one below the other, or `columns` beside each other over time. Its numbers stand on it."""

    title: str
    points: tuple[Point, ...]
    columns: bool = False


class Signatures(Struct, frozen=True, tag_field="t", tag="signatures"):
    """Signature blocks side by side. `slot`: room at the left for a code that lets the addressee check the paper."""

    place_day: str
    items: tuple[Signature, ...]
    slot: bool = False


class Small(Struct, frozen=True, tag_field="t", tag="small"):
    """A remark in small print."""

    text: str


class Scan(Struct, frozen=True, tag_field="t", tag="scan"):
    """A code for a telephone's camera (QR), and the answers that stand beside it. `says`: the address it leads to."""

    says: str
    items: tuple[Field, ...] = ()


Block = Heading | Fields | Prose | Text | Points | Ticks | Answers | Table | Chart | Signatures | Small | Scan


class Letterhead(Struct, frozen=True):
    """What stands above the double rule."""

    government: str = ""
    agency: str = ""
    unit: str = ""
    address: str = ""
    contact: str = ""  # phone, e-mail, web in one line


class LetterTop(Struct, frozen=True):
    """Head of a letter: number, nature, enclosures, subject; place and day; to whom. None: the letter has no such line."""

    place_day: str
    to: tuple[str, ...]
    number: str | None = None  # empty: not given yet
    nature: str | None = None
    enclosures: str | None = None
    subject: str | None = None


class Paper(Struct, frozen=True, kw_only=True):
    """Everything a paper says, but who prints it and when."""

    code: str  # F1 … F13
    title: str = ""
    subtitle: str = ""
    letterhead: Letterhead | None = None
    top: LetterTop | None = None
    received: tuple[Field, ...] = ()  # the office's own box on a letter that comes from outside
    blocks: tuple[Block, ...] = ()
    landscape: bool = False
    blank: bool = False


class IssuedPaper(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head of a letter that went out under a number: which, about what, when, the SHA-256 of the first print."""

    paper: str  # F3, F7, F12
    number: str
    on: date
    subject_id: UUID | None = None  # referral, client or report it is about
    sha256: str = ""


class IssuedPaperText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What the letter said (S4)."""

    paper: Paper


class Signer(Struct, frozen=True):
    """Who signs for the unit."""

    title: str = ""  # Kepala UPTD PPA
    name: str = ""
    rank: str = ""  # Pembina Tk. I (IV/b)
    nip: str = ""


class Numbering(Struct, frozen=True):
    """How letters of one kind are numbered: a template with places, and the classification code that stands in it."""

    paper: str
    template: str
    code: str = ""


class LetterDesk(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """A unit's letterhead, signers and numbering (S2: printed on every letter)."""

    government: str = ""
    agency: str = ""
    unit: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    web: str = ""
    place: str = ""  # before the day: "Martapura, 20 Mei 2026"
    short_name: str = ""  # of the unit in letter numbers
    signers: tuple[Signer, ...] = ()
    numbering: tuple[Numbering, ...] = ()


class LetterLogo(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """The unit's logo as a PNG of ours; empty where there is none."""

    png: bytes = b""


class LetterCount(Struct, frozen=True):
    """The last number given to letters of one kind in one year."""

    paper: str
    year: int
    last: int


class LetterCounters(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """All counters of a unit, under the lock of one row: numbers are gapless and never given twice."""

    counts: tuple[LetterCount, ...] = ()
