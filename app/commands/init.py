"""`naungan init`: set up the office. Asks nothing; prints the one-time setup token."""

from __future__ import annotations

import click

from app.commands.context import json_option, load_settings, note, print_json, say
from app.commands.setup import FirstUnit, NewOffice, first_unit, new_token, set_up
from app.commands.words import gettext as _
from app.domain.zones import Zone
from config import Settings


@click.command(help=_("Set up the office: folder, keys, database, unit. Prints the one-time setup token."))
@click.option("--unit-area", default="", metavar="CODE", help=_("Code of the kabupaten, kota or province, as 63.03."))
@click.option("--unit-name", default="", help=_("Name of the unit."))
@click.option(
    "--zone", type=click.Choice([z.value for z in Zone]), help=_("Time zone; that of the province if not given.")
)
@click.option("--register-prefix", default="", help=_("First part of register numbers; the area code if not given."))
@click.option(
    "--new-token", "only_token", is_flag=True, help=_("Print a new setup token for an office without accounts.")
)
@json_option
def command(
    unit_area: str, unit_name: str, zone: str | None, register_prefix: str, only_token: bool, as_json: bool
) -> None:
    """Set up."""
    settings = load_settings()
    if only_token:
        _show_token(settings, new_token(settings), as_json=as_json)
        return
    if not unit_area or not unit_name:
        raise click.UsageError(_("Give --unit-area and --unit-name."))
    unit = first_unit(unit_area, unit_name, zone or "", register_prefix)
    _show(settings, unit, set_up(settings, unit, demo=settings.demo), as_json=as_json)


def _show(settings: Settings, unit: FirstUnit, made: NewOffice, *, as_json: bool) -> None:
    if as_json:
        answer = {"unit": made.unit_id, "area": unit.area_code, "zone": unit.zone, "setup_token": made.token}
        print_json({**answer, "data_dir": settings.data_dir, "keyring": settings.keyring})
        return
    say(_("The office of %(name)s (%(area)s, %(zone)s) is ready.", name=unit.name, area=unit.area_code, zone=unit.zone))
    say(_("Data: %(folder)s", folder=settings.data_dir))
    say(_("Keys: %(file)s", file=settings.keyring))
    _show_token(settings, made.token, as_json=False)
    note(_("Next: `naungan keys export FILE` and keep the copy apart; without the keys the data cannot be opened."))


def _show_token(settings: Settings, token: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"setup_token": token})
        return
    say(_("One-time setup token: %(token)s", token=token))
    note(_("Start the server with `naungan run`, open the setup page and enter the token to make the first account."))
