"""How complete an intake is: what must be there to register it, and what the statistics will miss (design 6).

The list of what is wanted beyond the minimum is a table: field, and for whom it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from app.cases import validation
from app.cases.derive import CHILD_UNDER, is_child, with_ages
from app.domain.errors import Problem
from app.security.structs.intake import Intake, IntakeClient, IntakeReported


class Page(StrEnum):
    """The pages of an intake."""

    REPORT = "report"
    CLIENT = "client"
    REPORTED = "reported"
    SCREENING = "screening"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands: the page, the person it is about, and the path of the field on that page."""

    page: Page
    field: str
    person: UUID | None = None
    number: int = 0  # of the person, from 1
    path: str = ""  # as `validation` gives it


@dataclass(frozen=True, slots=True)
class Measure:
    """How much is there: done of all that is asked, what the minimum lacks, what else is lacking."""

    done: int
    of: int
    minimum: tuple[Spot, ...]
    wanted: tuple[Spot, ...]


def measure(intake: Intake) -> Measure:
    """The state of an intake. An answer "not known" counts as an answer; an empty field does not."""
    minimum = tuple(spot(problem.field, intake) for problem in validation.required_for_registration(intake))
    asked = [*_wanted(intake)]
    lacking = tuple(place for place, filled in asked if not filled)
    of = len(asked) + _minimum_size(intake)
    return Measure(of - len(minimum) - len(lacking), of, minimum, lacking)


def spot(path: str, intake: Intake) -> Spot:
    """Where a path of `validation` stands on the pages."""
    parts = path.split(".")
    if parts[0] in {"clients", "reported"}:
        return _person_spot(path, parts, intake)
    if parts[0] == "screening":
        return Spot(Page.SCREENING, ".".join(parts[1:]), path=path)
    return Spot(Page.REPORT, path, path=path)


def of_person(problems: tuple[Problem, ...], intake: Intake, person: UUID) -> tuple[Problem, ...]:
    """The problems of one person."""
    return tuple(problem for problem in problems if spot(problem.field, intake).person == person)


def _person_spot(path: str, parts: list[str], intake: Intake) -> Spot:
    page = Page.CLIENT if parts[0] == "clients" else Page.REPORTED
    people: tuple[IntakeClient | IntakeReported, ...] = intake.clients if page is Page.CLIENT else intake.reported
    number = int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else -1
    if not 0 <= number < len(people):
        return Spot(page, "", path=path)
    field = ".".join(parts[2:])
    if parts[2:3] == ["relations"]:
        field = f"relations.{parts[3]}.relationship"
    field = FIRST_OF_ROWS.get(field, field)
    return Spot(page, field, people[number].id, number + 1, path)


def _minimum_size(intake: Intake) -> int:
    """How many answers the minimum of design 6 asks for."""
    pairs = len(intake.clients) * len(intake.reported)
    of_clients = sum(5 if client.profile.capacity == "KORBAN" else 4 for client in intake.clients)
    return 8 + of_clients + pairs


FIRST_OF_ROWS: Final = {
    "profile.categories": "profile.categories.0.item",
    "profile.diversion": "profile.diversion.0.stage",
}
"""What is wrong with rows as a whole stands on the first: a list has no control of its own."""


FOREIGN: Final = "WNA"
_ClientRule = Callable[[IntakeClient, bool | None], bool]


def _everybody(_client: IntakeClient, _child: bool | None) -> bool:
    return True


def _children(_client: IntakeClient, child: bool | None) -> bool:
    return child is True


def _adults(_client: IntakeClient, child: bool | None) -> bool:
    return child is False


def _foreigners(client: IntakeClient, _child: bool | None) -> bool:
    return client.profile.citizenship == FOREIGN


OF_REPORT: Final = (
    "report.reporter_kind",
    "report.reporter.name",
    "incident.place",
    "incident.online",
    "incident.chronology.text",
)
OF_CLIENT: Final[tuple[tuple[str, _ClientRule], ...]] = (
    ("identity.birth_date", _everybody),
    ("identity.nik", _everybody),
    ("identity.address", _everybody),
    ("profile.residence", _everybody),
    ("profile.education", _everybody),
    ("profile.in_school", _children),
    ("profile.occupation", _everybody),
    ("profile.marital", _adults),
    ("profile.disability", _everybody),
    ("profile.citizenship", _everybody),
    ("profile.needs", _everybody),
    ("profile.country", _foreigners),
    ("profile.kdrt", _everybody),
    ("identity.guardian_name", _children),
)
OF_REPORTED: Final = ("identity.name", "profile.age", "profile.education", "profile.occupation", "profile.marital")
OF_SCREENING: Final = ("authority",)
_UNBORN_LACK: Final = frozenset(
    {"identity.birth_date", "identity.nik", "profile.education", "profile.in_school", "profile.occupation"}
)


def _wanted(intake: Intake) -> Iterator[tuple[Spot, bool]]:
    for field in OF_REPORT:
        yield Spot(Page.REPORT, field, path=field), _filled(intake, field)
    for number, client in enumerate(intake.clients, start=1):
        child = _child(client, intake)
        for field, asked in OF_CLIENT:
            if asked(client, child) and not (client.profile.unborn and field in _UNBORN_LACK):
                place = Spot(Page.CLIENT, field, client.id, number, f"clients.{number - 1}.{field}")
                yield place, _filled(client, field)
    for number, person in enumerate(intake.reported, start=1):
        foreign = ("profile.country",) if person.profile.citizenship == FOREIGN else ()
        for field in (*OF_REPORTED, *foreign):
            place = Spot(Page.REPORTED, field, person.id, number, f"reported.{number - 1}.{field}")
            yield place, _filled(person, field) or (field == "profile.age" and person.identity.birth_date is not None)
    for field in OF_SCREENING:
        yield Spot(Page.SCREENING, field, path=f"screening.{field}"), _filled(intake.screening, field)


def _child(client: IntakeClient, intake: Intake) -> bool | None:
    """Whether the client was a child; None where days or ages are not there yet."""
    reported_on = intake.report.on or intake.incident.first_on
    if reported_on is None:
        age = client.profile.stated_age
        return True if client.profile.unborn else None if age is None else age < CHILD_UNDER
    return is_child(with_ages(client.profile, client.identity, intake.incident.first_on, reported_on))


def _filled(document: Any, path: str) -> bool:
    value = document
    for name in path.split("."):
        value = getattr(value, name)
    return value not in ("", None, ())
