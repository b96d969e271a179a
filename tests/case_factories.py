"""Cases to try pages and acts on: invented people, a team, and documents that hold something."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import select

from app.accounts import covers
from app.accounts.models import Unit
from app.cases import (
    aid_requests,
    consents,
    declarations,
    experts,
    families,
    handovers,
    merging,
    persons,
    progress,
    records,
    risk,
    team,
    terminations,
    transfers,
)
from app.cases.models import (
    Case,
    CaseRecord,
    Client,
    Consent,
    ReportedLink,
    ReportedPerson,
    Service,
    TeamMember,
)
from app.cases.registration import register_case
from app.db.base import new_id
from app.domain.access import Actor, Capability, person
from app.domain.zones import Zone, to_local
from app.security.structs import handling, safety
from app.security.structs import work as work_structs
from app.security.structs.case import Chronology, NoteHead, Reporter, StepReason
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReport, IntakeReported, Screening
from app.security.structs.people import (
    ClientIdentity,
    ClientProfile,
    Relation,
    ReportedIdentity,
    ReportedProfile,
    SafeContact,
)
from app.work import Work
from tests.factories import OPERATOR, Office, Someone, sample

AREA = "63.03.05"
STORY = "Ceritanya panjang sekali"
_numbers = itertools.count(1)
NAMES = ("Bunga Rekaan", "Kenanga Rekaan", "Melati Rekaan")


def client(number: int = 0, **profile: Any) -> IntakeClient:
    """One invented child with a phone that is not always safe to call."""
    given: dict[str, Any] = {"sex": "P", "stated_age": 9 + number, "age_basis": "UB_DISEBUT", "violence": ("VK_FISIK",)}
    contact = SafeContact(call="TIDAK", message="TIDAK", hours="08.00-11.00", cover_phrase="dari perpustakaan")
    identity = ClientIdentity(name=NAMES[number % 3], nik="6303055204140001", phone="081200000001", contact=contact)
    return IntakeClient(id=new_id(), profile=ClientProfile(**(given | profile)), identity=identity)


def intake(work: Work, clients: tuple[IntakeClient, ...], reported: int = 1, **changed: Any) -> Intake:
    """A complete report of this minute."""
    local = to_local(work.now, Zone.WITA)
    people = tuple(
        IntakeReported(
            id=new_id(),
            profile=ReportedProfile(sex="L", age=40, relations=tuple(Relation(c.id, "RL_TETANGGA") for c in clients)),
            identity=ReportedIdentity(name=f"Terlapor Rekaan {number}", phone="081200000002"),
        )
        for number in range(reported)
    )
    reporter = Reporter(name="Pelapor Rekaan", phone="081200000003")
    given: dict[str, Any] = {
        "report": IntakeReport(
            on=local.date(),
            time=f"{local:%H:%M}",
            channel="CH_LANGSUNG",
            reporter_kind="PR_KELUARGA",
            reporter=reporter,
        ),
        "incident": IntakeIncident(
            first_on=local.date() - timedelta(days=3), area=AREA, chronology=Chronology(text=STORY)
        ),
        "screening": Screening(prompts_asked=True, risk="RK_SEDANG", authority="AU_KABKOTA"),
    }
    return Intake(clients=clients, reported=people, **(given | changed))


def make_case(
    office: Office,
    *workers: Someone,
    clients: int = 1,
    unit_id: UUID | None = None,
    received_by: Someone | None = None,
    **profile: Any,
) -> UUID:
    """A reported case with these people on its team; received by nobody in particular unless named."""
    with office.work(received_by.actor if received_by else OPERATOR) as work:
        unit = work.session.get_one(Unit, unit_id or office.unit_id)
        case = register_case(work, intake(work, tuple(client(n, **profile) for n in range(clients))), unit)
        work.session.flush()
        for someone in workers:
            team.assign(work, case, someone.id, "PENDAMPING")
        return case.id


def join_team(office: Office, case_id: UUID, someone: Someone, role: str = "PENDAMPING") -> UUID:
    """Put a person on the team of a case."""
    with office.work() as work:
        return team.assign_person(work, case_id, someone.id, role).id


def put_on_case(office: Office, case_id: UUID, boss: Someone, someone: Someone, role: str = "PENDAMPING") -> UUID:
    """A supervisor puts a person on the case: words stay closed until the person has declared."""
    with office.work(boss.actor) as work:
        return team.assign_person(work, case_id, someone.id, role, knowingly=True).id


def declare(office: Office, case_id: UUID, someone: Someone, *, has_part: bool = False) -> UUID:
    """A person put on a case says whether there is a part in the matter."""
    with office.work(someone.actor) as work:
        return declarations.declare(work, case_id, has_part=has_part, words="saudara sepupu" if has_part else "").id


def hand_over(office: Office, case_id: UUID, giver: Someone, receiver: Someone, text: str = "lanjutkan ya") -> UUID:
    """The giver hands the case on."""
    with office.work(giver.actor) as work:
        passing = handovers.Passing([case_id], giver.id, receiver.id, text)
        return handovers.hand_over(work, passing, knowingly=True)[0].id


def put_expert(office: Office, case_id: UUID, *roles: str) -> Someone:
    """An expert on the team of a case, in the first of these roles."""
    expert = office.somebody(*roles)
    join_team(office, case_id, expert, roles[0])
    return expert


def write_as_expert(office: Office, case_id: UUID, expert: Someone, **changed: Any) -> UUID:
    """A note with its three parts, of the expert's own discipline."""
    given: dict[str, Any] = {
        "kind": experts.kinds_for(expert.roles)[0],
        "on": today(office),
        "client_id": None,
        "summary": "ringkasan untuk tim",
        "notes": "rahasia ruang konseling",
        "report": "laporan pemeriksaan",
    }
    with office.work(expert.actor) as work:
        return experts.write(work, case_id, experts.Writing(**(given | changed))).id


