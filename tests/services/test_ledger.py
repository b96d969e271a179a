"""The ledger is rewritten in the act that changes a case (design 4): what counts is never older than the case."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import msgspec
import numpy as np
import pytest
from sqlalchemy import text, update

from app.accounts.models import Unit
from app.cases import contacts, persons, progress, records, registration, services
from app.cases.casefile import incident_of
from app.cases.models import Case
from app.cases.registration import Given
from app.db import migrate
from app.db.session import write_session
from app.domain.errors import Unreadable
from app.reports import ledger, rebuild
from app.reports import ledger_format as fmt
from app.reports.counting.settings import Period
from app.reports.facts import CaseFacts
from app.reports.models import LedgerBlob
from app.reports.rebuild import Fault
from app.security.structs.case import StepReason
from app.security.structs.work import Service, ServiceText
from tests.factories import OPERATOR, Office
from tests.reporting import (
    blobs,
    case_row,
    child,
    counts,
    intake,
    make_case,
    make_contact,
    persons_of,
    read_ledger,
    recap_of,
    worked_example,
)
from tests.services.walks import REFUSALS

APRIL = date(2026, 4, 7)


def check(office: Office) -> list[tuple[str, str]]:
    found = rebuild.check(office.runtime, OPERATOR)
    return sorted((each.kind, each.fault.value) for each in found.differences)


def put_right(office: Office) -> int:
    return rebuild.put_right(office.runtime, OPERATOR, rebuild.check(office.runtime, OPERATOR))


def tamper(office: Office, **values: object) -> None:
    """Change every blob row from outside the program."""
    with write_session(office.runtime.engine) as session:
        session.execute(update(LedgerBlob).values(**values))
        session.commit()


def reseal(office: Office, blob_id: UUID, raw: bytes) -> None:
    """Put other records under the blob's own key, as a fault of the program would."""
    with office.work() as work:
        row = work.session.get(LedgerBlob, blob_id)
        assert row is not None
        row.records_sealed = work.vault.seal_ledger(blob_id, raw, work.now)
        work.recorded("ledger:rebuilt", blob_id)


def raw_of(office: Office, blob_id: UUID) -> bytes:
    with office.work() as work:
        row = work.session.get(LedgerBlob, blob_id)
        assert row is not None
        work.recorded("ledger:rebuilt", blob_id)
        return work.vault.open_ledger(row.id, row.records_sealed)


# --- rewritten in the act --------------------------------------------------------------------------------------------


def test_a_new_case_is_counted_when_its_act_is_committed(office: Office) -> None:
    made = make_case(office, worked_example())

    (blob,) = blobs(office)
    assert (blob.unit_id, blob.month, blob.records, blob.import_id) == (office.unit_id, "2026-05", 1, None)
    assert case_row(office, made.id).ledger_blob_id == blob.id
    assert recap_of(office)["totals"]["victims"] == 2


def test_a_case_whose_act_is_rolled_back_is_not_counted(office: Office) -> None:
    make_case(office)
    with pytest.raises(ZeroDivisionError):
        _register_and_fail(office)
    assert recap_of(office)["totals"]["cases"] == 1
    assert [blob.records for blob in blobs(office)] == [1]


def _register_and_fail(office: Office) -> None:
    with office.work() as work:
        registration.register_case(work, intake(), work.session.get_one(Unit, office.unit_id))
        work.finish()
        raise ZeroDivisionError


def test_a_corrected_report_day_moves_the_record_to_the_other_month(office: Office) -> None:
    made, other = make_case(office), make_case(office)
    with office.work() as work:
        incident = incident_of(work, work.session.get_one(Case, made.id))
        earlier = msgspec.structs.replace(incident, report_on=APRIL, first_on=APRIL)
        services.save_incident(work, made.id, earlier, expected=None)

    assert [(blob.month, blob.records) for blob in blobs(office)] == [("2026-04", 1), ("2026-05", 1)]
    assert case_row(office, made.id).ledger_blob_id != case_row(office, other.id).ledger_blob_id
    assert recap_of(office)["totals"]["cases"] == 1
    assert check(office) == []


def test_a_voided_case_is_counted_nowhere(office: Office) -> None:
    made = make_case(office)
    with office.work() as work:
        progress.void(work, made.id, StepReason(text="Salah catat"))

    assert recap_of(office)["totals"]["cases"] == 0
    assert case_row(office, made.id).ledger_blob_id is None
    assert [blob.records for blob in blobs(office)] == [0]
    assert check(office) == []


