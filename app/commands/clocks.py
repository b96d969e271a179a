"""`naungan clocks`: sweep what is due, and list the clocks of open cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy import select

from app.accounts import queries as people
from app.audit.events import Event
from app.cases.models import Case
from app.clocks import services, sweeping
from app.commands.context import json_option, open_office, operator, print_json, print_table, say
from app.commands.words import gettext as _
from app.commands.words import ngettext
from app.domain.clocks import Clock, is_overdue
from app.domain.stages import Status
from app.notifications import telling
from app.security.sections import Section
from app.work import Opening, Work


@click.group(help=_("Deadlines: sweep, list."))
def command() -> None:
    """The group does nothing itself."""


@command.command("sweep", help=_("Look at every case with a step due now, as the scheduler does."))
@json_option
def sweep(as_json: bool) -> None:
    """Sweep once."""
    with open_office() as office:
        handled = sweeping.sweep(office.runtime, office.runtime.now(), telling.escalate)
    if as_json:
        print_json({"cases": handled})
        return
    say(ngettext("%(num)d case was looked at.", "%(num)d cases were looked at.", handled))


@command.command("list", help=_("List the clocks of open cases, the earliest due first. The listing is audited."))
@click.option("--unit", "area", default="", metavar="CODE", help=_("Only the unit of this area."))
@json_option
def list_clocks(area: str, as_json: bool) -> None:
    """Show clocks."""
    found: list[Case] = []

    def plan(work: Work) -> Opening:
        found.extend(_open_cases(work, area))
        return Opening(Event.CLOCKS_LISTED, tuple(case.id for case in found), (Section.CLOCKS,))

    with open_office() as office, office.runtime.reading(operator(), plan) as work:
        clocks = services.of_cases(work, [case.id for case in found])
        rows = [_row(work, case, clock) for case in found for clock in clocks.get(case.id, ())]
    rows.sort(key=lambda row: (row["due_at"], str(row["case"]), row["rule"]))
    if as_json:
        print_json({"clocks": rows})
        return
    headers = ("register_no", "rule", "kind", "due_at", "state")
    print_table(headers, [[row[name] for name in headers] for row in rows])
    say(ngettext("%(num)d clock.", "%(num)d clocks.", len(rows)))


def _open_cases(work: Work, area: str) -> Sequence[Case]:
    query = select(Case).where(Case.status == Status.OPEN.value, Case.is_hidden.is_(False)).order_by(Case.register_no)
    if area:
        query = query.where(Case.unit_id == people.unit_of_area(work, area).id)
    return work.session.scalars(query).all()


def _row(work: Work, case: Case, clock: Clock) -> dict[str, Any]:
    return {
        "case": case.id,
        "register_no": case.register_no,
        "subject": clock.subject_id,
        "rule": clock.rule_id,
        "kind": clock.kind.value,
        "due_at": clock.due_at,
        "state": clock.state.value,
        "overdue": is_overdue(clock, work.now),
    }
