"""The state machines of a case under random acts, allowed and forbidden ones: no skipped step, no act on a closed file, nothing lost.

Every walk is one case of one office and one seed; a red one can be played again by its number.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.cases import consents, linking, merging, mistakes, progress, queries, records, terminations, transfers
from app.cases.linking import CLIENTS
from app.cases.models import (
    CaseMerge,
    Client,
    Consent,
    FollowUp,
    PersonLink,
    ReportedPerson,
    Service,
    Termination,
    Transfer,
)
from app.documents import services as documents
from app.documents.keeping import discard_unkept
from app.domain import referrals as referral_rules
from app.domain import stages
from app.domain.referrals import ReferralStatus
from app.domain.stages import Stage, Status
from app.referrals import services as referrals
from app.referrals.models import Referral
from app.referrals.services import Answer
from app.reports import rebuild
from app.security.structs.case import StepReason
from app.security.structs.documents import DocumentText
from app.security.structs.work import Withdrawal
from tests import case_factories as made
from tests import document_office as docs
from tests import referral_office as desk
from tests import safety_office as safe
from tests.factories import OPERATOR, Office, Someone
from tests.services.walks import REFUSALS, Rows, lost_nothing, rows_of
from tests.transfer_office import Units, units_of

ACTS_OF_A_WALK = 50
COUNTED_EVERY = 10
"""After so many acts, and after the last, the ledger is held against the sealed cases (`facts rebuild --check`)."""
FEW, MANY = range(2), range(2, 40)
CODES = (*dict.fromkeys(step.code for step in stages.steps()), "void", "no-such-step")
STRAIGHT = {
    Stage.REGISTRATION: "assess",
    Stage.ASSESSMENT: "plan",
    Stage.PLAN: "intervene",
    Stage.INTERVENTION: "monitor",
    Stage.TERMINATION: "close",
    Stage.AFTER: "reopen",
}
OF_THE_OPEN_FILE = frozenset(
    {"consents", "assesses", "plans", "plans_for_safety", "serves", "refers", "proposes", "asks_another_unit"}
)
"""Acts that a closed file takes no more (`acting.editable`)."""
WORKED_ON = frozenset({Status.OPEN, Status.MERGED})
"""A merged file is worked on as long as the file that stays is open, and the other file of a walk is always open."""
TERMINATION = {
    ("", "proposed"),
    *(("proposed", state) for state in ("approved", "returned", "retracted")),
    ("approved", "undone"),
}
TRANSFER = {("", "proposed"), *(("proposed", state) for state in ("accepted", "refused", "retracted"))}


@dataclass
class Walk:
    """One case among the people of two units, another file that may be of the same matter, and chance."""

    units: Units
    case_id: UUID
    neighbour_id: UUID
    institution_id: UUID
    dice: random.Random
    stood: Status = Status.OPEN  # the file, when it was last merged into the other

    # --- acts ---------------------------------------------------------------------------------------------------------

    def takes_a_step(self) -> None:
        code = self.dice.choice(CODES)
        reason = StepReason(text=self.dice.choice(("alasan", "")), advice=self.dice.choice(("ke Dinsos", "")))
        if code == "void":
            with self.units.office.work(self._anybody().actor) as work:
                progress.void(work, self.case_id, reason)
        else:
            self.units.ours.step(self.case_id, code, self._anybody(), reason)

    def goes_on(self) -> None:
        """The next step of the straight way, by whoever takes it."""
        stage = Stage(self.units.ours.row(self.case_id).stage)
        if stage is Stage.REPORT:
            self.units.ours.approve(self.case_id)
            return
        who = self.units.ours.supervisor if stage in {Stage.TERMINATION, Stage.AFTER} else self.units.ours.manager
        chosen = {"clients": (self._client(),)} if stage is Stage.AFTER else {}
        self.units.ours.step(self.case_id, STRAIGHT.get(stage, "resume"), who, **chosen)

    def rejects_and_takes_up(self) -> None:
        """A report is turned away, or taken up again."""
        status = Status(self.units.ours.row(self.case_id).status)
        code = "take-up" if status is Status.REJECTED else "reject"
        self.units.ours.step(self.case_id, code, self._supervisor(), StepReason(text="alasan", advice="ke Dinsos"))

    def consents(self) -> None:
        self.units.ours.consent(self.case_id, self._client())

    def assesses(self) -> None:
        self.units.ours.assess(self.case_id, self._client())

    def plans(self) -> None:
        self.units.ours.plan(self.case_id, self._client())

    def serves(self) -> None:
        self.units.ours.serve(self.case_id, self._client())

    def refers(self) -> None:
        desk.make_referral(self.units.office, self.case_id, self._client(), self.institution_id, sent=False)

    def proposes(self) -> None:
        self.units.ours.propose(self.case_id, self._client(), self._anybody())

    def asks_another_unit(self) -> None:
        self.units.propose(self.case_id, self._anybody())

    def answers_another_unit(self) -> None:
        act, who = self.dice.choice(
            (
                (transfers.refuse, self.units.chief),
                (transfers.retract, self.units.ours.supervisor),
                (None, self._anybody()),
            )
        )
        transfer_id = self._some(Transfer)
        if act is None:
            self.units.accept(transfer_id, who)
            return
        with self.units.office.work(who.actor) as work:
            act(work, transfer_id, "alasan")

    def withdraws(self) -> None:
        consent_id, withdrawal = self._some(Consent), Withdrawal(on=made.today(self.units.office), effect="WE_HENTI")
        with self.units.office.work(self._anybody().actor) as work:
            consents.withdraw(work, self.case_id, consent_id, withdrawal, "alasan")

    def takes_a_service_out(self) -> None:
        service_id = self._some(Service)
        with self.units.office.work(self._anybody().actor) as work:
            records.remove_service(work, self.case_id, service_id)

    def answers_a_referral(self) -> None:
        referral_id, code = self._some(Referral), self.dice.choice([step.code for step in referral_rules.steps()])
        with self.units.office.work(self._anybody().actor) as work:
            referrals.take_step(work, referral_id, code, Answer(work.now, text="jawaban"))

    def decides(self) -> None:
        decide = (terminations.approve, terminations.approve, terminations.send_back, terminations.retract)
        act, termination_id = self.dice.choice(decide), self._some(Termination)
        with self.units.office.work(self._anybody().actor) as work:
            act(work, self.case_id, termination_id, "alasan")

    def helps_again(self) -> None:
        client_id = self._client()
        with self.units.office.work(self._anybody().actor) as work:
            terminations.help_again(work, self.case_id, client_id, "kembali meminta layanan")

    def writes(self) -> None:
        made.make_note(self.units.office, self.case_id)

    def keeps_a_document(self) -> None:
        office, who = self.units.office, self._anybody()
        ready = docs.prepared(office, "a.txt")
        try:
            with office.work(who.actor) as work:
                documents.add(work, self.case_id, docs.head(office), DocumentText(title="surat"), [ready], docs.LIMITS)
        finally:
            discard_unkept(office.runtime, [file.id for file in ready.files])

    def plans_for_safety(self) -> None:
        safe.write_plan(self.units.office, self._anybody(), self.case_id, self._client())

    def merges(self) -> None:
        """The two files become one, either way round."""
        pair = [self.case_id, self.neighbour_id]
        self.dice.shuffle(pair)
        made.merge(self.units.office, self._supervisor().actor, *pair)

    def parts(self) -> None:
        merge_id, holder = self._last_merge()
        with self.units.office.work(self._supervisor().actor) as work:
            merging.undo(work, holder, merge_id, "ternyata dua perkara")

    def takes_somebody_out(self) -> None:
        kind, row_id = self._person()
        with self.units.office.work(self._supervisor().actor) as work:
            mistakes.take_out(work, self.case_id, kind, row_id, "salah ketik")

    def puts_somebody_back(self) -> None:
        kind, row_id = self._person()
        with self.units.office.work(self._supervisor().actor) as work:
            mistakes.put_back(work, self.case_id, kind, row_id, "bukan salah ketik")

    def takes_a_record_out(self) -> None:
        kind = self.dice.choice((Consent, FollowUp))
        row_id = self._some(kind)
        with self.units.office.work(self._anybody().actor) as work:
            mistakes.take_out_record(work, self.case_id, kind, row_id, "salah ketik")

    def follows_up(self) -> None:
        made.make_follow_up(self.units.office, self.case_id, self._client())

    def links(self) -> None:
        with self.units.office.work(self._anybody().actor) as work:
            linking.confirm(work, CLIENTS, self._client(), self.units.ours.clients(self.neighbour_id)[0])

    def unlinks(self) -> None:
        with self.units.office.runtime.looking(OPERATOR) as work:
            ids = list(work.session.scalars(select(PersonLink.id)))
        with self.units.office.work(self._anybody().actor) as work:
            linking.undo(work, CLIENTS, self.dice.choice(ids or [self.case_id]))

    # --- chance -------------------------------------------------------------------------------------------------------

    def act(self) -> tuple[str, Callable[[], None]]:
        """An act; those that bring a case on come twice as often."""
        often = ("goes_on", "consents", "assesses", "plans", "serves", "proposes", "decides")
        seldom = (
            "takes_a_step",
            "refers",
            "answers_a_referral",
            "withdraws",
            "takes_a_service_out",
            "writes",
            "plans_for_safety",
            "follows_up",
        )
        rarely = (
            "helps_again",
            "asks_another_unit",
            "answers_another_unit",
            "takes_a_record_out",
            "rejects_and_takes_up",
        )
        joins = ("merges", "parts", "links", "unlinks", "takes_somebody_out", "puts_somebody_back")
        name = self.dice.choices(
            (*often, *seldom, *rarely, *joins),
            (4,) * len(often) + (2,) * len(seldom) + (1,) * len(rarely) + (2,) * len(joins),
        )[0]
        return name, getattr(self, name)

    def _anybody(self) -> Someone:
        """Mostly those who may."""
        at = self.units.ours
        return self.dice.choice((at.manager, at.manager, at.supervisor, at.supervisor, at.intake, at.head))

    def _supervisor(self) -> Someone:
        """Whose act it is, three times in four."""
        return self.dice.choice((*[self.units.ours.supervisor] * 3, self._anybody()))

    def _client(self) -> UUID:
        return self.dice.choice(self.units.ours.clients(self.case_id))

    def _person(self) -> tuple[type[mistakes.Person], UUID]:
        """A client or a reported person of the case, entered by mistake or not."""
        kind: type[mistakes.Person] = self.dice.choice((Client, Client, ReportedPerson))
        return kind, self.dice.choice(made.row_ids(self.units.office, kind, self.case_id))

    def _some(self, kind: type[Any]) -> UUID:
        """A record of the case; an id of nothing where it has none."""
        with self.units.office.runtime.looking(OPERATOR) as work:
            ids = [row.id for row in queries.records(work.session, kind, [self.case_id])]
        return self.dice.choice(ids or [self.case_id])

    def _last_merge(self) -> tuple[UUID, UUID]:
        """The newest merge of the two files and the file it was merged into; nothing's ids where there was none."""
        with self.units.office.runtime.looking(OPERATOR) as work:
            row = work.session.scalars(select(CaseMerge).order_by(CaseMerge.created_at.desc())).first()
            return (row.id, row.case_id) if row is not None else (self.case_id, self.case_id)

    # --- what is stored -----------------------------------------------------------------------------------------------

    def rows(self) -> Rows:
        return rows_of(self.units.office, self.case_id)


