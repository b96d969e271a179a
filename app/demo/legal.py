"""The legal side of demo cases: what clients wish about the police, tracks with their milestones, hearings, restitution, a diversion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from app.cases import queries
from app.cases.casefile import coded_files
from app.cases.models import Case, LegalTrack
from app.domain.access import Actor
from app.domain.legal import suggested_procedure
from app.domain.stages import Status
from app.domain.zones import Zone, local_day
from app.legal import milestones, reading, tracks, wishes
from app.legal.models import PoliceWish
from app.security.structs import legal
from app.security.structs.work import LegalStep as Step
from app.security.structs.work import LegalStepText as Words
from app.work import Runtime, Work

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
TO_COURT: Final = 0.55  # share of police reports that come to court; the others are withdrawn or settled
COURT: Final = "Pengadilan Negeri Contoh"

Happened = tuple[int, str, dict[str, Any]]
"""Days after the police report, the milestone, what it says."""


@dataclass
class LegalTale:
    """One police report and what comes of it. Milestones are written down in a few sittings, each under its own day."""

    case_id: Callable[[], UUID]
    client_id: Callable[[], UUID]
    reported: datetime
    zone: Zone
    is_sexual: bool
    companion: UUID | None
    track_id: UUID | None = None

    def acts(self) -> Iterator[tuple[datetime, str, Callable[[Work], None]]]:
        """When, which role, what. Invented from the moment of the report."""
        dice = Random(self.reported.isoformat())  # noqa: S311 - invented people, not secrets
        if self.is_sexual:
            yield self.reported - 2 * HOUR, "MANAJER", self._wish
            yield self.reported - HOUR, "SUPERVISOR", self._decide
        first: list[Happened] = [(0, "LG_LPSK", {"decision": "LK_DIMINTA"})] if self.is_sexual else []
        yield self.reported + 20 * HOUR, "MANAJER", partial(self._open, first)
        begun: list[Happened] = [
            (2, "LG_SP2HP", {"letter": "A1", "number": f"B/{dice.randint(10, 400)}/SP2HP"}),
            (3, "LG_SIDIK", {"number": f"SP.Sidik/{dice.randint(10, 400)}"}),
            (6, "LG_SPDP", {"number": f"B/{dice.randint(10, 400)}/SPDP"}),
        ]
        begun += [(6, "LG_LPSK", {"decision": "LK_KABUL"})] if self.is_sexual else []
        yield self.reported + 7 * DAY, "MANAJER", partial(self._write, begun)
        if dice.random() < TO_COURT:
            yield from self._court(dice)
        else:
            yield self.reported + 28 * DAY, "MANAJER", partial(self._end, "LO_CABUT", "Pelapor mencabut laporan.")

    def _court(self, dice: Random) -> Iterator[tuple[datetime, str, Callable[[Work], None]]]:
        prosecution: list[Happened] = [
            (30, "LG_TAHAP1", {}),
            (36, "LG_P19", {"round": 1}),
            (45, "LG_TAHAP1", {}),
            (52, "LG_P21", {}),
            (58, "LG_TAHAP2", {}),
            (60, "LG_LIMPAH", {"number": f"{dice.randint(10, 400)}/Pid.Sus/2026/PN", "office": COURT}),
            (80, "LG_SIDANG", self._hearing("HA_KORBAN")),
        ]
        yield self.reported + 34 * DAY, "MANAJER", partial(self._write, prosecution[:1])
        yield self.reported + 62 * DAY, "MANAJER", partial(self._write, prosecution[1:])
        yield self.reported + 81 * DAY, "PENDAMPING", self._held
        award = {"amount": 1_000_000 * dice.randint(5, 40)} if self.is_sexual else {}
        told = local_day(self.reported, self.zone) + 114 * DAY
        judged: list[Happened] = [
            (100, "LG_TUNTUTAN", award),
            (108, "LG_PUTUSAN", {"verdict": "PT_5", "office": COURT, **award, "told_on": told}),
            (112, "LG_SALINAN", {"told_on": told}),
            (120, "LG_INKRACHT", {}),
        ]
        judged += [(124, "LG_RESTITUSI_PAID", {**award, "complete": "YA"})] if award else []
        yield self.reported + 126 * DAY, "MANAJER", partial(self._judged, judged)
        yield self.reported + 140 * DAY, "MANAJER", partial(self._end, "LO_PUTUSAN", "Putusan dilaksanakan.")

    def _hearing(self, agenda: str) -> dict[str, Any]:
        return {
            "time": "09:00",
            "agenda": agenda,
            "office": COURT,
            "room": "Ruang sidang anak",
            "summoned": "YA",
            "companion": self.companion,
        }

    def _wish(self, work: Work) -> None:
        record_wish(work, self.case_id(), self.client_id(), local_day(work.now, self.zone), "KP_INGIN")

    def _decide(self, work: Work) -> None:
        row = reading.wishes_of(work, self.case_id())[-1][0]
        decision = wishes.Decision("KD_DAMPINGI", "Klien siap melapor dan minta ditemani.")
        wishes.decide(work, self.case_id(), row.id, decision, expected=None)

    def _open(self, first: Sequence[Happened], work: Work) -> None:
        today = local_day(work.now, self.zone)
        track = legal.LegalTrack(
            client_id=self.client_id(), kind="PIDANA", procedure_code=suggested_procedure(today), opened_on=today
        )
        text = legal.LegalTrackText(office="Unit PPA Polres", parties="Terlapor: lihat berkas kasus")
        self.track_id = tracks.open_track(work, self.case_id(), track, text).id
        work.session.flush()
        self._write(first, work)

    def _write(self, happened: Sequence[Happened], work: Work) -> None:
        if self.track_id is not None:
            write(work, self.case_id(), self.track_id, local_day(self.reported, self.zone), happened)

    def _held(self, work: Work) -> None:
        outcome = milestones.Outcome("SD_DIGELAR", "YA", "Klien didengar di ruang terpisah, didampingi.")
        for row, step in reading.steps_of(work, self.case_id()):
            if step.track_id == self.track_id and step.milestone == "LG_SIDANG" and not step.held:
                milestones.record_outcome(work, self.case_id(), row.id, outcome, expected=None)

    def _judged(self, happened: Sequence[Happened], work: Work) -> None:
        self._held(work)
        self._write(happened, work)

    def _end(self, outcome: str, words: str, work: Work) -> None:
        if self.track_id is not None:
            end = legal.TrackEnd(on=local_day(work.now, self.zone), outcome=outcome)
            tracks.end_track(work, self.case_id(), self.track_id, end, words, expected=None)


def write(work: Work, case_id: UUID, track_id: UUID, start: date, happened: Sequence[Happened]) -> None:
    """Write milestones down, each under its day."""
    for days, code, given in happened:
        words = {name: given[name] for name in Words.__struct_fields__ if name in given}
        coded = {name: value for name, value in given.items() if name not in words}
        step = Step(milestone=code, on=start + days * DAY, **coded)
        milestones.record_step(work, case_id, track_id, step, Words(**words), knowingly=True)
        work.session.flush()


def record_wish(work: Work, case_id: UUID, client_id: UUID, on: date, wish: str) -> PoliceWish:
    """What a client said about the police."""
    words = legal.PoliceWishText(
        wish_words="Mau melapor kalau ditemani." if wish == "KP_INGIN" else "Takut keluarganya tahu.",
        advice="Dijelaskan hak pendampingan, perlindungan LPSK, dan kewajiban unit menyampaikan laporan.",
    )
    return wishes.record_wish(work, case_id, legal.PoliceWish(client_id=client_id, on=on, wish=wish), words)


def settle(runtime: Runtime, zone: Zone, staff: Mapping[str, Actor]) -> None:
    """What stands in every demo office whatever the dice say, in its newest open cases: a hearing ahead, a protection order asked for, a
    child's diversion, and a client who does not want the police."""
    manager, companion = staff["MANAJER"], staff["PENDAMPING"].user_id
    with runtime.begin(manager) as work:
        today = local_day(work.now, zone)
        for number, (case_id, client_id) in enumerate(_newest(work)):
            _SCENES[number](work, case_id, client_id, today, companion)


