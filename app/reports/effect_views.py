"""Trying out another reading of an indicator set: what would change, before anybody decides."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.indicators import INDICATOR_SETS, IndicatorSet, indicator_set
from app.domain.kla_variants import Variant
from app.reports import effect, queries, services
from app.reports.cluster_asking import filled
from app.reports.forms import ClusterForm
from app.web import runtime
from app.web.forms import choice
from app.web.guard import requires
from app.web.render import render_page

bp = Blueprint("cluster_effect", __name__, url_prefix="/reports/klaster-v/effect")


class EffectForm(ClusterForm):
    """Which sheet, and what is read differently. Sent by GET: codes only."""

    served = SelectField(_l("Definition of served"))
    kecamatan = SelectField(_l("Kecamatan"))
    item = SelectField(_l("Category that moves"))
    indicator = SelectField(_l("to the indicator"))

    def offer_readings(self, indicators: IndicatorSet, language: str) -> None:
        """Fill in what the set knows; the first choice is as it stands."""
        as_is = choice("", _("as it stands"))
        items = code_list("ampk_items")
        carried = dict.fromkeys(rule.item for rule in indicators.mapping)
        names = {code: getattr(items.get(code), language) for code in carried}
        self.served.choices = [as_is, *(choice(each.code, getattr(each.name, language)) for each in indicators.served)]
        self.kecamatan.choices = [
            as_is,
            choice("residence", _("residence")),
            choice("incident", _("place of incident")),
        ]
        self.item.choices = [choice("", _("none")), *(choice(code, f"{code}. {name}") for code, name in names.items())]
        self.indicator.choices = [
            choice("", _("Choose…")),
            *(choice(each.code, each.code) for each in indicators.indicators),
        ]
        for field in (self.served, self.kecamatan, self.item, self.indicator):
            field.data = field.data or ""

    def variant(self) -> Variant:
        """What is read differently. A category moves only where an indicator is named."""
        moved = {str(self.item.data): str(self.indicator.data)} if self.item.data and self.indicator.data else {}
        return Variant(str(self.served.data), str(self.kecamatan.data), moved)


@bp.get("")
@requires(Capability.KLA_READ)
def show() -> Response:
    """Before and after, line by line; without a choice only the choices."""
    language = "en" if str(get_locale() or "id").startswith("en") else "id"
    form = filled(EffectForm)
    code = str(form.set.data)
    form.offer_readings(indicator_set(code if code in INDICATOR_SETS else services.LATEST_SET), language)
    if not form.validate():
        return render_page("reports/effect.html", form=form, lines=None, lang=language, status=422)
    variant, wish = form.variant(), form.wish()
    if not variant:
        return render_page("reports/effect.html", form=form, lines=None, lang=language)
    with runtime.reading(services.cluster_opening(wish)) as work:
        lines = effect.effect(work, wish, variant)
        places = services.info_of(queries.unit(work, wish.area)).places
    return render_page("reports/effect.html", form=form, lines=lines, wish=wish, places=places, lang=language)
