"""Sealed files in a backup: as they lie on the disk, each with its hash, and put back only where no files are (security 10)."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select

from app.backup import archive
from app.backup.errors import BackupRefused
from app.backup.manifest import FileEntry, Manifest, with_files
from app.db.files import private_dir
from app.documents.models import StoredFile
from app.security.filestore import FileStore

PREFIX: Final = "files/"
_NAME: Final = re.compile(r"files/[0-9a-f]{2}/[0-9a-f]{32}")
Advance = Callable[..., None]


def sources(connection: Connection, files: FileStore | None) -> tuple[list[tuple[str, Path]], int]:
    """Archive name and path of every file the snapshot knows, and how many of them are not there. Files are never changed, and those
    removed meanwhile have lost their key: they are not missed."""
    known = connection.scalars(select(StoredFile.id)).all()
    if files is None:
        return [], len(known)
    there = [(name_of(file_id), files.path(file_id)) for file_id in known if files.path(file_id).is_file()]
    return there, len(known) - len(there)


def name_of(file_id: UUID) -> str:
    """The name of a file in the archive."""
    return f"{PREFIX}{file_id.hex[:2]}/{file_id.hex}"


def entries(manifest: Manifest) -> list[FileEntry]:
    """The sealed files of a backup. BackupRefused for a name that is none of ours: it would lead elsewhere."""
    found = [entry for entry in manifest.files if entry.name.startswith(PREFIX)]
    for entry in found:
        if not _NAME.fullmatch(entry.name):
            raise BackupRefused("backup.foreign", entry.name)
    return found


def without(manifest: Manifest) -> Manifest:
    """The manifest of the database alone."""
    return with_files(manifest, [entry for entry in manifest.files if not entry.name.startswith(PREFIX)])


def refuse_used(files: FileStore) -> None:
    """BackupRefused where files lie already."""
    if next(files.ids(), None) is not None:
        raise BackupRefused("database.not-empty", str(files.root))


@contextmanager
def put_back(path: Path, manifest: Manifest, files: FileStore, advance: Advance) -> Iterator[None]:
    """The files stand in their place for as long as the block goes well; if it fails, they are taken away again."""
    wanted = entries(manifest)
    refuse_used(files)
    if not wanted:
        yield
        return
    waiting = files.root.with_name(f".{files.root.name}.restoring")
    shutil.rmtree(waiting, ignore_errors=True)
    try:
        _unpack(path, with_files(manifest, wanted), private_dir(waiting), advance)
        shutil.rmtree(files.root, ignore_errors=True)
        os.rename(waiting, files.root)
        archive.sync_folder(files.root.parent)
    except BaseException:
        shutil.rmtree(waiting, ignore_errors=True)
        raise
    try:
        files.claim()
        yield
    except BaseException:
        shutil.rmtree(files.root, ignore_errors=True)
        raise


def _unpack(path: Path, manifest: Manifest, folder: Path, advance: Advance) -> None:
    @contextmanager
    def place(entry: FileEntry) -> Iterator[archive.Writable]:
        target = folder / entry.name.removeprefix(PREFIX)
        private_dir(target.parent)
        with archive.new_file(target) as (stream, _path):
            yield stream
            stream.flush()
            os.fsync(stream.fileno())

    archive.extract(path, manifest, place, advance)
