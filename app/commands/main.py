"""`naungan`: the command group. A command is one line in `COMMANDS` and one module, loaded when it is called (design 7).

Exit 0 done, 1 refused or failed with plain lines on standard error, 2 bad usage.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Final, NamedTuple, cast

import click

from app.commands.words import N_
from app.commands.words import gettext as _

DONE: Final = 0
REFUSED: Final = 1


class Entry(NamedTuple):
    """A command: its name, the module that holds it as `command`, and one line for the overview."""

    name: str
    module: str
    summary: str


COMMANDS: Final = (
    Entry("init", "app.commands.init", N_("set up the office: keys, database, unit, setup token")),
    Entry("demo", "app.commands.demo", N_("fill an empty office with invented people")),
    Entry("run", "app.commands.run", N_("start the server and its scheduler")),
    Entry("jobs", "app.commands.jobs", N_("run the scheduler alone")),
    Entry("doctor", "app.commands.doctor", N_("say what is wrong and what to do about it")),
    Entry("users", "app.commands.users", N_("accounts: create, list, set-roles, disable, enable")),
    Entry("import", "app.commands.import_", N_("bring cases in from the exchange format")),
    Entry("export", "app.commands.export", N_("write a unit's cases in the exchange format, sealed")),
    Entry("search", "app.commands.search", N_("what a user would be shown by search before create")),
    Entry("recap", "app.commands.recap", N_("the recap of a month, quarter, year or any days")),
    Entry("klaster-v", "app.commands.klaster_v", N_("the KLA cluster V sheet of a year")),
    Entry("close", "app.commands.close", N_("close a month or a year: freeze, sign, revise")),
    Entry("release", "app.commands.release", N_("make numbers public: protected, frozen, signed by two")),
    Entry("facts", "app.commands.facts", N_("the counting ledger: rebuild, check")),
    Entry("clocks", "app.commands.clocks", N_("deadlines: sweep, list")),
    Entry("keys", "app.commands.keys", N_("keys: status, export, verify")),
    Entry("shred", "app.commands.shred", N_("files whose period is over: list, erase with two people")),
    Entry("audit", "app.commands.audit", N_("audit log: verify")),
    Entry("upgrade", "app.commands.upgrade", N_("bring the database to this version")),
    Entry("backup", "app.commands.backup", N_("copy the office's data into one file, without the keys")),
    Entry("restore", "app.commands.restore", N_("put a backup back where nothing is, and check it")),
    Entry("routes", "app.commands.routes", N_("every route with the capability it asks for")),
    Entry("bench", "app.commands.bench", N_("measure speed and size with invented data")),
)


class House(click.Group):
    """Loads a command's module when it is called, so that the overview and a usage error stay fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the list."""
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        for entry in COMMANDS:
            if entry.name == cmd_name:
                return cast(click.Command, importlib.import_module(entry.module).command)
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The overview, from the list alone."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(entry.name, _(entry.summary)) for entry in COMMANDS])


@click.group(
    cls=House,
    name="naungan",
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_("Naungan: case register, referral desk and statistics of a UPTD PPA."),
)
def cli() -> None:
    """The group does nothing itself."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code. Whatever goes wrong ends in plain lines, never in a traceback."""
    os.umask(0o077)  # whatever a command writes is the office's alone
    try:
        result = cli.main(arguments, prog_name="naungan", standalone_mode=False)
        return result if isinstance(result, int) else DONE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo(_("Stopped."), err=True)
        return REFUSED
    except BrokenPipeError:
        return _unheard()
    except Exception as error:
        for line in importlib.import_module("app.commands.refusals").lines_of(error):
            click.echo(line, err=True)
        return REFUSED


def _unheard() -> int:
    """Whoever read our output left (`naungan … | head`): say nothing more, and let Python close quietly."""
    sys.stdout = None
    return REFUSED
