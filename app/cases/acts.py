"""How a page of the case file acts: the form is checked, the service called once, and whatever goes wrong, what was typed stays.

A form page opens the case again for each answer: the permission check and its audit event first, then a snapshot (design 6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import queries as accounts
from app.audit.events import Event
from app.audit.models import AuditEntry
from app.cases import families, queries
from app.cases.acting import editable, today_of, zone_of
from app.cases.forms.mapping import differing
from app.cases.models import Case, Client
from app.domain.codes import code_list
from app.domain.errors import Conflict, NotPermitted, Refused, Stale, Unreadable
from app.domain.zones import Zone
from app.security.sections import Section
from app.security.structs.people import ClientProfile
from app.web import problems, runtime
from app.web.errors import status_of
from app.web.forms import ActForm, SectionForm
from app.web.render import render_page
from app.web.sealed import opened
from app.web.submit import once
from app.work import Opening, Work

P = TypeVar("P")


@dataclass(frozen=True, slots=True, repr=False)
class Desk:
    """What every form page of a case is given: the case, its clients by mask, the day it is there."""

    work: Work
    case: Case
    clients: Sequence[tuple[UUID, str]]
    open_clients: Sequence[tuple[UUID, str]]
    today: date
    zone: Zone
    needs: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)  # special needs, of those who have any


@dataclass(frozen=True, slots=True)
class Saver:
    """Who saved last, and when."""

    name: str
    at: datetime | None


@contextmanager
def desk(
    case_id: UUID,
    *sections: Section,
    team_only: bool = False,
    for_team: tuple[Section, ...] = (),
    closed_too: bool = False,
    merged_too: bool = False,
) -> Iterator[Desk]:
    """A form page of a case one may change. `team_only`: pages that show words or identities are the team's. `for_team`: what
    the page opens for the team besides, and for nobody else. `closed_too`: as in `editable`. `merged_too`: the same sections of the
    files merged into the case. NotPermitted for others."""

    def plan(work: Work) -> Opening:
        case = editable(work, case_id, closed_too=closed_too)
        on_team = queries.is_on_team(work, case_id)
        if team_only and not on_team:
            raise NotPermitted("only the case team opens the words")
        opens = (Section.CLIENT_PROFILE, *sections, *(for_team if on_team else ()))
        whole = families.with_duplicates(work, [case.id]) if merged_too else (case.id,)
        return Opening(Event.CASE_OPENED, whole, opens, object_id=case.id, purpose="form")

    with runtime.reading(plan) as work:
        yield seat(work, case_id)


def opening(work: Work, case_id: UUID, coded: Sequence[Section], words: Sequence[Section]) -> Opening:
    """What a page about a case opens for whoever may read it: the coded sections, and the words for the team alone. NotFound for others."""
    case = queries.get(work, case_id)
    on_team = queries.is_on_team(work, case_id)
    opens = (*coded, *(words if on_team else ()))
    return Opening(Event.CASE_OPENED, (case.id,), opens, object_id=case.id, purpose="team" if on_team else "unit")


def seat(work: Work, case_id: UUID) -> Desk:
    """The desk in a snapshot that may open the clients' profiles."""
    case = queries.get(work, case_id)
    rows = sorted(queries.records(work.session, Client, [case_id]), key=lambda row: row.position)
    named = [(row.id, *called(work, row)) for row in rows]
    clients = [(client_id, mask) for client_id, mask, _profile in named]
    still_open = [(client_id, mask) for client_id, mask, profile in named if not profile or profile.ended_on is None]
    needs = {client_id: told for client_id, _mask, profile in named if profile and (told := _needs(profile))}
    return Desk(work, case, clients, still_open, today_of(work, case), zone_of(work, case), needs)


def called(work: Work, row: Client) -> tuple[str, ClientProfile | None]:
    """What a choice shows of a client, and the profile; None where it does not open."""
    profile = opened(lambda: work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, ClientProfile))
    if not isinstance(profile, ClientProfile):
        return f"{row.position}. {profile}", None
    return f"{row.position}. {profile.mask or _('no name')}", profile


