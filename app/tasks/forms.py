"""Forms of one's own work: a task, a name for filters of the case list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlencode

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.cases.record_forms import ListForm
from app.web.forms import ActForm, AtMost, DayField, LineField, LongField, Required

_CRITERIA_LIMIT: Final = 1_000
_VALUE_LIMIT: Final = 80


class TaskForm(ActForm):
    """Something to do, for oneself."""

    text = LongField(_l("What is to be done"), Required(_l("Write what is to be done.")), limit=500)
    due_on = DayField(_l("By which day"))
    register_no = LineField(_l("Register number of the case"), limit=40)


class FilterForm(ActForm):
    """A name for the filters that stand in `criteria`, written as in an address."""

    name = LineField(_l("Name"), Required(_l("Give the filters a name.")), limit=60)
    criteria = HiddenField(validators=[AtMost(_CRITERIA_LIMIT)])

    @property
    def chosen(self) -> dict[str, str]:
        """The filters, by field of the case list."""
        return known(parse_qsl(str(self.criteria.data or ""), max_num_fields=50))


def known(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Those of the pairs that are filled filters of the case list; what else stands in an address is left out."""
    names = {field.name for field in ListForm(formdata=None)}
    return {name: value for name, value in pairs if name in names and value and len(value) <= _VALUE_LIMIT}


def written(criteria: dict[str, str]) -> str:
    """Filters as they stand in an address."""
    return urlencode(criteria)
