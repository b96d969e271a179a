"""The act of erasure: what goes, what stays, and that no count changes (security 2.7, case-management 12, design 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Uuid, select, text

from app.accounts.models import Unit
from app.audit import chain
from app.audit.events import Event
from app.cases import casefile, families, listing, persons, queries, records
from app.cases.models import Case, Client, Transfer
from app.db.base import Base
from app.db.engine import is_sqlite
from app.db.session import read_session
from app.domain.errors import NotFound, NotPermitted, Refused, Stale, Unavailable, Unreadable
from app.patbm import queries as village_notes
from app.reports import ledger, rebuild
from app.reports.counting.settings import Period
from app.retention import destroying, erasing, proposing, residue, writing
from app.retention.models import CaseHold, Erasure
from app.security.models import WrappedKey
from app.security.structs.case import NoteHead
from app.security.structs.patbm import VillageNote, VillageNoteText
from app.security.structs.retention import Erased
from app.simfoni import state
from app.tasks import services as tasks
from app.tasks.models import OwnTask
from tests import case_factories as made
from tests import document_office, patbm_support, retention_office
from tests.contracts import samples
from tests.contracts.planting import Plant, scan
from tests.factories import OPERATOR, Office
from tests.reporting import recap_of
from tests.retention_office import Keeping, hold
from tests.sharing import office

__all__ = ["office"]

KEPT_IDS = {("cases", "id"), ("erasures", "case_id"), ("erasures", "home_id"), ("audit_events", "object_id")}


@pytest.fixture
def keeping(office: Office) -> Keeping:
    return retention_office.keep(office)


def everything(office: Office) -> Iterator[tuple[str, str, Any]]:
    """Every id in the database: table, column, value."""
    with read_session(office.runtime.engine) as session:
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.c if isinstance(column.type, Uuid)]
            for row in session.execute(select(*columns)) if columns else ():
                yield from ((table.name, column.name, value) for column, value in zip(columns, row, strict=True))


def rows_of(office: Office, case_ids: set[UUID]) -> set[UUID]:
    """The ids of all rows that hang on these cases by their `case_id`, the cases among them."""
    found = set(case_ids)
    with read_session(office.runtime.engine) as session:
        for table in Base.metadata.sorted_tables:
            if "case_id" in table.c and "id" in table.c:
                found |= set(session.scalars(select(table.c.id).where(table.c.case_id.in_(case_ids))))
    return found


def keys_of(office: Office, object_ids: set[UUID]) -> list[bytes]:
    with read_session(office.runtime.engine) as session:
        return list(session.scalars(select(WrappedKey.wrapped).where(WrappedKey.object_id.in_(object_ids))))


def counted(office: Office) -> Any:
    """What the recap of the last years says, without the moment it was made."""
    today = made.today(office)
    period = Period(today.replace(year=today.year - 20, month=1, day=1), today)
    document = recap_of(office, period=period)
    return {name: document[name] for name in ("totals", "tables", "checks")}


def destroy(office: Office, *case_ids: UUID) -> destroying.Destroyed:
    with office.work() as work:
        cases = [work.session.get_one(Case, case_id) for case_id in case_ids]
        work.recorded("test:destroyed")
        return destroying.destroy(work, cases)


# --- what goes and what stays ------------------------------------------------------------------------------------------


@pytest.mark.own_office
def test_of_a_file_with_everything_in_it_nothing_is_left_but_the_stub(office: Office) -> None:
    owner = office.somebody("SUPERVISOR", "MANAJER", "PENERIMA")
    ids = samples.family(office, owner)
    case_id = ids["case_id"]
    with office.work(owner.actor) as work:
        number = made.case_row(office, case_id).register_no
        task = tasks.set_down(work, "telepon ibu Bunga Rekaan", None, number).id
    hold(office, case_id)
    with office.runtime.looking(OPERATOR) as work:
        merged = {row.duplicate_id for row in families.merged_into(work, [case_id])[case_id]}
    gone = rows_of(office, {case_id, *merged})
    files = document_office.files_on_disk(office)
    before = counted(office)
    assert len(gone) >= 50
    assert files

    done = destroy(office, case_id, *sorted(merged))

    left = {(table, column) for table, column, value in everything(office) if value in gone}
    assert left <= KEPT_IDS
    assert done.rows >= 50
    assert done.records == 1
    assert keys_of(office, gone) == []
    assert document_office.files_on_disk(office) == []
    with office.runtime.looking(OPERATOR) as work:
        assert work.session.get(OwnTask, task) is None
        assert work.session.get(OwnTask, ids["task_id"]) is not None
    row = made.case_row(office, case_id)
    assert (row.status, row.register_no, row.incident_sealed, row.risk, row.closed_at) == (
        "erased",
        number,
        b"",
        "",
        None,
    )
    assert counted(office) == before
    assert rebuild.check(office.runtime, OPERATOR).differences == []
    assert state.catch_up(office.runtime, office.clock()) == 0
    with office.work() as work:
        assert casefile.coded_files(work, []) == {}
        assert chain.verify(work.session).ok


def test_every_column_that_names_a_case_says_what_becomes_of_its_row() -> None:
    named = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.c
        for key in column.foreign_keys
        if key.column.table.name == "cases" and column.name != "case_id"
    }
    assert named == destroying.OTHER_ENDS.keys()
    hanging = [table for table in Base.metadata.sorted_tables if destroying.hangs_on_a_case(table, []) is not None]
    assert {"merge_matches", "person_links", "reported_links", "name_tags", "exact_tags", "intake_drafts"} <= {
        table.name for table in hanging
    }


def test_other_files_go_on_as_they_were(keeping: Keeping) -> None:
    office, boss = keeping.office, keeping.boss
    other = keeping.case(boss)
    document_office.make_document(office, other)
    there = set(document_office.files_on_disk(office))
    case_id = keeping.case(boss)
    document_office.make_document(office, case_id)
    keeping.wait()
    before = rows_of(office, {other})
    keeping.erase(case_id)
    assert rows_of(office, {other}) == before
    assert set(document_office.files_on_disk(office)) == there
    with office.work() as work:
        work.recorded("test:looked")
        assert casefile.coded_files(work, [other])[other].clients


@pytest.mark.own_office
def test_words_of_a_village_note_that_stayed_at_the_desk_go_with_the_case_it_became(office: Office) -> None:
    volunteer, clerk = office.somebody("PATBM"), office.somebody("PENERIMA")
    note_id, other = (patbm_support.send(office, volunteer.actor) for _ in range(2))
    draft_id = patbm_support.take_over(office, clerk.actor, note_id)
    with office.work() as work:
        row = patbm_support.row_of(work, note_id)
        whole, row.text_sealed = row.text_sealed, b"broken"
    case_id = patbm_support.finish_draft(office, clerk.actor, draft_id)
    with office.work() as work:
        patbm_support.row_of(work, note_id).text_sealed = whole

    destroy(office, case_id)

    with office.work() as work:
        assert village_notes.text_of(work, patbm_support.row_of(work, note_id)) == VillageNoteText()
        assert village_notes.note_of(work, patbm_support.row_of(work, note_id)) == VillageNote()
        assert village_notes.text_of(work, patbm_support.row_of(work, other)) == patbm_support.TEXT
        work.recorded("test:looked")
    assert patbm_support.told(office, volunteer.actor, note_id) == "closed"


# --- who may, and when -------------------------------------------------------------------------------------------------


def test_two_different_people_erase_and_nobody_else(keeping: Keeping) -> None:
    office, case_id = keeping.office, keeping.case()
    with office.work() as work:
        unit = work.session.get_one(Unit, office.unit_id)
        unit.is_single_officer = True
        work.recorded("test:single")
    keeping.wait()
    proposal = keeping.propose(case_id)
    with pytest.raises(Refused, match="erasure.own"), office.work(keeping.boss.actor) as work:
        erasing.approve(work, case_id, proposal)
    with pytest.raises(NotPermitted, match="two people"), office.work() as work:
        erasing.approve(work, case_id, proposal)
    with pytest.raises(NotPermitted), office.work(office.somebody("MANAJER").actor) as work:
        erasing.approve(work, case_id, proposal)
    with pytest.raises(NotFound), office.work(office.somebody("KEPALA", unit_id=office.other_unit_id).actor) as work:
        erasing.approve(work, case_id, proposal)
    partial = office.somebody("KEPALA")
    made.join_team(office, case_id, partial)
    made.declare(office, case_id, partial, has_part=True)
    with pytest.raises(NotPermitted, match="part in the matter"), office.work(partial.actor) as work:
        erasing.approve(work, case_id, proposal)
    held = hold(office, case_id)
    with pytest.raises(Refused, match="erasure.held-manual"), office.work(keeping.head.actor) as work:
        erasing.approve(work, case_id, proposal)
    assert made.case_row(office, case_id).status == "closed"
    with office.work(keeping.head.actor) as work:
        retention_office.holds.lift(work, case_id, held, "selesai")
    with office.work(office.somebody("PPDP").actor) as work:
        erasing.approve(work, case_id, proposal)
    assert made.case_row(office, case_id).status == "erased"
    with pytest.raises(NotFound), office.work(keeping.head.actor) as work:
        erasing.approve(work, case_id, proposal)


def test_a_proposal_this_program_did_not_write_erases_nothing(keeping: Keeping) -> None:
    office, case_id = keeping.office, keeping.case()
    keeping.wait()
    proposal = keeping.propose(case_id)
    with office.work() as work:
        row = work.session.get_one(proposing.ErasureProposal, proposal)
        row.created_by = keeping.head.id
        work.recorded("test:tampered")
    with pytest.raises(NotFound), office.work(keeping.boss.actor) as work:
        erasing.approve(work, case_id, proposal)
    assert made.case_row(office, case_id).status == "closed"


def test_a_ledger_that_does_not_open_stops_the_erasure_whole(keeping: Keeping) -> None:
    office, case_id = keeping.office, keeping.case()
    keeping.wait()
    proposal = keeping.propose(case_id)
    before = rows_of(office, {case_id})
    with office.work() as work:
        blob = work.session.get_one(ledger.LedgerBlob, made.case_row(office, case_id).ledger_blob_id)
        whole, blob.records_sealed = blob.records_sealed, b"\x01broken"
        work.recorded("test:tampered")
    with pytest.raises(Unreadable), office.work(keeping.head.actor) as work:
        erasing.approve(work, case_id, proposal)
    assert rows_of(office, {case_id}) == before
    assert keys_of(office, {case_id})
    with office.work() as work:
        work.session.get_one(ledger.LedgerBlob, blob.id).records_sealed = whole
        work.recorded("test:mended")


# --- at the same moment ------------------------------------------------------------------------------------------------


@pytest.mark.postgresql_only(reason="on SQLite one act writes at a time")
@pytest.mark.parametrize("act", ["note", "hold"])
def test_what_was_begun_before_an_erasure_is_not_saved_after_it(keeping: Keeping, act: str) -> None:
    office, case_id = keeping.office, keeping.case()
    keeping.wait()
    proposal = keeping.propose(case_id)
    before = counted(office)

    def write_while_it_is_erased() -> None:
        with office.work() as work:
            if act == "hold":
                retention_office.holds.hold(work, case_id, "diminta penyidik rekaan")
            else:
                records.write_note(work, case_id, NoteHead(on=made.today(office)), "ditelepon lagi")
            approve(keeping, case_id, proposal)

    with pytest.raises(Stale):
        write_while_it_is_erased()
    assert rows_of(office, {case_id}) - {case_id} <= erasures_of(office, case_id)
    assert counted(office) == before


@pytest.mark.postgresql_only(reason="on SQLite one act writes at a time")
def test_a_file_whose_merged_file_somebody_is_writing_in_waits(keeping: Keeping) -> None:
    office = keeping.office
    survivor, duplicate = keeping.case(), keeping.case()
    made.merge(office, keeping.boss.actor, survivor, duplicate)
    keeping.wait()
    proposal = keeping.propose(survivor)
    with office.work() as work:
        hold_id = retention_office.holds.hold(work, duplicate, "diminta penyidik rekaan").id
        work.session.flush()
        with pytest.raises(Unavailable):
            approve(keeping, survivor, proposal)
    with pytest.raises(Refused, match="erasure.held-manual"):
        approve(keeping, survivor, proposal)
    with office.runtime.looking(OPERATOR) as work:
        assert work.session.get(CaseHold, hold_id) is not None


def approve(keeping: Keeping, case_id: UUID, proposal_id: UUID) -> None:
    """Approve, without waiting long for whoever writes in the file. PostgreSQL."""
    with keeping.office.work(keeping.head.actor) as work:
        work.session.execute(text("SET LOCAL lock_timeout = '100ms'"))
        erasing.approve(work, case_id, proposal_id)


def erasures_of(office: Office, case_id: UUID) -> set[UUID]:
    with read_session(office.runtime.engine) as session:
        return set(session.scalars(select(Erasure.id).where(Erasure.case_id == case_id)))


# --- the record of it --------------------------------------------------------------------------------------------------


def test_the_certificate_tells_who_when_and_why_and_nobody_who_was_in_the_file(keeping: Keeping) -> None:
    office, case_id = keeping.office, keeping.case()
    number = made.case_row(office, case_id).register_no
    wrapped = keys_of(office, {case_id})
    keeping.wait()
    row = keeping.erase(case_id)
    with office.work() as work:
        work.recorded("test:looked")
        said = work.vault.open(row.place(), row.record_sealed, Erased)
    assert (said.register_no, said.basis, said.on) == (number, retention_office.BASIS, made.today(office))
    assert (said.proposed_by.id, said.approved_by.id) == (keeping.boss.id, keeping.head.id)
    assert (said.last_backup_on - said.on).days == 35
    assert said.number.endswith(f"/{said.on.year}")
    assert "Rekaan" not in said.reason + said.basis.replace("rekaan", "")
    assert row.key_hash == sha256(b"".join(wrapped)).digest()
    assert writing.is_genuine(office.runtime.crypt, row)
    events = [entry for entry in office.events() if entry.event == Event.CASE_ERASED and entry.object_id == case_id]
    assert [(entry.actor_id, entry.cases) for entry in events] == [(keeping.head.id, str(case_id))]
    second = keeping.case()
    keeping.wait()
    with office.work() as work:
        work.recorded("test:looked")
        again = keeping_record(work, keeping.erase(second).id)
    assert again.number != said.number


def keeping_record(work: Any, erasure_id: UUID) -> Erased:
    row = work.session.get_one(Erasure, erasure_id)
    found: Erased = work.vault.open(row.place(), row.record_sealed, Erased)
    return found


def test_the_row_of_an_erasure_cannot_be_taken_back_or_changed(keeping: Keeping) -> None:
    office, case_id = keeping.office, keeping.case()
    keeping.wait()
    row = keeping.erase(case_id)
    for statement in ("DELETE FROM erasures", "UPDATE erasures SET home_id = case_id"):
        with pytest.raises(Exception, match="append-only"), office.work() as work:
            work.session.connection().exec_driver_sql(statement)
    with office.runtime.looking(OPERATOR) as work:
        assert work.session.get(Erasure, row.id) is not None


# --- counts ------------------------------------------------------------------------------------------------------------


def test_somebody_with_two_files_is_one_person_before_and_after_both_are_erased(keeping: Keeping) -> None:
    office = keeping.office
    asker = office.somebody("PENERIMA", "SUPERVISOR")
    first, second = keeping.case(asker), keeping.case(asker)
    ends = [made.row_ids(office, Client, each)[0] for each in (first, second)]
    with office.work(asker.actor) as work:
        persons.confirm(work, *ends)
    keeping.wait()
    before = counted(office)
    for case_id in (first, second):
        keeping.erase(case_id)
        assert counted(office) == before
        assert rebuild.check(office.runtime, OPERATOR).differences == []
    third = keeping.case()
    assert counted(office)["totals"]["victim_persons"] == before["totals"]["victim_persons"] + 1
    assert made.case_row(office, third).ledger_blob_id is not None


def test_merged_files_go_together_and_count_as_before(keeping: Keeping) -> None:
    office = keeping.office
    survivor, duplicate = keeping.case(), keeping.case()
    made.merge(office, keeping.boss.actor, survivor, duplicate)
    keeping.wait()
    before = counted(office)
    with pytest.raises(Refused, match="case.merged"):
        keeping.propose(duplicate)
    row = keeping.erase(survivor)
    assert {made.case_row(office, each).status for each in (survivor, duplicate)} == {"erased"}
    assert counted(office) == before
    with office.work() as work:
        work.recorded("test:looked")
        assert keeping_record(work, row.id).merged == (made.case_row(office, duplicate).register_no,)
        rows = work.session.scalars(select(Erasure).where(Erasure.home_id == survivor)).all()
        assert {each.case_id for each in rows} == {survivor, duplicate}


def test_a_case_another_unit_took_over_stays_whole_and_knows_where_it_came_from(keeping: Keeping) -> None:
    office = keeping.office
    case_id = made.make_case(office, **retention_office.ADULT)
    transfer_id = made.ask_unit(office, case_id, office.other_unit_id)
    there, manager = (office.somebody(role, unit_id=office.other_unit_id) for role in ("SUPERVISOR", "MANAJER"))
    with office.work(there.actor) as work:
        copied = retention_office.accept(work, transfer_id, manager.id)
    keeping.wait()
    before = rows_of(office, {copied})
    keeping.erase(case_id)
    assert rows_of(office, {copied}) == before
    with office.work() as work:
        row = work.session.get_one(Transfer, transfer_id)
        assert (row.to_case_id, row.text_sealed, row.transfer_sealed) == (copied, b"", b"")
        work.recorded("test:looked")
        assert casefile.coded_files(work, [copied])[copied].is_taken_over
    assert rebuild.check(office.runtime, OPERATOR).differences == []


# --- nobody finds it any more ------------------------------------------------------------------------------------------


def test_nobody_opens_finds_or_changes_an_erased_file_and_the_list_shows_its_number(keeping: Keeping) -> None:
    office, worker = keeping.office, keeping.office.somebody("PENERIMA", "MANAJER")
    case_id = keeping.case(worker)
    number = made.case_row(office, case_id).register_no
    keeping.wait()
    keeping.erase(case_id)
    for who in (worker.actor, keeping.boss.actor, OPERATOR):
        with office.runtime.looking(who) as work, pytest.raises(NotFound):
            queries.get(work, case_id)
    with office.runtime.looking(keeping.boss.actor) as work:
        assert queries.stub(work, case_id).register_no == number
        found = listing.find(work, listing.Wanted(number=number), 1)
    assert [case.status for case in found.cases] == ["erased"]
    with office.runtime.reading(keeping.boss.actor, lambda _work: listing.opening(found)) as work:
        assert [line.profiles for line in listing.lines(work, found)] == [()]
    with office.runtime.looking(worker.actor) as work:
        with pytest.raises(NotFound):
            queries.stub(work, case_id)
        assert listing.find(work, listing.Wanted(number=number), 1).total == 0
    with pytest.raises(NotFound), office.work(keeping.boss.actor) as work:
        proposing.propose(work, case_id, "dasar", "alasan")


# --- residue -----------------------------------------------------------------------------------------------------------


@pytest.mark.sqlite_only(reason="the files of PostgreSQL are the server's")
@pytest.mark.own_office
def test_no_byte_of_the_key_and_no_name_is_left_in_any_file_of_the_database(office: Office, tmp_path: Path) -> None:
    keeping = retention_office.keep(office)
    case_id = keeping.case()
    document_office.make_document(office, case_id)
    with read_session(office.runtime.engine) as session:
        objects = {case_id, *session.scalars(select(document_office.StoredFile.id))}
        sealed = session.scalars(select(Client.identity_sealed).where(Client.case_id == case_id)).one()
    keys = keys_of(office, objects)
    keeping.wait()
    with office.work() as work:  # nothing of the file lies in the log alone
        work.recorded("test:looked")
    database = Path(str(office.runtime.engine.url.database))
    there = [database, database.with_name(database.name + "-wal")]
    assert any(wrapped in path.read_bytes() for wrapped in keys for path in there)

    keeping.erase(case_id)
    assert residue.settle(office.runtime)

    assert len(office.runtime.crypt.cache) == 0
    for path in database.parent.glob(f"{database.name}*"):
        held = path.read_bytes()
        assert not any(wrapped[-64:] in held or wrapped[:40] in held for wrapped in keys), path.name
        assert sealed not in held, path.name
    assert not scan([database], [Plant("name", "Bunga Rekaan")])
    assert tmp_path.exists()


@pytest.mark.postgresql_only(reason="SQLite is folded instead")
def test_the_table_of_keys_is_written_anew_by_its_owner(keeping: Keeping) -> None:
    office, case_id = keeping.office, keeping.case()
    assert not is_sqlite(office.runtime.engine)
    keeping.wait()
    keeping.erase(case_id)
    node = "SELECT pg_relation_filenode('wrapped_keys')"
    with office.runtime.engine.connect() as connection:
        before = connection.exec_driver_sql(node).scalar_one()
    assert residue.settle(office.runtime)
    with office.runtime.engine.connect() as connection:
        assert connection.exec_driver_sql(node).scalar_one() != before


# --- the file beside the keys ------------------------------------------------------------------------------------------


def test_the_file_beside_the_keys_knows_every_erasure_once_and_mends_half_a_line(
    keeping: Keeping, tmp_path: Path
) -> None:
    office, path = keeping.office, tmp_path / writing.FILE_NAME
    case_id = keeping.case()
    keeping.wait()
    row = keeping.erase(case_id)
    runtime = replace(office.runtime, erasures=path)
    assert residue.settle(runtime)
    (entry,) = [each for each in writing.read_file(path) if each.case == case_id]
    assert entry == writing.entry_of(row)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    assert residue.bring_up_to_date(runtime) == 0
    path.write_bytes(before + b'{"id": "half')
    assert len(writing.read_file(path)) == before.count(b"\n")
    other = keeping.case()
    keeping.wait()
    keeping.erase(other)
    assert residue.bring_up_to_date(runtime) == 1
    assert path.read_bytes().startswith(before)
    assert b"half" not in path.read_bytes()
    assert "Rekaan" not in path.read_text()
    path.write_bytes(before + b"garbage\n")
    with pytest.raises(writing.Damaged):
        writing.read_file(path)
    false = writing.Entry(**{name: getattr(entry, name) for name in entry.__struct_fields__} | {"case": other})
    with pytest.raises(writing.Damaged):
        writing.row_of(office.runtime.crypt, false)
