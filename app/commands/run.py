"""`naungan run`: the server and its scheduler. A demo office is made on first start where NAUNGAN_DEMO says so."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import click
from sqlalchemy import select

from app import create_app
from app.accounts.models import User
from app.audit.events import Event
from app.audit.models import AuditEntry
from app.commands.checkup import refuse_unsafe_start
from app.commands.context import load_settings, make_runtime, note, print_table, progress, say
from app.commands.serving import bind, jobs_child, serve
from app.commands.setup import FirstUnit, is_set_up, set_up
from app.commands.words import gettext as _
from app.db.engine import make_engine
from app.db.session import read_session
from app.domain.zones import Zone
from app.logs import configure_logging
from app.security.models import Deployment
from app.work import Runtime
from config import Settings

DEMO_UNIT: Final = FirstUnit("64.02", "UPTD PPA Contoh", Zone.WITA)
_DEMO: Final = "app.demo.office"


class Standing(NamedTuple):
    """What a start needs to know of the office."""

    is_demo: bool
    has_people: bool
    demo_is_whole: bool


@click.command(help=_("Start the server and its scheduler on this computer."))
def command() -> None:
    """Serve until a signal."""
    settings = load_settings()
    if settings.demo:
        _prepare_demo(settings)
    refuse_unsafe_start(settings)
    configure_logging(settings.log_level, settings.log_file)
    app = create_app(settings)
    server = bind(app, settings)
    _greet(settings)
    with jobs_child():
        serve(server)
    note(_("Stopped."))


def address(settings: Settings) -> str:
    """Where a browser finds the server."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url or f"http://{host}:{settings.port}"


def _greet(settings: Settings) -> None:
    state = _standing(settings)
    say(_("Naungan is at %(address)s (stop with Ctrl+C).", address=address(settings)))
    if state.is_demo:
        say(_("DEMO OFFICE: every person and case is invented. Do not record real cases here."))
        print_table((_("role"), _("e-mail"), _("password")), _logins())
    elif not state.has_people:
        say(_("No account exists yet. `naungan init --new-token` prints a setup token for the first one."))


def _standing(settings: Settings) -> Standing:
    engine = make_engine(settings.database_url)
    try:
        with read_session(engine) as session:
            office = session.get(Deployment, 1)
            people = session.scalar(select(User.id).limit(1)) is not None
            added = session.scalar(select(AuditEntry.seq).where(AuditEntry.event == Event.DEMO_ADDED).limit(1))
            return Standing(office is not None and office.is_demo, people, added is not None)
    finally:
        engine.dispose()


# --- the demo office -------------------------------------------------------------------------------------------------


def _prepare_demo(settings: Settings) -> None:
    """An empty database becomes a demo office; a half-made one is finished. A real office is left alone."""
    engine = make_engine(settings.database_url)
    try:
        begun = is_set_up(engine)
    finally:
        engine.dispose()
    if not begun:
        set_up(settings, DEMO_UNIT, demo=True)
    state = _standing(settings)
    if state.is_demo and not state.demo_is_whole:
        _fill_demo(settings)


def _fill_demo(settings: Settings) -> None:
    add_demo: Callable[..., Any] | None = getattr(_demo_module(), "add_demo", None)
    if add_demo is None:
        return
    engine, runtime = make_runtime(settings)
    try:
        _add(runtime, add_demo)
    finally:
        engine.dispose()


def _add(runtime: Runtime, add_demo: Callable[..., Any]) -> None:
    note(_("Making the demo office …"))
    with progress(_("Demo office")) as advance:
        add_demo(runtime, advance)


def _logins() -> Sequence[tuple[str, str, str]]:
    """Role, address and password of each demo account, as the demo office names them."""
    logins: Callable[[], Sequence[tuple[str, str, str]]] | None = getattr(_demo_module(), "logins", None)
    return logins() if logins else ()


def _demo_module() -> Any:
    return importlib.import_module(_DEMO) if importlib.util.find_spec(_DEMO) else None
