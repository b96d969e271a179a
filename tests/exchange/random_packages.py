"""Random packages that are valid: every sheet, every code list, gaps everywhere, persons with several files."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

from app.domain.codes import code_list

Sheets = dict[str, list[dict[str, str]]]
NAMES = ("Siti Contoh", "Budi, Rekaan", 'Ani "Uji"', "=1+1", "Nur\nFiktif")
AREAS = ("64.02.06", "64.02.03", "64.02.06.1002", "63.03.05", "64.02", "")
FLAGS = ("ya", "tidak", "")


def package(dice: random.Random, years: Iterable[int], cases: int = 8) -> Sheets:
    """So many cases reported in each year, with what was done for them in that year and the next."""
    sheets: Sheets = {
        name: []
        for name in (
            *("cases", "victims", "categories", "perpetrators", "relations", "services"),
            *("referrals", "legal", "followups", "reporters"),
        )
    }
    for year in years:
        for number in range(cases):
            _add_case(dice, sheets, f"R{year}-{number}", date(year, 1, 1) + timedelta(dice.randrange(365)))
    return sheets


def _add_case(dice: random.Random, sheets: Sheets, ref: str, reported: date) -> None:
    incident = reported - timedelta(dice.choice((0, 3, 500)))
    closed = dice.random() < 0.2
    case = {
        "case_ref": ref,
        "report_date": str(reported),
        "report_time": dice.choice(("", "08:15")),
        "channel": _code(dice, "channel"),
        "incident_date": dice.choice(("", str(incident))),
        "incident_area": dice.choice(AREAS[:5]) if dice.random() < 0.8 else "",
        "place": _code(dice, "place"),
        "online": dice.choice(FLAGS),
        "summary": dice.choice(("", "uraian rekaan")),
        "transfer_in": dice.choice(("", "", "", "ya")),
    }
    if closed:
        case |= {"closed_on": str(reported + timedelta(20)), "closure": _code(dice, "termination")}
        case["closure_reason"] = _code(dice, "termination_reason")
    sheets["cases"].append(case)
    victims = [f"V{n}" for n in range(dice.choice((1, 1, 2, 3)))]
    for victim in victims:
        _add_victim(dice, sheets, ref, victim, reported)
    for perp in (f"P{n}" for n in range(dice.choice((0, 1, 1, 2)))):
        person = {
            "case_ref": ref,
            "perp_ref": perp,
            "sex": dice.choice(("L", "L", "P", "X", "")),
            "name": dice.choice(NAMES),
        }
        person |= {"age": dice.choice(("", "16", "17", "18", "24", "25", "59", "60"))}
        person |= {name: _code(dice, name) for name in ("education", "occupation", "marital", "citizenship")}
        sheets["perpetrators"].append(person)
        for victim in victims:
            if dice.random() < 0.7:
                pair = {"case_ref": ref, "victim_ref": victim, "perp_ref": perp}
                sheets["relations"].append(pair | {"relationship": _code(dice, "relationship", filled=True)})
    _add_records(dice, sheets, ref, victims, reported)


def _add_records(dice: random.Random, sheets: Sheets, ref: str, victims: list[str], reported: date) -> None:
    for _ in range(dice.randrange(4)):
        row = {"case_ref": ref, "victim_ref": dice.choice(victims), "date": _later(dice, reported)}
        sheets["services"].append(row | {"service": _code(dice, "service", filled=True)})
    for _ in range(dice.randrange(2)):
        _add_referral(dice, sheets, ref, dice.choice([*victims, ""]), reported)
    if dice.random() < 0.3:
        row = {"case_ref": ref, "victim_ref": dice.choice(victims), "date": _later(dice, reported)}
        sheets["followups"].append(row | {"kind": _code(dice, "followup_kind", filled=True)})
    if dice.random() < 0.4:
        row = {"case_ref": ref, "victim_ref": dice.choice([*victims, ""]), "date": _later(dice, reported)}
        sheets["legal"].append(row | {"milestone": _code(dice, "milestone", filled=True), "number": "LP/1"})
    if dice.random() < 0.3:
        sheets["reporters"].append(
            {"case_ref": ref, "name": "Pelapor Rekaan", "phone": "081234567890", "relation": "bibi"}
        )


def _add_victim(dice: random.Random, sheets: Sheets, ref: str, victim: str, reported: date) -> None:
    age = dice.choice(("", "0", "5", "6", "12", "13", "17", "18", "24", "25", "44", "45", "59", "60", "80"))
    is_child = age != "" and int(age) < 18
    row = {
        "case_ref": ref,
        "victim_ref": victim,
        "person_ref": dice.choice(("", "", f"ORANG{dice.randrange(9)}")),
        "capacity": dice.choice(("KORBAN", "KORBAN", "", "SAKSI")),
        "name": dice.choice(NAMES),
        "sex": dice.choice("LP"),
        "age_at_incident": age,
        "residence_area": dice.choice(AREAS),
        "disability": dice.choice(("", "", "DS_NONE", _code(dice, "disability"))),
        "violence": ";".join({_code(dice, "violence", filled=True) for _ in range(dice.choice((1, 2)))}),
        "kdrt": dice.choice(FLAGS),
        "kbgo": dice.choice(FLAGS),
        "tppo": dice.choice(FLAGS),
        "tpks": _code(dice, "tpks") if dice.random() < 0.3 else "",
    }
    row |= {name: _code(dice, name) for name in ("education", "occupation", "marital", "citizenship")}
    if dice.random() < 0.2:
        row |= {"ended_on": _later(dice, reported), "closure": _code(dice, "termination")}
        row["closure_reason"] = _code(dice, "termination_reason")
    sheets["victims"].append(row)
    for item in dice.sample(range(1, 21), dice.choice((0, 0, 1, 2))) if is_child else ():
        day = dice.choice(("", str(reported), _later(dice, reported)))
        certainty = dice.choice(("", "dugaan", "terkonfirmasi"))
        sheets["categories"].append(
            {"case_ref": ref, "victim_ref": victim, "item": str(item), "date": day, "certainty": certainty}
        )


def _add_referral(dice: random.Random, sheets: Sheets, ref: str, victim: str, reported: date) -> None:
    sent = reported + timedelta(dice.choice((0, 5, 400)))
    row = {
        "case_ref": ref,
        "victim_ref": victim,
        "sent_on": str(sent),
        "institution_type": _code(dice, "institution_type", filled=True),
        "requested": _code(dice, "service"),
        "acknowledged_on": dice.choice(("", str(sent + timedelta(1)))),
        "status": dice.choice(("", "RF_ACK", "RF_REJECTED", "RF_CANCELLED", "RF_SERVED", "RF_CLOSED")),
    }
    sheets["referrals"].append(row)


def _later(dice: random.Random, day: date) -> str:
    return str(day + timedelta(dice.choice((0, 1, 30, 200, 380))))


def _code(dice: random.Random, name: str, *, filled: bool = False) -> str:
    """A code in use of the list; empty now and then unless it must be filled."""
    if not filled and dice.random() < 0.3:
        return ""
    return dice.choice([code.code for code in code_list(name) if code.active])
