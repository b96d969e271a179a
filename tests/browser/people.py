"""The people of the office at a browser: named acts, found by role and label, never by the markup.

Every act works the same with and without scripting, on a phone and at a desk: nothing here evaluates a script.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from app.reports.counting.titles import title_of
from tests.browser import accessibility
from tests.browser.office import PASSWORD, Office, staff
from tests.browser.words import Tongue

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@dataclass(frozen=True)
class Child:
    """A client as the worker knows it."""

    name: str
    sex: str
    age: int
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Suspect:
    """A reported person, and what this person is to every client."""

    name: str
    relation: str


@dataclass(frozen=True)
class Report:
    """A report as told: everything the minimum asks for."""

    channel: str
    place: str
    children: tuple[Child, ...]
    suspects: tuple[Suspect, ...]
    story: str = "Cerita yang dikarang untuk uji."


@dataclass
class Person:
    """Somebody in a window of their own."""

    office: Office
    page: Any
    say: Tongue
    scripting: bool = True
    complaints: list[str] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, said: Any) -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    # --- at the door --------------------------------------------------------------------------------------------------

    def signs_in(self, role: str) -> None:
        """Sign in as the person of this role."""
        self.page.goto(f"{self.office.url}/sign-in")
        if self.page.locator("html").get_attribute("lang") != self.say.language:
            self.chooses_language()
        self.types("E-mail", staff()[role])
        self.types("Password", PASSWORD)
        self.presses("Sign in")
        self.page.locator("summary.menu__open").wait_for()
        if self.page.locator("html").get_attribute("lang") != self.say.language:  # the account's language wins
            self.page.locator("summary.menu__open").click()
            self.chooses_language()
        if (
            "/notices/digest" in self.page.url
        ):  # no mail server: the first sign-in of the day shows it to who watches deadlines
            self.presses("Read, go on")
        self.reads(self.say("Home"))

    def chooses_language(self) -> None:
        """Press the one button that offers the other language."""
        self.page.get_by_role("button", name=re.compile("^(English|Bahasa Indonesia)$")).click()
        self.page.locator(f"html[lang={self.say.language}]").wait_for(state="attached")

    def signs_out(self) -> None:
        """By the menu of the person's name."""
        self.page.locator("summary.menu__open").click()
        with self.page.expect_navigation():
            self.presses("Log out")

    def leaves_quickly(self) -> None:
        """Press *Quick exit*."""
        self.presses("Quick exit")

    # --- finding one's way --------------------------------------------------------------------------------------------

    def goes_to(self, place: str, *further: str) -> None:
        """By the menu, whichever this width has. Each step waits for its page: the menu of the page before offers other places."""
        for step in (place, *further):
            links = self.page.get_by_role("navigation").get_by_role("link", name=self.say(step), exact=True)
            if not any(link.is_visible() for link in links.all()):
                self.page.locator("summary.bar__link").click()
            with self.page.expect_navigation():
                next(link for link in links.all() if link.is_visible()).click()

    def opens(self, path: str) -> None:
        """Type an address of the office."""
        self.page.goto(self.office.url + path)

    def opens_case(self, number: str) -> None:
        """By the list of cases."""
        self.goes_to("Cases")
        self.main.get_by_role("link", name=number, exact=True).click()
        self.reads(number)

    def follows(self, words: str, **values: object) -> None:
        """Press a link of the page."""
        self.main.get_by_role("link", name=self.say(words, **values), exact=True).first.click()

    def presses(self, words: str, *, within: Any = None) -> None:
        """Press a button."""
        (within or self.page).get_by_role("button", name=self.say(words), exact=True).first.click()

    @property
    def main(self) -> Any:
        """The page itself, without what stands around it."""
        return self.page.get_by_role("main")

    @property
    def words(self) -> str:
        """What the page says."""
        return str(self.main.inner_text())

    def reads(self, *said: str) -> None:
        """The heading of the page is one of these, or the page holds all of them."""
        for words in said:
            self.main.get_by_text(words, exact=False).first.wait_for(state="attached")

    # --- filling in ---------------------------------------------------------------------------------------------------

    def types(self, label: str, value: str, *, within: Any = None, **values: object) -> None:
        """Fill in a box."""
        box = (within or self.page).get_by_label(self.say.label(label, **values))
        box.and_(self.page.locator("input, textarea")).first.fill(value)

    def chooses(self, label: str, option: str, *, within: Any = None, **values: object) -> None:
        """Choose of a list the option that holds these words."""
        box = (within or self.page).get_by_role("combobox", name=self.say.label(label, **values)).first
        found = box.locator("option", has_text=re.compile(rf"^\s*{re.escape(option)}"))
        box.select_option(value=found.first.get_attribute("value"))

    def ticks(self, question: str, *answers: str, **values: object) -> None:
        """Choose answers of a question with radio buttons or boxes."""
        group = self.page.get_by_role("group", name=self.say.label(question, **values)).first
        for answer in answers:
            group.get_by_label(answer, exact=True).first.check()

    def confirms(self, sentence: str) -> None:
        """Tick a box with a sentence of its own."""
        self.page.get_by_label(self.say.label(sentence)).check()

    # --- looking ------------------------------------------------------------------------------------------------------

    def checks_the_page(self) -> None:
        """Nothing wider than the window, one heading, and nothing that axe-core finds fault with."""
        self.page.get_by_role("heading", level=1).first.wait_for()
        assert self.page.get_by_role("heading", level=1).count() == 1, self.page.url
        if self.scripting:
            width = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert width <= 0, f"{self.page.url} is {width} pixels too wide"
            faults = accessibility.faults_of_a_new_look(self.page)
            if faults:
                self.unreachable.append("\n".join([self.page.url, *faults]))


