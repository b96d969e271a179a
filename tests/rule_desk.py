"""The pages of all deadline rules as somebody reads them: their own part alone, without a request for each."""

from __future__ import annotations

import html
from collections.abc import Mapping

from flask_babel import force_locale
from jinja2 import BaseLoader, ChoiceLoader, DictLoader, Environment

from app.reference.rule_views import RULES, page_of, seat
from tests.factories import Office, Someone


def _overlaid(office: Office, first: BaseLoader) -> Environment:
    env = office.app.jinja_env
    assert env.loader is not None
    return env.overlay(loader=ChoiceLoader([first, env.loader]))


def rule_pages(office: Office, reader: Someone, language: str) -> Mapping[str, str]:
    """What stands between the menu and the foot of the page of each rule, by the id of the rule."""
    bare = DictLoader({"layouts/base.html": "{% block main %}{% endblock %}"})
    page = _overlaid(office, bare).get_template("reference/rule.html")
    with office.app.test_request_context(), force_locale(language), office.runtime.looking(reader.actor) as work:
        at = seat(work)
        contexts = {}
        for rule_id in RULES:
            contexts[rule_id] = dict(page_of(at, rule_id))
            office.app.update_template_context(contexts[rule_id])
        return {rule_id: html.unescape(page.render(context)) for rule_id, context in contexts.items()}
