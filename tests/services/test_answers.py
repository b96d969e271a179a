"""Answers of institutions without an account: what a forged, repeated or late one can do is nothing (decision 50; issue 4 point 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.answers import door, links, queries, services
from app.answers.door import Shut
from app.answers.models import AnswerLink, PartnerAnswer
from app.audit.events import Event
from app.audit.models import AuditEntry
from app.cases.models import Case
from app.documents import keeping
from app.documents import queries as document_queries
from app.documents import services as documents
from app.documents.keeping import Room
from app.documents.models import StoredFile
from app.domain import answer_codes
from app.domain.access import person
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.domain.partner_answers import Kind
from app.referrals.models import Referral
from app.referrals.services import read_text
from app.retention import destroying
from app.tasks import gathering
from app.work import Origin
from tests import case_factories, paper
from tests import document_office as papers
from tests import notice_office as notes
from tests import referral_office as desk
from tests.examples import examples
from tests.factories import Office
from tests.sharing import office

__all__ = ["office"]

SAID = services.Said(Kind.RECEIVED.value, "Petugas Uji", "Perawat")


def referral_of(office: Office):
    case = desk.make_case(office)
    return desk.make_referral(office, case, desk.clients_of(office, case)[0], desk.make_institution(office))


def issued(office: Office, referral_id) -> tuple[str, str]:
    with office.work() as work:
        shown = links.read(work, links.issue(work, referral_id))
    return shown.token, shown.code


def origin(number: int = 1) -> Origin:
    return Origin("", b"", f"10.0.0.{number}")


def standing(office: Office, referral_id) -> tuple[str, bytes, bytes]:
    with office.runtime.looking(desk.OPERATOR) as work:
        row = work.session.get_one(Referral, referral_id)
        return row.status, row.referral_sealed, row.text_sealed


def answers(office: Office, referral_id) -> list[PartnerAnswer]:
    with office.runtime.looking(desk.OPERATOR) as work:
        return list(queries.answers_of(work, referral_id))


def count(office: Office, model) -> int:
    with office.runtime.looking(desk.OPERATOR) as work:
        return work.session.scalar(select(func.count()).select_from(model)) or 0


def answered(office: Office, shown, said=SAID, *, number: int = 1) -> str:
    ticket = door.enter(office.runtime, origin(number), *shown)
    door.leave(office.runtime, origin(number), shown[0], ticket, said)
    return ticket


def test_an_answer_waits_until_the_unit_makes_its_own_record(office: Office) -> None:
    referral = referral_of(office)
    before = standing(office, referral)
    answered(office, issued(office, referral), services.Said("declined", "Dr. Uji", "Kepala", words="Penuh"))
    assert standing(office, referral) == before
    (row,) = answers(office, referral)
    with office.work() as work:
        services.confirm(work, row.id)
        text = read_text(work, work.session.get_one(Referral, referral))
    assert standing(office, referral)[0] == "RF_REJECTED"
    assert text.refusal == "Penuh\n(Dr. Uji, Kepala)"
    with pytest.raises(Conflict), office.work() as work:
        services.confirm(work, row.id)


def test_a_waiting_answer_is_told_to_those_who_handle_the_case_and_counted(office: Office) -> None:
    manager = office.somebody("MANAJER")
    case = desk.make_case(office, manager)
    referral = desk.make_referral(office, case, desk.clients_of(office, case)[0], desk.make_institution(office))
    with office.runtime.looking(desk.OPERATOR) as work:
        before = queries.waiting_in(work, office.unit_id)
    answered(office, issued(office, referral), services.Said("declined", "Petugas Rekaan", words="Kata rekaan"))
    assert notes.kinds(office, manager).count("ANSWER") == 1
    with office.runtime.looking(desk.OPERATOR) as work:
        assert queries.waiting_in(work, office.unit_id) == before + 1
        assert queries.waiting_in(work, office.other_unit_id) == 0
    with office.work() as work:
        case_row = work.session.get_one(Case, case)
        was, case_row.status = case_row.status, "voided"
        work.session.flush()
        assert queries.waiting_in(work, office.unit_id) == before, "nobody can decide on it there any more"
        case_row.status = was
        work.recorded("page:opened")
    looked = None

    def plan(work):
        nonlocal looked
        looked = gathering.look(work)
        return gathering.opening(looked)

    with office.runtime.reading(manager.actor, plan) as work:
        found = gathering.gather(work, looked).groups[gathering.When.UNDATED]
    (task,) = (task for task in found if task.source is gathering.Source.ANSWER)
    assert (task.head.kind, task.record_id, task.case.id) == ("declined", referral, case)


def lettered(office: Office, referral_id, name: str = "jawaban.pdf") -> PartnerAnswer:
    """An answer with a letter."""
    shown = issued(office, referral_id)
    ticket = door.enter(office.runtime, origin(), *shown)
    door.leave(office.runtime, origin(), shown[0], ticket, SAID, papers.prepared(office, name))
    return answers(office, referral_id)[0]


def test_a_letter_waits_in_quarantine_and_becomes_a_document_of_the_case(office: Office) -> None:
    referral = referral_of(office)
    row = lettered(office, referral)
    with office.runtime.looking(desk.OPERATOR) as work:
        waiting = work.session.scalars(select(StoredFile).where(StoredFile.case_id == row.case_id)).all()
        assert {file.document_id for file in waiting} == {None}
        assert document_queries.of_case(work, row.case_id) == []
    with office.work() as work:
        services.confirm(work, row.id)
        (document,) = document_queries.of_case(work, row.case_id)
        head = documents.read(work, document)
        assert (head.kind, head.referral_id, head.media_type) == ("DK_SURAT_MASUK", referral, "application/pdf")
        assert documents.read_text(work, document, head).file_name == "jawaban.pdf"
        assert {part.file_id for part in head.parts} == {file.id for file in waiting}
        main = next(part.file_id for part in head.parts if part.role == keeping.MAIN)
        with work.runtime.files.read(main) as stream:
            data = b"".join(work.vault.open_file(document.place(documents.section_of(head)), main, stream))
    assert data == paper.GOOD["a.pdf"]
    papers.assert_no_strays(office)


def test_a_letter_set_aside_is_destroyed(office: Office) -> None:
    row = lettered(office, referral_of(office))
    with office.work() as work:
        services.set_aside(work, row.id, "bukan surat kami")
        assert document_queries.of_case(work, row.case_id) == []
        assert list(document_queries.file_ids(work, row.case_id)) == []
    papers.assert_no_strays(office)


def test_only_pictures_and_pdf_come_in_and_nothing_of_others_stays(office: Office) -> None:
    referral = referral_of(office)
    shown = issued(office, referral)
    ticket = door.enter(office.runtime, origin(), *shown)
    arrived = [papers.arrived("a.txt", b"Surat jawaban dari lembaga.")]
    with (
        pytest.raises(Refused),
        keeping.prepared(
            office.runtime, arrived, evidence=False, limits=papers.LIMITS, room=Room(0, 1 << 30, 0, 1 << 30, 1 << 30)
        ) as ready,
    ):
        door.leave(office.runtime, origin(), shown[0], ticket, SAID, ready[0])
    assert answers(office, referral) == []
    papers.assert_no_strays(office)


def test_an_erased_file_takes_links_answers_and_letters_along(office: Office) -> None:
    row = lettered(office, referral_of(office))
    with office.work() as work:
        work.recorded("test:erased")
        destroying.destroy(work, [work.session.get_one(Case, row.case_id)])
    with office.runtime.looking(desk.OPERATOR) as work:
        for kind in (AnswerLink, PartnerAnswer, StoredFile):
            assert work.session.scalars(select(kind).where(kind.case_id == row.case_id)).all() == []
    papers.assert_no_strays(office)


def test_an_answer_to_a_file_merged_since_comes_in_and_is_confirmed_there(office: Office) -> None:
    stays, goes = desk.make_case(office), desk.make_case(office)
    referral = desk.make_referral(office, goes, desk.clients_of(office, goes)[0], desk.make_institution(office))
    shown = issued(office, referral)
    case_factories.merge(office, desk.OPERATOR, stays, goes)
    answered(office, shown)
    (row,) = answers(office, referral)
    with office.work() as work:
        services.confirm(work, row.id)
    assert (row.case_id, standing(office, referral)[0]) == (goes, "RF_ACK")


def test_before_the_right_code_nobodys_file_is_read(office: Office) -> None:
    shown = issued(office, referral_of(office))
    ticket = door.enter(office.runtime, origin(), *shown)
    assert door.admits(office.runtime, {"token": shown[0], "ticket": ticket})
    for values in ({"token": "x" * 43, "ticket": ticket}, {"token": shown[0], "ticket": "x"}, {"token": shown[0]}):
        assert not door.admits(office.runtime, values)
    office.clock.pass_by(minutes=21)
    assert not door.admits(office.runtime, {"token": shown[0], "ticket": ticket})


def test_what_does_not_fit_the_status_is_set_aside_with_a_reason(office: Office) -> None:
    referral = referral_of(office)
    answered(office, issued(office, referral), services.Said("result", "Uji", words="Selesai"))
    (row,) = answers(office, referral)
    with pytest.raises(Conflict), office.work() as work:
        services.confirm(work, row.id)
    with pytest.raises(Refused), office.work() as work:
        services.set_aside(work, row.id, " ")
    with office.work() as work:
        services.set_aside(work, row.id, "bukan dari lembaga itu")
    assert (answers(office, referral)[0].standing, standing(office, referral)[0]) == ("set-aside", "RF_SENT")


def test_the_same_ticket_twice_keeps_one_answer(office: Office) -> None:
    referral = referral_of(office)
    shown = issued(office, referral)
    ticket = answered(office, shown)
    door.leave(office.runtime, origin(), shown[0], ticket, services.Said("declined", "Lain", words="x"))
    assert len(answers(office, referral)) == 1


def test_the_desk_says_what_a_letter_may_hold_and_whether_the_ticket_brought_its_answer(office: Office) -> None:
    shown = issued(office, referral_of(office))
    ticket = door.enter(office.runtime, origin(), *shown)
    before = door.desk(office.runtime, origin(), shown[0], ticket, papers.LIMITS)
    assert (before.is_kept, before.room.case_used) == (False, 0)
    door.leave(office.runtime, origin(), shown[0], ticket, SAID)
    assert door.desk(office.runtime, origin(), shown[0], ticket, papers.LIMITS).is_kept
    with pytest.raises(Shut):
        door.desk(office.runtime, origin(), shown[0], "x", papers.LIMITS)


def test_every_wrong_way_is_refused_alike(office: Office) -> None:
    first, second = referral_of(office), referral_of(office)
    ours, theirs = issued(office, first), issued(office, second)
    revoked = issued(office, first)  # this takes back `ours`
    with office.work() as work:
        links.revoke(work, first)
    office.clock.pass_by(days=1)
    late = issued(office, first)
    office.clock.pass_by(days=answer_codes.LIVES.days - 1)
    fresh = issued(office, second)
    office.clock.pass_by(days=1)
    tries = {
        "unknown": ("x" * 43, fresh[1]),
        "wrong": (fresh[0], answer_codes.code_of([1] * 8)),
        "empty": (fresh[0], ""),
        "another's": (fresh[0], late[1]),
        "replaced": ours,
        "revoked": revoked,
        "expired": late,
        "replaced of another": theirs,
    }
    for number, (name, shown) in enumerate(tries.items(), 20):
        with pytest.raises(Shut) as refusal:
            door.enter(office.runtime, origin(number), *shown)
        assert (refusal.value.wait, str(refusal.value)) == (None, "answer"), name
    assert count(office, AnswerLink) >= 5
    door.enter(office.runtime, origin(50), *fresh)


def test_a_ticket_ends_after_a_while_and_fits_one_link(office: Office) -> None:
    first, second = referral_of(office), referral_of(office)
    ours, theirs = issued(office, first), issued(office, second)
    ticket = door.enter(office.runtime, origin(), *ours)
    for token, text in ((theirs[0], ticket), (ours[0], ticket[:-2] + "00"), (ours[0], "x.y.z"), (ours[0], "")):
        with pytest.raises(Shut):
            door.leave(office.runtime, origin(), token, text, SAID)
    office.clock.pass_by(minutes=21)
    with pytest.raises(Shut):
        door.leave(office.runtime, origin(), ours[0], ticket, SAID)
    late = door.enter(office.runtime, origin(), *ours)
    with office.work() as work:
        links.revoke(work, first)
    with pytest.raises(Shut):
        door.leave(office.runtime, origin(), ours[0], late, SAID)
    assert answers(office, first) == answers(office, second) == []


def test_a_flood_behind_a_right_code_ends(office: Office) -> None:
    referral = referral_of(office)
    shown = issued(office, referral)
    for _ in range(answer_codes.WAITING_AT_MOST):
        answered(office, shown)
    with pytest.raises(Shut):
        answered(office, shown)
    assert len(answers(office, referral)) == answer_codes.WAITING_AT_MOST


def test_a_thousand_wrong_tries_are_throttled_and_write_little(office: Office) -> None:
    referral = referral_of(office)
    shown = issued(office, referral)
    before, waits = count(office, AuditEntry), 0
    for number in range(1_000):
        with pytest.raises(Shut) as refusal:
            door.enter(office.runtime, origin(), shown[0], answer_codes.code_of([number % 32, number // 32] + [7] * 6))
        waits += refusal.value.wait is not None
        office.clock.pass_by(seconds=1)
    assert waits > 950
    assert 5 < count(office, AuditEntry) - before < 30
    assert standing(office, referral)[0] == "RF_SENT"
    last = office.events()[-5:]
    assert {entry.event for entry in last} == {Event.ANSWER_CODE_WRONG.value}
    assert len({entry.object_id for entry in last}) == 1


def test_a_link_guessed_at_too_often_takes_its_own_code_no_more(office: Office) -> None:
    referral = referral_of(office)
    shown = issued(office, referral)
    for number in range(answer_codes.WRONG_TRIES):
        office.clock.pass_by(minutes=16)
        with pytest.raises(Shut) as refusal:
            door.enter(office.runtime, origin(number), shown[0], "")
        assert refusal.value.wait is None
    office.clock.pass_by(minutes=16)
    with pytest.raises(Shut):
        door.enter(office.runtime, origin(), *shown)
    door.enter(office.runtime, origin(99), *issued(office, referral))


def test_a_clerk_writes_an_answer_down_and_the_code_proves_the_caller(office: Office) -> None:
    referral = referral_of(office)
    _token, code = issued(office, referral)
    with office.work() as work:
        proven = services.enter(work, referral, services.Said("received", "Bu Uji", how="WY_TELEPON"), code.lower())
        plain = services.enter(work, referral, SAID)
        assert [services.read(work, row).proven for row in (proven, plain)] == [True, False]
    with pytest.raises(Refused), office.work() as work:
        services.enter(work, referral, SAID, "AAA-AAA-AAA")
    with pytest.raises(Refused), office.work() as work:
        services.enter(work, referral, services.Said("declined", "", words=" "))


def test_strangers_and_roles_without_the_capability_do_none_of_it(office: Office) -> None:
    referral = referral_of(office)
    answered(office, issued(office, referral))
    (row,) = answers(office, referral)
    stranger = office.somebody("PENDAMPING", password=False)
    acts = (
        lambda work: links.issue(work, referral),
        lambda work: links.revoke(work, referral),
        lambda work: services.enter(work, referral, SAID),
        lambda work: services.confirm(work, row.id),
        lambda work: services.set_aside(work, row.id, "x"),
    )
    for actor in (person(stranger.id, office.unit_id, ["PENDAMPING"]), person(stranger.id, office.unit_id, ["ADMIN"])):
        for act in acts:
            with pytest.raises((NotFound, NotPermitted)), office.work(actor) as work:
                act(work)
    assert answers(office, referral)[0].standing == "waiting"


ACTS = st.lists(st.tuples(st.sampled_from([*Kind, "again", "forged", "wrong", "wait"]), st.integers(1, 3)), max_size=8)


@examples(8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_whatever_a_partner_does_the_referral_stands_where_it_stood(office: Office, acts) -> None:
    referral = referral_of(office)
    shown = issued(office, referral)
    before, ticket = standing(office, referral), ""
    for act, number in acts:
        try:
            if act == "wait":
                office.clock.pass_by(minutes=number * 10)
            elif act == "wrong":
                door.enter(office.runtime, origin(number), shown[0], "")
            elif act in ("again", "forged"):
                text = ticket if act == "again" else ticket[:-1] + "0"
                door.leave(office.runtime, origin(number), shown[0], text, SAID)
            else:
                ticket = answered(office, shown, services.Said(act.value, "Uji", words="kata"), number=number)
        except Shut:
            pass
    assert standing(office, referral) == before
    assert all(row.standing == "waiting" for row in answers(office, referral))


def test_no_token_or_code_stands_in_the_clear(office: Office) -> None:
    referral = referral_of(office)
    token, code = issued(office, referral)
    with office.runtime.looking(desk.OPERATOR) as work:
        (row,) = queries.links_of(work, referral)
        held = b"".join(value for value in vars(row).values() if isinstance(value, bytes))
    assert token.encode() not in held
    assert code.encode() not in held
    assert row.expires_at - row.created_at == timedelta(days=90)


def test_no_answer_moves_a_referral_of_somebody_elses_link(office: Office) -> None:
    first, second = referral_of(office), referral_of(office)
    answered(office, issued(office, first))
    assert (len(answers(office, first)), len(answers(office, second))) == (1, 0)
