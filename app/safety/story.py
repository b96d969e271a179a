"""What the safety room tells of a case: that a safety plan was made or changed, and, to those on the case's list, stays in a shelter.

Neither is told with words, and never which shelter it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask_babel import gettext as _

from app.cases.models import Case
from app.cases.story import Entry, Kind, Listening, Teller
from app.cases.story_tellers import each, joined, said
from app.domain.access import Capability
from app.safety import readers
from app.safety.models import SafetyPlan, ShelterStay
from app.security.sections import Section
from app.security.structs import safety
from app.work import Work


@each(Kind.SAFETY, SafetyPlan, Section.SAFETY_PLAN, "head_sealed", safety.SafetyPlan)
def _plans(_work: Work, row: SafetyPlan, head: safety.SafetyPlan, _listening: Listening) -> Iterator[Entry]:
    title = _("Safety plan made") if head.number == 1 else _("Safety plan changed")
    yield Entry(Kind.SAFETY, head.on, title, by=row.created_by, client_id=head.client_id)


@each(Kind.SAFETY, ShelterStay, Section.SHELTER, "stay_sealed", safety.ShelterStay)
def _stays(_work: Work, row: ShelterStay, head: safety.ShelterStay, _listening: Listening) -> Iterator[Entry]:
    title = joined(_("Admitted to a shelter"), said("shelter_reason", head.reason))
    yield Entry(Kind.SAFETY, head.in_on, title, by=row.created_by, client_id=head.client_id, tone="info")
    if head.out_on is not None:
        title = joined(_("Left the shelter"), said("shelter_exit", head.exit_reason))
        yield Entry(Kind.SAFETY, head.out_on, title, client_id=head.client_id)


def _on_the_list(work: Work, case: Case) -> bool:
    return readers.may_read(work, case.id)


TELLERS: Final = (
    Teller(Capability.CASE_READ, _plans, (Section.SAFETY_PLAN,)),
    Teller(Capability.CASE_READ, _stays, (Section.SHELTER,), reads=_on_the_list),
)
