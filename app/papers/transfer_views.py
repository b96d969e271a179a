"""The letter of a transfer before it is recorded: what is typed on the page of the hand-over comes as a draft, to be read, agreed upon and
given its number in the agenda. Nothing is recorded by it but that it was printed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec
from flask.typing import ResponseReturnValue

from app.cases import moving, queries, transfers
from app.domain.access import Capability
from app.domain.errors import Problem, Refused
from app.domain.letters import TRANSFER
from app.papers import printing
from app.papers.content import transfer as content
from app.papers.content.letters import Letter
from app.papers.dossier import Dossier
from app.papers.views import bp
from app.security.sections import Section
from app.security.structs.papers import Paper
from app.transfers import services as desk
from app.transfers import views as pages
from app.transfers.forms import TransferForm
from app.web import problems, runtime, unsaved
from app.web.guard import requires
from app.work import Opening, Work

_SECTIONS: Final = (Section.CLIENT_PROFILE, Section.CLIENT_IDENTITY)


@bp.post("/cases/<uuid:case_id>/papers/pelimpahan/draft")
@requires(Capability.CASE_APPROVE)
def draft_transfer(case_id: UUID) -> ResponseReturnValue:
    """The letter as it would be, for those of the team who may decide on the case; the page again where something is missing."""
    form = TransferForm()
    unsaved.goes_on()
    with runtime.looking() as work:
        pages.offer(work, case_id, form)
    if not form.validate_on_submit():
        return pages.written_page(case_id, form, 422)
    try:
        with runtime.reading(lambda work: _opening(work, case_id)) as work:
            ready = printing.draft_ready(work, case_id, TRANSFER, lambda held, letter: _paper(held, letter, form))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return pages.written_page(case_id, form, 422)
    return printing.finished(ready, case_id)


def _opening(work: Work, case_id: UUID) -> Opening:
    moving.require_decider(work, queries.get(work, case_id))
    return printing.opening(work, case_id, _SECTIONS)


def _paper(dossier: Dossier, letter: Letter, form: TransferForm) -> Paper:
    work, typed, unit = dossier.work, form.letter(), ""
    if form.is_inside:
        unit = _unit_name(dossier, form.unit_id.id_chosen)
    else:
        typed = desk.addressed(work, form.institution_id.id_chosen, typed)
    clients = content.still_helped(dossier)
    head = msgspec.structs.replace(typed.head, clients=len(clients), risk=dossier.case.risk)
    written = content.Written(head, typed.text, unit, not form.is_inside, work.actor.user_id, clients)
    return content.paper(dossier, written, letter)


def _unit_name(dossier: Dossier, unit_id: UUID | None) -> str:
    for unit in transfers.other_units(dossier.work, dossier.case):
        if unit.id == unit_id:
            return unit.name
    raise Refused(Problem("transfer.unit", "unit_id"))
