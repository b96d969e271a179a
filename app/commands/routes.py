"""`naungan routes --permissions`: every route with its methods and what it takes to enter."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from app import create_app
from app.commands.context import json_option, print_json, print_table, quiet_log
from app.commands.setup import FirstUnit, set_up
from app.commands.words import gettext as _
from app.domain.zones import Zone
from app.web.routes import route_table
from config import Settings, load_config


@click.command(help=_("List every route. Needs no office: the routes are those of the program."))
@click.option("--permissions", is_flag=True, help=_("Also show the capability each route asks for."))
@json_option
def command(permissions: bool, as_json: bool) -> None:
    """List routes."""
    rows = [row if permissions else {k: row[k] for k in ("rule", "methods", "endpoint")} for row in _table()]
    if as_json:
        print_json({"routes": rows})
        return
    headers = tuple(rows[0]) if rows else ()
    print_table(
        headers, [[" ".join(cell) if isinstance(cell, list) else cell for cell in row.values()] for row in rows]
    )


def _table() -> list[dict[str, Any]]:
    """The routes of an application over an empty office of its own, which is gone afterwards: no real key is opened for a list."""
    with tempfile.TemporaryDirectory(prefix="naungan-routes-") as folder:
        settings = _scratch(Path(folder))
        set_up(settings, FirstUnit("64.02", "-", Zone.WITA))
        app = create_app(settings)
        rows = route_table(app)
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()
        return list(rows)


def _scratch(folder: Path) -> Settings:
    made = load_config({"NAUNGAN_DATA_DIR": str(folder / "office")})
    quiet_log(made)
    return replace(made, demo=False)
