"""`naungan users`: accounts, on the services the pages use. Passwords come on standard input, never on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import click

from app.accounts import queries, services
from app.accounts.models import Unit, User
from app.audit.events import Event
from app.commands.context import (
    OpenOffice,
    json_option,
    open_office,
    operator,
    print_json,
    print_table,
    read_secret,
    say,
)
from app.commands.refusals import Declined
from app.commands.words import gettext as _
from app.domain.access import Capability, capabilities_of, roles
from app.domain.errors import NotFound, Refused
from app.security import passwords
from app.security.models import Deployment
from app.security.sections import Section
from app.work import Opening, Work

unit_option = click.option(
    "--unit", "area", default="", metavar="CODE", help=_("Area code of the unit, where there are several.")
)


@click.group(help=_("Accounts: create, list, set roles, disable, enable."))
def command() -> None:
    """The group does nothing itself."""


@command.command("create", help=_("Add a person. Without --password-stdin a one-time activation token is printed."))
@click.argument("email")
@click.option("--name", required=True, help=_("Name as shown to colleagues."))
@click.option("--roles", "role_codes", required=True, metavar="A,B", help=_("Role codes, separated by commas."))
@click.option("--password-stdin", is_flag=True, help=_("Read the password from standard input."))
@unit_option
@json_option
def create(email: str, name: str, role_codes: str, password_stdin: bool, area: str, as_json: bool) -> None:
    """Add an account."""
    with open_office() as office:
        wanted = _known(role_codes)
        hashed = _hashed(office, read_secret(), email, name) if password_stdin else None
        with office.runtime.begin(operator()) as work:
            unit = unit_of(work, area)
            made = services.create_user(
                work, email=email, name=name, role_codes=wanted, unit_id=unit.id, password_hash=hashed
            )
            _close_setup(work, wanted)
    answer = {"id": made.user.id, "email": email.strip(), "roles": wanted, "activation_token": made.token}
    if as_json:
        print_json(answer)
        return
    say(_("%(email)s was added with the roles %(roles)s.", email=email.strip(), roles=", ".join(wanted)))
    if made.token:
        say(_("One-time activation token, valid for 24 hours: %(token)s", token=made.token))


def _close_setup(work: Work, role_codes: Iterable[str]) -> None:
    """Once somebody can manage accounts, the setup token is worth nothing any more (security 5 "First run")."""
    office = work.session.get(Deployment, 1, with_for_update=True)
    if office is not None and Capability.USER_ADMIN in capabilities_of(role_codes):
        office.setup_token_hash = None


def _known(role_codes: str) -> list[str]:
    """Role codes as given; Declined names an unknown one and the known ones."""
    wanted = sorted({code.strip().upper() for code in role_codes.split(",") if code.strip()})
    unknown = [code for code in wanted if code not in roles()]
    if unknown or not wanted:
        known = ", ".join(sorted(roles()))
        raise Declined(
            _("Unknown role: %(unknown)s. Known are: %(known)s.", unknown=", ".join(unknown) or "-", known=known)
        )
    return wanted


def _hashed(office: OpenOffice, password: str, email: str, name: str) -> str:
    """The hash of a password good enough; hashing happens before the transaction (design 6)."""
    found = passwords.problems(password, email, name)
    if found:
        raise Refused(*found)
    return passwords.hash_password(office.runtime.crypt, password)


def unit_of(work: Work, area: str) -> Unit:
    """The unit meant: by its area code, or the only one there is."""
    if area:
        return queries.unit_of_area(work, area)
    unit = queries.only_unit(work)
    if unit is None:
        raise Declined(_("There are several units: name one with --unit CODE."))
    return unit


@command.command("list", help=_("List accounts with roles and state."))
@json_option
def list_users(as_json: bool) -> None:
    """Show everyone; opening the addresses is audited."""
    with open_office() as office, office.runtime.reading(operator(), _listing) as work:
        people = list(work.session.scalars(queries.visible_to(work.actor)))
        found = queries.roles_by_user(work, people)
        areas = {unit.id: unit.area_code for unit in work.session.scalars(queries.units_visible_to(work.actor))}
        rows = [_row(work, user, found[user.id], areas) for user in people]
    if as_json:
        print_json({"users": rows})
        return
    headers = (_("e-mail"), _("name"), _("roles"), _("unit"), _("state"))
    print_table(headers, [[r["email"], r["name"], ",".join(r["roles"]), r["unit"], r["state"]] for r in rows])


def _listing(_work: Work) -> Opening:
    return Opening(Event.USERS_LISTED, sections=(Section.STAFF_CONTACT,))


def _row(work: Work, user: User, codes: Iterable[str], areas: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": services.contact_of(work, user).email,
        "name": user.display_name,
        "roles": list(codes),
        "unit": areas.get(user.unit_id, ""),
        "state": _state(user),
    }


def _state(user: User) -> str:
    if user.is_disabled:
        return "disabled"
    return "active" if user.password_hash is not None else "not-activated"


@command.command("set-roles", help=_("Make these the roles of a person."))
@click.argument("email")
@click.option("--roles", "role_codes", required=True, metavar="A,B", help=_("Role codes, separated by commas."))
def set_roles(email: str, role_codes: str) -> None:
    """Replace a person's roles."""
    with open_office() as office, office.runtime.begin(operator()) as work:
        wanted = _known(role_codes)
        services.set_roles(work, user_of(work, email).id, wanted)
    say(_("%(email)s now has the roles %(roles)s.", email=email, roles=", ".join(wanted)))


@command.command("disable", help=_("Switch an account off; its sessions end now."))
@click.argument("email")
def disable(email: str) -> None:
    """Switch off."""
    with open_office() as office, office.runtime.begin(operator()) as work:
        services.disable(work, user_of(work, email).id)
    say(_("%(email)s can no longer sign in.", email=email))


@command.command("enable", help=_("Switch an account on again."))
@click.argument("email")
def enable(email: str) -> None:
    """Switch on."""
    with open_office() as office, office.runtime.begin(operator()) as work:
        services.enable(work, user_of(work, email).id)
    say(_("%(email)s can sign in again.", email=email))


def user_of(work: Work, email: str) -> User:
    """The account with this address; NotFound."""
    user = queries.by_email(work, email)
    if user is None:
        raise NotFound("user")
    return user