def _newest(work: Work) -> list[tuple[UUID, UUID]]:
    """The newest open cases of the case manager without a track, with their first client: as many as there are scenes."""
    followed = select(LegalTrack.case_id)
    own = (queries.readable_by(work.actor), queries.on_team(work.actor), Case.id.not_in(followed))
    wanted = select(Case.id).where(*own, Case.status == Status.OPEN.value, Case.registered_at.is_not(None))
    ids = work.session.scalars(wanted.order_by(Case.received_at.desc(), Case.id).limit(len(_SCENES))).all()
    files = coded_files(work, ids, course=False)
    return [(case_id, files[case_id].clients[0][0].id) for case_id in ids if files[case_id].clients]


def _open(work: Work, case_id: UUID, client_id: UUID, kind: str, today: date) -> UUID:
    code = suggested_procedure(today) if kind in {"PIDANA", "ABH"} else ""
    matters = ("PM_CERAI", "PM_ASUH") if kind == "PERDATA" else ()
    track = legal.LegalTrack(
        client_id=client_id, kind=kind, procedure_code=code, matters=matters, opened_on=today - 20 * DAY
    )
    office = "Pengadilan Agama Contoh" if kind == "PERDATA" else "Polres Contoh, Unit PPA"
    row = tracks.open_track(work, case_id, track, legal.LegalTrackText(office=office))
    work.session.flush()
    return row.id


