"""Words of the report room: families of tables, parts of a year, states, sentences of what was refused."""

from __future__ import annotations

from typing import Any, Final

from babel.dates import get_month_names
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.reports.counting.settings import Period
from app.reports.periods import PARTS, WHOLE_YEAR

FAMILIES: Final[tuple[tuple[str, Any, tuple[str, ...]], ...]] = (
    (
        "victims",
        _l("Traits of the victims"),
        (
            "victims_by_sex",
            "victims_by_age_band",
            "victims_by_education",
            "victims_by_occupation",
            "victims_by_marital",
            "victims_by_disability",
            "victims_by_kdrt",
            "victims_by_citizenship",
            "victims_by_kecamatan_residence",
            "clients_by_capacity",
        ),
    ),
    (
        "reported",
        _l("Traits of the reported persons"),
        (
            "perpetrators_by_sex",
            "perpetrators_by_age_band",
            "perpetrators_by_age_band_7",
            "perpetrators_by_education",
            "perpetrators_by_occupation",
            "perpetrators_by_marital",
            "pairs_by_relationship",
        ),
    ),
    (
        "kinds",
        _l("Kinds of violence, places and services"),
        (
            "victims_by_violence",
            "victims_by_tpks",
            "victims_by_ktp",
            "victims_by_ampk",
            "cases_by_place",
            "victims_by_place",
            "cases_by_kecamatan_incident",
            "victims_by_kecamatan_incident",
            "victims_by_online",
            "victims_by_service",
            "services_by_kind",
        ),
    ),
    ("served", _l("Victims and how many were served"), ("victims_served",)),
    (
        "work",
        _l("Channels, referrals, ends and contacts"),
        (
            "cases_by_channel",
            "cases_by_patbm",
            "victims_by_channel",
            "referrals_by_institution",
            "cases_closed_by_reason",
            "cases_closed_by_kind",
            "contacts_by_topic",
            "contacts_by_channel",
        ),
    ),
)
"""The families of the national layout (case-management 11), and the unit's own work after them: id, title, tables in order."""

CHARTS: Final[dict[str, tuple[str, ...]]] = {
    "victims": ("victims_by_age_band", "victims_by_kecamatan_residence"),
    "reported": ("pairs_by_relationship",),
    "kinds": ("victims_by_violence", "victims_by_service"),
    "work": ("cases_by_channel", "referrals_by_institution"),
}
"""Which tables of a family are drawn as well."""

AXES: Final[dict[str, Any]] = {
    "age_band": _l("age"),
    "violence": _l("kind"),
    "disability": _l("disability"),
    "channel": _l("channel"),
    "education": _l("education"),
    "place": _l("place"),
    "relationship": _l("relationship of the reported person"),
    "certainty": _l("suspected or confirmed"),
    "kecamatan": _l("kecamatan"),
    "institution_type": _l("receiving body"),
    "work_sector": _l("sector"),
    "bpta_kind": _l("worst form of work"),
    "abh_role": _l("role"),
    "service": _l("kind of service"),
    "line": _l("line of the form"),
}
"""The axes of the annexes of cluster V (kla-cluster-v 4.8)."""

