"""What people do to a case, as data: by which links a page is reached, what is answered on it, which button is pressed.

Words are message ids of the catalogue, labels of code lists or of steps, so that one act is done in either language. What people type
(names, days, narratives) stays as it is. Everything is found by role and label, as in `people`; whatever is folded away is unfolded as a
person would do it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.domain.consents import statements
from app.domain.referrals import steps as referral_steps
from tests.browser.people import Person
from tests.browser.words import Tongue, pattern

Word = str | Callable[[Tongue], str]
"""A message id, or how to find the words in a language."""
Answer = Callable[["Sheet"], None]

MANAGER = "MANAJER"
SUPERVISOR = "SUPERVISOR"
LASTS = 250  # days from the report of a story to the day on which it is played
CASE = re.compile(r"/cases/[0-9a-f-]{36}([?#].*)?$")


# --- words ------------------------------------------------------------------------------------------------------------


def code(name: str, value: str) -> Word:
    """The label of a code."""
    return lambda say: say.code(name, value)


def step(value: str) -> Word:
    """What a step of the case is called."""
    return lambda say: say.step(value)


def referral_step(value: str) -> Word:
    """What a step of a referral is called."""
    found = next(each for each in referral_steps() if each.code == value)
    return lambda say: found.en if say.language == "en" else found.id


def statement(key: str) -> Word:
    """One of the statements of the form F4, as its box shows it."""
    found = next(each for each in statements() if each.key == key)
    return lambda say: f"{found.letter}) {found.en if say.language == 'en' else found.id}"


def numbered(message: str, number: int) -> Word:
    """A sentence that holds a number."""
    return lambda say: say(message, number=number)


def own(text: str) -> Word:
    """Words that are the same in both languages: names, numbers."""
    return lambda say: text


# --- answers ----------------------------------------------------------------------------------------------------------


@dataclass
class Sheet:
    """A page with a form, in front of somebody; `part` is the folded part of it one is in."""

    person: Person
    begins: date
    part: Any = None

    def say(self, word: Word) -> str:
        """The word in the person's language."""
        return said(self.person, word)

    def box(self, label: Word) -> Any:
        """The first box, list or text with this label, in sight."""
        return self._in_sight(
            self._here.get_by_label(self._label(label)).and_(self._here.locator("input, textarea, select"))
        )

    def group(self, question: Word) -> Any:
        """The answers of a question, in sight."""
        return self._in_sight(self._here.get_by_role("group", name=self._label(question), include_hidden=True))

    @property
    def _here(self) -> Any:
        return self.part or self.person.main

    def _label(self, word: Word) -> re.Pattern[str]:
        return self.person.say.label(self.say(word))

    def _in_sight(self, found: Any) -> Any:
        return unfolded(found.first)


def unfolded(control: Any) -> Any:
    """The control, with everything unfolded that it stands in."""
    folded = control.locator("xpath=ancestor::details[not(@open)]")
    while folded.count():
        folded.first.locator("> summary").click()
    return control


def said(person: Person, word: Word) -> str:
    """The word in the person's language."""
    return person.say(word) if isinstance(word, str) else word(person.say)


def types(label: Word, text: str) -> Answer:
    """Write into a box."""
    return lambda sheet: sheet.box(label).fill(text)


def day(label: Word, after: int) -> Answer:
    """Enter a day, counted from the report of the story."""

    def enter(sheet: Sheet) -> None:
        box, on = sheet.box(label), sheet.begins + timedelta(days=after)
        box.fill(on.isoformat() if box.get_attribute("type") == "date" else f"{on:%d/%m/%Y}")

    return enter


def picks(label: Word, option: Word) -> Answer:
    """Choose of a list the option that begins with these words."""

    def choose(sheet: Sheet) -> None:
        box = sheet.box(label)
        option_there = box.locator("option", has_text=re.compile(rf"^\s*{pattern(sheet.say(option))}"))
        box.select_option(value=option_there.first.get_attribute("value"))

    return choose


