"""Planting strings in a working day and looking for them afterwards, in every file and in every shape a leak could have.

`Plant` is one string that must not be found. `scan` looks for it in UTF-8 and UTF-16, in any case, percent-encoded, in hexadecimal, and
in base64 at all three alignments. `Desk` is a browser without scripting: it fills in the form a page shows and sends all of it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import numpy as np
from flask.testing import FlaskClient

_ZEROS = bytes(64)
_STEP = 1 << 22


# --- what is looked for ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plant:
    """One string and what it is, so that a failure names the leak and not the secret's neighbours."""

    what: str
    text: str


@dataclass(frozen=True)
class Hit:
    """A plant that was found."""

    what: str
    shape: str
    place: str


def shapes(text: str) -> Iterator[tuple[str, bytes, bool]]:
    """Every shape of a text with its name; the last value says whether case does not matter (then it is lower case)."""
    low = text.lower()
    yield "utf-8", low.encode(), True
    yield "utf-16-le", low.encode("utf-16-le"), True
    yield "utf-16-be", low.encode("utf-16-be"), True
    yield "hex", text.encode().hex().encode(), True
    for name, quoted in (("percent", quote(text, safe="")), ("form", quote_plus(text))):
        if quoted != text:
            yield name, quoted.lower().encode(), True
    for variant in dict.fromkeys((text, text.lower(), text.upper())):
        for coded in (variant.encode(), variant.encode("utf-16-le")):
            yield from _base64(coded)