def release(office: Office, case_id: UUID, note_id: UUID, expert: Someone, referral_id: UUID | None = None) -> UUID:
    """The author releases the report."""
    with office.work(expert.actor) as work:
        return experts.release(work, case_id, note_id, today(office), referral_id).id


def cover(office: Office, absent: Someone, stand_in: Someone, days: int = 7) -> UUID:
    """Somebody stands in from today on."""
    with office.work(absent.actor) as work:
        first = today(office)
        return covers.set_cover(work, absent.id, stand_in.id, first, first + timedelta(days=days - 1)).id


def standing_in(office: Office, someone: Someone) -> Actor:
    """The person as a request sees it now, with the assignments of those this person stands in for."""
    with office.runtime.looking(OPERATOR) as work:
        lent = covers.stood_in_for(work, someone.id)
    return person(someone.id, someone.unit_id, someone.roles, stands_in_for=lent)


def row_ids(office: Office, kind: type[CaseRecord] | type[TeamMember], case_id: UUID) -> list[UUID]:
    """Ids of a case's rows of one kind, in the order they were made."""
    order = kind.position if kind in (Client, ReportedPerson) else kind.id  # type: ignore[union-attr]
    with office.runtime.looking(OPERATOR) as work:
        return list(work.session.scalars(select(kind.id).where(kind.case_id == case_id).order_by(order)))


def case_row(office: Office, case_id: UUID) -> Case:
    """The row of a case as it is now."""
    with office.runtime.looking(OPERATOR) as work:
        return work.session.get_one(Case, case_id)


def today(office: Office) -> date:
    """The day it is in the unit."""
    return to_local(office.clock(), Zone.WITA).date()


def make_consent(office: Office, case_id: UUID, client_id: UUID, **changed: Any) -> UUID:
    """The parent's consent for a child, in short."""
    given: dict[str, Any] = {"client_id": client_id, "on": today(office), "basis": "CB_WALI", "conflict": "TIDAK"}
    with office.work() as work:
        document = work_structs.Consent(**(given | changed))
        return consents.record(work, case_id, document, work_structs.ConsentText(reason="alasan")).id


def make_service(office: Office, case_id: UUID, client_id: UUID, **changed: Any) -> UUID:
    """Counselling, today."""
    given: dict[str, Any] = {"client_id": client_id, "on": today(office), "activity": "AK_KONSELING"}
    with office.work() as work:
        document = work_structs.Service(**(given | changed))
        return records.record_service(work, case_id, document, work_structs.ServiceText(description="berjalan baik")).id


