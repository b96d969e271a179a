"""What the reader finds in a file, or why it does not take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Refusal(Exception):
    """The file is not taken. `params` hold numbers and kinds, never anything that stands in the file."""

    def __init__(self, code: str, params: Mapping[str, object] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = {name: str(value) for name, value in (params or {}).items()}


@dataclass(frozen=True)
class Part:
    """A rendition: what it is for, its media type, its bytes."""

    role: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Found:
    """What the reader found: the media type by content, pages of a PDF, renditions."""

    media_type: str
    pages: int = 0
    parts: tuple[Part, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
