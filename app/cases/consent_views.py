"""Pages of consent: the form F4, another legal basis, taking back, and what was stopped."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.cases import consents, queries
from app.cases.acting import record_of
from app.cases.acts import Desk, act, case_url, desk, page
from app.cases.consent_forms import BasisForm, ConsentForm, WithdrawForm
from app.cases.models import Consent, ReportedPerson
from app.cases.record_forms import DayForm, OfClientForm
from app.cases.views import bp
from app.domain.access import Capability
from app.security.sections import Section
from app.security.structs import people
from app.web.filters import code
from app.web.guard import requires
from app.web.sealed import opened

EDIT = Capability.CASE_EDIT


@bp.get("/<uuid:case_id>/consents/new")
@requires(EDIT)
def new_consent(case_id: UUID) -> Response:
    """A blank form F4."""
    return _consent_page(case_id, ConsentForm())


@bp.post("/<uuid:case_id>/consents")
@requires(EDIT)
def record_consent(case_id: UUID) -> ResponseReturnValue:
    """Record the consent."""
    form = ConsentForm()
    with desk(case_id, Section.REPORTED_PROFILE) as at:
        _offer(at, form)
    return act(
        form,
        lambda work: consents.record(work, case_id, form.consent, form.words),
        lambda status: _consent_page(case_id, form, status),
        case_url(case_id),
        _("The consent was recorded."),
    )


def _consent_page(case_id: UUID, form: ConsentForm, status: int = 200) -> Response:
    with desk(case_id, Section.REPORTED_PROFILE) as at:
        _offer(at, form)
        return page("consent", at, form, status, action=url_for(".record_consent", case_id=case_id))


def _offer(at: Desk, form: ConsentForm) -> None:
    form.offer(at.clients, at.today)
    form.offer_people([*at.clients, *_reported(at)])


def _reported(at: Desk) -> Sequence[tuple[UUID, str]]:
    """The reported persons without a name: position, sex, age and what they are to the clients; enough to know who is meant."""
    rows = sorted(queries.records(at.work.session, ReportedPerson, [at.case.id]), key=lambda row: row.position)
    return [(row.id, _about(at, row)) for row in rows]


def _about(at: Desk, row: ReportedPerson) -> str:
    place = row.place(Section.REPORTED_PROFILE)
    profile = opened(lambda: at.work.vault.open(place, row.profile_sealed, people.ReportedProfile))
    known: list[str] = []
    if isinstance(profile, people.ReportedProfile):
        age = str(_("%(age)s y", age=profile.age)) if profile.age is not None else ""
        known = [profile.sex, age, *dict.fromkeys(_relation(each) for each in profile.relations)]
    return str(_("Reported person %(number)s", number=row.position)) + " · " + ", ".join(filter(None, known))


def _relation(relation: people.Relation) -> str:
    """What the person is to a client, as closely as it is recorded."""
    if relation.detail:
        return str(code(relation.detail, "relationship_detail"))
    return str(code(relation.relationship, "relationship")) if relation.relationship else ""


@bp.get("/<uuid:case_id>/consents/basis")
@requires(EDIT)
def new_basis(case_id: UUID) -> Response:
    """A blank record of another legal basis."""
    return _basis_page(case_id, BasisForm())


@bp.post("/<uuid:case_id>/consents/basis")
@requires(EDIT)
def record_basis(case_id: UUID) -> ResponseReturnValue:
    """Record another legal basis with its reason."""
    form = BasisForm()
    with desk(case_id) as at:
        form.offer(at.clients, at.today)
    return act(
        form,
        lambda work: consents.record(work, case_id, form.consent, form.words),
        lambda status: _basis_page(case_id, form, status),
        case_url(case_id),
        _("The legal basis was recorded."),
    )


def _basis_page(case_id: UUID, form: OfClientForm, status: int = 200) -> Response:
    with desk(case_id) as at:
        form.offer(at.clients, at.today)
        return page("basis", at, form, status)


# --- taking back -----------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/consents/<uuid:consent_id>/withdraw")
@requires(EDIT)
def ask_to_withdraw(case_id: UUID, consent_id: UUID) -> Response:
    """Ask what is taken back, from which day, and what follows."""
    return _withdraw_page(case_id, consent_id, WithdrawForm())


@bp.post("/<uuid:case_id>/consents/<uuid:consent_id>/withdraw")
@requires(EDIT)
def withdraw(case_id: UUID, consent_id: UUID) -> ResponseReturnValue:
    """Record that the client took it back: nothing further may be disclosed on it."""
    form = WithdrawForm()
    return act(
        form,
        lambda work: consents.withdraw(work, case_id, consent_id, form.withdrawal, form.text.data or ""),
        lambda status: _withdraw_page(case_id, consent_id, form, status),
        case_url(case_id),
        _("The withdrawal was recorded."),
    )


def _withdraw_page(case_id: UUID, consent_id: UUID, form: WithdrawForm, status: int = 200) -> Response:
    with desk(case_id, Section.CONSENT, closed_too=True) as at:
        row = record_of(at.work, Consent, case_id, consent_id)
        head = consents.read(at.work, row)
        form.offer(consents.agreed_now(head), at.today)
        return page("withdraw", at, form, status, consent=head, row=row)


@bp.get("/<uuid:case_id>/consents/<uuid:consent_id>/stopped")
@requires(EDIT)
def ask_what_stopped(case_id: UUID, consent_id: UUID) -> Response:
    """Ask on which day what was taken back had stopped."""
    return _stopped_page(case_id, consent_id, DayForm())


@bp.post("/<uuid:case_id>/consents/<uuid:consent_id>/stopped")
@requires(EDIT)
def record_stopped(case_id: UUID, consent_id: UUID) -> ResponseReturnValue:
    """Record that it has stopped."""
    form = DayForm()
    return act(
        form,
        lambda work: consents.carry_out(work, case_id, consent_id, form.day),
        lambda status: _stopped_page(case_id, consent_id, form, status),
        case_url(case_id),
        _("Recorded: what was taken back has stopped."),
    )


def _stopped_page(case_id: UUID, consent_id: UUID, form: DayForm, status: int = 200) -> Response:
    with desk(case_id, Section.CONSENT, closed_too=True) as at:
        row = record_of(at.work, Consent, case_id, consent_id)
        if not form.is_submitted():
            form.on.data = at.today
        return page("stopped", at, form, status, consent=consents.read(at.work, row), row=row)
