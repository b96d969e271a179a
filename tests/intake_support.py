"""An invented intake for tests: complete enough to be registered, and easy to spoil in one place."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from msgspec.structs import replace

from app.cases import drafts
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReport, IntakeReported, Screening
from app.security.structs.people import (
    ClientIdentity,
    ClientProfile,
    Relation,
    ReportedIdentity,
    ReportedProfile,
    SafeContact,
)
from tests.factories import Office, Someone, hidden

TODAY = date(2026, 5, 20)
HIDDEN = ("csrf_token", "submit_id", "etag")


def a_client(name: str = "Melati Sukma", **profile: Any) -> IntakeClient:
    """A girl of nine who was beaten, unless told otherwise."""
    given = {"sex": "P", "stated_age": 9, "violence": ("VK_FISIK",)} | profile
    return IntakeClient(
        id=uuid4(),
        profile=ClientProfile(**given),
        identity=ClientIdentity(name=name, contact=SafeContact(call="TIDAK")),
    )


def known_as(client: IntakeClient, **identity: Any) -> IntakeClient:
    """The same client with more of the identity known."""
    return replace(client, identity=replace(client.identity, **identity))


def a_reported(*clients: IntakeClient, name: str = "Bahar Contoh", **profile: Any) -> IntakeReported:
    """The father of these clients."""
    relations = tuple(Relation(client.id, "RL_ORTU") for client in clients)
    profile = {"sex": "L", "relations": relations} | profile
    return IntakeReported(id=uuid4(), profile=ReportedProfile(**profile), identity=ReportedIdentity(name=name))


def an_intake(*clients: IntakeClient, reported: tuple[IntakeReported, ...] = (), **incident: Any) -> Intake:
    """Everything the minimum asks for."""
    given = {"first_on": date(2026, 5, 18), "area": "63.03.05", "place": "PL_RT"} | incident
    return Intake(
        report=IntakeReport(on=TODAY, time="09:00", channel="CH_LANGSUNG", reporter_kind="PR_ORTU"),
        incident=IntakeIncident(**given),
        clients=clients or (a_client(),),
        reported=reported,
        screening=Screening(prompts_asked=True, risk="RK_SEDANG", authority="AU_KABKOTA"),
    )


def begin(office: Office, who: Someone, intake: Intake) -> UUID:
    """A draft of this person that holds the intake."""
    draft_id = uuid4()
    with office.work(who.actor) as work:
        drafts.start(work, draft_id, intake)
    return draft_id


def register(office: Office, who: Someone, intake: Intake) -> UUID:
    """The case that this person made of the intake."""
    draft_id = begin(office, who, intake)
    with office.work(who.actor) as work:
        return drafts.turn_into_case(work, draft_id).id


def held(office: Office, who: Someone, draft_id: UUID) -> Intake:
    """What a draft holds now."""
    with office.work(who.actor) as work:
        draft = drafts.get(work, draft_id)
        work.recorded("draft:opened", draft.id)
        return drafts.read(work, draft)


def form_of(page: str) -> dict[str, Any]:
    """What a browser would send for a page as it stands: every control of its first form of more than a button."""
    forms = re.findall(r"<form\b[^>]*>.*?</form>", page[page.index("<main") :], re.S)
    form = max(forms, key=len)
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        kind, name = _attribute(tag, "type"), _attribute(tag, "name")
        if not name or (kind in {"radio", "checkbox"} and " checked" not in tag):
            continue
        fields.setdefault(name, []).append(_attribute(tag, "value") or ("y" if kind == "checkbox" else ""))
    for opening, body in re.findall(r"(<textarea\b[^>]*>)(.*?)</textarea>", form, re.S):
        fields[_attribute(opening, "name")] = [body.strip()]
    for opening, body in re.findall(r"(<select\b[^>]*>)(.*?)</select>", form, re.S):
        chosen = re.search(r'<option[^>]*value="([^"]*)"[^>]*selected|<option[^>]*selected[^>]*value="([^"]*)"', body)
        fields[_attribute(opening, "name")] = [(chosen[1] or chosen[2] or "") if chosen else ""]
    return fields


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""


def fill_in(client: FlaskClient, address: str, to: str | None = None, **typed: Any) -> Any:
    """Open a page, change some of its fields and send all of it, as a browser does. `__` stands for `-` in names."""
    page = client.get(address).get_data(as_text=True)
    fields = form_of(page) | {name.replace("__", "-"): value for name, value in typed.items()}
    fields.setdefault("csrf_token", hidden(page, "csrf_token"))
    return client.post(to or address.partition("?")[0], data=fields)
