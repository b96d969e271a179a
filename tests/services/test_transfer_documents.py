"""Documents that go along when another unit takes a case over: sealed anew before the act, named in the log before they are read, and
nothing left on the disk of what no act kept."""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from app.audit.models import AuditEntry
from app.cases import terminations, transfers
from app.documents import carrying, keeping, queries, services, sweeping
from app.documents.models import Document
from app.documents.reading.found import Found
from app.domain.errors import Refused, Stale, Unreadable
from app.referrals.models import Referral
from app.security.attachments import CHUNK
from app.security.structs import documents as structs
from app.security.vault import Vault
from app.transfers import services as desk
from tests import case_factories as made
from tests import document_office as docs
from tests import paper, referral_office
from tests.factories import Office
from tests.transfer_office import Units, units_of

PART, SENSITIVE = "TB_DOKUMEN", "TB_KHUSUS"
LARGE = 20 << 20


@pytest.fixture
def at(office: Office) -> Units:
    return units_of(office)


@pytest.fixture
def case_id(at: Units) -> UUID:
    return at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")


def asked(at: Units, case_id: UUID, *parts: str) -> UUID:
    return at.propose(case_id, parts=parts or (PART,))


def held(office: Office, case_id: UUID) -> dict[str, tuple[Document, structs.Document, bytes]]:
    """The documents of a case by title: row, head, and the bytes of the file as it is handed out."""
    found = {}
    with office.work() as work:
        work.recorded("page:opened")
        for row in queries.of_case(work, case_id):
            head = services.read(work, row)
            main = next(part for part in head.parts if part.role == keeping.MAIN)
            with office.runtime.files.read(main.file_id) as stream:
                data = b"".join(work.vault.open_file(row.place(services.section_of(head)), main.file_id, stream))
            found[services.read_text(work, row, head).title] = (row, head, data)
    return found


def prepared_events(at: Units) -> list[AuditEntry]:
    """What was opened of the sender's documents before the act."""
    return [entry for entry in at.office.events() if entry.event == "transfer:prepared"]


# --- what goes along -------------------------------------------------------------------------------------------------


def test_a_document_goes_along_as_a_file_of_its_own(at, case_id):
    client_id = at.ours.clients(case_id)[0]
    ours_id = docs.make_document(
        at.office, case_id, "a.jpg", paper.photo(), title="foto", evidence=True, kind="DK_FOTO", client_id=client_id
    )
    at.office.clock.pass_by(days=1)
    copy_id = at.accept(asked(at, case_id))
    ours, theirs = held(at.office, case_id)["foto"], held(at.office, copy_id)["foto"]

    assert theirs[2] == ours[2] == paper.photo()
    assert ours[0].id == ours_id
    assert (theirs[1].client_id, theirs[1].is_evidence) == (at.ours.clients(copy_id)[0], True)
    assert [(p.role, p.size, p.sha256) for p in theirs[1].parts] == [(p.role, p.size, p.sha256) for p in ours[1].parts]
    assert not {part.file_id for part in theirs[1].parts} & {part.file_id for part in ours[1].parts}
    assert (theirs[0].series_id, theirs[0].position) == (theirs[0].id, 1)
    assert (theirs[0].created_at, theirs[0].created_by) == (ours[0].created_at, ours[0].created_by)
    assert len(docs.files_on_disk(at.office)) == 6
    docs.assert_no_strays(at.office)


def test_the_newest_version_alone_goes_along_and_nothing_that_was_removed(at, case_id):
    first = docs.make_document(at.office, case_id, "a.pdf", paper.pdf(words="lama"), title="surat")
    with at.office.work() as work:
        newer = docs.prepared(at.office, "b.pdf", paper.pdf(words="baru"))
        services.replace(work, case_id, first, newer, docs.LIMITS, None)
    gone = docs.make_document(at.office, case_id, title="salah unggah")
    with at.office.work() as work:
        services.remove(work, case_id, gone, "salah kasus")
    copy_id = at.accept(asked(at, case_id))

    theirs = held(at.office, copy_id)
    assert theirs.keys() == {"surat"}
    assert theirs["surat"][2] == paper.pdf(words="baru")
    assert len(made.row_ids(at.office, Document, copy_id)) == 1


