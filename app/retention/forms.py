"""What the browser may send to the retention room."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField

from app.domain.retention import LEAST_YEARS, MOST_YEARS
from app.retention.rules import BASIS_LIMIT
from app.security.structs.retention import RetentionRule
from app.web.forms import LATEST, ActForm, DayField, LineField, LongField, Required, WholeField

WORDS: int = 5_000
APPROVE = "approve"
REFUSE = "refuse"


class RuleForm(ActForm):
    """The unit's rule: on or off, years, from when, by which decree."""

    is_on = BooleanField(_l("Files are due when their period is over"))
    years = WholeField(
        _l("Years after the closing"), Required(_l("Enter the years.")), low=LEAST_YEARS, high=MOST_YEARS
    )
    since = DayField(_l("In use from"), Required(_l("Enter the day.")))
    basis = LongField(_l("Legal basis"), Required(_l("Name the schedule or decree.")), limit=BASIS_LIMIT)

    def rule(self, unit_id: UUID) -> RetentionRule:
        """What was filled in, for this unit."""
        return RetentionRule(
            unit_id=unit_id,
            is_on=bool(self.is_on.data),
            years=self.years.data or 0,
            since=self.since.data or LATEST,
            basis=self.basis.data or "",
        )


class HoldForm(ActForm):
    """Why a file is held, or why no longer."""

    reason = LongField(_l("Reason"), Required(_l("Write down the reason.")), limit=WORDS)


class ProposalForm(ActForm):
    """Why a file is to be erased, and on what basis."""

    basis = LineField(_l("Legal basis"), Required(_l("Name the schedule or decree.")))
    reason = LongField(_l("Reason"), Required(_l("Write down the reason.")), limit=WORDS)


class AnswerForm(ActForm):
    """The answer of the second person."""

    what = RadioField(
        _l("Answer"),
        [Required(_l("Choose an answer."))],
        choices=[
            (APPROVE, _l("Approve: erase the file now, for good")),
            (REFUSE, _l("Do not approve: the file stays")),
        ],
    )
    answer = LongField(_l("Why not"), limit=WORDS)


class RetractForm(ActForm):
    """Why the own proposal is taken back."""

    answer = LongField(_l("Reason"), Required(_l("Write down the reason.")), limit=WORDS)
