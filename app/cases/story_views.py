"""The story of a case on one page, narrowed as one likes, and on one printed sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import Flask, Response, request
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts import queries as accounts
from app.audit.events import Event
from app.cases import families, page, queries, sheet, story, story_handling, story_tellers
from app.cases.acting import zone_of
from app.cases.acts import seat
from app.cases.models import Case
from app.cases.reading import Level, Reading, reading_of
from app.cases.record_forms import ChosenField
from app.cases.story import Heard, Kind, Listening, Story, Teller
from app.cases.views import bp
from app.domain.access import Capability
from app.security.sections import Section
from app.web import runtime
from app.web.forms import PartForm
from app.web.guard import requires
from app.web.render import render_page
from app.work import Opening, Work

KINDS: Final = {
    Kind.STAGE: _l("Stages, ends, transfers"),
    Kind.REPORT: _l("Reports, requests for help"),
    Kind.SAFETY: _l("Risk and safety"),
    Kind.CONSENT: _l("Consent"),
    Kind.ASSESSMENT: _l("Assessment, plan, conference"),
    Kind.SERVICE: _l("Services"),
    Kind.CONTACT: _l("Follow-ups and monitoring"),
    Kind.REFERRAL: _l("Referrals"),
    Kind.LEGAL: _l("Legal steps"),
    Kind.DOCUMENT: _l("Documents"),
    Kind.NOTE: _l("Notes, what experts write"),
    Kind.TEAM: _l("Hand-overs of the team"),
    Kind.CLOCK: _l("Deadlines"),
    Kind.OPENING: _l("Openings"),
}
ICONS: Final = {
    Kind.STAGE: "flag",
    Kind.REPORT: "phone-call",
    Kind.SAFETY: "shield-check",
    Kind.CONSENT: "check",
    Kind.ASSESSMENT: "list-details",
    Kind.SERVICE: "leaf",
    Kind.CONTACT: "users",
    Kind.REFERRAL: "arrows-right-left",
    Kind.LEGAL: "building",
    Kind.DOCUMENT: "file-text",
    Kind.NOTE: "clipboard-plus",
    Kind.TEAM: "user-circle",
    Kind.CLOCK: "clock",
    Kind.OPENING: "history",
}
Hearing = Mapping[UUID, Sequence[Teller]]
"""By whom each file is told, as the permission check found it."""
SHOWN: Final = 300  # entries on one page


class StoryForm(PartForm):
    """What the story is narrowed to, from the address: kinds of entries and one client, by id."""

    what = SelectMultipleField(
        _l("Show only"),
        choices=lambda: [(kind.value, label) for kind, label in KINDS.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    client = ChosenField(_l("Client"))


def init_app(app: Flask) -> None:
    """Let this room tell its part."""
    story.register(app, (*story_tellers.TELLERS, *story_handling.TELLERS))


@bp.get("/<uuid:case_id>/story", endpoint="story")
@requires(Capability.CASE_READ, repeats=("what",))
def show_story(case_id: UUID) -> Response:
    """Everything that happened, newest first, with its picture."""
    form = StoryForm(request.args)
    reading: Reading | None = None
    heard: Hearing = {}

    def plan(work: Work) -> Opening:
        nonlocal reading, heard
        case = queries.get(work, case_id)
        reading = reading_of(work, case, None)
        heard = _heard(work, case, reading)
        sections = (Section.CLIENT_PROFILE, *_sections(heard, words=_words_open(reading)))
        return _opening(case, reading, sections, "story")

    with runtime.reading(plan) as work:
        assert reading is not None  # noqa: S101 - the plan ran
        at = seat(work, case_id)
        form.client.choices = [("", str(_l("All"))), *((str(key), mask) for key, mask in at.clients)]
        wanted = form.validate()
        whole = _told(work, case_id, reading, heard)
        told = story.narrowed(whole, map(Kind, form.what.data or ()), form.client.id_chosen) if wanted else whole
        return render_page(
            "cases/story.html",
            status=200 if wanted else 422,
            case=at.case,
            form=form,
            story=told,
            shown=told.entries[:SHOWN],
            names=_names(work, told),
            masks=dict(at.clients),
            words=_words_open(reading),
            is_narrowed=bool(form.what.data or form.client.data),
            kinds=KINDS,
            icons=ICONS,
        )


@bp.get("/<uuid:case_id>/summary", endpoint="summary")
@requires(Capability.CASE_READ)
def summary(case_id: UUID) -> Response:
    """The case on one sheet: where it stands, who is in it, what is due, what happened last. No names."""
    reading: Reading | None = None
    heard: Hearing = {}

    def plan(work: Work) -> Opening:
        nonlocal reading, heard
        case = queries.get(work, case_id)
        reading = reading_of(work, case, Level.CODED)
        heard = _heard(work, case, reading, passed_on=True)
        return _opening(case, reading, (*reading.sections, *_sections(heard, words=False)), "summary")

    with runtime.reading(plan) as work:
        assert reading is not None  # noqa: S101 - the plan ran
        file = page.read(work, case_id, reading)
        told = _told(work, case_id, reading, heard)
        return render_page(
            "cases/summary_print.html",
            file=file,
            case=file.case,
            sheet=sheet.fill(file, told, _names(work, told) | dict(file.names)),
            printed_by=runtime.person().name,
            printed_at=work.now,
        )


def _heard(work: Work, case: Case, reading: Reading, *, passed_on: bool = False) -> Hearing:
    """Who tells of the case and of each file merged into it. On a sheet that is passed on nobody whose sections have readers of their own."""
    files = (case, *(work.session.get_one(Case, case_id) for case_id in reading.merged))
    return {each.id: [t for t in story.tellers_for(work, each) if t.is_for_all or not passed_on] for each in files}


def _opening(case: Case, reading: Reading, sections: Iterable[Section], why: str) -> Opening:
    whole = (case.id, *reading.merged)
    return Opening(Event.CASE_OPENED, whole, tuple(dict.fromkeys(sections)), object_id=case.id, purpose=why)


def _sections(heard: Hearing, *, words: bool) -> list[Section]:
    tellers = [teller for each in heard.values() for teller in each]
    coded = [section for teller in tellers for section in teller.coded]
    return [*coded, *(section for teller in tellers for section in teller.words)] if words else coded


def _told(work: Work, case_id: UUID, reading: Reading, heard: Hearing) -> Story:
    """The story of the case; those of the files merged into it are part of it."""
    case = queries.get(work, case_id)
    merges = families.touching(work, reading.merged) if reading.merged else []
    matches = families.matches_of(work, merges)
    others = [(work.session.get_one(Case, merge.duplicate_id), matches[merge.id].clients) for merge in merges]
    files = [Heard(case, heard[case.id]), *(Heard(each, heard[each.id], clients) for each, clients in others)]
    return story.tell(work, files, Listening(_words_open(reading), zone_of(work, case)))


def _words_open(reading: Reading) -> bool:
    return reading.level is not Level.CODED


def _names(work: Work, told: Story) -> dict[UUID, Any]:
    return dict(accounts.names(work, set(story.people_in(told))))
