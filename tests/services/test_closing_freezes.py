"""Freezing (design 4): after closing, whatever happens to old cases changes no frozen cell, and the list of differences says what changed.

The edits go straight into the ledger, where a change of a case ends up: a thousand of them cost as much as ten acts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Unit
from app.cases import records
from app.domain.codes import code_list
from app.reports import closing_sheets, frozen, services
from app.reports.facts import CaseFacts, ClientFacts, ReferralFacts, ServiceFacts
from app.reports.ledger_format import pack
from app.reports.models import LedgerBlob
from app.reports.recap import recap
from app.security.structs.work import Service, ServiceText
from app.security.vault import Frozen
from tests.domain.counting_support import arrays_of, case, client
from tests.factories import OPERATOR, Office
from tests.reporting import MAY, Made, child, intake, make_case
from tests.services.test_closing import closed

CASES = 40
AT_ONCE = 40
AREAS = (None, "63.03.05", "63.03.04", "63.04.01", "64.02")
Edit = Callable[[Random, CaseFacts], CaseFacts]


def of_codes(chance: Random, name: str) -> str:
    return chance.choice([each.code for each in code_list(name)])


def with_client(facts: CaseFacts, **values: Any) -> CaseFacts:
    first, *others = facts.clients
    return replace(facts, clients=(replace(first, **values), *others))


def serving(first: date, last: date) -> Edit:
    def edit(chance: Random, facts: CaseFacts) -> CaseFacts:
        day = first + timedelta(days=chance.randrange((last - first).days + 1))
        given = ServiceFacts(facts.clients[0].client_id, day, of_codes(chance, "service"))
        return replace(facts, services=(*facts.services, given))

    return edit


def referring(first: date, last: date) -> Edit:
    def edit(chance: Random, facts: CaseFacts) -> CaseFacts:
        day = first + timedelta(days=chance.randrange((last - first).days + 1))
        sent = ReferralFacts(facts.clients[0].client_id, day, of_codes(chance, "institution_type"))
        return replace(facts, referrals=(*facts.referrals, sent))

    return edit


def ending(first: date, last: date) -> Edit:
    def edit(chance: Random, facts: CaseFacts) -> CaseFacts:
        day = first + timedelta(days=chance.randrange((last - first).days + 1))
        return with_client(facts, ended_on=day, closure_reason=of_codes(chance, "termination_reason"))

    return edit


def correcting(chance: Random, facts: CaseFacts) -> CaseFacts:
    values: dict[str, Callable[[], Any]] = {
        "sex": lambda: chance.choice("LP"),
        "age_at_incident": lambda: chance.choice((None, 3, 9, 15, 17, 18, 30, 61)),
        "violence": lambda: frozenset({of_codes(chance, "violence")}),
        "education": lambda: chance.choice((None, of_codes(chance, "education"))),
        "disability": lambda: frozenset(chance.choice(((), (of_codes(chance, "disability"),)))),
        "kecamatan_residence": lambda: chance.choice(AREAS),
        "capacity": lambda: chance.choice(("KORBAN", "SAKSI")),
    }
    name = chance.choice(list(values))
    return with_client(facts, **{name: values[name]()})


def moving(chance: Random, facts: CaseFacts) -> CaseFacts:
    day = MAY.first + timedelta(days=chance.randrange(-20, 60))
    return replace(
        facts, report_day=day, channel=of_codes(chance, "channel"), transfer_in=chance.random() < 0.1,
        place=of_codes(chance, "place"), kecamatan_incident=chance.choice(AREAS),
    )  # fmt: skip


def emptied(_chance: Random, facts: CaseFacts) -> CaseFacts:
    return replace(facts, services=(), referrals=())


AFTER = (MAY.last + timedelta(days=1), MAY.last + timedelta(days=60))
LATER_WORK: Sequence[Edit] = (serving(*AFTER), referring(*AFTER), ending(*AFTER))
ANYTHING: Sequence[Edit] = (
    *LATER_WORK, correcting, correcting, moving, emptied,
    serving(MAY.first, AFTER[1]), referring(MAY.first, AFTER[1]), ending(MAY.first, AFTER[1]),
)  # fmt: skip


class Ledger:
    """The records of the unit, edited in memory and written over the one blob there is."""

    def __init__(self, office: Office) -> None:
        self.office, self.chance = office, Random(11)  # noqa: S311 - made-up cases
        self.cases = [self._new() for _ in range(CASES)]

    def _new(self) -> CaseFacts:
        who: ClientFacts = client(sex=self.chance.choice("LP"), age_at_incident=self.chance.randrange(2, 70))
        return case(who, report_day=MAY.first + timedelta(days=self.chance.randrange(31)))

    def edit(self, edits: Sequence[Edit]) -> None:
        at = self.chance.randrange(len(self.cases))
        self.cases[at] = self.chance.choice(edits)(self.chance, self.cases[at])

    def write(self) -> None:
        with self.office.work() as work:
            row = work.session.scalars(select(LedgerBlob)).one()
            row.records_sealed = work.vault.seal_ledger(row.id, pack(self.cases), work.now)
            work.recorded("ledger:rebuilt", row.id)


def read(office: Office) -> tuple[bytes, dict[str, Any], list[tuple[Any, int, int]]]:
    """The frozen bytes as they stand, the recap as pages show it, and the list of differences."""
    wish = services.RecapWish(MAY, MAY.last, "63.03")
    with office.runtime.reading(OPERATOR, services.recap_opening(wish)) as work:
        row = frozen.every(work, office.unit_id)[0].row
        raw = work.vault.open_frozen(Frozen.CLOSING, row.id, row.tables_sealed)
        listed = [
            (each.cell, each.frozen, each.now) for each in closing_sheets.period_sheet(work, MAY, area="63.03").pending
        ]
        return raw, services.recap_document(work, wish), listed


def counted(office: Office, cases: Sequence[CaseFacts]) -> dict[str, Any]:
    """The recap of these cases, by the engine alone."""
    with office.runtime.looking(OPERATOR) as work:
        unit = work.session.get_one(Unit, office.unit_id)
        info, choice = services.info_of(unit), services.settings_of(unit)
    return recap(arrays_of(*cases), info, MAY, MAY.last, choice)


def by_hand(document: dict[str, Any]) -> dict[tuple[str, ...], int]:
    """Every cell of a recap by a walk of its own."""
    found = {("totals", name): n for name, n in document["totals"].items()}
    found |= {("transferred_in", name): n for name, n in document["transferred_in"].items()}
    for name, table in document["tables"].items():
        for row in table["rows"]:
            found[name, row["code"]] = row["count"]
            for key, part in row.get("by", {}).items():
                narrow = part.items() if isinstance(part, dict) else [("", part)]
                found |= {(name, row["code"], key, sex): n for sex, n in narrow}
    return found


def differing(before: dict[str, Any], now: dict[str, Any]) -> int:
    left, right = by_hand(before), by_hand(now)
    return sum(left.get(name, 0) != right.get(name, 0) for name in left.keys() | right.keys())


@pytest.fixture
def june(office: Office) -> Office:
    """The month is over, and one case stands in it: its blob is what the edits write over."""
    office.clock.pass_by(days=40)
    make_case(office)
    return office


@pytest.mark.parametrize("edits", [200, pytest.param(1_000, marks=pytest.mark.slow)])
def test_edits_of_old_cases_change_no_frozen_cell(june: Office, edits: int) -> None:
    ledger = Ledger(june)
    ledger.write()
    closed(june)
    raw, shown, listed = read(june)
    assert shown["tables"] == counted(june, ledger.cases)["tables"]
    assert listed == []

    for _ in range(AT_ONCE):
        ledger.edit(LATER_WORK)
    ledger.write()
    assert read(june) == (raw, shown, [])

    most = 0
    for _ in range(edits // AT_ONCE):
        for _ in range(AT_ONCE):
            ledger.edit(ANYTHING)
        ledger.write()
        raw_now, shown_now, listed = read(june)
        assert (raw_now, shown_now) == (raw, shown)
        now = counted(june, ledger.cases)
        assert len(listed) == differing(shown, now)
        cells = by_hand(now)
        for cell, _frozen, number in listed:
            wide = (cell.table, cell.row)
            name = (*wide, cell.group, cell.sex) if cell.group else (*wide, cell.sex, "") if cell.sex else wide
            assert number == cells.get(name, 0), name
        most = max(most, len(listed))
    assert most > 100


def test_real_acts_on_old_cases_change_no_frozen_cell(june: Office) -> None:
    chance = Random(5)  # noqa: S311 - made-up cases
    made = [make_case(june, intake((child(chance.randrange(1, 17), chance.choice("LP")),))) for _ in range(4)]
    closed(june)
    raw, shown, _listed = read(june)
    for days in (1, 9, 15, -26, -9, 0):
        _serve(june, chance.choice(made), MAY.last + timedelta(days=days))
        raw_now, shown_now, listed = read(june)
        assert (raw_now, shown_now) == (raw, shown)
        assert bool(listed) == (days < 1)


def _serve(office: Office, made: Made, day: date) -> None:
    given = Service(client_id=made.clients[0], on=day, code="SV_KESEHATAN")
    with office.work() as work:
        records.record_service(work, made.id, given, ServiceText())
