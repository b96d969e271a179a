"""The working day's village notes: a volunteer sends two and corrects one, the desk joins one to the case and ends the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.contracts.planting import Desk

if TYPE_CHECKING:
    from tests.contracts.working_day import Day

VILLAGE = "63.03.20.2001"
SECRETS: Mapping[str, str] = {
    "note nickname": "Utuhgandrung",
    "note nickname corrected": "Galuhsasirangan",
    "note help": "dibawa mengungsi ke langgarseberang",
    "note informed": "pambakal Kuinhilir",
    "note number": "081349920083",
    "note brought by": "Acil Rukayahbakau",
    "note advice": "mintalah amangnya menjemput harirabu",
    "note refused nik": "6303204811100052",
}


def _note(**changed: Any) -> dict[str, Any]:
    s = SECRETS
    return {
        "danger": "YA",
        "violence": ["VK_EKSPLOITASI"],
        "sex": "P",
        "age": "13",
        "called": s["note nickname"],
        "on": "2026-05-20",
        "village": VILLAGE,
        "help": s["note help"],
        "informed": s["note informed"],
        "contact": s["note number"],
    } | changed


def work(day: Day, desk: Desk) -> None:
    """Send, correct, receive, join; write down, end without a case."""
    s, new = SECRETS, "/own-notes/new"
    phone = day.desk(day.office.somebody("PATBM", name="Relawan Kampung"))
    phone.send(new, new, 422, **_note(called=s["note refused nik"]))
    page = phone.send(new, new, **_note())
    phone.send(f"{page}/edit", f"{page}/edit", called=s["note nickname corrected"])
    day.shown += [phone.get(page), phone.get("/own-notes"), phone.get("/")]
    note = page.replace("/own-notes/", "/village-notes/")
    day.shown += [desk.get("/"), desk.get("/village-notes"), desk.get(note)]
    desk.send(note, f"{note}/receive")
    number = re.search(r"<h1[^>]*>\s*([0-9A-Z./-]+)", desk.get(day.case))
    assert number
    assert desk.send(f"{note}/join", f"{note}/join", register_no=number[1]).startswith(day.case)
    day.shown += [phone.get(page), desk.get(note), desk.get(day.case), desk.get(f"{day.case}/story")]
    down = "/village-notes/write-down"
    brought = desk.send(down, down, **_note(contact="", brought_by=s["note brought by"]))
    answer = f"{brought}/answer"
    desk.send(answer, answer, end="declined", reason="VE_DESA", topic="", referred_to="", advice=s["note advice"])
    day.shown += [desk.get(brought), desk.get("/village-notes?show=settled")]
