"""Village notes: whose they are, what they may hold, what the office does with them, and where what they tell lies afterwards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select

from app.audit.events import Event
from app.cases import contacts, drafts, progress, queries
from app.cases.models import Case, Contact, Report
from app.db.base import new_id
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused, Stale
from app.domain.village_notes import Told
from app.patbm import checking, services
from app.patbm import queries as notes
from app.patbm.models import VillageNote, VillageOrigin
from app.patbm.queries import Show
from app.patbm.services import Answer
from app.security import index
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import patbm as structs
from app.security.structs.case import StepReason
from app.work import Work
from tests import case_factories as made
from tests import patbm_support as support
from tests.factories import OPERATOR, Office, Someone
from tests.intake_support import held
from tests.sharing import office, office_of_its_own, office_of_the_module, shared_url
from tests.transfer_office import units_of

__all__ = ["office", "office_of_its_own", "office_of_the_module", "shared_url"]

ADVICE = "Minta keluarga datang ke kantor hari Senin."


@pytest.fixture(scope="module")
def volunteer(office_of_the_module: Office) -> Someone:
    return office_of_the_module.somebody("PATBM", name="Relawan Contoh", password=False)


@pytest.fixture(scope="module")
def clerk(office_of_the_module: Office) -> Someone:
    return office_of_the_module.somebody("PENERIMA", password=False)


@pytest.fixture(scope="module")
def boss(office_of_the_module: Office) -> Someone:
    return office_of_the_module.somebody("SUPERVISOR", password=False)


def row(office: Office, note_id: UUID) -> VillageNote:
    with office.runtime.looking(OPERATOR) as work:
        return support.row_of(work, note_id)


def read(office: Office, note_id: UUID) -> tuple[structs.VillageNote, structs.VillageNoteText, structs.VillageNoteFate]:
    """What the row holds, whoever may read it."""
    with office.work(OPERATOR) as work:
        work.recorded(Event.VILLAGE_NOTE_OPENED, note_id)
        found = support.row_of(work, note_id)
        return notes.note_of(work, found), notes.text_of(work, found), notes.fate_of(work, found)


def origins(office: Office, case_id: UUID) -> list[tuple[structs.VillageNote, structs.VillageNoteText]]:
    """The notes that lie in a case."""
    with office.work(OPERATOR) as work:
        work.recorded(Event.CASE_OPENED, case_id, cases=(case_id,))
        return [
            (notes.origin_note(work, each), notes.origin_text(work, each))
            for each in queries.records(work.session, VillageOrigin, [case_id])
        ]


def refused(office: Office, who: Someone, act: Any) -> dict[str, str]:
    """Field and code of everything that was refused."""
    with pytest.raises(Refused) as refusal, office.work(who.actor) as work:
        act(work)
    return {problem.field: problem.code for problem in refusal.value.problems}


# --- whose it is -----------------------------------------------------------------------------------------------------


def test_a_note_is_sealed_and_lies_new_at_the_desk_of_the_unit(
    office: Office, volunteer: Someone, clerk: Someone
) -> None:
    note_id = support.send(office, volunteer.actor, danger="YA")
    found = row(office, note_id)
    assert (found.standing, found.is_urgent, found.received_at, found.unit_id) == ("new", True, None, volunteer.unit_id)
    stored = found.note_sealed + found.text_sealed + found.fate_sealed
    assert not any(word in stored for word in (b"Nini", b"bidan", b"63.03", b"VK_FISIK", b"0812"))
    note, text, _fate = read(office, note_id)
    assert (note.village, note.sent_at, note.sent_by) == (support.VILLAGE, found.created_at, volunteer.id)
    assert text == support.TEXT
    with office.runtime.looking(clerk.actor) as work:
        assert notes.get(work, note_id).id == note_id


def test_nobody_finds_the_note_of_another_volunteer_nor_one_of_another_unit(office: Office, volunteer: Someone) -> None:
    note_id = support.send(office, volunteer.actor)
    there = office.other_unit_id
    for stranger in (
        office.somebody("PATBM", password=False),
        office.somebody("MANAJER", "KEPALA", "PSIKOLOG", password=False),
    ):
        with pytest.raises(NotFound), office.runtime.looking(stranger.actor) as work:
            notes.get_own(work, note_id)
        with pytest.raises(NotFound), office.runtime.looking(stranger.actor) as work:
            notes.get(work, note_id)
        with pytest.raises(NotFound), office.runtime.looking(stranger.actor) as work:
            notes.in_sight(work, note_id)
    foreign = office.somebody("PENERIMA", "SUPERVISOR", unit_id=there, password=False)
    for act in (services.receive, services.take_over, services.take_back):
        with pytest.raises(NotFound), office.work(foreign.actor) as work:
            act(work, note_id)
    with office.runtime.looking(foreign.actor) as work:
        assert notes.desk_page(work, Show.WAITING, 1)[0] == []


def test_each_act_wants_its_capability(office: Office, volunteer: Someone, clerk: Someone) -> None:
    note_id = support.send(office, volunteer.actor)
    for act in (services.receive, services.take_over, services.take_back):
        with pytest.raises(NotPermitted), office.work(volunteer.actor) as work:
            act(work, note_id)
    with pytest.raises(NotPermitted):
        support.send(office, clerk.actor)
    with pytest.raises(NotPermitted), office.work(volunteer.actor) as work:
        services.write_down(work, support.note(checking.today(work)), support.text(brought_by="Bu Ida"))


def test_a_volunteer_corrects_a_note_until_it_was_received_and_hears_one_word_after(
    office: Office, volunteer: Someone, clerk: Someone
) -> None:
    note_id = support.send(office, volunteer.actor, danger="YA")

    def correct(work: Work, expected: str | None = None) -> object:
        day = checking.today(work)
        return services.correct(
            work, note_id, support.note(day, age=11), support.text(called="Upik"), expected=expected
        )

    with pytest.raises(Stale), office.work(volunteer.actor) as work:
        correct(work, "of another day")
    with office.work(volunteer.actor) as work:
        correct(work, services.state_of(notes.get_own(work, note_id)))
    note, text, _fate = read(office, note_id)
    assert (note.age, text.called, note.sent_at, row(office, note_id).is_urgent) == (
        11,
        "Upik",
        row(office, note_id).created_at,
        False,
    )
    assert support.told(office, volunteer.actor, note_id) is None
    with office.work(clerk.actor) as work:
        first = services.receive(work, note_id).received_at
    office.clock.pass_by(minutes=3)
    with office.work(clerk.actor) as work:
        assert services.receive(work, note_id).received_at == first  # a second press
    with pytest.raises(Conflict), office.work(volunteer.actor) as work:
        correct(work)
    assert support.told(office, volunteer.actor, note_id) is Told.RECEIVED


# --- what it may hold ------------------------------------------------------------------------------------------------


def test_what_no_note_may_hold_is_refused_on_its_field_and_nothing_is_kept(office: Office, volunteer: Someone) -> None:
    def send(**changed: Any) -> dict[str, str]:
        with pytest.raises(Refused) as refusal:
            support.send(office, volunteer.actor, **changed)
        return {problem.field: problem.code for problem in refusal.value.problems}

    with office.runtime.looking(volunteer.actor) as work:
        before = len(notes.own_page(work, 1)[0])
    assert send(called="6303204507140098", help="hubungi 0812-9901-7734", informed="x" * 121) == {
        "called": "village-note.nik",
        "help": "village-note.phone",
        "informed": "text.too-long",
    }
    assert send(contact="NIK 6303204507140098") == {"contact": "village-note.nik"}
    assert send(contact=" ", village="", violence=(), sex="", danger="") == {
        "contact": "required",
        "village": "required",
        "violence": "required",
        "sex": "required",
        "danger": "required",
    }
    assert send(days_ago=-1) == {"on": "day.future"}
    assert send(village="99.99", age=121, danger="TIDAK_DIKETAHUI") == {
        "village": "area.unknown",
        "age": "village-note.age",
        "danger": "village-note.danger",
    }
    assert send(violence=("VK_X",)) == {"violence": "code.unknown"}
    with office.runtime.looking(volunteer.actor) as work:
        assert len(notes.own_page(work, 1)[0]) == before


def test_a_program_that_sends_is_stopped_and_the_hour_after_goes_on(office: Office) -> None:
    busy = office.somebody("PATBM", password=False)
    for _ in range(services.PER_HOUR):
        support.send(office, busy.actor)
    assert refused(
        office, busy, lambda work: services.send(work, support.note(checking.today(work)), support.TEXT)
    ) == {"": "village-note.too-many"}
    office.clock.pass_by(minutes=61)
    support.send(office, busy.actor)


def test_the_office_writes_down_what_was_brought_and_has_received_it(office: Office, clerk: Someone) -> None:
    def write_down(work: Work, **words: str) -> VillageNote:
        return services.write_down(work, support.note(checking.today(work)), support.text(**words))

    assert refused(office, clerk, write_down) == {"brought_by": "required"}
    with office.work(clerk.actor) as work:
        note_id = write_down(work, brought_by="Bu Ida, PATBM Desa Contoh", contact="").id
    found = row(office, note_id)
    assert (found.standing, found.received_by, found.received_at) == ("received", clerk.id, found.created_at)


# --- what comes of it ------------------------------------------------------------------------------------------------


def test_an_intake_begins_with_what_the_note_tells_and_the_case_takes_the_note_along(
    office: Office, volunteer: Someone, clerk: Someone, boss: Someone
) -> None:
    note_id = support.send(office, volunteer.actor, danger="YA", days_ago=2)
    office.clock.pass_by(minutes=50)
    draft_id = support.take_over(office, clerk.actor, note_id)
    intake = held(office, clerk, draft_id)
    sent, (client,) = row(office, note_id).created_at, intake.clients
    assert (intake.report.channel, intake.report.reporter_kind, intake.report.reporter.name) == (
        "CH_PATBM",
        "PR_PATBM",
        "Relawan Contoh",
    )
    assert (intake.report.time, intake.report.reporter.phone) == (
        f"{made.to_local(sent, made.Zone.WITA):%H:%M}",
        "0812-9901-7734",
    )
    assert "bidan desa" in intake.report.reporter.words
    assert (intake.incident.area, intake.incident.patbm_village) == (support.VILLAGE, support.VILLAGE)
    assert (client.identity.name, client.profile.sex, client.profile.stated_age) == ("Nini", "P", 9)
    assert (client.profile.violence, client.profile.age_basis, intake.screening.risk) == (
        ("VK_FISIK",),
        "UB_PERKIRAAN",
        "RK_TINGGI",
    )
    assert (row(office, note_id).standing, row(office, note_id).is_urgent) == ("taken", True)
    assert support.told(office, volunteer.actor, note_id) is Told.RECEIVED
    with pytest.raises(Conflict):
        support.take_over(office, boss.actor, note_id)
    case_id = support.finish_draft(office, clerk.actor, draft_id)
    assert (row(office, note_id).standing, row(office, note_id).is_urgent) == ("settled", False)
    note, text, fate = read(office, note_id)
    assert (note, text) == (structs.VillageNote(), structs.VillageNoteText())
    assert fate.case_id == case_id
    ((kept, words),) = origins(office, case_id)
    assert (kept.age, kept.sent_by, kept.received_by, words) == (9, volunteer.id, clerk.id, support.TEXT)
    assert support.told(office, volunteer.actor, note_id) is Told.HANDLED
    with office.work(clerk.actor) as work:
        assert drafts.turn_into_case(work, draft_id).id == case_id  # a second press
    assert len(origins(office, case_id)) == 1


def test_no_column_of_a_note_names_the_case_it_led_to(office: Office, volunteer: Someone, clerk: Someone) -> None:
    note_id = support.send(office, volunteer.actor)
    draft_id = support.take_over(office, clerk.actor, note_id)
    case_id = support.finish_draft(office, clerk.actor, draft_id)
    found = row(office, note_id)
    clear = {column.name: getattr(found, column.name) for column in VillageNote.__table__.columns}
    stored = repr(clear).encode() + b"".join(value for value in clear.values() if isinstance(value, bytes))
    for secret in (case_id, draft_id):
        assert secret.bytes not in stored
        assert str(secret).encode() not in stored
    assert found.link_tag == index.village_note_tag(office.runtime.crypt, case_id)


def test_a_draft_thrown_away_or_left_behind_puts_the_note_back(
    office: Office, volunteer: Someone, clerk: Someone, boss: Someone
) -> None:
    note_id = support.send(office, volunteer.actor, danger="YA")
    draft_id = support.take_over(office, clerk.actor, note_id)
    with office.work(clerk.actor) as work:
        drafts.discard(work, draft_id)
    assert (row(office, note_id).standing, row(office, note_id).is_urgent) == ("received", True)
    left_behind = support.take_over(office, clerk.actor, note_id)
    with office.work(boss.actor) as work:
        services.take_back(work, note_id)
    with pytest.raises(Conflict), office.work(boss.actor) as work:
        services.take_back(work, note_id)
    assert read(office, note_id)[1] == support.TEXT
    case_id = support.finish_draft(office, clerk.actor, left_behind)  # no longer this note's
    assert origins(office, case_id) == []
    assert row(office, note_id).standing == "received"


def test_a_note_joins_a_case_as_a_further_report(
    office: Office, volunteer: Someone, clerk: Someone, boss: Someone
) -> None:
    case_id, note_id = made.make_case(office, clerk), support.send(office, volunteer.actor)
    number = made.case_row(office, case_id).register_no
    outsider = office.somebody("PENERIMA", password=False)
    for who, given in ((outsider, number), (boss, "TIDAK/ADA/1")):
        assert refused(office, who, lambda work, given=given: services.join(work, note_id, given)) == {
            "register_no": "village-note.not-that-case"
        }
    assert row(office, note_id).standing == "new"
    office.clock.pass_by(minutes=1)
    with office.work(boss.actor) as work:
        assert services.join(work, note_id, f" {number.lower()} ").id == case_id
    ((_note, words),) = origins(office, case_id)
    assert (words.called, read(office, note_id)[1].called) == ("Nini", "")
    with office.work(OPERATOR) as work:
        work.recorded(Event.CASE_OPENED, case_id, cases=(case_id,))
        last = queries.records(work.session, Report, [case_id])[-1]
        report = work.vault.open(last.place(Section.REPORT), last.report_sealed, case_structs.Report)
    assert (report.channel, report.reporter_kind) == ("CH_PATBM", "PR_PATBM")
    assert support.told(office, volunteer.actor, note_id) is Told.HANDLED
    with pytest.raises(Conflict), office.work(boss.actor) as work:
        services.join(work, note_id, number)


def test_a_note_of_which_no_case_comes_ends_with_advice_or_as_one_contact(
    office: Office, volunteer: Someone, clerk: Someone
) -> None:
    declined, called = (support.send(office, volunteer.actor, danger="YA") for _ in range(2))
    for given, wrong in (
        (Answer("", reason="VE_DESA"), {"advice": "required"}),
        (Answer("x" * 401, reason="VE_DESA"), {"advice": "text.too-long"}),
        (Answer(ADVICE), {"reason": "village-note.one-end"}),
        (Answer(ADVICE, topic="KT_INFO", reason="VE_DESA"), {"reason": "village-note.one-end"}),
        (Answer(ADVICE, reason="VE_X"), {"reason": "code.unknown"}),
    ):
        assert refused(office, clerk, lambda work, given=given: services.answer(work, declined, given)) == wrong
    with office.work(clerk.actor) as work:
        before = contacts.count(work)
        services.answer(work, declined, Answer(ADVICE, reason="VE_DESA"))
    with office.work(clerk.actor) as work:
        services.answer(work, called, Answer(ADVICE, topic="KT_KELUARGA", referred_to="IN_PA"))
    with office.work(clerk.actor) as work:
        assert contacts.count(work) == before + 1
        contact = work.session.scalars(select(Contact).order_by(Contact.created_at.desc())).first()
        assert contact is not None
        assert contacts.read(work, contact).channel == "CH_PATBM"
        work.recorded(Event.CONTACTS_LISTED)
    for note_id, reason in ((declined, "VE_DESA"), (called, "")):
        _note, text, fate = read(office, note_id)
        assert (text.advice, text.called, fate.reason, fate.by) == (ADVICE, "Nini", reason, clerk.id)
        assert support.told(office, volunteer.actor, note_id) is Told.CLOSED
        assert not row(office, note_id).is_urgent


def test_a_voided_case_is_no_answer(office: Office, volunteer: Someone, clerk: Someone, boss: Someone) -> None:
    note_id = support.send(office, volunteer.actor, danger="YA")
    case_id = support.finish_draft(office, clerk.actor, support.take_over(office, clerk.actor, note_id))
    with office.work(boss.actor) as work:
        progress.void(work, case_id, StepReason(text="tercatat dua kali"))
    assert (row(office, note_id).standing, row(office, note_id).is_urgent) == ("received", True)
    assert read(office, note_id)[1] == support.TEXT
    assert support.told(office, volunteer.actor, note_id) is Told.RECEIVED
    again = support.finish_draft(office, clerk.actor, support.take_over(office, clerk.actor, note_id))
    assert len(origins(office, again)) == 1
    assert again != case_id


def test_the_word_follows_a_case_that_was_merged(
    office: Office, volunteer: Someone, clerk: Someone, boss: Someone
) -> None:
    note_id = support.send(office, volunteer.actor)
    case_id = support.finish_draft(office, clerk.actor, support.take_over(office, clerk.actor, note_id))
    stays = made.make_case(office, clerk)
    made.merge(office, boss.actor, stays, case_id)
    assert support.told(office, volunteer.actor, note_id) is Told.HANDLED
    with office.work(OPERATOR) as work:
        work.session.get_one(Case, stays).status = "closed"
        work.session.get_one(Case, stays).closed_at = work.now
    assert support.told(office, volunteer.actor, note_id) is Told.CLOSED


@pytest.mark.own_office
def test_the_word_follows_cases_into_the_unit_that_took_them_over_in_a_constant_number_of_queries(
    office: Office,
) -> None:
    at, volunteer = units_of(office), office.somebody("PATBM", password=False)
    sent: dict[UUID, UUID] = {}
    for _ in range(3):
        case_id, note_id = at.ours.case(), support.send(office, volunteer.actor)
        support.join(office, at.ours.supervisor.actor, note_id, case_id)
        sent[note_id] = at.accept(at.propose(case_id))
    assert {support.told(office, volunteer.actor, note_id) for note_id in sent} == {Told.HANDLED}
    with office.work(OPERATOR) as work:
        for copy_id in sent.values():
            copy = work.session.get_one(Case, copy_id)
            copy.status, copy.closed_at = "closed", work.now
    assert {support.told(office, volunteer.actor, note_id) for note_id in sent} == {Told.CLOSED}
    case_ids = [read(office, note_id)[2].case_id for note_id in sent]
    assert _asked(office, case_ids) == _asked(office, case_ids[:1])


def _asked(office: Office, case_ids: list[Any]) -> int:
    """How many queries it takes to say how these cases stand."""
    seen: list[str] = []
    with office.runtime.looking(OPERATOR) as work:
        event.listen(work.session.connection(), "before_cursor_execute", lambda *given: seen.append(given[2]))
        assert len(notes.statuses(work, case_ids)) == len(case_ids)
    return len(seen)


# --- the list of the desk --------------------------------------------------------------------------------------------


@pytest.mark.own_office
def test_danger_stands_on_top_of_the_desk_then_what_waits_longest(office: Office) -> None:
    volunteer, clerk = office.somebody("PATBM", password=False), office.somebody("PENERIMA", password=False)
    with office.runtime.looking(clerk.actor) as work:
        assert notes.waiting(work).total == 0
    sent = {}
    for name, danger in (("first", "TIDAK"), ("second", "TIDAK"), ("danger", "YA"), ("seen", "YA"), ("done", "TIDAK")):
        sent[support.send(office, volunteer.actor, danger=danger)] = name
        office.clock.pass_by(minutes=5)
    by_name = {name: note_id for note_id, name in sent.items()}
    with office.work(clerk.actor) as work:
        services.receive(work, by_name["seen"])
    with office.work(clerk.actor) as work:
        services.answer(work, by_name["done"], Answer(ADVICE, reason="VE_GANDA"))
    with office.runtime.looking(clerk.actor) as work:
        rows, counts = notes.desk_page(work, Show.WAITING, 1)
        assert [sent[each.id] for each in rows] == ["danger", "seen", "first", "second"]
        assert counts == {Show.WAITING: 4, Show.URGENT: 2, Show.NEW: 3, Show.SETTLED: 1}
        assert [sent[each.id] for each in notes.desk_page(work, Show.URGENT, 1)[0]] == ["danger", "seen"]
        waiting = notes.waiting(work)
        assert (waiting.total, waiting.urgent) == (3, 1)
        assert waiting.urgent_since == row(office, by_name["danger"]).created_at
        assert waiting.since == row(office, by_name["first"]).created_at


def test_a_note_that_does_not_open_holds_up_no_registration(office: Office, volunteer: Someone, clerk: Someone) -> None:
    note_id = support.send(office, volunteer.actor)
    draft_id = support.take_over(office, clerk.actor, note_id)
    with office.work(OPERATOR) as work:
        work.session.get_one(VillageNote, note_id).text_sealed = b"broken"
    case_id = support.finish_draft(office, clerk.actor, draft_id)
    assert (row(office, note_id).standing, origins(office, case_id)) == ("settled", [])


def test_a_note_that_does_not_say_where_its_words_lie_is_not_put_back_empty(
    office: Office, volunteer: Someone, clerk: Someone, boss: Someone
) -> None:
    note_id = support.send(office, volunteer.actor)
    case_id = support.finish_draft(office, clerk.actor, support.take_over(office, clerk.actor, note_id))
    with office.work(OPERATOR) as work:
        work.session.get_one(VillageNote, note_id).fate_sealed = b"broken"
    with office.work(boss.actor) as work:
        progress.void(work, case_id, StepReason(text="tercatat dua kali"))
    assert row(office, note_id).standing == "settled"
    assert row(office, note_id).fate_sealed == b"broken"
    assert len(origins(office, case_id)) == 1


def test_an_id_nobody_gave_finds_nothing(office: Office, clerk: Someone, volunteer: Someone) -> None:
    with pytest.raises(NotFound), office.work(clerk.actor) as work:
        services.receive(work, new_id())
    with pytest.raises(NotFound), office.runtime.looking(volunteer.actor) as work:
        notes.get_own(work, new_id())
