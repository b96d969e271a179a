"""`naungan doctor`: what is wrong, in plain words, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import click

from app.commands.checks.finding import Finding, State, failed
from app.commands.checkup import findings
from app.commands.context import json_option, load_settings, print_json, quiet_log, say
from app.commands.main import DONE, REFUSED
from app.commands.words import gettext as _
from app.commands.words import ngettext, spoken
from config import ConfigError

_SIGNS: Final = {State.OK: "ok", State.NOTE: "--", State.WARNING: "!", State.FAILED: "XX"}


@click.command(help=_("Look at computer, keys, database and jobs; say what is wrong and what to do."))
@json_option
def command(as_json: bool) -> int:
    """Check everything; 1 when anything failed."""
    found = _look()
    faults = sum(finding.state is State.FAILED for finding in found)
    if as_json:
        print_json({"ok": not faults, "findings": [_row(finding) for finding in found]})
    else:
        _print(found, faults)
    return REFUSED if faults else DONE


def _look() -> list[Finding]:
    try:
        settings = load_settings()
    except ConfigError as error:
        return [failed("config", spoken(error.id, error.en))]
    quiet_log(settings)
    return list(findings(settings))


def _row(finding: Finding) -> dict[str, object]:
    row = asdict(finding)
    row.pop("stops")
    return row


def _print(found: list[Finding], faults: int) -> None:
    for finding in found:
        say(f"{_SIGNS[finding.state]:>2}  {finding.says}")
        if finding.advice:
            say(f"      {finding.advice}")
    if faults:
        say(ngettext("%(num)d thing must be put right.", "%(num)d things must be put right.", faults))
    else:
        say(_("Nothing must be put right."))
