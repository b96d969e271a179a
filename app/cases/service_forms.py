"""The form of a service given (F8). A form checks shape; the acts know the rules."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l

from app.cases.course_forms import Choices, PickField, id_text
from app.cases.forms.mapping import as_data, filled
from app.cases.record_forms import ChosenField, OfClientForm
from app.security.structs import work as work_structs
from app.web.forms import CodeField, DayField, LineField, LongField, SectionForm, WholeField


class ServiceForm(SectionForm, OfClientForm):
    """A service given to one client on one day (case-management 7 F8). Fields are named as in the documents."""

    activity = CodeField(_l("What was done"), codes="activity")
    code = CodeField(_l("Service in the recap"), codes="service")
    institution_type = CodeField(_l("Given by"), codes="institution_type")
    outcome = CodeField(_l("Result"), codes="service_outcome")
    agency = LineField(_l("Name of the provider"))
    detail = LineField(_l("Detail"))
    description = LongField(_l("How it went"))
    result = LongField(_l("What came of it"))
    next_step = LongField(_l("Next step"), limit=5_000)
    next_on = DayField(_l("Next step due"))
    goals = PickField(_l("For which goals of the plan"))
    officer = ChosenField(_l("Given or arranged by"))
    amount = WholeField(_l("Amount"))
    fund = CodeField(_l("Paid from"), codes="fund")
    reason = LongField(_l("Why all the same"), limit=2_000)

    def offer_people(self, people: Choices) -> None:
        """Fill in who may have given or arranged it."""
        self.officer.choices = [("", str(_l("whoever writes this"))), *people]

    def offer_goals(self, goals: Choices) -> None:
        """Fill in the goals of the plans it may have been given for."""
        self.goals.choices = list(goals)

    def show(self, held: work_structs.Service, text: work_structs.ServiceText) -> None:
        """Fill in what is saved."""
        chosen = {
            "client_id": str(held.client_id),
            "officer": id_text(held.officer),
            "goals": list(map(str, held.goals)),
        }
        self.process(data=as_data(text) | as_data(held) | chosen)

    @property
    def service(self) -> work_structs.Service:
        """The coded head."""
        return work_structs.Service(
            client_id=self.client,
            on=self.day,
            code=self.code.data or "",
            activity=self.activity.data or "",
            institution_type=self.institution_type.data or "",
            outcome=self.outcome.data or "",
            amount=self.amount.data,
            fund=self.fund.data or "",
            officer=self.officer.id_chosen,
            next_on=self.next_on.data,
            goals=tuple(UUID(goal) for goal in self.goals.data or ()),
        )

    @property
    def words(self) -> work_structs.ServiceText:
        """The words."""
        return filled(self, work_structs.ServiceText())
