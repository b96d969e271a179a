"""`naungan audit verify`: walk the whole audit chain (security 4)."""

from __future__ import annotations

from dataclasses import asdict

import click

from app.audit import chain
from app.commands.context import json_option, open_office, operator, print_json, say
from app.commands.refusals import Declined
from app.commands.words import gettext as _


@click.group(help=_("Audit log: verify."))
def command() -> None:
    """The group does nothing itself."""


@command.command("verify", help=_("Walk the audit log from its first event and name the first bad one."))
@json_option
def verify(as_json: bool) -> None:
    """Verify the chain; 1 when it is broken."""
    with open_office() as office, office.runtime.looking(operator()) as work:
        verdict = chain.verify(work.session)
    if as_json:
        print_json(asdict(verdict) | {"ok": verdict.ok})
    if not verdict.ok:
        raise Declined(
            _(
                "The audit log is broken at event %(number)s (%(reason)s).",
                number=verdict.bad_seq,
                reason=verdict.reason,
            ),
            _("Events before it are whole. Ask who had access to the database, and keep a copy as it is."),
        )
    if not as_json:
        say(_("The audit log is whole: %(number)s events.", number=verdict.events))