def test_linking_gives_both_records_one_person_and_unlinking_takes_it_back(office: Office) -> None:
    first, second = make_case(office), make_case(office)
    with office.work() as work:
        link = persons.confirm(work, first.clients[0], second.clients[0])
    assert recap_of(office)["totals"] | {"victims": 2, "victim_persons": 1} == recap_of(office)["totals"]
    assert len(set(persons_of(office, first.clients[0], second.clients[0]))) == 1

    with office.work() as work:
        persons.undo(work, link.id)
    assert recap_of(office)["totals"]["victim_persons"] == 2
    assert check(office) == []


def test_a_link_across_units_rewrites_the_records_of_both(office: Office) -> None:
    here, there = make_case(office), make_case(office, unit_id=office.other_unit_id)
    with office.work() as work:
        persons.confirm(work, here.clients[0], there.clients[0])
    both = read_ledger(office, office.unit_id, office.other_unit_id)
    assert len({bytes(token) for token in both.client["person"]}) == 1
    assert check(office) == []


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 20))])
def test_distinct_persons_stay_right_under_any_linking_and_unlinking_across_years_and_units(
    office: Office, seed: int
) -> None:
    """Held against what links say, drawn by hand: every file starts alone, and a line joins all who are at its ends."""
    dice = random.Random(seed)  # noqa: S311 - chance, not secrecy
    homes: dict[UUID, tuple[UUID, int]] = {}
    for unit_id in (office.unit_id, office.other_unit_id):
        for year in (2024, 2025):
            for clients in (1, 2):
                day = date(year, dice.randrange(1, 13), 7)
                document = intake([child(day=day) for _ in range(clients)], day=day)
                made = make_case(office, document, unit_id=unit_id)
                homes |= dict.fromkeys(made.clients, (unit_id, year))
    lines: dict[UUID, tuple[UUID, UUID]] = {}
    for _turn in range(14):
        if lines and dice.random() < 0.4:
            link_id = dice.choice(list(lines))
            with office.work() as work:
                persons.undo(work, link_id)
            del lines[link_id]
        else:
            pair = (dice.choice(list(homes)), dice.choice(list(homes)))
            try:
                with office.work() as work:
                    lines[persons.confirm(work, *pair).id] = pair
            except REFUSALS:  # to itself, to a client of the same case, or linked already
                continue
        together = joined(homes, lines.values())
        assert tokens_of(office) == together
    for year in (2024, 2025, None):
        period = Period(date(year or 2024, 1, 1), date(year or 2025, 12, 31))
        here = {who for who, home in homes.items() if home[0] == office.unit_id and year in (home[1], None)}
        expected = sum(1 for person in together if person & here)
        assert recap_of(office, period=period)["totals"]["victim_persons"] == expected
    assert check(office) == []


def joined(files: Iterable[UUID], lines: Iterable[tuple[UUID, UUID]]) -> set[frozenset[UUID]]:
    """The files in heaps: each by itself, and heaps put together by every line."""
    heaps = [{each} for each in files]
    for first, second in lines:
        touched = [heap for heap in heaps if first in heap or second in heap]
        heaps = [heap for heap in heaps if heap not in touched] + [set().union(*touched)]
    return {frozenset(heap) for heap in heaps}


def tokens_of(office: Office) -> set[frozenset[UUID]]:
    """The same heaps as the ledger has them: files that bear one token, in both units and all years."""
    rows = read_ledger(office, office.unit_id, office.other_unit_id).client
    heaps: dict[bytes, set[UUID]] = {}
    for row in rows:
        heaps.setdefault(bytes(row["person"]), set()).add(UUID(bytes=bytes(row["client_id"])))
    return {frozenset(heap) for heap in heaps.values()}


def test_a_service_counts_from_its_act_on_and_not_after_its_removal(office: Office) -> None:
    made = make_case(office)
    with office.work() as work:
        service = Service(client_id=made.clients[0], on=date(2026, 5, 6), code="SV_KESEHATAN")
        row = records.record_service(work, made.id, service, ServiceText())
    assert counts(recap_of(office), "services_by_kind") == {"SV_PENGADUAN": 1, "SV_KESEHATAN": 1}

    with office.work() as work:
        records.remove_service(work, made.id, row.id)
    assert counts(recap_of(office), "services_by_kind") == {"SV_PENGADUAN": 1}


def test_contacts_are_counted_on_their_day_until_they_are_removed(office: Office) -> None:
    who = office.somebody("PENERIMA")
    kept, wrong = make_contact(office, who), make_contact(office, who)
    assert counts(recap_of(office), "contacts_by_topic") == {"KT_INFO": 2}

    with office.work(who.actor) as work:
        contacts.remove(work, wrong)
    assert recap_of(office)["totals"]["contacts"] == 1
    assert [blob.records for blob in blobs(office)] == [1]
    assert kept != wrong
    assert check(office) == []


