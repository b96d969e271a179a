"""Forms of experts: a note in three parts, the release of its report, handing the own notes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.cases.experts import KINDS, Writing
from app.cases.record_forms import Choices, ChosenField
from app.domain.codes import code_list
from app.security.structs.experts import ExpertNote, ExpertNotes, ExpertSummary
from app.web.forms import ActForm, DayField, LongField, Required, SectionForm, choice

SENTENCES: Final = {
    "expert.no-report": _l("There is no report yet. Write it first, then release it."),
    "expert.no-successor": _l("Notes go only to an expert of the same discipline who works on the case."),
}


class ExpertNoteForm(SectionForm):
    """A note: head, summary for the team, own notes, report."""

    kind = SelectField(_l("Discipline"), [Required(_l("Choose the discipline."))], default="", choices=[])
    on = DayField(_l("Day"), Required(_l("Enter the day.")))
    client_id = ChosenField(_l("About"))
    summary = LongField(_l("Summary for the team"), Required(_l("Write what the team has to know.")))
    notes = LongField(_l("My own notes"))
    report = LongField(_l("Report of the expert"))

    def offer(self, kinds: Sequence[str], clients: Sequence[tuple[UUID, str]], today: date) -> None:
        """Fill in the own disciplines and the clients; a new note is of today."""
        english = str(get_locale() or "id").startswith("en")
        codes = [code_list(KINDS).get(kind) for kind in kinds]
        blank = [] if len(codes) == 1 else [choice("", str(_l("Choose…")))]
        self.kind.choices = [*blank, *(choice(code.code, code.en if english else code.id) for code in codes)]
        self.client_id.choices = [("", str(_l("The whole case"))), *((str(c), mask) for c, mask in clients)]
        if not self.is_submitted():
            self.on.data = self.on.data or today

    def show(self, head: ExpertNote, summary: ExpertSummary, own: ExpertNotes) -> None:
        """Fill in what is saved."""
        self.kind.data, self.on.data = head.kind, head.on
        self.client_id.data = str(head.client_id or "")
        self.summary.data, self.notes.data, self.report.data = summary.text, own.notes, own.report

    @property
    def writing(self) -> Writing:
        """What was typed, once the form is valid."""
        return Writing(
            self.kind.data or "",
            cast(date, self.on.data),
            self.client_id.id_chosen,
            self.summary.data or "",
            self.notes.data or "",
            self.report.data or "",
        )


class ReleaseForm(ActForm):
    """To whom the report is released."""

    on = DayField(_l("Day"), Required(_l("Enter the day.")))
    referral_id = ChosenField(_l("To whom"))

    def offer(self, referrals: Choices, today: date) -> None:
        """Fill in the referrals of the case; the team stands first."""
        self.referral_id.choices = [("", str(_l("The team of the case"))), *referrals]
        if not self.is_submitted():
            self.on.data = self.on.data or today

    @property
    def day(self) -> date:
        """The day entered, once the form is valid."""
        return cast(date, self.on.data)


class HandOnForm(ActForm):
    """Who reads the own notes from now on."""

    user_id = ChosenField(_l("Expert"), Required(_l("Choose the person.")))

    def offer(self, people: Sequence[tuple[str, Any]]) -> None:
        """Fill in who may be chosen."""
        self.user_id.choices = [("", str(_l("Choose…"))), *people]