def test_papers_of_a_consent_and_of_a_client_who_has_ended_stay(at):
    case_id = at.ours.bring_to(at.ours.case(clients=2), "ST5_INTERVENSI")
    goes, stays = at.ours.clients(case_id)
    consent_id = made.make_consent(at.office, case_id, goes)
    docs.make_document(at.office, case_id, title="perkara")
    docs.make_document(at.office, case_id, title="yang ikut", client_id=goes)
    docs.make_document(at.office, case_id, title="yang tinggal", client_id=stays)
    docs.make_document(at.office, case_id, title="formulir", consent_id=consent_id)
    docs.make_document(at.office, case_id, title="persetujuan", kind="DK_PERSETUJUAN")
    at.ours.approve_end(case_id, at.ours.propose(case_id, stays))

    assert held(at.office, at.accept(asked(at, case_id))).keys() == {"perkara", "yang ikut"}


@pytest.mark.parametrize("parts", [(PART,), (PART, "TB_LAYANAN")])
def test_a_document_belongs_to_its_referral_where_that_goes_along(at, case_id, parts):
    institution = referral_office.make_institution(at.office)
    client_id = at.ours.clients(case_id)[0]
    referral_id = referral_office.make_referral(at.office, case_id, client_id, institution, sent=True)
    docs.make_document(at.office, case_id, title="balasan", referral_id=referral_id)
    copy_id = at.accept(asked(at, case_id, *parts))

    (referral,) = made.row_ids(at.office, Referral, copy_id) or [None]
    assert held(at.office, copy_id)["balasan"][1].referral_id == referral
    assert (referral is None) == (len(parts) == 1)


def test_restricted_documents_go_along_with_the_sensitive_data_only(at, case_id):
    docs.make_document(at.office, case_id, title="surat")
    docs.make_document(at.office, case_id, title="psikologi", kind="DK_PSIKOLOGI")
    transfer_id = asked(at, case_id)
    with at.ready(transfer_id) as ready:
        assert len(ready.documents) == 1
    assert not [event for event in prepared_events(at) if "document.guarded" in event.sections]
    with at.office.work(at.ours.supervisor.actor) as work:
        transfers.retract(work, transfer_id, "keliru")

    assert held(at.office, at.accept(asked(at, case_id, PART, SENSITIVE))).keys() == {"surat", "psikologi"}


def test_without_the_tick_no_document_is_opened_and_no_file_made(at, case_id):
    docs.make_document(at.office, case_id)
    docs.make_document(at.office, case_id, kind="DK_PSIKOLOGI")
    before = docs.files_on_disk(at.office)
    copy_id = at.accept(asked(at, case_id, SENSITIVE))

    assert not made.row_ids(at.office, Document, copy_id)
    assert docs.files_on_disk(at.office) == before
    theirs = [entry for entry in at.office.events() if entry.actor_id == at.chief.id]
    assert theirs
    assert not [entry for entry in theirs if "document." in entry.sections or entry.event == "transfer:prepared"]


# --- named before it is read -----------------------------------------------------------------------------------------


def test_no_file_is_read_before_an_event_that_names_its_document(at, case_id, monkeypatch):
    goes = docs.make_document(at.office, case_id, title="surat")
    docs.make_document(at.office, case_id, title="psikologi", kind="DK_PSIKOLOGI")
    transfer_id = asked(at, case_id)
    standing: list[AuditEntry] = []

    def watched(vault: Vault, *args: Any) -> Any:
        standing.append(prepared_events(at)[-1])  # by a connection of its own
        return open_file(vault, *args)

    open_file = Vault.open_file
    monkeypatch.setattr(Vault, "open_file", watched)
    at.accept(transfer_id)

    assert len(standing) == len(docs.head_of(at.office, goes).parts)
    assert len({event.seq for event in standing}) == 1
    assert (standing[0].actor_id, standing[0].object_id) == (at.chief.id, transfer_id)
    assert (standing[0].cases, standing[0].objects) == (str(case_id), str(goes))
    assert standing[0].sections.split() == ["client.profile", "document.coded", "document.text"]