def test_a_blob_takes_so_many_records_and_no_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MAX_RECORDS", 3)
    for _ in range(7):
        make_case(office)
    assert sorted(blob.records for blob in blobs(office)) == [1, 3, 3]
    assert ledger.MAX_RECORDS <= fmt.MAX_CASES
    assert recap_of(office)["totals"]["cases"] == 7


def test_a_hidden_import_counts_nowhere_until_it_is_complete(office: Office) -> None:
    make_case(office)
    import_id = uuid4()
    with office.work() as work:
        unit = work.session.get_one(Unit, office.unit_id)
        given = Given(import_id=import_id, case_id=uuid4())
        registration.register_case(work, intake(), unit, given=given)
    assert recap_of(office)["totals"]["cases"] == 1
    assert sorted(str(blob.import_id) for blob in blobs(office)) == sorted(["None", str(import_id)])
    assert check(office) == []

    with write_session(office.runtime.engine) as session:
        session.execute(update(Case).values(is_hidden=False))
        session.execute(update(LedgerBlob).values(import_id=None))
        session.commit()
    assert recap_of(office)["totals"]["cases"] == 2
    assert check(office) == []


def test_two_acts_in_one_month_lose_nothing(office: Office) -> None:
    make_case(office)
    together, failed = threading.Barrier(4), []

    def register() -> None:
        together.wait()
        try:
            for _ in range(3):
                make_case(office)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=register) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert recap_of(office)["totals"]["cases"] == 13
    assert sum(blob.records for blob in blobs(office)) == 13
    assert check(office) == []


# --- the check finds, the rebuild mends ------------------------------------------------------------------------------


def test_the_check_finds_nothing_in_a_sound_office_and_is_audited(office: Office) -> None:
    made = make_case(office, worked_example())
    make_contact(office, office.somebody("PENERIMA"))
    before = blobs(office)

    report = rebuild.check(office.runtime, OPERATOR)

    assert (report.cases, report.contacts, report.blobs, report.ok) == (1, 1, 1, True)
    event = office.events()[-1]
    assert (event.event, event.purpose, event.cases) == ("ledger:rebuilt", "check", str(made.id))
    assert [(b.id, b.version) for b in blobs(office)] == [(b.id, b.version) for b in before]


def test_a_lost_record_is_found_and_written_anew(office: Office) -> None:
    make_case(office)
    lost = make_case(office)
    (blob,) = blobs(office)
    reseal(office, blob.id, fmt.without_case(raw_of(office, blob.id), lost.id))

    assert check(office) == [("blob", "count"), ("case", "missing")]
    assert put_right(office) > 0
    assert check(office) == []
    assert recap_of(office)["totals"]["cases"] == 2
    assert [b.records for b in blobs(office)] == [2]


def test_a_record_that_says_something_else_is_found_and_corrected(office: Office) -> None:
    made = make_case(office)
    (blob,) = blobs(office)
    (record,) = fmt.unpack_cases(raw_of(office, blob.id))
    older = with_client(record, age_at_incident=30)
    reseal(office, blob.id, fmt.pack([older]))
    assert counts(recap_of(office), "victims_by_age_band") == {"V25_44": 1}

    assert check(office) == [("case", "different")]
    put_right(office)
    assert counts(recap_of(office), "victims_by_age_band") == {"V06_12": 1}
    assert case_row(office, made.id).ledger_blob_id == blob.id


def with_client(record: CaseFacts, **changed: object) -> CaseFacts:
    """The record with something else said of its clients."""
    return replace(record, clients=tuple(replace(each, **changed) for each in record.clients))


def test_an_office_with_records_of_version_1_is_upgraded_checked_and_worked_on(office: Office) -> None:
    """The upgrade to the release with version 2 rewrites no blob: the check finds nothing, and an act writes what it touches anew."""
    made, untouched = make_case(office, worked_example()), make_case(office, worked_example(APRIL))
    make_contact(office, office.somebody("PENERIMA"))
    before = (recap_of(office), recap_of(office, period=Period.month(2026, 4)))
    for blob in blobs(office):
        reseal(office, blob.id, as_version_1(raw_of(office, blob.id)))

    with office.runtime.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": migrate.head()})
    migrate.downgrade(office.runtime.engine, "0015")
    migrate.upgrade(office.runtime.engine)

    assert check(office) == []
    assert (recap_of(office), recap_of(office, period=Period.month(2026, 4))) == before
    assert versions_of(office, made.id, untouched.id) == [1, 1]
    with office.work() as work:
        work.count_again(made.id)
        work.recorded("ledger:rebuilt", made.id)
    assert versions_of(office, made.id, untouched.id) == [2, 1]
    assert check(office) == []
    assert (recap_of(office), recap_of(office, period=Period.month(2026, 4))) == before


