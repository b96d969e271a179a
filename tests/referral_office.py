"""What referrals and clocks are tried on: a case of two children and two reported persons, institutions, a consent.

Everything is invented. The pages of the rooms are registered where the application does not have them yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint
from sqlalchemy import select

from app.accounts.models import Unit
from app.cases import consents
from app.cases.models import Case, Client
from app.cases.queries import records as rows_of
from app.cases.registration import register_case
from app.cases.team import assign
from app.clocks import services as clock_services
from app.clocks import views as clock_views
from app.db.base import new_id
from app.domain.clocks import Clock, State
from app.domain.zones import Zone, local_day, to_local
from app.factory import BLUEPRINTS
from app.referrals import basis, directory, incoming, institution_views, services
from app.referrals import blueprint as referral_pages
from app.referrals.models import Institution
from app.referrals.services import Answer, Draft
from app.security.structs.case import Chronology
from app.security.structs.intake import (
    Intake,
    IntakeClient,
    IntakeIncident,
    IntakeReport,
    IntakeReported,
    Screening,
)
from app.security.structs.office import Institution as Profile
from app.security.structs.people import (
    ClientIdentity,
    ClientProfile,
    Relation,
    ReportedIdentity,
    ReportedProfile,
    SafeContact,
)
from app.security.structs.work import Consent, ConsentText
from app.work import Work
from tests.factories import OPERATOR, Office, Someone, make_office

AREA = "63.03.05"


def intake(now: datetime, children: int = 2, *, risk: str = "RK_SEDANG", **profile: Any) -> Intake:
    """A report of this minute about invented children, with two reported persons."""
    local = to_local(now, Zone.WITA)
    clients = tuple(_child(number, **profile) for number in range(children))
    return Intake(
        report=IntakeReport(on=local.date(), time=f"{local:%H:%M}", channel="CH_LANGSUNG", reporter_kind="PR_KELUARGA"),
        incident=IntakeIncident(
            first_on=local.date() - timedelta(days=1), area=AREA, chronology=Chronology(text="cerita uji")
        ),
        clients=clients,
        reported=tuple(_reported(clients, number) for number in range(2)),
        screening=Screening(prompts_asked=True, risk=risk, authority="AU_KABKOTA"),
    )


def _child(number: int, **profile: Any) -> IntakeClient:
    given: dict[str, Any] = {"sex": "P", "stated_age": 9 + number, "age_basis": "UB_DISEBUT", "violence": ("VK_FISIK",)}
    return IntakeClient(
        id=new_id(),
        profile=ClientProfile(**(given | profile)),
        identity=ClientIdentity(name=f"Anak Uji {number}", contact=SafeContact(call="YA", message="TIDAK")),
    )


def _reported(clients: tuple[IntakeClient, ...], number: int) -> IntakeReported:
    relations = tuple(Relation(client.id, "RL_TETANGGA") for client in clients)
    return IntakeReported(
        id=new_id(),
        profile=ReportedProfile(sex="L", relations=relations),
        identity=ReportedIdentity(name=f"Terlapor Uji {number}"),
    )


def make_case(office: Office, *team: Someone, children: int = 2, unit_id: UUID | None = None, **wanted: Any) -> UUID:
    """A case of the unit with these people on its team."""
    with office.work() as work:
        return new_case(work, unit_id or office.unit_id, *team, children=children, **wanted).id


def new_case(work: Work, unit_id: UUID, *team: Someone, children: int = 2, **wanted: Any) -> Case:
    """The same within an act."""
    unit = work.session.get_one(Unit, unit_id)
    case = register_case(work, intake(work.now, children, **wanted), unit)
    work.session.flush()
    for someone in team:
        assign(work, case, someone.id, "PENDAMPING")
    return case


def clients_of(office: Office, case_id: UUID) -> list[UUID]:
    """The clients' ids in their order."""
    with office.runtime.looking(OPERATOR) as work:
        rows = rows_of(work.session, Client, [case_id])
        return [row.id for row in sorted(rows, key=lambda row: row.position)]


