"""Ciphertext that does not belong where it stands (security 6 #53, #56): one uniform sentence in its place, and the page stands.

Blobs are moved and changed by SQL, behind the application, as somebody with write access to the database would.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, LargeBinary, select, update

from app.answers import links
from app.answers import services as answers
from app.backup.samples import CLOSING, RETURN, SEALED
from app.cases import contacts, drafts
from app.cases.models import (
    AidRequest,
    Assessment,
    Client,
    Conference,
    Declaration,
    ExpertNote,
    HandOver,
    Monitoring,
    Plan,
    ReportedPerson,
    Service,
    SimfoniEntry,
    Termination,
)
from app.commands.checks import work as work_checks
from app.db.base import Base, new_id
from app.db.session import read_session
from app.db.triggers import registry, standing
from app.notifications import choices
from app.papers.models import IssuedPaper
from app.referrals.models import IncomingReferral
from app.reports import closing, pivot_services, rebuild
from app.reports.counting.scope import Unit as Counted
from app.reports.counting.settings import Period
from app.reports.pivot import Pivot
from app.security.sections import Section
from app.security.structs.drafts import DraftField
from app.security.structs.intake import Intake
from app.security.structs.office import Contact
from app.security.structs.people import ClientIdentity
from app.security.vault import Frozen, Place, Vault
from app.tasks import services as tasks
from app.web import form_drafts, form_sheets
from app.web.models import FormDraft
from tests import (
    case_factories,
    course_factories,
    document_office,
    legal_office,
    notice_office,
    paper_office,
    patbm_support,
    referral_office,
    release_office,
    retention_office,
    safety_office,
    simfoni_support,
)
from tests.conftest import create_schema
from tests.factories import OPERATOR, Office, Someone, make_office, send

NOWHERE_SHOWN = frozenset({"audit.address", "follow-up.coded", "follow-up.text", "outbox.message", "step.reason"})
"""Sections that no page shows, or without a record in this office."""

SENTENCE = re.compile(r'class="unopened">([^<]*)<')


@dataclass(frozen=True)
class Made:
    """An office with one case that has a record of every kind, and another case beside it."""

    office: Office
    worker: Someone
    boss: Someone
    case: UUID
    other: UUID
    clients: tuple[UUID, ...]
    referral: UUID
    draft: UUID
    institution: UUID
    document: UUID
    restricted: UUID
    transfer: UUID
    stays: UUID
    goes: UUID
    merge: UUID
    volunteer: Someone
    note: UUID
    proposal: UUID
    erased: UUID
    track: UUID
    wish: UUID
    closing: UUID


@pytest.fixture(scope="module")
def made(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """One for all tests here: what a test damages it puts back."""
    office = make_office(shared_url, tmp_path_factory.mktemp("moved"), blueprints=referral_office.pages())
    yield furnish(office)
    office.runtime.engine.dispose()


@pytest.fixture
def made_alone(database_url: str, tmp_path: Path) -> Iterator[Made]:
    """One of the test's own, which stays as the test leaves it."""
    office = make_office(database_url, tmp_path, blueprints=referral_office.pages())
    yield furnish(office)
    office.runtime.engine.dispose()


