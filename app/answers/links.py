"""Links on which an institution answers: issued and revoked by the case team, one that lives for each referral (decision 50)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.answers import queries
from app.answers.models import AnswerLink
from app.audit.events import Event
from app.cases import acting
from app.cases.sealing import add_record
from app.db.base import new_id
from app.domain import answer_codes
from app.domain.access import Capability
from app.domain.errors import Conflict
from app.domain.referrals import ReferralStatus
from app.referrals import queries as referrals
from app.referrals.services import UNDER_WAY
from app.security.keyring import Derived
from app.security.primitives import injective, mac, random_bytes
from app.security.sections import Section
from app.security.structs import answers as structs
from app.security.tokens import new_token
from app.security.vault import Crypt
from app.work import Work

ANSWERABLE = UNDER_WAY | {ReferralStatus.DRAFT}


def issue(work: Work, referral_id: UUID) -> AnswerLink:
    """A new link with a new code for the letter; those before it take no answer any more. Conflict where no answer is awaited."""
    work.actor.require(Capability.REFERRAL_WRITE)
    row = referrals.get(work, referral_id, lock=True)
    acting.editable(work, row.case_id, closed_too=True)
    if ReferralStatus(row.status) not in ANSWERABLE:
        raise Conflict("not awaited")
    _revoke(work, queries.links_of(work, referral_id))
    token, code, link_id = new_token(), answer_codes.code_of([each % 32 for each in random_bytes(8)]), new_id()
    sealed = {"link_sealed": (Section.ANSWER_LINK, structs.AnswerLink(token=token, code=code))}
    link = add_record(
        work,
        AnswerLink,
        row.case_id,
        sealed,
        id=link_id,
        referral_id=row.id,
        expires_at=work.now + answer_codes.LIVES,
        revoked_at=None,
        wrong_tries=0,
        token_tag=token_tag(work.vault.crypt, token),
        code_tag=code_tag(work.vault.crypt, link_id, code),
    )
    work.session.flush()
    work.recorded(Event.ANSWER_LINK_ISSUED, link.id, row=link, cases=(row.case_id,))
    return link


def revoke(work: Work, referral_id: UUID) -> None:
    """Take back every link of the referral: a letter lost, a wrong address."""
    work.actor.require(Capability.REFERRAL_WRITE)
    row = referrals.get(work, referral_id, lock=True)
    acting.editable(work, row.case_id, closed_too=True)
    _revoke(work, queries.links_of(work, referral_id))


def is_live(link: AnswerLink, now: datetime) -> bool:
    """Whether the link takes answers: not revoked, not expired, not guessed at too often."""
    return link.revoked_at is None and now < link.expires_at and link.wrong_tries < answer_codes.WRONG_TRIES


def read(work: Work, link: AnswerLink) -> structs.AnswerLink:
    """Token and code, for the letter."""
    return work.vault.open(link.place(Section.ANSWER_LINK), link.link_sealed, structs.AnswerLink)


def address(base: str, token: str) -> str:
    """The address on the letter. It names nobody."""
    return f"{base}/answer/{token}"


def token_tag(crypt: Crypt, token: str) -> bytes:
    """By what a link is found: keyed, so a copy of the database names no address."""
    return mac(crypt.derived(Derived.ANSWER), injective(b"token", token.encode()))


def code_tag(crypt: Crypt, link_id: UUID, code: str) -> bytes:
    """What a code is compared with: keyed and of this link alone, so the code of another referral fits nowhere else."""
    return mac(crypt.derived(Derived.ANSWER), injective(b"code", link_id.bytes, code.encode()))


def _revoke(work: Work, found: Sequence[AnswerLink]) -> None:
    for link in found:
        if link.revoked_at is None:
            link.revoked_at = work.now
            work.recorded(Event.ANSWER_LINK_REVOKED, link.id, row=link, cases=(link.case_id,))