def make_follow_up(office: Office, case_id: UUID, client_id: UUID, **changed: Any) -> UUID:
    """A visit at home, today."""
    given: dict[str, Any] = {"client_id": client_id, "on": today(office), "kind": "FU_RUMAH"}
    with office.work() as work:
        return records.record_follow_up(work, case_id, work_structs.FollowUp(**(given | changed)), "dikunjungi").id


def make_note(office: Office, case_id: UUID, text: str = "catatan rekaan") -> UUID:
    """A note."""
    with office.work() as work:
        return records.write_note(work, case_id, NoteHead(on=today(office)), text).id


def make_risk(office: Office, case_id: UUID, client_id: UUID, **changed: Any) -> UUID:
    """A weapon was seen today: high risk."""
    given: dict[str, Any] = {
        "client_id": client_id,
        "on": today(office),
        "present": ("DG_SENJATA",),
        "level": "RK_TINGGI",
        "basis": "RB_KLIEN",
    }
    with office.work() as work:
        document = safety.RiskAssessment(**(given | changed))
        return risk.assess(work, case_id, document, safety.RiskWords(words="parang di rumah", reason="alasan")).id


def end_clients(office: Office, case_id: UUID) -> None:
    """Every client of the case has ended, whatever stage it is at: the outcome alone, without proposal and decision."""
    with office.work() as work:
        case = work.session.get_one(Case, case_id)
        for client_id in row_ids(office, Client, case_id):
            terminations.end_client(work, case, client_id, terminations.End(today(office), "TM_SELESAI", "AT_TUJUAN"))


def make_link(office: Office, unit_id: UUID) -> UUID:
    """A candidate for the same person between two cases of a unit."""
    who = office.somebody("PENERIMA", "SUPERVISOR", unit_id=unit_id)
    first, second = (make_case(office, who, unit_id=unit_id) for _ in range(2))
    with office.work(who.actor) as work:
        assert work.actor.may(Capability.PERSON_LINK)
        return persons.ask(work, row_ids(office, Client, first)[0], row_ids(office, Client, second)[0]).id


def make_reported_link(office: Office, unit_id: UUID) -> UUID:
    """Two reported persons with the same phone, in two cases of a unit: the program asks by itself."""
    phone = f"0813{next(_numbers):08}"
    with office.work() as work:
        unit = work.session.get_one(Unit, unit_id)
        made = [intake(work, (client(),)) for _ in range(2)]
        for each in made:
            identity = ReportedIdentity(name="Terlapor Sama", phone=phone)
            register_case(work, replace(each, reported=(replace(each.reported[0], identity=identity),)), unit)
    ends = [each.reported[0].id for each in made]
    with office.runtime.looking(OPERATOR) as work:
        wanted = select(ReportedLink.id).where(ReportedLink.first.in_(ends), ReportedLink.second.in_(ends))
        return work.session.scalars(wanted).one()


def merge(
    office: Office,
    actor: Actor,
    survivor: UUID,
    duplicate: UUID,
    clients: Mapping[UUID, UUID] | None = None,
    reported: Mapping[UUID, UUID] | None = None,
) -> UUID:
    """A supervisor merges two files of one matter; who is whom, duplicate to survivor: unless told otherwise the clients, in their order."""
    if clients is None:
        clients = dict(zip(row_ids(office, Client, duplicate), row_ids(office, Client, survivor), strict=False))
    with office.work(actor) as work:
        matches = families.Matches(clients, reported or {})
        return merging.merge(work, survivor, duplicate, matches, "dicatat dua kali").id


@sample("case_id")
def _case(office: Office, unit_id: UUID) -> UUID:
    return make_case(office, unit_id=unit_id)


@sample("client_id")
def _client(office: Office, unit_id: UUID) -> UUID:
    return row_ids(office, Client, make_case(office, unit_id=unit_id))[0]


@sample("reported_id")
def _reported(office: Office, unit_id: UUID) -> UUID:
    return row_ids(office, ReportedPerson, make_case(office, unit_id=unit_id))[0]