def furnish(office: Office) -> Made:
    worker = office.somebody("PENDAMPING", password=False)
    boss = office.somebody("SUPERVISOR", "DATA", "PSIKOLOG", password=False)
    case = case_factories.make_case(office, worker, boss, clients=2)
    other = case_factories.make_case(office, worker, clients=1)
    clients = tuple(case_factories.row_ids(office, Client, case))
    case_factories.make_consent(office, case, clients[0])
    case_factories.make_service(office, case, clients[0])
    case_factories.make_note(office, case)
    course_factories.course_of(office, case, clients[0])
    colleagues = [office.somebody("PENDAMPING", password=False) for _ in range(2)]
    for colleague in colleagues:
        case_factories.join_team(office, case, colleague)
    case_factories.declare(office, case, colleagues[0], has_part=True)
    case_factories.hand_over(office, case, colleagues[1], worker)
    case_factories.join_team(office, case, boss, "PSIKOLOG")
    note = case_factories.write_as_expert(office, case, boss, kind="EN_PSIKOLOGI")
    case_factories.release(office, case, note, boss)
    safety_office.write_plan(office, worker, case, clients[0])
    safety_office.enter(office, worker, case, clients[0])
    institution = referral_office.make_institution(office)
    referral = referral_office.make_referral(office, case, clients[0], institution)
    referral_office.receive(office, case, clients[0], institution)
    with office.work() as work:
        links.issue(work, referral)
        answers.enter(work, referral, answers.Said("received", "Petugas rekaan"))
    paper_office.equip(office)
    paper_office.issue_one(office, worker, case, referral)
    paper_office.make_request(office, case)
    draft = _typed(office, worker, boss, case)
    case_factories.propose_end(office, case)
    transfer = case_factories.ask_unit(office, other, office.other_unit_id)
    simfoni_support.make_entry_of(office, case)
    simfoni_support.make_reconciliation(office, office.unit_id)
    release_office.waiting(office, release_office.able(office.unit_id))
    release_office.returned(office, release_office.able(office.unit_id))
    letter = document_office.make_document(office, case)
    restricted = document_office.make_document(office, case, kind="DK_PSIKOLOGI")
    twice = [case_factories.make_case(office, worker) for _ in range(2)]
    merge = case_factories.merge(office, boss.actor, *twice)
    retention_office.set_rule(office)
    retention_office.hold(office, case)
    proposal = retention_office.propose_anyhow(office, case)
    erased = retention_office.erase_anyhow(office, office.unit_id)
    track = legal_office.open_track(office, case)
    legal_office.record(office, case, track, "LG_LP", number="LP/B/1")
    _told(office, worker, case)
    return Made(
        office,
        worker,
        boss,
        case,
        other,
        clients,
        referral,
        draft,
        institution,
        letter,
        restricted,
        transfer,
        *twice,
        merge,
        *_noted(office, boss, case),
        proposal,
        erased,
        track,
        legal_office.wish(office, case),
        _closed(office),
    )


def _typed(office: Office, worker: Someone, boss: Someone, case: UUID) -> UUID:
    """What people keep for themselves, and a draft of the intake: its id."""
    sheet = form_sheets.new(worker.id, f"/cases/{case}/notes", f"/cases/{case}/notes/new")
    with office.work(worker.actor) as work:
        draft = drafts.start(work, new_id(), Intake()).id
        form_drafts.keep(work, sheet, [DraftField(name="text", values=("ketikan rekaan",))], case)
        tasks.set_down(work, "tugas rekaan", case_factories.today(office))
        tasks.save_filter(work, "saringan rekaan", {"stage": "ST1_PENGADUAN"})
        contacts.record(work, Contact(on=case_factories.today(office), channel="CH_TELEPON", topic="KT_INFO"))
    with office.work(boss.actor) as work:
        pivot_services.save(work, "tabel rekaan", Pivot(Counted.VICTIMS, "sex"))
    return draft


def _closed(office: Office) -> UUID:
    """April, in which nothing was reported, closed by one and signed by another."""
    data, head = office.somebody("DATA", password=False), office.somebody("KEPALA", password=False)
    april = Period.month(2026, 4)
    with office.work(data.actor) as work:
        row = closing.close(work, closing.draft(work, april), closing.Words(accepted="dibaca", nihil=True))
    with office.work(head.actor) as work:
        closing.sign(work, april)
    return row.id


def _told(office: Office, who: Someone, case: UUID) -> None:
    """A notice in the person's list, a message in the outbox, and what the person chose."""
    notice_office.give(office, who, case)
    notice_office.dead_mail(office, who)
    with office.work(who.actor) as work:
        choices.choose(work, ["OWN"], time(20), time(6), ["OWN"])


