"""What the browser may send of a pivot: what is counted, by what, under which conditions. Codes and days only: no free text is an axis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField

from app.domain.codes import code_list
from app.reports.counting.axes import AXES, AXIS_NAMES, COUNTED, codes_of_axis
from app.reports.counting.scope import Unit
from app.reports.counting.tables import Row
from app.reports.counting.titles import AGE_GROUP, axis_title, counted_title
from app.reports.forms import RecapForm
from app.reports.pivot import MOST_CONDITIONS, Condition, Pivot
from app.web.forms import ActForm, AtMost, LineField, Required, choice
from app.web.navigation import language

FIELDS: Final = ("counted", "rows", "columns", *(f"condition_{n}" for n in range(1, MOST_CONDITIONS + 1)))
_LIMIT: Final = 1_000


def _counted() -> list[Any]:
    return [choice(unit.value, counted_title(unit)[language()]) for unit in COUNTED]


def _axes() -> list[Any]:
    return [choice(name, _capital(axis_title(name)[language()])) for name in AXIS_NAMES]


def _columns() -> list[Any]:
    return [choice("", _l("No columns")), *_axes()]


def _conditions() -> list[Any]:
    """Grouped by axis, so that one list holds them all and the page needs no script."""
    found = [choice("", _l("No condition"))]
    for name in AXIS_NAMES:
        if codes := codes_of_axis(name):
            words, group = words_of(name), _capital(axis_title(name)[language()])
            found += [choice(f"{name}:{code}", words.get(code, code), group) for code in codes]
    return found


def words_of(axis: str) -> dict[str, str]:
    """The words of the codes an axis may be narrowed to."""
    lang = language()
    if axis == "age_group":
        return {group: words[lang] for group, words in AGE_GROUP.items()}
    table = next(axes[axis] for axes in AXES.values() if axis in axes)
    rows = code_list(table.list_name) if table.list_name else _rows_alone(table.rows)
    return {row.code: getattr(row, lang) for row in rows}


def _rows_alone(rows: Any) -> Iterable[Row]:
    found: Iterable[Row] = rows(None)
    return found


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


class PivotForm(RecapForm):
    """Which pivot, of which period. Sent by GET."""

    counted = SelectField(_l("What is counted"), choices=_counted, default=Unit.VICTIMS.value)
    rows = SelectField(_l("Rows"), choices=_axes, default="violence")
    columns = SelectField(_l("Columns"), choices=_columns, default="age_group")
    condition_1 = SelectField(_l("Only those with"), choices=_conditions)
    condition_2 = SelectField(_l("and with"), choices=_conditions)
    condition_3 = SelectField(_l("and also with"), choices=_conditions)

    def pivot(self) -> Pivot:
        """What the services are asked for. After `validate` only."""
        chosen = [str(self[name].data or "") for name in FIELDS[3:]]
        conditions = tuple(Condition(*each.split(":", 1)) for each in chosen if each)
        return Pivot(Unit(str(self.counted.data)), str(self.rows.data), str(self.columns.data or ""), conditions)


def fields_of(pivot: Pivot) -> dict[str, Any]:
    """The pivot as it stands in an address."""
    conditions = {f"condition_{n}": f"{each.axis}:{each.code}" for n, each in enumerate(pivot.conditions, start=1)}
    return {"counted": pivot.counted.value, "rows": pivot.rows, "columns": pivot.columns, **conditions}


class KeepForm(ActForm):
    """A name for the pivot that stands in `criteria`, written as in an address."""

    name = LineField(_l("Name"), Required(_l("Give the pivot a name.")), limit=60)
    criteria = HiddenField(validators=[AtMost(_LIMIT)])

    def chosen(self) -> Pivot:
        """The pivot to keep; what is not understood is left to the services to refuse."""
        given = dict(parse_qsl(str(self.criteria.data or ""), keep_blank_values=True, max_num_fields=50))
        counted = given.get("counted", "")
        conditions = [given[name].partition(":") for name in FIELDS[3:] if given.get(name)]
        return Pivot(
            Unit(counted) if counted in set(Unit) else Unit.VICTIMS,
            given.get("rows", ""),
            given.get("columns", ""),
            tuple(Condition(axis, code) for axis, _colon, code in conditions),
        )


def written(pivot: Pivot) -> str:
    """A pivot as it stands in an address."""
    return urlencode(fields_of(pivot))