def make_institution(office: Office, kind: str = "IN_UPPA", name: str = "", unit_id: UUID | None = None) -> UUID:
    """An institution of the unit's directory; unless named, another one each time."""
    with office.work() as work:
        unit = unit_id or office.unit_id
        plain = f"Lembaga {kind}"
        known = work.session.scalars(select(Institution.name).where(Institution.unit_id == unit)).all()
        taken = plain in known
        return directory.add(work, unit, name or (f"{plain} {new_id()}" if taken else plain), Profile(type=kind)).id


def make_institution_in(work: Work, kind: str = "IN_RS") -> UUID:
    """The same within an act of the unit that acts, or of the only one the operator has made a case in."""
    unit_id = work.session.scalars(select(Unit.id).order_by(Unit.area_code)).first()
    assert unit_id is not None
    return directory.add(work, unit_id, f"Lembaga {new_id()}", Profile(type=kind)).id


def clock_states(office: Office, case_id: UUID) -> Mapping[str, set[State]]:
    """The states of the stored clocks of a case, by rule."""
    found: dict[str, set[State]] = defaultdict(set)
    for clock in clocks_of(office, case_id):
        found[clock.rule_id].add(clock.state)
    return dict(found)


def clocks_of(office: Office, case_id: UUID) -> tuple[Clock, ...]:
    """The stored clocks of a case."""
    with office.work() as work:
        found = clock_services.of_cases(work, [case_id])
        work.recorded("page:opened")
    return found.get(case_id, ())


def make_consent(office: Office, case_id: UUID, client_id: UUID, **changed: Any) -> UUID:
    """A standing consent of today."""
    with office.work() as work:
        given: dict[str, Any] = {"client_id": client_id, "on": today(office), "basis": "CB_WALI", "conflict": "TIDAK"}
        row = consents.record(work, case_id, Consent(**(given | changed)), ConsentText(reason="alasan uji"))
        return row.id


def draft(institution_id: UUID, client_id: UUID | None = None, **changed: Any) -> Draft:
    """A plain referral."""
    given: dict[str, Any] = {
        "client_id": client_id,
        "institution_id": institution_id,
        "requested": ("SV_KESEHATAN",),
        "urgent": False,
        "consent_id": None,
        "basis": "",
        "reason": "perlu pemeriksaan",
    }
    return Draft(**(given | changed))


def make_referral(
    office: Office, case_id: UUID, client_id: UUID | None, institution_id: UUID, *, sent: bool = True
) -> UUID:
    """A referral on the ground of danger to life, sent now unless told otherwise."""
    with office.work() as work:
        row = services.create(work, case_id, draft(institution_id, client_id, basis="CB_BAHAYA"))
        if sent:
            services.take_step(work, row.id, "send", Answer(work.now))
        return row.id


def receive(office: Office, case_id: UUID, client_id: UUID | None, institution_id: UUID, **changed: Any) -> UUID:
    """A referral that came to us today."""
    given: dict[str, Any] = {
        "client_id": client_id,
        "institution_id": institution_id,
        "requested": ("SV_KESEHATAN",),
        "received_on": today(office),
        "asked": "mohon pendampingan",
        "letter_no": "440/7/PKM",
        "contact": "Bu Rekaan",
    }
    with office.work() as work:
        return incoming.record(work, case_id, incoming.Letter(**(given | changed))).id


def answer(office: Office, incoming_id: UUID, *codes: str, words: str = "kata uji") -> None:
    """These steps, one after the other, now."""
    for code in codes:
        with office.work() as work:
            row = incoming.get(work, incoming_id)
            ground = (
                basis.Given(today(office), "CB_BAHAYA", text=ConsentText(reason="uji")) if code == "report" else None
            )
            incoming.take_step(work, row.id, code, Answer(work.now, text=words), given=ground)


def today(office: Office) -> date:
    """The day it is in the unit."""
    return local_day(office.clock(), Zone.WITA)


def pages() -> tuple[Blueprint, ...]:
    """The application's rooms, and those of this test where they are not among them yet."""
    own = (referral_pages.bp, institution_views.bp, clock_views.bp)
    return (*BLUEPRINTS, *(blueprint for blueprint in own if blueprint not in BLUEPRINTS))


def english_office(database_url: str, folder: Path) -> Office:
    """An office with all pages, read in English: the sentences stand in the code as the tests say them."""
    made = make_office(database_url, folder, blueprints=pages())
    made.app.config["BABEL_DEFAULT_LOCALE"] = "en"
    return made
