"""Forms of a case conference (F10): minutes with decisions, and what was done about one. A form checks shape; the acts know the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import FormField

from app.cases.conferences import MAX_DECISIONS
from app.cases.course_forms import NOBODY, Choices, PickField, id_text, pick
from app.cases.forms.mapping import as_data
from app.cases.record_forms import ChosenField, DayForm
from app.security.structs import course as structs
from app.web.forms import CodeRadios, DayField, IdField, LineField, LongField, PartForm, Required, SectionForm
from app.web.growing import GrowingList


class DecisionPart(PartForm):
    """One decision."""

    id = IdField()
    text = LongField(_l("Decision"), limit=5_000)
    responsible = ChosenField(_l("Responsible, of our unit"))
    who = LineField(_l("Responsible, of another institution"))
    due_on = DayField(_l("Until when"))
    done_on = DayField(_l("Done on"))
    result = LongField(_l("What came of it"), limit=5_000)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was entered."""
        return not any(field.data for name, field in self._fields.items() if name != "id")


class ConferenceForm(SectionForm, DayForm):
    """Minutes of a case conference (F10)."""

    on = DayField(_l("Day of the conference"), Required(_l("Enter the day.")))
    kind = CodeRadios(_l("Kind of conference"), Required(_l("Choose the kind.")), codes="conference_kind")
    staff = PickField(_l("Participants of our unit"))
    outsiders = LongField(_l("Other participants"), limit=5_000)
    issue = LongField(_l("What it was about"), Required(_l("Write what it was about.")))
    minutes = LongField(_l("Course of the meeting"))
    decisions = GrowingList(FormField(DecisionPart), max_entries=MAX_DECISIONS)

    def offer_people(self, people: Choices) -> None:
        """Fill in the people of the unit."""
        self.staff.choices = list(people)
        self.decisions.prepare(lambda part: pick(part.responsible, people, NOBODY))

    def show(self, head: structs.Conference, text: structs.ConferenceText) -> None:
        """Fill in what is saved."""
        rows = [*_decision_rows(head, text)]
        staff = {"staff": [str(user_id) for user_id in head.staff]}
        self.process(data=as_data(text) | as_data(head) | staff | {"decisions": rows})

    def meet(self, head: structs.Conference, text: structs.ConferenceText) -> None:
        """After a lost race: decisions somebody else added meanwhile stand below one's own, so that saving loses none."""
        own = {row.form.id.data for row in self.decisions}
        for row in _decision_rows(head, text):
            if row["id"] not in own and len(self.decisions) < MAX_DECISIONS:
                self.decisions.append_entry(row)

    @property
    def rows(self) -> list[int]:
        """Positions of the rows that say something."""
        return [n for n, row in enumerate(self.decisions) if not row.form.is_blank]

    @property
    def head(self) -> structs.Conference:
        """The coded head."""
        parts = (self.decisions[n].form for n in self.rows)
        return structs.Conference(
            on=self.day,
            kind=self.kind.data or "",
            staff=tuple(UUID(user_id) for user_id in self.staff.data or ()),
            decisions=tuple(
                structs.Decision(part.id.data, part.responsible.id_chosen, part.due_on.data, part.done_on.data)
                for part in parts
            ),
        )

    @property
    def words(self) -> structs.ConferenceText:
        """The words."""
        parts = (self.decisions[n].form for n in self.rows)
        decisions = (
            structs.DecisionText(part.id.data, part.text.data or "", part.who.data or "", part.result.data or "")
            for part in parts
        )
        return structs.ConferenceText(
            outsiders=self.outsiders.data or "",
            issue=self.issue.data or "",
            minutes=self.minutes.data or "",
            decisions=tuple(decisions),
        )


def _decision_rows(head: structs.Conference, text: structs.ConferenceText) -> Iterator[dict[str, Any]]:
    words = {each.id: each for each in text.decisions}
    for each in head.decisions:
        said = words.get(each.id, structs.DecisionText(each.id))
        yield as_data(said) | as_data(each) | {"responsible": id_text(each.responsible)}


class DoneForm(SectionForm, DayForm):
    """A decision was carried out."""

    on = DayField(_l("Done on"), Required(_l("Enter the day.")))
    result = LongField(_l("What came of it"), limit=5_000)
