"""Forms as a browser has them: every control with its kind, filling all of them in, and what would be sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

NOT_TYPED = frozenset({"hidden", "submit", "button", "reset", "image", "file", "password"})


@dataclass
class Control:
    """One control; a drop-down and a group of radio buttons or boxes is several, under one name."""

    kind: str
    name: str
    value: str = ""
    is_on: bool = True
    most: int = 200


@dataclass
class Form:
    """One form of a page."""

    action: str
    method: str
    keeps: bool = False
    controls: list[Control] = field(default_factory=list)

    @property
    def typed(self) -> set[str]:
        """Names of controls somebody types into or chooses from."""
        return {each.name for each in self.controls if each.kind not in NOT_TYPED}

    @property
    def asks_password(self) -> bool:
        """Whether one of its controls is a password."""
        return any(each.kind == "password" for each in self.controls)

    def value(self, name: str) -> str:
        """The value of the first control of a name, or nothing."""
        return next((each.value for each in self.controls if each.name == name), "")

    def sent(self) -> dict[str, list[str]]:
        """What a browser would send, buttons and files aside."""
        values: dict[str, list[str]] = {}
        for each in self.controls:
            if each.is_on and each.kind not in NOT_TYPED - {"hidden", "password"}:
                values.setdefault(each.name, []).append(each.value.replace("\r\n", "\n"))
        return values

    def answers(self) -> dict[str, list[str]]:
        """What of it was typed or chosen, empty boxes left out."""
        return {name: values for name, values in self.sent().items() if name in self.typed and any(values)}

    def fill_in(self) -> None:
        """Type something into every box, choose the last of every list, tick what was not ticked."""
        last = {each.name: each for each in self.controls if each.kind in {"radio", "option"} and each.value}
        for number, each in enumerate(self.controls):
            if each.kind in {"radio", "option"}:
                each.is_on = last.get(each.name) is each
            elif each.kind == "checkbox":
                each.is_on = not each.is_on
            elif each.kind not in NOT_TYPED:
                each.value = _typed(each.kind, number)[: each.most]


def _typed(kind: str, number: int) -> str:
    if kind == "date":
        return f"2026-05-{number % 28 + 1:02}"
    if kind == "time":
        return f"{number % 24:02}:15"
    if kind == "textarea":
        return f"Ketikan ke-{number}.\nBaris kedua."
    return f"ketikan {number}"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.list = Control("select", "")
        self.text: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(given.get("action", ""), given.get("method", "get").lower(), "data-keep" in given)
            self.forms.append(self.open)
        elif self.open is not None:
            self._control(tag, given, self.open)

    def _control(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, most = given.get("name", ""), int(given.get("maxlength", 200))
        if tag == "select":
            self.list = Control("select", name)
        elif tag == "option":
            form.controls.append(Control("option", self.list.name, given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self.text = Control("textarea", name, most=most)
            form.controls.append(self.text)
        elif tag in {"input", "button"} and name:
            kind = given.get("type", "text" if tag == "input" else "submit").lower()
            is_on = kind not in {"radio", "checkbox"} or "checked" in given
            form.controls.append(Control(kind, name, given.get("value", ""), is_on, most))

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "textarea" and self.text is not None:
            self.text.value = self.text.value.removeprefix("\r\n").removeprefix("\n")
            self.text = None


def forms_of(page: str) -> Iterator[Form]:
    """Every form of a page that is posted."""
    reader = _Reader()
    reader.feed(page)
    yield from (form for form in reader.forms if form.method == "post")
