"""Documents of a case: what is kept, who reads it, versions, removal, limits; and that nothing is ever half stored."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from app.audit.events import Event
from app.cases import progress
from app.cases.models import Client
from app.documents import keeping, page, queries, services, sweeping
from app.documents.keeping import Limits, Prepared
from app.documents.models import Document, StoredFile
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused, Stale, Unreadable
from app.security.models import WrappedKey
from app.security.sections import Purpose
from app.security.structs.case import StepReason
from app.security.structs.documents import DocumentText
from app.security.vault import etag
from app.work import Work
from tests import case_factories, document_office, paper
from tests.document_office import LIMITS, files_on_disk, head, head_of, prepared, row_of
from tests.factories import OPERATOR, Office, Someone, office

__all__ = ["office"]

WORDS = DocumentText(title="Surat kepala sekolah", note="diterima lewat bude")


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER", password=False)


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return case_factories.make_case(office, worker)


def keep(
    office: Office, who: Someone, case_id: UUID, ready: list[Prepared], limits: Limits = LIMITS, **changed: Any
) -> UUID:
    with office.work(who.actor) as work:
        return services.add(work, case_id, head(office, **changed), WORDS, ready, limits)[0].id


def bytes_of(office: Office, document_id: UUID, role: str = "main") -> bytes:
    """What a part of a document holds."""
    with office.work() as work:
        row = work.session.get_one(Document, document_id)
        described = services.read(work, row)
        part = page.part_of(described, role)
        assert part is not None
        with work.runtime.files.read(part.file_id) as stream:
            data = b"".join(work.vault.open_file(page.place_of(row, described), part.file_id, stream))
        work.recorded("job:run", purpose="test")
        return data


# --- keeping ----------------------------------------------------------------------------------------------------------


def test_what_was_kept_comes_back_as_it_was(office: Office, worker: Someone, case_id: UUID) -> None:
    document_id = keep(office, worker, case_id, [prepared(office)])
    described = head_of(office, document_id)
    assert (described.media_type, described.pages, described.size) == ("application/pdf", 1, len(paper.pdf()))
    assert bytes_of(office, document_id) == paper.pdf()
    kept = [event for event in office.events() if event.event == Event.DOCUMENT_ADDED]
    assert [event.object_id for event in kept] == [document_id]
    with office.work() as work:
        row = work.session.get_one(Document, document_id)
        words = services.read_text(work, row, described)
        assert (words.title, words.note, words.file_name) == (WORDS.title, WORDS.note, "surat.pdf")
        work.recorded("job:run", purpose="test")


def test_a_photo_is_kept_made_anew_and_its_original_only_as_evidence(
    office: Office, worker: Someone, case_id: UUID
) -> None:
    plain = keep(office, worker, case_id, [prepared(office, "a.jpg", paper.photo(6))], kind="DK_FOTO")
    assert [part.role for part in head_of(office, plain).parts] == ["main", "thumbnail"]
    assert paper.GPS.encode() not in bytes_of(office, plain)
    ready = [prepared(office, "a.jpg", paper.photo(6), evidence=True)]
    proof = keep(office, worker, case_id, ready, kind="DK_FOTO", is_evidence=True)
    assert [part.role for part in head_of(office, proof).parts] == ["main", "shown", "thumbnail"]
    assert bytes_of(office, proof) == paper.photo(6)
    assert paper.GPS.encode() not in bytes_of(office, proof, "shown")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("surat.pdf", "surat.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Siti\\surat.pdf", "surat.pdf"),
        ("surat\u202efdp.exe", "suratfdp.exe"),
        ("nul\0byte\r\nX: y.pdf", "nulbyte X: y.pdf"),
        ("", ""),
        ("/", ""),
        ("  .pdf ", ".pdf"),
        ("tanpa akhiran", "tanpa akhiran"),
    ],
)
def test_the_name_a_file_came_under_is_kept_without_what_deceives(sent: str, kept: str) -> None:
    assert keeping.file_name(sent) == kept


def test_a_name_of_300_signs_keeps_its_ending() -> None:
    name = keeping.file_name("a" * 296 + ".pdf")
    assert len(name) == 200
    assert name.endswith("a.pdf")
    assert len(keeping.file_name("a" * 300)) == 200
    assert len(keeping.file_name("." + "a" * 300)) == 200


def test_it_can_belong_to_a_client_or_a_consent_of_this_case_and_no_other(
    office: Office, worker: Someone, case_id: UUID
) -> None:
    client_id = case_factories.row_ids(office, Client, case_id)[0]
    consent_id = case_factories.make_consent(office, case_id, client_id)
    kept = keep(office, worker, case_id, [prepared(office)], client_id=client_id, consent_id=consent_id)
    assert head_of(office, kept).client_id == client_id
    stranger = case_factories.row_ids(office, Client, case_factories.make_case(office))[0]
    for wrong in (
        {"client_id": stranger},
        {"consent_id": uuid4()},
        {"referral_id": uuid4()},
        {"legal_step_id": uuid4()},
    ):
        with pytest.raises(NotFound):
            keep(office, worker, case_id, [prepared(office)], **wrong)


def test_what_is_wrong_is_refused(office: Office, worker: Someone, case_id: UUID) -> None:
    tomorrow = case_factories.today(office).replace(year=2027)
    for wrong, code in (({"on": tomorrow}, "day.future"), ({"kind": "DK_VISUM"}, "code.unknown")):
        with pytest.raises(Refused, match=code):
            keep(office, worker, case_id, [prepared(office)], **wrong)
    with pytest.raises(Refused, match="document.none"):
        keep(office, worker, case_id, [])


def test_only_the_team_keeps_documents(office: Office, case_id: UUID) -> None:
    boss = office.somebody("SUPERVISOR", password=False)
    with pytest.raises(NotPermitted):
        keep(office, boss, case_id, [prepared(office)])
    with pytest.raises(NotFound):
        keep(office, office.somebody("MANAJER", unit_id=office.other_unit_id), case_id, [prepared(office)])


# --- nothing half stored ----------------------------------------------------------------------------------------------


def arriving(*files: tuple[str, bytes]) -> Iterator[keeping.Arrived]:
    for name, data in files:
        yield document_office.arrived(name, data)


def room(case_used: int = 0, free: int = 1 << 40) -> keeping.Room:
    return keeping.Room(case_used, LIMITS.case, 0, LIMITS.office, free)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader without a process of its own."""
    from app.documents.reading import tasks
    from app.documents.reading.found import Refusal
    from app.domain.errors import Problem

    def look(name: str, data: Any) -> Any:
        try:
            return tasks.look(b"".join(data), {"name": name})
        except Refusal as refusal:
            raise Refused(Problem(refusal.code)) from None

    monkeypatch.setattr("app.documents.keeping.reader.look", look)