def _civil(work: Work, case_id: UUID, client_id: UUID, today: date, companion: UUID | None) -> None:
    track_id = _open(work, case_id, client_id, "PERDATA", today)
    hearing = {"time": "09:00", "agenda": "HA_BUKTI", "office": "Pengadilan Agama Contoh", "companion": companion}
    write(
        work, case_id, track_id, today, [(-15, "PD_DAFTAR", {"number": "417/Pdt.G/2026/PA"}), (5, "PD_SIDANG", hearing)]
    )


def _child(work: Work, case_id: UUID, client_id: UUID, today: date, companion: UUID | None) -> None:
    track_id = _open(work, case_id, client_id, "ABH", today)
    stage = {"diversion_stage": "DV_SIDIK"}
    begun: list[Happened] = [
        (-12, "LG_SIDIK", {"time": "09:00"}),
        (-12, "LG_SPDP", {"time": "14:00"}),
        (-12, "AB_KOORD", {"time": "14:00"}),
        (-12, "AB_LITMAS_REQ", {"time": "15:00", "office": "Bapas Contoh"}),
        (-10, "AB_LITMAS", {"time": "10:00"}),
        (-8, "AB_DIVERSI_OFFER", stage),
        (-4, "AB_DIVERSI", {**stage, "held": "SD_DIGELAR", "attended": "YA", "companion": companion}),
        (-4, "AB_DIVERSI_OK", {**stage, "result": "Permintaan maaf, ganti kerugian, kembali ke sekolah."}),
        (-2, "AB_KIRIM", {}),
    ]
    write(work, case_id, track_id, today, begun)


def _order(work: Work, case_id: UUID, client_id: UUID, today: date, _companion: UUID | None) -> None:
    track_id = _open(work, case_id, client_id, "PERLINDUNGAN", today)
    write(work, case_id, track_id, today, [(-3, "PL_MOHON", {"office": COURT, "officer": "Pendamping"})])


def _unwilling(work: Work, case_id: UUID, client_id: UUID, today: date, _companion: UUID | None) -> None:
    record_wish(work, case_id, client_id, today, "KP_TIDAK")


_SCENES: Final = (_civil, _child, _order, _unwilling)
