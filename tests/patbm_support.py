"""Village notes for tests: the plainest one, sent by a volunteer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.cases import drafts
from app.cases.models import Case
from app.domain.access import Actor
from app.patbm import checking, queries, services
from app.patbm.models import VillageNote
from app.security.structs import patbm as structs
from app.security.structs.intake import Intake
from app.security.structs.people import SafeContact
from app.work import Work
from tests.factories import Office

VILLAGE = "63.03.20.2001"
TEXT = structs.VillageNoteText(
    called="Nini", help="dibawa ke bidan desa", informed="kepala desa", contact="0812-9901-7734"
)


def note(day: Any, **changed: Any) -> structs.VillageNote:
    """The coded part."""
    given: dict[str, Any] = {"on": day, "village": VILLAGE, "sex": "P", "age": 9, "violence": ("VK_FISIK",)}
    return structs.VillageNote(**(given | {"danger": "TIDAK"} | changed))


def text(**changed: str) -> structs.VillageNoteText:
    """The words."""
    return msgspec.structs.replace(TEXT, **changed)


def send(office: Office, actor: Actor, days_ago: int = 0, **changed: Any) -> UUID:
    """A note on its way to the desk of the actor's unit."""
    words = {name: changed.pop(name) for name in list(changed) if name in structs.VillageNoteText.__struct_fields__}
    with office.work(actor) as work:
        day = checking.today(work) - timedelta(days=days_ago)
        return services.send(work, note(day, **changed), text(**words)).id


def join(office: Office, actor: Actor, note_id: UUID, case_id: UUID) -> None:
    """The note joins a case of the actor's as a further report."""
    with office.work(actor) as work:
        services.join(work, note_id, work.session.get_one(Case, case_id).register_no)


def row_of(work: Work, note_id: UUID) -> VillageNote:
    """The row of a note, whoever asks."""
    return work.session.get_one(VillageNote, note_id)


def told(office: Office, actor: Actor, note_id: UUID) -> str | None:
    """What the volunteer hears of a note."""
    with office.work(actor) as work:
        row = queries.get_own(work, note_id)
        fate = queries.fate_of(work, row)
        heard = queries.told_of(row, fate, queries.statuses(work, [fate.case_id] if fate.case_id else []))
        work.recorded("village-note:listed", row.id)
    return heard


def finish_draft(office: Office, actor: Actor, draft_id: UUID) -> UUID:
    """What the intake still lacks is filled in, and the case registered."""

    def filled(intake: Intake) -> Intake:
        safe = SafeContact(call="YA", message="TIDAK")
        clients = tuple(
            msgspec.structs.replace(each, identity=msgspec.structs.replace(each.identity, name="Nini", contact=safe))
            for each in intake.clients
        )
        screening = msgspec.structs.replace(
            intake.screening, prompts_asked=True, risk=intake.screening.risk or "RK_SEDANG", authority="AU_KABKOTA"
        )
        return msgspec.structs.replace(intake, clients=clients, screening=screening)

    with office.work(actor) as work:
        drafts.change(work, draft_id, filled)
    with office.work(actor) as work:
        return drafts.turn_into_case(work, draft_id).id


def take_over(office: Office, actor: Actor, note_id: UUID) -> UUID:
    """An intake begins with what the note tells; its draft."""
    with office.work(actor) as work:
        return services.take_over(work, note_id).id
