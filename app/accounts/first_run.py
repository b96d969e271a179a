"""First run: no account exists; a one-time token printed on the server makes the first one, and the page closes (security 5)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts import queries, services
from app.accounts.models import Unit, User
from app.audit.events import Event
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, Problem, Refused
from app.security import tokens
from app.security.models import Deployment
from app.work import Work


def issue_token(work: Work) -> str:
    """A setup token, given once (`naungan init` prints it). Conflict once an account exists."""
    work.actor.require(Capability.OPERATE)
    if work.session.scalar(select(User.id).limit(1)) is not None:
        raise Conflict("accounts exist")
    token = tokens.new_token()
    _locked(work).setup_token_hash = tokens.token_hash(token)
    work.recorded(Event.SETUP, purpose="token")
    return token


def is_open(work: Work) -> bool:
    """Whether the setup page still exists."""
    deployment = work.session.get(Deployment, 1)
    return deployment is not None and deployment.setup_token_hash is not None


def check_token(work: Work, token: str) -> None:
    """NotFound when setup is closed; Refused for a wrong token. Checked before a password is hashed, and again in the act."""
    deployment = work.session.get(Deployment, 1)
    if deployment is None or deployment.setup_token_hash is None:
        raise NotFound("setup")
    if not tokens.accepts(deployment.setup_token_hash, None, token, work.now):
        raise Refused(Problem("setup.refused", "token"))


def complete(
    work: Work, token: str, *, email: str, name: str, password_hash: str, roles: Sequence[str] = services.FIRST_ROLES
) -> User:
    """Make the first account, administrator and head in one, and close setup for good. Conflict where there is no unit yet."""
    work.actor.require(Capability.OPERATE)
    _locked(work)
    check_token(work, token)
    unit = work.session.scalar(select(Unit).order_by(Unit.created_at).limit(1))
    if unit is None:
        raise Conflict("no unit")
    account = services.create_user(
        work, email=email, name=name, role_codes=roles, unit_id=unit.id, password_hash=password_hash
    )
    _locked(work).setup_token_hash = None
    work.recorded(Event.SETUP, account.user.id, purpose="closed")
    return account.user


def unit_name(work: Work) -> str:
    """The name of the unit being set up."""
    unit = work.session.scalar(queries.units_visible_to(work.actor).limit(1))
    return unit.name if unit is not None else ""


def _locked(work: Work) -> Deployment:
    """The deployment row, held until the end of the act: two who set up at once do so one after the other."""
    row = work.session.get(Deployment, 1, with_for_update=True)
    if row is None:
        raise NotFound("deployment")
    return row
