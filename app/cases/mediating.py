"""Whether mediation may be planned for or given to a client: the table of `domain/mediation`, asked of what the file holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from app.cases import derive, queries
from app.cases.models import Client, ReportedPerson
from app.domain import mediation
from app.domain.errors import Problem
from app.domain.mediation import Effect, Fact
from app.security.sections import Section
from app.security.structs import people
from app.work import Work

_OFFENDER = "ABH_PELAKU"


def problems(
    work: Work, client: Client, activities: Collection[str], field: str, reason: str | None
) -> Iterator[Problem]:
    """What speaks against mediation, if it is among the activities: a bar at `field`; where only a reason is missing, that.

    `reason` None: none is asked yet, because nothing is given yet (a plan).
    """
    if mediation.activity() not in activities:
        return
    effects = {rule.effect for rule in mediation.applying(_facts(work, client))}
    if Effect.BAR in effects:
        yield Problem("mediation.tpks", field)
    elif Effect.WARN in effects and reason is not None and not reason.strip():
        yield Problem("mediation.reason", "reason")


def _facts(work: Work, client: Client) -> frozenset[Fact]:
    profile = work.vault.open(client.place(Section.CLIENT_PROFILE), client.profile_sealed, people.ClientProfile)
    is_offender = profile.capacity == _OFFENDER
    held = {
        Fact.TPKS: bool(profile.tpks),
        Fact.KDRT: profile.kdrt == "YA",
        Fact.CHILD_VICTIM: not is_offender and derive.is_child(profile) is True,
        Fact.CHILD_OFFENDER: is_offender or _reports_a_child(work, client),
    }
    return frozenset(fact for fact, holds in held.items() if holds)


def _reports_a_child(work: Work, client: Client) -> bool:
    profiles = (
        work.vault.open(row.place(Section.REPORTED_PROFILE), row.profile_sealed, people.ReportedProfile)
        for row in queries.records(work.session, ReportedPerson, [client.case_id])
    )
    return any(profile.child_offender == "YA" for profile in profiles)
