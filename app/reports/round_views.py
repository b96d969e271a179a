"""Evaluation rounds on screen: open one, what is still missing in it, the scores of its stages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.domain.access import Capability
from app.domain.errors import Refused
from app.domain.indicators import INDICATOR_SETS
from app.reports import rounds
from app.reports.labels import stage_word
from app.reports.periods import FIRST_YEAR, LAST_YEAR
from app.web import problems, runtime
from app.web.forms import ActForm, LineField, Required, WholeField, choice
from app.web.guard import requires
from app.web.navigation import language
from app.web.render import render_page
from app.web.submit import once

bp = Blueprint("rounds", __name__, url_prefix="/reports/klaster-v/rounds")


class RoundForm(ActForm):
    """A new round."""

    award_year = WholeField(_l("Year of the award"), Required(), low=FIRST_YEAR, high=LAST_YEAR)
    first_year = WholeField(_l("First data year"), Required(), low=FIRST_YEAR, high=LAST_YEAR)
    last_year = WholeField(_l("Last data year"), Required(), low=FIRST_YEAR, high=LAST_YEAR)
    indicator_set = SelectField(_l("Indicator set"), choices=[choice(code, code) for code in INDICATOR_SETS])

    def new(self) -> rounds.NewRound:
        """What the service is given. After `validate` only."""
        years = (self.award_year.data or 0, self.first_year.data or 0, self.last_year.data or 0)
        return rounds.NewRound(*years, str(self.indicator_set.data))


class ScoreForm(ActForm):
    """The score of a stage, as the evaluator gave it."""

    stage = SelectField(_l("Stage"))
    score = LineField(_l("Score"), Required(), limit=9)
    document = LineField(_l("Document (number, kind, date)"))


@bp.get("")
@requires(Capability.KLA_READ)
def index() -> Response:
    """The rounds of the unit."""
    return _index(RoundForm())


@bp.post("")
@requires(Capability.KLA_ENTER)
def open_round() -> ResponseReturnValue:
    """Open a round."""
    form = RoundForm()
    if not form.validate_on_submit():
        return _index(form, status=422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            row = rounds.open_round(work, form.new())
            receipt.leads_to(url_for(".show", round_id=row.id))
    except Refused as refused:
        problems.attach(form, refused.problems)
        return _index(form, status=422)
    flash(_("Round opened."), "success")
    return receipt.redirect()


@bp.get("/<uuid:round_id>")
@requires(Capability.KLA_READ)
def show(round_id: UUID) -> Response:
    """A round: what is entered, what is missing, its scores."""
    return _show(round_id, ScoreForm())


@bp.post("/<uuid:round_id>/scores")
@requires(Capability.KLA_ENTER)
def score(round_id: UUID) -> ResponseReturnValue:
    """Enter the score of a stage; a correction is a new entry."""
    form = ScoreForm()
    _offer(form, round_id)
    if not form.validate_on_submit():
        return _show(round_id, form, status=422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            rounds.enter_score(
                work, round_id, str(form.stage.data), str(form.score.data), str(form.document.data or "")
            )
            receipt.leads_to(url_for(".show", round_id=round_id))
    except Refused as refused:
        problems.attach(form, refused.problems)
        return _show(round_id, form, status=422)
    flash(_("Score entered. The newest entry of a stage counts."), "success")
    return receipt.redirect()


def _index(form: RoundForm, *, status: int = 200) -> Response:
    with runtime.looking() as work:
        found = rounds.of_unit(work)
    may = runtime.actor().may(Capability.KLA_ENTER)
    return render_page("reports/rounds.html", form=form, rounds=found, may_enter=may, status=status)


def _offer(form: ScoreForm, round_id: UUID) -> rounds.Overview:
    with runtime.looking() as work:
        found = rounds.overview(work, round_id)
    form.stage.choices = [choice(stage, stage_word(stage)) for stage in found.indicators.score_stages]
    return found


def _show(round_id: UUID, form: ScoreForm, *, status: int = 200) -> Response:
    given: dict[str, Any] = {"overview": _offer(form, round_id), "may_enter": runtime.actor().may(Capability.KLA_ENTER)}
    return render_page("reports/round.html", form=form, stage_word=stage_word, lang=language(), status=status, **given)