@sample("service_id")
def _service(office: Office, unit_id: UUID) -> UUID:
    return row_ids(office, Service, make_case(office, unit_id=unit_id))[0]


@sample("consent_id")
def _consent(office: Office, unit_id: UUID) -> UUID:
    case_id = make_case(office, unit_id=unit_id)
    make_consent(office, case_id, row_ids(office, Client, case_id)[0])
    return row_ids(office, Consent, case_id)[0]


@sample("follow_up_id")
def _follow_up(office: Office, unit_id: UUID) -> UUID:
    case_id = make_case(office, unit_id=unit_id)
    return make_follow_up(office, case_id, row_ids(office, Client, case_id)[0])


@sample("member_id")
def _member(office: Office, unit_id: UUID) -> UUID:
    case_id = make_case(office, office.somebody("PENDAMPING", unit_id=unit_id), unit_id=unit_id)
    return row_ids(office, TeamMember, case_id)[0]


@sample("reported_link_id")
def _reported_link(office: Office, unit_id: UUID) -> UUID:
    return make_reported_link(office, unit_id)


@sample("link_id")
def _link(office: Office, unit_id: UUID) -> UUID:
    return make_link(office, unit_id)


def make_aid_request(office: Office, case_id: UUID) -> UUID:
    """A request for help by the reporter."""
    with office.work() as work:
        text = handling.AidRequestText(name="Pelapor Rekaan", act="dugaan penganiayaan")
        return aid_requests.record(work, case_id, handling.AidRequest(on=today(office)), text).id


def propose_end(office: Office, case_id: UUID) -> UUID:
    """The first client's end, proposed by the operator in a registered case."""
    with office.work() as work:
        case = work.session.get_one(Case, case_id)
        if case.stage == "ST1_PENGADUAN":
            progress.take_step(work, case_id, "approve", StepReason())
        head = handling.Termination(
            client_id=row_ids(office, Client, case_id)[0],
            on=today(office),
            closure="TM_SELESAI",
            reason="AT_TUJUAN",
            agreed="YA",
            agreed_on=today(office),
        )
        text = handling.TerminationText(reason="tujuan tercapai", goals="diteruskan keluarga")
        return terminations.propose(work, case_id, terminations.Proposal(head, text)).id


def finish(office: Office, case_id: UUID, status: str) -> None:
    """The case is closed by the end of its client, rejected, or voided: nothing is handled in it any more."""
    reason = StepReason(text="alasan", advice="saran")
    if status == "closed":
        ending = propose_end(office, case_id)
        with office.work() as work:
            terminations.approve(work, case_id, ending)
    else:
        with office.work() as work:
            if status == "voided":
                progress.void(work, case_id, reason)
            else:
                progress.take_step(work, case_id, "reject", reason)
    assert case_row(office, case_id).status == status


@sample("termination_id")
def _termination(office: Office, unit_id: UUID) -> UUID:
    return propose_end(office, make_case(office, clients=2, unit_id=unit_id))


def transfer_letter(office: Office, **words: str) -> transfers.Letter:
    """A plain letter of a transfer: the client moved, and agreed."""
    head = handling.Transfer(on=today(office), reason="TL_PINDAH", agreed="YA", agreed_on=today(office))
    given = {"reason": "pindah", "cover": "mohon dilanjutkan", "receiver": "UPTD PPA Jauh", "letter_no": "463/1"}
    return transfers.Letter(head, handling.TransferText(**(given | words)))


@sample("transfer_id")
def hand_out(office: Office, unit_id: UUID) -> UUID:
    """A case of the unit that was handed over to somebody outside, and the transfer that says so."""
    case_id = make_case(office, unit_id=unit_id)
    with office.work() as work:
        return transfers.hand_out(work, case_id, transfer_letter(office)).id


def ask_unit(office: Office, case_id: UUID, unit_id: UUID, **words: str) -> UUID:
    """Another unit is asked to take the case over."""
    with office.work() as work:
        return transfers.propose(work, case_id, unit_id, transfer_letter(office, **words)).id


@sample("request_id")
def _aid_request(office: Office, unit_id: UUID) -> UUID:
    return make_aid_request(office, make_case(office, unit_id=unit_id))
