"""The file of a backup: a tar archive (manifest first) and behind it a seal over every byte, so that a flipped bit anywhere shows.

`tar` can list and unpack it. The seal is 8 bytes of magic and the SHA-256 of all before it.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any, Final, Protocol

from app.backup.errors import BackupRefused
from app.backup.manifest import FileEntry, Manifest, from_json, to_json

MANIFEST: Final = "manifest.json"
MAGIC: Final = b"NAUNGANB"
SEAL_BYTES: Final = len(MAGIC) + 32
CHUNK: Final = 1 << 20
_LONGEST_MANIFEST: Final = 64 << 20  # some 400 000 files
Advance = Callable[..., None]


class Writable(Protocol):
    """Something bytes can be written to: a file, or a table being filled."""

    def write(self, data: bytes, /) -> object:
        """Write."""


def entry_of(path: Path, name: str) -> FileEntry:
    """Size and SHA-256 of a file."""
    with path.open("rb") as stream:
        return FileEntry(name, path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest())


def write(target: Path, manifest: Manifest, sources: Sequence[tuple[str, Path]], advance: Advance) -> str:
    """Write the archive whole: temporary file, fsync, rename, fsync of the folder. Mode 0600. Gives its SHA-256.

    FileExistsError where the file exists already; on any failure nothing is left behind.
    """
    if target.exists() or target.is_symlink():
        raise FileExistsError(errno.EEXIST, "exists", str(target))
    with new_file(target.with_name(f".{target.name}.partial")) as (stream, partial):
        sealed = _Hashing(stream, advance)
        _write_tar(sealed, manifest, sources)
        digest = sealed.digest()
        stream.write(MAGIC + digest)
        stream.flush()
        os.fsync(stream.fileno())
        os.replace(partial, target)
    sync_folder(target.parent)
    return digest.hex()


@contextmanager
def new_file(path: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """A new private file; removed again when the block fails."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream, path
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Hashing:
    """A writable that hashes what passes."""

    def __init__(self, stream: IO[bytes], advance: Advance) -> None:
        self._stream, self._advance, self._hash = stream, advance, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        self._advance(len(data))
        return self._stream.write(data)

    def digest(self) -> bytes:
        return self._hash.digest()


def _write_tar(stream: Any, manifest: Manifest, sources: Sequence[tuple[str, Path]]) -> None:
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        text = to_json(manifest)
        tar.addfile(_member(MANIFEST, len(text), manifest), io.BytesIO(text))
        for name, path in sources:
            with path.open("rb") as source:
                tar.addfile(_member(name, path.stat().st_size, manifest), source)


def _member(name: str, size: int, manifest: Manifest) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(manifest.made_at.timestamp())
    return info


# --- reading ---------------------------------------------------------------------------------------------------------


def check(path: Path, advance: Advance) -> None:
    """BackupRefused unless every byte is as it was written: `backup.foreign`, `backup.truncated` or `backup.damaged`."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        hashed, left = hashlib.sha256(), max(0, size - SEAL_BYTES)
        while left:
            chunk = stream.read(min(CHUNK, left))
            if not chunk:
                break
            hashed.update(chunk)
            left -= len(chunk)
            advance(len(chunk))
        seal = stream.read()
    if seal[: len(MAGIC)] != MAGIC:
        raise BackupRefused("backup.truncated" if is_ours(path) else "backup.foreign")
    if seal[len(MAGIC) :] != hashed.digest():
        raise BackupRefused("backup.damaged")


def is_ours(path: Path) -> bool:
    """Whether the file begins like a backup."""
    with path.open("rb") as stream:
        return stream.read(len(MANIFEST)) == MANIFEST.encode()


def read_manifest(path: Path) -> Manifest:
    """The manifest of a checked archive."""
    with _opened(path) as tar:
        member = tar.next()
        if member is None or member.name != MANIFEST or member.size > _LONGEST_MANIFEST:
            raise BackupRefused("backup.foreign")
        found = tar.extractfile(member)
        return from_json(found.read() if found is not None else b"")


def extract(
    path: Path, manifest: Manifest, place: Callable[[FileEntry], AbstractContextManager[Writable]], advance: Advance
) -> None:
    """Write every file of the archive where `place` says, checking size and hash on the way."""
    wanted = {entry.name: entry for entry in manifest.files}
    with _opened(path) as tar:
        for member in tar:
            entry = wanted.pop(member.name, None)
            if entry is None:
                continue
            source = tar.extractfile(member)
            if source is None:
                raise BackupRefused("backup.damaged", entry.name)
            with place(entry) as target:
                _copy(source, target, entry, advance)
    if wanted:
        raise BackupRefused("backup.damaged", ", ".join(sorted(wanted)))


def _copy(source: IO[bytes], target: Writable, entry: FileEntry, advance: Advance) -> None:
    hashed, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        hashed.update(chunk)
        size += len(chunk)
        target.write(chunk)
        advance(len(chunk))
    if (size, hashed.hexdigest()) != (entry.size, entry.sha256):
        raise BackupRefused("backup.damaged", entry.name)


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, mode="r:") as tar:
            yield tar
    except tarfile.TarError:
        raise BackupRefused("backup.damaged") from None
