"""Sealed files in their folder and their keys in the key store: what opens, in which context, and what is left when something breaks."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, update

from app.audit.chain import entry_hash
from app.domain.errors import Unavailable, Unreadable
from app.security.filestore import FileStore
from app.security.models import WrappedKey
from app.security.sections import Purpose, Section
from app.security.vault import ActGrant, Closed, Grant, NotOpened, Place, ReadGrant
from app.work import AuditLine, Opening, Runtime
from tests.services.sealed_office import ACTOR, NOW, events, make_case, make_runtime, vault

WORDS = b"isi surat yang tidak boleh terbaca " * 5000


@pytest.fixture
def runtime(engine: Engine) -> Runtime:
    return make_runtime(engine)


@pytest.fixture
def store(tmp_path: Path, runtime: Runtime) -> FileStore:
    return FileStore(tmp_path / "files", runtime.crypt.keyring.deployment)


def keep(runtime: Runtime, store: FileStore, data: bytes = WORDS) -> tuple[Place, UUID]:
    """A file of some row of a case, sealed and kept."""
    place, _blob = make_case(runtime)
    file = runtime.crypt.new_file(uuid4())
    store.write(file.id, file.sealed([data]))
    with runtime.begin(ACTOR) as work:
        work.vault.keep_file(file, NOW)
        work.recorded("document:added", place.row)
    return place, file.id


def read(runtime: Runtime, store: FileStore, grant: Grant, place: Place, file_id: UUID) -> bytes:
    with vault(runtime, grant) as box, store.read(file_id) as stream:
        return b"".join(box.open_file(place, file_id, stream))


def test_a_kept_file_opens_and_nothing_of_it_stands_on_the_disk(runtime: Runtime, store: FileStore) -> None:
    place, file_id = keep(runtime, store)
    assert read(runtime, store, ActGrant(), place, file_id) == WORDS
    on_disk = store.path(file_id).read_bytes()
    assert b"surat" not in on_disk
    assert place.owner.hex not in str(store.path(file_id))


def test_a_file_opens_only_under_an_event_that_names_its_row(runtime: Runtime, store: FileStore) -> None:
    place, file_id = keep(runtime, store)
    named = ReadGrant(1, [place.owner], [place.section], [place.row])
    assert read(runtime, store, named, place, file_id) == WORDS
    for grant in (
        Closed(),
        ReadGrant(1, [place.owner], [place.section]),
        ReadGrant(1, [place.owner], [place.section], [uuid4()]),
        ReadGrant(1, [place.owner], [Section.INCIDENT], [place.row]),
        ReadGrant(1, [uuid4()], [place.section], [place.row]),
    ):
        with pytest.raises(NotOpened):
            read(runtime, store, grant, place, file_id)


def test_a_page_opens_the_files_of_every_row_its_event_names(runtime: Runtime, store: FileStore) -> None:
    place, file_id = keep(runtime, store)
    opening = Opening("document:listed", (place.owner,), (place.section,), objects=(place.row, uuid4()))
    with runtime.reading(ACTOR, lambda _work: opening) as work, store.read(file_id) as stream:
        assert b"".join(work.vault.open_file(place, file_id, stream)) == WORDS
    event = events(runtime.engine)[-1]
    assert event.objects == " ".join(map(str, opening.objects))


def test_a_picture_opens_later_under_the_event_of_its_page(runtime: Runtime, store: FileStore) -> None:
    place, file_id = keep(runtime, store)
    opening = Opening("document:listed", (place.owner,), (place.section,), objects=(place.row,))
    with runtime.reading(ACTOR, lambda _work: opening):
        pass
    seen = events(runtime.engine)
    with runtime.reading_on(ACTOR, seen[-1].seq, opening) as work, store.read(file_id) as stream:
        assert b"".join(work.vault.open_file(place, file_id, stream)) == WORDS
    assert len(events(runtime.engine)) == len(seen)


def test_a_file_moved_over_another_is_refused(runtime: Runtime, store: FileStore) -> None:
    (place, file_id), (_other, other_id) = keep(runtime, store), keep(runtime, store)
    os.replace(store.path(other_id), store.path(file_id))
    with pytest.raises(Unreadable, match="sealed value"):
        read(runtime, store, ActGrant(), place, file_id)


def test_a_key_moved_to_another_file_is_refused(runtime: Runtime, store: FileStore) -> None:
    """Whoever writes to the database gives one file the key row of another."""
    (place, file_id), (_other, other_id) = keep(runtime, store), keep(runtime, store)
    with runtime.engine.begin() as connection:
        stolen = connection.scalar(select(WrappedKey.wrapped).where(WrappedKey.object_id == other_id))
        connection.execute(update(WrappedKey).where(WrappedKey.object_id == file_id).values(wrapped=stolen))
    with pytest.raises(Unreadable, match="sealed value"):
        read(runtime, store, ActGrant(), place, file_id)


def test_a_shredded_file_never_opens_again_not_even_where_it_was_just_read(runtime: Runtime, store: FileStore) -> None:
    place, file_id = keep(runtime, store)
    read(runtime, store, ActGrant(), place, file_id)
    with runtime.begin(ACTOR) as work:
        work.vault.shred_files([file_id])
        work.recorded("document:removed", place.row)
    with pytest.raises(Unreadable, match="sealed value"):
        read(runtime, store, ActGrant(), place, file_id)
    with runtime.engine.connect() as connection:
        keys = select(WrappedKey).where(WrappedKey.purpose == Purpose.FILE.value)
        assert connection.execute(keys).first() is None


def test_a_missing_file_fails_as_a_damaged_one_does(runtime: Runtime, store: FileStore) -> None:
    place, file_id = keep(runtime, store)
    store.remove(file_id)
    with pytest.raises(Unreadable, match="sealed value"):
        read(runtime, store, ActGrant(), place, file_id)


def test_an_event_that_names_several_objects_is_held_by_the_chain(runtime: Runtime) -> None:
    with runtime.begin(ACTOR) as work:
        work.runtime.append(work, [AuditLine("document:listed", objects=(uuid4(), uuid4()))])
    event = events(runtime.engine)[-1]
    assert entry_hash(event) == event.hash
    event.objects = str(uuid4())
    assert entry_hash(event) != event.hash
    event.objects = None
    assert entry_hash(event) != event.hash


# --- the folder -------------------------------------------------------------------------------------------------------


def test_files_and_folders_are_private_and_named_by_their_ids_alone(store: FileStore) -> None:
    file_id = uuid4()
    store.write(file_id, [b"x"])
    paths = [store.root, *store.root.rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in paths if path.is_dir()} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in paths if path.is_file()} == {0o600}
    assert store.path(file_id).relative_to(store.root).parts == (file_id.hex[:2], file_id.hex)
    assert list(store.ids()) == [file_id]
    assert store.total() == store.sizes([file_id, uuid4()]) == 1


def test_what_breaks_half_way_leaves_nothing(store: FileStore) -> None:
    def breaking() -> Iterator[bytes]:
        yield bytes(100_000)
        raise RuntimeError("the line broke")

    with pytest.raises(RuntimeError, match="line"):
        store.write(uuid4(), breaking())
    assert list(store.ids()) == []
    assert list((store.root / "incoming").iterdir()) == []


@pytest.mark.parametrize("name", ["fsync", "rename"])
def test_a_full_disk_leaves_nothing(store: FileStore, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    store.write(uuid4(), [b"x"])

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"app.security.filestore.os.{name}", full)
    file_id = uuid4()
    with pytest.raises(Unavailable, match="ENOSPC"):
        store.write(file_id, [b"y"])
    assert list((store.root / "incoming").iterdir()) == []
    assert file_id not in set(store.ids())


def test_strays_are_what_nobody_knows_and_what_is_old_enough(store: FileStore) -> None:
    known, stray = uuid4(), uuid4()
    store.write(known, [b"x"])
    store.write(stray, [b"x"])
    left = store.root / "incoming" / "abc"
    left.write_bytes(b"half")
    assert store.strays([known], time.time() + 1) == [store.path(stray), left]
    assert store.strays([known], time.time() - 3600) == []


def test_the_folder_of_another_office_is_neither_written_nor_swept(store: FileStore, tmp_path: Path) -> None:
    store.write(uuid4(), [b"x"])
    other = FileStore(store.root, b"\7" * 16)
    assert store.is_ours()
    assert not other.is_ours()
    with pytest.raises(Unavailable, match="another office"):
        other.write(uuid4(), [b"x"])
    (store.root / "office").unlink()
    assert not store.is_ours()  # files without a mark belong to nobody we know
    assert FileStore(tmp_path / "elsewhere", b"\7" * 16).is_ours()
