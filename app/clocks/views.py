"""*Pengawasan*: which clocks run out, of whom, at which institution; and the clocks of one case, waived and taken up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Flask, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import acts, families, panels, story
from app.cases import queries as case_queries
from app.cases.acting import CLOSED_TO_EDITS
from app.cases.models import Case
from app.clocks import board, clinical_panel, lines, load, oversight, services
from app.clocks.board import Found, When
from app.clocks.forms import BoardForm, TakeUpForm, WaiveForm
from app.clocks.labels import SECTIONS, SENTENCES
from app.clocks.lines import Line
from app.clocks.panel import SOURCES, TILES
from app.clocks.story import TELLERS
from app.domain.access import Capability
from app.domain.clocks import State
from app.referrals import directory
from app.referrals import watch as referral_watch
from app.referrals.watch import Watch
from app.web import home, problems, runtime
from app.web.guard import requires
from app.web.paging import Page
from app.web.render import render_page
from app.work import Opening, Work

bp = Blueprint("oversight", __name__, url_prefix="/clocks")


def init_app(app: Flask) -> None:
    """Hang the clocks on the case file, the referral desk and the home page, and give their words to problems."""
    problems.register(SENTENCES)
    panels.register(app, (*SOURCES, *clinical_panel.SOURCES))
    story.register(app, TELLERS)
    home.register_tiles(app, TILES)
    referral_watch.init_app(app, Watch(lines.SECTIONS, lines.by_referral))


bp.record_once(lambda state: init_app(cast(Flask, state.app)))


@bp.get("", endpoint="board")
@requires(Capability.CLOCK_BOARD)
def board_of_unit() -> Response:
    """The unit's deadlines."""
    return _board_page(own=False)


@bp.get("/own")
@requires(Capability.CASE_READ)
def own() -> Response:
    """The deadlines of one's own cases."""
    return _board_page(own=True)


def _board_page(*, own: bool) -> Response:
    form = BoardForm(request.args)
    with runtime.looking() as work:
        _offer(work, form, own=own)
    status = 200 if form.validate() else 422
    wanted = form.wanted(own=own) if status == 200 else board.Wanted(own)
    number = max(1, request.args.get("page", 1, type=int) or 1)
    found: Found | None = None

    def plan(work: Work) -> Opening:
        nonlocal found
        found = board.find(work, wanted, number)
        return board.opening(work, found)

    with runtime.reading(plan) as work:
        held = found or Found((), {})
        entries = board.entries(work, held, wanted)
        return render_page(
            "clocks/board.html",
            status=status,
            form=form,
            found=held,
            wanted=wanted,
            pressing=home.pressing(work),
            sections=[(when, SECTIONS[when], [e for e in entries if e.when is when]) for when in When],
            page=_where(wanted, held, number),
            labels=SECTIONS,
            own=own,
            is_filtered=bool({name for name, value in request.args.items() if value} - {"page"}),
            look_through=board.LOOK_THROUGH,
            now=work.now,
        )


def _offer(work: Work, form: BoardForm, *, own: bool) -> None:
    unit_id = work.actor.own_unit()
    workers = [] if own else people.holders(work, unit_id, Capability.CASE_EDIT)
    institutions = directory.of_unit(work)
    form.offer(
        [(str(each.id), each.display_name) for each in workers], [(str(row.id), row.name) for row in institutions]
    )


def _where(wanted: board.Wanted, found: Found, number: int) -> Page | None:
    """The page among its neighbours; a sealed filter has one page."""
    if wanted.institution is not None:
        return None
    total = found.counts.get(wanted.when, 0) if wanted.when else sum(found.counts.values())
    kept = {name: value for name, value in request.args.items() if value and name != "page"}
    return Page(number, board.PAGE_SIZE, total, "oversight.own" if wanted.own else "oversight.board", kept)


# --- across files ----------------------------------------------------------------------------------------------------


@bp.get("/moved")
@requires(Capability.CLOCK_BOARD)
def moved() -> Response:
    """Deadlines that a decree or a new version of a rule moved: from when to when, and why."""
    return _across("clocks/moved.html", oversight.find_counted_lately, oversight.moved)


@bp.get("/by-rule")
@requires(Capability.CLOCK_BOARD)
def by_rule() -> Response:
    """How many deadlines run by each version of each rule."""
    return _across("clocks/by_rule.html", oversight.find_running, oversight.by_rule)


@bp.get("/load")
@requires(Capability.CLOCK_BOARD)
def load_per_worker() -> Response:
    """How many files, overdue files and referrals each worker of the unit has."""
    with runtime.looking() as work:
        return render_page("clocks/load.html", load=load.load(work))


