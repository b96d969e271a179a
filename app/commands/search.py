"""`naungan search`: what one user would be shown by search before create; audited, not throttled (design 7)."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from app.cases import search
from app.commands.context import json_option, open_office, print_json
from app.commands.scope import actor_of
from app.commands.words import gettext as _


@click.command(name="search", help=_("Search as a user would, best first; partial matches included."))
@click.option("--as", "email", required=True, help=_("The user whose eyes are used."))
@click.option("--name", default="", help=_("Name or part of it."))
@click.option("--nik", default="", help=_("NIK or family card number."))
@click.option("--phone", default="", help=_("Phone number."))
@json_option
def command(email: str, name: str, nik: str, phone: str, as_json: bool) -> int:
    """Search and print."""
    query = search.Query(name=name, nik=nik, phone=phone)
    with open_office() as office:
        actor = actor_of(office, email, "search")
        with office.runtime.reading(actor, lambda work: search.opening(work, query)) as work:
            matches = search.rank(work, query)
    if as_json:
        print_json([_row(match) for match in matches])
    else:
        _print(matches)
    return 0


def _row(match: search.Match) -> dict[str, object]:
    return {
        "case": match.register_no,
        "case_ref": match.case_ref or None,
        "client": str(match.subject_id),
        "kind": match.subject_kind,
        "victim_ref": match.victim_ref or None,
        "score": match.score,
        "why": list(match.why),
    }


def _print(matches: list[search.Match]) -> None:
    table = Table(_("Case"), _("Score"), _("Found by"), _("Case manager"))
    for match in matches:
        table.add_row(match.register_no, f"{match.score:.2f}", ", ".join(match.why), match.manager)
    Console().print(table if matches else _("Nobody found."))