def test_nobody_but_who_may_answer_makes_anything_ready(at, case_id):
    docs.make_document(at.office, case_id)
    transfer_id = asked(at, case_id)
    before = docs.files_on_disk(at.office)
    for somebody in (at.theirs, at.ours.supervisor, at.ours.manager):
        with at.ready(transfer_id, somebody.actor) as ready:
            assert ready == carrying.Ready()
    assert docs.files_on_disk(at.office) == before
    assert not prepared_events(at)


# --- nothing half passed on ------------------------------------------------------------------------------------------


def described_anew(office: Office, case_id: UUID, document_id: UUID) -> None:
    with office.work() as work:
        head = services.read(work, work.session.get_one(Document, document_id))
        services.change(work, case_id, document_id, head, structs.DocumentText(title="lain"), None)


def replaced(office: Office, case_id: UUID, document_id: UUID) -> None:
    newer = docs.prepared(office, "b.pdf")
    with office.work() as work:
        services.replace(work, case_id, document_id, newer, docs.LIMITS, None)


def removed(office: Office, case_id: UUID, document_id: UUID) -> None:
    with office.work() as work:
        services.remove(work, case_id, document_id, "salah")


def joined(office: Office, case_id: UUID, _document_id: UUID) -> None:
    docs.make_document(office, case_id)


@pytest.mark.parametrize("change", [described_anew, replaced, removed, joined])
def test_a_document_that_changed_meanwhile_stops_the_act_and_leaves_nothing(
    at: Units, case_id: UUID, change: Callable[[Office, UUID, UUID], None]
) -> None:
    document_id = docs.make_document(at.office, case_id)
    transfer_id = asked(at, case_id)
    with at.ready(transfer_id) as ready:
        change(at.office, case_id, document_id)
        with pytest.raises(Stale):
            take_over(at, transfer_id, ready)

    assert at.ours.row(case_id).status == "open"
    docs.assert_no_strays(at.office)
    copy_id = at.accept(transfer_id)
    assert len(held(at.office, copy_id)) == len(held(at.office, case_id))
    docs.assert_no_strays(at.office)


def test_a_client_who_is_helped_again_meanwhile_stops_the_act(at):
    """Documents of that client would be missing."""
    case_id = at.ours.bring_to(at.ours.case(clients=2), "ST5_INTERVENSI")
    ended = at.ours.clients(case_id)[1]
    docs.make_document(at.office, case_id, client_id=ended)
    at.ours.approve_end(case_id, at.ours.propose(case_id, ended))
    transfer_id = asked(at, case_id)
    with at.ready(transfer_id) as ready:
        with at.office.work(at.ours.supervisor.actor) as work:
            terminations.help_again(work, case_id, ended, "kembali meminta layanan")
        with pytest.raises(Stale):
            take_over(at, transfer_id, ready)
    assert len(held(at.office, at.accept(transfer_id))) == 1


def test_a_document_removed_while_files_are_sealed_leaves_nothing(at, case_id, monkeypatch):
    """Between the reading that chooses and the one that seals."""
    document_id = docs.make_document(at.office, case_id)
    transfer_id = asked(at, case_id)
    reading = carrying._Preparing.chosen

    def slow(self: Any, parts: Any) -> Any:
        chosen = reading(self, parts)
        removed(at.office, case_id, document_id)
        return chosen

    monkeypatch.setattr(carrying._Preparing, "chosen", slow)
    with pytest.raises(Stale), at.ready(transfer_id):
        pass
    assert docs.files_on_disk(at.office) == []


def test_who_changes_a_document_at_that_moment_goes_first(at, case_id):
    document_id = docs.make_document(at.office, case_id)
    transfer_id = asked(at, case_id)
    with at.ready(transfer_id) as ready, ThreadPoolExecutor(1) as other:
        with at.office.work() as work:
            head = services.read(work, work.session.get_one(Document, document_id))
            services.change(work, case_id, document_id, head, structs.DocumentText(title="lain"), None)
            work.session.flush()
            taking = other.submit(take_over, at, transfer_id, ready)
            with pytest.raises(TimeoutError):
                taking.result(timeout=0.5)
        with pytest.raises(Stale):
            taking.result()
    docs.assert_no_strays(at.office)