def test_files_no_act_keeps_are_taken_away(office: Office, in_process: None) -> None:
    with keeping.prepared(
        office.runtime,
        arriving(("a.jpg", paper.photo()), ("b.pdf", paper.pdf())),
        evidence=True,
        limits=LIMITS,
        room=room(),
    ) as ready:
        assert len(files_on_disk(office)) == 5
        assert len(ready) == 2
    assert files_on_disk(office) == []


def test_when_one_file_is_refused_none_of_them_stays(office: Office, in_process: None) -> None:
    files = arriving(("a.jpg", paper.photo()), ("b.pdf", b"no letter"))
    with (
        pytest.raises(Refused, match="mismatch"),
        keeping.prepared(office.runtime, files, evidence=False, limits=LIMITS, room=room()),
    ):
        pass
    assert files_on_disk(office) == []


def test_an_act_that_fails_keeps_nothing(office: Office, worker: Someone, case_id: UUID, in_process: None) -> None:
    with (
        keeping.prepared(
            office.runtime, arriving(("a.jpg", paper.photo())), evidence=False, limits=LIMITS, room=room()
        ) as ready,
        pytest.raises(RuntimeError, match="broke"),
    ):
        _broken_act(office, worker, case_id, ready)
    assert files_on_disk(office) == []
    with office.runtime.looking(OPERATOR) as work:
        assert work.session.scalars(select(StoredFile)).all() == []
        assert work.session.scalars(select(WrappedKey).where(WrappedKey.purpose == Purpose.FILE.value)).all() == []


