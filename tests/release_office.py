"""Releases for the tests: a quarter of invented victims, and a release made of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.domain.access import Actor, Capability
from app.releases import returning, services
from app.reports.periods import of_year
from app.security.structs.releases import ReturnNote
from tests import reporting
from tests.factories import Office

QUARTER = 1
YEAR = 2026
NOTE = ReturnNote(institution="Dinas PPPA rekaan", office="Kepala Bidang rekaan", purpose="Rapat koordinasi")


def victims(office: Office, unit_id: UUID, girls: int, boys: int = 0, day: date = date(2026, 2, 2)) -> None:
    """One case with so many children, reported in the first quarter."""
    clients = [reporting.child(9, "P", ("VK_FISIK",), day) for _ in range(girls)]
    clients += [reporting.child(4, "L", ("VK_FISIK",), day) for _ in range(boys)]
    reporting.make_case(office, reporting.intake(clients, day=day), unit_id=unit_id)


def able(unit_id: UUID) -> Actor:
    """Somebody of the unit who may do everything and is no person: the operator seen from the unit."""
    return Actor(None, unit_id, ("SYSTEM",), frozenset(Capability), system="tests")


def propose(office: Office, actor: Actor, quarter: int = QUARTER, year: int = YEAR) -> UUID:
    """Count, protect and freeze."""
    with office.runtime.reading(actor, services.making(year, quarter)) as work:
        ready = services.prepared(work, year, quarter)
    with office.work(actor) as work:
        return services.propose(work, ready).id


def decide(office: Office, actor: Actor, release_id: UUID, *, sign: bool = True) -> None:
    """Sign it, or refuse it."""
    with office.work(actor) as work:
        services.decide(work, release_id, sign=sign)


def waiting(office: Office, actor: Actor) -> UUID:
    """A release that waits for its signature: the one there is, or a new one."""
    with office.runtime.looking(actor) as work:
        found = [row.id for row in services.register(work).rows if row.state == services.PROPOSED]
    if found:
        return found[0]
    victims(office, actor.own_unit(), girls=8, boys=2)
    return propose(office, actor)


def returned(office: Office, actor: Actor, kind: str = returning.RECAP, part: str = "q1", year: int = YEAR) -> UUID:
    """An official return, frozen for an invented dinas."""
    wish = returning.Wish(kind, of_year(year, part))
    with office.runtime.reading(actor, returning.counting(wish)) as work:
        ready = returning.counted(work, wish)
    with office.work(actor) as work:
        return returning.issue(work, ready, NOTE).id
