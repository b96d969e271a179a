"""A scratch file for bytes on their way in: small ones stay in memory, larger ones are sealed before they touch the disk.

The usual spools of web servers and frameworks write an upload to a temporary file as it is (security 2.2). This one seals each 64 KiB
under a key that exists in this process only, into a file without a name: whatever ends the process leaves noise, and no file.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any, BinaryIO, Final

from app.domain.errors import Unavailable
from app.security.primitives import KEY_BYTES, NONCE_BYTES, TAG_BYTES, decrypt, encrypt, random_bytes

CHUNK: Final = 64 * 1024
IN_MEMORY: Final = 4  # chunks; the next one goes to the disk, sealed
_SEALED: Final = NONCE_BYTES + CHUNK + TAG_BYTES


class Spool(io.RawIOBase):
    """Written at its end only, read anywhere. Holds at most six chunks in memory. `scratch` opens the file when it is needed."""

    def __init__(self, scratch: Callable[[], BinaryIO]) -> None:
        super().__init__()
        self._scratch = scratch
        self._file: BinaryIO | None = None
        self._key = random_bytes(KEY_BYTES)
        self._held: list[bytes] = []
        self._tail = bytearray()
        self._full = 0  # whole chunks so far
        self._at = 0
        self._read_last: tuple[int, bytes] = (-1, b"")

    def __len__(self) -> int:
        return self._full * CHUNK + len(self._tail)

    def __bool__(self) -> bool:
        return True  # an empty file is a file

    def readable(self) -> bool:
        """Always."""
        return True

    def writable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place; ValueError before the start."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self)}[whence]
        if start + offset < 0:
            raise ValueError("before the start")
        self._at = start + offset
        return self._at

    def write(self, data: Any) -> int:
        """Add to the end, wherever reading stands; reading goes on behind what was written, as in any file."""
        rest = memoryview(data).cast("B")
        size = len(rest)
        while rest:
            room = CHUNK - len(self._tail)
            self._tail += rest[:room]
            rest = rest[room:]
            if len(self._tail) == CHUNK:
                self._put(bytes(self._tail))
                self._tail.clear()
        self._at = len(self)
        return size

    def read(self, size: int | None = -1) -> bytes:
        """As many bytes as asked for; fewer only at the end."""
        end = len(self) if size is None or size < 0 else min(len(self), self._at + size)
        pieces = []
        while self._at < end:
            number, offset = divmod(self._at, CHUNK)
            piece = self._chunk(number)[offset : offset + end - self._at]
            pieces.append(piece)
            self._at += len(piece)
        return b"".join(pieces)

    def readall(self) -> bytes:
        """What is left."""
        return self.read()

    def readinto(self, target: Any) -> int:
        """Fill a buffer."""
        view = memoryview(target).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Forget everything; the file was without a name already."""
        if self._file is not None:
            self._file.close()
        self._held, self._tail, self._key, self._read_last = [], bytearray(), b"", (-1, b"")
        super().close()

    def _put(self, chunk: bytes) -> None:
        if self._full < IN_MEMORY:
            self._held.append(chunk)
        else:
            self._put_away(encrypt(self._key, chunk, self._full.to_bytes(8, "big")))
        self._full += 1

    def _put_away(self, sealed: bytes) -> None:
        if self._file is None:
            self._file = self._scratch()
        try:
            self._file.seek((self._full - IN_MEMORY) * _SEALED)
            self._file.write(sealed)
            self._file.flush()
        except OSError:
            raise Unavailable("files: no room") from None

    def _chunk(self, number: int) -> bytes:
        if number == self._full:
            return bytes(self._tail)
        if number < IN_MEMORY:
            return self._held[number]
        if self._read_last[0] != number and self._file is not None:
            self._file.seek((number - IN_MEMORY) * _SEALED)
            sealed = self._file.read(_SEALED)
            self._read_last = (number, decrypt(self._key, sealed, number.to_bytes(8, "big")))
        return self._read_last[1]
