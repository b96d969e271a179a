"""What the browser may send about village notes: one page, few boxes, plain words (product "Who uses it": under two minutes on a phone)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField

from app.cases import places
from app.cases.forms.fields import PlaceField
from app.domain.codes import Code
from app.patbm.checking import LIMITS, NO, OLDEST, YES
from app.patbm.labels import SHOWS
from app.patbm.queries import Show
from app.patbm.services import Answer
from app.security.structs.patbm import VillageNote, VillageNoteText
from app.web.forms import (
    ActForm,
    CodeField,
    CodeRadios,
    CodesField,
    DayField,
    LineField,
    LongField,
    MayBeEmpty,
    PartForm,
    Required,
    SectionForm,
    WholeField,
    choice,
)

CONTACT: Final = "contact"
DECLINED: Final = "declined"


def _yes_or_no(code: Code) -> bool:
    return code.code in (YES, NO)


def _of_clients(code: Code) -> bool:
    return code.text("only") is None


class VillageField(PlaceField):
    """A village of the unit's own area, in one list that works without scripting."""

    def __init__(self, label: Any, *checks: Any, **kwargs: Any) -> None:
        super().__init__(label, *checks, elsewhere="", **kwargs)

    @property
    def shown(self) -> str:
        """The option to show as chosen."""
        return self.data if self.data in places.codes(self.unit_area) else ""

    def first_options(self) -> Iterator[tuple[str, str]]:
        """What stands above the headings: nothing chosen, and the whole area where even the kecamatan is not known."""
        yield "", _("Choose…")
        own = places.short(self.unit_area).partition(",")[0]
        yield self.unit_area, _("Somewhere in %(area)s, kecamatan not known", area=own)


class NoteForm(SectionForm):
    """A village note as the volunteer writes it."""

    danger = CodeRadios(_l("Is anybody in danger right now?"), Required(), codes="yes_no_unknown", only=_yes_or_no)
    violence = CodesField(_l("What kind of violence"), Required(), codes="violence")
    sex = CodeRadios(_l("The person harmed is"), Required(), codes="sex", only=_of_clients)
    age = WholeField(_l("Age, about"), low=0, high=OLDEST)
    called = LineField(_l("Initial or nickname"), MayBeEmpty(), limit=LIMITS["called"])
    on = DayField(_l("Day it happened, or you heard of it"), Required())
    village = VillageField(_l("Village"), Required())
    help = LineField(_l("Help given so far"), MayBeEmpty(), limit=LIMITS["help"])
    informed = LineField(_l("Who has been told"), MayBeEmpty(), limit=LIMITS["informed"])
    contact = LineField(_l("Number for the call back"), Required(), limit=LIMITS["contact"])

    def __init__(self, unit_area: str, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.village.unit_area = unit_area
        if today is not None and self.on.data is None and not self.on.raw_data:
            self.on.data = today

    @classmethod
    def of(cls, unit_area: str, note: VillageNote, text: VillageNoteText, etag: str) -> NoteForm:
        """The form with what a note holds."""
        held = {name: getattr(note, name) for name in ("danger", "violence", "sex", "age", "on", "village")}
        held |= {name: getattr(text, name) for name in ("called", "help", "informed", "contact", "brought_by")}
        form = cls(unit_area, formdata=None, data=held)
        form.etag.data = etag
        return form

    def note(self) -> VillageNote:
        """The coded part as typed."""
        return VillageNote(
            on=self.on.data,
            village=self.village.data or "",
            sex=self.sex.data or "",
            age=self.age.data,
            violence=tuple(self.violence.data or ()),
            danger=self.danger.data or "",
        )

    def text(self) -> VillageNoteText:
        """The words as typed."""
        names = ("called", "help", "informed", "contact", "brought_by")
        return VillageNoteText(**{name: str(self[name].data or "") for name in names if name in self})


class BroughtForm(NoteForm):
    """A note that a volunteer brought by phone or on paper, as the office writes it down."""

    contact = LineField(_l("Number for the call back"), MayBeEmpty(), limit=LIMITS["contact"])
    brought_by = LineField(_l("Volunteer who brought it"), Required(), limit=LIMITS["brought_by"])


class JoinForm(ActForm):
    """The case a note belongs to."""

    register_no = LineField(_l("Register number"), Required(), limit=40)


class AnswerForm(ActForm):
    """The end of a note of which no case comes."""

    end = RadioField(
        _l("What comes of it"),
        [Required()],
        choices=lambda: [
            choice(CONTACT, _l("It is a contact: a question or a matter that is no case")),
            choice(DECLINED, _l("It is not taken up")),
        ],
    )
    topic = CodeField(_l("Topic of the contact"), MayBeEmpty(), codes="contact_topic")
    referred_to = CodeField(_l("Referred to"), MayBeEmpty(), codes="institution_type")
    reason = CodeField(_l("Reason"), MayBeEmpty(), codes="village_note_end")
    advice = LongField(_l("What the volunteer was advised"), Required(), limit=LIMITS["advice"])

    def given(self) -> Answer:
        """The end as chosen; what belongs to the other one is left out."""
        is_contact = self.end.data == CONTACT
        return Answer(
            advice=self.advice.data or "",
            topic=(self.topic.data or "") if is_contact else "",
            referred_to=(self.referred_to.data or "") if is_contact else "",
            reason="" if is_contact else self.reason.data or "",
        )


class ListForm(PartForm):
    """Which notes the desk shows."""

    show = SelectField(_l("Notes"), choices=lambda: [choice(show.value, SHOWS[show]) for show in Show])

    @property
    def wanted(self) -> Show:
        """What was asked for; what waits where nothing was."""
        return Show(self.show.data) if self.show.data in {each.value for each in Show} else Show.WAITING
