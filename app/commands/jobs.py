"""`naungan jobs`: the scheduler alone. `naungan run` starts it as its child."""

from __future__ import annotations

import sys

import click

from app.commands.context import load_settings, make_runtime
from app.commands.words import gettext as _
from app.jobs.scheduler import serve
from app.logs import configure_logging


@click.command(help=_("Run the scheduled jobs: deadlines and upkeep. `naungan run` does this too."))
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input ends.")
def command(with_parent: bool) -> None:
    """Serve until a signal."""
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_file)
    engine, runtime = make_runtime(settings)
    try:
        serve(runtime, sys.stdin.buffer if with_parent else None)
    finally:
        engine.dispose()
