"""`naungan shred`: erasing files, by the same acts and the same two people as on the pages (design 7, security 2.7).

Nobody gets past the pages here: whoever proposes and whoever approves both give their own password, and every refusal is the same.
"""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import select

from app.accounts.models import Unit
from app.cases import queries as cases
from app.cases.models import Case
from app.commands.context import (
    OpenOffice,
    json_option,
    note,
    open_office,
    operator,
    print_json,
    print_table,
    progress,
    read_secret,
    say,
)
from app.commands.scope import proven
from app.commands.words import gettext as _
from app.domain.access import Actor
from app.domain.errors import NotFound
from app.retention import due, erasing, proposing, residue, rules
from app.retention.models import Erasure, RetentionMark
from app.work import Work


@click.group(help=_("Files whose period is over: list them, erase one with two people, clear residue away."))
def command() -> None:
    """The group does nothing itself."""


@command.command("list", help=_("Look which files are due now, and print their numbers. Nothing is erased."))
@json_option
def list_command(as_json: bool) -> int:
    """Mark what is due, as the job does, and print it."""
    with open_office() as office, progress(_("Looking")):
        due.derive(office.runtime, office.runtime.now())
        with office.runtime.looking(operator("shred list")) as work:
            rows = _marked(work)
            erased = len(work.session.scalars(select(Erasure.id)).all())
            periods = {rule.unit_id: rule.years for rule in rules.in_use(work, _units(work)).values()}
    if as_json:
        print_json({"due": rows, "erased": erased, "units_with_a_rule": len(periods)})
        return 0
    print_table([_("Unit"), _("Register number"), _("Received")], [(r["unit"], r["case"], r["received"]) for r in rows])
    say(_("Due: %(due)s. Erased before: %(erased)s.", due=len(rows), erased=erased))
    if not periods:
        note(_("No unit has set a period, so nothing is due."))
    return 0


@command.command(
    "case", help=_("Erase one file that is due. Two people give their passwords on standard input, a line each.")
)
@click.argument("number")
@click.option(
    "--by", "proposer", required=True, metavar="EMAIL", help=_("Who proposes it; first line of standard input.")
)
@click.option("--sign", "approver", required=True, metavar="EMAIL", help=_("Who approves it; second line."))
@click.option("--basis", required=True, help=_("Legal basis: the regional schedule or decree."))
@click.option("--reason", required=True, help=_("Why; it stays on the record, so name nobody of the file."))
@json_option
def case_command(number: str, proposer: str, approver: str, basis: str, reason: str, as_json: bool) -> int:
    """Propose as one person, approve as the other, settle."""
    with open_office() as office, progress(_("Erasing"), total=4) as advance:
        first, second = (proven(office, email, read_secret(), "shred") for email in (proposer, approver))
        advance(1)
        case_id = _case(office, first, number)
        with office.runtime.begin(first) as work:
            waiting = proposing.waiting(work, case_id)
            proposal = waiting.id if waiting else proposing.propose(work, case_id, basis, reason).id
        advance(1)
        with office.runtime.begin(second) as work:
            row = erasing.approve(work, case_id, proposal)
        advance(1)
        clean = residue.settle(office.runtime)
        advance(1)
    if as_json:
        print_json({"case": number, "erased_at": row.at, "key_hash": row.key_hash.hex(), "residue": not clean})
        return 0
    say(_("%(number)s was erased.", number=number))
    _say_residue(clean=clean)
    return 0


@command.command(
    "settle", help=_("Bring the list beside the keys up to date and clear away what deleted keys leave behind.")
)
@json_option
def settle_command(as_json: bool) -> int:
    """Settle."""
    with open_office() as office, progress(_("Clearing away")):
        clean = residue.settle(office.runtime)
        path = office.runtime.erasures
    if as_json:
        print_json({"clean": clean, "file": path})
    else:
        _say_residue(clean=clean, path=path)
    return 0 if clean else 1


def _say_residue(*, clean: bool, path: Path | None = None) -> None:
    if clean:
        say(_("Nothing of deleted keys is left in the files of the database."))
        return
    note(
        _(
            "Something of deleted keys may be left. On SQLite: stop the server and run `naungan shred settle`. On PostgreSQL: its owner runs `VACUUM FULL wrapped_keys`."
        )
    )
    if path is not None:
        note(_("The list of erased files: %(path)s", path=path))


def _case(office: OpenOffice, actor: Actor, number: str) -> UUID:
    with office.runtime.looking(actor) as work:
        rows = work.session.scalars(cases.visible_to(actor).where(Case.register_no == number)).all()
    if len(rows) != 1:
        raise NotFound("case")
    return rows[0].id


def _units(work: Work) -> list[UUID]:
    return list(work.session.scalars(select(Unit.id)))


def _marked(work: Work) -> list[dict[str, object]]:
    wanted = (
        select(Unit.name, Case.register_no, Case.received_at)
        .join(Case, Case.unit_id == Unit.id)
        .join(RetentionMark, RetentionMark.case_id == Case.id)
        .order_by(Unit.name, Case.received_at, Case.id)
    )
    rows = work.session.execute(wanted)
    return [{"unit": unit, "case": number, "received": at.date().isoformat()} for unit, number, at in rows]
