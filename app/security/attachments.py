"""The byte format of sealed files (security 2.2 "Attachment v1"). Integers are big-endian.

    header:  version(1) | suite(1) | key version(4) | file id(16) | nonce prefix(7)
    then, for each 64 KiB of the file: ciphertext | tag(16)

The nonce of a chunk is `prefix | counter(4) | last(1)`, its associated data is the header. A chunk left out, exchanged, repeated or
cut off therefore fails, as does a file under another name. An empty file is one empty last chunk; no other chunk is empty.
The key is a subkey of the file's own data key (`ppa/file/v1|` and the file id, salted with the deployment).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from app.domain.errors import Unreadable
from app.security.primitives import KEY_BYTES, TAG_BYTES, decrypt_at, derive, encrypt_at, random_bytes

VERSION: Final = 1
SUITE_AES_GCM: Final = 1
CHUNK: Final = 64 * 1024
PREFIX_BYTES: Final = 7
_HEADER: Final = struct.Struct(f">BBI16s{PREFIX_BYTES}s")
HEADER_BYTES: Final = _HEADER.size
_SEALED_CHUNK: Final = CHUNK + TAG_BYTES
_MOST_CHUNKS: Final = 1 << 32


class Readable(Protocol):
    """Where sealed bytes come from: `read(n)` gives n bytes, fewer only at the end."""

    def read(self, count: int, /) -> bytes:
        """Read."""


class Header(NamedTuple):
    """What a sealed file says of itself, before any key is looked for."""

    key_version: int
    file_id: UUID
    prefix: bytes

    def packed(self) -> bytes:
        """The bytes of the header, which are the associated data of every chunk."""
        return _HEADER.pack(VERSION, SUITE_AES_GCM, self.key_version, self.file_id.bytes, self.prefix)


def read_header(stream: Readable) -> Header:
    """The header at the start of a sealed file; Unreadable for a short one, an unknown version or suite."""
    raw = stream.read(HEADER_BYTES)
    if len(raw) != HEADER_BYTES:
        raise Unreadable("sealed value")
    version, suite, key_version, file_id, prefix = _HEADER.unpack(raw)
    if version != VERSION or suite != SUITE_AES_GCM:
        raise Unreadable("sealed value")
    return Header(key_version, UUID(bytes=file_id), prefix)


def sealed_size(size: int) -> int:
    """How many bytes a file of `size` bytes takes when sealed."""
    return HEADER_BYTES + size + max(1, -(-size // CHUNK)) * TAG_BYTES


class FileCipher:
    """Seals and opens one file. Holds the derived subkey, not the data key."""

    __slots__ = ("_file_id", "_key", "_key_version")

    def __init__(self, data_key: bytes, key_version: int, deployment: bytes, file_id: UUID) -> None:
        self._key = derive(data_key, deployment, b"ppa/file/v1|" + file_id.bytes)
        self._key_version = key_version
        self._file_id = file_id

    def seal(self, data: Iterable[bytes]) -> Iterator[bytes]:
        """The sealed file, piece by piece, of data that comes in pieces of any size. Holds one chunk."""
        header = Header(self._key_version, self._file_id, random_bytes(PREFIX_BYTES))
        yield header.packed()
        for counter, (chunk, last) in enumerate(_chunks(data)):
            if counter >= _MOST_CHUNKS:
                raise ValueError("file over its limit")
            yield encrypt_at(self._key, _nonce(header, counter, last=last), chunk, header.packed())

    def open(self, header: Header, stream: Readable) -> Iterator[bytes]:
        """The data behind a header, piece by piece, each only after it proved genuine.

        Unreadable as soon as anything differs: whoever uses a piece must be able to throw it away again, because a file that was cut
        off shows that only at its end.
        """
        if header.file_id != self._file_id or header.key_version != self._key_version:
            raise Unreadable("sealed value")
        chunk, counter = stream.read(_SEALED_CHUNK), 0
        while True:
            following = stream.read(_SEALED_CHUNK)
            opened = decrypt_at(self._key, _nonce(header, counter, last=not following), chunk, header.packed())
            if not opened and counter:
                raise Unreadable("sealed value")
            yield opened
            if not following:
                return
            chunk, counter = following, counter + 1


def _nonce(header: Header, counter: int, *, last: bool) -> bytes:
    if counter >= _MOST_CHUNKS:
        raise Unreadable("sealed value")
    return header.prefix + counter.to_bytes(4, "big") + bytes([last])


def _chunks(data: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Chunks of 64 KiB with whether each is the last: one is held back until more comes."""
    waiting = bytearray()
    for piece in data:
        rest = memoryview(piece)
        while rest:
            if len(waiting) == CHUNK:
                yield bytes(waiting), False
                waiting.clear()
            room = CHUNK - len(waiting)
            waiting += rest[:room]
            rest = rest[room:]
    yield bytes(waiting), True


class NewFile:
    """A file about to be kept: its id, and a data key that nobody else has yet. It has no repr.

    Files are sealed before the act that keeps them begins (design 6); `Vault.keep_file` then stores the key in that act.
    """

    __slots__ = ("_deployment", "data_key", "id")

    def __init__(self, file_id: UUID, deployment: bytes) -> None:
        self.id = file_id
        self.data_key = random_bytes(KEY_BYTES)
        self._deployment = deployment

    def sealed(self, data: Iterable[bytes]) -> Iterator[bytes]:
        """The sealed bytes of `data`, under the first version of the file's key."""
        return FileCipher(self.data_key, 1, self._deployment, self.id).seal(data)
