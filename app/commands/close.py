"""`naungan close`: close a month or a year by the same acts and the same two people as the services ask for (design 4 "Closing").

The two are named as `--as` names a person elsewhere (design 7): whoever works at the machine answers for both names.
"""

from __future__ import annotations

from typing import Any, Final

import click

from app.audit.events import Event
from app.commands.context import (
    OpenOffice,
    json_option,
    note,
    open_office,
    operator,
    print_json,
    print_table,
    say,
)
from app.commands.outputs import unit_area
from app.commands.refusals import problem_lines
from app.commands.scope import actor_of
from app.commands.words import gettext as _
from app.domain.errors import Unreadable
from app.reports import closing, closing_sheets, frozen, periods, queries, services
from app.reports.closing import Draft, Words
from app.reports.counting.settings import Period
from app.simfoni import queries as simfoni
from app.work import Opening, Work

_ACCEPTED: Final = "naungan close --accept-warnings"


@click.command(
    name="close",
    help=_("Close a month or a year. Without --by: show the checklist."),
)
@click.option("--month", metavar="2025-03", help=_("A month."))
@click.option("--year", metavar="2025", help=_("A year."))
@click.option("--by", "closer", metavar="EMAIL", help=_("Who closes: the data officer."))
@click.option("--sign", "signer", metavar="EMAIL", help=_("Who signs: supervisor or head."))
@click.option("--accept-warnings", is_flag=True, help=_("Close in spite of the warnings of the checklist."))
@click.option("--nihil", is_flag=True, help=_("State that nothing happened in the period."))
@click.option("--revise", metavar="REASON", default="", help=_("Close once more, as a revision; why."))
@click.option("--withdraw", is_flag=True, help=_("Take back what waits for a signature."))
@click.option("--verify", is_flag=True, help=_("Compare everything frozen of the unit with its hash."))
@click.option("--unit", "area", help=_("Area code of the unit, where there are several."))
@json_option
def command(  # noqa: PLR0917 - one parameter an option
    month: str | None,
    year: str | None,
    closer: str | None,
    signer: str | None,
    accept_warnings: bool,
    nihil: bool,
    revise: str,
    withdraw: bool,
    verify: bool,
    area: str | None,
    as_json: bool,
) -> int:
    """Show the checklist, close, sign, take back, or compare with the hashes."""
    with open_office() as office:
        unit = unit_area(office, area)
        if verify:
            return _verify(office, unit, as_json=as_json)
        period = _period(month, year)
        first, second = (actor_of(office, email, "close") if email else None for email in (closer, signer))
        if first is not None and withdraw:
            with office.runtime.begin(first) as work:
                closing.withdraw(work, period, area=unit)
        elif first is not None:
            found = _draft(office, period, unit)
            words = Words(_ACCEPTED if accept_warnings and found.findings else "", revise, nihil)
            with office.runtime.begin(first) as work:
                closing.close(work, found, words, area=unit)
        if second is not None:
            with office.runtime.begin(second) as work:
                closing.sign(work, period, area=unit)
        return _show(office, period, unit, as_json=as_json)


def _period(month: str | None, year: str | None) -> Period:
    if (month is None) == (year is None):
        raise click.UsageError(_("Give one period: %(ways)s.", ways="--month, --year"))
    try:
        return periods.month(month) if month is not None else periods.year(year or "")
    except ValueError:
        raise click.UsageError(
            _("%(text)s is not a period. Write %(ways)s.", text=month or year, ways="--month 2025-03, --year 2025")
        ) from None


def _reading(period: Period, area: str) -> Any:
    return services.recap_opening(services.RecapWish(period, period.last, area))


def _draft(office: OpenOffice, period: Period, area: str) -> Draft:
    with office.runtime.reading(operator("close"), _reading(period, area)) as work:
        return closing.draft(work, period, area=area, not_in_simfoni=_not_in_simfoni(work, area))


def _not_in_simfoni(work: Work, area: str) -> int:
    return simfoni.awaiting(work, queries.unit(work, area).id)


def _show(office: OpenOffice, period: Period, area: str, *, as_json: bool) -> int:
    """Every version of the period, and the checklist while it is open or the pending revision once it is closed."""
    with office.runtime.reading(operator("close"), _reading(period, area)) as work:
        sheet = closing_sheets.period_sheet(work, period, area=area, not_in_simfoni=_not_in_simfoni(work, area))
    found, pending = sheet.draft.findings, sheet.pending
    rows = [_row(version) for version in sheet.versions]
    if as_json:
        findings = [{"code": f.code, "count": f.count, "severity": f.severity.value} for f in found]
        cells = [
            {"table": c.cell.table, "row": c.cell.row, "group": c.cell.group, "sex": c.cell.sex}
            | {"frozen": c.frozen, "now": c.now}
            for c in pending
        ]
        said = {"checklist": findings, "pending": cells, "cluster_v_differs": sheet.cluster_differs}
        print_json({"period": periods.named(period), "versions": rows, "unreadable": sheet.is_unreadable} | said)
        return int(sheet.is_unreadable)
    print_table(
        [_("Version"), _("Status"), _("Cut-off"), "SHA-256"],
        [(str(row["number"]), row["status"], row["cut_off"], row["hash"]) for row in rows],
    )
    for line in problem_lines(tuple(closing.problem_of(each) for each in found)):
        note(line)
    if sheet.is_unreadable:
        note(
            _(
                "The frozen tables do not open or do not fit their hash. No number is shown in their place. Tell the administrator; the backup holds them."
            )
        )
    if sheet.cluster_differs:
        say(_("Cluster V of the year is no longer as it was frozen."))
    if pending:
        say(_("Pending revision: %(count)s cells differ.", count=len(pending)))
        print_table(
            [_("Table"), _("Row"), _("Age group"), _("Sex"), _("Frozen"), _("Now")],
            [(c.cell.table, c.cell.row, c.cell.group, c.cell.sex, str(c.frozen), str(c.now)) for c in pending],
        )
    return int(sheet.is_unreadable)


def _row(version: frozen.Version) -> dict[str, Any]:
    row, answer = version.row, version.answer
    return {
        "number": row.number,
        "status": answer.answer if answer else "waiting",
        "cut_off": row.cut_off.isoformat(),
        "closed_at": answer.at.isoformat() if version.is_signed and answer else None,
        "signed_alone": bool(answer and answer.is_alone),
        "hash": row.hash.hex(),
    }


def _verify(office: OpenOffice, area: str, *, as_json: bool) -> int:
    def plan(work: Work) -> Opening:
        return Opening(Event.RECAP_READ, object_id=queries.unit(work, area).id, purpose="verify")

    with office.runtime.reading(operator("close"), plan) as work:
        found = frozen.every(work, queries.unit(work, area).id)
        wrong = [f"{v.row.period} {v.row.number}" for v in found if not _fits(work, v)]
    if as_json:
        print_json({"frozen": len(found), "wrong": wrong})
    else:
        say(_("Frozen tables that fit their hash: %(good)s of %(all)s.", good=len(found) - len(wrong), all=len(found)))
        for name in wrong:
            note(_("Does not fit its hash, or does not open: %(name)s", name=name))
    return 1 if wrong else 0


def _fits(work: Work, version: frozen.Version) -> bool:
    try:
        frozen.opened(work, version.row)
    except Unreadable:
        return False
    return True
