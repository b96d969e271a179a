"""Two units: ours, with its people, and the one that is asked to take cases over."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.cases import transfers
from app.cases.transfers import Letter
from app.documents import carrying as documents
from app.documents.carrying import Ready
from app.documents.keeping import Limits
from app.domain.access import Actor
from app.security.structs import handling
from app.transfers import services as desk
from app.work import Origin
from tests import case_factories as made
from tests.document_office import LIMITS
from tests.factories import Office, Someone
from tests.stage_office import Stages, people_of

PARTS = ("TB_KRONOLOGI", "TB_PELAPOR", "TB_LAYANAN", "TB_ASESMEN", "TB_CATATAN", "TB_AMAN", "TB_DOKUMEN")
COVER = "Kami mohon unit Saudara melanjutkan penanganan."


@dataclass
class Units:
    """Ours with its acts, and who decides and who manages in the other."""

    ours: Stages
    chief: Someone
    theirs: Someone

    @property
    def office(self) -> Office:
        return self.ours.office

    def propose(self, case_id: UUID, who: Someone | None = None, **changed: Any) -> UUID:
        """Our supervisor asks the other unit."""
        with self.office.work((who or self.ours.supervisor).actor) as work:
            return transfers.propose(work, case_id, self.chief.unit_id, letter(self.office, **changed)).id

    def accept(self, transfer_id: UUID, who: Someone | None = None) -> UUID:
        """Their supervisor takes the case over."""
        actor = (who or self.chief).actor
        with self.ready(transfer_id, actor) as ready, self.office.work(actor) as work:
            return desk.accept(work, transfer_id, manager_id=self.theirs.id, ready=ready).case.id

    def ready(
        self, transfer_id: UUID, actor: Actor | None = None, limits: Limits = LIMITS
    ) -> AbstractContextManager[Ready]:
        """The documents made ready, as the page does before the act."""
        return documents.prepared(self.office.runtime, actor or self.chief.actor, Origin(), transfer_id, limits)


def letter(office: Office, **changed: Any) -> Letter:
    """A plain letter: the client moved and agreed. Words by the names of their fields, `words` the reason."""
    texts = {"reason": changed.pop("words", "Klien pindah."), "cover": COVER}
    texts |= {name: changed.pop(name) for name in ("cover", "letter_no", "receiver", "contact") if name in changed}
    if "basis_words" in changed:
        texts["basis"] = changed.pop("basis_words")
    given: dict[str, Any] = {
        "on": made.today(office),
        "reason": "TL_PINDAH",
        "agreed": "YA",
        "agreed_on": made.today(office),
        "parts": PARTS,
    }
    return Letter(handling.Transfer(**(given | changed)), handling.TransferText(**texts))


def units_of(office: Office) -> Units:
    """The two units with their people."""
    there = office.other_unit_id
    return Units(
        people_of(office),
        chief=office.somebody("SUPERVISOR", name="Siti Seberang", unit_id=there),
        theirs=office.somebody("MANAJER", name="Mansur Seberang", unit_id=there),
    )
