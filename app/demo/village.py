"""Village notes of the demo office, one in each state: new with danger, new, received, an intake under way, joined to a case, ended as a
contact, not taken up; and one that was brought by phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.cases.models import Case
from app.demo.colleagues import open_cases
from app.demo.story import Cast, Planned
from app.patbm import checking, services
from app.patbm.services import Answer
from app.reference import areas
from app.security.structs.patbm import VillageNote, VillageNoteText
from app.work import Work

HOUR: Final = timedelta(hours=1)
PHONE: Final = "0812-0000-0000"


@dataclass
class Tale:
    """One note and what is done with it. `sent`: how long ago; `told`, `words`: what it holds."""

    sent: timedelta
    told: dict[str, Any]
    words: dict[str, str]
    note_id: UUID | None = field(default=None)

    def send(self, work: Work) -> None:
        """The volunteer sends it."""
        self.note_id = services.send(work, *self._note(work)).id

    def write_down(self, work: Work) -> None:
        """The office writes it down."""
        self.note_id = services.write_down(work, *self._note(work)).id

    def receive(self, work: Work) -> None:
        """The desk receives it."""
        services.receive(work, self._known())

    def take_over(self, work: Work) -> None:
        """An intake begins with it."""
        services.take_over(work, self._known())

    def join(self, work: Work, cast: Cast) -> None:
        """It joins the newest open case of the manager, where there is one."""
        for case_id in open_cases(work, cast.staff["MANAJER"].user_id, 1):
            services.join(work, self._known(), work.session.get_one(Case, case_id).register_no)

    def decline(self, work: Work) -> None:
        """It is not taken up."""
        advice = "Sudah diselesaikan keluarga dengan kepala desa; hubungi kami lagi bila terulang."
        services.answer(work, self._known(), Answer(advice, reason="VE_DESA"))

    def become_contact(self, work: Work) -> None:
        """It is counted as a contact."""
        advice = "Diarahkan ke pos bantuan hukum Pengadilan Agama."
        services.answer(work, self._known(), Answer(advice, topic="KT_KELUARGA", referred_to="IN_PA"))

    def _known(self) -> UUID:
        if self.note_id is None:
            raise LookupError("not sent yet")
        return self.note_id

    def _note(self, work: Work) -> tuple[VillageNote, VillageNoteText]:
        kecamatan = areas.children(checking.unit(work).area_code)
        village = areas.children(kecamatan[0].code)[0].code
        note = VillageNote(on=checking.today(work), village=village, **self.told)
        return note, VillageNoteText(**({"contact": PHONE} | self.words))


def _told(sex: str, age: int, kind: str, danger: str = "TIDAK") -> dict[str, Any]:
    return {"sex": sex, "age": age, "violence": (kind,), "danger": danger}


def planned(cast: Cast, now: datetime) -> Iterator[Planned]:
    """Every act at its moment, the newest note forty minutes ago."""
    volunteer, clerk, boss = (cast.staff[role] for role in ("PATBM", "PENERIMA", "SUPERVISOR"))
    danger = Tale(
        timedelta(minutes=40), _told("P", 8, "VK_FISIK", "YA"), {"called": "N", "help": "Dititipkan di rumah ketua RT"}
    )
    calm = Tale(5 * HOUR, _told("P", 34, "VK_PSIKIS"), {"called": "Bu M", "informed": "Kepala desa"})
    received = Tale(26 * HOUR, _told("L", 12, "VK_PENELANTARAN"), {"called": "A", "help": "Diantar ke neneknya"})
    taken = Tale(30 * HOUR, _told("P", 15, "VK_SEKSUAL"), {"called": "R", "informed": "Bidan desa"})
    joined = Tale(50 * HOUR, _told("L", 9, "VK_FISIK"), {"called": "I"})
    contact = Tale(75 * HOUR, _told("P", 29, "VK_LAIN"), {"called": "S"})
    declined = Tale(99 * HOUR, _told("L", 16, "VK_FISIK"), {"called": "D"})
    phoned = Tale(
        28 * HOUR,
        _told("P", 41, "VK_FISIK"),
        {"called": "Bu H", "brought_by": "Bu Aluh, PATBM Desa Contoh", "contact": ""},
    )
    for tale in (danger, calm, received, taken, joined, contact, declined):
        yield Planned(now - tale.sent, volunteer, tale.send)
    yield Planned(now - phoned.sent, clerk, phoned.write_down)
    yield Planned(now - received.sent + HOUR, clerk, received.receive)
    yield Planned(now - taken.sent + HOUR, clerk, taken.take_over)
    yield Planned(now - joined.sent + HOUR, boss, lambda work: joined.join(work, cast))
    yield Planned(now - contact.sent + HOUR, clerk, contact.become_contact)
    yield Planned(now - declined.sent + HOUR, clerk, declined.decline)
