"""From the rows of one case to the documents the services take: an intake, and what was done for its clients (design 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from app.domain.implications import single_item_of_ampk
from app.domain.referrals import ReferralStatus
from app.domain.stages import Stage, Status
from app.domain.zones import Zone, at_local
from app.exchange.entries import CaseRows, Typed
from app.reference import areas
from app.security.structs import work as work_structs
from app.security.structs.case import Chronology, Reporter
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReport, IntakeReported, Screening
from app.security.structs.people import (
    Category,
    ClientIdentity,
    ClientProfile,
    Relation,
    ReportedIdentity,
    ReportedProfile,
)

StableId = Callable[..., UUID]
_CERTAINTY_DEFAULT: Final = "DUGAAN"
_REFUSED: Final = (ReferralStatus.DECLINED.value, ReferralStatus.CANCELLED.value)
_ONWARD: Final[tuple[str, ...]] = (
    ReferralStatus.SENT,
    ReferralStatus.ACKNOWLEDGED,
    ReferralStatus.ACCEPTED,
    ReferralStatus.SERVED,
    ReferralStatus.CLOSED,
)


@dataclass(frozen=True, slots=True, repr=False)
class CaseEntry:
    """One case ready to be written. `services` and the like pair the client's id with the documents."""

    case_id: UUID
    intake: Intake
    stage: str
    status: Status
    closed_on: date | None
    register_no: str
    services: tuple[tuple[work_structs.Service, work_structs.ServiceText], ...]
    referrals: tuple[tuple[work_structs.Referral, work_structs.ReferralText, str], ...]
    legal: tuple[tuple[work_structs.LegalStep, work_structs.LegalStepText], ...]
    follow_ups: tuple[work_structs.FollowUp, ...]
    person_refs: tuple[tuple[str, UUID], ...]
    reporters: tuple[Reporter, ...]  # all of them; the first stands in the intake as well
    category_rows: int  # lines of the sheet, beside the items of the victims' own columns


def build(rows: CaseRows, stable_id: StableId, zone: Zone) -> CaseEntry:
    """The documents of one case. The rows have passed `sort_by_case`; ids follow from the import and the references."""
    case = rows.case
    ref = case.text("case_ref")
    clients = {victim: stable_id("client", ref, victim) for victim in rows.victims}
    closed_on: date | None = case.get("closed_on")
    intake = Intake(
        report=_report(rows),
        incident=_incident(case),
        clients=tuple(_client(rows, row, clients[victim]) for victim, row in rows.victims.items()),
        reported=tuple(
            _reported(rows, row, stable_id("reported", ref, perp), clients) for perp, row in rows.perpetrators.items()
        ),
        screening=Screening(risk=case.text("risk"), authority=case.text("authority")),
        case_ref=ref,
    )
    all_ended = all(client.profile.ended_on is not None for client in intake.clients)
    return CaseEntry(
        case_id=stable_id("case", ref),
        intake=intake,
        stage=case.text("stage") or (Stage.AFTER.value if closed_on else ""),
        status=Status.CLOSED if closed_on is not None and all_ended else Status.OPEN,
        closed_on=closed_on,
        register_no=case.text("register_no"),
        services=tuple(_service(row, clients) for row in rows.others["services"]),
        referrals=tuple(_referral(row, clients, zone) for row in rows.others["referrals"]),
        legal=tuple(_legal(row, clients) for row in rows.others["legal"]),
        follow_ups=tuple(
            work_structs.FollowUp(
                client_id=clients[row.text("victim_ref")], on=row.values["date"], kind=row.text("kind")
            )
            for row in rows.others["followups"]
        ),
        person_refs=tuple(
            (row.text("person_ref"), clients[victim]) for victim, row in rows.victims.items() if row.text("person_ref")
        ),
        reporters=tuple(_reporter(row) for row in rows.others["reporters"]),
        category_rows=len(rows.others["categories"]),
    )


