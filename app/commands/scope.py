"""Which unit and whose eyes: what `--unit AREA` and `--as EMAIL` mean in every command (design 7)."""

from __future__ import annotations

from app.accounts import covers, queries, sign_in
from app.accounts.models import Unit
from app.commands.context import OpenOffice, operator
from app.commands.refusals import Declined
from app.commands.words import gettext as _
from app.domain.access import Actor, person
from app.work import Origin, Work


def unit_of(work: Work, area: str | None) -> Unit:
    """The unit named by its area code, or the only one there is. Declined where several are and none is named."""
    if area is not None:
        return queries.unit_of_area(work, area)
    unit = queries.only_unit(work)
    if unit is None:
        raise Declined(_("There are several units. Name one with --unit AREA."))
    return unit


def actor_of(office: OpenOffice, email: str | None, command: str) -> Actor:
    """The person with this address, with that person's roles; without an address the operator of the machine."""
    if email is None:
        return operator(command)
    with office.runtime.looking(operator(command)) as work:
        user = queries.by_email(work, email)
        if user is None or user.is_disabled:
            raise Declined(_("There is no active account with this address."))
        roles = [grant.role for grant in queries.grants_of(work, [user.id])]
        return person(user.id, user.unit_id, roles, stands_in_for=covers.stood_in_for(work, user.id))


def proven(office: OpenOffice, email: str, password: str, command: str) -> Actor:
    """The person, who gave the own password. Declined where it is wrong: with delays, as on the page."""
    actor = actor_of(office, email, command)
    if actor.user_id is None:
        raise Declined(_("No account %(email)s.", email=email))
    try:
        sign_in.check_own_password(office.runtime, Origin(), actor.user_id, password)
    except sign_in.SignInRefused:
        raise Declined(_("The password of %(email)s is wrong, or there were too many tries.", email=email)) from None
    return actor
