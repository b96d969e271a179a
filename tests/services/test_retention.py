"""Which files are due, and what holds them (case-management 12)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.audit.events import Event
from app.cases import persons, progress, terminations
from app.cases.models import Client, Termination
from app.db.session import write_session
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.domain.retention import Hold
from app.retention import due, holds, proposing, rules, standing
from app.retention.due import Show
from app.retention.models import CaseHold, RetentionMark, RetentionRule
from app.security.structs.case import StepReason
from tests import case_factories as made
from tests import retention_office
from tests.factories import OPERATOR, Office
from tests.retention_office import BASIS, Keeping, derive, rule, set_rule
from tests.sharing import office

__all__ = ["office"]


@pytest.fixture
def keeping(office: Office) -> Keeping:
    return retention_office.keep(office)


def standing_of(office: Office, case_id: UUID) -> standing.Standing:
    with office.work() as work:
        work.recorded("test:looked")
        return standing.read(work, case_id)


def marked(office: Office) -> set[UUID]:
    with office.runtime.looking(OPERATOR) as work:
        return set(work.session.scalars(select(RetentionMark.case_id)))


def shown(keeping: Keeping, show: Show = Show.DUE) -> dict[UUID, due.Line]:
    found = due.Found(show, (), 0)

    def plan(work):  # type: ignore[no-untyped-def]
        nonlocal found
        found = due.find(work, show, 1)
        return due.opening(work, found)

    with keeping.office.runtime.reading(keeping.head.actor, plan) as work:
        return {line.case.id: line for line in due.lines(work, found)}


@pytest.mark.own_office
def test_nothing_is_due_until_a_unit_sets_its_own_rule_and_no_number_is_shipped(office: Office) -> None:
    case_id = Keeping(office, office.somebody("SUPERVISOR"), office.somebody("KEPALA")).case()
    office.clock.pass_by(days=40_000)
    assert derive(office) == 0
    assert standing_of(office, case_id).period is None
    with office.runtime.looking(OPERATOR) as work:
        assert rules.history(work, office.unit_id) == []
    set_rule(office, office.other_unit_id)
    assert derive(office) == 0


def test_the_job_marks_what_is_over_once_and_changes_nothing_else(keeping: Keeping) -> None:
    office, grown, child = keeping.office, keeping.case(), keeping.case(stated_age=9)
    before = made.case_row(office, grown)
    assert grown not in marked(office)
    keeping.wait()
    derive(office)
    assert grown in marked(office)
    assert child not in marked(office)
    assert derive(office) == 0
    after = made.case_row(office, grown)
    assert (after.version, after.status, after.incident_sealed) == (before.version, "closed", before.incident_sealed)
    assert grown in shown(keeping)
    keeping.wait(9)
    derive(office)
    assert child in marked(office)


def test_a_reopened_file_loses_its_mark_and_counts_from_its_new_end(keeping: Keeping) -> None:
    office, case_id = keeping.office, keeping.case()
    keeping.wait()
    derive(office)
    with office.work() as work:
        progress.take_step(work, case_id, "reopen", StepReason(text="alasan"))
    assert Hold.OPEN in standing_of(office, case_id).holds
    derive(office)
    assert case_id not in marked(office)
    assert case_id not in shown(keeping)
    set_rule(office, years=100)
    other = keeping.case()
    assert standing_of(office, other).keep_until > made.today(office) + timedelta(days=36_000)


def test_a_false_rule_and_a_rule_of_another_unit_count_as_none(keeping: Keeping) -> None:
    office = keeping.office
    rule_id = set_rule(office, years=1)
    with office.runtime.looking(OPERATOR) as work:
        count = len(rules.history(work, office.unit_id))
    with write_session(office.runtime.engine) as session:
        session.execute(update(RetentionRule).where(RetentionRule.id == rule_id).values(unit_id=office.other_unit_id))
        session.commit()
    with office.runtime.looking(OPERATOR) as work:
        assert len(rules.history(work, office.unit_id)) == count - 1
        assert rule_id not in {version.rule for version in rules.history(work, office.other_unit_id)}
    for years, basis in ((0, BASIS), (101, BASIS), (5, "  ")):
        with pytest.raises(Refused), office.work(keeping.head.actor) as work:
            rules.set_rule(work, office.unit_id, rule(office, years=years, basis=basis))
    early = made.today(office) - timedelta(days=1)
    with pytest.raises(Refused), office.work(keeping.head.actor) as work:
        rules.set_rule(work, office.unit_id, rule(office, is_on=False, since=early))
    with pytest.raises(NotPermitted), office.work(keeping.boss.actor) as work:
        rules.set_rule(work, office.unit_id, rule(office))
    with pytest.raises(NotFound), office.work(keeping.head.actor) as work:
        rules.set_rule(work, office.other_unit_id, rule(office))


def test_a_hold_by_hand_stands_until_it_is_lifted_and_a_false_row_lifts_nothing(keeping: Keeping) -> None:
    office, case_id = keeping.office, keeping.case()
    keeping.wait()
    derive(office)
    with office.work(keeping.boss.actor) as work:
        hold_id = holds.hold(work, case_id, "diminta penyidik").id
    assert standing_of(office, case_id).holds == (Hold.MANUAL,)
    assert shown(keeping)[case_id].holds == (Hold.MANUAL,)
    assert case_id in shown(keeping, Show.HELD)
    with pytest.raises(Refused, match="erasure.held-manual"):
        keeping.propose(case_id)
    with write_session(office.runtime.engine) as session:
        session.execute(update(CaseHold).where(CaseHold.id == hold_id).values(lifted_at=office.clock()))
        session.commit()
    assert standing_of(office, case_id).holds == (Hold.MANUAL,)
    with office.work(keeping.head.actor) as work:
        row = holds.lift(work, case_id, hold_id, "perkara selesai")
        assert holds.read(work, row).lifted == "perkara selesai"
    assert standing_of(office, case_id).is_due
    with pytest.raises(Conflict), office.work(keeping.head.actor) as work:
        holds.lift(work, case_id, hold_id, "lagi")
    events = [entry.event for entry in office.events() if entry.object_id == hold_id]
    assert events == [Event.HOLD_SET, Event.HOLD_LIFTED]
    stranger = office.somebody("SUPERVISOR", unit_id=office.other_unit_id)
    with pytest.raises(NotFound), office.work(stranger.actor) as work:
        holds.hold(work, case_id, "bukan urusan kami")
    with pytest.raises(Refused), office.work(keeping.boss.actor) as work:
        holds.hold(work, case_id, " ")


def test_the_legal_watch_and_files_of_the_same_person_hold_by_themselves(keeping: Keeping) -> None:
    office = keeping.office
    asker = office.somebody("PENERIMA", "SUPERVISOR")
    case_id, other = keeping.case(), keeping.case(asker)
    keeping.wait()
    with office.work() as work:
        row = work.session.scalars(select(Termination).where(Termination.case_id == case_id)).one()
        head, _text = terminations.read(work, row)
        watched = type(head)(**{name: getattr(head, name) for name in head.__struct_fields__} | {"legal_watch": True})
        row.termination_sealed = work.vault.seal(row.place(terminations.Section.TERMINATION), watched)
        work.recorded("test:watched")
    assert standing_of(office, case_id).holds == (Hold.LEGAL,)
    assert standing_of(office, other).is_due
    with office.work() as work:
        row = work.session.scalars(select(Termination).where(Termination.case_id == other)).one()
        whole, row.termination_sealed = row.termination_sealed, b"\x01broken"
        work.recorded("test:damaged")
    assert standing_of(office, other).holds == (Hold.LEGAL,), "an end that does not open says nothing"
    with office.work() as work:
        work.session.get_one(Termination, row.id).termination_sealed = whole
        work.recorded("test:mended")
    ends = [made.row_ids(office, Client, each)[0] for each in (case_id, other)]
    with office.work(asker.actor) as work:
        persons.confirm(work, *ends)
    assert standing_of(office, other).holds == (Hold.SAME_PERSON,)
    with pytest.raises(Refused, match="erasure.held-same-person"):
        keeping.propose(other)


def test_a_proposal_needs_a_due_file_words_and_a_person_without_a_part(keeping: Keeping) -> None:
    office, case_id = keeping.office, keeping.case()
    with pytest.raises(Refused, match="erasure.early"):
        keeping.propose(case_id)
    keeping.wait()
    for basis, reason in ((" ", "alasan"), (BASIS, "")):
        with pytest.raises(Refused, match="required"), office.work(keeping.boss.actor) as work:
            proposing.propose(work, case_id, basis, reason)
    with pytest.raises(NotPermitted, match="two people"), office.work() as work:
        proposing.propose(work, case_id, BASIS, "alasan")
    proposal = keeping.propose(case_id)
    with pytest.raises(Conflict):
        keeping.propose(case_id)
    with pytest.raises(NotPermitted), office.work(office.somebody("SUPERVISOR").actor) as work:
        proposing.retract(work, case_id, proposal, "bukan saya")
    with office.work(keeping.head.actor) as work:
        row = proposing.refuse(work, case_id, proposal, "masih dibutuhkan")
        assert (row.state, proposing.read(work, row).answer) == ("refused", "masih dibutuhkan")
    mine = keeping.propose(case_id)
    with office.work(keeping.boss.actor) as work:
        proposing.retract(work, case_id, mine, "keliru")
    assert shown(keeping, Show.PROPOSED) == {}
    with pytest.raises(NotPermitted), office.work(office.somebody("MANAJER").actor) as work:
        proposing.propose(work, case_id, BASIS, "alasan")