def _broken_act(office: Office, worker: Someone, case_id: UUID, ready: Any) -> None:
    with office.work(worker.actor) as work:
        services.add(work, case_id, head(office), WORDS, ready, LIMITS)
        raise RuntimeError("the act broke")


def test_an_act_that_commits_keeps_all_of_it(office: Office, worker: Someone, case_id: UUID, in_process: None) -> None:
    with keeping.prepared(
        office.runtime, arriving(("a.jpg", paper.photo())), evidence=False, limits=LIMITS, room=room()
    ) as ready:
        keep(office, worker, case_id, list(ready))
    assert len(files_on_disk(office)) == 2


def test_what_a_process_that_died_left_behind_is_swept_and_nothing_else(
    office: Office, worker: Someone, case_id: UUID
) -> None:
    keep(office, worker, case_id, [prepared(office)])
    kept = files_on_disk(office)
    prepared(office, "a.jpg", paper.photo())  # sealed, and the process dies before the act
    incoming = office.folder / "files" / "incoming" / "abc"
    incoming.write_bytes(b"half a file")
    assert sweeping.sweep(office.runtime, office.clock()) == 0  # young: an upload may be under way
    assert len(files_on_disk(office)) == len(kept) + 3
    _age(files_on_disk(office))
    assert sweeping.sweep(office.runtime, office.clock()) == 3
    assert files_on_disk(office) == kept
    assert office.events()[-1].purpose == sweeping.JOB


def _age(paths: list[Path]) -> None:
    then = time.time() - sweeping.UNTOUCHED.total_seconds() - 60
    for path in paths:
        os.utime(path, (then, then))


def test_the_files_of_another_office_are_not_swept(office: Office, worker: Someone, case_id: UUID) -> None:
    keep(office, worker, case_id, [prepared(office)])
    stray = prepared(office)
    (office.folder / "files" / "office").write_text("00" * 16)
    _age(files_on_disk(office))
    assert sweeping.sweep(office.runtime, office.clock()) == 0
    assert office.runtime.files.path(stray.main.file_id).exists()


# --- limits -----------------------------------------------------------------------------------------------------------


def test_a_file_a_case_an_office_and_a_disk_have_limits(office: Office, in_process: None) -> None:
    def put(limits: Limits, held: keeping.Room) -> None:
        files = arriving(("a.pdf", paper.pdf()))
        with keeping.prepared(office.runtime, files, evidence=False, limits=limits, room=held):
            pass

    put(LIMITS, room())
    with pytest.raises(Refused, match="too-large"):
        put(Limits(100, LIMITS.case, LIMITS.office), room())
    with pytest.raises(Refused, match="case-full"):
        put(LIMITS, room(case_used=LIMITS.case))
    with pytest.raises(Refused, match="office-full"):
        put(LIMITS, keeping.Room(0, LIMITS.case, LIMITS.office, LIMITS.office, 1 << 40))
    with pytest.raises(Refused, match="disk-full"):
        put(LIMITS, room(free=10))
    assert files_on_disk(office) == []


def test_two_uploads_at_once_cannot_go_over_the_limit_of_a_case(office: Office, worker: Someone, case_id: UUID) -> None:
    """Both saw room for one; the act looks again."""
    ready = [prepared(office), prepared(office)]
    narrow = Limits(LIMITS.file, sum(part.size for part in ready[0].parts) + 200, LIMITS.office)
    keep(office, worker, case_id, ready[:1], narrow)
    with pytest.raises(Refused, match="case-full"):
        keep(office, worker, case_id, ready[1:], narrow)


# --- versions ---------------------------------------------------------------------------------------------------------


