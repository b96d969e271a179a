"""Asking on paper: the same question prints its answer on a filled form, and boxes or lines to write on, on a blank one.

A form is written once, as a list of questions and blocks; `laid_out` gathers neighbouring answers into one block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.codes import Code, code_list
from app.papers import wording
from app.security.structs.papers import Block, Field, Fields, Prose, Tick, Ticks

Asked = Field | Block
Offered = Callable[[Code], bool]
_WIDE: Final = 28  # letters of a label that fit into a third of the width
_LINE: Final = 58  # letters that fit beside a label
_ROOM_OF_A_BOX: Final = 7  # letters a box with its gaps takes


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a form asks: `blank` ones leave room for the answer."""

    blank: bool = False

    def line(self, label: str, value: str = "") -> Field:
        """An answer of one line, or of a few."""
        return Field(label, value)

    def one(self, label: str, name: str, value: str | None = "", only: Offered | None = None) -> Asked:
        """One code of a list; on a blank form every code (of those `only` lets through) with a box."""
        return _boxes(label, name, (), only) if self.blank else Field(label, wording.code(name, value))

    def several(self, label: str, name: str, values: Sequence[str] = ()) -> Asked:
        """Several codes of a list; on a blank form every code with a box."""
        return _boxes(label, name, ()) if self.blank else Field(label, wording.codes(name, values))

    def boxes(self, label: str, name: str, values: Sequence[str] = ()) -> Ticks:
        """Every code of a list with its box, ticked where it holds, also on a filled form."""
        return _boxes(label, name, values)

    def prose(self, label: str, text: str = "", lines: int = 4) -> Prose:
        """A long answer."""
        return Prose(label, text, lines)


def laid_out(asked: Iterable[Asked]) -> tuple[Block, ...]:
    """The blocks of a form: answers that follow one another stand in one block."""
    return tuple(_gathered(asked))


def _gathered(asked: Iterable[Asked]) -> Iterator[Block]:
    waiting: list[Field] = []
    for each in asked:
        if isinstance(each, Field):
            waiting.append(each)
            continue
        if waiting:
            yield Fields(tuple(waiting))
            waiting = []
        yield each
    if waiting:
        yield Fields(tuple(waiting))


def _boxes(label: str, name: str, chosen: Sequence[str], only: Offered | None = None) -> Ticks:
    offered = [entry for entry in code_list(name) if entry.active or entry.code in chosen]
    offered = [entry for entry in offered if only is None or only(entry)]
    return Ticks(label, tuple(Tick(entry.id, entry.code in chosen) for entry in offered), _columns(offered))


def _columns(offered: Sequence[Code]) -> int:
    """Beside the label where all fit into one line; else as many columns as the longest allows."""
    lengths = [len(entry.id) for entry in offered]
    if sum(lengths) + _ROOM_OF_A_BOX * len(lengths) <= _LINE:
        return 0
    return 3 if max(lengths) <= _WIDE else 2
