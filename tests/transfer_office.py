"""Two units: ours, with its people, and the one that is asked to take cases over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.cases import transfers
from app.cases.transfers import Letter
from app.security.structs import handling
from app.transfers import services as desk
from tests import case_factories as made
from tests.factories import Office, Someone
from tests.stage_office import Stages, people_of

PARTS = ("TB_KRONOLOGI", "TB_PELAPOR", "TB_LAYANAN", "TB_ASESMEN", "TB_CATATAN", "TB_AMAN")
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
        with self.office.work((who or self.chief).actor) as work:
            return desk.accept(work, transfer_id, manager_id=self.theirs.id).case.id


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
