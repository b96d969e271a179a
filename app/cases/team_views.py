"""Pages about those who work on a case: its team, what they declare, who takes it over; for one case, and for several of the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import covers
from app.accounts import queries as people
from app.audit.events import Event
from app.cases import declarations, experts, handovers, namesakes, queries, team
from app.cases.acts import act, case_url, page, seat
from app.cases.handovers import Passing
from app.cases.impartial import Stance
from app.cases.models import Case, TeamMember
from app.cases.team_forms import (
    STANCES,
    AssignCasesForm,
    AssignForm,
    DecideForm,
    DeclareForm,
    HandOverForm,
    SelectionForm,
)
from app.cases.views import bp
from app.domain.access import Capability
from app.domain.errors import NotPermitted, Problem, Refused
from app.domain.team_roles import rank
from app.security.sections import Section
from app.web import runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.render import render_page
from app.work import Opening, Work

ASSIGN = Capability.CASE_ASSIGN


# --- the team of one case --------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/team")
@requires(ASSIGN)
def show_team(case_id: UUID) -> Response:
    """Who works on the case, and a form to add somebody."""
    return _team_page(case_id, AssignForm())


@bp.post("/<uuid:case_id>/team")
@requires(ASSIGN)
def assign(case_id: UUID) -> ResponseReturnValue:
    """Put a person of the unit on the case."""
    form = AssignForm()
    with runtime.looking() as work:
        _offer(work, queries.get(work, case_id), form)
    return act(
        form,
        lambda work: team.assign_person(
            work, case_id, UUID(form.user_id.data), form.role.data, knowingly=bool(form.knowingly.data)
        ),
        lambda status: _team_page(case_id, form, status),
        url_for("cases.show_team", case_id=case_id),
        _("The person is on the team now."),
    )


@bp.post("/<uuid:case_id>/team/<uuid:member_id>/remove")
@requires(ASSIGN)
def unassign(case_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """Take a person off the case. The last one stays."""
    form = ActForm()
    return act(
        form,
        lambda work: team.unassign(work, case_id, member_id),
        lambda status: _team_page(case_id, AssignForm(formdata=None), status, refused=form.form_errors),
        url_for("cases.show_team", case_id=case_id),
        _("The person is no longer on the team."),
    )


def _offer(work: Work, case: Case, form: AssignForm) -> None:
    found = people.holders(work, case.unit_id, Capability.CASE_READ)
    form.offer([(str(user.id), user.display_name) for user in found])


def _team_page(case_id: UUID, form: AssignForm, status: int = 200, refused: Sequence[str] = ()) -> Response:
    sections = (Section.CLIENT_PROFILE, Section.DECLARATION)
    with runtime.reading(lambda work: _opening(queries.get(work, case_id), *sections)) as work:
        at = seat(work, case_id)
        _offer(work, at.case, form)
        members = [row for row in queries.team_of(work.session, [case_id]) if queries.is_genuine(work, row)]
        declared = declarations.parts_of(work, case_id)
        names = people.names(work, {row.user_id for row in members} | {part.row.user_id for part in declared})
        context = {
            "lines": _members(work, case_id, members, names),
            "declared": [(part, names.get(part.row.user_id, "–"), str(STANCES[part.stance])) for part in declared],
            "refused_lines": [(line, "") for line in refused],
            "unassign": ActForm(formdata=None),
            "undecided": Stance.INVOLVED,
            "me": work.actor.user_id,
        }
        return page("team", at, form, status, **context)


def _members(work: Work, case_id: UUID, members: Sequence[TeamMember], names: dict[UUID, str]) -> list[dict[str, Any]]:
    """The team in the order of its parts, each with who stands in and whether a name in the case sounds alike."""
    away = covers.standing_in_for(work, {member.user_id for member in members})
    stand_ins = people.names(work, {cover.stand_in_id for cover in away.values()})
    alike = {user_id: bool(namesakes.cases_with(work, name, [case_id])) for user_id, name in names.items() if name}
    return [
        {
            "member": member,
            "name": names.get(member.user_id, "–"),
            "cover": away.get(member.user_id),
            "stand_in": stand_ins.get(away[member.user_id].stand_in_id, "") if member.user_id in away else "",
            "alike": alike.get(member.user_id, False),
        }
        for member in sorted(members, key=lambda member: rank(member.role))
    ]


def _opening(case: Case, *sections: Section) -> Opening:
    return Opening(Event.CASE_OPENED, (case.id,), sections, object_id=case.id, purpose="form")


# --- a part in the matter --------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/declaration")
@requires(Capability.CASE_READ)
def ask_to_declare(case_id: UUID) -> Response:
    """Whoever is put on a case says, before words or identities open, whether there is a part in the matter."""
    return _declare_page(case_id, DeclareForm())


@bp.post("/<uuid:case_id>/declaration")
@requires(Capability.CASE_READ)
def declare(case_id: UUID) -> ResponseReturnValue:
    """Take the answer. A part takes the person off the team and tells the supervisor."""
    form = DeclareForm()
    has_part = form.has_part.data == "yes"
    return act(
        form,
        lambda work: declarations.declare(work, case_id, has_part=has_part, words=form.words.data or ""),
        lambda status: _declare_page(case_id, form, status),
        url_for("cases.index") if has_part else case_url(case_id),
        _("Thank you. You are off this case; your supervisor has been told.") if has_part else _("Thank you."),
    )


def _declare_page(case_id: UUID, form: DeclareForm, status: int = 200) -> Response:
    with runtime.looking() as work:
        case = queries.get(work, case_id)
        if not queries.is_assigned(work, case_id):
            raise NotPermitted("only who is put on the case declares")
        return render_page("cases/declaration.html", status=status, case=case, form=form)


@bp.get("/<uuid:case_id>/declarations/<uuid:declaration_id>")
@requires(ASSIGN)
def ask_to_decide(case_id: UUID, declaration_id: UUID) -> Response:
    """What somebody declared, and what is to happen."""
    return _decide_page(case_id, declaration_id, DecideForm())


@bp.post("/<uuid:case_id>/declarations/<uuid:declaration_id>")
@requires(ASSIGN)
def decide(case_id: UUID, declaration_id: UUID) -> ResponseReturnValue:
    """Take note, or let the person work on the case all the same."""
    form = DecideForm()
    may_work = form.may_work.data == "yes"
    return act(
        form,
        lambda work: declarations.decide(work, case_id, declaration_id, may_work=may_work, words=form.words.data or ""),
        lambda status: _decide_page(case_id, declaration_id, form, status),
        url_for("cases.show_team", case_id=case_id),
        _("The decision was kept."),
    )


def _decide_page(case_id: UUID, declaration_id: UUID, form: DecideForm, status: int = 200) -> Response:
    def plan(work: Work) -> Opening:
        row = declarations.get(work, case_id, declaration_id)
        return _opening(queries.get(work, row.case_id), Section.DECLARATION)

    with runtime.reading(plan) as work:
        part = next(part for part in declarations.parts_of(work, case_id) if part.row.id == declaration_id)
        name = people.names(work, [part.row.user_id]).get(part.row.user_id, "–")
        case = queries.get(work, case_id)
        context: dict[str, Any] = {"part": part, "name": name, "stances": STANCES}
        return render_page("cases/declaration_decide.html", status=status, case=case, form=form, **context)


# --- several cases at once -------------------------------------------------------------------------------------------


@bp.post("/selected")
@requires(Capability.CASE_READ)
def selected() -> ResponseReturnValue:
    """What was ticked in the list leads to the page of the act that was pressed: opaque ids in the address, no numbers."""
    chosen = SelectionForm()
    if not chosen.cases.data:
        return redirect(url_for("cases.index"), code=303)
    wanted = "cases.ask_to_hand_over_cases" if chosen.act.data == "hand-over" else "cases.ask_to_assign_cases"
    return redirect(url_for(wanted, cases=".".join(each.hex for each in chosen.cases.ids)), code=303)


def _ticked() -> list[UUID]:
    """The cases an address names; 400 for what no page of ours wrote."""
    try:
        return [UUID(hex=each) for each in dict.fromkeys(request.args.get("cases", "").split(".")) if each]
    except ValueError:
        abort(400)


@bp.get("/assign")
@requires(ASSIGN)
def ask_to_assign_cases() -> ResponseReturnValue:
    """The form to put a person on the ticked cases."""
    ids = _ticked()
    return _assign_page(AssignCasesForm(), ids) if ids else redirect(url_for("cases.index"), code=303)


@bp.get("/hand-over")
@requires(Capability.CASE_EDIT)
def ask_to_hand_over_cases() -> ResponseReturnValue:
    """The form to hand the ticked cases on."""
    ids = _ticked()
    return _hand_over_page(HandOverForm(), ids) if ids else redirect(url_for("cases.index"), code=303)


@bp.post("/assign")
@requires(ASSIGN)
def assign_cases() -> ResponseReturnValue:
    """Put a person on all of them, in one act."""
    form = AssignCasesForm()
    ids = form.cases.ids
    again = _again(_assign_page, form, ids)
    _fill(_offer_assign, form, ids)

    def put(work: Work) -> None:
        knowingly = bool(form.knowingly.data)
        team.assign_many(work, ids, UUID(form.user_id.data), form.role.data, knowingly=knowingly)

    return act(form, put, again, url_for("cases.index"), _("The person is on the team of these cases now."))


@bp.get("/<uuid:case_id>/hand-over")
@requires(Capability.CASE_EDIT)
def ask_to_hand_over(case_id: UUID) -> Response:
    """The form to hand this case on."""
    return _hand_over_page(HandOverForm(), [case_id])


@bp.post("/hand-over")
@requires(Capability.CASE_EDIT)
def hand_over() -> ResponseReturnValue:
    """Hand these cases on, in one act."""
    form = HandOverForm()
    ids = form.cases.ids
    again = _again(_hand_over_page, form, ids)
    _fill(_offer_hand_over, form, ids)

    def give(work: Work) -> None:
        giver = form.from_id.id_chosen or work.actor.user_id
        if giver is None:
            raise NotPermitted("only people hand over")
        with_notes = bool(form.with_notes.data)
        passing = Passing(ids, giver, UUID(form.user_id.data), form.text.data or "", with_notes)
        handovers.hand_over(work, passing, knowingly=bool(form.knowingly.data))

    return act(form, give, again, url_for("hand_overs.index"), _("Handed over. You see here when it was taken over."))


Offer = Callable[[Work, Any, Sequence[UUID]], dict[str, Any]]
Show = Callable[[Any, Sequence[UUID], int], Response]


def _again(show: Show, form: Any, ids: Sequence[UUID]) -> Callable[[int], ResponseReturnValue]:
    return lambda status: show(form, ids, status)


def _fill(offer: Offer, form: Any, ids: Sequence[UUID]) -> None:
    """Give the form its choices before it is validated; no case at all is said when it is."""
    with runtime.looking() as work:
        offer(work, form, ids)


def _assign_page(form: AssignCasesForm, ids: Sequence[UUID], status: int = 200) -> Response:
    return _cases_page("assign", _offer_assign, form, ids, status)


def _hand_over_page(form: HandOverForm, ids: Sequence[UUID], status: int = 200) -> Response:
    return _cases_page("hand_over", _offer_hand_over, form, ids, status)


def _cases_page(template: str, offer: Offer, form: Any, ids: Sequence[UUID], status: int) -> Response:
    with runtime.looking() as work:
        context = offer(work, form, ids)
        return render_page(f"cases/{template}.html", status=status, form=form, **context)


def _offer_assign(work: Work, form: AssignCasesForm, ids: Sequence[UUID]) -> dict[str, Any]:
    work.actor.require(ASSIGN)
    form.show(_chosen(work, ids))
    found = people.holders(work, work.actor.own_unit(), Capability.CASE_READ)
    form.offer([(str(user.id), user.display_name) for user in found])
    return {}


def _offer_hand_over(work: Work, form: HandOverForm, ids: Sequence[UUID]) -> dict[str, Any]:
    """Receivers are all who read cases; a supervisor may also name another giver, somebody on the team of one of the cases."""
    work.actor.require(Capability.CASE_EDIT)
    cases = _chosen(work, ids)
    form.show(cases)
    found = people.holders(work, work.actor.own_unit(), Capability.CASE_READ)
    form.offer([(str(user.id), user.display_name) for user in found if user.id != work.actor.user_id or _may(work)])
    members = queries.team_of(work.session, ids)
    names = people.names(work, {member.user_id for member in members})
    givers = sorted(names.items(), key=lambda item: item[1].casefold())
    mine = [(str(user_id), name) for user_id, name in givers if user_id == work.actor.user_id]
    others = [(str(user_id), name) for user_id, name in givers if user_id != work.actor.user_id]
    form.from_id.choices = [*mine, *others] if _may(work) else mine or [("", "")]
    if not form.is_submitted() or not form.from_id.data:
        form.from_id.data = form.from_id.choices[0][0] if form.from_id.choices else ""
    has_notes = bool(ids) and experts.has_own(work, ids)
    return {"may_name_giver": _may(work) and len(form.from_id.choices) > 1, "has_notes": has_notes}


def _may(work: Work) -> bool:
    return work.actor.may(ASSIGN)


def _chosen(work: Work, ids: Sequence[UUID]) -> list[Case]:
    """The cases chosen, as far as one act may take; an empty choice is for the service to refuse."""
    if len(ids) > team.BATCH:
        raise Refused(Problem("selected.too-many", "cases", params={"limit": str(team.BATCH)}))
    return queries.get_all(work, ids) if ids else []
