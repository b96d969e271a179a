"""Screening: danger signs, risk, authority; the kind of case follows from the clients (case-management 4.6, 4.7)."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField

from app.cases.forms.fields import Wanted, long, radio, several
from app.cases.forms.mapping import as_data, filled
from app.cases.labels import LABELS
from app.domain.codes import Code, code_list
from app.security.structs.intake import Screening
from app.web.forms import SectionForm


def _screened(code: Code) -> bool:
    return code.code != code_list("risk").unknown


class ScreeningForm(SectionForm):
    """The page of the screening. Without a sign ticked, the box below says that all were gone through."""

    danger_prompts = several("screening.danger_prompts", "danger_prompt", Wanted())
    prompts_asked = BooleanField(LABELS["screening.prompts_asked"])
    risk = radio("screening.risk", "risk", Wanted(), only=_screened)
    risk_reason = long("screening.risk_reason", limit=2_000)
    authority = radio("screening.authority", "authority")

    def __init__(self, held: Screening | None = None, **kwargs: Any) -> None:
        super().__init__(data=as_data(held) if held else {}, **kwargs)

    def value(self) -> Screening:
        """The screening as typed."""
        return filled(self, Screening())
