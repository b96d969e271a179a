"""How fast cases come in from the exchange format."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from app.accounts.models import Unit
from app.commands.benchmarks.measure import Sheet, timed
from app.commands.benchmarks.scratch import AREA, Scratch
from app.commands.benchmarks.sizes import Advance, Sizes
from app.commands.context import operator
from app.demo.invent import tables
from app.domain.zones import Zone, local_day
from app.exchange import importing
from app.exchange.reading import read_package

Row = Mapping[str, str]


def import_cases(scratch: Scratch, sizes: Sizes, sheet: Sheet, advance: Advance) -> None:
    """A package of cases with one client and one reported person each: read, checked and written."""
    folder = write_package(scratch.settings.data_dir / "paket", sizes.imported)
    with scratch.runtime.looking(operator("bench")) as work:
        unit = work.session.get_one(Unit, scratch.unit_id)
    today = local_day(scratch.runtime.now(), Zone(unit.zone))
    with timed() as took:
        plan = importing.check_package(read_package(folder), unit, scratch.runtime.crypt, today)
        importing.run(scratch.runtime, operator("bench"), unit.id, plan, lambda done, _total: advance(done))
    sheet.rate("cases imported", len(plan.entries), took, "cases/s", 150.0)


def write_package(folder: Path, cases: int) -> Path:
    """The CSV files of a package of invented cases."""
    folder.mkdir(mode=0o700)
    rows = list(_rows(cases))
    for sheet in rows[0]:
        with (folder / f"{sheet}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(rows[0][sheet]))
            writer.writeheader()
            writer.writerows(row[sheet] for row in rows)
    return folder


def _rows(cases: int) -> Iterator[Mapping[str, Row]]:
    dice = Random(cases)  # noqa: S311 - invented people, not secrets
    people = tables()["people"]
    for number in range(cases):
        ref, day = f"K{number}", f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}"
        yield {
            "cases": {"case_ref": ref, "report_date": day, "incident_date": day, "incident_area": f"{AREA}.06"},
            "victims": {
                "case_ref": ref,
                "victim_ref": "V1",
                "name": f"{dice.choice(people['girls'])} {dice.choice(people['women'])}",
                "sex": "P",
                "age_at_incident": str(4 + number % 40),
                "violence": "VK_FISIK",
            },
            "perpetrators": {"case_ref": ref, "perp_ref": "P1", "sex": "L"},
            "relations": {"case_ref": ref, "victim_ref": "V1", "perp_ref": "P1", "relationship": "RL_ORTU"},
        }