@pytest.fixture
def units(office: Office) -> Units:
    return units_of(office)


@pytest.mark.parametrize(
    "seed", [*FEW, *(pytest.param(seed, marks=pytest.mark.slow) for seed in MANY)], ids=lambda seed: f"walk-{seed}"
)
def test_whatever_is_tried_the_file_follows_its_tables_and_keeps_everything(units: Units, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - chance, not secrecy
    clients = dice.choice((1, 2))
    case_id, neighbour_id = units.ours.case(clients=clients), units.ours.case(clients=clients)
    walk = Walk(units, case_id, neighbour_id, desk.make_institution(units.office), dice)
    before = walk.rows()
    for turn in range(1, ACTS_OF_A_WALK + 1):
        units.office.clock.pass_by(seconds=60)
        name, act = walk.act()
        try:
            act()
        except REFUSALS:
            refused = True
        else:
            refused = False
        after = walk.rows()
        said = f"{name} at {_state(before)}"
        if refused and name != "goes_on":  # the approval there is two acts
            assert after == before, said
        assert refused or not (name in OF_THE_OPEN_FILE and _state(before)[1] not in WORKED_ON), said
        lost_nothing(before, after, said)
        if name in {"merges", "parts"}:
            _kept_its_stage(walk, before, after, said)
        else:
            _stepped_by_the_table(before, after, said)
        _moved_by_their_tables(before, after, said)
        before = after
        if turn % COUNTED_EVERY == 0:
            assert rebuild.check(units.office.runtime, OPERATOR).differences == [], said
    docs.assert_no_strays(units.office)


def _state(rows: Rows) -> tuple[Stage, Status]:
    (case,) = rows["cases"].values()
    return Stage(case["stage"]), Status(case["status"])


def _kept_its_stage(walk: Walk, before: Rows, after: Rows, said: str) -> None:
    """Merging takes no step; a file that was merged comes back as it went."""
    assert before["stage_steps"] == after["stage_steps"], said
    (stage, status), (now_stage, now_status) = _state(before), _state(after)
    assert stage == now_stage, said
    if status == now_status:
        return  # the other file went or came back
    if now_status is Status.MERGED:
        walk.stood = status
    else:
        assert (status, now_status) == (Status.MERGED, walk.stood), said


def _stepped_by_the_table(before: Rows, after: Rows, said: str) -> None:
    """Every step that was written is one of the table's from where the case stood, and together they lead to where it stands now."""
    stage, status = _state(before)
    known = sorted(before["stage_steps"].values(), key=lambda row: row["created_at"])
    walked = [(row["from_stage"], row["to_stage"]) for row in known]
    new = [row for key, row in after["stage_steps"].items() if key not in before["stage_steps"]]
    for row in sorted(new, key=lambda row: row["created_at"]):
        assert row["from_stage"] == stage, said
        assert (Stage(row["to_stage"]), Status(row["to_status"])) in _landings(stage, status, row["step"], walked), said
        walked.append((row["from_stage"], row["to_stage"]))
        stage, status = Stage(row["to_stage"]), Status(row["to_status"])
    assert (stage, status) == _state(after), said


def _landings(stage: Stage, status: Status, code: str, walked: list[tuple[str, str]]) -> set[tuple[Stage, Status]]:
    came_from = stages.came_from(walked)
    steps = {(step.lands(came_from), step.status) for step in stages.steps_from(stage, status) if step.code == code}
    return steps | {(stage, way.status) for way in stages.exits() if way.code == code and status in way.origins}


def _moved_by_their_tables(before: Rows, after: Rows, said: str) -> None:
    """Proposals, transfers and referrals change along their own tables."""
    for name, column, allowed in (
        (Termination.__tablename__, "state", TERMINATION),
        (Transfer.__tablename__, "state", TRANSFER),
        (Referral.__tablename__, "status", _REFERRAL),
    ):
        for key, row in after[name].items():
            was = before[name][key][column] if key in before[name] else ""
            assert was == row[column] or (was, row[column]) in allowed, (said, name, was, row[column])


_REFERRAL = {
    ("", ReferralStatus.DRAFT.value),
    *((s.value, step.target.value) for s in ReferralStatus for step in referral_rules.steps_from(s)),
}
