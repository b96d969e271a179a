"""Where sealed files lie: `<data dir>/files/ab/abcdef…`, named by their random ids, private, written whole or not at all (security 10).

A file gets its name after every byte is on the disk. What is on its way lies in `incoming`, which nothing else reads. The file `office`
names the deployment: the sweeper of another office must not take these files for strays.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID, uuid4

from app.db.files import PRIVATE_FILE, private_dir
from app.domain.errors import Unavailable, Unreadable

FOLDER: Final = "files"  # below the data folder
INCOMING: Final = "incoming"
MARK: Final = "office"
RESERVE: Final = 64 << 20  # bytes that stay free for the database and its log, whatever is uploaded
_TOTAL_SECONDS: Final = 30.0
_NAME_LENGTH: Final = 32


class FileStore:
    """The folder of sealed files of one deployment. Holds no key and reads no content."""

    def __init__(self, root: Path, deployment: bytes) -> None:
        self.root = root
        self._mark = deployment.hex()
        self._total: tuple[float, int] = (0.0, -1)

    # --- one file -----------------------------------------------------------------------------------------------------

    def write(self, file_id: UUID, pieces: Iterable[bytes]) -> int:
        """Keep a sealed file: temporary name, fsync, rename, fsync of the folder. Gives its size in bytes.

        Unavailable where the disk does not take it; whatever goes wrong, no part of it stays.
        """
        self._prepare()
        path, waiting = self.path(file_id), self.root / INCOMING / uuid4().hex
        try:
            size = _write(waiting, pieces)
            private_dir(path.parent)
            os.rename(waiting, path)
            _sync(path.parent)
            _sync(self.root)
        except OSError as error:
            raise _unavailable(error) from None
        finally:
            waiting.unlink(missing_ok=True)
        return size

    def read(self, file_id: UUID) -> BinaryIO:
        """The sealed file, to be closed by the caller. A missing one is as Unreadable as a damaged one."""
        try:
            return self.path(file_id).open("rb")
        except OSError:
            raise Unreadable("sealed value") from None

    def remove(self, file_id: UUID) -> None:
        """Take the file away, if it is there."""
        self.path(file_id).unlink(missing_ok=True)

    def path(self, file_id: UUID) -> Path:
        """Where the file lies."""
        return self.root / file_id.hex[:2] / file_id.hex

    def scratch(self) -> BinaryIO:
        """A private file without a name: nobody can open it, and it is gone when it is closed or the process dies."""
        self._prepare()
        try:
            return tempfile.TemporaryFile(mode="w+b", dir=self.root / INCOMING)
        except OSError as error:
            raise _unavailable(error) from None

    # --- all of them --------------------------------------------------------------------------------------------------

    def ids(self) -> Iterator[UUID]:
        """The ids of the files that are there."""
        for path in self._files():
            yield UUID(path.name)

    def sizes(self, file_ids: Iterable[UUID]) -> int:
        """Bytes that these files take; one that is missing takes none."""
        return sum(_size(self.path(file_id)) for file_id in file_ids)

    def total(self) -> int:
        """Bytes that all files take; counted at most every half minute."""
        counted_at, total = self._total
        now = time.monotonic()
        if total < 0 or now - counted_at > _TOTAL_SECONDS:
            total = sum(_size(path) for path in self._files())
            self._total = (now, total)
        return total

    def free(self) -> int:
        """Bytes that may still be written where the files lie, beyond what stays in reserve."""
        place = next(path for path in (self.root, *self.root.parents) if path.exists())
        return max(0, shutil.disk_usage(place).free - RESERVE)

    def strays(self, known: Iterable[UUID], before: float) -> list[Path]:
        """Files written before this moment (seconds since 1970) that nobody knows, and what an upload that died left behind."""
        ids = set(known)
        unknown = [path for path in self._files() if UUID(path.name) not in ids]
        incoming = self.root / INCOMING
        left = list(incoming.iterdir()) if incoming.is_dir() else []
        return [path for path in (*unknown, *left) if _written(path) < before]

    def is_ours(self) -> bool:
        """Whether the folder is this deployment's, or there is none yet."""
        try:
            return (self.root / MARK).read_text(encoding="ascii", errors="replace").strip() == self._mark
        except FileNotFoundError:
            return not any(self._files())

    def _files(self) -> Iterator[Path]:
        if not self.root.is_dir():
            return
        for folder in sorted(self.root.iterdir()):
            if len(folder.name) == 2 and folder.is_dir():
                yield from (path for path in sorted(folder.iterdir()) if _is_name(path.name))

    def claim(self) -> None:
        """Mark files that came from a backup of this deployment as its own."""
        private_dir(self.root)
        _write(self.root / MARK, [self._mark.encode()], exclusive=False)

    def _prepare(self) -> None:
        """Make the folders on first use. Unavailable where they are another office's."""
        mark = self.root / MARK
        if mark.exists() and (self.root / INCOMING).is_dir():
            if not self.is_ours():
                raise Unavailable("files: of another office")
            return
        try:
            private_dir(self.root)
            private_dir(self.root / INCOMING)
            if not self.is_ours():
                raise Unavailable("files: of another office")
            self.claim()
            _sync(self.root)
        except OSError as error:
            raise _unavailable(error) from None


def _unavailable(error: OSError) -> Unavailable:
    return Unavailable(f"files: {errno.errorcode.get(error.errno or 0, 'failed')}")


def _write(path: Path, pieces: Iterable[bytes], *, exclusive: bool = True) -> int:
    flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if exclusive else os.O_TRUNC)
    with os.fdopen(os.open(path, flags, PRIVATE_FILE), "wb") as stream:
        for piece in pieces:
            stream.write(piece)
        stream.flush()
        os.fsync(stream.fileno())
        return stream.tell()


def _sync(folder: Path) -> None:
    """Make a new name last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_name(name: str) -> bool:
    return len(name) == _NAME_LENGTH and all(sign in "0123456789abcdef" for sign in name)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