SENTENCES: Final = {
    "closing.period": _l("Only a whole month or a whole year is closed."),
    "closing.not-over": _l("The period is not over yet."),
    "closing.checks-failed": _l("Self-checks that fail: %(count)s. Put the entries right first."),
    "closing.import-unfinished": _l("An import into this unit is not complete. Finish it or undo it first."),
    "closing.not-known": _l("Attributes of victims that nobody entered: %(count)s."),
    "closing.not-in-simfoni": _l("Cases of the unit that wait to be entered in SIMFONI: %(count)s."),
    "closing.months-open": _l("Months of this year that are not closed: %(count)s."),
    "closing.warnings": _l("Read the warnings of the checklist and say why the period is closed all the same."),
    "closing.waiting": _l("These tables wait for a signature already. Sign or withdraw them first."),
    "closing.closed": _l("This period is closed. It cannot be opened again; a revision needs a reason."),
    "closing.not-closed": _l("This period was not closed yet: there is nothing to revise."),
    "closing.same": _l("No number differs from the frozen tables: there is nothing to revise."),
    "closing.nihil": _l("Nothing was recorded in this period. It is closed with a statement of nil only."),
    "closing.not-nihil": _l("Something was recorded in this period: it cannot be stated as nil."),
    "closing.not-waiting": _l("Nothing waits for a signature."),
    "closing.same-person": _l("Somebody else signs: who closed a period does not sign it as well."),
    "entry.value-or-nihil": _l("Enter a value, or declare nil."),
    "entry.nihil-and-value": _l("Either a value or nil, not both."),
    "entry.no-nihil": _l("A question cannot be answered with nil."),
    "entry.number": _l("Enter a whole number without a sign, up to 15 digits."),
    "entry.share": _l("Enter a percentage from 0 to 100."),
    "pivot.axis": _l("This cannot be broken down like that. Choose another."),
    "pivot.same-axis": _l("Rows and columns are the same. Choose another, or leave the columns out."),
    "pivot.condition": _l("This condition does not fit what is counted. Choose another."),
    "pivot.code": _l("This condition is not on the list. Choose another."),
    "pivot.district-only": _l(
        "Categories of children are counted for the whole district only, not by kecamatan: HIV and substances stand among them."
    ),
    "pivot.name-used": _l("You have a pivot under this name already. Choose another name."),
    "pivot.too-many": _l("You have %(limit)s saved pivots. Throw one away first."),
    "round.years": _l("Choose one data year, or two in a row."),
    "round.award": _l("The data years lie before the year of the award."),
    "round.set": _l("The indicator set was not in force in that year."),
    "round.twice": _l("The round of this award is open already."),
    "score.range": _l("Enter a score from 0 to %(limit)s with at most two decimals."),
    "entry.verifier": _l("Choose somebody of the unit who did not enter the value."),
}


def part_label(part: str) -> str:
    """A part of a year in words: the whole year, a quarter, a month."""
    if part == WHOLE_YEAR:
        return str(_("Whole year"))
    if part.startswith("q"):
        return str(_("Quarter %(number)s", number=part[1:]))
    return str(get_month_names("wide", locale=str(get_locale() or "id"))[int(part)])


def part_choices() -> list[tuple[str, str]]:
    """Months first: they are asked for most; then quarters and the year."""
    order = sorted(PARTS, key=lambda part: (part == WHOLE_YEAR, part.startswith("q"), part))
    return [(part, part_label(part)) for part in order]


def axis_label(axis: str) -> str:
    """The axis of a breakdown in words."""
    return str(AXES.get(axis, axis))


def stage_word(stage: str) -> str:
    """A stage of the evaluation in words (kla-cluster-v 2.2)."""
    words = {
        "mandiri": _("self-evaluation"),
        "administrasi": _("desk verification"),
        "final": _("field verification (final)"),
    }
    return str(words.get(stage, stage))


def certainty_word(mark: str) -> str:
    """What a certainty mark says (kla-cluster-v 11, case-management 0)."""
    words = {
        "C": _("confirmed"),
        "C2": _("second-hand source"),
        "O": _("older or local source"),
        "I": _("inferred"),
        "U": _("unknown"),
        "S": _("suggestion"),
    }
    return str(words.get(mark, mark))


def closing_status(status: str) -> str:
    """Where a period stands, in a word."""
    return str({"open": _("not closed"), "closed": _("closed"), "revised": _("revised")}[status])


def period_name(period: Period) -> str:
    """`Maret 2025`; a whole year is its number."""
    year = period.first.year
    return str(year) if period == Period.year(year) else f"{part_label(f'{period.first.month:02d}')} {year}"
