"""A bare app that wears the face and nothing else: no session rows, no database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, redirect, render_template, render_template_string, request
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import StrictUndefined
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput

from app.web import assets, compression, filters, headers, navigation

TEMPLATES = Path(__file__).resolve().parents[2] / "app" / "templates"
SECRET = "face-test-key-that-guards-nothing"
EVERYTHING: Callable[[object], bool] = lambda _capability: True  # noqa: E731 - a predicate, named for the reader


class ReportForm(FlaskForm):
    """One field of every kind."""

    name = StringField("Name", [DataRequired("Enter a name")])
    sex = RadioField(
        "Sex", [DataRequired("Choose one")], choices=[SelectChoice("L", "Male"), SelectChoice("P", "Female")]
    )
    kinds = SelectMultipleField(
        "Kinds",
        [DataRequired("Choose one or more")],
        choices=[SelectChoice("F", "Physical")],
        option_widget=CheckboxInput(),
    )
    channel = SelectField("Channel", choices=[SelectChoice("D", "In person")])
    on = DateField("Day")
    at = TimeField("Time")
    story = TextAreaField("Story")
    home = BooleanField("At home")


def make_app(may: Callable[[object], bool] = EVERYTHING, *, locale: str = "id", demo: bool = True) -> Flask:
    """The face on a few invented routes: `/`, `/plain`, `/fails`, `/files/secret` (its own policy), POST `/post`."""
    app = Flask("face", static_folder=None, template_folder=str(TEMPLATES))
    app.config.update(SECRET_KEY=SECRET, TESTING=True, BABEL_DEFAULT_LOCALE=locale, WTF_CSRF_SSL_STRICT=False)
    app.jinja_env.undefined = StrictUndefined
    Babel(app)
    headers.init_app(app)
    filters.init_app(app)
    CSRFProtect(app)
    viewer = navigation.Viewer(
        "Ani <b>Uji</b> dengan nama yang panjang sekali",
        "Supervisor",
        "UPTD PPA Kabupaten Contoh Raya Timur",
        may,
        demo,
    )
    navigation.init_app(app, lambda: viewer, version="0.0.0")
    app.jinja_env.globals["sheet_of"] = lambda *_form, **_how: None  # nobody is signed in, so nothing typed is kept
    compression.init_app(app)
    assets.init_app(app)
    _add_routes(app)
    return app


def _add_routes(app: Flask) -> None:
    app.add_url_rule("/", "home.show", lambda: _page("<h1>Beranda</h1>" + "<p>isi</p>" * 200))
    app.add_url_rule("/form", "intake.start", _form_page, methods=["GET", "POST"])
    app.add_url_rule("/cases", "cases.index", lambda: _page("<h1>Kasus</h1>"))
    app.add_url_rule("/recap", "reports.recap", lambda: _page("<h1>Rekap</h1>"))
    app.add_url_rule("/plain", "plain", lambda: render_template("errors/404.html", incident="ABC-1"))
    app.add_url_rule("/leave", "accounts.quick_exit", _leave, methods=["POST"])
    app.add_url_rule("/logout", "accounts.logout", lambda: redirect("/"), methods=["POST"])
    app.add_url_rule("/language", "accounts.language", lambda: redirect("/"), methods=["POST"])
    app.add_url_rule("/file", "file", _file)
    app.register_error_handler(403, lambda _error: (render_template("errors/403.html", incident="ABC-2"), 403))


def _page(body: str) -> str:
    return render_template_string('{% extends "layouts/base.html" %}{% block main %}' + body + "{% endblock %}")


def _form_page() -> WerkzeugResponse | str:
    form = ReportForm()
    form.validate_on_submit()
    return render_template_string(
        """{% extends "layouts/base.html" %}
        {% import "components/fields.html" as f %}
        {% from "components/forms.html" import post_form %}
        {% from "components/errors.html" import error_summary %}
        {% from "components/buttons.html" import button, action_bar %}
        {% block main %}<h1>Penerimaan</h1>{{ error_summary(form, [("Later than the report", "on")] if form.errors else []) }}
        {% call post_form("", form, enter=("act", "save")) %}
        {{ button("Remove", kind="danger", name="act", value="remove") }}
        {{ f.text(form.name, "Or a label") }}{{ f.radios(form.sex) }}{{ f.chips(form.kinds) }}{{ f.select(form.channel) }}
        {{ f.moment("Received", form.on, form.at, zone="WITA") }}
        {% call f.only_when("sex", ["P"]) %}{{ f.textarea(form.story) }}{% endcall %}{{ f.checkbox(form.home) }}
        {% call action_bar() %}{{ button("Save", name="act", value="save") }}{% endcall %}{% endcall %}{% endblock %}""",
        form=form,
    )


def _leave() -> str:
    return render_template("layouts/left.html")


def _file() -> Response:
    answer = Response(b"x" * 4_000, mimetype="application/octet-stream")
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Asked"] = request.path
    return answer