def _report(rows: CaseRows) -> IntakeReport:
    case = rows.case
    first = next(iter(rows.others["reporters"]), None)
    return IntakeReport(
        on=case.get("report_date"),
        time=case.text("report_time"),
        channel=case.text("channel"),
        reporter=Reporter() if first is None else _reporter(first),
        transfer_in=case.text("transfer_in") == "YA",
    )


def _reporter(row: Typed) -> Reporter:
    return Reporter(name=row.text("name"), phone=row.text("phone"), relation_text=row.text("relation"))


def _incident(case: Typed) -> IntakeIncident:
    return IntakeIncident(
        first_on=case.get("incident_date"),
        last_on=case.get("incident_last_date"),
        time=case.text("incident_time"),
        area=case.text("incident_area"),
        place=case.text("place"),
        online=case.text("online"),
        patbm_village=case.text("patbm_village"),
        chronology=Chronology(text=case.text("summary")),
    )


def _client(rows: CaseRows, row: Typed, client_id: UUID) -> IntakeClient:
    case = rows.case
    residence, village = _residence(row.text("residence_area"))
    ended_on = row.get("ended_on") or case.get("closed_on")
    profile = ClientProfile(
        capacity=row.text("capacity") or "KORBAN",
        sex=row.text("sex"),
        unborn=row.text("unborn") == "YA",
        stated_age=row.get("age_at_incident"),
        stated_on=case.get("incident_date") or case.get("report_date"),
        education=row.text("education"),
        occupation=row.text("occupation"),
        marital=row.text("marital"),
        disability=row.get("disability", ()),
        citizenship=row.text("citizenship"),
        residence=residence,
        violence=row.get("violence", ()),
        trafficking=row.get("trafficking_forms", ()),
        kdrt=row.text("kdrt"),
        tppo=row.text("tppo"),
        kbgo=row.text("kbgo"),
        pregnant=row.text("pregnant"),
        tpks=row.get("tpks", ()),
        ktp=row.get("ktp", ()),
        categories=tuple(_categories(rows, row)),
        abh_role=row.text("abh_role"),
        ended_on=ended_on,
        closure=(row.text("closure") or case.text("closure")) if ended_on else "",
        closure_reason=(row.text("closure_reason") or case.text("closure_reason")) if ended_on else "",
        victim_ref=row.text("victim_ref"),
        person_ref=row.text("person_ref"),
    )
    identity = ClientIdentity(
        name=row.text("name"),
        nik=row.text("nik"),
        birth_date=row.get("birth_date"),
        phone=row.text("phone"),
        village=village,
    )
    return IntakeClient(id=client_id, profile=profile, identity=identity)


def _categories(rows: CaseRows, row: Typed) -> Iterator[Category]:
    """PP 78 items of a child: its own column, AM codes that stand for one item, and the dated rows, which win."""
    found: dict[str, Category] = {}
    for code in row.get("ampk", ()):
        item = single_item_of_ampk(code)
        if item is not None:
            found[item] = Category(item, None, _CERTAINTY_DEFAULT)
    for item in row.get("ampk_items", ()):
        found[item] = Category(item, None, _CERTAINTY_DEFAULT)
    for dated in rows.others["categories"]:
        if dated.text("victim_ref") == row.text("victim_ref"):
            item = dated.text("item")
            found[item] = Category(item, dated.get("date"), dated.text("certainty") or _CERTAINTY_DEFAULT)
    yield from found.values()


def _residence(code: str) -> tuple[str, str]:
    """Kecamatan for the coded profile, village for the sealed identity."""
    if not code:
        return "", ""
    kecamatan = areas.kecamatan_of(code)
    return (kecamatan.code, code if code != kecamatan.code else "") if kecamatan is not None else (code, "")


