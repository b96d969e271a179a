"""Cases to enter into SIMFONI: registered ones, entered ones, and what is noted of an entry."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import msgspec
import pytest

from app.accounts import services as accounts
from app.accounts.models import Unit
from app.cases import progress, services
from app.cases.models import Client, SimfoniEntry
from app.cases.registration import Given, register_case
from app.cases.sealing import add_record
from app.db.base import new_id
from app.domain.access import Actor
from app.domain.zones import Zone
from app.reference import areas
from app.reports.counting.settings import Period
from app.security.sections import Section
from app.security.structs.case import StepReason
from app.security.structs.intake import IntakeClient
from app.security.structs.people import ClientIdentity, ClientProfile
from app.security.structs.simfoni import Entry, EntryText, Typed
from app.simfoni import facts, queries, reconciling
from app.simfoni import services as simfoni
from app.simfoni.models import Standing
from tests import case_factories as made
from tests import postgres
from tests.factories import OPERATOR, Office, Someone, make_office, sample

_serial = itertools.count(1)
_areas = itertools.cycle(area.code for province in ("61", "62", "64", "65") for area in areas.children(province))


@pytest.fixture(scope="module")
def office(
    database_kind: str, template: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """One office for all tests of a module: each makes cases, people and, for lists, a unit of its own."""
    folder = tmp_path_factory.mktemp("office")
    with ExitStack() as stack:
        if database_kind == "postgresql":
            url = stack.enter_context(postgres.database(request.getfixturevalue("postgresql_url"), template))
        else:
            url = f"sqlite:///{shutil.copy(template, folder / 'naungan.db')}"
        made_here = make_office(url, folder)
        yield made_here
        made_here.runtime.engine.dispose()


def make_unit(office: Office) -> UUID:
    """A unit in which nothing happened yet."""
    with office.work() as work:
        return accounts.create_unit(work, area_code=next(_areas), name="UPTD PPA Rekaan", zone=Zone.WITA).id


def number() -> str:
    """A number as SIMFONI may give it, used by no other test."""
    return f"SIM-2026-{next(_serial):05d}"


def make_waiting(office: Office, *workers: Someone, unit_id: UUID | None = None, **profile: Any) -> UUID:
    """A case that a supervisor approved: it waits to be entered."""
    case_id = made.make_case(office, *workers, unit_id=unit_id, **profile)
    approve(office, case_id)
    return case_id


def approve(office: Office, case_id: UUID) -> None:
    """The supervisor's decision."""
    with office.work() as work:
        progress.take_step(work, case_id, "approve", StepReason())


def make_imported(office: Office, day: Any = None, unit_id: UUID | None = None) -> UUID:
    """A case brought over from elsewhere, its import complete; reported long ago unless a day is given."""
    with office.work() as work:
        intake = made.intake(work, (made.client(),))
        if day is not None:
            intake = made.intake(work, (made.client(),), **reported_on(intake, day))
        unit = work.session.get_one(Unit, unit_id or office.unit_id)
        case = register_case(work, intake, unit, given=Given(new_id(), new_id(), stage="ST5_INTERVENSI"))
        case.is_hidden = False
        return case.id


def reported_on(intake: Any, day: Any) -> dict[str, Any]:
    """The parts of an intake that move a report, and its incident, to a day."""
    return {
        "report": msgspec.structs.replace(intake.report, on=day),
        "incident": msgspec.structs.replace(intake.incident, first_on=day),
    }


def enter(office: Office, case_id: UUID, actor: Actor = OPERATOR, **given: Any) -> UUID:
    """Note an entry of today."""
    expected = given.pop("expected", None)
    new = simfoni.NewEntry(**({"on": made.today(office), "number": number()} | given))
    with office.work(actor) as work:
        return simfoni.enter(work, case_id, new, expected=expected).id


def standing(office: Office, case_id: UUID) -> Standing:
    """How a case stands now."""
    with office.runtime.looking(OPERATOR) as work:
        return queries.standing(work, case_id)


def reach(office: Office, who: Someone, case_id: UUID) -> simfoni.Reach | None:
    """Why this person may open the sheet of a case."""
    with office.runtime.looking(who.actor) as work:
        return simfoni.reach(work, queries.get(work, case_id))


def mark(office: Office, case_id: UUID) -> str:
    """What a form of the sheet would carry now."""
    with office.work() as work:
        work.recorded("page:opened", case_id)
        return simfoni.page_mark(facts.read_coded(work, queries.get(work, case_id)))


def text_of(office: Office, entry_id: UUID) -> EntryText:
    """The sealed words of an entry."""
    with office.work() as work:
        work.recorded("page:opened", entry_id)
        row = work.session.get_one(SimfoniEntry, entry_id)
        return work.vault.open(row.place(Section.SIMFONI_TEXT), row.text_sealed, EntryText)


def correct(office: Office, case_id: UUID, **profile: Any) -> None:
    """Save the first client again, with these values of the profile."""
    with office.work() as work:
        row = work.session.get_one(Client, made.row_ids(office, Client, case_id)[0])
        held = work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, ClientProfile)
        identity = work.vault.open(row.place(Section.CLIENT_IDENTITY), row.identity_sealed, ClientIdentity)
        entry = IntakeClient(id=row.id, profile=msgspec.structs.replace(held, **profile), identity=identity)
        services.save_client(work, case_id, entry, expected=None)


def make_entry_of(office: Office, case_id: UUID) -> UUID:
    """An entry of a case as it stands, registered or not: for walks that need one to exist."""
    with office.work() as work:
        row = add_record(
            work,
            SimfoniEntry,
            case_id,
            {
                "entry_sealed": (Section.SIMFONI_ENTRY, Entry(on=made.today(office))),
                "text_sealed": (Section.SIMFONI_TEXT, EntryText(number=number())),
                "typed_sealed": (Section.SIMFONI_TYPED, Typed()),
            },
            is_removed=False,
            number_tag=bytes(16),
        )
        work.touched(case_id, "simfoni:entered", row.id, row=row)
        return row.id


@sample("entry_id")
def _entry(office: Office, unit_id: UUID) -> UUID:
    return make_entry_of(office, made.make_case(office, unit_id=unit_id))


def make_reconciliation(office: Office, unit_id: UUID) -> UUID:
    """A comparison by numbers of this month."""
    day = made.today(office)
    officer = office.somebody("DATA", unit_id=unit_id, password=False)
    with office.work(officer.actor) as work:
        return reconciling.keep_numbers(work, Period.month(day.year, day.month), number(), "rekaan").id


@sample("reconciliation_id")
def _reconciliation(office: Office, unit_id: UUID) -> UUID:
    return make_reconciliation(office, unit_id)
