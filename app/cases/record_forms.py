"""Forms of the case file: its list, its records, its steps. A form checks shape; the services know the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField

from app.cases.listing import DUE, NEWEST, Coded, Wanted
from app.security.structs import case as case_structs
from app.security.structs import work as work_structs
from app.web.forms import (
    ActForm,
    BaseForm,
    CodeField,
    DayField,
    LineField,
    LongField,
    PartForm,
    Required,
    SectionForm,
)

STATUSES: Final = {
    "open": _l("Still open"),
    "closed": _l("Closed"),
    "rejected": _l("Not taken on"),
    "voided": _l("Voided"),
    "transferred": _l("Transferred"),
    "merged": _l("Merged into another file"),
    "erased": _l("File erased"),
}
REASONS: Final = {
    "supervision": _l("Supervision or approval"),
    "standing-in": _l("Standing in for the case worker"),
    "emergency": _l("Emergency"),
    "request": _l("Request of the client or duty under the law"),
    "quality": _l("Checking the data"),
}
OPENING_REASONS: Final = REASONS | {
    "team": _l("On the team of the case"),
    "unit": _l("Reads the cases of the unit"),
    "cover": _l("Standing in during leave"),
    "undeclared": _l("Put on the case; words still closed"),
    "namesake": _l("Asked about a name that sounds alike"),
    "single-officer": _l("Received and decided by one person"),
    "transfer": _l("Another unit takes the case over"),
}
SENTENCES: Final = {
    "list.too-many": _l("More than %(limit)s cases are left. Choose a shorter period, or one stage or worker, first."),
    "list.period": _l("The last day cannot be before the first."),
    "service.missing": _l("Choose an activity or a service."),
    "service.contradicts-activity": _l("This activity counts under another service. Leave the service empty."),
    "mediation.tpks": _l(
        "Mediation is not allowed for sexual-violence crimes (UU 12/2022 Pasal 23), unless the offender is recorded as a child."
    ),
    "mediation.reason": _l(
        "With domestic violence or a child victim, mediation may press the client. Write why it is right here all the same."
    ),
}

Choices = Iterable[tuple[str, Any]]


def _id(value: object) -> UUID | None:
    """An id chosen from a list; an empty choice is None."""
    return UUID(str(value)) if value else None


class ChosenField(SelectField):
    """One of a few things known only when the page is made (clients of the case, people of the unit), by id."""

    def __init__(self, label: Any, *checks: Any, **kwargs: Any) -> None:
        super().__init__(label, checks, coerce=str, choices=[], **({"default": ""} | kwargs))

    @property
    def id_chosen(self) -> UUID | None:
        """The id, or None where nothing is chosen."""
        return _id(self.data)


class ListForm(PartForm):
    """Filters of the case list, from the address: codes and days, never names. The number is the register number."""

    stage = CodeField(_l("Stage"), codes="stage")
    status = SelectField(_l("State"), default="", choices=lambda: [("", _l("All")), *STATUSES.items()])
    risk = CodeField(_l("Risk"), codes="risk")
    worker = ChosenField(_l("Worker"))
    overdue = BooleanField(_l("Only overdue"))
    legal_watch = BooleanField(_l("Only closed ones whose legal steps are watched"))
    first = DayField(_l("Received from"))
    last = DayField(_l("Received until"))
    kind = CodeField(_l("Kind of violence"), codes="violence")
    age_group = CodeField(_l("Age group"), codes="age_group")
    area = ChosenField(_l("Kecamatan"))
    channel = CodeField(_l("Channel"), codes="channel")
    sort = SelectField(
        _l("Order"), default=NEWEST, choices=[(NEWEST, _l("Newest first")), (DUE, _l("Next deadline first"))]
    )
    number = LineField(_l("Register number"), limit=40)

    def offer(self, workers: Choices, areas: Choices) -> None:
        """Fill in what may be chosen."""
        self.worker.choices = [("", str(_l("All"))), *workers]
        self.area.choices = [("", str(_l("All"))), *areas]

    @property
    def wanted(self) -> Wanted:
        """What was asked for."""
        return Wanted(
            stage=self.stage.data or "",
            status=self.status.data or "",
            risk=self.risk.data or "",
            worker=self.worker.id_chosen,
            overdue=bool(self.overdue.data),
            first=self.first.data,
            last=self.last.data,
            number=self.number.data or "",
            sort=self.sort.data or NEWEST,
            coded=Coded(
                self.kind.data or "",
                self.age_group.data or "",
                self.area.data or "",
                self.channel.data or "",
                bool(self.legal_watch.data),
            ),
        )


class FindForm(BaseForm):
    """Going to a case by its register number."""

    number = LineField(_l("Register number"), limit=40)


class RevealForm(ActForm):
    """Why somebody outside the team opens the words or the identities of a case."""

    reason = SelectField(
        _l("Reason"), [Required()], default="", choices=lambda: [("", _l("Choose…")), *REASONS.items()]
    )
    words = LongField(
        _l("Explanation"),
        Required(_l("Write one or two sentences. They are kept sealed in the case.")),
        limit=1_000,
    )
    level = RadioField(
        _l("What to open"),
        [Required()],
        choices=[("words", _l("Chronology and notes")), ("identity", _l("Chronology, notes and identities"))],
        default="words",
    )


class ChronologyForm(SectionForm):
    """What happened, in words."""

    text = LongField(_l("What happened"), Required(_l("Write what happened.")))
    scene_address = LineField(_l("Address of the scene"))
    event_name = LineField(_l("Name of the disaster or conflict"))
    client_wish = LongField(_l("What the client wishes"))

    @property
    def details(self) -> case_structs.Chronology:
        """What was typed."""
        return case_structs.Chronology(
            text=self.text.data or "",
            scene_address=self.scene_address.data or "",
            event_name=self.event_name.data or "",
            client_wish=self.client_wish.data or "",
        )

    def show(self, held: case_structs.Chronology) -> None:
        """Fill in what is saved."""
        for name in held.__struct_fields__:
            self[name].data = getattr(held, name)


class DayForm(ActForm):
    """An act with its day."""

    on = DayField(_l("Day"), Required(_l("Enter the day.")))

    @property
    def day(self) -> date:
        """The day entered, once the form is valid."""
        return cast(date, self.on.data)


class OfClientForm(DayForm):
    """A form about one client of the case; with a single client there is nothing to choose."""

    client_id = ChosenField(_l("Client"), Required(_l("Choose the client.")))

    def offer(self, clients: Sequence[tuple[UUID, str]], today: date) -> None:
        """Fill in the clients, and for a new form the only client and today."""
        shown = [(str(client_id), mask) for client_id, mask in clients]
        self.client_id.choices = shown if len(shown) == 1 else [("", str(_l("Choose…"))), *shown]
        if not self.is_submitted():
            self.client_id.data = self.client_id.data or (shown[0][0] if len(shown) == 1 else "")
            self.on.data = self.on.data or today

    @property
    def client(self) -> UUID:
        """The client chosen."""
        return UUID(str(self.client_id.data))


class NoteForm(OfClientForm):
    """A note of the case team; it may be about one client or about the case."""

    client_id = ChosenField(_l("About"))
    text = LongField(_l("Note"), Required(_l("Write the note.")))

    def offer(self, clients: Sequence[tuple[UUID, str]], today: date) -> None:
        """A note is about the whole case unless a client is chosen."""
        self.client_id.choices = [("", str(_l("The whole case"))), *((str(c), mask) for c, mask in clients)]
        if not self.is_submitted():
            self.on.data = self.on.data or today

    @property
    def head(self) -> case_structs.NoteHead:
        """The coded head."""
        return case_structs.NoteHead(on=self.day, client_id=self.client_id.id_chosen)


class FollowUpForm(OfClientForm):
    """A follow-up contact."""

    kind = CodeField(_l("Kind of contact"), Required(_l("Choose the kind of contact.")), codes="followup_kind")
    text = LongField(_l("What was found"))

    @property
    def follow_up(self) -> work_structs.FollowUp:
        """The coded head."""
        return work_structs.FollowUp(client_id=self.client, on=self.day, kind=self.kind.data or "")


class MistakeForm(ActForm):
    """Why somebody, or something, was entered by mistake; or why it was none after all."""

    text = LongField(_l("Reason"), Required(_l("Write down the reason.")), limit=5_000)


class VoidForm(ActForm):
    """Why a case is voided."""

    text = LongField(_l("Reason"), Required(_l("Write why this case was entered by mistake.")), limit=5_000)
