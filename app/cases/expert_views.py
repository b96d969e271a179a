"""Pages of what experts write: the note, its report and its releases. The author's notes open on the author's own page alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import addressees, experts, panels, queries
from app.cases.acting import CLOSED_TO_EDITS, editable, record_of, today_of
from app.cases.acts import act, last_saver, page, seat
from app.cases.expert_forms import ExpertNoteForm, HandOnForm, ReleaseForm
from app.cases.models import Case, ExpertNote, ExpertRelease
from app.cases.panels import Panel, Source, Spot
from app.cases.views import bp
from app.domain.access import Capability
from app.security.sections import Section
from app.security.vault import etag
from app.web import runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.sealed import opened
from app.work import Opening, Work

WRITE = Capability.EXPERT_WRITE
READ = Capability.EXPERT_SUMMARY
OWN: Final = (*experts.TEAM_READS, Section.EXPERT_NOTES)
TEXTS: Final = ("summary", "notes", "report")


@dataclass(frozen=True, slots=True, repr=False)
class NoteLine:
    """One note as the team sees it. Whatever does not open stands in for itself."""

    row: ExpertNote
    head: Any
    summary: Any
    releases: tuple[tuple[ExpertRelease, Any, Any], ...] = ()
    is_own: bool = False


# --- on the case file ------------------------------------------------------------------------------------------------


def make_panel(work: Work, case: Case) -> Panel | None:
    """What experts wrote for the team; open to those who read words, and to experts who may begin."""
    is_open = panels.is_open(work, case, Section.EXPERT_SUMMARY)
    may_write = work.actor.may(WRITE) and queries.is_on_team(work, case.id) and bool(experts.own_kinds(work, case.id))
    lines = lines_of(work, case) if is_open else []
    if not lines and not may_write:
        return None
    names = people.names(work, _ids(lines))
    context = {"lines": lines, "names": names, "case": case, "may_write": may_write}
    return Panel("cases/_experts.html", context, _("Experts"), "experts", len(lines))


SOURCES: Final = (Source(READ, make_panel, Spot.MAIN, order=60, words=experts.TEAM_READS),)


def lines_of(work: Work, case: Case) -> list[NoteLine]:
    """The notes of a case, newest first, with the reports their authors released to the team."""
    releases = _releases(work, case.id)
    rows = queries.records(work.session, ExpertNote, [case.id])
    lines = [_line(work, row, [each for each in releases if each[1].note_id == row.id]) for row in rows]
    return sorted(lines, key=lambda line: line.head.on if line.head else line.row.created_at.date(), reverse=True)


def _line(work: Work, row: ExpertNote, releases: list[tuple[ExpertRelease, Any, Any]]) -> NoteLine:
    head = opened(lambda: experts.head_of(work, row))
    summary = opened(lambda: experts.summary_of(work, row))
    return NoteLine(row, head, summary, tuple(releases), experts.is_author(work, row))


def _releases(work: Work, case_id: UUID) -> list[tuple[ExpertRelease, Any, Any]]:
    """Standing releases with their heads and texts."""
    return [
        (row, opened(lambda r=row: experts.release_of(work, r)), opened(lambda r=row: experts.report_of(work, r)))  # type: ignore[misc]
        for row in experts.releases_of(work, case_id)
    ]


def _ids(lines: list[NoteLine]) -> set[UUID]:
    return {line.row.author_id for line in lines} | {
        line.head.written_by for line in lines if line.head and line.head.written_by
    }


# --- one note --------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/expert-notes/<uuid:expert_note_id>")
@requires(READ)
def show_expert_note(case_id: UUID, expert_note_id: UUID) -> Response:
    """The note: to its author whole, to others of the team its summary and what was released."""
    return _show(case_id, expert_note_id, ActForm())


def _show(case_id: UUID, note_id: UUID, form: ActForm, status: int = 200) -> Response:
    is_own = False

    def plan(work: Work) -> Opening:
        nonlocal is_own
        row = experts.get(work, case_id, note_id)
        is_own = experts.is_author(work, row) and queries.is_on_team(work, case_id)
        if not is_own and not queries.is_on_team(work, case_id):
            work.actor.require(Capability.CASE_REVEAL)
        sections = (Section.CLIENT_PROFILE, *(OWN if is_own else experts.TEAM_READS))
        return Opening(Event.EXPERT_OPENED, (case_id,), sections, object_id=row.id)

    with runtime.reading(plan) as work:
        at = seat(work, case_id)
        line = next(line for line in lines_of(work, at.case) if line.row.id == note_id)
        own = opened(lambda: experts.notes_of(work, line.row)) if is_own else None
        may = is_own and at.case.status not in CLOSED_TO_EDITS and work.actor.may(WRITE)
        context = {"line": line, "own": own, "names": people.names(work, _ids([line])), "may": may}
        return page("expert_note", at, form, status, **context)


@bp.get("/<uuid:case_id>/expert-notes/new")
@requires(WRITE)
def new_expert_note(case_id: UUID) -> Response:
    """A blank note."""
    return _form_page(case_id, ExpertNoteForm())


@bp.post("/<uuid:case_id>/expert-notes")
@requires(WRITE)
def write_expert_note(case_id: UUID) -> ResponseReturnValue:
    """Keep a new note."""
    form = ExpertNoteForm()
    _offer(case_id, form)
    return act(
        form,
        lambda work: experts.write(work, case_id, form.writing),
        lambda status: _form_page(case_id, form, status),
        url_for("cases.show", case_id=case_id, _anchor="experts"),
        _("The note was kept. Only the summary is open to the team."),
    )


def _offer(case_id: UUID, form: ExpertNoteForm) -> None:
    """The choices, before the form is validated."""
    with runtime.reading(lambda work: _plan(work, case_id)) as work:
        at = seat(work, case_id)
        form.offer(experts.own_kinds(work, case_id), at.clients, at.today)


def _plan(work: Work, case_id: UUID, *sections: Section) -> Opening:
    case = editable(work, case_id)
    return Opening(
        Event.CASE_OPENED, (case.id,), (Section.CLIENT_PROFILE, *sections), object_id=case.id, purpose="form"
    )


def _form_page(case_id: UUID, form: ExpertNoteForm, status: int = 200) -> Response:
    with runtime.reading(lambda work: _plan(work, case_id)) as work:
        at = seat(work, case_id)
        form.offer(experts.own_kinds(work, case_id), at.clients, at.today)
        if not form.kind.choices:
            work.actor.require(Capability.OPERATE)  # on the team, but in no expert's role: the service says no as well
        action = url_for("cases.write_expert_note", case_id=case_id)
        return page("expert_note_form", at, form, status, action=action)


# --- writing on ------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/expert-notes/<uuid:expert_note_id>/edit")
@requires(WRITE)
def edit_expert_note(case_id: UUID, expert_note_id: UUID) -> Response:
    """The author's note, to be written on."""
    form = ExpertNoteForm()

    def fill(work: Work, row: ExpertNote) -> None:
        form.show(experts.head_of(work, row), experts.summary_of(work, row), experts.notes_of(work, row))
        form.etag.data = _state(row)

    return _edit_page(case_id, expert_note_id, form, fill=fill)


