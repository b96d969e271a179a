"""Invented people and reports for the demo office: deterministic, from the tables of `data/office.json`. Nobody real (case-management 12)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from app.db.base import new_id
from app.domain.codes import code_list
from app.domain.implications import implied_ktp
from app.reference import areas
from app.security.structs.case import Chronology, Reporter
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReport, IntakeReported, Screening
from app.security.structs.people import (
    Category,
    ClientIdentity,
    ClientProfile,
    Relation,
    ReportedIdentity,
    ReportedProfile,
    SafeContact,
)

_FILE: Final = Path(__file__).parent / "data" / "office.json"
_EDUCATION: Final = ((0, "ED_NONE"), (4, "ED_TK"), (6, "ED_SD"), (12, "ED_SLTP"), (15, "ED_SLTA"))
_REPORTERS: Final = ("PR_ORTU", "PR_KELUARGA", "PR_TETANGGA", "PR_GURU")
CHILD_UNDER: Final = 18
DISABILITY_SHARE: Final = 0.05
UNKNOWN_SHARE: Final = 0.07

Scenario = Mapping[str, Any]


@cache
def tables() -> Mapping[str, Any]:
    """People, scenarios, institutions, staff and notes of the demo office."""
    document: Mapping[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return document


def pick_scenario(dice: Random) -> Scenario:
    """A scenario, with the skew of real life."""
    scenarios: Sequence[Scenario] = tables()["scenarios"]
    return dice.choices(scenarios, [s["weight"] for s in scenarios])[0]


def report(dice: Random, scenario: Scenario, on: date, clock: str, unit_area: str) -> Intake:
    """A complete intake of this scenario, reported on this day."""
    incident_on = on - timedelta(days=min(int(dice.expovariate(1 / 6)), 90))
    kecamatan = _skewed(dice, [area.code for area in areas.children(unit_area)])
    clients = tuple(_client(dice, scenario, incident_on, kecamatan) for _ in range(dice.choice(scenario["count"])))
    reported = tuple(_reported(dice, scenario, clients) for _ in range(dice.choice(scenario["reported_count"])))
    channel = dice.choice(scenario["channels"])
    risk = dice.choice(scenario["risk"])
    return Intake(
        report=IntakeReport(
            on=on,
            time=clock,
            channel=channel,
            reporter_kind=_reporter_kind(dice, channel, clients),
            reporter=_reporter(dice),
        ),
        incident=IntakeIncident(
            first_on=incident_on,
            time=f"{dice.randint(6, 22):02d}:{dice.choice((0, 15, 30, 45)):02d}",
            area=_village(dice, kecamatan),
            place=_one(dice, scenario["place"]),
            online="YA" if scenario.get("online") else "TIDAK",
            patbm_village=_village(dice, kecamatan) if channel == "CH_PATBM" else "",
            chronology=Chronology(text=scenario["text"], client_wish="Merasa aman dan didampingi."),
        ),
        clients=clients,
        reported=reported,
        screening=Screening(
            danger_prompts=_prompts(dice, risk),
            prompts_asked=True,
            risk=risk,
            authority="AU_KABKOTA" if dice.random() > 0.05 else "AU_PROV",
        ),
    )


def _client(dice: Random, scenario: Scenario, incident_on: date, kecamatan: str) -> IntakeClient:
    wanted = scenario["client"]
    group = dice.choice(("girls", "boys")) if wanted["group"] == "mixed" else wanted["group"]
    age = dice.randint(*wanted["ages"])
    sex = "L" if group in {"boys", "men"} else "P"
    birth = incident_on - timedelta(days=age * 365 + age // 4 + dice.randint(20, 340))
    is_child = age < CHILD_UNDER
    kinds = tuple(dice.choice(scenario["kinds"]))
    flags = scenario["flags"]
    disability = tuple(wanted.get("disability", ())) or (
        ("DS_INTELEKTUAL",) if dice.random() < DISABILITY_SHARE else ("DS_NONE",)
    )
    ktp = implied_ktp(kinds, flags, disability, age) if sex == "P" and not is_child else ()
    profile = ClientProfile(
        capacity=scenario.get("capacity", "KORBAN"),
        sex=sex,
        education=_education(dice, age),
        in_school="SH_SEKOLAH" if 6 <= age < CHILD_UNDER else "",
        occupation="OC_PELAJAR"
        if 6 <= age < CHILD_UNDER
        else ("OC_NONE" if is_child else dice.choice(wanted.get("occupation", ["OC_SWASTA"]))),
        marital="MS_BELUM" if is_child else wanted.get("marital", "MS_BELUM"),
        disability=disability,
        citizenship="WNI",
        residence=kecamatan,
        violence=kinds,
        trafficking=tuple(scenario.get("trafficking", ())),
        kdrt="YA" if "kdrt" in flags else "TIDAK",
        tppo="YA" if "tppo" in flags else "TIDAK",
        kbgo="YA" if "kbgo" in flags else "TIDAK",
        tpks=(dice.choice(scenario["tpks"]),) if "tpks" in scenario and "VK_SEKSUAL" in kinds else (),
        ktp=tuple(sorted(ktp)),
        categories=tuple(Category(item, incident_on, "TERKONFIRMASI") for item in scenario.get("items", ()))
        if is_child
        else (),
        abh_role=scenario.get("role", "") if is_child else "",
        work_sector=scenario.get("work_sector", "") if is_child else "",
        needs=_needs(age, disability),
    )
    return IntakeClient(id=new_id(), profile=profile, identity=_identity(dice, group, sex, birth, kecamatan))


def _needs(age: int, disability: Sequence[str]) -> tuple[str, ...]:
    """What follows from age and disability."""
    helped = tuple(kind for kind in disability if kind not in {"DS_NONE", "DS_NA"})
    needs = (*(("KB_DAMPING",) if helped else ()), *(("KB_ANAK",) if age < 12 else ()))
    return needs or ("KB_TIDAK",)


def _identity(dice: Random, group: str, sex: str, birth: date, kecamatan: str) -> ClientIdentity:
    people = tables()["people"]
    minor = group in {"girls", "boys"}
    return ClientIdentity(
        name=_name(dice, group),
        nik=_nik(dice, kecamatan, birth, sex),
        birth_date=birth,
        birth_place="Martapura",
        address=f"{dice.choice(people['streets'])} RT {dice.randint(1, 20):02d}",
        village=_village(dice, kecamatan),
        phone=_phone(dice),
        religion="AG_ISLAM",
        school=dice.choice(people["schools"]) if minor else "",
        guardian_name=_name(dice, "women") if minor else "",
        guardian_relation="Ibu" if minor else "",
        guardian_phone=_phone(dice) if minor else "",
        contact=SafeContact(
            call=dice.choice(("YA", "YA", "TIDAK")),
            message=dice.choice(("YA", "TIDAK")),
            hours="09.00-15.00",
            cover_phrase="Informasi jadwal posyandu",
        ),
    )


def _reported(dice: Random, scenario: Scenario, clients: Sequence[IntakeClient]) -> IntakeReported:
    wanted = scenario["reported"]
    relation = _one(dice, scenario["relation"])
    if dice.random() < UNKNOWN_SHARE:
        unknown = ReportedProfile(sex="X", relations=tuple(Relation(c.id, "RL_NA") for c in clients))
        return IntakeReported(id=new_id(), profile=unknown)
    age = dice.randint(*wanted["ages"])
    profile = ReportedProfile(
        sex="P" if wanted["group"] == "women" else "L",
        age=age,
        education=_education(dice, age),
        occupation="OC_PELAJAR" if age < CHILD_UNDER else dice.choice(("OC_SWASTA", "OC_DAGANG", "OC_NONE", "OC_PNS")),
        marital="MS_BELUM" if age < 22 else dice.choice(("MS_KAWIN", "MS_KAWIN", "MS_CERAI", "MS_BELUM")),
        citizenship="WNI",
        child_offender="YA" if age < CHILD_UNDER else "TIDAK",
        relations=tuple(Relation(client.id, relation) for client in clients),
    )
    return IntakeReported(id=new_id(), profile=profile, identity=ReportedIdentity(name=_name(dice, wanted["group"])))


def _reporter(dice: Random) -> Reporter:
    return Reporter(
        name=_name(dice, dice.choice(("women", "men"))), phone=_phone(dice), words="Meminta bantuan dan pendampingan."
    )


def _reporter_kind(dice: Random, channel: str, clients: Sequence[IntakeClient]) -> str:
    fixed = {"CH_POLISI": "PR_POLISI", "CH_PATBM": "PR_PATBM", "CH_RUJUKAN": "PR_LEMBAGA"}.get(channel)
    if fixed:
        return fixed
    is_adult = clients[0].profile.marital == "MS_KAWIN"
    return "PR_SENDIRI" if is_adult else dice.choice(_REPORTERS)


def _prompts(dice: Random, risk: str) -> tuple[str, ...]:
    codes = [code.code for code in code_list("danger_prompt").active()]
    return tuple(dice.sample(codes, dice.randint(1, 3))) if risk == "RK_TINGGI" else ()


def _name(dice: Random, group: str) -> str:
    names: Sequence[str] = tables()["people"][group]
    return dice.choice(names)


def _phone(dice: Random) -> str:
    return f"0812-5{dice.randint(0, 99):02d}0-{dice.randint(0, 9999):04d}"


def _nik(dice: Random, kecamatan: str, birth: date, sex: str) -> str:
    if dice.random() < 0.3:
        return ""
    day = birth.day + (40 if sex == "P" else 0)
    return f"{kecamatan.replace('.', '')}{day:02d}{birth.month:02d}{birth.year % 100:02d}{dice.randint(9000, 9999)}"


def _education(dice: Random, age: int) -> str:
    if age >= CHILD_UNDER:
        return dice.choice(("ED_SD", "ED_SLTP", "ED_SLTA", "ED_SLTA", "ED_PT", "ED_NA"))
    return [code for least, code in _EDUCATION if age >= least][-1]


def _skewed(dice: Random, codes: Sequence[str]) -> str:
    """Some kecamatan report far more than others."""
    return dice.choices(codes, [1 / (rank + 1) for rank in range(len(codes))])[0]


def _village(dice: Random, kecamatan: str) -> str:
    villages = areas.children(kecamatan)
    return dice.choice(villages).code if villages else kecamatan


def _one(dice: Random, value: Any) -> str:
    return str(value if isinstance(value, str) else dice.choice(value))
