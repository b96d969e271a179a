"""`naungan bench`: its shape, that its short cuts are like the real thing, and that it leaves nothing behind. Nothing here is timed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, text

from app.cases.models import Case
from app.clocks import services as clocks
from app.clocks import sweeping
from app.clocks.models import CaseClocks
from app.clocks.sweeping import Reached
from app.commands.bench import PARTS
from app.commands.benchmarks.filling import fill_clocks, full_blob, year_of_cases
from app.commands.benchmarks.measure import Figure, Sheet, Timing
from app.commands.benchmarks.scratch import scratch
from app.db.engine import make_engine
from app.domain.clocks import Step
from app.domain.errors import Stale
from app.notifications import telling
from app.notifications.models import Notice
from app.reports import ledger_format as fmt
from app.security.sections import Section
from app.work import Opening, Work
from tests.commands.conftest import Naungan
from tests.factories import OPERATOR

KEYS = {"part", "name", "value", "unit", "limit", "at_least", "holds", "yardsticks", "wall_seconds"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where throw-away offices are made in this test."""
    place = tmp_path / "thrown-away"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.mark.sqlite_only("it makes a database of its own")
def test_every_part_measures_and_leaves_nothing_behind(naungan: Naungan, folder: Path) -> None:
    said = naungan("bench", "--scale", "tiny", "--json")
    assert said.code == 0, said.err
    found = said.json
    assert found["holds"] is True
    assert list(dict.fromkeys(figure["part"] for figure in found["figures"])) == list(PARTS)
    assert all(figure.keys() == KEYS and figure["limit"] is None for figure in found["figures"])
    assert list(folder.iterdir()) == []


def test_a_limit_is_held_at_full_size_alone() -> None:
    slow = Timing(3.0, 4.0)
    for full, holds in ((True, False), (False, None)):
        sheet = Sheet("part", full)
        sheet.time("act", slow, 2.0)
        assert sheet.figures[0].holds is holds
    least = Figure("part", "rate", 149.0, "1/s", 150.0, at_least=True)
    assert [least.holds, replace(least, value=150.0).holds] == [False, True]
    assert sheet.figures[0].document(0.5)["yardsticks"] == 6.0


@pytest.mark.postgresql_only("a database somebody named")
def test_a_database_that_holds_anything_is_left_alone(naungan: Naungan, office: object, database_url: str) -> None:
    said = naungan("bench", "--scale", "tiny", "--only", "keys", "--database", database_url)
    assert (said.code, said.out) == (1, "")
    assert "not empty" in said.err


@pytest.mark.postgresql_only("a database somebody named")
@pytest.mark.parametrize(
    "held",
    [
        "CREATE SCHEMA lain",
        "CREATE FUNCTION satu() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TYPE warna AS ENUM ('a')",
    ],
)
def test_a_database_without_tables_may_hold_something_too(naungan: Naungan, empty_database_url: str, held: str) -> None:
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text(held))
    engine.dispose()
    said = naungan("bench", "--scale", "tiny", "--only", "keys", "--database", empty_database_url)
    assert (said.code, said.out) == (1, "")
    assert "not empty" in said.err


@pytest.mark.sqlite_only("it makes a database of its own")
def test_a_run_that_is_told_to_end_takes_its_data_along(tmp_path: Path) -> None:
    folder = tmp_path / "thrown-away"
    folder.mkdir()
    script = Path(__file__).parents[2] / "scripts" / "naungan.py"
    told = [sys.executable, str(script), "bench", "--scale", "small", "--only", "sweep", "--json"]
    running = subprocess.Popen(told, env=os.environ | {"TMPDIR": str(folder)}, stdout=subprocess.PIPE)
    try:
        while running.poll() is None and not list(folder.glob("naungan-bench-*/office/*.db")):
            time.sleep(0.05)
        running.terminate()
        assert running.wait(30) == 128 + signal.SIGTERM
    finally:
        running.kill()
        running.communicate()
    assert list(folder.iterdir()) == []


@pytest.mark.postgresql_only("a database somebody named")
def test_an_empty_database_is_empty_again(naungan: Naungan, folder: Path, empty_database_url: str) -> None:
    for _ in range(2):
        assert naungan("bench", "--scale", "tiny", "--only", "keys", "--database", empty_database_url).code == 0


@pytest.mark.sqlite_only("it makes a database of its own")
def test_the_short_cuts_are_like_the_real_thing(naungan: Naungan, folder: Path) -> None:
    with scratch() as office:
        blob = next(iter(year_of_cases(office, 2).values()))
        one, many = fmt.unpack(blob), fmt.unpack(full_blob(blob, 5))
        assert len(many.case) == len(set(fmt.case_ids(many))) == 5
        same = [name for name in one.case.dtype.names or () if name != "case_id"]
        assert all((many.case[name][: len(one.case)] == one.case[name]).all() for name in same)

        ids = fill_clocks(office, 3, 4, lambda _done: None)
        assert sweeping.sweep(office.runtime, office.runtime.now(), telling.escalate) == 3
        opening = Opening("clock:listed", tuple(ids), (Section.CLOCKS,))
        with office.runtime.reading(OPERATOR, lambda _work: opening) as work:
            stored = clocks.of_cases(work, ids)
            assert all([clock.step for clock in stored[each]] == [Step.DUE, None, None, None] for each in ids)
            assert work.session.scalar(select(func.count()).select_from(CaseClocks).where(CaseClocks.case_id.in_(ids)))
            assert work.session.scalar(select(func.count()).select_from(Notice)) == 3


@pytest.mark.sqlite_only("it makes a database of its own")
def test_a_sweep_sends_as_many_statements_for_a_full_batch_as_for_a_few_cases(folder: Path) -> None:
    sent: list[int] = []
    for cases in (3, 60):
        with scratch() as office:
            fill_clocks(office, cases, 4, lambda _done: None)
            seen: list[str] = []
            event.listen(office.engine, "before_cursor_execute", lambda *given, seen=seen: seen.append(given[2]))
            assert sweeping.sweep(office.runtime, office.runtime.now(), telling.escalate) == cases
            sent.append(len(seen))
    assert sent[0] == sent[1] < 40


@pytest.mark.sqlite_only("it makes a database of its own")
def test_a_case_that_changed_since_it_was_read_is_not_written_over(folder: Path) -> None:
    with scratch() as office:
        fill_clocks(office, 1, 4, lambda _done: None)

        def change(work: Work, reached: Sequence[Reached]) -> None:
            work.session.get_one(Case, reached[0].case.id).risk = "TINGGI"

        with pytest.raises(Stale):
            sweeping.sweep(office.runtime, office.runtime.now(), change)
        assert sweeping.sweep(office.runtime, office.runtime.now(), telling.escalate) == 1
