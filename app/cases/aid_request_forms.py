"""The form of a request for help (F3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask_babel import lazy_gettext as _l

from app.cases.record_forms import ChosenField
from app.security.structs import handling
from app.security.structs.case import Report, Reporter
from app.web.forms import CodeField, CodesField, DayField, LineField, LongField, Required, SectionForm

_WORDS: Final = ("name", "relation", "occupation", "phone", "address", "act", "wish")


class AidRequestForm(SectionForm):
    """Who asks, for whom, to be accompanied on which suspected act."""

    on = DayField(_l("Day"), Required(_l("Enter the day.")))
    name = LineField(_l("Who asks"), Required(_l("Enter the name.")))
    asked_by = CodeField(_l("Who is this?"), codes="reporter_kind")
    relation = LineField(_l("What this person is to the client"))
    occupation = LineField(_l("Occupation"))
    phone = LineField(_l("Phone"), limit=40)
    address = LineField(_l("Address"))
    client_id = ChosenField(_l("For whom"))
    act = LongField(_l("On which suspected act"), Required(_l("Write what is suspected.")), limit=5_000)
    services = CodesField(_l("What is asked for"), codes="consent_service")
    wish = LongField(_l("What else is asked"), limit=5_000)

    def offer(self, clients: Sequence[tuple[UUID, str]]) -> None:
        """Fill in for whom it may be."""
        self.client_id.choices = [
            ("", str(_l("Everybody in the case"))),
            *((str(each), mask) for each, mask in clients),
        ]

    def begin(self, today: date, report: Report, reporter: Reporter) -> None:
        """A new request is mostly the reporter's: nothing is typed twice."""
        self.on.data, self.asked_by.data = today, report.reporter_kind or None
        for name in ("name", "occupation", "phone", "address"):
            self[name].data = getattr(reporter, name)
        self.relation.data = reporter.relation_text

    def show(self, head: handling.AidRequest, text: handling.AidRequestText) -> None:
        """Fill in what is saved."""
        self.on.data, self.asked_by.data, self.services.data = head.on, head.asked_by or None, list(head.services)
        self.client_id.data = str(head.client_id) if head.client_id else ""
        for name in _WORDS:
            self[name].data = getattr(text, name)

    @property
    def head(self) -> handling.AidRequest:
        """The coded head."""
        day: Any = self.on.data
        return handling.AidRequest(
            on=day,
            asked_by=self.asked_by.data or "",
            client_id=self.client_id.id_chosen,
            services=tuple(self.services.data or ()),
        )

    @property
    def words(self) -> handling.AidRequestText:
        """The words."""
        return handling.AidRequestText(**{name: self[name].data or "" for name in _WORDS})
