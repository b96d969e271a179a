"""What the legal room tells of a case: tracks opened and ended, each milestone with its number, hearings that lie ahead, what was decided
about telling the police."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Final

from flask import url_for
from flask_babel import gettext as _

from app.cases.models import Case, LegalStep, LegalTrack
from app.cases.story import Entry, Kind, Listening, Teller
from app.cases.story_tellers import closed, heads, joined, said, text_of, words
from app.domain import legal as rules
from app.domain.access import Capability
from app.domain.zones import at_local
from app.legal.models import PoliceWish
from app.legal.wishes import State
from app.security.sections import Section
from app.security.structs import legal
from app.security.structs import work as structs
from app.web.sealed import UNOPENED
from app.work import Work


def _tracks(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
    for row, head in heads(work, case, LegalTrack, Section.LEGAL_TRACK, "track_sealed", legal.LegalTrack):
        if head is UNOPENED:
            yield closed(Kind.LEGAL, row)
            continue
        url, name = url_for("legal.show", case_id=case.id, track_id=row.id), said("legal_track", head.kind)
        held = words(work, row, Section.LEGAL_TRACK_TEXT, "text_sealed", legal.LegalTrackText, listening)
        text = text_of(held, "office", "numbers", "parties", "note")
        yield Entry(
            Kind.LEGAL, head.opened_on, joined(_("Legal track"), name), text, row.created_by, head.client_id, url
        )
        for end in head.ends:
            title = joined(_("Legal track ended"), name, said("legal_outcome", end.outcome))
            yield Entry(Kind.LEGAL, end.on, title, by=end.by, client_id=head.client_id, url=url)
            if end.reopened_on is not None:
                title = joined(_("Legal track followed again"), name)
                yield Entry(Kind.LEGAL, end.reopened_on, title, by=end.reopened_by, client_id=head.client_id, url=url)


def _milestones(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
    for row, head in heads(work, case, LegalStep, Section.LEGAL_STEP, "step_sealed", structs.LegalStep):
        if head is UNOPENED:
            yield closed(Kind.LEGAL, row)
            continue
        held = words(work, row, Section.LEGAL_STEP_TEXT, "text_sealed", structs.LegalStepText, listening)
        url = url_for("legal.show", case_id=case.id, track_id=head.track_id) if head.track_id is not None else ""
        title = joined(
            said("milestone", head.milestone), said("hearing_agenda", head.agenda), said("hearing_held", head.held)
        )
        yield Entry(
            Kind.LEGAL,
            at_local(head.on, time.fromisoformat(head.time), listening.zone) if head.time else head.on,
            title,
            text_of(held, "number", "office", "officer", "result", "note"),
            row.created_by,
            head.client_id,
            url,
            waits=rules.waits(head.milestone, head.held),
        )


def _wishes(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
    for row, head in heads(work, case, PoliceWish, Section.POLICE_WISH, "wish_sealed", legal.PoliceWish):
        if head is UNOPENED:
            yield closed(Kind.LEGAL, row)
            continue
        held = words(work, row, Section.POLICE_WISH_TEXT, "text_sealed", legal.PoliceWishText, listening)
        url = url_for("legal.wishes_of", case_id=case.id)
        title = joined(_("Telling the police"), said("police_wish", head.wish))
        yield Entry(
            Kind.LEGAL, head.on, title, text_of(held, "wish_words", "advice"), row.created_by, head.client_id, url
        )
        if row.state == State.DECIDED.value and row.decided_at is not None:
            title = joined(_("Telling the police"), said("police_decision", head.decision))
            yield Entry(Kind.LEGAL, row.decided_at, title, text_of(held, "reason"), row.decided_by, head.client_id, url)


READ: Final = Capability.CASE_READ
TELLERS: Final = (
    Teller(READ, _tracks, (Section.LEGAL_TRACK,), (Section.LEGAL_TRACK_TEXT,)),
    Teller(READ, _milestones, (Section.LEGAL_STEP,), (Section.LEGAL_STEP_TEXT,)),
    Teller(READ, _wishes, (Section.POLICE_WISH,), (Section.POLICE_WISH_TEXT,)),
)
