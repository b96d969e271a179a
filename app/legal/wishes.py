"""Whether the police are told (UU 12/2022 Pasal 41; case-management 9.3): what the client wishes, what was explained, what a supervisor decides.

The law obliges the unit; how that meets a client who does not want the police the text does not settle (U). So it is written down, by two
persons. Nothing is ever filed from here, and nothing here meets or waives the deadline: a police report meets it, a waiver is an act of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import moving
from app.cases.acting import editable, fresh, known_codes, not_future, receiving, record_of, texts_within, today_of
from app.cases.models import Client
from app.cases.sealing import Sealed, add_record, seal_into
from app.domain.errors import Conflict, Problem, Refused
from app.legal.models import PoliceWish
from app.legal.reading import read_wish, wish_words
from app.security.sections import Section
from app.security.structs import legal
from app.work import Work

LOOKED_AT_AGAIN: Final = "KD_TUNDA"


class State(StrEnum):
    """Where a wish stands."""

    RECORDED = "recorded"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True, repr=False)
class Decision:
    """What the supervisor decides, and why."""

    decision: str
    reason: str
    review_on: date | None = None


def record_wish(work: Work, case_id: UUID, wish: legal.PoliceWish, words: legal.PoliceWishText) -> PoliceWish:
    """Write down what a client wishes about the police and what was explained to her. A changed mind is a new record.

    Refused without the wish, without the advice given, and for a day that has not come.
    """
    case = receiving(work, case_id, closed_too=True)
    record_of(work, Client, case_id, wish.client_id)
    wish = legal.PoliceWish(client_id=wish.client_id, on=wish.on, wish=wish.wish)
    words = legal.PoliceWishText(wish_words=words.wish_words, advice=words.advice)
    not_future(work, case, wish.on, "on")
    known_codes(wish)
    texts_within(words)
    missing = [
        name
        for name, said in (("wish", wish.wish), ("wish_words", words.wish_words), ("advice", words.advice))
        if not said.strip()
    ]
    if missing:
        raise Refused(*(Problem("required", name) for name in missing))
    clear = {"state": State.RECORDED.value, "decided_by": None, "decided_at": None}
    row = add_record(work, PoliceWish, case.id, _sealed(wish, words), **clear)
    work.touched(case.id, Event.POLICE_WISH_RECORDED, row.id, row=row)
    return row


def decide(work: Work, case_id: UUID, wish_id: UUID, decision: Decision, *, expected: str | None) -> PoliceWish:
    """A supervisor decides, with the reason; not who recorded the wish, unless the unit has nobody else (`moving.decides_alone`).

    Refused without decision or reason, and without the day on which it is looked at again where it is put off. Conflict where it was decided.
    """
    case = editable(work, case_id, closed_too=True)
    moving.require_decider(work, case)
    row = record_of(work, PoliceWish, case_id, wish_id)
    fresh(expected, row.wish_sealed, row.text_sealed)
    if row.state != State.RECORDED.value:
        raise Conflict("decided")
    alone = moving.decides_alone(work, case, row.created_by)
    today = today_of(work, case)
    problems = [*_against(decision, today)]
    if problems:
        raise Refused(*problems)
    wish = msgspec.structs.replace(
        read_wish(work, row),
        decision=decision.decision,
        decided_on=today,
        review_on=decision.review_on if decision.decision == LOOKED_AT_AGAIN else None,
        alone=alone,
    )
    words = msgspec.structs.replace(wish_words(work, row), reason=decision.reason)
    known_codes(wish)
    texts_within(words)
    row.state, row.decided_by, row.decided_at = State.DECIDED.value, work.actor.user_id, work.now
    seal_into(work, row, _sealed(wish, words))
    work.touched(case.id, Event.POLICE_WISH_DECIDED, row.id, row=row, purpose=moving.ALONE if alone else "")
    return row


def _against(decision: Decision, today: date) -> Iterator[Problem]:
    if not decision.decision:
        yield Problem("required", "decision")
    if not decision.reason.strip():
        yield Problem("required", "reason")
    if decision.decision == LOOKED_AT_AGAIN and decision.review_on is None:
        yield Problem("police-wish.review", "review_on")
    if decision.review_on is not None and decision.review_on < today:
        yield Problem("police-wish.review-past", "review_on")


def _sealed(wish: legal.PoliceWish, words: legal.PoliceWishText) -> Sealed:
    return {"wish_sealed": (Section.POLICE_WISH, wish), "text_sealed": (Section.POLICE_WISH_TEXT, words)}
