"""Forms about those who work on cases: the team, declared parts, hand-overs. A form checks shape; the services know the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from flask import abort
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.cases.impartial import Stance
from app.cases.models import Case
from app.cases.record_forms import Choices, ChosenField
from app.domain.access import roles
from app.domain.team_roles import parts
from app.web.forms import ActForm, BaseForm, LongField, Required, choice

SENTENCES: Final = {
    "assign.namesake": _l(
        "In %(cases)s somebody has a name that sounds like this person's. Ask the person, then tick this and send again."
    ),
    "assign.has-part": _l(
        "This person has declared a part in the matter. Decide on that first, on the page of the team."
    ),
    "assign.role-not-held": _l("Experts work on a case only in a role they hold."),
    "hand-over.oneself": _l("Choose somebody else than the person who hands the case on."),
    "selected.none": _l("Choose at least one case."),
    "selected.too-many": _l("At most %(limit)s cases at once."),
}
STANCES: Final = {
    Stance.FREE: _l("no part in the matter"),
    Stance.INVOLVED: _l("has a part in the matter; to be decided"),
    Stance.NOTED: _l("has a part in the matter; stays off the case"),
    Stance.LIFTED: _l("has a part in the matter; may work on it all the same"),
}
WORDS_LIMIT: Final = 5_000


def _team_roles() -> list[tuple[str, Any]]:
    english = str(get_locale() or "id").startswith("en")
    known = [roles()[role] for part in parts() for role in part.roles]
    return [("", str(_l("Choose…"))), *((info.code, info.en if english else info.id) for info in known)]


class ToPersonForm(ActForm):
    """An act that puts a person on cases."""

    user_id = ChosenField(_l("Person"), Required(_l("Choose the person.")))
    knowingly = BooleanField(_l("I have asked: this person may work on it"))

    def offer(self, people: Choices) -> None:
        """Fill in who may be chosen."""
        self.user_id.choices = [("", str(_l("Choose…"))), *people]


class AssignForm(ToPersonForm):
    """Putting a person on the case, in a role."""

    role = SelectField(_l("As"), [Required(_l("Choose the role."))], default="", choices=_team_roles)


class CasesField(SelectMultipleField):
    """Cases chosen from the list, by id, each as a box that may be unticked again."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, coerce=str, choices=[], **kwargs)
        self.type = "SelectMultipleField"

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the ids, each once; 400 for what no page of ours wrote."""
        try:
            self.data = [str(UUID(each)) for each in dict.fromkeys(valuelist)]
        except ValueError:
            abort(400)

    @property
    def ids(self) -> list[UUID]:
        """The cases chosen."""
        return [UUID(each) for each in self.data or ()]


class SelectionForm(BaseForm):
    """What was ticked in the case list, and what is to be done with it."""

    cases = CasesField(_l("Cases"))
    act = SelectField(choices=[("assign", "assign"), ("hand-over", "hand-over")])


class _CasesForm(ToPersonForm):
    """An act on several cases."""

    cases = CasesField(_l("Cases"))

    def show(self, cases: Iterable[Case]) -> None:
        """Offer the cases that were chosen, by number; all are ticked at first."""
        self.cases.choices = [choice(str(case.id), case.register_no) for case in cases]
        if not self.is_submitted() or self.cases.data is None:
            self.cases.data = [str(case.id) for case in cases]


class AssignCasesForm(_CasesForm, AssignForm):
    """Putting a person on several cases, in a role."""


class HandOverForm(_CasesForm):
    """Handing cases on, with the words for the next person."""

    from_id = ChosenField(_l("Handed over by"))
    with_notes = BooleanField(_l("Hand my own notes as an expert on as well"))
    text = LongField(
        _l("What the next person has to know"),
        Required(_l("Write what the next person has to know.")),
        limit=WORDS_LIMIT,
    )


class DeclareForm(ActForm):
    """Whether one has a part in the matter."""

    has_part = RadioField(
        _l("Are you, or is somebody of your family, related to a client or a reported person of this case?"),
        [Required(_l("Answer yes or no."))],
        choices=[("no", _l("No, I have no part in this matter")), ("yes", _l("Yes, or I am not sure"))],
    )
    words = LongField(_l("In a few words"), limit=WORDS_LIMIT)


class DecideForm(ActForm):
    """What a supervisor decides on a declared part."""

    may_work = RadioField(
        _l("Decision"),
        [Required(_l("Choose what is to happen."))],
        choices=[
            ("no", _l("Noted: this person stays off the case")),
            ("yes", _l("This person may work on the case all the same")),
        ],
    )
    words = LongField(_l("Reason"), limit=WORDS_LIMIT)