def _noted(office: Office, boss: Someone, case: UUID) -> tuple[Someone, UUID]:
    """A volunteer with a note nobody has received; another one has joined the case."""
    volunteer = office.somebody("PATBM", password=False)
    joined, waits = (patbm_support.send(office, volunteer.actor) for _ in range(2))
    patbm_support.join(office, boss.actor, joined, case)
    return volunteer, waits


# --- one sentence whatever the cause ---------------------------------------------------------------------------------


def stored(engine: Engine, table: str, column: str, row: UUID) -> bytes:
    """The blob as it stands."""
    columns = Base.metadata.tables[table].columns
    with engine.connect() as connection:
        return bytes(connection.scalars(select(columns[column]).where(columns["id"] == row)).one())


def put(engine: Engine, table: str, column: str, row: UUID, blob: bytes) -> None:
    """Write a blob behind the application."""
    whole = Base.metadata.tables[table]
    with engine.begin() as connection:
        connection.execute(update(whole).where(whole.columns["id"] == row).values({column: blob}))


def flipped(at: int) -> Callable[[Made, bytes], bytes]:
    def flip(_made: Made, blob: bytes) -> bytes:
        return blob[:at] + bytes([blob[at] ^ 4]) + blob[at + 1 :] if at >= 0 else blob[:at] + bytes([blob[at] ^ 4])

    return flip


def of_another_row(made: Made, _blob: bytes) -> bytes:
    return stored(made.office.runtime.engine, "clients", "identity_sealed", made.clients[1])


def of_another_section(made: Made, _blob: bytes) -> bytes:
    return stored(made.office.runtime.engine, "clients", "profile_sealed", made.clients[0])


def of_another_case(made: Made, _blob: bytes) -> bytes:
    theirs = case_factories.row_ids(made.office, Client, made.other)[0]
    return stored(made.office.runtime.engine, "clients", "identity_sealed", theirs)


def sealed_under(office: Office, place: Place) -> bytes:
    with office.work() as work:
        work.vault.new_case_key(place.owner, work.now)
        blob = work.vault.seal(place, ClientIdentity(name="Orang Lain"))
        work.recorded("page:opened")
    return blob


CAUSES: dict[str, Callable[[Made, bytes], bytes]] = {
    "the version flipped": flipped(0),
    "the suite flipped": flipped(1),
    "the key version flipped": flipped(5),
    "the nonce flipped": flipped(9),
    "the text flipped": flipped(40),
    "the tag flipped": flipped(-1),
    "cut off": lambda _made, blob: blob[:-7],
    "emptied": lambda _made, _blob: b"",
    "made longer": lambda _made, blob: blob + b"\0",
    "another row's": of_another_row,
    "another section's": of_another_section,
    "another case's": of_another_case,
}


def revealed(made: Made) -> str:
    """The page with the identities, without what differs from one answer to the next."""
    case = f"/cases/{made.case}"
    answer = send(made.office.browser(made.worker), case, f"{case}/reveal")
    assert answer.status_code == 200
    page = str(answer.get_data(as_text=True))
    page = re.sub(r'(nonce|value)="[^"]*"', "", page)
    return re.sub(r"<time[^>]*>|\b\d\d\.\d\d\b", "", page)  # a minute may pass between two answers


def test_the_page_says_the_same_whatever_the_cause_and_stands(
    made: Made, tmp_path_factory: pytest.TempPathFactory
) -> None:
    engine = made.office.runtime.engine
    whole = stored(engine, "clients", "identity_sealed", made.clients[0])
    try:
        _says_the_same(made, whole, tmp_path_factory)
    finally:
        put(engine, "clients", "identity_sealed", made.clients[0], whole)
    assert case_factories.NAMES[0] in revealed(made)


