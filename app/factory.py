"""create_app: a list of wiring calls, in the order in which a request meets them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from flask import Blueprint, Flask
from flask_login import current_user
from jinja2 import StrictUndefined
from sqlalchemy import Engine

from app import boot
from app.accounts import cover_views, loader, lock, sessions, unit_views, user_views
from app.accounts import labels as account_labels
from app.accounts import queries as people
from app.accounts import views as account_views
from app.answers import blueprint as answer_pages
from app.audit import chain
from app.audit import views as audit_views
from app.boot import Office
from app.cases import approval_views, contact_views, hand_over_views, intake, transfers
from app.cases import blueprint as case_pages
from app.cases import drafts as intake_drafts
from app.cases import labels as case_labels
from app.cases import queries as case_queries
from app.cases import tiles as case_tiles
from app.clocks import views as clock_views
from app.db.discovery import load_models
from app.db.engine import engine_options, install_events, normal_url
from app.documents import blueprint as document_pages
from app.domain.access import Capability
from app.extensions import babel, csrf, db, login_manager, migrate
from app.jobs import views as job_pages
from app.legal import blueprint as legal_pages
from app.notifications import calendar_views
from app.notifications import queries as notices
from app.notifications import views as notice_pages
from app.papers import blueprint as papers
from app.patbm import blueprint as patbm_pages
from app.patbm import queries as patbm_queries
from app.reference import blueprint as reference_pages
from app.referrals import blueprint as referral_pages
from app.referrals import incoming as incoming_referrals
from app.referrals import institution_views
from app.referrals import queries as referral_queries
from app.releases import blueprint as release_pages
from app.reports import (
    closing_views,
    cluster_files,
    dashboard_views,
    effect_views,
    output_views,
    pivot_views,
    response_views,
    round_views,
)
from app.reports import labels as report_labels
from app.reports import rounds as evaluation_rounds
from app.reports import views as report_views
from app.retention import blueprint as retention_pages
from app.retention import holds as retention_holds
from app.retention import writing
from app.safety import blueprint as safety_pages
from app.security import passwords
from app.security.filestore import FOLDER, FileStore
from app.security.keyring import Derived, Keyring
from app.security.vault import Crypt
from app.simfoni import blueprint as simfoni_pages
from app.steps import BEFORE_COMMIT, utc_now
from app.tasks import agenda_views
from app.tasks import views as task_pages
from app.transfers import views as transfer_pages
from app.version import VERSION
from app.web import (
    assets,
    compression,
    errors,
    filters,
    guard,
    headers,
    home,
    language,
    navigation,
    problems,
    requests,
    routes,
    runtime,
    sealed,
    session,
    unsaved,
    uploads,
)
from app.web import csrf as csrf_wiring
from app.work import Outside, Runtime, Work
from config import Settings

ROOT: Final = Path(__file__).resolve().parents[1]

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    home.bp,
    unsaved.bp,
    account_views.bp,
    user_views.bp,
    unit_views.bp,
    cover_views.bp,
    audit_views.bp,
    case_pages.bp,
    intake.bp,
    contact_views.bp,
    hand_over_views.bp,
    approval_views.bp,
    transfer_pages.bp,
    document_pages.bp,
    referral_pages.bp,
    legal_pages.bp,
    institution_views.bp,
    safety_pages.bp,
    safety_pages.beds_bp,
    clock_views.bp,
    report_views.bp,
    output_views.bp,
    dashboard_views.bp,
    cluster_files.bp,
    effect_views.bp,
    round_views.bp,
    response_views.bp,
    pivot_views.bp,
    closing_views.bp,
    task_pages.bp,
    agenda_views.bp,
    notice_pages.bp,
    calendar_views.bp,
    job_pages.bp,
    simfoni_pages.bp,
    *patbm_pages.BLUEPRINTS,
    retention_pages.bp,
    *reference_pages.BLUEPRINTS,
    *answer_pages.BLUEPRINTS,
    *papers.BLUEPRINTS,
    *release_pages.BLUEPRINTS,
)


def _round_seen(work: Work, round_id: UUID) -> None:
    evaluation_rounds.get(work, round_id)


FORM_OBJECTS: Final[Mapping[str, unsaved.ObjectCheck]] = {
    "case_id": lambda work, case_id: case_queries.get(work, case_id).id,
    "draft_id": lambda work, draft_id: intake_drafts.get(work, draft_id).case_id,
    "transfer_id": transfers.case_seen,
    "kept_id": lambda work, kept_id: retention_holds.case_of(work, kept_id).id,
    "referral_id": lambda work, referral_id: referral_queries.get(work, referral_id).case_id,
    "incoming_id": lambda work, incoming_id: incoming_referrals.get(work, incoming_id).case_id,
    "note_id": patbm_queries.in_sight,
    "round_id": _round_seen,
}
"""How the ids in the address of a form are checked before anything typed into it is kept (`app.web.unsaved`)."""

TILES: Final[tuple[tuple[Capability, home.TileMaker], ...]] = case_tiles.TILES
"""Panels of the home page by capability; the deadlines bring their own with their blueprint."""


def create_app(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    keyring: Keyring | None = None,
    before_commit: tuple[Callable[[Work], None], ...] = BEFORE_COMMIT,
    blueprints: tuple[Blueprint, ...] = BLUEPRINTS,
) -> Flask:
    """The web application. StartRefused where going on would lose or show something. Tests give a clock or a keyring."""
    load_models()
    ring = keyring or boot.load_keyring(settings.keyring)
    app = Flask("app", root_path=str(ROOT / "app"), static_folder=None)
    engine = _bind_database(app, settings)
    office = boot.check_database(engine, ring)
    crypt = Crypt(ring, office.id)
    files = FileStore(settings.data_dir / FOLDER, ring.deployment)
    outside = Outside(settings.mail, settings.public_url)
    erasures = writing.path_beside(settings.keyring)
    routes.init_app(app)
    _wire_requests(app, settings, Runtime(engine, crypt, now, chain.append, before_commit, files, outside, erasures))
    _wire_pages(app, settings, office)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    problems.register(account_labels.SENTENCES)
    problems.register(case_labels.SENTENCES)
    problems.register(report_labels.SENTENCES)
    home.register_tiles(app, TILES)
    guard.check(app)
    passwords.warm_up()
    assets.init_app(app)
    return app


def _bind_database(app: Flask, settings: Settings) -> Engine:
    url = normal_url(settings.database_url)
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        engine = db.engine
    install_events(engine)
    return engine


def _wire_requests(app: Flask, settings: Settings, held: Runtime) -> None:
    """What every request passes, in this order; the guard is last."""
    session.init_app(app, held.crypt.derived(Derived.WEB))
    runtime.init_app(app, held)
    headers.init_app(app)
    uploads.init_app(app, settings.file_bytes)
    app.config.update(CASE_FILES_BYTES=settings.case_bytes, OFFICE_FILES_BYTES=settings.office_bytes)
    requests.init_app(app, settings.allowed_hosts, settings.trusted_proxies)
    csrf_wiring.init_app(app, csrf)
    loader.init_app(app, login_manager)
    guard.init_app(app, lock.keep_sent)
    errors.init_app(app)


def _wire_pages(app: Flask, settings: Settings, office: Office) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.config["QUICK_EXIT_URL"] = settings.quick_exit_url
    language.init_app(app, babel, settings.locale)
    unsaved.init_app(app, FORM_OBJECTS)
    filters.init_app(app)
    sealed.init_app(app)
    audit_views.init_app(app, people.names)
    navigation.init_app(app, lambda: viewer(is_demo=office.is_demo), version=VERSION, idle=sessions.IDLE)
    compression.init_app(app)


def viewer(*, is_demo: bool) -> navigation.Viewer:
    """The person of this request, as the frame of the page shows it."""
    return navigation.Viewer(
        name=current_user.name,
        role=account_labels.role_labels(current_user.actor.roles),
        unit_name=current_user.unit_name,
        may=lambda capability: capability is Capability.PUBLIC or current_user.actor.may(capability),
        demo=is_demo,
        waiting=waiting(),
    )


def waiting() -> int:
    """How many notices wait for the person of this request; one question a page."""
    with runtime.looking() as work:
        return notices.waiting_count(work)
