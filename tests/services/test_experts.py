"""Notes of experts: a summary for the team, notes that the author alone reads, a report by the author's release (case-management 12)."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.accounts import services as accounts
from app.audit.events import Event
from app.cases import experts, handovers
from app.cases.casefile import coded_files
from app.cases.handovers import Passing
from app.cases.models import ExpertNote
from app.db.session import write_session
from app.domain.access import capabilities_of, roles
from app.domain.errors import NotFound, NotPermitted, Refused, Stale, Unreadable
from app.security.sections import Section
from app.security.vault import NotOpened, OwnPlace, Place
from tests import case_factories as made
from tests.factories import OPERATOR, Office, Someone
from tests.sharing import office

__all__ = ["office"]


@pytest.fixture
def case_id(office: Office) -> UUID:
    return made.make_case(office)


@pytest.fixture
def author(office: Office, case_id: UUID) -> Someone:
    return made.put_expert(office, case_id, "PSIKOLOG")


@pytest.fixture
def note_id(office: Office, case_id: UUID, author: Someone) -> UUID:
    return made.write_as_expert(office, case_id, author)


def row_of(office: Office, note_id: UUID) -> ExpertNote:
    with office.runtime.looking(OPERATOR) as work:
        return work.session.get_one(ExpertNote, note_id)


def reads_notes(office: Office, who, note_id: UUID) -> str:  # type: ignore[no-untyped-def]
    with office.work(who) as work:
        work.recorded("page:opened")
        return experts.notes_of(work, work.session.get_one(ExpertNote, note_id)).notes


# --- the author alone ------------------------------------------------------------------------------------------------


def test_the_author_reads_the_own_notes(office, author, note_id):
    assert reads_notes(office, author.actor, note_id) == "rahasia ruang konseling"


@pytest.mark.parametrize("role", [*sorted(roles()), "everything"])
def test_nobody_else_opens_them_whatever_the_role(office, case_id, note_id, role):
    other = office.somebody(*(sorted(roles()) if role == "everything" else [role]))
    with pytest.raises(NotOpened):
        reads_notes(office, other.actor, note_id)


def test_neither_the_machine_nor_a_job_nor_a_stand_in_opens_them(office, case_id, author, note_id):
    friend = office.somebody("PSIKOLOG")
    made.cover(office, author, friend)
    for who in (OPERATOR, made.standing_in(office, friend)):
        with pytest.raises(NotOpened):
            reads_notes(office, who, note_id)


def test_the_ordinary_way_to_open_a_section_is_closed_to_the_author_too(office, author, note_id):
    row = row_of(office, note_id)
    with pytest.raises(NotOpened), office.work(author.actor) as work:
        work.vault.open(
            Place(Section.EXPERT_NOTES, row.id, row.case_id), row.notes_sealed, experts.documents.ExpertNotes
        )
    with pytest.raises(TypeError), office.work(author.actor) as work:
        work.vault.seal(Place(Section.EXPERT_NOTES, row.id, row.case_id), experts.documents.ExpertNotes())


def test_writing_another_author_into_the_row_opens_nothing(office, author, note_id):
    thief = office.somebody("SUPERVISOR")
    with write_session(office.runtime.engine) as session:
        session.execute(update(ExpertNote).where(ExpertNote.id == note_id).values(author_id=thief.id))
        session.commit()
    with pytest.raises(Unreadable):
        reads_notes(office, thief.actor, note_id)


@given(st.uuids(version=4), st.uuids(version=4), st.uuids(version=4))
def test_a_value_bound_to_an_author_is_bound_to_no_other_row_or_author(row, author, other):
    from app.security.vault import _bound

    here = _bound(OwnPlace(Section.EXPERT_NOTES, row, UUID(int=1), author))
    if other != author:
        assert _bound(OwnPlace(Section.EXPERT_NOTES, row, UUID(int=1), other)) != here
    if other != row:
        assert _bound(OwnPlace(Section.EXPERT_NOTES, other, UUID(int=1), author)) != here
    assert here.row not in {row, author}


def test_counting_and_clocks_never_open_what_experts_write(office, case_id, note_id):
    with office.work() as work:
        work.recorded("page:opened")
        coded_files(work, [case_id])
        opened = {section for _, section in work.vault.grant.opened}  # type: ignore[attr-defined]
    assert not {section for section in opened if section.value.startswith("expert")}


# --- who writes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("PSIKOLOG", {"EN_PSIKOLOGI", "EN_KONSELING"}),
        ("KONSELOR", {"EN_KONSELING"}),
        ("ADVOKAT", {"EN_HUKUM"}),
        ("PEKSOS", {"EN_SOSIAL"}),
        ("MANAJER", set()),
        ("SUPERVISOR", set()),
    ],
)
def test_each_discipline_is_written_by_its_own(role, kinds):
    assert set(experts.kinds_for([role])) == kinds


def test_a_note_of_another_discipline_is_refused(office, case_id, author):
    with pytest.raises(Refused):
        made.write_as_expert(office, case_id, author, kind="EN_HUKUM")


def test_an_expert_outside_the_team_writes_nothing(office, case_id):
    with pytest.raises(NotFound):
        made.write_as_expert(office, case_id, office.somebody("PSIKOLOG"))
    boss = office.somebody("SUPERVISOR", "PSIKOLOG")
    with pytest.raises(NotPermitted):
        made.write_as_expert(office, case_id, boss, kind="EN_PSIKOLOGI")


@pytest.mark.parametrize("changed", [{"summary": " "}, {"notes": "x" * 20_001}, {"client_id": UUID(int=7)}])
def test_a_note_needs_a_summary_and_fits_its_limits(office, case_id, author, changed):
    with pytest.raises((Refused, NotFound)):
        made.write_as_expert(office, case_id, author, **changed)


def test_only_the_author_writes_on_and_two_windows_lose_nothing(office, case_id, author, note_id):
    colleague = made.put_expert(office, case_id, "PSIKOLOG")
    writing = experts.Writing("EN_PSIKOLOGI", made.today(office), None, "baru", "baru", "")
    with pytest.raises(NotFound), office.work(colleague.actor) as work:
        experts.save(work, case_id, note_id, writing, expected=None)
    with pytest.raises(Stale), office.work(author.actor) as work:
        experts.save(work, case_id, note_id, writing, expected="0" * 24)
    with office.work(author.actor) as work:
        experts.save(work, case_id, note_id, writing, expected=None)
    assert reads_notes(office, author.actor, note_id) == "baru"


# --- who reads the summary -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "reads"),
    [("MANAJER", True), ("PENDAMPING", True), ("SUPERVISOR", True), ("ADVOKAT", True)]
    + [(role, False) for role in ("PENERIMA", "KEPALA", "DATA", "ADMIN", "PATBM", "ANALIS_KLA", "MITRA")],
)
def test_who_reads_what_experts_write_for_the_team(role, reads):
    assert ("expert:summary" in capabilities_of([role])) is reads


# --- release ---------------------------------------------------------------------------------------------------------


def test_a_released_report_is_a_copy_and_can_be_taken_back(office, case_id, author, note_id):
    release_id = made.release(office, case_id, note_id, author)
    writing = experts.Writing("EN_PSIKOLOGI", made.today(office), None, "ringkas", "rahasia", "laporan lain")
    with office.work(author.actor) as work:
        experts.save(work, case_id, note_id, writing, expected=None)
    with office.work() as work:
        work.recorded("page:opened")
        (row,) = experts.releases_of(work, case_id)
        assert experts.report_of(work, row).text == "laporan pemeriksaan"
    with office.work(author.actor) as work:
        experts.take_back(work, case_id, release_id)
        assert experts.releases_of(work, case_id) == []


def test_nobody_else_releases_or_takes_back(office, case_id, author, note_id):
    colleague = made.put_expert(office, case_id, "PSIKOLOG")
    with pytest.raises(NotFound):
        made.release(office, case_id, note_id, colleague)
    release_id = made.release(office, case_id, note_id, author)
    for someone in (colleague, office.somebody("SUPERVISOR")):
        with pytest.raises((NotFound, NotPermitted)), office.work(someone.actor) as work:
            experts.take_back(work, case_id, release_id)


def test_a_note_without_a_report_releases_nothing(office, case_id, author):
    note_id = made.write_as_expert(office, case_id, author, report="")
    with pytest.raises(Refused) as told:
        made.release(office, case_id, note_id, author)
    assert told.value.problems[0].code == "expert.no-report"


# --- when the author leaves ------------------------------------------------------------------------------------------


def test_notes_go_to_a_successor_by_the_authors_own_act_only(office, case_id, author, note_id):
    next_one = made.put_expert(office, case_id, "PSIKOLOG")
    boss = office.somebody("SUPERVISOR", "PSIKOLOG")
    with pytest.raises((NotFound, NotPermitted)), office.work(boss.actor) as work:
        experts.hand_on(work, case_id, note_id, next_one.id)
    with office.work(author.actor) as work:
        experts.hand_on(work, case_id, note_id, next_one.id)
    assert reads_notes(office, next_one.actor, note_id) == "rahasia ruang konseling"
    with pytest.raises(NotOpened):
        reads_notes(office, author.actor, note_id)
    with office.work() as work:
        work.recorded("page:opened")
        assert experts.head_of(work, work.session.get_one(ExpertNote, note_id)).written_by == author.id
    assert [event.actor_id for event in office.events() if event.event == Event.EXPERT_HANDED_ON][-1] == author.id


def test_notes_go_to_nobody_of_another_discipline(office, case_id, author, note_id):
    lawyer = made.put_expert(office, case_id, "ADVOKAT")
    with pytest.raises(Refused), office.work(author.actor) as work:
        experts.hand_on(work, case_id, note_id, lawyer.id)


def test_when_the_author_is_gone_the_summary_stays_and_the_notes_stay_closed(office, case_id, author, note_id):
    admin = office.somebody("ADMIN")
    with office.work(admin.actor) as work:
        accounts.disable(work, author.id)
    manager = office.somebody("MANAJER")
    made.join_team(office, case_id, manager)
    with office.work(manager.actor) as work:
        work.recorded("page:opened")
        assert experts.summary_of(work, experts.get(work, case_id, note_id)).text == "ringkasan untuk tim"
    with pytest.raises(NotOpened):
        reads_notes(office, manager.actor, note_id)


@pytest.mark.parametrize("with_notes", [True, False])
def test_handing_the_case_on_takes_the_notes_along_only_where_the_author_says_so(office, with_notes):
    case_id, next_one = made.make_case(office), office.somebody("PSIKOLOG")
    author = made.put_expert(office, case_id, "PSIKOLOG")
    note_id = made.write_as_expert(office, case_id, author)
    with office.work(author.actor) as work:
        passing = Passing([case_id], author.id, next_one.id, "lanjutkan", with_notes)
        handovers.hand_over(work, passing, knowingly=True)
    assert row_of(office, note_id).author_id == (next_one.id if with_notes else author.id)


def test_a_supervisor_handing_somebodys_case_on_moves_no_notes(office, case_id, author, note_id):
    boss, next_one = office.somebody("SUPERVISOR"), office.somebody("PSIKOLOG")
    passing = Passing([case_id], author.id, next_one.id, "lanjutkan", True)
    with pytest.raises(NotPermitted), office.work(boss.actor) as work:
        handovers.hand_over(work, passing, knowingly=True)
    with office.runtime.looking(OPERATOR) as work:
        assert work.session.scalars(select(ExpertNote.author_id).where(ExpertNote.id == note_id)).one() == author.id