def _says_the_same(made: Made, whole: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    engine = made.office.runtime.engine
    assert SENTENCE.findall(revealed(made)) == []
    pages = {}
    for name, cause in CAUSES.items():
        put(engine, "clients", "identity_sealed", made.clients[0], cause(made, whole))
        pages[name] = revealed(made)
    put(engine, "clients", "identity_sealed", made.clients[0], foreign_deployment(made, tmp_path_factory))
    pages["another deployment's"] = revealed(made)
    assert len({tuple(SENTENCE.findall(page)) for page in pages.values()}) == 1

    told = [name for name, page in pages.items() if page != pages["emptied"]]
    assert told == [], "a cause can be told from another"
    page = pages["emptied"]
    assert SENTENCE.search(page)
    assert case_factories.NAMES[0] not in page
    assert case_factories.NAMES[1] in page
    assert case_factories.STORY in page


def foreign_deployment(made: Made, folders: pytest.TempPathFactory) -> bytes:
    """A blob for the same row and case, sealed by another office."""
    folder = folders.mktemp("foreign")
    url = f"sqlite:///{folder / 'naungan.db'}"
    create_schema(url)
    foreign = make_office(url, folder)
    try:
        return sealed_under(foreign, Place(Section.CLIENT_IDENTITY, made.clients[0], made.case))
    finally:
        foreign.runtime.engine.dispose()


# --- every page stands -----------------------------------------------------------------------------------------------


def pages(made: Made) -> dict[str, Callable[[], Any]]:
    """Every page that shows something sealed."""
    client, chief = made.office.browser(made.worker), made.office.browser(made.boss)
    admin = made.office.browser(made.office.somebody("ADMIN", password=False))
    asked = made.office.browser(made.office.somebody("SUPERVISOR", unit_id=made.office.other_unit_id, password=False))
    case, reported = f"/cases/{made.case}", case_factories.row_ids(made.office, ReportedPerson, made.case)[0]
    service = case_factories.row_ids(made.office, Service, made.case)[0]
    issued = case_factories.row_ids(made.office, IssuedPaper, made.case)[0]
    request = case_factories.row_ids(made.office, AidRequest, made.case)[0]
    sheet = f"/simfoni{case}"
    found: dict[str, Callable[[], Any]] = {
        "reveal": lambda: send(client, case, f"{case}/reveal"),
        "sensitive": lambda: send(chief, case, f"{case}/reveal"),
        "sheet": lambda: send(chief, "/account", f"{sheet}/open"),
        f"{case}/papers/f3": lambda: paper_office.press(client, made.case, "f3", request),
        f"{case}/papers/issued": lambda: paper_office.press(client, made.case, "issued", issued),
        "search": lambda: send(client, "/intake", "/intake/search", name=case_factories.NAMES[1]),
    }
    with read_session(made.office.runtime.engine) as session:
        typed = session.scalars(select(FormDraft.id)).one()
    came = case_factories.row_ids(made.office, IncomingReferral, made.case)[0]
    by_worker = (
        "/",
        "/cases",
        case,
        f"{case}/chronology",
        f"{case}/incident",
        f"{case}/clients/{made.clients[0]}",
        f"{case}/clients/{made.clients[0]}/end",
        f"{case}/reported/{reported}",
        f"{case}/notes/new",
        f"{case}/notes/new?draft={typed}",
        f"{case}/services/{service}/remove",
        f"{case}/services/{service}/edit",
        f"{case}/consents/new",
        f"{case}/consents/basis",
        f"{case}/risk",
        f"{case}/clients/{made.clients[0]}/safety-plan",
        f"{case}/shelter",
        "/shelter",
        f"{case}/openings",
        *course_pages(made),
        f"{case}/story",
        f"{case}/summary",
        f"{case}/papers",
        "/papers/f1",
        f"{case}/documents",
        f"{case}/documents/new",
        f"{case}/documents/{made.document}",
        f"{case}/documents/{made.document}/pages/1",
        f"{case}/documents/{made.document}/edit",
        f"{case}/documents/{made.document}/replace",
        f"{case}/documents/{made.document}/remove",
        "/referrals",
        f"/referrals/{made.referral}",
        f"/referrals/for/{made.case}",
        f"/referrals/{made.referral}/news",
        "/referrals/in",
        f"/referrals/in/{came}",
        f"/referrals/in/{came}/steps/decline",
        f"/answers/{made.referral}",
        "/intake",
        f"/intake/{made.draft}/report",
        f"/intake/{made.draft}/check",
        "/contacts",
        f"{case}/legal/{made.track}",
        f"{case}/police",
        "/notices",
        "/notices/choices",
        "/tasks",
        "/tasks/filters",
        "/agenda",
        "/agenda?weeks=6",
    )
    handed = case_factories.row_ids(made.office, HandOver, made.case)[0]
    declared = case_factories.row_ids(made.office, Declaration, made.case)[0]
    note = case_factories.row_ids(made.office, ExpertNote, made.case)[0]
    by_boss = (
        f"{case}/police/{made.wish}",
        f"{case}/expert-notes/{note}",
        f"{case}/terminations/{case_factories.row_ids(made.office, Termination, made.case)[0]}",
        f"{case}/team",
        "/simfoni",
        "/simfoni/reconciliations",
        "/reports/releases",
        "/reports/returns",
        f"/reports/returns/{release_office.returned(made.office, release_office.able(made.office.unit_id))}",
        f"/reports/releases/{release_office.waiting(made.office, release_office.able(made.office.unit_id))}",
        sheet,
        f"{sheet}/entries/{case_factories.row_ids(made.office, SimfoniEntry, made.case)[0]}/take-back",
        f"{case}/declarations/{declared}",
        f"{case}/documents",
        f"{case}/documents/{made.restricted}",
        f"/hand-overs/{handed}",
        "/cases?kind=VK_FISIK",
        "/clocks",
        "/agenda/unit",
        "/reports",
        "/reports/pivot",
        "/reports?year=2026&part=04",
        "/reports/closings?year=2026",
        "/reports/closings/period?period=2026-04",
        f"/reports/closings/{made.closing}",
        "/approvals",
        f"/transfers/for/{made.other}",
        f"/transfers/{made.transfer}/retract",
        "/institutions",
        f"/institutions/{made.institution}",
        f"{case}/void",
        f"/cases/{made.stays}",
        f"/cases/{made.stays}/merge/{made.goes}",
        f"/cases/{made.stays}/merges/{made.merge}/undo",
        "/village-notes",
        f"/village-notes/{made.note}",
        f"/village-notes/{made.note}/answer",
        "/retention",
        f"/retention/files/{made.case}",
        f"/retention/files/{made.case}/propose",
        f"/retention/files/{made.case}/proposals/{made.proposal}",
        f"/retention/erased/{made.erased}",
        f"/cases/{made.erased}",
    )
    for browser, addresses in (
        (client, by_worker),
        (chief, by_boss),
        (client, (f"/cases/{made.other}",)),
        (asked, (f"/transfers/{made.transfer}", "/approvals")),
        (
            made.office.browser(made.volunteer),
            ("/own-notes", f"/own-notes/{made.note}", f"/own-notes/{made.note}/edit"),
        ),
        (admin, ("/users", f"/users/{made.worker.id}", "/letters", "/retention/rule")),
    ):
        found |= {address: lambda b=browser, a=address: b.get(a) for address in addresses}  # type: ignore[misc]
    return found


def course_pages(made: Made) -> Iterator[str]:
    """The pages of each record of the course, and the blank ones."""
    case = f"/cases/{made.case}"
    kinds = {"assessments": Assessment, "plans": Plan, "monitorings": Monitoring, "conferences": Conference}
    for name, kind in kinds.items():
        row = case_factories.row_ids(made.office, kind, made.case)[0]
        yield from (f"{case}/{name}/new", f"{case}/{name}/{row}/edit")
        yield from (() if name == "monitorings" else (f"{case}/{name}/{row}",))
    plan = f"{case}/plans/{case_factories.row_ids(made.office, Plan, made.case)[0]}"
    yield from (f"{plan}/answer", f"{plan}/review", f"{case}/services/new")


def let_change(connection: Connection, table: str) -> None:
    """Take away the guards of an append-only table, as somebody would who owns the database."""
    for name, guarded in standing(connection):
        if guarded == table:
            on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")


@contextmanager
def damaged(engine: Engine, table: str, column: str) -> Iterator[None]:
    """Every blob of a column has a bit flipped for the length of a block."""
    whole = Base.metadata.tables[table]
    keys = list(whole.primary_key.columns)
    assert isinstance(whole.columns[column].type, LargeBinary)

    def write(change: Callable[[bytes], bytes]) -> None:
        with engine.begin() as connection:
            let_change(connection, table)
            for *ids, blob in rows:
                same = [key == value for key, value in zip(keys, ids, strict=True)]
                connection.execute(update(whole).where(*same).values({column: change(blob)}))
            registry.restore(connection)

    with engine.begin() as connection:
        found = connection.execute(select(*keys, whole.columns[column])).all()
    rows = [row for row in found if row[-1]]  # of an erased file nothing is left to damage
    write(lambda blob: blob[:-1] + bytes([blob[-1] ^ 1]))
    try:
        yield
    finally:
        write(lambda blob: blob)


def columns_by_section() -> dict[str, tuple[str, str]]:
    """Where each section stands."""
    found = {section.value: (model.__tablename__, column) for section, (model, column) in SEALED.items()}
    return {
        **found,
        "ledger": ("ledger_blobs", "records_sealed"),
        CLOSING: ("closings", "tables_sealed"),
        RETURN: ("official_returns", "copy_sealed"),
    }


def says_so(made: Made, section: str, name: str, answer: Any) -> bool:
    """A page that is about the damaged value itself, and has nothing to show without it: it says so, plainly and whole."""
    case = f"/cases/{made.case}"
    about = (
        f"{case}/",
        f"/intake/{made.draft}/",
        "/reports",
        "/letters",
        "/papers/",
        "/simfoni/reconciliations",
        f"/simfoni{case}",
        "sheet",
    )
    page = str(answer.get_data(as_text=True))
    plain = "A part of this cannot be opened" in page or "Ada bagian yang tidak dapat dibuka" in page
    return name.startswith(about) and plain and not any(word in page for word in (*case_factories.NAMES, section))


def chosen(opens: dict[str, set[str]], most: int | None) -> Iterator[tuple[str, str]]:
    """Sections with the pages to ask while each is damaged: all that open it, or at most so many, those that were asked least."""
    times: Counter[str] = Counter()
    for section in sorted(set().union(*opens.values()) - {Section.AUDIT_ADDRESS.value}):
        names = sorted((name for name, sections in opens.items() if section in sections), key=lambda name: times[name])
        for name in names[:most]:
            times[name] += 1
            yield section, name


@pytest.mark.about_pages
@pytest.mark.parametrize("most", [3, pytest.param(None, marks=pytest.mark.slow)], ids=["some", "all"])
def test_no_page_breaks_on_any_damaged_column(made: Made, monkeypatch: pytest.MonkeyPatch, most: int | None) -> None:
    """Pages are asked for with each of the columns they open damaged, all rows of it at once: every pair of them among the slow tests."""
    opened: set[str] = set()
    open_section, open_ledger, open_own = Vault.open, Vault.open_ledger, Vault.open_own
    open_frozen = Vault.open_frozen

    def opening(vault: Vault, place: Place, blob: bytes, kind: Any) -> Any:
        opened.add(place.section.value)
        return open_section(vault, place, blob, kind)

    def opening_own(vault: Vault, place: Any, blob: bytes, kind: Any, reader: UUID | None) -> Any:
        opened.add(place.section.value)
        return open_own(vault, place, blob, kind, reader)

    def opening_frozen(vault: Vault, what: Frozen, row_id: UUID, blob: bytes) -> bytes:
        opened.add(what.value)
        return open_frozen(vault, what, row_id, blob)

    def opening_ledger(vault: Vault, blob_id: UUID, blob: bytes) -> bytes:
        opened.add("ledger")
        return open_ledger(vault, blob_id, blob)

    monkeypatch.setattr(Vault, "open", opening)
    monkeypatch.setattr(Vault, "open_ledger", opening_ledger)
    monkeypatch.setattr(Vault, "open_own", opening_own)
    monkeypatch.setattr(Vault, "open_frozen", opening_frozen)
    opens: dict[str, set[str]] = {}
    asked = pages(made)
    for name, send_it in asked.items():
        opened.clear()
        assert send_it().status_code == 200, name
        opens[name] = set(opened)
    columns = columns_by_section()
    assert set().union(*opens.values()) >= columns.keys() - NOWHERE_SHOWN
    broken = []
    for section, pairs in groupby(chosen(opens, most), key=lambda pair: pair[0]):
        with damaged(made.office.runtime.engine, *columns[section]):
            for _section, name in pairs:
                answer = asked[name]()
                must_say_so = (section, name) == ("ledger", "/reports")  # a sum that leaves a part out would look right
                stands = answer.status_code == 200 and not must_say_so
                if not stands and not says_so(made, section, name, answer):
                    broken.append(f"{section}: {name.replace(str(made.case), 'C')} {answer.status_code}")
    assert not broken, "\n".join(broken)


# --- what the commands say -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "fault", "kind"),
    [
        (Section.INCIDENT, "unreadable", "case"),
        (Section.CLIENT_PROFILE, "unreadable", "case"),
        (Section.SERVICE, "unreadable", "case"),
        (Section.REFERRAL, "unreadable", "case"),
        ("ledger", "unreadable", "blob"),
    ],
)
def test_facts_rebuild_check_names_what_does_not_open(
    made: Made, section: Section | str, fault: str, kind: str
) -> None:
    assert rebuild.check(made.office.runtime, OPERATOR).ok
    with damaged(made.office.runtime.engine, *columns_by_section()[str(section)]):
        report = rebuild.check(made.office.runtime, OPERATOR)
    assert not report.ok
    assert (fault, kind) in {(each.fault.value, each.kind) for each in report.differences}


