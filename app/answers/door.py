"""The door without an account: a link and its code let an institution leave an answer, and see nothing (decision 50).

Every refusal is the same: unknown link, wrong code, expired, revoked, another referral's code. A try is counted before it is compared,
against the link, the network address and all of them together; a try that must wait writes nothing, so guessing fills no log.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from struct import Struct, error
from typing import Any, Final
from uuid import UUID

from app.accounts import throttle
from app.answers import links, queries, services
from app.answers.models import AnswerLink, PartnerAnswer
from app.audit.events import Event
from app.cases import families
from app.cases.acting import CLOSED_TO_EDITS
from app.cases.models import Case
from app.db.base import new_id
from app.documents.keeping import Limits, Prepared, Room
from app.documents.services import room
from app.domain import answer_codes
from app.domain.access import Actor
from app.domain.errors import DomainError
from app.domain.stages import Status
from app.referrals.models import Referral
from app.security.keyring import Derived
from app.security.primitives import injective, mac, same
from app.security.vault import Crypt
from app.work import AuditLine, Origin, Runtime, Work

PARTNER: Final = Actor(None, None, system="partner-answer")
SITS_FOR: Final = timedelta(minutes=20)
_NOTHING: Final = bytes(32)
_SHAPE: Final = Struct(">16sI")  # of a ticket before its proof: the answer it will be, until when
_PROOF: Final = 12


class Shut(DomainError):
    """The one answer to every try that does not fit. `wait`: too many tries came, and none is looked at for this long."""

    def __init__(self, wait: timedelta | None = None) -> None:
        super().__init__("answer")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Desk:
    """What an answer with a file is measured against before the file is read."""

    room: Room
    is_kept: bool  # the ticket brought its answer already


@dataclass(frozen=True, slots=True)
class _Ticket:
    answer_id: UUID
    until: int  # seconds since 1970


def enter(runtime: Runtime, origin: Origin, token: str, code: str) -> str:
    """A ticket for one answer, for 20 minutes, after the right code. Shut for anything else. `code` as `answer_codes.typed` gives it."""
    with runtime.begin(PARTNER, origin) as work:
        allowances = _allowances(runtime.crypt, token, origin.address)
        wait = throttle.count_all(work, allowances)
        link, fits = _looked_at(work, token, code) if wait is None else (None, False)
        if link is not None and fits:
            throttle.give_back(work, allowances)
            work.recorded(Event.ANSWER_CODE_RIGHT, link.id, cases=(link.case_id,))
            until = int((work.now + SITS_FOR).timestamp())
            return _sealed(runtime.crypt, token, _Ticket(new_id(), until))
    if wait is None:
        runtime.record(PARTNER, origin, _failure(link))
    raise Shut(wait)


def admits(runtime: Runtime, values: Mapping[str, Any]) -> bool:
    """Whether the address holds a ticket that the right code gave: before it nobody's file is read."""
    token, ticket = str(values.get("token", "")), str(values.get("ticket", ""))
    return _held(runtime.crypt, token, ticket, runtime.now()) is not None


def desk(runtime: Runtime, origin: Origin, token: str, ticket: str, limits: Limits) -> Desk:
    """How much a letter may hold here. Shut as in `leave`."""
    with runtime.looking(PARTNER, origin) as work:
        link, held = _open(work, token, ticket)
        is_kept = work.session.get(PartnerAnswer, held.answer_id) is not None
        return Desk(room(work, link.case_id, limits), is_kept)


def leave(
    runtime: Runtime, origin: Origin, token: str, ticket: str, said: services.Said, letter: Prepared | None = None
) -> None:
    """Keep an answer. The same ticket sent again keeps nothing more. Shut where link or ticket do not hold; Refused for the words."""
    with runtime.begin(PARTNER, origin) as work:
        link, held = _open(work, token, ticket, lock=True)
        if work.session.get(PartnerAnswer, held.answer_id) is not None:
            return
        if queries.waiting_of(work, link.id) >= answer_codes.WAITING_AT_MOST:
            raise Shut()
        services.keep(work, link.case_id, link.referral_id, said, answer_id=held.answer_id, link=link, letter=letter)


def _open(work: Work, token: str, ticket: str, *, lock: bool = False) -> tuple[AnswerLink, _Ticket]:
    crypt = work.vault.crypt
    link, held = queries.by_tag(work, links.token_tag(crypt, token), lock=lock), _held(crypt, token, ticket, work.now)
    if link is None or held is None or not _takes(work, link):
        raise Shut()
    return link, held


def _failure(link: AnswerLink | None) -> AuditLine:
    """Where somebody guessed at a link of ours, the history of its case says so."""
    if link is None:
        return AuditLine(Event.ANSWER_CODE_WRONG, result="failed")
    return AuditLine(Event.ANSWER_CODE_WRONG, link.id, (link.case_id,), result="failed")


def _looked_at(work: Work, token: str, code: str) -> tuple[AnswerLink | None, bool]:
    """The link, and whether it opens to this code. The same work is done for a link that is not there."""
    crypt = work.vault.crypt
    link = queries.by_tag(work, links.token_tag(crypt, token), lock=True)
    link_id, expected = (link.id, link.code_tag) if link is not None else (UUID(int=0), _NOTHING)
    fits = same(links.code_tag(crypt, link_id, code), expected)
    if link is None:
        return None, False
    if not fits:
        link.wrong_tries += 1
        return link, False
    return link, _takes(work, link)


def _takes(work: Work, link: AnswerLink) -> bool:
    case, referral = work.session.get(Case, link.case_id), work.session.get(Referral, link.referral_id)
    if case is None or referral is None or not links.is_live(link, work.now):
        return False
    standing = families.standing_of(work, case)  # of the file that stays, where this one was merged into it
    return standing not in CLOSED_TO_EDITS and standing != Status.MERGED.value


def _allowances(crypt: Crypt, token: str, address: str) -> Sequence[throttle.Allowance]:
    """Of the link, of the address, of everybody: the last delays little, or a stranger could keep every institution out."""
    return (
        throttle.allowance(crypt, b"answer", token.encode(), free=5, longest=timedelta(minutes=15)),
        throttle.allowance(crypt, b"answer-from", address.encode(), free=20, longest=timedelta(minutes=5)),
        throttle.allowance(crypt, b"answers", free=200, longest=timedelta(seconds=5)),
    )


def _sealed(crypt: Crypt, token: str, ticket: _Ticket) -> str:
    """The ticket as an address holds it: 256 bits, 96 of them the proof."""
    said = _SHAPE.pack(ticket.answer_id.bytes, ticket.until)
    proof = mac(crypt.derived(Derived.ANSWER), injective(b"ticket", token.encode(), said))
    return urlsafe_b64encode(said + proof[:_PROOF]).rstrip(b"=").decode()


def _held(crypt: Crypt, token: str, text: str, now: datetime) -> _Ticket | None:
    """The ticket, if it is one of this link and still holds."""
    try:
        answer_id, until = _SHAPE.unpack(urlsafe_b64decode(text + "=")[: _SHAPE.size])
    except (ValueError, error):
        return None
    ticket = _Ticket(UUID(bytes=answer_id), until)
    fits = same(_sealed(crypt, token, ticket).encode(), text.encode())
    return ticket if fits and now.timestamp() < until else None
