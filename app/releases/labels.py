"""Words of the releases and returns: states, why a cell is hidden, why something cannot be made public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.disclosure.plan import Span
from app.domain.disclosure.protect import Why
from app.releases.models import OfficialReturn
from app.reports.counting.settings import Period
from app.reports.labels import part_label
from app.reports.periods import part_of

STATES: Final[Mapping[str, tuple[Any, str]]] = {
    "proposed": (_l("waits for the second signature"), "warn"),
    "signed": (_l("public"), "ok"),
    "refused": (_l("refused"), "neutral"),
}
REASONS: Final[Mapping[str, Any]] = {
    Why.SMALL.value: _l("small number"),
    Why.CHANGED.value: _l("differs a little from an earlier version"),
    Why.EARLIER.value: _l("hidden in an earlier version"),
    Why.COMPLEMENT.value: _l("protects another number"),
}
KINDS: Final[Mapping[str, Any]] = {
    "recap": _l("Recap"),
    "cluster-v": _l("KLA cluster V"),
    "simfoni": _l("Reconciliation with SIMFONI"),
}
SENTENCES: Final[Mapping[str, Any]] = {
    "release.waiting": _l("A release waits for its second signature. It is decided first, then the next one is made."),
    "release.not-over": _l("The period is not over yet. Choose one that is."),
    "release.small-total": _l(
        "Too few victims to be made public alone. Release this period together with the next quarter."
    ),
    "release.small-change": _l(
        "The correction concerns too few victims: the difference would describe them. The earlier version stays."
    ),
    "release.nothing-changed": _l("Nothing changed since the version that is public."),
    "release.unsafe": _l("No way of hiding numbers makes this release safe. It is not made."),
    "release.year-is-out": _l("The year is public already. Correct the year, not its quarters."),
    "return.not-begun": _l("The period has not begun yet. Choose an earlier one."),
    "return.whole-year": _l("A cluster V sheet is returned for a whole year."),
    "return.month": _l("A reconciliation with SIMFONI is returned for one month."),
    "return.not-reconciled": _l("The month was not reconciled by counts yet. Do so on the SIMFONI page first."),
    "release.parts-missing": _l("The quarters of the year are made public first, up to the fourth."),
}


def span_words(span: Span) -> str:
    """`Quarter 2 of 2026`, `Quarters 1 to 2 of 2026`, `Year 2026`."""
    if span.is_year:
        return str(_("Year %(year)s", year=span.year))
    if span.first == span.last:
        return str(_("Quarter %(quarter)s of %(year)s", quarter=span.first, year=span.year))
    return str(_("Quarters %(first)s to %(last)s of %(year)s", first=span.first, last=span.last, year=span.year))


def days_words(row: OfficialReturn) -> str:
    """The period of a return: `Oktober 2026`, `Setahun penuh 2026`."""
    return f"{part_label(part_of(Period(row.first_day, row.last_day)))} {row.first_day.year}"
