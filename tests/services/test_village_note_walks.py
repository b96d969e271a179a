"""A village note under random acts of volunteer and desk, allowed and forbidden: no way that no table names, its words in exactly one place,
danger in sight as long as it waits, and the volunteer reading it never after the office received it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import pytest

from app.cases import drafts, progress
from app.cases.models import IntakeDraft
from app.domain.errors import NotFound
from app.domain.village_notes import Told
from app.patbm import checking, desk, queries, services
from app.patbm.services import Answer
from app.security.structs.case import StepReason
from app.security.structs.patbm import VillageNoteText
from tests import case_factories as made
from tests import patbm_support as support
from tests.factories import OPERATOR, Office, Someone
from tests.services.test_village_notes import origins, read, row
from tests.services.walks import REFUSALS
from tests.sharing import office, office_of_its_own, office_of_the_module, shared_url

__all__ = ["office", "office_of_its_own", "office_of_the_module", "shared_url"]

TURNS: Final = 30
SEEDS: Final = range(3)
WAYS: Final = {
    ("new", "received"),
    ("new", "taken"),
    ("new", "settled"),
    ("received", "taken"),
    ("received", "settled"),
    ("taken", "received"),
    ("taken", "settled"),
    ("settled", "received"),
}
"""Written from the words of the decision, not from the table."""
WAITING: Final = frozenset({"new", "received", "taken"})


@dataclass
class Walk:
    """One note, its people, and chance."""

    office: Office
    volunteer: Someone
    clerk: Someone
    boss: Someone
    note_id: UUID
    case_id: UUID
    dice: random.Random
    voided: frozenset[UUID] = frozenset()

    def corrects(self) -> None:
        with self.office.work(self.volunteer.actor) as work:
            day = checking.today(work)
            services.correct(work, self.note_id, support.note(day, danger="YA"), support.TEXT, expected=None)

    def receives(self) -> None:
        with self.office.work(self._desk().actor) as work:
            services.receive(work, self.note_id)

    def takes_over(self) -> None:
        support.take_over(self.office, self._desk().actor, self.note_id)

    def takes_back(self) -> None:
        with self.office.work(self._desk().actor) as work:
            services.take_back(work, self.note_id)

    def discards(self) -> None:
        draft = self._draft()
        with self.office.work(self._owner(draft).actor) as work:
            drafts.discard(work, draft.id)

    def registers(self) -> None:
        draft = self._draft()
        support.finish_draft(self.office, self._owner(draft).actor, draft.id)

    def joins(self) -> None:
        support.join(self.office, self.boss.actor, self.note_id, self.case_id)

    def answers(self) -> None:
        end = self.dice.choice(({"topic": "KT_INFO"}, {"reason": "VE_LAIN"}))
        with self.office.work(self._desk().actor) as work:
            services.answer(work, self.note_id, Answer("Datang ke kantor.", **end))

    def voids(self) -> None:
        _note, _text, fate = read(self.office, self.note_id)
        if fate.case_id is None or fate.case_id == self.case_id:  # the one to join stays for the whole walk
            raise NotFound("case")
        with self.office.work(self.boss.actor) as work:
            progress.void(work, fate.case_id, StepReason(text="salah simpan"))
        self.voided |= {fate.case_id}

    def _desk(self) -> Someone:
        return self.dice.choice((self.clerk, self.boss))

    def _draft(self) -> IntakeDraft:
        _note, _text, fate = read(self.office, self.note_id)
        with self.office.runtime.looking(OPERATOR) as work:
            draft = work.session.get(IntakeDraft, fate.draft_id) if fate.draft_id else None
        if draft is None:
            raise NotFound("draft")
        return draft

    def _owner(self, draft: IntakeDraft) -> Someone:
        return self.clerk if draft.owner_id == self.clerk.id else self.boss

    def act(self) -> tuple[str, Callable[[], None]]:
        names = (
            "corrects",
            "receives",
            "takes_over",
            "takes_back",
            "discards",
            "registers",
            "joins",
            "answers",
            "voids",
        )
        name = self.dice.choice((*names, "takes_over", "registers"))
        return name, getattr(self, name)


@pytest.fixture
def walk(office: Office, seed: int) -> Walk:
    volunteer, clerk, boss = (office.somebody(role, password=False) for role in ("PATBM", "PENERIMA", "SUPERVISOR"))
    note_id = support.send(office, volunteer.actor, danger="YA")
    case_id = made.make_case(office, clerk, boss)
    return Walk(office, volunteer, clerk, boss, note_id, case_id, random.Random(seed))  # noqa: S311 - a walk, not a secret


@pytest.mark.parametrize("seed", SEEDS)
def test_a_note_goes_no_way_that_no_table_names_and_is_never_lost(walk: Walk, seed: int) -> None:
    before = row(walk.office, walk.note_id)
    for turn in range(TURNS):
        walk.office.clock.pass_by(minutes=7)
        name, act = walk.act()
        said = f"turn {turn} of walk {seed}: {name} at {before.standing}"
        try:
            act()
        except REFUSALS:
            after = row(walk.office, walk.note_id)
            assert (after.standing, after.version) == (before.standing, before.version), said
        else:
            after = row(walk.office, walk.note_id)
            assert (before.standing, after.standing) in WAYS or before.standing == after.standing, said
        _words_are_in_one_place(walk, after.standing, said)
        assert after.is_urgent == (after.standing in WAITING), said
        _the_volunteer_reads(walk, after.standing, said)
        before = after


def _words_are_in_one_place(walk: Walk, standing: str, said: str) -> None:
    _note, text, fate = read(walk.office, walk.note_id)
    lies_in_case = fate.case_id is not None and fate.case_id not in walk.voided
    assert (text == VillageNoteText()) == lies_in_case, said
    assert not lies_in_case or standing == "settled", said
    if lies_in_case:
        kept = origins(walk.office, fate.case_id)  # type: ignore[arg-type]
        assert [words.called for _note, words in kept] == ["Nini"], said


def _the_volunteer_reads(walk: Walk, standing: str, said: str) -> None:
    """The note as long as it is new, and one word ever after."""
    with walk.office.runtime.reading(walk.volunteer.actor, lambda work: desk.own_opening(work, walk.note_id)) as work:
        held = desk.own_note(work, walk.note_id)
    assert (held.note is not None, held.text is not None) == (standing == "new", standing == "new"), said
    assert (held.told in Told) if standing != "new" else held.told is None, said
    with walk.office.runtime.looking(walk.volunteer.actor) as work:
        assert queries.get_own(work, walk.note_id).standing == standing
