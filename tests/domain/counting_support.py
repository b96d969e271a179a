"""Invented facts for the counting tests: plain builders, and random offices for hypothesis."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from hypothesis import strategies as st

from app.domain.codes import code_list
from app.reports.counting.settings import UnitInfo
from app.reports.facts import (
    OUTSIDE,
    CaseFacts,
    Certainty,
    ClientFacts,
    ContactFacts,
    FollowUpFacts,
    ItemFacts,
    PairFacts,
    ReferralFacts,
    ReportedFacts,
    ServiceFacts,
)
from app.reports.ledger_format import Arrays, pack, read_all

UNIT = UnitInfo("63.03", "UPTD PPA Contoh", {"63.03.05": "Martapura", "63.03.04": "Astambul", "63.03.12": "Gambut"})
MARCH = date(2025, 3, 10)


def client(**given: object) -> ClientFacts:
    """A girl of 9, victim of physical violence, unless said otherwise."""
    identity = uuid4()
    plain: dict[str, object] = {
        "client_id": identity,
        "person": identity,
        "capacity": "KORBAN",
        "sex": "P",
        "age_at_incident": 9,
        "violence": frozenset({"VK_FISIK"}),
    }
    return ClientFacts(**(plain | given))  # type: ignore[arg-type]


def case(*clients: ClientFacts, **given: object) -> CaseFacts:
    """A case reported on 10 March 2025."""
    plain: dict[str, object] = {"case_id": uuid4(), "report_day": MARCH, "place": "PL_RT", "channel": "CH_LANGSUNG"}
    return CaseFacts(**(plain | given), clients=clients)  # type: ignore[arg-type]


def arrays_of(*cases: CaseFacts, contacts: tuple[ContactFacts, ...] = ()) -> Arrays:
    """The cases through the bytes of the ledger and back."""
    return read_all([pack(list(cases), list(contacts))])


def served(who: ClientFacts, day: date = MARCH, service: str | None = "SV_KESEHATAN") -> ServiceFacts:
    """One service record."""
    return ServiceFacts(who.client_id, day, service)


def _one(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from([code.code for code in code_list(name)])


def _maybe(name: str) -> st.SearchStrategy[str | None]:
    return st.none() | _one(name)


def _some(name: str, most: int = 3) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(_one(name), max_size=most)


_FLAG = st.sampled_from([None, True, False])
_DAY = st.integers(0, 560).map(lambda n: date(2024, 1, 1) + timedelta(days=n))
_MAYBE_DAY = st.none() | _DAY
_AREA = st.sampled_from([None, OUTSIDE, "63.03", "63", "63.03.05", "63.03.12", "63.04.01", "64.02", "64.02.03"])
_AGE = st.none() | st.sampled_from([0, 5, 6, 12, 13, 17, 18, 24, 25, 59, 60, 91])
_PERSONS = [UUID(int=n << 64 | n) for n in range(1, 5)]
_ITEM = st.builds(ItemFacts, st.integers(1, 20), st.sampled_from(Certainty), _MAYBE_DAY)

clients = st.builds(
    ClientFacts,
    client_id=st.uuids(version=4),
    person=st.sampled_from(_PERSONS) | st.uuids(version=4),
    capacity=st.sampled_from(["KORBAN", "KORBAN", "KORBAN", "SAKSI", "ABH_PELAKU", "AMPK_LAIN"]),
    sex=st.sampled_from(["L", "P"]),
    age_at_incident=_AGE,
    age_at_report=_AGE,
    unborn=st.sampled_from([False, False, False, True]),
    education=_maybe("education"),
    occupation=_maybe("occupation"),
    marital=_maybe("marital"),
    disability=_some("disability"),
    citizenship=_maybe("citizenship"),
    kecamatan_residence=_AREA,
    violence=_some("violence"),
    trafficking=_some("trafficking"),
    tpks=_some("tpks"),
    ktp=_some("ktp"),
    kdrt=_FLAG,
    tppo=_FLAG,
    kbgo=_FLAG,
    abh_role=_maybe("abh_role"),
    child_marriage=_FLAG,
    work_sector=_maybe("work_sector"),
    worst_forms=_some("bpta_kind"),
    withdrawn_on=_MAYBE_DAY,
    schooling=_maybe("schooling"),
    separation=_maybe("separation"),
    ended_on=_MAYBE_DAY,
    closure=_maybe("termination"),
    closure_reason=_maybe("termination_reason"),
    items=st.frozensets(_ITEM, max_size=3),
)
reported_persons = st.builds(
    ReportedFacts,
    reported_id=st.uuids(version=4),
    sex=_maybe("sex"),
    age=_AGE,
    education=_maybe("education"),
    occupation=_maybe("occupation"),
    marital=_maybe("marital"),
    citizenship=_maybe("citizenship"),
)


@st.composite
def cases(draw: st.DrawFn) -> CaseFacts:
    """A random case: nothing about it has to make sense, it only has to be counted."""
    people = draw(st.lists(clients, min_size=1, max_size=3, unique_by=lambda c: c.client_id))
    accused = draw(st.lists(reported_persons, max_size=2, unique_by=lambda r: r.reported_id))
    anybody = st.sampled_from([person.client_id for person in people])
    pairs = [
        PairFacts(person.client_id, other.reported_id, draw(_maybe("relationship")))
        for person in people
        for other in accused
    ]
    services = st.builds(ServiceFacts, anybody, _DAY, _maybe("service"))
    referrals = st.builds(
        ReferralFacts,
        anybody | st.none(),
        _DAY,
        _maybe("institution_type"),
        _MAYBE_DAY,
        _MAYBE_DAY,
        _maybe("referral_status"),
    )
    followups = st.builds(FollowUpFacts, anybody, _DAY, _maybe("followup_kind"))
    return CaseFacts(
        case_id=draw(st.uuids(version=4)),
        report_day=draw(_DAY),
        incident_day=draw(_MAYBE_DAY),
        incident_last_day=draw(_MAYBE_DAY),
        place=draw(_maybe("place")),
        online=draw(_FLAG),
        channel=draw(_maybe("channel")),
        further_channels=draw(_some("channel")),
        kecamatan_incident=draw(_AREA),
        event=draw(_maybe("incident_event")),
        patbm=draw(st.booleans()),
        transfer_in=draw(st.sampled_from([False, False, False, True])),
        register_year=draw(st.none() | st.integers(2020, 2030)),
        clients=tuple(people),
        reported=tuple(accused),
        pairs=tuple(pairs),
        services=tuple(draw(st.lists(services, max_size=4))),
        referrals=tuple(draw(st.lists(referrals, max_size=2))),
        followups=tuple(draw(st.lists(followups, max_size=2))),
    )


contacts = st.builds(
    ContactFacts, st.uuids(version=4), _DAY, _maybe("channel"), _maybe("contact_topic"), _maybe("institution_type")
)


@st.composite
def offices(draw: st.DrawFn) -> list[CaseFacts]:
    """Up to six random cases with different ids, some clients being the same person."""
    found = draw(st.lists(cases(), max_size=6, unique_by=lambda c: c.case_id))
    seen: set[UUID] = set()
    return [
        c
        for c in found
        if not (seen & {x.client_id for x in c.clients}) and not seen.update(x.client_id for x in c.clients)
    ]
