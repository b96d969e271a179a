"""The demo office: invented staff, institutions and some 150 cases over 14 months, told through the same services as real work.

Acts run in the order of their moments with the clock set to each, so register numbers, audit chain and clocks are as they would be.
What lies ahead of today is never done: that leaves clocks in every state.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.accounts import services as accounts
from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import contacts, drafts
from app.cases.models import Case
from app.db.base import new_id
from app.demo import colleagues, keeping, legal, paperwork, referring, repeats, rulings, village
from app.demo.entries import entries_of
from app.demo.invent import pick_scenario, report, tables
from app.demo.story import Act, CaseStory, Cast, Planned
from app.domain.access import Actor, person, system
from app.domain.errors import Conflict
from app.domain.zones import Zone, at_local, local_day
from app.referrals import directory
from app.safety import beds
from app.security import passwords
from app.security.models import Deployment
from app.security.structs.intake import Intake, IntakeReport
from app.security.structs.office import Contact, Institution
from app.work import Runtime, Work

CASES: Final = 150
MONTHS: Final = 14
CONTACTS: Final = 90
BEDS: Final = 6
STANDARD: Final = "SVC-SHELTER-14"  # the shelter standard the demo office took over
SEED: Final = 20260120
FATES: Final = (*("closed",) * 10, "long", "one-client-ends")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Login:
    """One demo account, printed by `naungan run`."""

    role: str
    name: str
    email: str
    password: str


def add_demo(runtime: Runtime, unit_id: UUID, progress: Progress | None = None, cases: int = CASES) -> list[Login]:
    """Fill an office without cases with the demo. Conflict where real cases exist. Gives the accounts, one per role."""
    with runtime.looking(system("demo", unit_id)) as work:
        if work.session.scalar(select(func.count()).select_from(Case)):
            raise Conflict("cases exist")
        zone = Zone(work.session.get_one(Unit, unit_id).zone)
    now = runtime.now()
    start = now - timedelta(days=MONTHS * 30 + 5)
    dice = Random(SEED)  # noqa: S311 - invented people, not secrets
    logins, staff = _staff(_at(runtime, start), unit_id)
    cast = Cast(unit_id, zone, staff, _institutions(_at(runtime, start), unit_id))
    planned: list[Planned] = []
    for story in _stories(dice, cast, start, now, runtime, cases):
        acts = list(story.acts())
        planned += [*acts, *entries_of(story, acts, staff["DATA"], now)]
    planned += _contacts(dice, cast, start, now)
    planned += village.planned(cast, now)
    planned.append(Planned(start, staff["SUPERVISOR"], _take_standard))
    planned = sorted((act for act in planned if act.at < now), key=lambda act: act.at)
    for number, act in enumerate(planned, start=1):
        with _at(runtime, act.at).begin(act.actor) as work:
            act.act(work)
        if progress is not None:
            progress(number, len(planned))
    _draft(runtime, staff["PENERIMA"])
    colleagues.settle(runtime, cast)
    repeats.settle(runtime, cast)
    referring.settle(runtime, cast)
    paperwork.settle(runtime, cast)
    legal.settle(runtime, zone, staff)
    rulings.settle(runtime, cast)
    keeping.settle(runtime, cast)
    with runtime.begin(system("demo", unit_id)) as work:
        work.session.get_one(Deployment, 1).is_demo = True
        work.recorded(Event.DEMO_ADDED, unit_id)
    return logins


def _at(runtime: Runtime, moment: datetime) -> Runtime:
    return replace(runtime, now=lambda: moment)


def _staff(runtime: Runtime, unit_id: UUID) -> tuple[list[Login], dict[str, Actor]]:
    """One account per role, with a password made for this office."""
    logins: list[Login] = []
    staff: dict[str, Actor] = {}
    secret = "-".join(secrets.token_hex(2) for _ in range(3))
    hashed = passwords.hash_password(runtime.crypt, f"contoh-{secret}")
    with runtime.begin(system("demo", unit_id)) as work:
        for account, name, roles in tables()["staff"]:
            email = f"{account}@contoh.invalid"
            made = accounts.create_user(
                work, email=email, name=name, role_codes=roles, unit_id=unit_id, password_hash=hashed
            )
            logins.append(Login(roles[0], name, email, f"contoh-{secret}"))
            actor = person(made.user.id, unit_id, roles)
            staff = {role: actor for role in roles} | staff | {roles[0]: actor}  # whose first role it is plays it
    return logins, staff


def _institutions(runtime: Runtime, unit_id: UUID) -> dict[str, UUID]:
    found = {}
    with runtime.begin(system("demo", unit_id)) as work:
        area = work.session.get_one(Unit, unit_id).area_code
        for name, kind in tables()["institutions"]:
            profile = Institution(
                type=kind,
                area=area,
                phone="0511-0000000",
                contact="Petugas piket",
                hours="Senin-Jumat 08.00-16.00",
                beds=BEDS if kind == "IN_SHELTER" else None,
            )
            found[kind] = directory.add(work, unit_id, name, profile).id
    return found


def _stories(dice: Random, cast: Cast, start: datetime, now: datetime, runtime: Runtime, cases: int) -> list[CaseStory]:
    with runtime.looking(system("demo", cast.unit_id)) as work:
        area = work.session.get_one(Unit, cast.unit_id).area_code
    stories = []
    for number in range(cases):
        moment = _working_moment(dice, start, now, cast.zone)
        scenario = pick_scenario(dice)
        intake = report(dice, scenario, local_day(moment, cast.zone), f"{moment.astimezone(cast.zone.tz):%H:%M}", area)
        fate = {7: "voided", 31: "rejected", 88: "rejected"}.get(number, dice.choice(FATES))
        stories.append(CaseStory(dice, cast, scenario, intake, moment, fate))
    return stories


def _working_moment(dice: Random, start: datetime, now: datetime, zone: Zone) -> datetime:
    """A moment in office hours; the last weeks are as busy as the others, the last three days never empty."""
    span = (now - start).days
    days = dice.choice((0, 1, 2)) if dice.random() < 0.03 else dice.randint(0, span - 1)
    day = local_day(now - timedelta(days=days), zone)
    clock = time(dice.randint(8, 15), dice.choice((0, 10, 20, 35, 50)))
    return min(at_local(day, clock, zone), now - timedelta(hours=3))


def _contacts(dice: Random, cast: Cast, start: datetime, now: datetime) -> list[Planned]:
    planned = []
    for _ in range(CONTACTS):
        moment = _working_moment(dice, start, now, cast.zone)
        document = Contact(
            on=local_day(moment, cast.zone),
            channel=dice.choice(("CH_TELEPON", "CH_WA", "CH_LANGSUNG")),
            topic=dice.choice(("KT_INFO", "KT_HUKUM", "KT_KELUARGA", "KT_PENGASUHAN", "KT_LUARMANDAT")),
            referred_to=dice.choice(("", "", "IN_PA", "IN_DINSOS", "IN_LBH")),
        )
        planned.append(Planned(moment, cast.staff["PENERIMA"], _recording(document)))
    return planned


def _recording(document: Contact) -> Act:
    def act(work: Work) -> None:
        contacts.record(work, document)

    return act


def _take_standard(work: Work) -> None:
    beds.set_standard(work, STANDARD)


def _draft(runtime: Runtime, actor: Actor) -> None:
    """One intake on its way, so that the page has something to show."""
    with runtime.begin(actor) as work:
        drafts.start(work, new_id(), Intake(report=IntakeReport(channel="CH_TELEPON")))
