"""The scratch file of uploads: it behaves like a file, and nothing of it stands on the disk in the clear."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.security.filestore import FileStore
from app.security.primitives import random_bytes
from app.security.spool import CHUNK, IN_MEMORY, Spool
from tests.examples import examples

WORDS = b"nama anak yang tidak boleh terbaca. " * 4096


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files", bytes(16))


class Watched:
    """A scratch file that remembers what was written to it."""

    def __init__(self) -> None:
        self.files: list[BinaryIO] = []

    def __call__(self) -> BinaryIO:
        self.files.append(tempfile.TemporaryFile())  # noqa: SIM115 - the spool closes it
        return self.files[-1]

    def contents(self) -> bytes:
        """Every byte of it."""
        return b"".join(os.pread(file.fileno(), 1 << 24, 0) for file in self.files)


@examples(30)
@given(
    pieces=st.lists(st.integers(0, 3 * CHUNK), max_size=6),
    looks=st.lists(st.tuples(st.integers(0, 12 * CHUNK), st.integers(0, 2 * CHUNK)), max_size=6),
)
def test_it_gives_back_what_was_written_wherever_one_looks(pieces: list[int], looks: list[tuple[int, int]]) -> None:
    spool, plain = Spool(Watched()), io.BytesIO()
    for size in pieces:
        data = random_bytes(size)
        assert spool.write(data) == plain.write(data)
        assert spool.tell() == plain.tell()
    for place, size in looks:
        spool.seek(place)
        plain.seek(place)
        assert spool.read(size) == plain.read(size)
    spool.seek(0)
    assert spool.read() == plain.getvalue()
    assert len(spool) == len(plain.getvalue())
    spool.close()


def test_a_small_one_needs_no_file_and_a_large_one_is_sealed_before_it_is_written() -> None:
    scratch = Watched()
    spool = Spool(scratch)
    spool.write(WORDS[: IN_MEMORY * CHUNK])
    assert scratch.files == []
    for _turn in range(5):
        spool.write(WORDS)
    assert len(scratch.files) == 1
    assert len(scratch.contents()) > 4 * CHUNK
    assert b"anak" not in scratch.contents()
    spool.seek(0)
    assert spool.read(20) == WORDS[:20]
    spool.close()


def test_its_file_has_no_name_and_lies_in_the_private_folder(store: FileStore, tmp_path: Path) -> None:
    spool = Spool(store.scratch)
    spool.write(bytes(8 * CHUNK))
    links = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert [link for link in links if link.startswith(str(tmp_path / "files" / "incoming")) and "(deleted)" in link]
    assert list((tmp_path / "files" / "incoming").iterdir()) == []
    spool.close()


def test_reading_into_a_buffer_and_lines_work_as_in_any_file() -> None:
    spool = Spool(Watched())
    spool.write(b"satu\ndua\n")
    spool.seek(0)
    target = bytearray(4)
    assert (spool.readinto(target), bytes(target)) == (4, b"satu")
    assert spool.readline() == b"\n"
    assert spool.readline() == b"dua\n"
    assert spool.seek(-4, os.SEEK_END) == 5
    with pytest.raises(ValueError, match="start"):
        spool.seek(-1)
    spool.close()


def test_after_closing_nothing_is_held() -> None:
    spool = Spool(Watched())
    spool.write(WORDS)
    spool.close()
    assert spool.closed
    assert not spool._held
    assert not spool._tail
