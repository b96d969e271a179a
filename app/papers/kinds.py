"""The papers there are: what each is about, which sections it opens, who builds it (case-management 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from app.domain.letters import ANSWER, TRANSFER
from app.papers.content import (
    answer,
    consent,
    course,
    ending,
    intake,
    letters,
    monitoring,
    register,
    services,
    transfer,
    village_note,
)
from app.papers.content.letters import Letter
from app.papers.dossier import Dossier
from app.security.sections import Section
from app.security.structs.papers import LetterDesk, Paper

ISSUED: Final = "issued"
"""In an address: a letter that went out, printed again."""


class About(StrEnum):
    """What a paper is about: the whole case, or one of its records."""

    CASE = "case"
    REQUEST = "request"
    CLIENT = "client"
    CONSENT = "consent"
    REFERRAL = "referral"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    MONITORING = "monitoring"
    CONFERENCE = "conference"
    TRANSFER = "transfer"
    INCOMING = "incoming"
    ISSUED = "issued"


@dataclass(frozen=True, slots=True)
class Kind:
    """One paper. A letter is built with its number and signer; a form without."""

    code: str
    about: About
    sections: tuple[Section, ...]
    form: Callable[[Dossier, UUID | None], Paper] | None = None
    letter: Callable[[Dossier, UUID | None, Letter], Paper] | None = None

    @property
    def slug(self) -> str:
        """The kind in an address."""
        return self.code.lower()


_CLIENT: Final = (Section.CLIENT_PROFILE, Section.CLIENT_IDENTITY)
_REPORTED: Final = (Section.REPORTED_PROFILE, Section.REPORTED_IDENTITY)
_REPORT: Final = (Section.REPORT, Section.REPORTER)
_REQUEST: Final = (Section.AID_REQUEST, Section.AID_REQUEST_TEXT)
_CASE: Final = (Section.INCIDENT, Section.CHRONOLOGY)
_SERVICE: Final = (Section.SERVICE, Section.SERVICE_TEXT)
_PLAN: Final = (Section.PLAN, Section.PLAN_TEXT)

_END: Final = (Section.TERMINATION, Section.TERMINATION_TEXT)
_ALL: Final = (
    Kind("F1", About.CASE, (*_REPORT, *_CLIENT, *_REPORTED), lambda held, _subject: intake.reception(held)),
    Kind("F2", About.CASE, (*_CASE, *_CLIENT), lambda held, _subject: intake.identification(held)),
    Kind("F3", About.REQUEST, (*_REQUEST, *_CLIENT, *_REPORTED), letter=letters.request),
    Kind("F4", About.CONSENT, (Section.CONSENT, Section.CONSENT_TEXT, *_CLIENT), consent.consent),
    Kind("F5", About.ASSESSMENT, (Section.ASSESSMENT, Section.ASSESSMENT_TEXT, *_CLIENT), course.assessment),
    Kind("F6", About.PLAN, (*_PLAN, Section.SERVICE, *_CLIENT), course.plan),
    Kind(
        "F7",
        About.REFERRAL,
        (
            *(Section.REFERRAL, Section.REFERRAL_TEXT, Section.REFERRAL_PACKAGE, Section.CONSENT, Section.CHRONOLOGY),
            *(Section.REFERRAL, Section.REFERRAL_TEXT, Section.CONSENT, Section.CHRONOLOGY, Section.ANSWER_LINK),
            *(*_CLIENT, *_REPORTED, *_SERVICE, Section.DOCUMENT, Section.DOCUMENT_TEXT),
        ),
        letter=letters.referral,
    ),
    Kind("F8", About.CLIENT, (*_SERVICE, *_CLIENT), services.notes),
    Kind(
        "F9",
        About.MONITORING,
        (Section.MONITORING, Section.MONITORING_TEXT, *_PLAN, Section.SERVICE, *_CLIENT),
        course.monitored,
    ),
    Kind("F10", About.CONFERENCE, (Section.CONFERENCE, Section.CONFERENCE_TEXT), course.conference),
    Kind("F12", About.CLIENT, (*_END, Section.INCIDENT, Section.STEP_REASON, *_CLIENT), letter=ending.termination),
    Kind(
        TRANSFER,
        About.TRANSFER,
        (Section.TRANSFER, Section.TRANSFER_TEXT, *_CLIENT),
        letter=transfer.transfer,
    ),
    Kind(
        ANSWER,
        About.INCOMING,
        (Section.INCOMING_REFERRAL, Section.INCOMING_REFERRAL_TEXT),
        letter=answer.answer,
    ),
    Kind("F13", About.CASE, (*_CASE, *_CLIENT, *_SERVICE, *_REPORTED), lambda held, _subject: register.register(held)),
)
KINDS: Final[Mapping[str, Kind]] = MappingProxyType({kind.slug: kind for kind in _ALL})
ISSUED_SECTIONS: Final = (Section.ISSUED_PAPER, Section.ISSUED_PAPER_TEXT)

BLANKS: Final[Mapping[str, Callable[[LetterDesk], Paper]]] = MappingProxyType(
    {
        "f1": intake.reception_blank,
        "f2": intake.identification_blank,
        "f4": consent.consent_blank,
        "f9": monitoring.monitoring_blank,
        "patbm": village_note.village_note_blank,
    }
)
"""Forms for field use, without anybody's data."""

PRINTABLE: Final = ",".join((*KINDS, ISSUED))
LETTERS: Final = ",".join(slug for slug, kind in KINDS.items() if kind.letter is not None)
BLANK: Final = ",".join(BLANKS)
"""For the addresses: `<any(…):paper>`."""