@bp.post("/<uuid:case_id>/expert-notes/<uuid:expert_note_id>/edit")
@requires(WRITE)
def save_expert_note(case_id: UUID, expert_note_id: UUID) -> ResponseReturnValue:
    """Keep what was written; both texts where the author saved in another window meanwhile."""
    form = ExpertNoteForm()
    _offer(case_id, form)

    def stale() -> Response:
        both: list[dict[str, Any]] = []

        def compare(work: Work, row: ExpertNote) -> None:
            summary, own = experts.summary_of(work, row), experts.notes_of(work, row)
            theirs = {"summary": summary.text, "notes": own.notes, "report": own.report}
            both.extend(
                {"label": form[name].label.text, "mine": form[name].data or "", "theirs": theirs[name]}
                for name in TEXTS
            )
            form.etag.data = _state(row)

        return _edit_page(case_id, expert_note_id, form, 409, fill=compare, both=both)

    return act(
        form,
        lambda work: experts.save(work, case_id, expert_note_id, form.writing, expected=form.etag.data),
        lambda status: _edit_page(case_id, expert_note_id, form, status),
        _note_url(case_id, expert_note_id),
        _("The note was kept. Only the summary is open to the team."),
        stale,
    )


def _edit_page(
    case_id: UUID,
    note_id: UUID,
    form: ExpertNoteForm,
    status: int = 200,
    *,
    fill: Callable[[Work, ExpertNote], None] | None = None,
    both: list[dict[str, Any]] | None = None,
) -> Response:
    with _at_own(case_id, note_id) as work:
        row = experts.own(work, case_id, note_id)
        at = seat(work, case_id)
        form.offer(experts.own_kinds(work, case_id), at.clients, at.today)
        if fill is not None:
            fill(work, row)
        who = last_saver(work, row.id, Event.EXPERT_CHANGED, Event.EXPERT_WRITTEN) if both else None
        context: dict[str, Any] = {"both": both, "who": who, "note": row}
        return page("expert_note_form", at, form, status, **context)


def _at_own(case_id: UUID, note_id: UUID) -> Any:
    """A page of the author: the note is the author's own, and the event says that it opened."""

    def plan(work: Work) -> Opening:
        row = experts.own(work, case_id, note_id)
        sections = (Section.CLIENT_PROFILE, *OWN, *addressees.addressees().sections)
        return Opening(Event.EXPERT_OPENED, (case_id,), sections, object_id=row.id)

    return runtime.reading(plan)