def take_over(at: Units, transfer_id: UUID, ready: carrying.Ready) -> None:
    with at.office.work(at.chief.actor) as work:
        desk.accept(work, transfer_id, manager_id=at.theirs.id, ready=ready)


def test_an_act_that_is_refused_or_breaks_leaves_nothing(at, case_id):
    docs.make_document(at.office, case_id, "a.jpg", paper.photo())
    transfer_id = asked(at, case_id)
    with at.ready(transfer_id) as ready:
        assert ready.documents
        with pytest.raises(Refused), at.office.work(at.chief.actor) as work:
            desk.accept(work, transfer_id, manager_id=None, ready=ready)
    docs.assert_no_strays(at.office)
    with at.ready(transfer_id) as ready, pytest.raises(RuntimeError, match="broke"):
        broken_act(at, transfer_id, ready)
    docs.assert_no_strays(at.office)
    assert at.ours.row(case_id).status == "open"


def broken_act(at: Units, transfer_id: UUID, ready: carrying.Ready) -> None:
    with at.office.work(at.chief.actor) as work:
        desk.accept(work, transfer_id, manager_id=at.theirs.id, ready=ready)
        work.session.flush()
        raise RuntimeError("the act broke")


def test_a_file_that_does_not_open_stops_it_and_leaves_nothing(at, case_id):
    docs.make_document(at.office, case_id)
    spoilt = docs.head_of(at.office, docs.make_document(at.office, case_id, data=b"%PDF-1.7 " + paper.pdf()))
    path = at.office.runtime.files.path(spoilt.parts[0].file_id)
    path.write_bytes(path.read_bytes()[:-1])
    before = docs.files_on_disk(at.office)
    with pytest.raises(Unreadable), at.ready(asked(at, case_id)):
        pass
    assert docs.files_on_disk(at.office) == before


def test_room_is_asked_for_before_anything_is_written(at, case_id, monkeypatch):
    docs.make_document(at.office, case_id)
    transfer_id, used = asked(at, case_id), at.office.runtime.files.total()
    full = keeping.Limits(docs.LIMITS.file, docs.LIMITS.case, used)
    monkeypatch.setattr(at.office.runtime.files, "write", lambda *_args: pytest.fail("written"))
    with pytest.raises(Refused, match="document.office-full"), at.ready(transfer_id, limits=full):
        pass
    monkeypatch.setattr(at.office.runtime.files, "free", lambda: 10)
    with pytest.raises(Refused, match="document.disk-full"), at.ready(transfer_id):
        pass


def test_what_a_process_that_died_left_behind_is_swept(at, case_id, monkeypatch):
    docs.make_document(at.office, case_id)
    monkeypatch.setattr(carrying, "discard_unkept", lambda *_args: None)
    kept = docs.files_on_disk(at.office)
    with at.ready(asked(at, case_id)):
        pass
    assert len(docs.files_on_disk(at.office)) == 2 * len(kept)
    then = time.time() - sweeping.UNTOUCHED.total_seconds() - 60
    for path in docs.files_on_disk(at.office):
        os.utime(path, (then, then))
    assert sweeping.sweep(at.office.runtime, at.office.clock()) == len(kept)
    assert docs.files_on_disk(at.office) == kept
    docs.assert_no_strays(at.office)


# --- large files -----------------------------------------------------------------------------------------------------


def test_a_large_file_is_held_a_chunk_at_a_time_and_never_written_unsealed(at, case_id):
    data = b"isi rekaman yang tidak boleh terbaca " * (LARGE // 37)
    arrived = keeping.Arrived("rekaman.mp4", BytesIO(data), len(data))
    ready = keeping.seal(at.office.runtime, arrived, Found("video/mp4", 0, (), {}), evidence=True)
    with at.office.work() as work:
        head = docs.head(at.office, kind="DK_REKAMAN", is_evidence=True)
        services.add(work, case_id, head, structs.DocumentText(title="rekaman"), [ready], docs.LIMITS)
    transfer_id = asked(at, case_id)
    tracemalloc.start()
    copy_id = at.accept(transfer_id)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 100 * CHUNK
    assert held(at.office, copy_id)["rekaman"][2] == data
    for path in docs.files_on_disk(at.office):
        assert data[:37] not in path.read_bytes()
