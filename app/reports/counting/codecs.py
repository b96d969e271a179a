"""How one attribute is written in a ledger row: a codec per kind of value, each with its exact numpy type.

Changing a codec or a field list changes the format: give it a new version (`app.reports.ledger_format`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.reports.counting.codebook import codes_by_number, codes_of, mask_of, numbers
from app.reports.facts import OUTSIDE, Certainty

NO_DAY = -(2**31)
"""Day of something that has no day. Days count from 1 January 1970."""
NO_AGE = -1
YES, NO = 1, 2
OUTSIDE_AREA = 1
"""Area number of OUTSIDE; real area codes start at 11."""
_EPOCH = date(1970, 1, 1).toordinal()
_CERTAINTIES = {Certainty.SUSPECTED: 1, Certainty.CONFIRMED: 2}


@dataclass(frozen=True, slots=True)
class Codec:
    """`pack` gives the number or bytes in the row, `unpack` what stood in the facts; `list_name` where it is a code."""

    dtype: str
    pack: Callable[[Any], int | bytes]
    unpack: Callable[[Any], Any]
    list_name: str = ""


def day_number(day: date | None) -> int:
    """Days since 1 January 1970, NO_DAY for none."""
    return NO_DAY if day is None else day.toordinal() - _EPOCH


def day_of(number: int) -> date | None:
    """The reverse of `day_number`."""
    return None if number == NO_DAY else date.fromordinal(int(number) + _EPOCH)


def area_number(code: str | None) -> int:
    """The code 63.03.05 as 630305, OUTSIDE as 1, None as 0. ValueError below kecamatan: no village in the ledger."""
    if code is None:
        return 0
    digits = code.replace(".", "")
    if code != OUTSIDE and len(digits) not in (2, 4, 6):
        raise ValueError("an area of the ledger is a province, kabupaten or kecamatan")
    return OUTSIDE_AREA if code == OUTSIDE else int(digits)


def area_code(number: int) -> str | None:
    """The reverse of `area_number`."""
    if number <= OUTSIDE_AREA:
        return OUTSIDE if number == OUTSIDE_AREA else None
    digits = str(number)
    return ".".join(digits[i : i + 2] for i in range(0, len(digits), 2))


def one(list_name: str) -> Codec:
    """A single code of a list; 0 where not recorded."""

    def pack(code: str | None) -> int:
        return 0 if code is None else numbers(list_name)[code]

    def unpack(n: Any) -> str | None:
        return codes_by_number(list_name)[int(n)] if n else None

    return Codec("u1", pack, unpack, list_name)


def many(list_name: str, dtype: str) -> Codec:
    """Several codes of a list as bits."""

    def pack(codes: Any) -> int:
        return mask_of(list_name, codes)

    def unpack(mask: Any) -> frozenset[str]:
        return codes_of(list_name, int(mask))

    return Codec(dtype, pack, unpack, list_name)


def _unpack_flag(n: Any) -> bool | None:
    return None if n == 0 else bool(n == YES)


_NOBODY = b"\0" * 16


def _unpack_token(raw: Any) -> UUID | None:
    return UUID(bytes=bytes(raw)) if bytes(raw) != _NOBODY else None


ID = Codec("V16", lambda value: value.bytes, lambda raw: UUID(bytes=bytes(raw)))
TOKEN = Codec("V16", lambda value: value.bytes if value else _NOBODY, _unpack_token)
DAY = Codec("<i4", day_number, day_of)
AREA = Codec("<u4", area_number, lambda n: area_code(int(n)))
AGE = Codec("<i2", lambda age: NO_AGE if age is None else age, lambda n: None if n == NO_AGE else int(n))
NUMBER = Codec("<u2", lambda value: value or 0, lambda n: int(n) or None)
TRUTH = Codec("u1", int, bool)
FLAG = Codec("u1", lambda value: 0 if value is None else (YES if value else NO), _unpack_flag)
CERTAINTY = Codec("u1", lambda value: _CERTAINTIES[value], lambda n: {v: k for k, v in _CERTAINTIES.items()}[int(n)])

CASE: Mapping[str, Codec] = {
    "case_id": ID,
    "report_day": DAY,
    "incident_day": DAY,
    "incident_last_day": DAY,
    "place": one("place"),
    "online": FLAG,
    "channel": one("channel"),
    "further_channels": many("channel", "<u4"),
    "reporter_kind": one("reporter_kind"),
    "kecamatan_incident": AREA,
    "event": one("incident_event"),
    "patbm": TRUTH,
    "transfer_in": TRUTH,
    "register_year": NUMBER,
}
CLIENT: Mapping[str, Codec] = {
    "client_id": ID,
    "person": ID,
    "capacity": one("capacity"),
    "sex": one("sex"),
    "age_at_incident": AGE,
    "age_at_report": AGE,
    "unborn": TRUTH,
    "education": one("education"),
    "occupation": one("occupation"),
    "marital": one("marital"),
    "disability": many("disability", "<u2"),
    "citizenship": one("citizenship"),
    "kecamatan_residence": AREA,
    "violence": many("violence", "<u2"),
    "trafficking": many("trafficking", "<u2"),
    "tpks": many("tpks", "<u4"),
    "ktp": many("ktp", "<u4"),
    "kdrt": FLAG,
    "tppo": FLAG,
    "kbgo": FLAG,
    "abh_role": one("abh_role"),
    "child_marriage": FLAG,
    "economic_not_work": FLAG,
    "work_sector": one("work_sector"),
    "worst_forms": many("bpta_kind", "<u4"),
    "withdrawn_on": DAY,
    "schooling": one("schooling"),
    "separation": one("separation"),
    "ended_on": DAY,
    "closure": one("termination"),
    "closure_reason": one("termination_reason"),
}
ITEM: Mapping[str, Codec] = {"item": Codec("u1", int, int), "certainty": CERTAINTY, "day": DAY}
REPORTED: Mapping[str, Codec] = {
    "reported_id": ID,
    "sex": one("sex"),
    "age": AGE,
    "education": one("education"),
    "occupation": one("occupation"),
    "marital": one("marital"),
    "citizenship": one("citizenship"),
    "person": TOKEN,
}
PAIR: Mapping[str, Codec] = {"relationship": one("relationship")}
SERVICE: Mapping[str, Codec] = {"day": DAY, "service": one("service")}
REFERRAL: Mapping[str, Codec] = {
    "sent_day": DAY,
    "institution_type": one("institution_type"),
    "accepted_day": DAY,
    "result_day": DAY,
    "status": one("referral_status"),
}
FOLLOWUP: Mapping[str, Codec] = {"day": DAY, "kind": one("followup_kind")}
CONTACT: Mapping[str, Codec] = {
    "contact_id": ID,
    "day": DAY,
    "channel": one("channel"),
    "topic": one("contact_topic"),
    "referred_to": one("institution_type"),
}