class Administrator(Person):
    """Looks after accounts and the directory."""

    def adds_institution(self, name: str, kind: str, beds: int | None = None) -> None:
        """Put an institution into the directory; a shelter with its beds."""
        self.goes_to("Settings", "Institutions")
        self.follows("New institution")
        self.types("Name", name)
        self.chooses("Type", self.say.code("institution_type", kind))
        if beds is not None:
            self.types("Beds", str(beds))
        self.checks_the_page()
        with self.page.expect_navigation():
            self.presses("Save")


class Caseworker(Person):
    """Takes reports in and refers."""

    def records_a_case(self, report: Report) -> str:
        """From search to register number, in one flow. Gives the number."""
        self.goes_to("Intake")
        self.checks_the_page()
        self.types("Name or nickname", report.children[0].name)
        self.presses("Search and begin")
        self.page.wait_for_url(re.compile(r"/intake/(search|[0-9a-f-]{36})"))
        if self.page.url.endswith("/search"):  # a family of that name is known: it is another one
            self.presses("None of these matters: new report")
        self._writes_report(report)
        for number, child in enumerate(report.children, start=1):
            self._describes_client(child, is_last=number == len(report.children))
        for number, suspect in enumerate(report.suspects, start=1):
            self._describes_suspect(suspect, report, is_last=number == len(report.suspects))
        self._screens()
        return self.number_of_case()

    def number_of_case(self) -> str:
        """The register number in the heading of a case file."""
        heading = self.page.get_by_role("heading", level=1).inner_text()
        found = re.search(r"\S*\d{4}\S*", heading)
        assert found, heading
        return found[0]

    def _writes_report(self, report: Report) -> None:
        self.reads(self.say("Report and incident"))
        self.checks_the_page()
        today = self.page.get_by_label(self.say.label("Day of the report")).input_value()
        self.chooses("How the report came in", self.say.code("channel", report.channel))
        self.types("Day of the incident", today)
        kecamatan = self.page.get_by_label(self.say.label("Kecamatan or village of the incident"))
        kecamatan.select_option(value="63.03.05")
        self.chooses("Kind of place", self.say.code("place", report.place))
        self.types("What happened", report.story)
        self.presses("Save and go on")

    def _describes_client(self, child: Child, *, is_last: bool) -> None:
        self.page.get_by_role("group", name=self.say.label("Kinds of violence")).wait_for()
        self.checks_the_page()
        self.types("Name", child.name)
        self.ticks("Sex", self.say.code("sex", child.sex))
        self.types("Age now, if the birth date is not known", str(child.age))
        self.ticks("Kinds of violence", *(self.say.code("violence", kind) for kind in child.kinds))
        self.ticks("Is it safe to call?", self.say.code("yes_no_unknown", "YA"))
        self.presses("Save and go on" if is_last else "Save, then one more client")

    def _describes_suspect(self, suspect: Suspect, report: Report, *, is_last: bool) -> None:
        self.page.get_by_label(re.compile(re.escape(report.children[0].name))).first.wait_for()
        self.checks_the_page()
        self.types("Name", suspect.name)
        relation = self.say.code("relationship_detail", suspect.relation)
        for child in report.children:
            self.chooses("What is this person to %(name)s?", relation, name=child.name)
        self.ticks("Sex", self.say.code("sex", "L"))
        self.presses("Save and go on" if is_last else "Save, then one more")

    def _screens(self) -> None:
        self.reads(self.say("Danger"))
        self.checks_the_page()
        self.confirms("I have gone through all the signs")
        self.ticks("Risk", self.say.code("risk", "RK_SEDANG"))
        self.ticks("Authority", self.say.code("authority", "AU_KABKOTA"))
        self.presses("Save and register")
        self.page.wait_for_url(re.compile(r"/(cases/[0-9a-f-]{36}|intake/[0-9a-f-]{36}/check)$"))
        if self.page.url.endswith("/check"):  # a child under five suggests a higher risk: that is asked once
            self.checks_the_page()
            self.presses("Register")
            self.page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}$"))

    def refers(self, child: str, institution: str, service: str) -> None:
        """From the case file: refer one client, on the consent of the mother, and mark it as sent."""
        case = self.page.url
        self.follows("Refer")
        self.chooses("Institution", institution)
        self.page.get_by_role("group", name=self.say.label("For whom")).get_by_label(
            re.compile(f"^{re.escape(child)}")
        ).check()
        self.ticks("Services asked for", self.say.code("service", service))
        self.types("Short reason", "Perlu ditangani lebih lanjut.")
        self.ticks("On what ground", self.say("Record the consent now"))
        self.ticks("Who consents", self.say.code("consent_basis", "CB_WALI"))
        self.ticks(
            "Is the signer a reported person, or against the client's interest?",
            self.say.code("yes_no_unknown", "TIDAK"),
        )
        self.types("Who signed", "Rohani Sastra")
        self.checks_the_page()
        self.presses("Save and mark as sent")
        self.page.wait_for_url(re.compile(r"/referrals/[0-9a-f-]{36}$"))
        self.checks_the_page()
        self.page.goto(case)


