"""Referrals to us: recorded with their letter, answered, the sender told the result on a ground."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app.cases.models import Case, Client, Consent
from app.cases.transfer_copy import Copied
from app.demo import referring
from app.demo.story import Cast
from app.domain.errors import Conflict, NotFound, Refused, Stale, Unreadable
from app.domain.zones import Zone
from app.referrals import carrying, held, incoming, queries
from app.referrals.services import Answer
from app.security.vault import etag
from tests import case_factories
from tests import referral_office as desk
from tests.factories import Office
from tests.sharing import office

__all__ = ["office"]


def came(office: Office, **changed):
    """A case with a referral to us about its first client: (case, client, sender, referral)."""
    case = desk.make_case(office)
    client = case_factories.row_ids(office, Client, case)[0]
    sender = desk.make_institution(office, "IN_PUSKESMAS")
    return case, client, sender, desk.receive(office, case, client, sender, **changed)


def state(office: Office, incoming_id: UUID):
    with office.work() as work:
        row = incoming.get(work, incoming_id)
        found = row.status, incoming.read(work, row), incoming.read_text(work, row)
        work.recorded("page:opened")
        return found


def test_a_referral_is_answered_and_the_sender_told(office: Office) -> None:
    case, client, sender, row = came(office)
    desk.answer(office, row, "acknowledge", "accept", "report", words="sudah didampingi")
    status, head, text = state(office, row)
    assert (status, head.client_id, head.institution_id, head.institution_type) == (
        "RI_REPORTED",
        client,
        sender,
        "IN_PUSKESMAS",
    )
    assert [each.status for each in head.steps] == ["RI_ACK", "RI_ACCEPTED", "RI_REPORTED"]
    assert (text.asked, text.letter_no, text.result) == ("mohon pendampingan", "440/7/PKM", "sudah didampingi")
    assert head.consent_id is not None
    events = [each.event for each in office.events()]
    assert events.count("incoming-referral:step-recorded") >= 3


def test_the_result_goes_on_a_ground_alone(office: Office) -> None:
    case, client, sender, row = came(office)
    desk.answer(office, row, "accept")
    with pytest.raises(Refused, match="referral.basis"), office.work() as work:
        incoming.take_step(work, row, "report", Answer(work.now, text="hasil"))
    other = case_factories.make_consent(office, case, client, services=(), refused=("SV_KESEHATAN",))
    with pytest.raises(Refused, match="basis-refused"), office.work() as work:
        incoming.take_step(work, row, "report", Answer(work.now, text="hasil"), consent_id=other)
    assert state(office, row)[0] == "RI_ACCEPTED"


@pytest.mark.parametrize(("code", "after"), [("decline", ()), ("report", ("accept",)), ("withdraw", ())])
def test_what_needs_words_is_not_taken_without(office: Office, code: str, after: tuple[str, ...]) -> None:
    *_rest, row = came(office)
    desk.answer(office, row, *after)
    with pytest.raises(Refused, match="required"):
        desk.answer(office, row, code, words=" ")


def test_a_refusal_keeps_its_reason_and_ends_it(office: Office) -> None:
    *_rest, row = came(office)
    desk.answer(office, row, "decline", words="di luar wilayah")
    assert state(office, row)[2].refusal == "di luar wilayah"
    with pytest.raises(Conflict):
        desk.answer(office, row, "accept")


def test_two_answers_at_once_meet_one_by_one(office: Office) -> None:
    *_rest, row = came(office)
    with office.work() as work:
        seen = incoming.get(work, row)
        before = etag(seen.referral_sealed, seen.text_sealed)
        work.recorded("page:opened")
    desk.answer(office, row, "acknowledge")
    with pytest.raises(Stale), office.work() as work:
        incoming.take_step(work, row, "accept", Answer(work.now), expected=before)


def test_days_that_cannot_be_are_refused(office: Office) -> None:
    case, client, sender, row = came(office)
    today = desk.today(office)
    for changed, said in (
        ({"received_on": today + timedelta(days=1)}, "day.future"),
        ({"letter_on": today, "received_on": today - timedelta(days=1)}, "incoming.letter-later"),
        ({"asked": " "}, "required"),
        ({"requested": ("SV_REKAAN",)}, "code.unknown"),
        ({"how": "WY_REKAAN"}, "code.unknown"),
        ({"letter_no": "9" * 5_000}, "text.too-long"),
    ):
        with pytest.raises(Refused, match=said):
            desk.receive(office, case, client, sender, **changed)
    with pytest.raises(Refused, match="before-received"), office.work() as work:
        incoming.take_step(work, row, "accept", Answer(work.now - timedelta(days=2)))


def test_strangers_and_other_cases_find_nothing(office: Office) -> None:
    case, client, sender, row = came(office)
    stranger = office.somebody("PENDAMPING", password=False)
    with pytest.raises(NotFound), office.work(stranger.actor) as work:
        incoming.take_step(work, row, "accept", Answer(work.now))
    with pytest.raises(NotFound):
        desk.receive(office, desk.make_case(office), client, sender)


def test_it_opens_at_its_own_place_alone(office: Office) -> None:
    *_rest, first = came(office)
    *_rest, other = came(office)
    with office.work() as work:
        mine, theirs = (incoming.get(work, each) for each in (first, other))
        kept = mine.referral_sealed, mine.text_sealed
        for blob in (theirs.referral_sealed, kept[0][:-1] + bytes([kept[0][-1] ^ 1]), kept[1]):
            mine.referral_sealed = blob
            with pytest.raises(Unreadable):
                incoming.read(work, mine)
        mine.referral_sealed = kept[0]
        assert incoming.read_text(work, mine).asked
        work.recorded("page:opened")


def test_a_client_who_was_referred_to_us_is_not_taken_out_nor_the_consent_on_which_the_result_went(
    office: Office,
) -> None:
    case, client, _sender, row = came(office)
    desk.answer(office, row, "accept", "report")
    with office.work() as work:
        told = {each.code for each in held.held(work, work.session.get_one(Client, client))}
        consent = work.session.get_one(Consent, incoming.read(work, incoming.get(work, row)).consent_id)
        rests = {each.code for each in held.held(work, consent)}
        work.recorded("page:opened")
    assert told == {"mistake.referrals"}
    assert rests == {"mistake.disclosed"}


def test_a_transfer_passes_on_what_is_still_owed_to_the_sender(office: Office) -> None:
    case, client, sender, row = came(office)
    gone = desk.receive(office, case, client, sender)
    desk.answer(office, row, "accept")
    desk.answer(office, gone, "decline")
    target = desk.make_case(office)
    theirs = case_factories.row_ids(office, Client, target)[0]
    with office.work() as work:
        copied = Copied(work.session.get_one(Case, target), {client: theirs})
        carrying.carry(work, case, copied)
        work.session.flush()
        (copy,) = incoming.of_cases(work, [target])
        head, text = incoming.read(work, copy), incoming.read_text(work, copy)
        assert (copy.status, head.client_id, head.institution_id, head.consent_id) == (
            "RI_ACCEPTED",
            theirs,
            None,
            None,
        )
        assert text.institution_name
        assert row in copied.ids
        assert gone not in copied.ids
        work.recorded("page:opened")


def test_the_demo_office_shows_one_referral_to_several_and_referrals_to_us_at_each_step(office: Office) -> None:
    manager = office.somebody("MANAJER", password=False)
    cases = [desk.make_case(office, manager) for _ in range(4)]
    kinds = (*referring.TOGETHER, *referring.SENDERS)
    known = {kind: desk.make_institution(office, kind) for kind in kinds}
    referring.settle(office.runtime, Cast(office.unit_id, Zone.WITA, {"MANAJER": manager.actor}, known))
    with office.work() as work:
        sent = [row.status for row in queries.of_cases(work, cases)]
        taken = sorted(row.status for row in incoming.of_cases(work, cases))
        work.recorded("page:opened")
    assert sent == ["RF_SENT", "RF_SENT"]
    assert taken == ["RI_ACCEPTED", "RI_ACK", "RI_NEW"]
