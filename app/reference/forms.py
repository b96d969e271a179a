"""What the browser may send about deadline rules and days off. A form checks shape; `app.domain.clocks.versions` knows what may stand."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, SelectField
from wtforms.validators import StopValidation

from app.domain.clocks import ClockType, Rule, Unit
from app.domain.clocks.versions import MOST_STEPS, Change, NewTerm, ladders_for
from app.reference import labels, rule_words
from app.reference.rule_acts import Confirmation, NewDay
from app.web.filters import in_language
from app.web.forms import ActForm, CodesField, DayField, LineField, LongField, PartForm, Required, SectionForm

_CERTAINTIES: Final = ("C", "C2", "I", "S", "U")
_AMOUNTS: Final = re.compile(r"[0-9]{1,7}( *[,; ] *[0-9]{1,7})*", re.ASCII)


class AmountsField(LineField):
    """One amount, or several of a series: `3`, or `10, 20, 30`. `numbers` are the whole numbers; none where it is empty."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, _are_amounts, limit=80, **kwargs)

    @property
    def numbers(self) -> tuple[int, ...]:
        """What was entered."""
        return tuple(int(part) for part in re.findall(r"[0-9]{1,7}", str(self.data or "")))


def _are_amounts(_form: object, field: AmountsField) -> None:
    if field.data and not _AMOUNTS.fullmatch(str(field.data)):
        raise StopValidation(_("Enter whole numbers, several with commas between: 10, 20, 30."))


class TermForm(PartForm):
    """How long, under the conditions of that term."""

    amounts = AmountsField(_l("How many"))
    unit = SelectField(_l("Of what"), choices=lambda: list(rule_words.UNITS.items()), default="d/CD")

    @property
    def term(self) -> NewTerm | None:
        """What was entered; None where no number stands."""
        numbers = self.amounts.numbers
        unit, _slash, clock = str(self.unit.data).partition("/")
        return NewTerm(numbers, Unit(unit), ClockType(clock)) if numbers else None


class RuleForm(SectionForm):
    """A new version of a rule. The etag is the number of the version it was made from."""

    terms = FieldList(FormField(TermForm), min_entries=1, max_entries=MOST_STEPS)
    active = BooleanField(_l("This rule runs"))
    risks = CodesField(_l("Only at these risk levels (none ticked: at every level)"), codes="risk")
    ladder = SelectField(_l("Who is told when"), choices=[])
    legal_basis = LineField(_l("Basis: law and article, or the decree of the unit"), Required(), limit=300)
    certainty = SelectField(
        _l("How certain the source is"),
        choices=lambda: [(mark, labels.certainty_label(mark)) for mark in _CERTAINTIES],
    )
    note = LongField(_l("Note"), limit=2_000)
    valid_from = DayField(_l("For deadlines that begin on or after"), Required(_l("Enter the day.")))
    moves_running = BooleanField(_l("Deadlines that run already and began on or after that day move too"))
    reason = LongField(_l("Reason for this version"), Required(_l("Write down the reason.")), limit=2_000)

    def offer(self, rule: Rule) -> None:
        """Fill in what may be chosen for this rule."""
        self.ladder.choices = [(name, str(rule_words.LADDERS.get(name, name))) for name in ladders_for(rule.id)]

    def show(self, rule: Rule, ladder: str, first: date) -> None:
        """Fill in the version one starts from; the reason is asked anew."""
        for entry, term in zip(self.terms, rule.terms, strict=False):
            entry.form.amounts.data = ", ".join(map(str, term.amounts))
            entry.form.unit.data = f"{term.unit.value}/{term.clock.value}"
        self.active.data, self.ladder.data = rule.active, ladder
        self.risks.data = [str(value) for value in rule.when.get("risk", ())]
        self.legal_basis.data, self.note.data = in_language(rule.legal_basis), in_language(rule.note)
        self.certainty.data = rule.certainty.value
        self.valid_from.data = first

    @property
    def change(self) -> Change:
        """What was entered, for the rule."""
        return Change(
            terms=tuple(entry.form.term for entry in self.terms),
            active=bool(self.active.data),
            ladder=str(self.ladder.data),
            risks=tuple(self.risks.data or ()),
            certainty=str(self.certainty.data),
            legal_basis=str(self.legal_basis.data or ""),
            note=str(self.note.data or ""),
            valid_from=cast(date, self.valid_from.data),
        )


class ConfirmForm(ActForm):
    """A legal officer stands for one version of a rule."""

    version = SelectField(_l("Which version"), choices=[], coerce=str)
    officer = LineField(_l("Name of the officer who read it"), Required(_l("Enter the name.")))
    on = DayField(_l("Confirmed on"), Required(_l("Enter the day.")))
    reference = LineField(
        _l("Letter, note or decree with its number"), Required(_l("Enter what it rests on.")), limit=300
    )

    @property
    def confirmation(self) -> Confirmation:
        """What was entered."""
        return Confirmation(str(self.officer.data), cast(date, self.on.data), str(self.reference.data))


class DayForm(ActForm):
    """A day off, or no longer off, by decree; or a year whose list is complete."""

    kind = SelectField(_l("What the decree says"), choices=lambda: list(labels.DAY_KINDS.items()))
    day = DayField(_l("Day (for a complete list: any day of that year)"), Required(_l("Enter the day.")))
    scope = SelectField(_l("What kind of day"), choices=lambda: list(labels.DAY_SCOPES.items()))
    name = LineField(_l("Name of the day"), Required(_l("Enter the name of the day.")))
    decree = LineField(_l("Decree with its number"), Required(_l("Enter the decree with its number.")), limit=300)

    @property
    def new(self) -> NewDay:
        """What was entered."""
        return NewDay(
            str(self.kind.data),
            cast(date, self.day.data),
            str(self.scope.data),
            str(self.name.data),
            str(self.decree.data),
        )
