"""A referral of Friday 16:50 before Lebaran escalates at the right moments with nobody signed in, two schedulers running, the leader killed
half-way, and a mail server that refuses, hangs and drops the line: each message once, as judged by its Message-ID (issue 4)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.clocks.models import JobRun
from app.db.engine import make_engine
from app.domain.zones import Zone, to_local
from app.jobs.leader import Leadership
from app.jobs.registry import JOBS
from app.jobs.scheduler import run_as_leader
from app.notifications import outbox, smtp, tags
from app.work import Runtime
from tests import case_factories as cases
from tests import mail_server
from tests import notice_office as notes
from tests import referral_office as desk
from tests.factories import OPERATOR, Clock, Office, Someone, make_office
from tests.mail_server import Inbox

ROOT = Path(__file__).parents[2]
# Lebaran 2024: Idulfitri 10 and 11 April, cuti bersama 8, 9, 12 and 15 April (SKB 3 Menteri). Working days after Friday 5 April: 16, 17, …
SENT = datetime(2024, 4, 5, 8, 50, tzinfo=UTC)  # Friday 16:50 WITA
RULE = "DEF-REF-ACK"  # two working days: due Wednesday 17 April, 23:59 WITA; supervisor 3, head 10 days after the due minute
LAPSES = datetime(2024, 4, 17, 16, 0, tzinfo=UTC)  # Thursday 18 April, 00:00 WITA
MORNING = timedelta(hours=6)  # the quiet hours end
MOMENTS = {"DUE": LAPSES, "SUPERVISOR": LAPSES + timedelta(days=3), "HEAD": LAPSES + timedelta(days=10)}


class Travel:
    """An office, its mail server, and schedulers in processes of their own whose time the test sets."""

    def __init__(self, office: Office, inbox: Inbox, folder: Path, environment: dict[str, str]) -> None:
        self.office = office
        self.inbox = inbox
        self._clock, self._leader = folder / "clock", folder / "leader"
        self._environment = environment
        self._processes: list[subprocess.Popen[bytes]] = []
        self.arrived: list[tuple[datetime, str]] = []
        self.killed = 0

    def start(self) -> None:
        """One more scheduler."""
        command = [sys.executable, "-m", "tests.scheduler_process", str(self._clock), str(self._leader)]
        self._processes.append(subprocess.Popen(command, cwd=ROOT, env=self._environment))

    def kill_leader(self) -> None:
        """End the leader with SIGKILL, wherever it is; another starts, so that there are always two."""
        number = int(self._leader.read_text())
        dead = next(process for process in self._processes if process.pid == number)
        dead.send_signal(signal.SIGKILL)
        dead.wait(10)
        self._processes.remove(dead)
        self.killed += 1
        self.start()

    def to(self, moment: datetime) -> None:
        """Let it be this moment, and wait until every job has done what is due."""
        self.office.clock.at = moment
        new = self._clock.with_suffix(".new")
        new.write_text(moment.isoformat())
        os.replace(new, self._clock)
        before, until = len(self.inbox.raw), time.monotonic() + 60
        while not self._is_done(moment):
            assert time.monotonic() < until, "no scheduler did what was due"
            time.sleep(0.02)
        self.arrived += [(moment, to) for to, _raw in self.inbox.raw[before:]]

    def _is_done(self, moment: datetime) -> bool:
        due = {(job.name, job.due(moment)) for job in JOBS}
        first = min(due_at for _name, due_at in due)  # of the weekly job, up to seven days ago
        with self.office.runtime.looking(OPERATOR) as work:
            rows = work.session.scalars(select(JobRun).where(JobRun.finished_at.is_not(None), JobRun.due_at >= first))
            return due <= {(row.job, row.due_at) for row in rows}

    def end(self) -> None:
        """No scheduler outlives the test."""
        for process in self._processes:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait(10)


@contextmanager
def travelling(database_url: str, folder: Path) -> Iterator[Travel]:
    office = make_office(database_url, folder / "data", Clock(SENT), pages=False)
    with mail_server.running() as (inbox, port):
        notes.with_mail(office, port)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("NAUNGAN_")} | {
            "NAUNGAN_DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database_url,
            "NAUNGAN_SMTP_HOST": "127.0.0.1",
            "NAUNGAN_SMTP_PORT": str(port),
            "NAUNGAN_SMTP_TLS": "none",
            "NAUNGAN_SMTP_FROM": mail_server.SENDER,
            "NAUNGAN_LOG_FILE": str(folder / "log"),
        }
        travel = Travel(office, inbox, folder, environment)
        try:
            yield travel
        finally:
            travel.end()
            office.close()


def referred(office: Office) -> dict[str, Someone]:
    """A manager, a supervisor and a head, and the referral of Friday afternoon, sent by somebody who then goes home."""
    people = {
        name: office.somebody(role, name=f"{name.title()} Rahasia")
        for name, role in {"manager": "MANAJER", "supervisor": "SUPERVISOR", "head": "KEPALA"}.items()
    }
    case = desk.make_case(office, children=1)
    cases.join_team(office, case, people["manager"], "MANAJER")
    desk.make_referral(office, case, None, desk.make_institution(office))
    return people


def check_told(travel: Travel, people: dict[str, Someone], told: dict[tuple[str, str], datetime]) -> None:
    """The steps came at their moments, each to those it is for."""
    assert told == {
        ("manager", "DUE"): MOMENTS["DUE"],
        ("manager", "SUPERVISOR"): MOMENTS["SUPERVISOR"],
        ("supervisor", "SUPERVISOR"): MOMENTS["SUPERVISOR"],
        ("manager", "HEAD"): MOMENTS["HEAD"],
        ("supervisor", "HEAD"): MOMENTS["HEAD"],
        ("head", "HEAD"): MOMENTS["HEAD"],
    }
    for (name, kind), moment in told.items():
        # its mail left when the quiet hours were over, at 06:00, or as soon as the server took it
        mornings = [at for at, to in travel.arrived if to == people[name].email and at >= moment]
        assert mornings, (name, kind)
        assert MORNING <= min(mornings) - moment <= MORNING + timedelta(minutes=15), (name, kind)
    assert {to_local(moment, Zone.WITA).hour for moment, _to in travel.arrived} & {22, 23, 0, 1, 2, 3, 4, 5} == set()


def check_mail(travel: Travel, lost: int) -> None:
    """Every message of the outbox was taken by the server, under its own id; twice only where an answer was lost."""
    rows = notes.mails(travel.office)
    assert {row.state for row in rows} == {"sent"}
    crypt = travel.office.runtime.crypt
    taken = travel.inbox.ids()
    assert taken.keys() == {tags.message_id(crypt, row.id, mail_server.SENDER) for row in rows}
    assert sum(taken.values()) - len(taken) <= lost
    for number in taken:  # a second delivery is the same message to the byte
        assert len({raw for _to, raw in travel.inbox.raw if number.encode() in raw}) == 1
    for _to, raw in travel.inbox.raw:
        for secret in (b"Rahasia", b"Anak Uji", b"Terlapor", b"DEF-", b"Lembaga", b"RP-", b"63.03"):
            assert secret not in raw


def observe(office: Office, people: dict[str, Someone], told: dict[tuple[str, str], datetime]) -> None:
    """Note when each person was first told of each step of the clock."""
    for name, someone in people.items():
        for row, said in notes.of_rule(office, someone, RULE):
            if said.times == 1 and said.kind != "WARN":
                told.setdefault((name, said.kind), row.told_at)


class Within(Travel):
    """The same within this process: two schedulers with engines of their own, taking turns. A killed one never comes back from what it did."""

    def __init__(self, office: Office, inbox: Inbox, database_url: str) -> None:
        self.office, self.inbox, self.arrived, self.killed = office, inbox, [], 0
        self._url = database_url
        self._schedulers: list[tuple[Runtime, Leadership]] = []

    def start(self) -> None:
        engine = make_engine(self._url)
        self._schedulers.append((replace(self.office.runtime, engine=engine), Leadership(engine)))

    def kill_leader(self) -> None:
        raise SystemExit

    def to(self, moment: datetime) -> None:
        self.office.clock.at = moment
        before, buried = len(self.inbox.raw), -1
        while buried != self.killed:  # once, and again where one died
            buried = self.killed
            self._round()
        self.arrived += [(moment, to) for to, _raw in self.inbox.raw[before:]]

    def _round(self) -> None:
        for job in JOBS:
            for scheduler in list(self._schedulers):
                runtime, leadership = scheduler
                try:
                    run_as_leader(runtime, job, leadership)
                except SystemExit:
                    self._bury(scheduler)

    def _bury(self, dead: tuple[Runtime, Leadership]) -> None:
        self._schedulers.remove(dead)
        dead[1].let_go()
        dead[0].engine.dispose()
        self.killed += 1
        self.start()

    def end(self) -> None:
        for runtime, leadership in self._schedulers:
            leadership.let_go()
            runtime.engine.dispose()


def test_lebaran_in_short(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "SECONDS", 0.3)
    told: dict[tuple[str, str], datetime] = {}
    office = make_office(database_url, tmp_path / "data", Clock(SENT), pages=False)
    with mail_server.running() as (inbox, port):
        notes.with_mail(office, port)
        travel = Within(office, inbox, database_url)
        try:
            people = referred(office)
            travel.start()
            travel.start()
            lebaran(travel, people, told, lambda: dying(monkeypatch, travel))
            check_told(travel, people, told)
            check_mail(travel, lost=2)
            check_runs(office)
            assert travel.killed == 1
        finally:
            travel.end()
            office.close()


def dying(monkeypatch: pytest.MonkeyPatch, travel: Within) -> None:
    """The process is gone after the server took the next message and before that is noted."""
    deliver = smtp.deliver

    def gone(*given: Any) -> None:
        deliver(*given)
        monkeypatch.setattr(smtp, "deliver", deliver)
        travel.kill_leader()

    monkeypatch.setattr(smtp, "deliver", gone)


def lebaran(
    travel: Travel, people: dict[str, Someone], told: dict[tuple[str, str], datetime], kill: Callable[[], None]
) -> None:
    """From Friday 16:50 to the head's step, with a leader that dies in the middle of a message and every mood of the mail server."""
    travel.to(SENT + timedelta(minutes=5))
    travel.to(SENT + timedelta(minutes=6))  # what the jobs after the sending one put down leaves a minute later
    due = next(c for c in desk.clocks_of(travel.office, notes.case_of(travel.office)) if c.rule_id == RULE)
    assert due.lapses_at == LAPSES
    for kind, moment in MOMENTS.items():
        travel.to(moment - timedelta(minutes=5))
        travel.to(moment)
        observe(travel.office, people, told)
        travel.inbox.mood.words += {"DUE": ["hang"], "SUPERVISOR": ["drop", "refuse"], "HEAD": ["lose"]}[kind]
        if kind == "HEAD":
            kill()  # while it waits for the answer to its message
        for minutes in (0, 1, 2, 4, 15):
            travel.to(moment + MORNING + timedelta(minutes=minutes))
    for minutes in (0, 1):
        travel.to(LAPSES + timedelta(days=10, hours=8, minutes=minutes))


