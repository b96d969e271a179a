"""Papers of a case: the list, printing for the team, printing with a reason for others, issuing a letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import families, queries, records
from app.cases.models import Case
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.domain.letters import NUMBERED
from app.papers import desk, listing, printing, services
from app.papers.forms import IssueForm, PrintForm, ReasonForm
from app.papers.kinds import KINDS, LETTERS, PRINTABLE, Kind
from app.papers.services import Finished, NumberTaken
from app.security.sections import Section
from app.security.structs.papers import LetterDesk
from app.web import problems, runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.submit import once
from app.work import Opening, Work

bp: Final = Blueprint("papers", __name__)
_TRIES: Final = 5  # of taking a number while others take theirs


# --- what can be printed ---------------------------------------------------------------------------------------------


@bp.get("/cases/<uuid:case_id>/papers")
@requires(Capability.CASE_READ)
def index(case_id: UUID) -> Response:
    """Every paper and letter of the case."""

    def plan(work: Work) -> Opening:
        case = queries.get(work, case_id)
        return Opening(Event.CASE_OPENED, (case.id,), listing.CODED, object_id=case.id, purpose="papers")

    with runtime.reading(plan) as work:
        case = queries.get(work, case_id)
        shelf = listing.shelf(work, case)
        names = accounts.names(work, {row.created_by for row, _head in shelf.issued if row.created_by})
        may, to_issue = what_one_may(work, case), _letters_to_issue(work, case)
        merged, merged_into = _same_matter(work, case)
        return render_page(
            "papers/index.html",
            case=case,
            shelf=shelf,
            names=names,
            may=may,
            to_issue=to_issue,
            merged=merged,
            merged_into=merged_into,
        )


def _same_matter(work: Work, case: Case) -> tuple[Mapping[UUID, str], Mapping[UUID, str]]:
    """The files merged into this one, and the file it was merged into, by their numbers."""
    merge = families.survivor_of(work, case.id)
    merged = families.with_duplicates(work, [case.id])[1:]
    return families.numbers(work, merged), families.numbers(work, [merge.case_id] if merge is not None else [])


def what_one_may(work: Work, case: Case) -> dict[str, bool]:
    """What the pages offer; printing and issuing decide again."""
    on_team = bool(work.actor.system) or queries.is_on_team(work, case.id)
    return {"print": on_team, "reveal": not on_team and work.actor.may(Capability.CASE_REVEAL)}


def _letters_to_issue(work: Work, case: Case) -> frozenset[str]:
    """The kinds of letter the page offers a number for."""
    return frozenset(kind for kind in NUMBERED if _may_issue(work, case, kind))


def _may_issue(work: Work, case: Case, kind: str) -> bool:
    try:
        services.may_issue(work, case.id, kind)
    except (NotPermitted, Conflict):
        return False
    return True


# --- printing --------------------------------------------------------------------------------------------------------


@bp.post(f"/cases/<uuid:case_id>/papers/<any({PRINTABLE}):paper>")
@requires(Capability.CASE_READ)
def print_paper(case_id: UUID, paper: str) -> ResponseReturnValue:
    """One paper as PDF, for the team. A letter without a number comes as a draft."""
    return printing.print_out(case_id, paper, PrintForm().of.data)


@bp.get(f"/cases/<uuid:case_id>/papers/<any({PRINTABLE}):paper>/reason")
@requires(Capability.CASE_REVEAL)
def ask_reason(case_id: UUID, paper: str) -> Response:
    """Where somebody outside the team says why the paper is needed."""
    return _reason_page(case_id, paper, ReasonForm(formdata=None, of=_subject()))


@bp.post(f"/cases/<uuid:case_id>/papers/<any({PRINTABLE}):paper>/reason")
@requires(Capability.CASE_REVEAL)
def print_with_reason(case_id: UUID, paper: str) -> ResponseReturnValue:
    """Keep the reason sealed in the case, its code in the log, and print."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _reason_page(case_id, paper, form, 422)
    with runtime.begin() as work:
        once(work, form.submit_key).leads_to(url_for(".index", case_id=case_id))
        records.note_reason(work, case_id, form.reason.data, form.words.data or "")
    return printing.print_out(case_id, paper, form.of.data, form.reason.data)


def _reason_page(case_id: UUID, paper: str, form: ReasonForm, status: int = 200) -> Response:
    with runtime.looking() as work:
        case = queries.get(work, case_id)
        return render_page("papers/reason.html", status=status, case=case, form=form, paper=paper)


def _subject() -> UUID | None:
    """The record named in the address; 400 for what is no id."""
    text = request.args.get("of", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        abort(400)


# --- letters ---------------------------------------------------------------------------------------------------------


@bp.get(f"/cases/<uuid:case_id>/papers/<any({LETTERS}):letter>/issue")
@requires(Capability.CASE_EDIT)
def ask_issue(case_id: UUID, letter: str) -> Response:
    """Before a letter gets its number: what number that is, and who signs."""
    return _issue_page(case_id, KINDS[letter], IssueForm(formdata=None, of=_subject()))


@bp.post(f"/cases/<uuid:case_id>/papers/<any({LETTERS}):letter>/issue")
@requires(Capability.CASE_EDIT)
def issue(case_id: UUID, letter: str) -> ResponseReturnValue:
    """Give the letter its number and keep what it says. It is rendered before the act; should the number be taken, again."""
    kind, form = KINDS[letter], IssueForm()
    with runtime.looking() as work:
        form.offer(_desk_of(work, services.may_issue(work, case_id, kind.code)))
    if not form.validate_on_submit() or form.of.data is None:
        return _issue_page(case_id, kind, form, 422)
    for _attempt in range(_TRIES):
        try:
            return _issued(case_id, kind, form)
        except NumberTaken:
            continue
        except Refused as refusal:
            problems.attach(form, refusal.problems)
            return _issue_page(case_id, kind, form, 422)
    raise Conflict("letter numbers are being given out")


def _issued(case_id: UUID, kind: Kind, form: IssueForm) -> ResponseReturnValue:
    subject_id: UUID = form.of.data
    sections = (*kind.sections, Section.ISSUED_PAPER)
    with runtime.reading(lambda work: printing.opening(work, case_id, sections)) as work:
        ready = printing.letter_ready(work, case_id, kind, subject_id, form.place)
    printed = printing.press(ready)
    finished = Finished(subject_id, ready.paper, ready.number, printed.sha256, ready.is_counted, ready.package)
    with runtime.begin() as work:
        receipt = once(work, form.submit_key)
        services.issue(work, case_id, finished)
        receipt.leads_to(url_for(".index", case_id=case_id))
    flash(_("The letter has its number. Print it from the list below."), "success")
    return receipt.redirect()


def _issue_page(case_id: UUID, kind: Kind, form: IssueForm, status: int = 200) -> Response:
    def plan(work: Work) -> Opening:
        case = services.may_issue(work, case_id, kind.code)
        return Opening(Event.CASE_OPENED, (case.id,), listing.CODED, object_id=case.id, purpose="form")

    with runtime.reading(plan) as work:
        case = queries.get(work, case_id)
        line = next(
            (each for each in listing.shelf(work, case).lines if each.kind is kind and each.about.id == form.of.data),
            None,
        )
        if line is None:
            raise NotFound("record")
        form.offer(_desk_of(work, case))
        letter_no = printing.next_number(work, case, kind)
        return render_page(
            "papers/issue.html", status=status, case=case, form=form, line=line, kind=kind, letter_no=letter_no
        )


def _desk_of(work: Work, case: Case) -> LetterDesk:
    return desk.of_unit(work, work.session.get_one(Unit, case.unit_id))