def _state(row: ExpertNote) -> str:
    return etag(row.head_sealed, row.summary_sealed, row.notes_sealed)


def _note_url(case_id: UUID, note_id: UUID) -> str:
    return url_for("cases.show_expert_note", case_id=case_id, expert_note_id=note_id)


# --- releasing, handing on -------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/expert-notes/<uuid:expert_note_id>/release")
@requires(WRITE)
def ask_to_release(case_id: UUID, expert_note_id: UUID) -> Response:
    """The report as it stands, and to whom it goes."""
    return _release_page(case_id, expert_note_id, ReleaseForm())


@bp.post("/<uuid:case_id>/expert-notes/<uuid:expert_note_id>/release")
@requires(WRITE)
def release_report(case_id: UUID, expert_note_id: UUID) -> ResponseReturnValue:
    """Release a copy of the report."""
    form = ReleaseForm()
    with _at_own(case_id, expert_note_id) as work:
        _offer_addressees(work, case_id, form)

    def give(work: Work) -> None:
        experts.release(work, case_id, expert_note_id, form.day, form.referral_id.id_chosen)

    return act(
        form,
        give,
        lambda status: _release_page(case_id, expert_note_id, form, status),
        _note_url(case_id, expert_note_id),
        _("The report was released."),
    )


def _release_page(case_id: UUID, note_id: UUID, form: ReleaseForm, status: int = 200) -> Response:
    with _at_own(case_id, note_id) as work:
        row, at = experts.own(work, case_id, note_id), seat(work, case_id)
        _offer_addressees(work, case_id, form)
        return page("expert_release", at, form, status, note=row, own=opened(lambda: experts.notes_of(work, row)))


def _offer_addressees(work: Work, case_id: UUID, form: ReleaseForm) -> None:
    case = queries.get(work, case_id)
    found = addressees.addressees().make(work, case)
    form.offer([(str(row_id), words) for row_id, words in found], today_of(work, case))


@bp.post("/<uuid:case_id>/expert-releases/<uuid:release_id>/take-back")
@requires(WRITE)
def take_release_back(case_id: UUID, release_id: UUID) -> ResponseReturnValue:
    """Show the copy to nobody any more."""
    form = ActForm()
    with runtime.reading(lambda work: _release_plan(work, case_id, release_id)) as work:
        note_id = experts.release_of(work, record_of(work, ExpertRelease, case_id, release_id)).note_id
    return act(
        form,
        lambda work: experts.take_back(work, case_id, release_id),
        lambda status: _show(case_id, note_id, form, status),
        _note_url(case_id, note_id),
        _("The release was taken back."),
    )


def _release_plan(work: Work, case_id: UUID, release_id: UUID) -> Opening:
    queries.get(work, case_id)
    row = record_of(work, ExpertRelease, case_id, release_id)
    return Opening(Event.CASE_OPENED, (case_id,), (Section.EXPERT_RELEASE,), object_id=row.id, purpose="form")


@bp.get("/<uuid:case_id>/expert-notes/<uuid:expert_note_id>/hand-on")
@requires(WRITE)
def ask_to_hand_on(case_id: UUID, expert_note_id: UUID) -> Response:
    """Who reads the own notes from now on."""
    return _hand_on_page(case_id, expert_note_id, HandOnForm())


@bp.post("/<uuid:case_id>/expert-notes/<uuid:expert_note_id>/hand-on")
@requires(WRITE)
def hand_on_notes(case_id: UUID, expert_note_id: UUID) -> ResponseReturnValue:
    """Hand the own notes on: their only reader is the other one then."""
    form = HandOnForm()
    with _at_own(case_id, expert_note_id) as work:
        _offer_successors(work, case_id, expert_note_id, form)
    return act(
        form,
        lambda work: experts.hand_on(work, case_id, expert_note_id, UUID(form.user_id.data)),
        lambda status: _hand_on_page(case_id, expert_note_id, form, status),
        url_for("cases.show", case_id=case_id, _anchor="experts"),
        _("The notes were handed on. You cannot open them any more."),
    )


def _hand_on_page(case_id: UUID, note_id: UUID, form: HandOnForm, status: int = 200) -> Response:
    with _at_own(case_id, note_id) as work:
        _offer_successors(work, case_id, note_id, form)
        return page("expert_hand_on", seat(work, case_id), form, status, note=experts.own(work, case_id, note_id))


def _offer_successors(work: Work, case_id: UUID, note_id: UUID, form: HandOnForm) -> None:
    kind = experts.head_of(work, experts.own(work, case_id, note_id)).kind
    form.offer([(str(user.id), user.display_name) for user in experts.successors(work, case_id, kind)])
