"""What the case room tells of the handling of a case: requests for help, ends of clients, transfers, hand-overs, what experts wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.accounts.models import Unit
from app.cases import queries, transfers
from app.cases.models import AidRequest, Case, ExpertNote, ExpertRelease, HandOver, Termination, Transfer
from app.cases.story import Entry, Kind, Listening, Teller
from app.cases.story_tellers import all_said, each, heads, joined, said, text_of, told, words
from app.cases.terminations import State
from app.domain.access import Capability
from app.domain.transfers import TransferState
from app.security.sections import Section
from app.security.structs import experts, handling, team
from app.work import Work

READ: Final = Capability.CASE_READ
TONES: Final = {
    State.APPROVED: "good",
    State.UNDONE: "good",
    State.RETURNED: "bad",
    TransferState.ACCEPTED: "good",
    TransferState.REFUSED: "bad",
}


@each(Kind.REPORT, AidRequest, Section.AID_REQUEST, "request_sealed", handling.AidRequest)
def _requests(work: Work, row: AidRequest, head: handling.AidRequest, listening: Listening) -> Iterator[Entry]:
    """Requests for help (F3): on what; who asks stands on the case file."""
    text = words(work, row, Section.AID_REQUEST_TEXT, "text_sealed", handling.AidRequestText, listening)
    asked_for = all_said("consent_service", head.services)
    title = joined(_("Request for help"), said("reporter_kind", head.asked_by), asked_for)
    yield Entry(Kind.REPORT, head.on, title, text_of(text, "act", "wish"), row.created_by, head.client_id)


@each(Kind.STAGE, Termination, Section.TERMINATION, "termination_sealed", handling.Termination)
def _ends(work: Work, row: Termination, head: handling.Termination, listening: Listening) -> Iterator[Entry]:
    """Each client's end: proposed, decided, and taken back where the client is helped again."""
    text = words(work, row, Section.TERMINATION_TEXT, "text_sealed", handling.TerminationText, listening)
    of, why = head.client_id, joined(said("termination", head.closure), said("termination_reason", head.reason))
    title = joined(_("End of the handling proposed"), why)
    yield Entry(Kind.STAGE, row.created_at, title, text_of(text, "reason"), row.created_by, of)
    if row.decided_at is not None:
        title = joined(_decision(State(row.state)), _("proposed and decided by one person") if head.alone else "")
        tone = TONES.get(State(row.state), "plain")
        yield Entry(Kind.STAGE, row.decided_at, title, text_of(text, "decision"), row.decided_by, of, tone=tone)
    if head.undone_on is not None:
        yield Entry(Kind.STAGE, head.undone_on, _("Helped again"), text_of(text, "undone"), head.undone_by, of)


def _decision(state: State) -> str:
    """What was decided on a proposal. An end that was taken back had been approved."""
    known = {State.RETURNED: _("Proposed end sent back"), State.RETRACTED: _("Proposed end taken back")}
    return str(known.get(state) or _("End of the handling approved"))


def _taken_over(work: Work, case: Case, _listening: Listening) -> Iterator[Entry]:
    """The transfer by which the case came."""
    came = transfers.came_by(work, case.id)
    if came is not None and came.decided_at is not None:
        title = _("Taken over from %(unit)s", unit=transfers.sender_of(work, came).name)
        yield Entry(Kind.STAGE, came.decided_at, title, by=came.decided_by, tone="good")


@each(Kind.STAGE, Transfer, Section.TRANSFER, "transfer_sealed", handling.Transfer)
def _transfers(work: Work, row: Transfer, head: handling.Transfer, listening: Listening) -> Iterator[Entry]:
    """Transfers of the case, with their answers."""
    text = words(work, row, Section.TRANSFER_TEXT, "text_sealed", handling.TransferText, listening)
    state = TransferState(row.state)
    is_outside = state is TransferState.OUTSIDE
    asked = _("Transferred by letter") if is_outside else _("Transfer asked for")
    title = joined(asked, _receiver(work, row), said("transfer_reason", head.reason))
    body = text_of(text, "receiver", "reason") if is_outside else text_of(text, "reason")
    yield Entry(Kind.STAGE, row.created_at, title, body, row.created_by)
    if row.decided_at is not None and not is_outside:
        title, body = joined(_answer(state), _receiver(work, row)), text_of(text, "decision")
        yield Entry(Kind.STAGE, row.decided_at, title, body, row.decided_by, tone=TONES.get(state, "plain"))


def _receiver(work: Work, row: Transfer) -> str:
    return work.session.get_one(Unit, row.to_unit_id).name if row.to_unit_id is not None else ""


def _answer(state: TransferState) -> str:
    known = {TransferState.ACCEPTED: _("Transfer taken over"), TransferState.REFUSED: _("Transfer declined")}
    return str(known.get(state) or _("Transfer taken back"))


def _hand_overs(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
    """Cases handed on from one person to another, with what the next one has to know."""
    rows = queries.records(work.session, HandOver, [case.id])
    names = accounts.names(work, {user_id for row in rows for user_id in (row.from_id, row.to_id)})
    for row in rows:
        note = words(work, row, Section.HAND_OVER, "note_sealed", team.HandOver, listening)
        giver, receiver = names.get(row.from_id, "–"), names.get(row.to_id, "–")
        title = _("Case handed over by %(giver)s to %(receiver)s", giver=giver, receiver=receiver)
        yield Entry(Kind.TEAM, row.created_at, title, text_of(note, "text"), row.created_by)


def _experts(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
    """Summaries experts wrote for the team, and that a report was released. Their own notes and the report itself are told to nobody."""
    if not listening.words:
        return
    kinds: dict[UUID, str] = {}

    def summary(row: ExpertNote, head: experts.ExpertNote) -> Iterator[Entry]:
        kinds[row.id] = said("expert_note_kind", head.kind)
        text = words(work, row, Section.EXPERT_SUMMARY, "summary_sealed", experts.ExpertSummary, listening)
        title = joined(_("Summary for the team"), kinds[row.id])
        yield Entry(Kind.NOTE, head.on, title, text_of(text, "text"), head.written_by, head.client_id)

    def release(row: ExpertRelease, head: experts.ExpertRelease) -> Iterator[Entry]:
        to = _("for a referral") if head.referral_id is not None else _("to the team")
        title = joined(_("Report of an expert released"), kinds.get(head.note_id, ""), to)
        yield Entry(Kind.NOTE, head.on, title, by=row.created_by, tone="info")

    notes = heads(work, case, ExpertNote, Section.EXPERT_NOTE, "head_sealed", experts.ExpertNote)
    releases = heads(work, case, ExpertRelease, Section.EXPERT_RELEASE, "release_sealed", experts.ExpertRelease)
    yield from told(Kind.NOTE, notes, summary)
    yield from told(Kind.NOTE, releases, release)


TELLERS: Final = (
    Teller(READ, _requests, (Section.AID_REQUEST,), (Section.AID_REQUEST_TEXT,)),
    Teller(READ, _ends, (Section.TERMINATION,), (Section.TERMINATION_TEXT,)),
    Teller(READ, _taken_over),
    Teller(READ, _transfers, (Section.TRANSFER,), (Section.TRANSFER_TEXT,)),
    Teller(READ, _hand_overs, (), (Section.HAND_OVER,)),
    Teller(
        Capability.EXPERT_SUMMARY,
        _experts,
        words=(Section.EXPERT_NOTE, Section.EXPERT_SUMMARY, Section.EXPERT_RELEASE),
    ),
)