class Supervisor(Person):
    """Watches the deadlines and the numbers."""

    def registers(self, number: str, manager: str) -> None:
        """Approve a reported case, and name who manages it from now on."""
        self.opens_case(number)
        case = self.page.url
        self.main.get_by_role("link", name=self.say.step("approve"), exact=True).click()
        self.page.wait_for_url(re.compile(r"/steps/approve$"))
        self.checks_the_page()
        self.chooses("Case manager", manager)
        self.main.get_by_role("button", name=self.say.step("approve"), exact=True).click()
        self.page.wait_for_url(case)
        self.reads(self.say.code("stage", "ST2_REGISTRASI"))

    def sees_clocks(self, number: str) -> str:
        """What the board says about a case."""
        self.goes_to("Oversight")
        self.checks_the_page()
        region = self.page.get_by_role("region", name=self.say("Case %(number)s", number=number))
        return "\n".join(str(each.inner_text()) for each in region.all())

    def sees_recap(self, table: str) -> dict[str, int]:
        """A table of this month's recap: its rows with their numbers, and its sum under its own word."""
        figure = self.page.get_by_role("region", name=title_of(table)[self.say.language], exact=True).first
        rows = {}
        for row in figure.get_by_role("row").all():
            cells = row.get_by_role("cell").all()
            if cells:
                name = row.get_by_role("rowheader").first.inner_text().strip()
                rows[name] = int(cells[0].inner_text().replace(".", "").replace(",", ""))
        return rows
