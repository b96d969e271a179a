"""Shelters, stays and safety plans to try pages and acts on. Everything is invented."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.cases.models import Client
from app.db.base import new_id
from app.domain.access import Actor, Capability
from app.referrals import directory
from app.safety import plans, readers, reading, stays
from app.safety.models import SectionReader, ShelterStay
from app.security.structs import safety
from app.security.structs.office import Institution
from tests import case_factories as made
from tests.factories import Office, Someone, sample

WHERE = "belakang gudang rekaan"
WHY = "diancam dengan parang"
CODE_WORD = "tolong belikan kunyit"


def able(owner: Someone) -> Actor:
    """The person, as one who may do everything: what stands there may have been made under another role."""
    return Actor(owner.id, owner.unit_id, ("SYSTEM",), frozenset(Capability))


def make_shelter(office: Office, beds: int | None = 2, unit_id: UUID | None = None, name: str = "") -> UUID:
    """A shelter of the unit's directory."""
    with office.work() as work:
        profile = Institution(type="IN_SHELTER", beds=beds)
        return directory.add(work, unit_id or office.unit_id, name or f"Rumah Rekaan {new_id()}", profile).id


def enter(
    office: Office,
    who: Someone,
    case_id: UUID,
    client_id: UUID | None = None,
    *,
    named: tuple[UUID, ...] = (),
    knowingly: bool = False,
    **changed: Any,
) -> UUID:
    """A client of the case is admitted today."""
    client = client_id or made.row_ids(office, Client, case_id)[0]
    given: dict[str, Any] = {"client_id": client, "in_on": made.today(office), "reason": "SR_ANCAMAN"} | changed
    if "institution_id" not in given:
        given["institution_id"] = make_shelter(office, unit_id=who.unit_id)
    words = safety.ShelterWords(why=WHY, location=WHERE)
    with office.work(who.actor) as work:
        return stays.enter(work, case_id, safety.ShelterStay(**given), words, named=named, knowingly=knowingly).id


def write_plan(office: Office, who: Someone, case_id: UUID, client_id: UUID, **words: str) -> UUID:
    """The next version of a client's plan."""
    head = safety.SafetyPlan(client_id=client_id, on=made.today(office), with_client="YA")
    text = safety.SafetyPlanText(**({"code_word": CODE_WORD} | words))
    with office.work(who.actor) as work:
        return plans.save(work, case_id, head, text, expected=None).id


def stay_of(office: Office, owner: Someone, case_id: UUID) -> UUID:
    """A stay on the case, with the owner on its list."""
    client = made.row_ids(office, Client, case_id)[0]
    shelter = make_shelter(office, unit_id=owner.unit_id)
    with office.work(able(owner)) as work:
        stay = safety.ShelterStay(
            client_id=client, institution_id=shelter, in_on=made.today(office), reason="SR_ANCAMAN"
        )
        return stays.enter(work, case_id, stay, safety.ShelterWords(location=WHERE)).id


def plan_of(office: Office, owner: Someone, case_id: UUID) -> UUID:
    """A version of the safety plan of the case's first client, written by the owner."""
    client = made.row_ids(office, Client, case_id)[0]
    head = safety.SafetyPlan(client_id=client, on=made.today(office))
    with office.work(able(owner)) as work:
        return plans.save(work, case_id, head, safety.SafetyPlanText(code_word=CODE_WORD), expected=None).id


def reader_of(office: Office, owner: Someone, case_id: UUID) -> UUID:
    """A colleague on the list of the case."""
    colleague = office.somebody("PENDAMPING", unit_id=owner.unit_id)
    with office.work(able(owner)) as work:
        return readers.name_person(work, case_id, colleague.id).id


def list_of(office: Office, case_id: UUID) -> list[UUID]:
    """Who is on the list of a case, by row."""
    with office.work() as work:
        work.recorded("page:opened")
        return [row.user_id for row in readers.of_cases(work, [case_id])]


def stay_row(office: Office, stay_id: UUID) -> safety.ShelterStay:
    """A stay as it is stored."""
    with office.work() as work:
        work.recorded("page:opened")
        row = work.session.get_one(ShelterStay, stay_id)
        return reading.read(work, row)


def reader_row(office: Office, reader_id: UUID) -> SectionReader:
    """A row of a list."""
    with office.work() as work:
        work.recorded("page:opened")
        return work.session.get_one(SectionReader, reader_id)


@sample("stay_id")
def _stay(office: Office, unit_id: UUID) -> UUID:
    owner = office.somebody("MANAJER", unit_id=unit_id)
    return stay_of(office, owner, made.make_case(office, owner, unit_id=unit_id))


@sample("reader_id")
def _reader(office: Office, unit_id: UUID) -> UUID:
    owner = office.somebody("MANAJER", unit_id=unit_id)
    case_id = made.make_case(office, owner, unit_id=unit_id)
    stay_of(office, owner, case_id)
    return reader_of(office, owner, case_id)


@sample("version_id")
def _version(office: Office, unit_id: UUID) -> UUID:
    owner = office.somebody("MANAJER", unit_id=unit_id)
    return plan_of(office, owner, made.make_case(office, owner, unit_id=unit_id))
