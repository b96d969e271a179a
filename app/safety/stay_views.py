"""Stays in a shelter on the case: what is known of them, entering, staying longer, leaving. For those on the case's list (F11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import queries
from app.cases.acting import CLOSED_TO_EDITS, editable, record_of
from app.cases.acts import Desk, act, case_url, desk, seat
from app.cases.models import Case
from app.cases.panels import Panel, Source, Spot
from app.domain import shelter
from app.domain.access import Capability
from app.domain.errors import NotFound
from app.domain.shelter import End
from app.referrals import directory
from app.safety import beds, readers, reading, stays
from app.safety.forms import EnterForm, ExtendForm, LeaveForm
from app.safety.models import ShelterStay
from app.safety.views import bp
from app.security.sections import Section
from app.security.structs import safety
from app.security.vault import etag
from app.web import runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import Unopened, opened
from app.work import Opening, Work

CODED: Final = (Section.CLIENT_PROFILE, Section.SHELTER)
SECTIONS: Final = (*CODED, Section.SHELTER_TEXT)
WRITE: Final = Capability.SHELTER_WRITE


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """One stay as a page shows it; `words` is None where the page does not open them."""

    row: ShelterStay
    head: safety.ShelterStay
    words: Any
    mask: str
    institution: str
    end: End
    today: date

    @property
    def is_over(self) -> bool:
        """Whether the client has left."""
        return self.head.out_on is not None

    @property
    def days_left(self) -> int | None:
        """Days until the last day."""
        return self.end.days_left(self.today)

    @property
    def nearness(self) -> str:
        """How near the end is: open, running, soon, over."""
        return self.end.nearness(self.today).value


def shown_of(work: Work, at: Desk, pair: reading.Stay, standard: str, *, words: bool = False) -> Shown:
    """A stay in words of the page."""
    row, head = pair
    until = [extension.until for extension in head.extensions]
    return Shown(
        row,
        head,
        opened(lambda: reading.words_of(work, row)) if words else None,
        dict(at.clients).get(head.client_id, ""),
        directory.get(work, head.institution_id).name,
        shelter.end_of(head.in_on, head.expected_end, until, standard),
        at.today,
    )


def _all_of(work: Work, at: Desk, *, words: bool = False) -> list[Shown]:
    """The stays of a case, newest first. Unreadable where one does not open."""
    standard = beds.standard_of(work, at.case.unit_id)
    pairs = reading.of_case(work, at.case.id)
    return [shown_of(work, at, pair, standard, words=words) for pair in pairs][::-1]


# --- on the case file ------------------------------------------------------------------------------------------------


def make_panel(work: Work, case: Case) -> Panel:
    """The stays, for those on the list."""
    at = seat(work, case.id)
    context: Mapping[str, Any] = {
        "stays": _all_of(work, at),
        "case": case,
        "may_write": _may_write(work, case),
        "may_keep": readers.may_keep(work, case),
    }
    return Panel("safety/_shelter_panel.html", context, _("Shelter"), "shelter")


def make_warning(work: Work, case: Case) -> Panel | None:
    """At the head of the file, for those on the list: a stay that ends soon or is over its time."""
    at = seat(work, case.id)
    pressing = [each for each in _all_of(work, at) if not each.is_over and each.nearness in {"soon", "over"}]
    return Panel("safety/_shelter_warning.html", {"stays": pressing, "case": case}) if pressing else None


def make_offer(work: Work, case: Case) -> Panel | None:
    """The way in, for those who may record a first stay; for others who keep lists, the list alone."""
    if readers.may_read(work, case.id):
        return None
    is_first = not reading.exist(work, case.id)
    may_enter = is_first and not readers.of_cases(work, [case.id]) and _may_write(work, case)
    may_keep = not is_first and readers.may_keep(work, case)
    if not (may_enter or may_keep):
        return None
    context: Mapping[str, Any] = {"case": case, "may_enter": may_enter, "may_keep": may_keep}
    return Panel("safety/_shelter_offer.html", context, _("Shelter"), "shelter")


def _on_the_list(work: Work, case: Case) -> bool:
    return readers.may_read(work, case.id)


SOURCES: Final = (
    Source(Capability.CASE_READ, make_panel, Spot.SIDE, order=7, coded=CODED, reads=_on_the_list),
    Source(Capability.CASE_READ, make_warning, Spot.HEAD, order=2, coded=CODED, reads=_on_the_list),
    Source(Capability.CASE_READ, make_offer, Spot.SIDE, order=61),
)


def _may_write(work: Work, case: Case) -> bool:
    """Whether the page offers to record a stay; the service decides again."""
    return work.actor.may(WRITE) and queries.works_on(work, case.id) and case.status not in CLOSED_TO_EDITS


# --- the stays of a case ---------------------------------------------------------------------------------------------


def _opening(work: Work, case_id: UUID, *sections: Section) -> Opening:
    """The permission check of every page about a stay: on the list, else there is nothing here."""
    case = queries.get(work, case_id)
    if not readers.may_read(work, case_id):
        raise NotFound("shelter")
    return Opening(Event.SHELTER_OPENED, (case.id,), sections, object_id=case.id, purpose="list")


@bp.get("/<uuid:case_id>/shelter")
@requires(Capability.CASE_READ)
def stays_of(case_id: UUID) -> Response:
    """Everything about the stays of a case, for those on its list, whatever their role."""
    with runtime.reading(lambda work: _opening(work, case_id, *SECTIONS)) as work:
        at = seat(work, case_id)
        found = opened(lambda: _all_of(work, at, words=True))
        rows = [] if isinstance(found, Unopened) else [each.row for each in found]
        return render_page(
            "safety/stays.html",
            case=at.case,
            stays=found,
            names=people.names(work, {row.created_by for row in rows if row.created_by is not None}),
            may_write=_may_write(work, at.case),
            may_keep=readers.may_keep(work, at.case),
            may_print=queries.is_on_team(work, case_id),
        )


@bp.get("/<uuid:case_id>/shelter/enter")
@requires(WRITE)
def ask_to_enter(case_id: UUID) -> Response:
    """The form F11 of an admission."""
    return _enter_page(case_id, EnterForm(formdata=None))


@bp.post("/<uuid:case_id>/shelter/enter")
@requires(WRITE)
def enter(case_id: UUID) -> ResponseReturnValue:
    """Record that a client was admitted."""
    form = EnterForm()
    with desk(case_id) as at:
        _offer(at, form)

    def save(work: Work) -> None:
        stays.enter(work, case_id, form.stay, form.words, named=form.readers.ids, knowingly=bool(form.knowingly.data))

    return act(
        form,
        save,
        lambda status: _enter_page(case_id, form, status),
        url_for(".stays_of", case_id=case_id),
        _("The admission was recorded, with its service."),
    )


def _enter_page(case_id: UUID, form: EnterForm, status: int = 200) -> Response:
    with desk(case_id) as at:
        _offer(at, form)
        is_first = not reading.exist(at.work, case_id)
        return render_page("safety/enter.html", status=status, case=at.case, desk=at, form=form, is_first=is_first)


def _offer(at: Desk, form: EnterForm) -> None:
    """The clients still helped, the shelters of the unit, the others of the team. Strangers to the list of a case with stays: 404."""
    work = at.work
    if reading.exist(work, at.case.id) and not readers.may_read(work, at.case.id):
        raise NotFound("shelter")
    shelters = [
        (str(row.id), _bed_label(row.name, profile.beds)) for row, profile in beds.shelters(work, at.case.unit_id)
    ]
    team = {member.user_id for member in queries.team_of(work.session, [at.case.id])} - {work.actor.user_id}
    named = people.names(work, team)
    form.offer(at.open_clients, shelters, [(str(key), name) for key, name in named.items()], at.today)


def _bed_label(name: str, count: int | None) -> str:
    return name if count is None else str(_("%(name)s · %(beds)s beds", name=name, beds=count))


# --- one stay --------------------------------------------------------------------------------------------------------


@contextmanager
def _stay_desk(case_id: UUID, stay_id: UUID) -> Iterator[tuple[Desk, Shown]]:
    """A form page about one stay: on the list, and working on the case."""

    def plan(work: Work) -> Opening:
        editable(work, case_id, closed_too=True)
        return _opening(work, case_id, *SECTIONS)

    with runtime.reading(plan) as work:
        at = seat(work, case_id)
        row = record_of(work, ShelterStay, case_id, stay_id)
        pair = (row, reading.read(work, row))
        yield at, shown_of(work, at, pair, beds.standard_of(work, at.case.unit_id))


@bp.get("/<uuid:case_id>/shelter/<uuid:stay_id>/extend")
@requires(WRITE)
def ask_to_extend(case_id: UUID, stay_id: UUID) -> Response:
    """Until when, and why."""
    return _extend_page(case_id, stay_id, ExtendForm(formdata=None))


@bp.post("/<uuid:case_id>/shelter/<uuid:stay_id>/extend")
@requires(WRITE)
def extend(case_id: UUID, stay_id: UUID) -> ResponseReturnValue:
    """Make the stay longer."""
    form = ExtendForm()
    return act(
        form,
        lambda work: stays.extend(
            work, case_id, stay_id, form.extension, form.why.data or "", expected=form.etag.data or None
        ),
        lambda status: _extend_page(case_id, stay_id, form, status),
        url_for(".stays_of", case_id=case_id),
        _("The stay is longer now."),
    )


def _extend_page(case_id: UUID, stay_id: UUID, form: ExtendForm, status: int = 200) -> Response:
    with _stay_desk(case_id, stay_id) as (at, stay):
        _start(form, stay, status)
        if not form.is_submitted():
            form.on.data = at.today
        return render_page("safety/extend.html", status=status, case=at.case, desk=at, form=form, stay=stay)


@bp.get("/<uuid:case_id>/shelter/<uuid:stay_id>/leave")
@requires(WRITE)
def ask_to_leave(case_id: UUID, stay_id: UUID) -> Response:
    """The form F11 of leaving."""
    return _leave_page(case_id, stay_id, LeaveForm(formdata=None))


@bp.post("/<uuid:case_id>/shelter/<uuid:stay_id>/leave")
@requires(WRITE)
def leave(case_id: UUID, stay_id: UUID) -> ResponseReturnValue:
    """Record that the client left."""
    form = LeaveForm()
    return act(
        form,
        lambda work: stays.leave(work, case_id, stay_id, form.departure, expected=form.etag.data or None),
        lambda status: _leave_page(case_id, stay_id, form, status),
        url_for(".stays_of", case_id=case_id),
        _("The leaving was recorded, with its service."),
    )


def _leave_page(case_id: UUID, stay_id: UUID, form: LeaveForm, status: int = 200) -> Response:
    with _stay_desk(case_id, stay_id) as (at, stay):
        _start(form, stay, status)
        if not form.is_submitted():
            form.out_on.data = at.today
        return render_page("safety/leave.html", status=status, case=at.case, desk=at, form=form, stay=stay)


def _start(form: ExtendForm | LeaveForm, stay: Shown, status: int) -> None:
    """What the form starts from; after somebody else saved, what is there now."""
    if not form.is_submitted() or status == 409:
        form.etag.data = etag(stay.row.stay_sealed, stay.row.text_sealed)


@bp.get("/<uuid:case_id>/shelter/<uuid:stay_id>/take-back")
@requires(WRITE)
def ask_to_take_back(case_id: UUID, stay_id: UUID) -> Response:
    """Ask before a wrong entry is taken back."""
    return _take_back_page(case_id, stay_id, ActForm(formdata=None))


@bp.post("/<uuid:case_id>/shelter/<uuid:stay_id>/take-back")
@requires(WRITE)
def take_back(case_id: UUID, stay_id: UUID) -> ResponseReturnValue:
    """Take a wrong entry back."""
    form = ActForm()
    return act(
        form,
        lambda work: stays.take_back(work, case_id, stay_id),
        lambda status: _take_back_page(case_id, stay_id, form, status),
        case_url(case_id),
        _("The entry was taken back."),
    )


def _take_back_page(case_id: UUID, stay_id: UUID, form: ActForm, status: int = 200) -> Response:
    with _stay_desk(case_id, stay_id) as (at, stay):
        return render_page("safety/take_back.html", status=status, case=at.case, desk=at, form=form, stay=stay)
