"""What happens in a demo case after its report: a list of acts at their moments, done through the services of the rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import consents, declarations, persons, progress, records, registration, services
from app.cases.derive import is_child_on
from app.cases.models import Case
from app.cases.models import Consent as ConsentRow
from app.cases.queries import records as rows_of
from app.clocks import services as clocks
from app.clocks.services import Waiver
from app.demo.course import CourseTale, both
from app.demo.invent import tables
from app.demo.legal import LegalTale
from app.demo.safety import SafetyTale
from app.demo.stages import StageTale
from app.domain.access import Actor
from app.domain.codes import code_list
from app.domain.consents import wording
from app.domain.stages import Status
from app.domain.zones import Zone, local_day
from app.referrals import news
from app.referrals import services as referrals
from app.referrals.page import HELPERS
from app.security.sections import Section
from app.security.structs.case import NoteHead, StepReason
from app.security.structs.intake import Intake, IntakeReport
from app.security.structs.work import Consent, ConsentText, FollowUp, Service, ServiceText
from app.work import Work

Act = Callable[[Work], None]
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
STALLS: Final = 0.12  # share of referrals on which each next answer does not come by itself
KEPT_CONTACTS: Final = 0.97  # share of the contacts after the end that are made in time
GIVEN_UP: Final = 35  # days after which an unanswered referral is taken back
REPEATED: Final = 0.2  # share of clients of the sex and age of an earlier one who may be the same person


@dataclass(frozen=True)
class Planned:
    """One act: when, by whom, what."""

    at: datetime
    actor: Actor
    act: Act
    is_news: bool = False  # something SIMFONI is to hear of


@dataclass
class Cast:
    """Who works in the demo office, by role, and the institutions by type."""

    unit_id: UUID
    zone: Zone
    staff: Mapping[str, Actor]
    institutions: Mapping[str, UUID]
    open_clients: list[tuple[UUID, str, int]] = field(default_factory=list)  # for repeat clients: file, sex and age


@dataclass
class CaseStory:
    """One case from its report on. `case_id` is known once the first act has run."""

    dice: Random
    cast: Cast
    scenario: Mapping[str, Any]
    intake: Intake
    start: datetime
    fate: str
    case_id: UUID | None = None
    course: CourseTale = field(init=False)
    stages: StageTale = field(init=False)
    is_served: bool = False
    next_steps: dict[str, UUID] = field(default_factory=dict)  # services with a next step, by their code

    def __post_init__(self) -> None:
        self.course = CourseTale(
            start=self.start,
            risk=self.intake.screening.risk,
            clients=[client.id for client in self.intake.clients],
            services=self.scenario["services"],
            staff=self.cast.staff,
            institutions=self.cast.institutions,
            zone=self.cast.zone,
            case_id=self.known_case,
        )
        self.stages = StageTale(
            start=self.start,
            intake=self.intake,
            staff=self.cast.staff,
            zone=self.cast.zone,
            case_id=self.known_case,
            course=self.course,
        )

    def acts(self) -> Iterator[Planned]:
        """Every act of the case, past and future; the caller leaves out what lies ahead of today."""
        yield Planned(self.start + HOUR, self.cast.staff["PENERIMA"], self._register)
        decided = self.start + self.dice.randint(3, 20) * HOUR
        if self.fate == "voided":
            yield Planned(decided, self.cast.staff["SUPERVISOR"], self._void)
            return
        if self.fate == "rejected":
            yield Planned(decided, self.cast.staff["SUPERVISOR"], self.stages.reject)
            return
        yield Planned(decided, self.cast.staff["SUPERVISOR"], self.stages.approve, is_news=True)
        for role in ("MANAJER", "PENDAMPING"):
            yield Planned(decided + HOUR, self.cast.staff[role], self._declare)
        shelter = self.cast.institutions["IN_SHELTER"]
        tale = SafetyTale(self.intake, self.start, self.cast.zone, self.known_case, shelter)
        yield from (Planned(at, self.cast.staff["PENDAMPING"], act) for at, act in tale.acts(decided + HOUR))
        yield from self._handling(decided)

    def _handling(self, decided: datetime) -> Iterator[Planned]:
        manager = self.cast.staff["MANAJER"]
        consented = decided + self.dice.randint(4, 60) * HOUR
        if self.stages.is_emergency:
            yield Planned(decided + 2 * HOUR, manager, self.stages.begin)
            yield Planned(consented, manager, self._consent)
        else:
            yield Planned(consented, manager, self._consent)
            yield Planned(consented + HOUR, manager, self.stages.begin)
        yield from self._referral_acts(consented + 2 * HOUR)
        yield from self._service_acts(consented)
        planned = consented + self.course.assessed_after()
        yield Planned(planned, manager, both(self.course.assess, self._step("plan")))
        agreed = planned + self.dice.randint(1, 4) * DAY
        yield Planned(agreed, manager, both(self.course.plan, self._step("intervene")))
        if self.dice.random() < 0.2:
            yield Planned(planned + HOUR, self.cast.staff["PENDAMPING"], self._second_report)
        monitored = planned + self.dice.randint(8, 25) * DAY
        yield Planned(monitored, manager, both(self._serve_first, self._step("monitor")))
        yield Planned(monitored + 3 * DAY, self.cast.staff["PENDAMPING"], self._follow_up)
        ends = monitored + self.dice.randint(10, 26) * DAY
        for moment in self.course.contacts(agreed, ends):
            yield Planned(moment, self.cast.staff["PENDAMPING"], self.course.monitor)
        if self.fate == "long":
            yield from self._care(monitored, monitored + 300 * DAY)
        else:
            yield from self._ending(ends)
        if self.fate == "one-client-ends":
            yield from self._care(ends, ends + 300 * DAY)

    def _care(self, moment: datetime, until: datetime) -> Iterator[Planned]:
        """The contacts of a case that stays open; now and then one is late, and the office is reminded."""
        for contact in self.course.contacts(moment, until, days=14):
            yield Planned(contact, self.cast.staff["PENDAMPING"], self.course.monitor)

    def _ending(self, moment: datetime) -> Iterator[Planned]:
        everybody = self.fate != "one-client-ends"
        for at, role, act in self.stages.ends(moment, everybody=everybody):
            yield Planned(at, self.cast.staff[role], act, is_news=everybody and role == "SUPERVISOR")
        if everybody:
            yield from self._after(moment)

    def _after(self, moment: datetime) -> Iterator[Planned]:
        """The contacts after the end, and the end of that time."""
        for months in (1, 3, 6):
            contact = moment + (months * 30 - 3) * DAY
            if self.dice.random() < KEPT_CONTACTS:
                yield Planned(contact, self.cast.staff["PENDAMPING"], self._follow_up)
        yield Planned(moment + 190 * DAY, self.cast.staff["MANAJER"], self.stages.finish)

    def _referral_acts(self, moment: datetime) -> Iterator[Planned]:
        """One or two bodies; the police hear of a sexual crime at once (UU 12/2022 Pasal 41)."""
        offered = self.scenario["referrals"]
        types = self.dice.sample(offered, min(len(offered), self.dice.choice((1, 1, 2))))
        if self.is_sexual and "IN_UPPA" not in types:
            types = ["IN_UPPA", *types[:1]]
        for institution_type in types:
            tale = ReferralTale(self, institution_type, moment + self.dice.randint(0, 20) * HOUR)
            yield from tale.acts()

    @property
    def is_sexual(self) -> bool:
        """Whether a client suffered sexual violence."""
        return any("VK_SEKSUAL" in client.profile.violence for client in self.intake.clients)

    def _service_acts(self, moment: datetime) -> Iterator[Planned]:
        worker = self.cast.staff["PENDAMPING"]
        for code in self.scenario["services"]:
            if self.dice.random() < 0.6:
                moment += self.dice.randint(2, 16) * DAY
                yield Planned(moment, worker, self._service(code), is_news=True)
                yield Planned(moment + 6 * DAY, worker, self._next_step(code))
        if self.dice.random() < 0.7:
            yield Planned(moment + HOUR, worker, self._note)

    def _register(self, work: Work) -> None:
        unit = work.session.get_one(Unit, self.cast.unit_id)
        case = registration.register_case(work, self.intake, unit)
        self.case_id = case.id
        work.session.flush()
        self.stages.ask(work)
        self._maybe_repeat(work)

    def _maybe_repeat(self, work: Work) -> None:
        """Some clients come again: a candidate link for the supervisor, most of them confirmed later by hand."""
        for client in self.intake.clients:
            sex, age = client.profile.sex, client.profile.age_at_report or 0
            same = [file for file, their_sex, years in self.cast.open_clients if (their_sex, years) == (sex, age)]
            if same and self.dice.random() < REPEATED:
                persons.ask(work, client.id, self.dice.choice(same))
            self.cast.open_clients.append((client.id, sex, age))

    def _declare(self, work: Work) -> None:
        declarations.declare(work, self.known_case(), has_part=False, words="")

    def _void(self, work: Work) -> None:
        progress.void(work, self.known_case(), StepReason(text="Tercatat dua kali karena salah simpan."))

    def _step(self, code: str, reason: str = "") -> Act:
        return lambda work: _ignore(progress.take_step(work, self.known_case(), code, StepReason(text=reason)))

    def _consent(self, work: Work) -> None:
        for client in self.intake.clients:
            grown_up = (
                is_child_on(client.profile, client.identity, self._today(work)) is False
            )  # by now, not at the report
            guardian = "" if grown_up else client.identity.guardian_name
            consent = Consent(
                client_id=client.id,
                on=self._today(work),
                basis="CB_WALI" if guardian else "CB_KLIEN",
                signer="SG_ORTU" if guardian else "SG_KLIEN",
                conflict="TIDAK" if guardian else "",
                confirmed_other=bool(guardian),  # invented names repeat
                wording=wording(),
                truth=True,
                explained=True,
                procedure=True,
                cooperation=True,
                agreed=self._agreed(),
                declined=tuple(code.code for code in code_list("consent_service") if code.code not in self._agreed()),
                child_agrees="CA_SETUJU" if guardian else "",
                aids=("EA_BACA",),
            )
            words = ConsentText(
                signer_name=guardian or client.identity.name,
                signer_relation="Ibu" if guardian else "",
                signer_phone=client.identity.guardian_phone,
                reason="Klien didampingi orang tua saat menandatangani."
                if guardian
                else "",  # some came of age meanwhile
                language="Bahasa Banjar",
                witness="Petugas piket",
            )
            consents.record(work, self.known_case(), consent, words)

    def _agreed(self) -> tuple[str, ...]:
        """Now and then a family wants no psychologist, where none is needed."""
        wants_none = self.start.day % 7 == 0 and "IN_PSIKOLOG" not in self.scenario["referrals"]
        without = "CS_PSIKOLOGIS" if wants_none else ""
        return tuple(code.code for code in code_list("consent_service") if code.code != without)

    def _service(self, code: str) -> Act:
        client = self.dice.choice(self.intake.clients)
        text = ServiceText(agency="UPTD PPA", detail="", description=self.dice.choice(tables()["notes"]))

        def act(work: Work) -> None:
            if work.session.get_one(Case, self.known_case()).status != Status.OPEN.value:
                return  # the case ended meanwhile
            goals, next_on = self.course.goals_for(work, client.id, code), self._next_on(work, code)
            service = Service(client_id=client.id, on=self._today(work), code=code, goals=goals, next_on=next_on)
            comes = self._luck("words", code).choice(tables()["next_steps"]) if next_on is not None else ""
            row = records.record_service(work, self.known_case(), service, replace(text, next_step=comes))
            if next_on is not None:
                self.next_steps[code] = row.id
            self.is_served = True

        return act

    def _next_on(self, work: Work, code: str) -> date | None:
        """Every second service has a next step."""
        dice = self._luck("next step", code)
        return self._today(work) + dice.choice((5, 7, 14)) * DAY if dice.random() < 0.5 else None

    def _luck(self, *of: str) -> Random:
        """Dice of its own, so that the other stories stay as they are."""
        return Random(" ".join((self.start.isoformat(), *of)))  # noqa: S311 - invented people, not secrets

    def _next_step(self, code: str) -> Act:
        """Most next steps are ticked off in time."""

        def act(work: Work) -> None:
            service_id = self.next_steps.get(code)
            is_open = work.session.get_one(Case, self.known_case()).status == Status.OPEN.value
            if service_id is not None and is_open and self._luck("ticked off", code).random() < 0.8:
                records.finish_next_step(work, self.known_case(), service_id)

        return act

    def _serve_first(self, work: Work) -> None:
        """Monitoring begins with a first service."""
        if not self.is_served:
            self._service(self.scenario["services"][0])(work)

    def _note(self, work: Work) -> None:
        records.write_note(work, self.known_case(), NoteHead(on=self._today(work)), self.dice.choice(tables()["notes"]))

    def _second_report(self, work: Work) -> None:
        report = IntakeReport(on=self._today(work), time="10:00", channel="CH_PIHAKLAIN", reporter_kind="PR_KELUARGA")
        services.join_report(work, self.known_case(), report)

    def _follow_up(self, work: Work) -> None:
        for client in self.intake.clients:
            follow_up = FollowUp(
                client_id=client.id,
                on=self._today(work),
                kind=self.dice.choice(("FU_RUMAH", "FU_TELEPON", "FU_SEKOLAH")),
            )
            records.record_follow_up(work, self.known_case(), follow_up, self.dice.choice(tables()["notes"]))

    def waive_protection(self, work: Work) -> None:
        """Deadlines that bind the police are followed up by hand once the protection runs, and waived with that reason."""
        work.recorded(Event.PAGE_OPENED, self.known_case())
        work.count_again(self.known_case())
        clocks.refresh(work)  # a demo made in one go has no clocks before its end
        held = clocks.of_cases(work, [self.known_case()]).get(self.known_case(), ())
        for clock in held:
            if clock.is_running and clock.rule_id.startswith("KDRT-16"):
                clocks.waive(work, self.known_case(), clock.id, Waiver("WV_PEMUTUS", "Dipantau ke penyidik."))

    def known_case(self) -> UUID:
        """The case's id; the first act made it."""
        if self.case_id is None:
            raise RuntimeError("the story begins with the report")
        return self.case_id

    def _today(self, work: Work) -> date:
        return local_day(work.now, self.cast.zone)