def _across(
    template: str, find: Callable[[Work], oversight.Found], rows_of: Callable[[Work, oversight.Found], Sequence[object]]
) -> Response:
    found = oversight.Found(())

    def plan(work: Work) -> Opening:
        nonlocal found
        found = find(work)
        return oversight.opening(work, found)

    with runtime.reading(plan) as work:
        return render_page(
            template, rows=rows_of(work, found), cut=found.cut, look_through=oversight.LOOK_THROUGH, now=work.now
        )


# --- the clocks of one case ------------------------------------------------------------------------------------------


@bp.get("/cases/<uuid:case_id>")
@requires(Capability.CASE_READ)
def of_case(case_id: UUID) -> Response:
    """Every clock of a case, running and ended."""
    return _case_page(case_id)


@bp.get("/cases/<uuid:case_id>/waive")
@requires(Capability.CLOCK_WAIVE)
def ask_to_waive(case_id: UUID) -> Response:
    """Which clock, and why. Its name stays out of the address: a rule names the crime."""
    return _waive_page(case_id, WaiveForm(formdata=None))


@bp.post("/cases/<uuid:case_id>/waive")
@requires(Capability.CLOCK_WAIVE)
def waive(case_id: UUID) -> ResponseReturnValue:
    """Waive it; the words become a note of the case."""
    form = WaiveForm()
    _fill(case_id, lambda held: form.offer(_choices(held, State.RUNNING)))

    def again(status: int) -> ResponseReturnValue:
        return _waive_page(case_id, form, status)

    def run(work: Work) -> None:
        services.waive(work, case_id, str(form.clock.data), form.waiver())

    return acts.act(form, run, again, url_for(".of_case", case_id=case_id), _("The deadline is waived."))


@bp.post("/cases/<uuid:case_id>/take-up")
@requires(Capability.CLOCK_WAIVE)
def take_up(case_id: UUID) -> ResponseReturnValue:
    """Take a waived clock up again."""
    form = TakeUpForm()
    _fill(case_id, lambda held: form.offer(_choices(held, State.WAIVED)))

    def again(status: int) -> ResponseReturnValue:
        return _case_page(case_id, form, status)

    def run(work: Work) -> None:
        services.take_up(work, case_id, str(form.clock.data))

    return acts.act(form, run, again, url_for(".of_case", case_id=case_id), _("The deadline runs again."))


def _plan(case_id: UUID) -> Callable[[Work], Opening]:
    def plan(work: Work) -> Opening:
        case = case_queries.get(work, case_id)
        whole = families.with_duplicates(work, [case.id])
        return Opening(Event.CLOCKS_LISTED, whole, lines.SECTIONS, object_id=case.id)

    return plan


def _fill(case_id: UUID, offer: Callable[[list[Line]], None]) -> None:
    with runtime.reading(_plan(case_id)) as work:
        offer(_held(work, case_id))


def _held(work: Work, case_id: UUID) -> list[Line]:
    held = lines.of_cases(work, [case_id]).get(case_id, ())
    return [line for line in held if isinstance(line, Line)]


def _choices(held: list[Line], state: State) -> list[tuple[str, str]]:
    return [(line.clock.id, _described(line)) for line in held if line.clock.state is state]


def _described(line: Line) -> str:
    return f"{line.label} · {line.concern.words}" if line.concern.words else line.label


def _may_decide(work: Work, case: Case) -> bool:
    """Whether the page offers to waive; the service decides again."""
    actor = work.actor
    may = actor.may(Capability.CLOCK_WAIVE) and actor.may(Capability.CASE_EDIT)
    return may and case_queries.works_on(work, case.id) and case.status not in CLOSED_TO_EDITS


def _case_page(case_id: UUID, form: TakeUpForm | None = None, status: int = 200) -> Response:
    with runtime.reading(_plan(case_id)) as work:
        case = case_queries.get(work, case_id)
        held: Any = lines.of_cases(work, [case_id]).get(case_id, ())
        filled = form or TakeUpForm(formdata=None)
        filled.offer(_choices(list(held), State.WAIVED))
        return render_page(
            "clocks/case.html",
            status=status,
            case=case,
            held=held,
            running=[line for line in held if line.is_running],
            ended=[line for line in held if not line.is_running],
            gone=lines.gone(work, case),
            may_decide=_may_decide(work, case),
            form=filled,
            now=work.now,
        )


def _waive_page(case_id: UUID, form: WaiveForm, status: int = 200) -> Response:
    with runtime.reading(_plan(case_id)) as work:
        case = case_queries.get(work, case_id)
        held = _held(work, case_id)
        form.offer(_choices(held, State.RUNNING))
        binding = [line.clock.id for line in held if line.is_running and line.binds_us]
        may_approve = work.actor.may(Capability.CASE_APPROVE)
        return render_page(
            "clocks/waive.html", status=status, case=case, form=form, binding=binding, may_approve=may_approve
        )
