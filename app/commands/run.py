"""`naungan run`: the server and its scheduler. A demo office is made on first start where NAUNGAN_DEMO says so."""

from __future__ import annotations

import click

from app import create_app
from app.commands import demo_office
from app.commands.checkup import refuse_unsafe_start
from app.commands.context import load_settings, note, print_table, say
from app.commands.serving import bind, jobs_child, serve
from app.commands.words import gettext as _
from app.logs import configure_logging
from config import Settings


@click.command(help=_("Start the server and its scheduler on this computer."))
def command() -> None:
    """Serve until a signal."""
    settings = load_settings()
    if settings.demo:
        demo_office.prepare(settings)
    refuse_unsafe_start(settings)
    configure_logging(settings.log_level, settings.log_file)
    app = create_app(settings)
    server = bind(app, settings)
    _greet(settings)
    with jobs_child():
        serve(server)
    note(_("Stopped."))


def address(settings: Settings) -> str:
    """Where a browser finds the server."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url or f"http://{host}:{settings.port}"


def _greet(settings: Settings) -> None:
    state = demo_office.standing(settings)
    say(_("Naungan is at %(address)s (stop with Ctrl+C).", address=address(settings)))
    if state.is_demo:
        say(_("DEMO OFFICE: every person and case is invented. Do not record real cases here."))
        logins = demo_office.kept(settings.data_dir)
        print_table((_("role"), _("e-mail"), _("password")), [(one.role, one.email, one.password) for one in logins])
    elif not state.has_people:
        say(_("No account exists yet. `naungan init --new-token` prints a setup token for the first one."))
