"""Primitives against published vectors: a changed library or a swapped argument shows here first (security 6 #52)."""

from __future__ import annotations

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from app.domain.errors import Unreadable
from app.security import primitives, selftest
from app.security.primitives import aes_blocks, decrypt, derive, encrypt, injective, mac, random_bytes

KEY = "feffe9928665731c6d6a8f9467308308"
# NIST/McGrew-Viega GCM test cases 13 to 16, AES-256: key, nonce, plaintext, associated data, ciphertext, tag.
GCM = {
    13: ("00" * 32, "00" * 12, "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    14: ("00" * 32, "00" * 12, "00" * 16, "", "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"),
    15: (
        KEY * 2,
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
        "b16aedf5aa0de657ba637b391aafd255",
        "",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
        "c5f61e6393ba7a0abcc9f662898015ad",
        "b094dac5d93471bdec1a502270e3cc6c",
    ),
    16: (
        KEY * 2,
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
        "b16aedf5aa0de657ba637b39",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
        "c5f61e6393ba7a0abcc9f662",
        "76fc6ece0f4e1768cddf8853bb2d551b",
    ),
}


@pytest.mark.parametrize("case", GCM)
def test_gcm_seals_and_opens_the_nist_test_cases(case: int, monkeypatch: pytest.MonkeyPatch) -> None:
    key, nonce, plain, associated, cipher, tag = (bytes.fromhex(part) for part in GCM[case])
    monkeypatch.setattr(primitives, "random_bytes", lambda count: nonce)

    assert encrypt(key, plain, associated) == nonce + cipher + tag
    assert decrypt(key, nonce + cipher + tag, associated) == plain


@pytest.mark.parametrize("spoilt", ["key", "nonce", "cipher", "tag", "associated"])
def test_gcm_refuses_when_any_input_differs(spoilt: str) -> None:
    key, nonce, plain, associated, cipher, tag = (bytes.fromhex(part) for part in GCM[16])
    parts = {"key": key, "nonce": nonce, "cipher": cipher, "tag": tag, "associated": associated}
    parts[spoilt] = bytes([parts[spoilt][0] ^ 1]) + parts[spoilt][1:]

    with pytest.raises(Unreadable):
        decrypt(parts["key"], parts["nonce"] + parts["cipher"] + parts["tag"], parts["associated"])


def test_hkdf_gives_the_first_block_of_rfc_5869_cases_1_to_3() -> None:
    assert derive(b"\x0b" * 22, bytes(range(13)), bytes(range(0xF0, 0xFA))).hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
    )
    assert derive(bytes(range(0x50)), bytes(range(0x60, 0xB0)), bytes(range(0xB0, 0x100))).hex() == (
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
    )
    assert derive(b"\x0b" * 22, b"", b"").hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"


@pytest.mark.parametrize(
    ("key", "message", "expected"),
    [
        (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (
            b"\xaa" * 131,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ],
)
def test_hmac_matches_rfc_4231(key: bytes, message: bytes, expected: str) -> None:
    assert mac(key, message).hex() == expected


def test_aes_blocks_match_fips_197_and_sp_800_38a() -> None:
    assert aes_blocks(bytes(range(32)), bytes.fromhex("00112233445566778899aabbccddeeff")).hex() == (
        "8ea2b7ca516745bfeafc49904b496089"
    )
    key = bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
    blocks = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    assert aes_blocks(key, bytes.fromhex(blocks)).hex() == (
        "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870"
    )


def test_argon2id_matches_rfc_9106_and_both_libraries_agree() -> None:
    official = Argon2id(
        salt=b"\x02" * 16, length=32, iterations=3, lanes=4, memory_cost=32, ad=b"\x04" * 12, secret=b"\x03" * 8
    )
    assert official.derive(b"\x01" * 32).hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"

    ours = hash_secret_raw(b"pass phrase", b"\x02" * 16, 2, 64, 1, 32, Type.ID)
    assert ours == Argon2id(salt=b"\x02" * 16, length=32, iterations=2, lanes=1, memory_cost=64).derive(b"pass phrase")


def test_the_injective_form_never_confuses_two_lists() -> None:
    lists = [(), (b"",), (b"", b""), (b"a", b"bc"), (b"ab", b"c"), (b"abc",), (b"\0\0\0\1a",), (b"a",)]
    assert len({injective(*items) for items in lists}) == len(lists)


def test_randomness_comes_anew_each_time_and_in_the_length_asked_for() -> None:
    drawn = {random_bytes(12) for _ in range(1000)}
    assert len(drawn) == 1000
    assert {len(value) for value in drawn} == {12}


def test_the_self_test_knows_its_answers_and_notices_a_broken_primitive(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {check.code for check in selftest.known_answers()} == {"ok"}

    monkeypatch.setattr(selftest, "mac", lambda key, message: bytes(32))
    assert [check for check in selftest.known_answers() if not check.ok] == [
        ("crypto.hmac-sha-256", False, "crypto.wrong")
    ]
