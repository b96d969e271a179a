"""`naungan facts rebuild`: the counting ledger held against the sealed cases, and put right (design 4, 7)."""

from __future__ import annotations

from collections import Counter

import click

from app.commands.context import json_option, note, open_office, operator, print_json, progress, say
from app.commands.words import gettext as _
from app.reports import rebuild


@click.group(name="facts", help=_("The counting ledger: what every number is counted from."))
def command() -> None:
    """The group does nothing itself."""


@command.command(name="rebuild", help=_("Compare every record with the sealed cases; rewrite what differs."))
@click.option("--check", is_flag=True, help=_("Change nothing; exit 1 where something differs."))
@json_option
def rebuild_command(check: bool, as_json: bool) -> int:
    """Compare, and put right unless only asked to check."""
    actor = operator("facts rebuild")
    with open_office() as office:
        with progress(_("Comparing")) as advance:
            found = rebuild.check(office.runtime, actor, lambda done, total: advance(0, completed=done, total=total))
        rewritten, left = 0, found
        if not check and not found.ok:
            with progress(_("Rewriting")) as advance:
                rewritten = rebuild.put_right(
                    office.runtime, actor, found, lambda done, total: advance(0, completed=done, total=total)
                )
            left = rebuild.check(office.runtime, actor)
    _show(found, left, rewritten, as_json=as_json)
    return 0 if left.ok else 1


def _show(found: rebuild.Report, left: rebuild.Report, rewritten: int, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "cases": found.cases,
                "contacts": found.contacts,
                "blobs": found.blobs,
                "differences": [
                    {"fault": each.fault.value, "kind": each.kind, "id": each.id, "blob": each.blob_id}
                    for each in found.differences
                ],
                "rewritten": rewritten,
                "ok": left.ok,
            }
        )
        return
    say(
        _(
            "Compared: %(cases)s cases and %(contacts)s contacts in %(blobs)s blobs.",
            cases=found.cases,
            contacts=found.contacts,
            blobs=found.blobs,
        )
    )
    for fault, count in sorted(Counter(each.fault.value for each in found.differences).items()):
        note(_("Differences (%(fault)s): %(count)s", fault=fault, count=count))
    if rewritten:
        say(_("Records rewritten: %(count)s.", count=rewritten))
    say(_("The ledger agrees with the cases.") if left.ok else _("The ledger does not agree with the cases."))