@dataclass
class ReferralTale:
    """One referral: decided, sent, and as many answers as come."""

    story: CaseStory
    institution_type: str
    start: datetime
    referral_id: UUID | None = None
    client_id: UUID | None = None

    def acts(self) -> Iterator[Planned]:
        """Decision, sending, and the answers until one never comes."""
        dice, worker = self.story.dice, self.story.cast.staff["MANAJER"]
        yield Planned(self.start, worker, self._create)
        if dice.random() < 0.05:
            return
        sent = self.start + dice.randint(1, 30) * HOUR
        yield Planned(sent, worker, self._take("send"))
        if self.institution_type == "IN_UPPA" and (self.story.is_sexual or dice.random() < 0.8):
            reported = sent + dice.randint(4, 40) * HOUR
            yield Planned(reported, worker, self._police_report)
            if dice.random() < 0.9:
                yield Planned(reported + 5 * HOUR, worker, self._protection)
            for at, role, act in self._legal(reported).acts():
                yield Planned(at, self.story.cast.staff[role], act)
            yield Planned(reported + 6 * DAY, self.story.cast.staff["SUPERVISOR"], self.story.waive_protection)
        if self.institution_type in HELPERS and "tppo" in self.story.scenario["flags"]:
            yield Planned(sent + HOUR, worker, self._help_asked)
            yield Planned(sent + 4 * DAY, worker, self._help_given)
        yield from self._answers(sent)

    def _answers(self, moment: datetime) -> Iterator[Planned]:
        dice, worker = self.story.dice, self.story.cast.staff["PENDAMPING"]
        steps = [
            ("acknowledge", 2.5, ""),
            ("accept", 2.0, ""),
            ("serve", 6.0, ""),
            ("close", 5.0, "Layanan telah diberikan, laporan hasil diterima."),
        ]
        if dice.random() < 0.06:
            steps = [("acknowledge", 2.5, ""), ("decline", 2.0, "Kapasitas penuh, mohon dialihkan.")]
        for code, days, text in steps:
            if dice.random() < STALLS:
                yield from self._late_end(moment, code, text)
                return
            moment += timedelta(days=min(dice.expovariate(1 / days), 30), hours=1)
            yield Planned(moment, worker, self._take(code, text))

    def _late_end(self, moment: datetime, code: str, text: str) -> Iterator[Planned]:
        """No answer came: asked again, and taken back in the end. Recent ones still wait, and stand on the board."""
        worker = self.story.cast.staff["MANAJER"]
        code, text = ("close", text) if code == "close" else ("cancel", "Tidak ada jawaban; dilayani lembaga lain.")
        yield Planned(moment + 9 * DAY, worker, lambda work: _ignore(news.follow_up(work, self._id(), work.now)))
        yield Planned(moment + GIVEN_UP * DAY, worker, self._take(code, text))

    def _create(self, work: Work) -> None:
        story = self.story
        client = story.dice.choice(story.intake.clients)
        rows = rows_of(work.session, ConsentRow, [story.known_case()])
        ours = next((row for row in rows if _client_of(work, row) == client.id), None)
        row = referrals.create(
            work,
            story.known_case(),
            referrals.Draft(
                client_id=client.id,
                institution_id=story.cast.institutions[self.institution_type],
                requested=tuple(story.scenario["services"][:1]),
                urgent=story.intake.screening.risk == "RK_TINGGI",
                consent_id=ours.id if ours is not None else None,
                basis="" if ours is not None else "CB_BAHAYA",
                reason="Mohon layanan dan pendampingan bagi klien kami.",
                contact="Petugas piket",
                letter_no=f"{story.dice.randint(100, 999)}/UPTD-PPA/{work.now.year}",
            ),
        )
        self.referral_id, self.client_id = row.id, client.id

    def _take(self, code: str, text: str = "") -> Act:
        return lambda work: _ignore(
            referrals.take_step(work, self._id(), code, referrals.Answer(at=work.now, how="", text=text))
        )

    def _legal(self, reported: datetime) -> LegalTale:
        story = self.story
        companion = story.cast.staff["PENDAMPING"].user_id
        return LegalTale(story.known_case, self._client, reported, story.cast.zone, story.is_sexual, companion)

    def _client(self) -> UUID:
        if self.client_id is None:
            raise RuntimeError("a referral begins with its decision")
        return self.client_id

    def _police_report(self, work: Work) -> None:
        number = f"LP/B/{self.story.dice.randint(10, 400)}/{work.now:%m}/{work.now.year}/SPKT"
        news.record_police_report(work, self._id(), work.now, number)

    def _help_asked(self, work: Work) -> None:
        news.record_help_asked(work, self._id(), work.now)

    def _help_given(self, work: Work) -> None:
        news.record_help_given(work, self._id(), work.now)

    def _protection(self, work: Work) -> None:
        news.record_protection(work, self._id(), work.now)

    def _id(self) -> UUID:
        if self.referral_id is None:
            raise RuntimeError("a referral begins with its decision")
        return self.referral_id


def _client_of(work: Work, row: ConsentRow) -> UUID:
    return work.vault.open(row.place(Section.CONSENT), row.consent_sealed, Consent).client_id


def _ignore(_result: object) -> None:
    """An act gives nothing back."""