def ticks(question: Word, *options: Word) -> Answer:
    """Choose answers of a question with radio buttons or boxes."""

    def tick(sheet: Sheet) -> None:
        group = sheet.group(question)
        for option in options:
            group.get_by_label(re.compile(rf"^\s*{pattern(sheet.say(option))}")).first.check()

    return tick


def confirms(sentence: Word) -> Answer:
    """Tick a box with a sentence of its own."""
    return lambda sheet: sheet.box(sentence).check()


def inside(fold: Word, *answers: Answer) -> Answer:
    """Answers within one folded part of a page, where several parts ask the same."""

    def answer(sheet: Sheet) -> None:
        summary = sheet.person.main.locator("summary").filter(has_text=sheet.say(fold)).first
        part = summary.locator("xpath=..")
        if part.get_attribute("open") is None:
            summary.click()
        for each in answers:
            each(Sheet(sheet.person, sheet.begins, part))

    return answer


def attaches(label: Word, name: str, content: Callable[[], bytes]) -> Answer:
    """Choose a file."""
    there = {"name": name, "mimeType": "application/octet-stream"}
    return lambda sheet: sheet.box(label).set_input_files([there | {"buffer": content()}])


# --- acts -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """A link of a page: its words, the part of the page it stands in, and which of several."""

    words: Word
    part: Word = ""
    which: int = 0

    def walk(self, person: Person) -> None:
        """Press it, and wait for the page."""
        where = person.main
        if self.part:
            heading = person.page.get_by_role("heading", name=said(person, self.part), exact=True)
            where = where.locator("section").filter(has=heading).last
        links = where.get_by_role("link", name=said(person, self.words), exact=True, include_hidden=True)
        assert links.count() > self.which, f"{person.page.url} has no link “{said(person, self.words)}”"
        link = unfolded(links.nth(self.which))
        with person.page.expect_navigation():
            link.click()


@dataclass(frozen=True)
class Act:
    """One page of the work: who does it, how it is reached from where one is, what is answered, what is pressed."""

    who: str
    ways: tuple[Way, ...] = ()
    answers: tuple[Answer, ...] = ()
    button: Word = ""
    or_button: Word = ""  # where the page leads on by another one
    stays: bool = False  # on the page it leads to, because the next act goes on from there

    def do(self, person: Person, begins: date) -> None:
        """Walk, look, answer, press, and look again."""
        for way in self.ways:
            way.walk(person)
            person.checks_the_page()
        if not self.button:
            return
        sheet = Sheet(person, begins)
        for answer in self.answers:
            answer(sheet)
        press(person, self.button, self.or_button)
        person.checks_the_page()


def press(person: Person, *buttons: Word) -> None:
    """Press the first button of these that the form has; what the page refuses is the failure."""
    named = (person.main.get_by_role("button", name=said(person, each), exact=True) for each in buttons if each)
    button = next((each for each in named if each.count()), None)
    assert button is not None, f"{person.page.url} has no button “{said(person, buttons[0])}”"
    with person.page.expect_navigation():
        button.first.click()
    refused = person.main.locator(".error-summary")
    assert not refused.count(), f"{person.page.url}: {refused.first.inner_text()}"


@dataclass
class Desk:
    """Everybody who works on one case, each in a window."""

    people: dict[str, Person]
    begins: date
    number: str = ""
    at: str = field(default="", init=False)

    def play(self, act: Act) -> None:
        """Do an act. Whoever was elsewhere finds the case in the list first; afterwards one is back on the case."""
        person = self.people[act.who]
        if self.number and act.who != self.at:
            person.opens_case(self.number)
            person.checks_the_page()
        self.at = act.who
        act.do(person, self.begins)
        if not act.stays and self.number:
            back_to_case(person)


def back_to_case(person: Person) -> None:
    """By the link back of each page."""
    for _level in range(4):
        if CASE.search(person.page.url):
            return
        with person.page.expect_navigation():
            person.page.locator(".back").get_by_role("link").first.click()
    raise AssertionError(f"no way from {person.page.url} back to the case")