def test_a_newer_version_stands_in_front_and_the_older_one_stays(
    office: Office, worker: Someone, case_id: UUID
) -> None:
    first = keep(office, worker, case_id, [prepared(office)])
    with office.work(worker.actor) as work:
        row = work.session.get_one(Document, first)
        newer = prepared(office, "lengkap.pdf", paper.pdf(3))
        second = services.replace(work, case_id, first, newer, LIMITS, etag(*services.blobs(row))).id
    assert head_of(office, second).pages == 3
    assert (bytes_of(office, first), bytes_of(office, second)) == (paper.pdf(), paper.pdf(3))
    with office.runtime.looking(OPERATOR) as work:
        assert [row.id for row in queries.of_case(work, case_id)] == [second]
        assert [row.id for row in queries.versions(work, work.session.get_one(Document, first))] == [second, first]
    with pytest.raises(Conflict), office.work(worker.actor) as work:
        services.replace(work, case_id, first, prepared(office), LIMITS, None)


def test_what_somebody_else_changed_meanwhile_is_not_written_over(
    office: Office, worker: Someone, case_id: UUID
) -> None:
    document_id = keep(office, worker, case_id, [prepared(office)])
    seen = etag(*services.blobs(row_of(office, document_id)))
    with office.work(worker.actor) as work:
        services.change(work, case_id, document_id, head(office, kind="DK_SEKOLAH"), WORDS, seen)
    with pytest.raises(Stale), office.work(worker.actor) as work:
        services.change(work, case_id, document_id, head(office), WORDS, seen)
    described = head_of(office, document_id)
    assert (described.kind, described.media_type, len(described.parts)) == ("DK_SEKOLAH", "application/pdf", 2)


# --- after the end ---------------------------------------------------------------------------------------------------


def test_a_closed_case_takes_new_documents_and_leaves_the_others_as_they_were(
    office: Office, worker: Someone, case_id: UUID
) -> None:
    before = keep(office, worker, case_id, [prepared(office)])
    case_factories.finish(office, case_id, "closed")

    verdict = keep(office, worker, case_id, [prepared(office, "putusan.pdf")])

    assert bytes_of(office, verdict) == paper.pdf()
    for document_id in (before, verdict):
        for act in (_describe, _replace, _remove):
            with pytest.raises(Refused, match="document.case-closed"), office.work(worker.actor) as work:
                act(work, office, case_id, document_id)
    assert [row_of(office, each).is_removed for each in (before, verdict)] == [False, False]


@pytest.mark.parametrize("status", ["voided", "rejected"])
def test_a_case_that_is_none_takes_no_document_and_changes_none(
    office: Office, worker: Someone, case_id: UUID, status: str
) -> None:
    document_id = keep(office, worker, case_id, [prepared(office)])
    case_factories.finish(office, case_id, status)
    with pytest.raises(Conflict):
        keep(office, worker, case_id, [prepared(office)])
    for act in (_describe, _replace, _remove):
        with pytest.raises(Conflict), office.work(worker.actor) as work:
            act(work, office, case_id, document_id)


def test_a_case_that_is_opened_again_changes_its_documents_again(
    office: Office, worker: Someone, case_id: UUID
) -> None:
    document_id = keep(office, worker, case_id, [prepared(office)])
    case_factories.finish(office, case_id, "closed")
    with office.work() as work:
        progress.take_step(work, case_id, "reopen", StepReason(text="laporan baru"))
    with office.work(worker.actor) as work:
        _remove(work, office, case_id, document_id)
    assert row_of(office, document_id).is_removed


def _describe(work: Work, office: Office, case_id: UUID, document_id: UUID) -> None:
    services.change(work, case_id, document_id, head(office, kind="DK_SEKOLAH"), WORDS, None)


def _replace(work: Work, office: Office, case_id: UUID, document_id: UUID) -> None:
    services.replace(work, case_id, document_id, prepared(office), LIMITS, None)


def _remove(work: Work, _office: Office, case_id: UUID, document_id: UUID) -> None:
    services.remove(work, case_id, document_id, "salah unggah")


# --- restricted kinds -------------------------------------------------------------------------------------------------


