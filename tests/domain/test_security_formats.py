"""Section blobs and wrapped keys: frozen vectors open for ever, and nothing opens anywhere else (security 2.2, 2.3)."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Unreadable
from app.security import formats
from app.security.formats import SectionCipher, Where, pad, unpad, unwrap, wrap
from app.security.keyring import Derived, Kek, KekState, from_document
from app.security.primitives import encrypt, random_bytes
from app.security.sections import REGISTRY, Purpose, Section
from tests.domain import freeze
from tests.domain.documents import any_document

FROZEN = json.loads(freeze.VECTORS.read_text())
DEPLOYMENT = bytes(16)
BUCKETS = [64, 128, 256, 512, 1024]


def here(**changes: Any) -> Where:
    base = Where("case", "case.chronology", UUID(int=1), UUID(int=2))
    return dataclasses.replace(base, **changes)


def refusal(act: Callable[[], object]) -> tuple[type[BaseException], str, BaseException | None]:
    with pytest.raises(Unreadable) as caught:
        act()
    return type(caught.value), str(caught.value), caught.value.__cause__


def same_or_more(found: Any, frozen: Any) -> bool:
    """Whether everything frozen is there; fields added since may stand beside it."""
    if isinstance(frozen, dict):
        return all(name in found and same_or_more(found[name], value) for name, value in frozen.items())
    if isinstance(frozen, list):
        return len(found) == len(frozen) and all(map(same_or_more, found, frozen))
    return bool(found == frozen)


# --- what is frozen -------------------------------------------------------------------------------------------------


def test_the_registry_is_the_golden_one() -> None:
    assert freeze.golden() == freeze.GOLDEN.read_text()


def test_every_section_has_a_frozen_vector() -> None:
    assert set(FROZEN["sections"]) == {section.value for section in Section}


@pytest.mark.parametrize("section", list(Section))
def test_a_frozen_blob_of_every_section_still_opens_with_what_it_held(section: Section) -> None:
    info, vector = REGISTRY[section], FROZEN["sections"][section.value]
    data = freeze.cipher().open(freeze.where(info.purpose, section), bytes.fromhex(vector["blob"]))
    document = msgspec.msgpack.decode(data, type=info.struct)

    assert same_or_more(json.loads(msgspec.json.encode(document)), vector["document"])


def test_a_frozen_ledger_blob_still_opens() -> None:
    blob = bytes.fromhex(FROZEN["ledger"])
    assert freeze.cipher().open(freeze.where(Purpose.LEDGER, "ledger.records"), blob, formats.TYPE_BYTES) == b"1234"
    blob = bytes.fromhex(FROZEN["closing"])
    place = freeze.where(Purpose.LEDGER, "closing.tables")
    assert freeze.cipher().open(place, blob, formats.TYPE_BYTES) == b'{"recap":{}}'


@pytest.mark.parametrize("name", sorted(FROZEN["wrapped"]))
def test_a_frozen_wrapped_key_still_unwraps(name: str) -> None:
    purpose, kek_id = name.split("/")
    kek = freeze.fixed_keyring().kek(int(kek_id))
    assert kek is not None
    assert unwrap(kek, freeze.wrap_context(Purpose(purpose)), bytes.fromhex(FROZEN["wrapped"][name])) == freeze.DATA_KEY


def test_frozen_keyring_tags_and_check_values_stay_the_same() -> None:
    keyring = from_document(FROZEN["keyring"])
    assert keyring == freeze.fixed_keyring()
    assert dict(keyring.check_values()) == FROZEN["check_values"]
    assert keyring.fingerprint() == FROZEN["fingerprint"]
    assert freeze._tags() == FROZEN["tags"]


# --- a blob opens in its place and nowhere else -----------------------------------------------------------------------


@pytest.mark.parametrize("section", list(Section))
@given(data=st.data())
def test_any_document_of_a_section_seals_and_opens(section: Section, data: st.DataObject) -> None:
    info = REGISTRY[section]
    document = data.draw(any_document(info.struct))
    cipher, where = SectionCipher(random_bytes(32), 1, DEPLOYMENT), here(section=section.value)
    opened = cipher.open(where, cipher.seal(where, msgspec.msgpack.encode(document)))

    assert msgspec.msgpack.decode(opened, type=info.struct) == document


ELSEWHERE = {
    "another row": {"row": UUID(int=9)},
    "another case": {"owner": UUID(int=9)},
    "another section": {"section": "note.body"},
    "row and case exchanged": {"row": UUID(int=2), "owner": UUID(int=1)},
}


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_blob_moved_elsewhere_is_refused(place: str) -> None:
    cipher = SectionCipher(random_bytes(32), 1, DEPLOYMENT)
    blob = cipher.seal(here(), b"words")
    assert refusal(lambda: cipher.open(here(**ELSEWHERE[place]), blob))[1] == "sealed value"


def test_a_blob_of_another_deployment_key_or_key_version_is_refused() -> None:
    key = random_bytes(32)
    blob = SectionCipher(key, 1, DEPLOYMENT).seal(here(), b"words")
    renamed = blob[:2] + (2).to_bytes(4, "big") + blob[6:]
    strangers = [
        (SectionCipher(key, 1, b"\1" * 16), blob),
        (SectionCipher(random_bytes(32), 1, DEPLOYMENT), blob),
        (SectionCipher(key, 2, DEPLOYMENT), blob),
        (SectionCipher(key, 2, DEPLOYMENT), renamed),
    ]
    assert {refusal(lambda c=c, b=b: c.open(here(), b)) for c, b in strangers} == {(Unreadable, "sealed value", None)}


def test_every_single_flipped_bit_is_refused() -> None:
    cipher = SectionCipher(random_bytes(32), 1, DEPLOYMENT)
    blob = cipher.seal(here(), b"words")
    found = set()
    for bit in range(len(blob) * 8):
        spoilt = bytearray(blob)
        spoilt[bit // 8] ^= 1 << bit % 8
        found.add(refusal(lambda s=bytes(spoilt): cipher.open(here(), s)))
    assert found == {(Unreadable, "sealed value", None)}


@given(data=st.binary(max_size=200), cut=st.integers(1, 120), tail=st.binary(min_size=1, max_size=40))
def test_a_blob_cut_or_extended_anywhere_is_refused(data: bytes, cut: int, tail: bytes) -> None:
    cipher = SectionCipher(random_bytes(32), 1, DEPLOYMENT)
    blob = cipher.seal(here(), data)
    for spoilt in (blob[: max(0, len(blob) - cut)], blob[cut:], blob + tail, tail + blob, b""):
        assert refusal(lambda s=spoilt: cipher.open(here(), s))[1] == "sealed value"


@given(garbage=st.binary(max_size=200))
def test_bytes_that_were_never_sealed_are_refused(garbage: bytes) -> None:
    cipher = SectionCipher(random_bytes(32), 1, DEPLOYMENT)
    assert refusal(lambda: cipher.open(here(), garbage))[1] == "sealed value"
    assert refusal(lambda: cipher.open(here(), bytes([1, 1, 0, 0, 0, 1]) + garbage))[1] == "sealed value"


@pytest.mark.parametrize("byte", [0, 1])
@pytest.mark.parametrize("value", [0, 2, 3, 255])
def test_an_unknown_version_or_suite_is_refused_before_any_key_is_looked_for(byte: int, value: int) -> None:
    blob = bytearray(SectionCipher(random_bytes(32), 1, DEPLOYMENT).seal(here(), b"words"))
    blob[byte] = value
    assert refusal(lambda: formats.key_version(bytes(blob)))[1] == "sealed value"


def test_a_ledger_blob_does_not_open_as_a_document_nor_the_other_way() -> None:
    cipher = SectionCipher(random_bytes(32), 1, DEPLOYMENT)
    struct, records = cipher.seal(here(), b"x"), cipher.seal(here(), b"x", formats.TYPE_BYTES)
    assert refusal(lambda: cipher.open(here(), records))[1] == "sealed value"
    assert refusal(lambda: cipher.open(here(), struct, formats.TYPE_BYTES))[1] == "sealed value"


def test_a_hundred_thousand_seals_never_repeat_a_nonce() -> None:
    cipher, where = SectionCipher(random_bytes(32), 1, DEPLOYMENT), here()
    assert len({cipher.seal(where, b"")[6:18] for _ in range(100_000)}) == 100_000


# --- padding ----------------------------------------------------------------------------------------------------------


@given(data=st.binary(max_size=5000))
def test_padding_fills_a_bucket_and_comes_off_exactly(data: bytes) -> None:
    padded = pad(formats.TYPE_STRUCT, data)
    assert len(padded) in BUCKETS or len(padded) % 1024 == 0
    assert unpad(formats.TYPE_STRUCT, padded) == data


@pytest.mark.parametrize(
    ("length", "bucket"),
    [
        (0, 64),
        (1, 64),
        (59, 64),
        (60, 128),
        (123, 128),
        (124, 256),
        (507, 512),
        (1019, 1024),
        (1020, 2048),
        (2044, 3072),
    ],
)
def test_each_length_goes_to_its_bucket(length: int, bucket: int) -> None:
    assert len(pad(formats.TYPE_STRUCT, b"x" * length)) == bucket


@pytest.mark.parametrize("value", [True, False, None, "", "KORBAN", "KB_SEKSUAL_PERSETUBUHAN_ANAK", 0, 120])
def test_a_yes_a_no_and_a_code_all_take_64_bytes(value: object) -> None:
    assert len(pad(formats.TYPE_STRUCT, msgspec.msgpack.encode(value))) == 64


def test_padding_that_is_not_zero_or_not_the_smallest_is_refused_even_when_authentic() -> None:
    good = pad(formats.TYPE_STRUCT, b"words")
    wrong = [
        good[:-1] + b"\1",  # not zero
        good + bytes(64),  # a bigger bucket than needed
        good[:-1],  # no bucket at all
        b"\2" + good[1:],  # another type
        good[:1] + (500).to_bytes(4, "big") + good[5:],  # a length beyond the end
        b"",
        b"\1\0\0",
    ]
    assert {refusal(lambda p=padded: unpad(formats.TYPE_STRUCT, p)) for padded in wrong} == {
        (Unreadable, "sealed value", None)
    }


def test_a_document_over_the_limit_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="limit"):
        pad(formats.TYPE_STRUCT, bytes(formats.MAX_DATA + 1))


# --- wrapped keys -----------------------------------------------------------------------------------------------------


def context(**changes: Any) -> formats.WrapContext:
    return dataclasses.replace(formats.WrapContext(DEPLOYMENT, "case", UUID(int=1), 1), **changes)


def a_kek(number: int = 1) -> Kek:
    return Kek(number, KekState.ACTIVE, random_bytes(32))


def test_a_wrapped_key_unwraps_only_under_its_kek_and_in_its_context() -> None:
    kek, data_key = a_kek(), random_bytes(32)
    wrapped = wrap(kek, context(), data_key)
    assert unwrap(kek, context(), wrapped) == data_key

    contexts = [
        context(deployment=b"\1" * 16),
        context(purpose="office"),
        context(object_id=uuid4()),
        context(version=2),
    ]
    attempts = [(kek, other) for other in contexts] + [(a_kek(), context()), (Kek(2, kek.state, kek.key), context())]
    assert {refusal(lambda k=k, c=c: unwrap(k, c, wrapped)) for k, c in attempts} == {
        (Unreadable, "sealed value", None)
    }


def test_every_flipped_bit_of_a_wrapped_key_is_refused() -> None:
    kek = a_kek()
    wrapped = wrap(kek, context(), random_bytes(32))
    for bit in range(len(wrapped) * 8):
        spoilt = bytearray(wrapped)
        spoilt[bit // 8] ^= 1 << bit % 8
        assert refusal(lambda s=bytes(spoilt): unwrap(kek, context(), s))[1] == "sealed value"
    for spoilt in (wrapped[:-1], wrapped + b"\0", b""):
        assert refusal(lambda s=spoilt: unwrap(kek, context(), s))[1] == "sealed value"


def test_a_forged_wrap_that_opens_to_another_key_is_refused_by_the_commitment() -> None:
    """GCM commits to no key: whoever holds a KEK can make a ciphertext of any key. The commitment ties it to the key it was made for."""
    kek = a_kek()
    honest = wrap(kek, context(), random_bytes(32))
    other_key = random_bytes(32)
    aad = context().associated(kek.id)
    forged = honest[:6] + encrypt(kek.key, other_key, aad) + honest[-formats.COMMITMENT_BYTES :]

    assert refusal(lambda: unwrap(kek, context(), forged)) == (Unreadable, "sealed value", None)


def test_a_short_key_in_an_authentic_wrap_is_refused() -> None:
    kek, short = a_kek(), random_bytes(16)
    aad = context().associated(kek.id)
    wrapped = b"\1\1" + kek.id.to_bytes(4, "big") + encrypt(kek.key, short, aad) + bytes(16)
    assert refusal(lambda: unwrap(kek, context(), wrapped))[1] == "sealed value"


def test_the_index_keys_and_the_other_derived_keys_all_differ() -> None:
    crypt = freeze.fixed_crypt()
    assert len({crypt.derived(purpose) for purpose in Derived}) == len(Derived)


def test_the_documentation_names_every_key() -> None:
    """Security 6 #55: the inventory in the docs equals the registry in the code."""
    text = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z/]+)`", text))
    assert {purpose.value for purpose in Derived} | {purpose.value for purpose in Purpose} <= named
