"""The bed register of a unit: beds, how many are free, days left of those one may know of; and the standard of the unit (F11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.audit.events import Event
from app.cases.acts import act, seat
from app.domain import shelter
from app.domain.access import Capability
from app.reference import rulebook
from app.referrals.models import Institution
from app.safety import beds, readers, reading
from app.safety.forms import StandardForm
from app.safety.stay_views import Shown, shown_of
from app.safety.views import beds_bp
from app.security.sections import Section
from app.security.structs.office import Institution as Profile
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page
from app.work import Opening, Work


@dataclass(frozen=True, slots=True, repr=False)
class House:
    """One shelter: its beds, how many are taken, and the stays the reader may know of."""

    row: Institution
    beds: int | None
    taken: int
    known: Sequence[tuple[Any, Shown]]

    @property
    def free(self) -> int | None:
        """Beds left; none below zero where more people are there than beds."""
        return None if self.beds is None else max(self.beds - self.taken, 0)

    @property
    def closed(self) -> int:
        """How many are there of whom the reader may not know."""
        return max(self.taken - len(self.known), 0)


@beds_bp.get("")
@requires(Capability.SHELTER_READ)
def index() -> Response:
    """Every shelter of the unit with its beds."""
    return _page(StandardForm(formdata=None))


@beds_bp.post("/standard")
@requires(Capability.CASE_APPROVE)
def set_standard() -> ResponseReturnValue:
    """Take a service standard over from the unit's decree, or none."""
    form = StandardForm()
    return act(
        form,
        lambda work: beds.set_standard(work, form.standard.data or "", expected=form.etag.data),
        lambda status: _page(form, status),
        url_for(".index"),
        _("Saved. The deadlines of those who are in a shelter now follow."),
    )


def _page(form: StandardForm, status: int = 200) -> Response:
    taken = _counted()
    with runtime.reading(_listing) as work:
        unit = people.unit(work, work.actor.own_unit())
        standard = beds.standard_of(work, unit.id)
        if not form.is_submitted() or status == 409:
            form.etag.data = standard
        if not form.is_submitted():
            form.standard.data = standard
        return render_page(
            "safety/beds.html",
            status=status,
            form=form,
            houses=_houses(work, unit.id, taken.by_shelter, standard),
            unknown=taken.unknown,
            closed=beds.closed(work, unit.id),
            standard=standard,
            rule=rulebook.confirmed_here(work, unit.id, rule) if (rule := shelter.standard_rule(standard)) else None,
            may_set=work.actor.may(Capability.CASE_APPROVE),
            may_add=work.actor.may(Capability.INSTITUTION_ADMIN),
        )


def _counted() -> beds.Taken:
    """How many beds of each shelter are taken: numbers alone leave this reading."""

    def plan(work: Work) -> Opening:
        ids = beds.cases_with_stays(work, work.actor.own_unit())
        return Opening(Event.SHELTER_LISTED, tuple(ids), (Section.SHELTER,), purpose="count")

    with runtime.reading(plan) as work:
        return beds.taken(work, beds.cases_with_stays(work, work.actor.own_unit()))


def _listing(work: Work) -> Opening:
    """The stays the reader may know of, by the lists of their cases."""
    ids = _readable(work)
    return Opening(Event.SHELTER_LISTED, tuple(ids), (Section.CLIENT_PROFILE, Section.SHELTER), purpose="list")


def _readable(work: Work) -> list[UUID]:
    return sorted(readers.cases_of(work, beds.cases_with_stays(work, work.actor.own_unit())), key=str)


def _houses(work: Work, unit_id: UUID, taken: Mapping[UUID, int], standard: str) -> list[House]:
    known: dict[UUID, list[tuple[Any, Shown]]] = {}
    stays, _lost = reading.readable(work, _readable(work))
    for case_id, pairs in stays.items():
        at = seat(work, case_id)
        for pair in pairs:
            if pair[1].out_on is None:
                shown = shown_of(work, at, pair, standard)
                known.setdefault(pair[1].institution_id, []).append((at.case, shown))
    return [_house(row, profile, taken, known.get(row.id, [])) for row, profile in beds.shelters(work, unit_id)]


def _house(row: Institution, profile: Profile, taken: Mapping[UUID, int], known: list[tuple[Any, Shown]]) -> House:
    def soonest(line: tuple[Any, Shown]) -> tuple[bool, int]:
        left = line[1].days_left
        return left is None, left or 0

    return House(row, profile.beds, taken.get(row.id, 0), sorted(known, key=soonest))