def test_restricted_papers_are_read_by_their_list_and_whoever_kept_them(
    office: Office, worker: Someone, case_id: UUID
) -> None:
    expert, helper = office.somebody("PSIKOLOG", password=False), office.somebody("PENDAMPING", password=False)
    for who in (expert, helper):
        case_factories.join_team(office, case_id, who)
    document_id = keep(office, helper, case_id, [prepared(office)], kind="DK_PSIKOLOGI")
    allowed = {}
    for name, who in {"author": helper, "list": expert, "team": worker}.items():
        with office.work(who.actor) as work:
            row = work.session.get_one(Document, document_id)
            allowed[name] = page.may_open(work, row, services.read(work, row))
            work.recorded("job:run", purpose="test")
    assert allowed == {"author": True, "list": True, "team": False}
    with pytest.raises(NotPermitted), office.work(worker.actor) as work:
        services.remove(work, case_id, document_id, "salah")
    with pytest.raises(NotPermitted), office.work(worker.actor) as work:
        services.change(work, case_id, document_id, head(office), WORDS, None)


def test_nobody_can_tell_from_the_row_which_documents_are_restricted(
    office: Office, worker: Someone, case_id: UUID
) -> None:
    shapes = set()
    for kind in ("DK_PSIKOLOGI", "DK_LAIN"):
        row = row_of(office, keep(office, worker, case_id, [prepared(office)], kind=kind))
        shapes.add((bool(row.text_sealed), bool(row.guarded_sealed), row.is_removed))
    assert shapes == {(True, True, False)}


def test_a_kind_that_becomes_restricted_is_so_for_the_older_versions_too(
    office: Office, worker: Someone, case_id: UUID
) -> None:
    first = keep(office, worker, case_id, [prepared(office)])
    with office.work(worker.actor) as work:
        second = services.replace(work, case_id, first, prepared(office), LIMITS, None).id
    with office.work(worker.actor) as work:
        services.change(work, case_id, second, head(office, kind="DK_TERBATAS"), WORDS, None)
    assert {head_of(office, each).kind for each in (first, second)} == {"DK_TERBATAS"}


# --- removal ----------------------------------------------------------------------------------------------------------


def test_a_removed_document_leaves_its_entry_and_nothing_of_its_file(
    office: Office, worker: Someone, case_id: UUID
) -> None:
    first = keep(office, worker, case_id, [prepared(office, "a.jpg", paper.photo(), evidence=True)], kind="DK_FOTO")
    with office.work(worker.actor) as work:
        second = services.replace(work, case_id, first, prepared(office), LIMITS, None).id
    keys = _wrapped_keys(office)
    assert len(keys) == 5
    with pytest.raises(Refused, match="required"), office.work(worker.actor) as work:
        services.remove(work, case_id, second, "  ")
    with office.work(worker.actor) as work:
        services.remove(work, case_id, second, "salah unggah")
    assert files_on_disk(office) == []
    for each in (first, second):
        assert row_of(office, each).is_removed
        with pytest.raises(Unreadable):
            bytes_of(office, each)
    with office.work() as work:
        row = work.session.get_one(Document, second)
        assert services.read_text(work, row, services.read(work, row)).removal == "salah unggah"
        assert queries.of_case(work, case_id) == []
        work.recorded("job:run", purpose="test")
    with pytest.raises(Conflict), office.work(worker.actor) as work:
        services.remove(work, case_id, second, "lagi")
    sweeping.sweep(office.runtime, office.clock())
    _assert_gone(office, keys)


def _wrapped_keys(office: Office) -> list[bytes]:
    with office.runtime.looking(OPERATOR) as work:
        wanted = select(WrappedKey.wrapped).where(WrappedKey.purpose == Purpose.FILE.value)
        return list(work.session.scalars(wanted))


def _assert_gone(office: Office, keys: list[bytes]) -> None:
    """The keys stand nowhere: on SQLite not even in the free pages or the log (security 2.7)."""
    assert _wrapped_keys(office) == []
    if office.runtime.engine.dialect.name != "sqlite":
        return
    database = Path(str(office.runtime.engine.url.database))
    with office.runtime.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    held = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert [key for key in keys if key[6:50] in held] == []