def test_ledger_blobs_of_two_months_exchanged_are_found(made_alone: Made) -> None:
    made = made_alone
    made.office.clock.pass_by(days=40)
    case_factories.make_case(made.office, made.worker)
    engine = made.office.runtime.engine
    blobs = Base.metadata.tables["ledger_blobs"].columns
    with engine.connect() as connection:
        found = connection.execute(select(blobs["id"], blobs["records_sealed"]).order_by(blobs["month"])).all()
    (first, one), (second, two) = found[0], found[-1]
    put(engine, "ledger_blobs", "records_sealed", first, two)
    put(engine, "ledger_blobs", "records_sealed", second, one)
    report = rebuild.check(made.office.runtime, OPERATOR)
    assert {(each.fault.value, each.kind, each.id) for each in report.differences} == {
        ("unreadable", "blob", first),
        ("unreadable", "blob", second),
    }


@pytest.mark.parametrize("section", sorted(set(columns_by_section()) - NOWHERE_SHOWN))
def test_the_doctor_names_the_kind_of_value_that_does_not_open(made: Made, section: str) -> None:
    with damaged(made.office.runtime.engine, *columns_by_section()[section]):
        found = {finding.code: finding for finding in work_checks.check(made.office.runtime)}
    name = "ledger.records" if section == "ledger" else section
    assert name in found["sections.unreadable"].says


def test_the_doctor_finds_nothing_in_a_whole_office(made: Made) -> None:
    assert "sections.unreadable" not in {finding.code for finding in work_checks.check(made.office.runtime)}
