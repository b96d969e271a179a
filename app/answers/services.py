"""Acts on the answers of institutions: keep one, make the unit's own record of it, or set it aside (decision 50).

An answer is sealed under the key of the case without opening anything. It changes nothing: the referral moves by `referrals.services`
alone, when somebody of the unit confirms.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import msgspec

from app.answers import links, queries
from app.answers.models import AnswerLink, PartnerAnswer
from app.audit.events import Event
from app.cases import acting
from app.cases.models import Case
from app.cases.sealing import add_record, seal_into
from app.db.base import new_id
from app.documents import keeping
from app.documents import services as documents
from app.documents.keeping import Prepared
from app.domain import answer_codes
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import Conflict, Problem, Refused
from app.domain.media import Family, by_type
from app.domain.partner_answers import NEEDS_WORDS, STEP_OF, Kind, Standing
from app.domain.zones import local_day
from app.referrals import queries as referrals
from app.referrals import services as steps
from app.security.primitives import same
from app.security.sections import Section
from app.security.structs import answers as structs
from app.security.structs.documents import Document, DocumentText
from app.work import Work

LINE = 200
WORDS = 4_000
LETTER = "DK_SURAT_MASUK"


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """What the institution says: which answer, who gives it, the words it needs. `how`: by which way, where a clerk wrote it down."""

    kind: str
    name: str
    position: str = ""
    phone: str = ""
    words: str = ""
    how: str = ""


def keep(
    work: Work,
    case_id: UUID,
    referral_id: UUID,
    said: Said,
    *,
    answer_id: UUID | None = None,
    link: AnswerLink | None = None,
    letter: Prepared | None = None,
) -> PartnerAnswer:
    """Keep an answer for the unit to confirm, with its letter in quarantine. `link`: the one whose code was named. Refused for an answer
    nobody could read, and for a letter that is neither picture nor PDF."""
    _check(said)
    if letter is not None and not _is_letter(letter.main.media_type):
        raise Refused(Problem("answer.letter", "files"))
    head = structs.PartnerAnswer(
        kind=said.kind, at=work.now, how=said.how, proven=link is not None, link_id=link.id if link else None
    )
    text = structs.PartnerAnswerText(name=said.name, position=said.position, phone=said.phone, words=said.words)
    if letter is not None:
        main, pages = letter.main, letter.found.pages
        head = msgspec.structs.replace(
            head, media_type=main.media_type, size=main.size, pages=pages, parts=letter.parts
        )
        text = msgspec.structs.replace(text, file_name=letter.name)
    row = add_record(
        work,
        PartnerAnswer,
        case_id,
        {"answer_sealed": (Section.PARTNER_ANSWER, head), "text_sealed": (Section.PARTNER_ANSWER_TEXT, text)},
        id=answer_id or new_id(),
        referral_id=referral_id,
        link_id=head.link_id,
        standing=Standing.WAITING.value,
        decided_at=None,
        decided_by=None,
    )
    work.session.flush()
    if letter is not None:
        keeping.hold_files(work, case_id, letter.files)
    work.recorded(Event.ANSWER_RECEIVED, row.id, row=row, cases=(case_id,))
    return row


def enter(work: Work, referral_id: UUID, said: Said, code: str = "") -> PartnerAnswer:
    """A clerk writes down an answer that came by phone or letter; the code of the letter, where it was read out, proves the caller.

    Refused for a code that is not that of the living link of this referral.
    """
    work.actor.require(Capability.REFERRAL_RECORD_ANSWER)
    row = referrals.get(work, referral_id, lock=True)
    acting.editable(work, row.case_id, closed_too=True)
    link = _proven(work, referral_id, code) if code.strip() else None
    return keep(work, row.case_id, row.id, said, link=link)


def confirm(work: Work, answer_id: UUID) -> PartnerAnswer:
    """Make the unit's own record of an answer: the step it speaks of, at the moment it came. Conflict where it was decided already or
    the referral cannot take that step from where it stands."""
    row = _waiting(work, answer_id)
    head, text = read(work, row), read_text(work, row)
    by = ", ".join(part for part in (text.name, text.position) if part)
    words = f"{text.words}\n({by})".strip() if by else text.words
    answer = steps.Answer(head.at or row.created_at, head.how, words)
    steps.take_step(work, row.referral_id, STEP_OF[Kind(head.kind)], answer)
    if head.parts:
        documents.adopt(
            work, row.case_id, _as_document(work, row, head), DocumentText(file_name=text.file_name, note=by)
        )
    _decide(work, row, Standing.CONFIRMED, Event.ANSWER_CONFIRMED)
    return row


def set_aside(work: Work, answer_id: UUID, reason: str) -> PartnerAnswer:
    """Leave an answer without consequence, and say why: not theirs, sent twice, overtaken. Its letter is destroyed. Refused without a
    reason."""
    row = _waiting(work, answer_id)
    if not reason.strip():
        raise Refused(Problem("required", "reason"))
    acting.within(reason, "reason")
    text = msgspec.structs.replace(read_text(work, row), set_aside=reason.strip())
    seal_into(work, row, {"text_sealed": (Section.PARTNER_ANSWER_TEXT, text)})
    keeping.destroy_files(work, [part.file_id for part in read(work, row).parts])
    _decide(work, row, Standing.SET_ASIDE, Event.ANSWER_SET_ASIDE)
    return row


def read(work: Work, row: PartnerAnswer) -> structs.PartnerAnswer:
    """The coded head of an answer."""
    return work.vault.open(row.place(Section.PARTNER_ANSWER), row.answer_sealed, structs.PartnerAnswer)


def read_text(work: Work, row: PartnerAnswer) -> structs.PartnerAnswerText:
    """The words of an answer (S4)."""
    return work.vault.open(row.place(Section.PARTNER_ANSWER_TEXT), row.text_sealed, structs.PartnerAnswerText)


def _as_document(work: Work, row: PartnerAnswer, head: structs.PartnerAnswer) -> Document:
    case = work.session.get_one(Case, row.case_id)
    return Document(
        kind=LETTER,
        on=local_day(head.at or row.created_at, acting.zone_of(work, case)),
        referral_id=row.referral_id,
        media_type=head.media_type,
        size=head.size,
        pages=head.pages,
        parts=head.parts,
    )


def _is_letter(media_type: str) -> bool:
    """Pictures, made anew, and PDF, shown as pictures: nothing that may carry a program."""
    media = by_type(media_type)
    return media is not None and media.family in {Family.IMAGE, Family.PDF}


def _waiting(work: Work, answer_id: UUID) -> PartnerAnswer:
    work.actor.require(Capability.REFERRAL_RECORD_ANSWER)
    row = queries.answer(work, answer_id)
    acting.editable(work, row.case_id, closed_too=True)
    if row.standing != Standing.WAITING.value:
        raise Conflict("decided")
    return row


def _decide(work: Work, row: PartnerAnswer, standing: Standing, event: Event) -> None:
    row.standing, row.decided_at, row.decided_by = standing.value, work.now, work.actor.user_id
    work.recorded(event, row.id, row=row, cases=(row.case_id,))


def _proven(work: Work, referral_id: UUID, code: str) -> AnswerLink:
    typed = answer_codes.typed(code)
    for link in queries.links_of(work, referral_id):
        fits = same(links.code_tag(work.vault.crypt, link.id, typed), link.code_tag)
        if fits and links.is_live(link, work.now):
            return link
    raise Refused(Problem("answer.code", "code"))


def _check(said: Said) -> None:
    problems = []
    if said.kind not in {kind.value for kind in Kind}:
        problems.append(Problem("code.unknown", "kind"))
    if not said.name.strip():
        problems.append(Problem("required", "name"))
    if said.kind in {kind.value for kind in NEEDS_WORDS} and not said.words.strip():
        problems.append(Problem("required", "words"))
    if said.how and said.how not in code_list("referral_way"):
        problems.append(Problem("code.unknown", "how", params={"list": "referral_way"}))
    for field in ("name", "position", "phone"):
        if len(getattr(said, field)) > LINE:
            problems.append(Problem("text.too-long", field, params={"limit": str(LINE)}))
    if len(said.words) > WORDS:
        problems.append(Problem("text.too-long", "words", params={"limit": str(WORDS)}))
    if problems:
        raise Refused(*problems)
