"""The legal officer decides a new version of a rule, and confirms one (`rule:edit`, design 5)."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.domain.access import Capability
from app.domain.clocks import Rule, load_rules
from app.domain.clocks.versions import FIXED, LOCAL, can_run, changed, program_row
from app.domain.errors import Refused, Stale
from app.reference import rule_acts, rule_words
from app.reference.forms import ConfirmForm, RuleForm
from app.reference.rule_views import RULE_PART, Seat, bp, ladder_of, seat, tried, versions_of
from app.web import problems, runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.submit import once

# --- a new version ---------------------------------------------------------------------------------------------------


@bp.get(RULE_PART + "/edit")
@requires(Capability.RULE_EDIT)
def edit(rule: str) -> Response:
    """The form of a new version, filled with the newest."""
    return _edit_page(rule, None)


@bp.post(RULE_PART + "/edit")
@requires(Capability.RULE_EDIT)
def decide(rule: str) -> ResponseReturnValue:
    """Write the new version; or, where only the effect is asked for, show what it would give."""
    form = RuleForm()
    form.offer(next(each for each in load_rules() if each.id == rule))
    if not form.validate_on_submit():
        return _edit_page(rule, form, 422)
    try:
        if "preview" in request.form:
            return _preview(rule, form)
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            rule_acts.decide(
                work,
                rule,
                form.change,
                reason=str(form.reason.data),
                moves_running=bool(form.moves_running.data),
                expected=form.version or 0,
            )
            receipt.leads_to(url_for(".show", rule=rule))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _edit_page(rule, form, 422)
    except Stale:
        with runtime.looking() as work:
            form.refresh(_newest(seat(work), rule).version)
        return _edit_page(rule, form, 409)
    flash(_("The new version is decided."), "success")
    return receipt.redirect()


def _preview(rule_id: str, form: RuleForm) -> Response:
    """Raises Refused, as deciding would."""
    with runtime.looking() as work:
        row = rule_acts.newest_row(work, work.actor.own_unit(), rule_id)
    _row, after = changed(row, 1, form.change)
    return _edit_page(rule_id, form, 200, after)


def _newest(at: Seat, rule_id: str) -> Rule:
    return max((rule for rule in at.book.known.values() if rule.id == rule_id), key=lambda rule: rule.version)


def _edit_page(rule_id: str, form: RuleForm | None, status: int = 200, after: Rule | None = None) -> Response:
    with runtime.looking() as work:
        at = seat(work)
        newest = _newest(at, rule_id)
        if form is None:
            form = RuleForm(formdata=None, terms=[{}] * len(newest.terms), etag=str(newest.version))
            form.offer(newest)
            form.show(newest, ladder_of(at, newest), at.today + timedelta(days=1))
        return render_page(
            "reference/rule_edit.html",
            status=status,
            form=form,
            rule=newest,
            conditions=[rule_words.condition_words(term.when) for term in newest.terms],
            after=after,
            sentences=rule_words.sentences(after) if after else [],
            shown=[row for row in tried(newest, after, at) if row[2] != row[3]] if after else [],
            moves=after is not None and rule_acts.moves(work, at.unit.id, rule_id, form.change.valid_from),
            version=rule_words.version_words(newest.version),
            is_fixed=rule_id in FIXED,
            can_run=can_run(rule_id),
            program=_program_text(newest, at),
        )


def _program_text(newest: Rule, at: Seat) -> list[tuple[str, str, str]]:
    """What the program's text says differently, where the newest version is the office's own."""
    if newest.version <= LOCAL:
        return []
    ours = max((rule for rule in load_rules() if rule.id == newest.id), key=lambda rule: rule.version)
    return rule_words.differences(newest, ours, (ladder_of(at, newest), str(program_row(newest.id)["ladder"])))


# --- confirming ------------------------------------------------------------------------------------------------------


@bp.get(RULE_PART + "/confirm")
@requires(Capability.RULE_EDIT)
def ask_to_confirm(rule: str) -> Response:
    """Who read the version and stands for it."""
    return _confirm_page(rule, None)


@bp.post(RULE_PART + "/confirm")
@requires(Capability.RULE_EDIT)
def confirm(rule: str) -> ResponseReturnValue:
    """Note the confirmation; the badge goes away."""
    form = ConfirmForm()
    with runtime.looking() as work:
        form.version.choices = _choices(seat(work), rule)
    if not form.validate_on_submit():
        return _confirm_page(rule, form, 422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            rule_acts.confirm(work, rule, int(form.version.data), form.confirmation)
            receipt.leads_to(url_for(".show", rule=rule))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _confirm_page(rule, form, 422)
    flash(_("The confirmation is recorded."), "success")
    return receipt.redirect()


def _choices(at: Seat, rule_id: str) -> list[tuple[str, str]]:
    return [(str(version.rule.version), version.words) for version in versions_of(at, rule_id)]


def _confirm_page(rule_id: str, form: ConfirmForm | None, status: int = 200) -> Response:
    with runtime.looking() as work:
        at = seat(work)
        now = at.rule(rule_id)
        if form is None:
            form = ConfirmForm(formdata=None, version=str(now.version), on=at.today)
        form.version.choices = _choices(at, rule_id)
        return render_page(
            "reference/rule_confirm.html",
            status=status,
            form=form,
            rule=now,
            versions=[(version, rule_words.sentences(version.rule)) for version in versions_of(at, rule_id)],
        )
