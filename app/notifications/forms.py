"""What the browser may send to the pages of notices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import cast

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.domain.notices import Mailing
from app.notifications.labels import MAILINGS
from app.web.forms import ActForm, ClockField, Required


class ChoicesForm(ActForm):
    """What comes by mail, and between which times nothing does."""

    mail = SelectMultipleField(
        _l("By mail"),
        choices=[],
        coerce=str,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    quiet_from = ClockField(_l("Nothing from"), Required(_l("Enter a time like 21:00.")))
    quiet_until = ClockField(_l("until"), Required(_l("Enter a time like 06:00.")))

    def offer(self, sorts: Iterable[Mailing]) -> None:
        """Fill in what this person can get by mail."""
        self.mail.choices = [(sort.value, MAILINGS[sort]) for sort in sorts]

    @property
    def quiet(self) -> tuple[time, time]:
        """From when until when nothing is sent; of a form that was judged right."""
        return cast(time, self.quiet_from.data), cast(time, self.quiet_until.data)
