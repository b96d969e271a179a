"""*Tugas otomatis dan surel*: when each job last ran, what lies in the outbox, what was given up and why."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.domain.access import Capability
from app.jobs import labels
from app.jobs.claims import last_runs
from app.jobs.registry import JOBS
from app.notifications import queries, services
from app.notifications.labels import FAILURES
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page

bp = Blueprint("jobs", __name__, url_prefix="/jobs")
ADMIN: Final = Capability.USER_ADMIN


@bp.get("")
@requires(ADMIN)
def index() -> Response:
    """The jobs and the outbox; clear columns only."""
    with runtime.looking() as work:
        outbox = queries.outbox(work)
        return render_page(
            "jobs/index.html",
            runs=list(zip(JOBS, last_runs(work), strict=True)),
            words=labels.JOBS,
            outbox=outbox,
            names=people.names(work, {row.user_id for row in outbox.dead}),
            failures=FAILURES,
            postbox=work.runtime.outside.postbox,
            now=work.now,
        )


@bp.post("/mail/<uuid:mail_id>/again", endpoint="send_again")
@requires(ADMIN)
def send_again(mail_id: UUID) -> ResponseReturnValue:
    """Put a message that was given up back into the outbox."""
    with runtime.begin() as work:
        services.send_again(work, mail_id)
    flash(_("It is sent again within a minute."), "success")
    return redirect(url_for(".index"), code=303)
