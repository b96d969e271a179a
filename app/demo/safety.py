"""What the demo office does for the safety of its clients: emergency care after sexual violence, the risk assessed again, a safety plan,
and now and then a shelter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Final
from uuid import UUID

from app.audit.events import Event
from app.cases import records, risk
from app.cases.models import Client
from app.domain import clinical
from app.domain.risk import prompts
from app.domain.zones import Zone, local_day
from app.safety import plans, stays
from app.security.sections import Section
from app.security.structs.intake import Intake, IntakeClient
from app.security.structs.people import ClientProfile
from app.security.structs.safety import (
    RiskAssessment,
    RiskWords,
    SafetyPlan,
    SafetyPlanText,
    ShelterStay,
    ShelterWords,
)
from app.security.structs.work import Service, ServiceText
from app.work import Work

DAY: Final = timedelta(days=1)
CARED_FOR: Final = 0.95  # share of the clients of sexual violence who see a doctor in the first days
REASSESSED: Final = 0.7
PLANNED: Final = 0.5
SHELTERED: Final = 0.6
FOUND: Final = (
    "Terlapor sudah pindah ke luar daerah; keluarga menjaga klien.",
    "Klien merasa lebih tenang. Tetangga dan ketua RT siap dihubungi.",
    "Terlapor ditahan; klien tinggal bersama neneknya.",
)


@dataclass
class SafetyTale:
    """The safety side of one case: acts with their moments. `case_id` gives the case once it is registered."""

    intake: Intake
    start: datetime
    zone: Zone
    case_id: Callable[[], UUID]
    shelter: UUID
    stay_id: UUID | None = None

    def acts(self, on_the_team: datetime) -> Iterator[tuple[datetime, Callable[[Work], None]]]:
        """Emergency care first; then, weeks later, the risk looked at again. Invented from the moment of the report."""
        dice = Random(self.start.isoformat())  # noqa: S311 - invented people, not secrets
        for client in self.intake.clients:
            profile = client.profile
            if clinical.is_sexual(profile.violence, profile.violence_forms, profile.tpks) and dice.random() < CARED_FOR:
                yield on_the_team + timedelta(hours=dice.randint(1, 5)), partial(self._care, client)
            if profile.kdrt == "YA" and dice.random() < PLANNED:
                yield on_the_team + timedelta(hours=dice.randint(6, 40)), partial(self._plan, client)
            if dice.random() < REASSESSED:
                later = on_the_team + dice.randint(12, 30) * DAY
                yield later, partial(self._assess, client, dice.choice(FOUND), dice.random() < 0.25)

        if self.intake.screening.risk == "RK_TINGGI" and self._is_home_unsafe and dice.random() < SHELTERED:
            entered = on_the_team + timedelta(hours=dice.randint(1, 8))
            yield entered, self._enter
            yield entered + dice.randint(4, 12) * DAY, self._leave

    @property
    def _is_home_unsafe(self) -> bool:
        return any(client.profile.kdrt == "YA" for client in self.intake.clients)

    def _plan(self, client: IntakeClient, work: Work) -> None:
        if _has_ended(work, client):
            return
        head = SafetyPlan(client_id=client.id, on=local_day(work.now, self.zone), with_client="YA")
        text = SafetyPlanText(
            warning_signs="Terlapor pulang larut dan mulai membanting barang.",
            safe_places="Rumah kakak di gang sebelah; pos polisi dekat pasar.",
            people="Kakak klien dan ketua RT; keduanya sudah tahu.",
            take_along="Akta, KTP, uang, dan obat anak dalam satu tas di rumah kakak.",
            code_word="Mau titip belanja",
            online="Kata sandi diganti, lokasi bersama dimatikan.",
        )
        plans.save(work, self.case_id(), head, text, expected=None)

    def _enter(self, work: Work) -> None:
        client = self.intake.clients[0]
        if _has_ended(work, client):
            return
        stay = ShelterStay(
            client_id=client.id,
            institution_id=self.shelter,
            in_on=local_day(work.now, self.zone),
            reason="SR_SERUMAH",
            rules_accepted="YA",
        )
        words = ShelterWords(why="Terlapor tinggal serumah dan mengancam.", location="Diantar petugas; tidak ditulis.")
        self.stay_id = stays.enter(work, self.case_id(), stay, words, knowingly=True).id

    def _leave(self, work: Work) -> None:
        if self.stay_id is None:
            work.recorded(Event.PAGE_OPENED)
            return
        day = local_day(work.now, self.zone)
        departure = stays.Departure(day, "", "SX_AMAN", "TS_KELUARGA", "Keluarga menjemput.")
        stays.leave(work, self.case_id(), self.stay_id, departure)

    def _care(self, client: IntakeClient, work: Work) -> None:
        service = Service(client_id=client.id, on=local_day(work.now, self.zone), activity="AK_RAWAT")
        text = ServiceText(agency="Puskesmas", description="Diperiksa dokter; obat pencegahan diberikan.")
        records.record_service(work, self.case_id(), service, text)

    def _assess(self, client: IntakeClient, found: str, is_worse: bool, work: Work) -> None:
        if _has_ended(work, client):
            return
        present = ("DG_AKSES",) if is_worse else ()
        absent = tuple(code for code in prompts() if code not in present)
        level = "RK_TINGGI" if is_worse else "RK_RENDAH"
        day = local_day(work.now, self.zone)
        document = RiskAssessment(
            client_id=client.id, on=day, present=present, absent=absent, level=level, basis="RB_KLIEN"
        )
        words = "Terlapor kembali ke kampung dan mencari klien." if is_worse else found
        risk.assess(work, self.case_id(), document, RiskWords(words=words))


def _has_ended(work: Work, client: IntakeClient) -> bool:
    """Whether the client's handling ended meanwhile: then nothing is done, and the act says so."""
    row = work.session.get_one(Client, client.id)
    profile = work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, ClientProfile)
    if profile.ended_on is None:
        return False
    work.recorded(Event.PAGE_OPENED, row.id)
    return True
