"""Pages on which two files of one matter are merged, and parted again. A supervisor's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import links, listing, merging, queries
from app.cases.acts import act, case_url
from app.cases.linking import CLIENTS, REPORTED, Kind
from app.cases.merge_forms import MatchForm, OtherFileForm, ReasonForm, match_form
from app.cases.models import Case
from app.cases.views import bp, mask_words
from app.domain.access import Capability
from app.domain.errors import Problem
from app.security.sections import Section
from app.web import problems, runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import Unopened, opened
from app.work import Opening, Work

MERGE = Capability.CASE_MERGE
PROFILES = (Section.CLIENT_PROFILE, Section.REPORTED_PROFILE)


# --- which other file ------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/merge")
@requires(MERGE)
def ask_which_file(case_id: UUID) -> Response:
    """Which other file is about the same matter."""
    return _which_page(case_id, OtherFileForm())


@bp.post("/<uuid:case_id>/merge")
@requires(MERGE)
def find_other_file(case_id: UUID) -> ResponseReturnValue:
    """Find it by its register number and go on to who is whom. Nothing is changed yet."""
    form = OtherFileForm()
    if not form.validate_on_submit():
        return _which_page(case_id, form, 422)
    with runtime.looking() as work:
        queries.get(work, case_id)
        found = [each for each in listing.by_number(work, form.number.data or "") if each != case_id]
    if len(found) != 1:
        problems.attach(form, [Problem("merge.unknown", "number")])
        return _which_page(case_id, form, 422)
    survivor, duplicate = (case_id, found[0]) if form.stays.data == "this" else (found[0], case_id)
    return redirect(url_for("cases.ask_who_is_whom", case_id=survivor, duplicate_id=duplicate), code=303)


def _which_page(case_id: UUID, form: OtherFileForm, status: int = 200) -> Response:
    with runtime.looking() as work:
        case = queries.get(work, case_id)
        context: dict[str, Any] = {"case": case, "suggested": merging.suggestions(work, case_id)}
        return render_page("cases/merge_which.html", status=status, form=form, **context)


# --- who is whom -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Side:
    """One of the two files: its clients and reported persons, as id and words."""

    case: Case
    clients: list[tuple[UUID, str]]
    reported: list[tuple[UUID, str]]


@bp.get("/<uuid:case_id>/merge/<uuid:duplicate_id>")
@requires(MERGE)
def ask_who_is_whom(case_id: UUID, duplicate_id: UUID) -> Response:
    """Both files side by side, by their coded profiles, and who of the one is whom of the other."""
    return _match_page(case_id, duplicate_id)


@bp.post("/<uuid:case_id>/merge/<uuid:duplicate_id>")
@requires(MERGE)
def merge_files(case_id: UUID, duplicate_id: UUID) -> ResponseReturnValue:
    """Merge them."""
    with runtime.reading(lambda work: _opening(work, case_id, duplicate_id)) as work:
        form = _form(work, case_id, duplicate_id)
    return act(
        form,
        lambda work: merging.merge(work, case_id, duplicate_id, form.matches, form.text.data or ""),
        lambda status: _match_page(case_id, duplicate_id, form, status),
        case_url(case_id),
        _("The files were merged. They are counted as one case."),
    )


def _match_page(case_id: UUID, duplicate_id: UUID, form: MatchForm | None = None, status: int = 200) -> Response:
    with runtime.reading(lambda work: _opening(work, case_id, duplicate_id)) as work:
        stays, goes = _side(work, case_id), _side(work, duplicate_id)
        shown = form or _form(work, case_id, duplicate_id)
        context: dict[str, Any] = {"case": stays.case, "stays": stays, "goes": goes, "action": request.path}
        return render_page("cases/merge.html", status=status, form=shown, **context)


def _opening(work: Work, case_id: UUID, duplicate_id: UUID) -> Opening:
    ids = tuple(queries.get(work, each).id for each in (case_id, duplicate_id))
    return Opening(Event.CASE_OPENED, ids, PROFILES, object_id=case_id, purpose="form")


def _form(work: Work, case_id: UUID, duplicate_id: UUID) -> MatchForm:
    stays, goes = _side(work, case_id), _side(work, duplicate_id)
    guesses = merging.alike(dict(stays.clients), dict(goes.clients))
    guesses |= merging.alike(dict(stays.reported), dict(goes.reported))
    return match_form((goes.clients, goes.reported), (stays.clients, stays.reported), guesses)


def _side(work: Work, case_id: UUID) -> Side:
    case = queries.get(work, case_id)
    return Side(case, _people(work, CLIENTS, case_id), _people(work, REPORTED, case_id))


def _people(work: Work, kind: Kind, case_id: UUID) -> list[tuple[UUID, str]]:
    rows = sorted(queries.records(work.session, kind.rows, [case_id]), key=lambda row: row.position)
    return [(row.id, _words(kind, row.position, links.profile_of(work, kind, row))) for row in rows]


def _words(kind: Kind, position: int, profile: Any | Unopened) -> str:
    if isinstance(profile, Unopened):
        return str(profile)
    if kind is CLIENTS:
        return mask_words(profile)
    known = [profile.sex, str(_("%(age)s y", age=profile.age)) if profile.age is not None else ""]
    return f"{_('Reported person %(number)s', number=position)} ({', '.join(part for part in known if part)})"


# --- parting again ---------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/merges/<uuid:merge_id>/undo")
@requires(MERGE)
def ask_to_part(case_id: UUID, merge_id: UUID) -> Response:
    """Ask before a merge is taken back."""
    return _part_page(case_id, merge_id, ReasonForm())


@bp.post("/<uuid:case_id>/merges/<uuid:merge_id>/undo")
@requires(MERGE)
def part_files(case_id: UUID, merge_id: UUID) -> ResponseReturnValue:
    """Take a merge back."""
    form = ReasonForm()
    return act(
        form,
        lambda work: merging.undo(work, case_id, merge_id, form.text.data or ""),
        lambda status: _part_page(case_id, merge_id, form, status),
        case_url(case_id),
        _("The merge was taken back. Both files stand for themselves again."),
    )


def _part_page(case_id: UUID, merge_id: UUID, form: ReasonForm, status: int = 200) -> Response:
    def plan(work: Work) -> Opening:
        row = merging.get(work, case_id, merge_id)
        return Opening(Event.CASE_OPENED, (case_id,), (Section.MERGE_REASON,), object_id=row.id, purpose="form")

    with runtime.reading(plan) as work:
        row = merging.get(work, case_id, merge_id)
        context: dict[str, Any] = {
            "case": queries.get(work, case_id),
            "other": queries.get(work, row.duplicate_id),
            "merge": row,
            "words": opened(lambda: merging.words_of(work, row)),
        }
        return render_page("cases/merge_undo.html", status=status, form=form, **context)