def as_version_1(blob: bytes) -> bytes:
    """The same rows as a release before version 2 wrote them: without the tokens of reported persons."""
    arrays = fmt.unpack(blob)
    rows = {kind: getattr(arrays, kind) for kind in fmt.KINDS}
    old = np.zeros(len(arrays.reported), fmt.LAYOUTS[1]["reported"])
    for name in old.dtype.names or ():
        old[name] = arrays.reported[name]
    header = blob[:4] + b"\1" + blob[5 : len(blob) - sum(each.nbytes for each in rows.values())]
    return header + b"".join(each.tobytes() for each in (rows | {"reported": old}).values())


def versions_of(office: Office, *case_ids: UUID) -> list[int]:
    """In which version the records of these cases are written."""
    homes = [case_row(office, case_id).ledger_blob_id for case_id in case_ids]
    return [raw_of(office, blob_id)[4] for blob_id in homes if blob_id is not None]


def test_a_wrong_person_token_is_a_difference(office: Office) -> None:
    make_case(office)
    (blob,) = blobs(office)
    (record,) = fmt.unpack_cases(raw_of(office, blob.id))
    reseal(office, blob.id, fmt.pack([with_client(record, person=uuid4())]))
    assert check(office) == [("case", "different")]


def test_a_record_of_nobody_is_found_and_taken_out(office: Office) -> None:
    make_case(office)
    (blob,) = blobs(office)
    (record,) = fmt.unpack_cases(raw_of(office, blob.id))
    reseal(office, blob.id, fmt.pack([record, replace(record, case_id=uuid4())]))
    assert recap_of(office)["totals"]["cases"] == 2

    assert check(office) == [("blob", "count"), ("case", "extra")]
    put_right(office)
    assert check(office) == []
    assert recap_of(office)["totals"]["cases"] == 1


def test_a_case_counted_twice_is_found_and_counted_once(office: Office) -> None:
    make_case(office)
    (blob,) = blobs(office)
    (record,) = fmt.unpack_cases(raw_of(office, blob.id))
    reseal(office, blob.id, fmt.pack([record, record]))
    assert ("case", "extra") in check(office)
    put_right(office)
    assert check(office) == []
    assert recap_of(office)["totals"]["cases"] == 1


@pytest.mark.parametrize("change", [{"month": "2025-01"}, {"import_id": UUID(int=7)}])
def test_a_record_in_a_wrong_place_is_found_and_moved(office: Office, change: dict[str, object]) -> None:
    make_case(office)
    tamper(office, **change)
    assert check(office) == [("case", "misplaced")]
    put_right(office)
    assert check(office) == []
    assert recap_of(office)["totals"]["cases"] == 1


def test_a_damaged_blob_refuses_to_count_is_named_and_written_anew(office: Office) -> None:
    make_case(office)
    make_contact(office, office.somebody("PENERIMA"))
    (blob,) = blobs(office)
    tamper(office, records_sealed=blob.records_sealed[:-1] + bytes([blob.records_sealed[-1] ^ 1]))
    with pytest.raises(Unreadable):
        recap_of(office)

    assert check(office) == [("blob", "unreadable")]
    put_right(office)
    assert check(office) == []
    assert recap_of(office)["totals"] | {"cases": 1, "contacts": 1} == recap_of(office)["totals"]


def test_a_case_without_a_record_is_found_and_counted_again(office: Office) -> None:
    make_case(office)
    with write_session(office.runtime.engine) as session:
        session.execute(update(Case).values(ledger_blob_id=None))
        session.commit()
    assert check(office) == [("case", "extra"), ("case", "missing")]
    put_right(office)
    assert check(office) == []
    assert recap_of(office)["totals"]["cases"] == 1


def test_a_shredded_record_belongs_to_nobody_and_goes_on_counting(office: Office) -> None:
    made = make_case(office)
    (blob,) = blobs(office)
    reseal(office, blob.id, fmt.shredded(raw_of(office, blob.id), made.id))
    with office.work() as work:
        case = work.session.get_one(Case, made.id)
        case.status, case.ledger_blob_id = "voided", None
        work.recorded("ledger:rebuilt", made.id)
    assert check(office) == []
    assert recap_of(office)["totals"]["cases"] == 1


def test_a_case_that_does_not_open_is_named_and_hides_no_other(office: Office) -> None:
    broken, lost = make_case(office, intake((child(), child()))), make_case(office)
    (blob,) = blobs(office)
    reseal(office, blob.id, fmt.without_case(raw_of(office, blob.id), lost.id))
    with write_session(office.runtime.engine) as session:
        session.execute(update(Case).where(Case.id == broken.id).values(incident_sealed=b"\x01broken"))
        session.commit()
    assert check(office) == [("blob", "count"), ("case", "missing"), ("case", Fault.UNREADABLE.value)]
