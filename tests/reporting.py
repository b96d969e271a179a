"""Cases for the tests of ledger and reports: invented, made through the services that the pages use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import contacts, registration
from app.cases.models import Case, Client
from app.domain.access import Actor, Capability
from app.reports import ledger, queries, rounds, services
from app.reports import ledger_format as fmt
from app.reports.counting.settings import Period
from app.reports.models import LedgerBlob
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReport, IntakeReported, Screening
from app.security.structs.office import Contact
from app.security.structs.people import (
    ClientIdentity,
    ClientProfile,
    Relation,
    ReportedIdentity,
    ReportedProfile,
    SafeContact,
)
from app.work import Opening, Work
from tests.factories import OPERATOR, Office, Someone

DAY = date(2026, 5, 4)
MAY = Period.month(2026, 5)


@dataclass(frozen=True)
class Made:
    """A case made for a test, with the ids of its clients."""

    id: UUID
    clients: tuple[UUID, ...]


def child(
    age: int = 9, sex: str = "P", kinds: Sequence[str] = ("VK_FISIK",), day: date = DAY, **given: Any
) -> IntakeClient:
    """A client of this age, victim of physical violence unless said otherwise."""
    profile = ClientProfile(sex=sex, stated_age=age, stated_on=day, violence=tuple(kinds), **given)
    return IntakeClient(
        id=uuid4(), profile=profile, identity=ClientIdentity(label="Anak", contact=SafeContact(call="YA"))
    )


def accused(clients: Sequence[IntakeClient], relationship: str) -> IntakeReported:
    """A man reported in relation to these clients."""
    relations = tuple(Relation(client.id, relationship) for client in clients)
    profile = ReportedProfile(sex="L", relations=relations)
    return IntakeReported(id=uuid4(), profile=profile, identity=ReportedIdentity())


def intake(
    clients: Sequence[IntakeClient] = (), reported: Sequence[IntakeReported] = (), day: date = DAY, **report: Any
) -> Intake:
    """What registering takes at least: a case of one girl of 9, reported on 4 May 2026, without reported persons."""
    return Intake(
        report=IntakeReport(on=day, time="09:00", channel="CH_LANGSUNG", reporter_kind="PR_KELUARGA", **report),
        incident=IntakeIncident(first_on=day, area="63.03.05", place="PL_RT", online="TIDAK"),
        clients=tuple(clients) or (child(),),
        reported=tuple(reported),
        screening=Screening(prompts_asked=True, risk="RK_RENDAH"),
    )


def worked_example(day: date = DAY) -> Intake:
    """case-management 11: two children of one household, father and uncle reported."""
    girl, boy = child(9, "P", ("VK_FISIK", "VK_PSIKIS"), day), child(4, "L", ("VK_FISIK",), day)
    return intake((girl, boy), (accused((girl, boy), "RL_ORTU"), accused((girl, boy), "RL_KELUARGA")), day)


def make_case(
    office: Office, document: Intake | None = None, actor: Actor = OPERATOR, unit_id: UUID | None = None
) -> Made:
    """Register the intake in a unit."""
    document = document or intake()
    with office.work(actor) as work:
        unit = work.session.get(Unit, unit_id or office.unit_id)
        assert unit is not None
        case = registration.register_case(work, document, unit)
    return Made(case.id, tuple(client.id for client in document.clients))


def make_contact(office: Office, who: Someone, day: date = DAY) -> UUID:
    """A call that is no case."""
    with office.work(who.actor) as work:
        return contacts.record(work, Contact(on=day, channel="CH_TELEPON", topic="KT_INFO")).id


def read_ledger(office: Office, *unit_ids: UUID) -> fmt.Arrays:
    """Everything counted of these units (the first unit unless said)."""
    with office.runtime.reading(OPERATOR, lambda work: Opening(Event.RECAP_READ)) as work:
        return ledger.load(work, unit_ids or [office.unit_id])


def blobs(office: Office) -> list[LedgerBlob]:
    """All rows of the ledger."""
    with office.runtime.looking(OPERATOR) as work:
        return list(work.session.scalars(select(LedgerBlob).order_by(LedgerBlob.month, LedgerBlob.id)))


def case_row(office: Office, case_id: UUID) -> Case:
    """The row of a case."""
    with office.runtime.looking(OPERATOR) as work:
        row = work.session.get(Case, case_id)
        assert row is not None
        return row


def persons_of(office: Office, *client_ids: UUID) -> list[UUID]:
    """The person tokens of these files."""
    with office.runtime.looking(OPERATOR) as work:
        rows = {row.id: row.person_id for row in work.session.scalars(select(Client).where(Client.id.in_(client_ids)))}
        return [rows[client_id] for client_id in client_ids]


def recap_of(office: Office, actor: Actor = OPERATOR, period: Period = MAY, **given: Any) -> dict[str, Any]:
    """The recap of a period through the services, as a person sees it."""
    area = given.pop("area", "63.03" if actor is OPERATOR else "")
    wish = services.RecapWish(period, given.pop("cut_off", period.last), area, **given)
    with office.runtime.reading(actor, services.recap_opening(wish)) as work:
        return services.recap_document(work, wish)


def counts(document: dict[str, Any], table: str) -> dict[str, int]:
    """The rows of a table that are not 0."""
    return {row["code"]: row["count"] for row in document["tables"][table]["rows"] if row["count"]}


def unit_of(work: Work, area: str = "") -> Unit:
    """The unit whose numbers the actor may see."""
    return queries.unit(work, area)


def open_round(office: Office, unit_id: UUID) -> UUID:
    """An evaluation round of the unit, of the next award that has none."""
    with office.runtime.begin(Actor(None, unit_id, ("SYSTEM",), frozenset(Capability))) as work:
        award = max((each.award_year for each in rounds.of_unit(work)), default=2026) + 1
        return rounds.open_round(work, rounds.NewRound(award, award - 1, award - 1, "24")).id
