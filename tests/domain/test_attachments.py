"""Sealed files: frozen vectors open for ever; whatever is cut, exchanged, repeated, moved or flipped is refused (security 2.2)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Unreadable
from app.security.attachments import CHUNK, HEADER_BYTES, FileCipher, NewFile, read_header, sealed_size
from app.security.primitives import TAG_BYTES, random_bytes
from tests.domain import freeze
from tests.examples import examples

FROZEN = json.loads(freeze.VECTORS.read_text())
DEPLOYMENT = bytes(16)
FILE = UUID(int=7)
KEY = bytes(range(32))
SEALED_CHUNK = CHUNK + TAG_BYTES


def cipher(key: bytes = KEY, version: int = 1, deployment: bytes = DEPLOYMENT, file_id: UUID = FILE) -> FileCipher:
    return FileCipher(key, version, deployment, file_id)


def sealed(data: bytes, by: FileCipher | None = None) -> bytes:
    return b"".join((by or cipher()).seal([data]))


def opened(blob: bytes, by: FileCipher | None = None) -> bytes:
    stream = io.BytesIO(blob)
    return b"".join((by or cipher()).open(read_header(stream), stream))


def refusal(blob: bytes, by: FileCipher | None = None) -> tuple[str, BaseException | None]:
    with pytest.raises(Unreadable) as caught:
        opened(blob, by)
    return str(caught.value), caught.value.__cause__


REFUSED = ("sealed value", None)


def parts(blob: bytes) -> list[bytes]:
    """Header and chunks of a sealed file."""
    chunks = [blob[at : at + SEALED_CHUNK] for at in range(HEADER_BYTES, len(blob), SEALED_CHUNK)]
    return [blob[:HEADER_BYTES], *chunks]


@pytest.fixture(scope="module")
def long_file() -> bytes:
    """Four chunks, the last one short."""
    return sealed(random_bytes(3 * CHUNK + 500))


# --- what is frozen ---------------------------------------------------------------------------------------------------


def test_the_frozen_files_still_open() -> None:
    assert opened(bytes.fromhex(FROZEN["attachment"]), freeze.file_cipher()) == b"surat"
    assert opened(freeze.ATTACHMENT.read_bytes(), freeze.file_cipher()) == freeze.attachment()


def test_the_frozen_header_is_laid_out_as_written_down() -> None:
    blob = bytes.fromhex(FROZEN["attachment"])
    assert blob[:6] == b"\1\1" + freeze.KEY_VERSION.to_bytes(4, "big")
    assert blob[6:22] == freeze.ROW.bytes
    assert len(blob) == 29 + len(b"surat") + 16


# --- there and back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1])
def test_a_file_of_any_size_comes_back_and_takes_the_room_that_was_reckoned(size: int) -> None:
    data = random_bytes(size)
    assert opened(sealed(data)) == data
    assert len(sealed(data)) == sealed_size(size)


@examples(25)
@given(cuts=st.lists(st.integers(0, 40_000), max_size=8))
def test_the_pieces_in_which_data_arrive_make_no_difference(cuts: list[int]) -> None:
    data = bytes(sum(cuts))

    def arriving() -> Iterable[bytes]:
        at = 0
        for cut in cuts:
            yield data[at : at + cut]
            at += cut

    assert opened(b"".join(cipher().seal(arriving()))) == data


def test_a_large_file_is_sealed_and_opened_a_chunk_at_a_time() -> None:
    """Not more than one piece is asked for ahead of what was given out."""
    asked = []

    def endless() -> Iterator[bytes]:
        for number in range(1_000):
            asked.append(number)
            yield bytes(CHUNK)

    giving = cipher().seal(endless())
    for _turn in range(5):
        next(giving)
    assert len(asked) <= 6


# --- nothing else opens -----------------------------------------------------------------------------------------------


def test_every_flipped_bit_of_header_tags_and_ends_is_refused(long_file: bytes) -> None:
    edges = {HEADER_BYTES, HEADER_BYTES + SEALED_CHUNK, HEADER_BYTES + 2 * SEALED_CHUNK, len(long_file)}
    places = {*range(HEADER_BYTES), *(edge + step for edge in edges for step in (-17, -16, -1, 0, 1))}
    found = set()
    for place in sorted(place for place in places if place < len(long_file)):
        for bit in (1, 128):
            spoilt = bytearray(long_file)
            spoilt[place] ^= bit
            found.add(refusal(bytes(spoilt)))
    assert found == {REFUSED}


@examples(60)
@given(data=st.binary(max_size=300), bit=st.integers(0, 10_000))
def test_a_flipped_bit_anywhere_is_refused(data: bytes, bit: int) -> None:
    blob = bytearray(sealed(data))
    bit %= len(blob) * 8
    blob[bit // 8] ^= 1 << bit % 8
    assert refusal(bytes(blob)) == REFUSED


def test_a_file_cut_off_anywhere_is_refused(long_file: bytes) -> None:
    ends = [len(b"".join(parts(long_file)[:count])) for count in range(1, 5)]
    for end in {0, 5, *(end + step for end in ends for step in (-1, 0, 1, 20))}:
        assert refusal(long_file[:end]) == REFUSED, end


def test_chunks_exchanged_repeated_left_out_or_added_are_refused(long_file: bytes) -> None:
    header, first, second, third, last = parts(long_file)
    other = parts(sealed(random_bytes(3 * CHUNK + 500)))
    wrong = {
        "exchanged": [header, second, first, third, last],
        "left out": [header, first, third, last],
        "last left out": [header, first, second, third],
        "first left out": [header, second, third, last],
        "repeated": [header, first, first, second, third, last],
        "last twice": [header, first, second, third, last, last],
        "of another file": [header, first, other[2], third, last],
        "of the other nonce": [other[0], first, second, third, last],
        "more behind it": [header, first, second, third, last, b"x"],
        "empty last": [header, first, second, third, last, bytes(TAG_BYTES)],
    }
    assert {name: refusal(b"".join(pieces)) for name, pieces in wrong.items()} == dict.fromkeys(wrong, REFUSED)


def test_an_empty_chunk_behind_a_full_one_is_refused_even_when_it_is_genuine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.security.attachments._chunks", lambda data: iter([(bytes(CHUNK), False), (b"", True)]))
    assert refusal(sealed(b"")) == REFUSED


def test_a_file_under_another_name_key_version_or_deployment_is_refused() -> None:
    blob = sealed(b"words")
    strangers = [
        cipher(file_id=UUID(int=8)),
        cipher(key=random_bytes(32)),
        cipher(version=2),
        cipher(deployment=b"\1" * 16),
    ]
    assert {refusal(blob, by) for by in strangers} == {REFUSED}


def test_a_file_whose_header_was_rewritten_for_another_name_is_refused() -> None:
    """Copying the bytes of one file over another, name and all."""
    blob = sealed(b"words")
    renamed = blob[:6] + UUID(int=8).bytes + blob[22:]
    assert refusal(renamed, cipher(file_id=UUID(int=8))) == REFUSED


@pytest.mark.parametrize("byte", [0, 1])
@pytest.mark.parametrize("value", [0, 2, 255])
def test_an_unknown_version_or_suite_is_refused(byte: int, value: int) -> None:
    blob = bytearray(sealed(b"words"))
    blob[byte] = value
    assert refusal(bytes(blob)) == REFUSED


def test_two_files_and_two_sealings_of_one_file_share_no_bytes() -> None:
    first, again = sealed(bytes(1000)), sealed(bytes(1000))
    assert first[22:29] != again[22:29]
    assert first[29:] != again[29:]
    one, two = NewFile(FILE, DEPLOYMENT), NewFile(FILE, DEPLOYMENT)
    assert one.data_key != two.data_key
    assert one.data_key.hex() not in repr(one)