def _needs(profile: ClientProfile) -> tuple[str, ...]:
    """Special needs one has to think of: what says "none" or "not known yet" is none."""
    return tuple(need for need in profile.needs if not code_list("special_need").get(need).truth("exclusive"))


def page(template: str, at: Desk, form: ActForm, status: int = 200, **context: Any) -> Response:
    """A form page of the case."""
    return render_page(f"cases/{template}.html", status=status, case=at.case, desk=at, form=form, **context)


def case_url(case_id: UUID, anchor: str | None = None) -> str:
    """The address of the case file, at one of its parts."""
    return url_for("cases.show", case_id=case_id, _anchor=anchor)


def act(
    form: ActForm,
    run: Callable[[Work], object],
    again: Callable[[int], ResponseReturnValue],
    leads_to: str | Callable[[Any], str],
    done: str,
    stale: Callable[[], ResponseReturnValue] | None = None,
) -> ResponseReturnValue:
    """Do it once, say `done` (nothing where that is empty) and go on to `leads_to` (or to what that makes of the outcome); or show the form again with what was typed and what is wrong (422, 409; 500
    where a sealed part of the case that the act needs does not open)."""
    return act_with(form, nullcontext, lambda work, _nothing: run(work), again, leads_to, done, stale=stale)


def act_with(
    form: ActForm,
    prepare: Callable[[], AbstractContextManager[P]],
    run: Callable[[Work, P], object],
    again: Callable[[int], ResponseReturnValue],
    leads_to: str | Callable[[Any], str],
    done: str,
    *,
    stale: Callable[[], ResponseReturnValue] | None = None,
) -> ResponseReturnValue:
    """The same with something that is made ready before the act begins, because it takes long, and cleared away behind it."""
    if not form.validate_on_submit():
        return again(422)
    try:
        with prepare() as ready, runtime.begin() as work:
            receipt = once(work, form.submit_key)
            made = run(work, ready)
            address = leads_to if isinstance(leads_to, str) else leads_to(made)
            receipt.leads_to(address.partition("#")[0])
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return again(422)
    except Stale:
        if stale is not None:
            return stale()
        form.form_errors.append(
            _("Somebody changed this while you were writing. Please look again, then send once more.")
        )
        return again(409)
    except (Conflict, Unreadable) as trouble:
        form.form_errors.append(_sentence(trouble))
        return again(status_of(trouble))
    if done:
        flash(done, "success")
    return receipt.redirect()


def both_versions(
    at: Desk,
    form: SectionForm,
    theirs: SectionForm,
    template: str,
    saved: tuple[UUID, *tuple[Event, ...]],
    **context: Any,
) -> Response:
    """Both versions of a section that somebody else saved meanwhile, and the form with what was typed here. `theirs`: the form as it
    is saved now. `saved`: the row, and the events by which it is saved."""
    pairs = differing(form, theirs)
    form.etag.data = theirs.etag.data
    return page(template, at, form, 409, both=pairs, who=last_saver(at.work, *saved), **context)


def last_saver(work: Work, row_id: UUID, *events: Event) -> Saver:
    """Who last changed a row, by the audit log."""
    entry = work.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.object_id == row_id, AuditEntry.event.in_(events), AuditEntry.result == "ok")
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    ).first()
    if entry is None or entry.actor_id is None:
        return Saver(_("somebody else"), entry.at if entry else None)
    return Saver(accounts.names(work, [entry.actor_id]).get(entry.actor_id, _("somebody else")), entry.at)


def _sentence(trouble: Conflict | Unreadable) -> str:
    if isinstance(trouble, Conflict):
        return str(_("This no longer fits: the case has moved on. What you typed still stands below."))
    return str(
        _(
            "A part of this case cannot be opened, so nothing was saved. What you typed still stands below. Tell whoever looks after the computer."
        )
    )
