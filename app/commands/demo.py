"""`naungan demo`: fill an office without cases with invented people, marked on every page (design 7)."""

from __future__ import annotations

import click

from app.commands.context import json_option, open_office, operator, print_json, progress
from app.commands.demo_office import keep
from app.commands.scope import unit_of
from app.commands.words import gettext as _
from app.demo import numbers
from app.demo.office import Login, add_demo


@click.command(name="demo", help=_("Add the fictional office. Refuses where cases exist."))
@click.option("--unit", "area", help=_("Area code of the unit, where there are several."))
@json_option
def command(area: str | None, as_json: bool) -> int:
    """Add it and print one login per role."""
    with open_office() as office:
        with office.runtime.looking(operator("demo")) as work:
            unit = unit_of(work, area)
        with progress(_("Adding the demo office")) as advance:
            logins = add_demo(office.runtime, unit.id, lambda done, total: advance(0, completed=done, total=total))
        numbers.settle(office.runtime, unit.id)
        keep(office.settings.data_dir, logins)
    if as_json:
        print_json(
            [{"role": one.role, "name": one.name, "email": one.email, "password": one.password} for one in logins]
        )
    else:
        show(logins)
    return 0


def show(logins: list[Login]) -> None:
    """The demo accounts, one line each."""
    for one in logins:
        click.echo(f"{one.role:<12} {one.email:<28} {one.password}")
