"""The form of a risk assessment: each danger prompt yes, no or not known, then the level (case-management 4.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import FormField

from app.cases.record_forms import DayForm
from app.domain import risk
from app.domain.codes import Code, code_list
from app.security.structs import safety
from app.web.forms import CodeField, CodeRadios, LongField, PartForm, Required, SectionForm

YES: Final = "YA"
NO: Final = "TIDAK"


def _word(code: str) -> str:
    entry = code_list("danger_prompt").get(code)
    return entry.en if str(get_locale() or "id").startswith("en") else entry.id


def _questions() -> Mapping[str, CodeRadios]:
    """One question a prompt of the list, called as the prompt is."""
    return {code: CodeRadios(LazyString(_word, code), codes="yes_no_unknown") for code in risk.prompts()}


PromptsPart: type[PartForm] = type(
    "PromptsPart", (PartForm,), {"__doc__": "The danger prompts, each with its answer.", **_questions()}
)


def _may_be_chosen(code: Code) -> bool:
    return risk.rank(code.code) > 0


def _after_intake(code: Code) -> bool:
    return code.code != "RB_PENERIMAAN"


class RiskForm(SectionForm, DayForm):
    """How much at risk one client is now. A question left open is not known."""

    prompts = FormField(PromptsPart)
    level = CodeRadios(_l("Risk"), Required(_l("Choose the risk.")), codes="risk", only=_may_be_chosen)
    reason = LongField(_l("Why another level than suggested"), limit=2_000)
    basis = CodeField(_l("What this rests on"), codes="risk_basis", only=_after_intake)
    words = LongField(_l("What was found, and what is done about it"), limit=5_000)

    def answered(self, answer: str) -> tuple[str, ...]:
        """The prompts with this answer, in the order of the list."""
        return tuple(code for code in risk.prompts() if self.prompts.form[code].data == answer)

    @property
    def suggestion(self) -> risk.Suggestion:
        """What the table suggests for the answers as they stand."""
        return risk.suggest(self.answered(YES), self.answered(NO))

    def assessment(self, client_id: UUID) -> safety.RiskAssessment:
        """The coded part."""
        return safety.RiskAssessment(
            client_id=client_id,
            on=self.day,
            present=self.answered(YES),
            absent=self.answered(NO),
            level=self.level.data or "",
            basis=self.basis.data or "",
        )

    @property
    def text(self) -> safety.RiskWords:
        """The words."""
        return safety.RiskWords(words=self.words.data or "", reason=self.reason.data or "")