def check_runs(office: Office) -> None:
    """Once per due time, and none left behind."""
    with office.runtime.looking(OPERATOR) as work:
        rows = work.session.scalars(select(JobRun)).all()
    assert len({(row.job, row.due_at) for row in rows}) == len(rows)
    assert not any(row.failed for row in rows)


@pytest.mark.slow
def test_lebaran_with_two_schedulers_a_killed_leader_and_a_bad_mail_server(database_url: str, tmp_path: Path) -> None:
    told: dict[tuple[str, str], datetime] = {}
    with travelling(database_url, tmp_path) as travel:
        people = referred(travel.office)
        (tmp_path / "clock").write_text(SENT.isoformat())
        travel.start()
        travel.start()
        lebaran(travel, people, told, lambda: setattr(travel.inbox, "on_data", travel.kill_leader))
        check_told(travel, people, told)
        check_mail(travel, lost=2)
        check_runs(travel.office)
        assert travel.killed == 1


@pytest.mark.slow
def test_every_second_hour_of_a_month_with_kills_and_moods_at_random(database_url: str, tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - a test's dice
    told: dict[tuple[str, str], datetime] = {}
    lost = 0
    with travelling(database_url, tmp_path) as travel:
        people = referred(travel.office)
        (tmp_path / "clock").write_text(SENT.isoformat())
        travel.start()
        travel.start()
        moment = SENT + timedelta(hours=1, minutes=10)  # the steps come at even hours
        while moment < MOMENTS["HEAD"] + timedelta(days=1):
            if chance.random() < 0.05:
                travel.inbox.mood.words = chance.choices(["hang", "drop", "refuse", "greylist", "lose"], k=2)
                lost += travel.inbox.mood.words.count("lose")
            if chance.random() < 0.04:
                travel.inbox.on_data = travel.kill_leader
                lost += 1
            elif chance.random() < 0.03:
                travel.kill_leader()
            travel.to(moment)
            observe(travel.office, people, told)
            travel.to(moment + timedelta(minutes=1))
            moment += timedelta(hours=2)
        travel.inbox.mood.words = []
        travel.inbox.on_data = None
        for hour in range(8):  # from midnight on: what waits for 06:00 leaves then, what failed an hour later
            travel.to(moment + timedelta(hours=hour))
        assert {key: value for key, value in told.items() if value not in MOMENTS.values()} == {}
        assert len(told) == 6
        check_mail(travel, lost)
        check_runs(travel.office)
        assert travel.killed > 5
        assert timedelta(hours=1) > outbox.TAKEN_FOR
