"""Fixtures every test may use: databases with the whole schema, a browser, and no network beyond this machine."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from pytest_socket import socket_allow_hosts
from sqlalchemy import Engine

from app.db.base import Base
from app.db.discovery import load_models
from app.db.engine import make_engine
from tests import browsers, examples, kept, postgres
from tests.sharing import office_of_its_own, office_of_the_module, shared_url

__all__ = ["office_of_its_own", "office_of_the_module", "shared_url"]

DATABASES = ("sqlite", "postgresql")
_server_key = pytest.StashKey[postgres.Server]()
_left_out_key = pytest.StashKey[list[str]]()

settings.register_profile("dev", max_examples=examples.FEW, deadline=None, print_blob=True)
settings.register_profile("thorough", max_examples=examples.ALL, deadline=None, print_blob=True)
settings.register_profile(
    "ci",
    max_examples=examples.FEW,
    deadline=None,
    print_blob=True,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
kept.keep()


# --- options, markers, the server shared by all workers -------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=(*DATABASES, "both", "usual"),
        default="usual",
        help="which databases to test on; usual: both, but pages on SQLite alone (design 1)",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite_only(reason): about SQLite alone; the PostgreSQL variant is not made")
    config.addinivalue_line(
        "markers", "postgresql_only(reason): about PostgreSQL alone; the SQLite variant is not made"
    )
    config.addinivalue_line("markers", "own_office: no other test works in its office (`tests.sharing`)")
    config.addinivalue_line("markers", "about_pages: outside tests/views; on PostgreSQL in `make test-all` alone")
    config.stash[_left_out_key] = []


class _Nodes:
    """Hooks of pytest-xdist: the controller starts one server and tells each worker where it is."""

    @pytest.hookimpl
    def pytest_configure_node(self, node: Any) -> None:
        if node.config.getoption("--database") != "sqlite":
            node.workerinput["postgresql"] = _server(node.config).url

    @pytest.hookimpl
    def pytest_testnodedown(self, node: Any) -> None:
        left_out = getattr(node, "workeroutput", {}).get("left_out", [])
        node.config.stash[_left_out_key].extend(left_out)


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    if manager.hasplugin("dsession") and not manager.hasplugin("naungan_nodes"):
        manager.register(_Nodes(), "naungan_nodes")


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not walk it again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(_server_key, None)
    if server is not None:
        server.stop()


def _server(config: pytest.Config) -> postgres.Server:
    if _server_key not in config.stash:
        config.stash[_server_key] = postgres.Server()
    return config.stash[_server_key]


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Sockets reach this machine only; a test that must try the outside uses the markers of pytest-socket."""
    if not item.get_closest_marker("enable_socket"):
        socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


# --- databases ------------------------------------------------------------------------------------------------------


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that touches `database_kind`, however far down, once on each database."""
    if "database_kind" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("--database")
    if chosen == "usual":
        chosen = "sqlite" if _is_about_pages(metafunc.definition) else "both"
    kinds = [kind for kind in DATABASES if chosen in (kind, "both")]
    for kind in DATABASES:
        if metafunc.definition.get_closest_marker(f"{kind}_only"):
            kinds = [kind] if kind in kinds else []
    metafunc.parametrize("database_kind", kinds, scope="session")


def _is_about_pages(test: pytest.FunctionDefinition) -> bool:
    """Rules of design 1: domain, services, queries, migrations, secrecy on both databases; pages on SQLite, all of them on both in
    `make test-all`."""
    return (
        test.path.is_relative_to(Path(__file__).parent / "views") or test.get_closest_marker("about_pages") is not None
    )


@pytest.fixture(scope="session")
def postgresql_url(pytestconfig: pytest.Config) -> str:
    """Where the run's PostgreSQL listens (its maintenance database)."""
    told: str | None = getattr(pytestconfig, "workerinput", {}).get("postgresql")
    return told or _server(pytestconfig).url


def create_schema(url: str) -> None:
    """Make every table, constraint and trigger from the models."""
    engine = make_engine(url)
    load_models()
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
    engine.dispose()


@pytest.fixture(scope="session")
def template(database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The schema, made once: a file to copy, or the name of a database to copy."""
    if database_kind == "postgresql":
        return postgres.make_template(request.getfixturevalue("postgresql_url"), create_schema)
    path = tmp_path_factory.mktemp("template") / "naungan.db"
    create_schema(f"sqlite:///{path}")
    return str(path)


@pytest.fixture
def database_url(database_kind: str, template: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own, with the schema and no rows."""
    if database_kind == "postgresql":
        with postgres.database(request.getfixturevalue("postgresql_url"), template) as url:
            yield url
        return
    path = tmp_path / "naungan.db"
    shutil.copy(template, path)
    yield f"sqlite:///{path}"


@pytest.fixture
def empty_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own with nothing in it, for migrations."""
    if database_kind == "postgresql":
        with postgres.database(request.getfixturevalue("postgresql_url")) as url:
            yield url
        return
    yield f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def connect() -> Iterator[Callable[[str], Engine]]:
    """Makes engines and disposes of them when the test ends."""
    engines: list[Engine] = []

    def open_engine(url: str, **options: Any) -> Engine:
        engines.append(make_engine(url, **options))
        return engines[-1]

    yield open_engine
    for engine in engines:
        engine.dispose()


@pytest.fixture
def engine(database_url: str, connect: Callable[[str], Engine]) -> Engine:
    """An engine over `database_url`."""
    return connect(database_url)


@pytest.fixture
def empty_engine(empty_database_url: str, connect: Callable[[str], Engine]) -> Engine:
    """An engine over `empty_database_url`."""
    return connect(empty_database_url)


# --- the browser ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is. Without one, browser tests fail in CI and are left out, loudly, at a desk."""
    path = browsers.find_chromium()
    if path is None and os.environ.get("CI"):
        pytest.fail(browsers.ADVICE, pytrace=False)
    if path is None:
        pytest.skip(browsers.ADVICE)
    return path


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Any]:
    """A running headless Chromium (a Playwright `Browser`), one a session; tests open contexts of their own."""
    from playwright.sync_api import sync_playwright

    browsers.be_patient()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(browsers.ARGUMENTS))
        yield browser
        browser.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and browsers.ADVICE in str(report.longrepr):
        item.config.stash[_left_out_key].append(item.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash[_left_out_key]
    # pytest now collects five times, to hear what objects say as they go. Once over everything is enough.
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    left_out = config.stash[_left_out_key]
    if left_out:
        terminalreporter.section(f"{len(left_out)} BROWSER TESTS WERE LEFT OUT", red=True, bold=True)
        terminalreporter.write_line(browsers.ADVICE, red=True)
        for name in left_out:
            terminalreporter.write_line(f"  {name}")