def _base64(data: bytes) -> Iterator[tuple[str, bytes, bool]]:
    """The characters of a base64 text that depend on this data alone, for each of the three places it can begin at."""
    for offset in range(3):
        whole = base64.b64encode(bytes(offset) + data).decode()
        start = -(-offset * 8 // 6)
        end = (offset + len(data)) * 8 // 6
        inner = whole[start:end]
        for name, shown in (("base64", inner), ("base64url", inner.translate(str.maketrans("+/", "-_")))):
            if name == "base64" or shown != inner:
                yield f"{name}+{offset}", shown.encode(), False


class Finder:
    """Looks for all shapes of all plants in one pass: the first three bytes of each lead to the few that may stand there."""

    def __init__(self, plants: Iterable[Plant]) -> None:
        self._wanted: dict[bool, dict[int, list[tuple[bytes, Plant, str]]]] = {True: {}, False: {}}
        for plant in plants:
            for shape, wanted, any_case in shapes(plant.text):
                self._wanted[any_case].setdefault(_key(wanted), []).append((wanted, plant, shape))

    def find(self, data: bytes, place: str) -> list[Hit]:
        """What stands in these bytes; each plant once a shape."""
        exact = data.replace(_ZEROS, b"")
        found = {*self._in(exact, any_case=False), *self._in(exact.lower(), any_case=True)}
        return [Hit(what, shape, place) for what, shape in sorted(found)]

    def _in(self, data: bytes, *, any_case: bool) -> Iterator[tuple[str, str]]:
        wanted = self._wanted[any_case]
        table = np.zeros(1 << 24, dtype=bool)
        table[list(wanted)] = True
        for start in range(0, len(data), _STEP):
            part = np.frombuffer(data[start : start + _STEP + 2], dtype=np.uint8).astype(np.uint32)
            keys = (part[:-2] << 16) | (part[1:-1] << 8) | part[2:]
            for at in np.flatnonzero(table[keys]):
                for text, plant, shape in wanted[int(keys[at])]:
                    if data.startswith(text, start + int(at)):
                        yield plant.what, shape


def _key(text: bytes) -> int:
    return int.from_bytes(text[:3], "big")


def scan_bytes(data: bytes, plants: Iterable[Plant], place: str) -> list[Hit]:
    """What stands in these bytes."""
    return Finder(plants).find(data, place)


def scan(paths: Iterable[Path], plants: Sequence[Plant]) -> list[Hit]:
    """What stands in these files, and in their names; a folder means everything below it."""
    finder = Finder(plants)
    found: list[Hit] = []
    for path in _files(paths):
        found += finder.find(path.name.encode(), f"name of {path.name}")
        found += finder.find(path.read_bytes(), path.name)
    return found


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from (each for each in sorted(path.rglob("*")) if each.is_file()) if path.is_dir() else [path]


# --- a browser without scripting -------------------------------------------------------------------------------------


@dataclass
class Form:
    """A form of a page with what it would send as it stands."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.title = ""
        self._select = ""
        self._text = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "title":
            self._in_title = True
        if tag == "form":
            self.forms.append(Form(given.get("action") or "", (given.get("method") or "get").lower()))
        name = given.get("name") or ""
        if not self.forms or (not name and tag != "option"):
            return
        if tag in {"input", "select", "textarea", "button"}:
            self.forms[-1].names.add(name)
        if tag == "input":
            self._input(name, given)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._add(self._select, given.get("value") or "")
        elif tag == "textarea":
            self._text = name
            self._add(name, "")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"
        self._select = "" if tag == "select" else self._select
        self._text = "" if tag == "textarea" else self._text

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""
        if self._text:
            self.forms[-1].values[self._text][-1] += data.removeprefix("\n")

    def _input(self, name: str, given: Mapping[str, str | None]) -> None:
        kind = (given.get("type") or "text").lower()
        if kind in {"submit", "button", "reset"} or (kind in {"checkbox", "radio"} and "checked" not in given):
            return
        self._add(name, given.get("value") or ("on" if kind == "checkbox" else ""))

    def _add(self, name: str, value: str) -> None:
        self.forms[-1].values.setdefault(name, []).append(value)


def read_page(text: str) -> _Page:
    """Title and forms of a page."""
    page = _Page()
    page.feed(text)
    return page


@dataclass
class Desk:
    """A signed-in browser that remembers every address it asked for and every title it saw."""

    client: FlaskClient
    addresses: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    pages: int = 0

    def get(self, address: str, status: int = 200) -> str:
        """Open a page."""
        return self._answered(self.client.get(address), f"GET {address}", status)

    def send(self, page: str, action: str = "", status: int = 303, /, **wanted: Any) -> str:
        """Fill in the form of a page (the one with these fields, or with this action) and send it; where it led, or its text."""
        form = self.form(self.get(page), set(wanted), action)
        return self.post(form.action or page, {**form.values, **wanted}, status)

    def post(self, address: str, values: Mapping[str, Any], status: int = 303) -> str:
        """Send these values; files are pairs of bytes and name."""
        body, kind = multipart(values) if any(map(is_file, flat(values))) else (None, None)
        answer = self.client.post(address, data=values if body is None else body, content_type=kind)
        text = self._answered(answer, f"POST {address}", status)
        return str(answer.headers["Location"]) if answer.status_code in {302, 303} else text

    def form(self, text: str, wanted: set[str], action: str = "") -> Form:
        posts = [form for form in read_page(text).forms if form.method == "post"]
        exact = [form for form in posts if form.action == action and action]
        for form in exact or [form for form in posts if action in form.action and wanted <= form.names]:
            return form
        raise AssertionError(f"no form with {sorted(wanted)} {action}")

    def _answered(self, answer: Any, line: str, status: int) -> str:
        text = str(answer.get_data(as_text=True)) if answer.mimetype.startswith("text/") else ""
        self.addresses += [
            line,
            str(answer.headers.get("Location", "")),
            str(answer.headers.get("Content-Disposition", "")),
        ]
        self.pages += 1
        title = read_page(text).title
        self.titles.append(title)
        assert answer.status_code == status, f"{line}: {answer.status_code} {title} {visible_errors(text)}"
        return text


def flat(values: Mapping[str, Any]) -> Iterator[Any]:
    """Every single value."""
    for value in values.values():
        yield from value if isinstance(value, list) else [value]


def is_file(value: Any) -> bool:
    """Whether a value is a file: bytes and name."""
    return isinstance(value, tuple) and isinstance(value[0], bytes)


def multipart(values: Mapping[str, Any]) -> tuple[bytes, str]:
    """A form with files as browsers send it. The test client would put a large one into a temporary file as it is."""
    mark, parts = "batas-" + "x" * 20, []
    for name, value in values.items():
        for each in value if isinstance(value, list) else [value]:
            file = is_file(each)
            about = f'; filename="{each[1]}"\r\nContent-Type: application/octet-stream' if file else ""
            head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{about}\r\n\r\n'
            parts.append(head.encode() + (each[0] if file else str(each).encode()) + b"\r\n")
    return b"".join([*parts, f"--{mark}--\r\n".encode()]), f"multipart/form-data; boundary={mark}"


def visible_errors(text: str) -> list[str]:
    """What a page says is wrong, for the message of a failed test."""
    found = re.findall(r'class="[^"]*(?:error|field__error)[^"]*"[^>]*>(.*?)</', text, re.S)
    return [re.sub(r"<[^>]+>|\s+", " ", each).strip()[:120] for each in found][:12]