def _reported(rows: CaseRows, row: Typed, reported_id: UUID, clients: Mapping[str, UUID]) -> IntakeReported:
    relations = tuple(
        Relation(clients[relation.text("victim_ref")], relation.text("relationship"))
        for relation in rows.others["relations"]
        if relation.text("perp_ref") == row.text("perp_ref")
    )
    profile = ReportedProfile(
        sex=row.text("sex") or "X",
        age=row.get("age"),
        education=row.text("education"),
        occupation=row.text("occupation"),
        marital=row.text("marital"),
        citizenship=row.text("citizenship"),
        relations=relations,
        perp_ref=row.text("perp_ref"),
    )
    return IntakeReported(
        id=reported_id,
        profile=profile,
        identity=ReportedIdentity(name=row.text("name"), birth_date=row.get("birth_date")),
    )


def _service(row: Typed, clients: Mapping[str, UUID]) -> tuple[work_structs.Service, work_structs.ServiceText]:
    document = work_structs.Service(
        client_id=clients[row.text("victim_ref")],
        on=row.values["date"],
        code=row.text("service"),
        amount=row.get("amount"),
        fund=row.text("fund"),
    )
    return document, work_structs.ServiceText(agency=row.text("agency"), detail=row.text("detail"))


def _referral(
    row: Typed, clients: Mapping[str, UUID], zone: Zone
) -> tuple[work_structs.Referral, work_structs.ReferralText, str]:
    steps = referral_steps(row, zone)
    victim = row.text("victim_ref")
    document = work_structs.Referral(
        client_id=clients[victim] if victim else None,
        institution_type=row.text("institution_type"),
        requested=row.get("requested", ()),
        decided_at=steps[0].at,
        steps=steps,
    )
    return document, work_structs.ReferralText(institution_name=row.text("institution")), steps[-1].status


def referral_steps(row: Typed, zone: Zone) -> tuple[work_structs.ReferralStep, ...]:
    """The steps that the days of a referral row tell, in order; the status column adds the end that has no column of its own."""
    days = [
        (ReferralStatus.SENT, row.get("sent_on")),
        (ReferralStatus.ACKNOWLEDGED, row.get("acknowledged_on")),
        (ReferralStatus.ACCEPTED, row.get("accepted_on")),
    ]
    status = row.text("status")
    result = row.get("result_on") or (row.get("answered_on") if status == ReferralStatus.CLOSED.value else None)
    if status == ReferralStatus.DECLINED.value:
        days.append(
            (ReferralStatus.DECLINED, row.get("answered_on") or row.get("acknowledged_on") or row.get("sent_on"))
        )
    if status == ReferralStatus.CANCELLED.value:
        days.append((ReferralStatus.CANCELLED, row.get("answered_on") or row.get("sent_on")))
    if result is not None and status not in _REFUSED:
        days += [(ReferralStatus.SERVED, result), (ReferralStatus.CLOSED, result)]
    elif status == ReferralStatus.SERVED.value:
        days.append((ReferralStatus.SERVED, row.get("answered_on") or row.get("accepted_on") or row.get("sent_on")))
    told = [(step, day) for step, day in days if day is not None]
    told += _undated_status(row, told)
    return tuple(work_structs.ReferralStep(step.value, _midnight(day, zone)) for step, day in told)


def _undated_status(row: Typed, told: Sequence[tuple[ReferralStatus, date]]) -> list[tuple[ReferralStatus, date]]:
    """A status beyond what the days tell was reached on a day nobody wrote down: it takes the last day known."""
    status, reached = row.text("status"), told[-1][0]
    if status not in _ONWARD or reached not in _ONWARD or _ONWARD.index(status) <= _ONWARD.index(reached):
        return []
    known = [day for _, day in told]
    return [(ReferralStatus(status), max([*known, row.get("answered_on") or known[-1]]))]


def _legal(row: Typed, clients: Mapping[str, UUID]) -> tuple[work_structs.LegalStep, work_structs.LegalStepText]:
    victim = row.text("victim_ref")
    document = work_structs.LegalStep(
        client_id=clients[victim] if victim else None, milestone=row.text("milestone"), on=row.values["date"]
    )
    return document, work_structs.LegalStepText(number=row.text("number"), note=row.text("note"))


def _midnight(day: date, zone: Zone) -> datetime:
    return at_local(day, time(0, 0), zone)
