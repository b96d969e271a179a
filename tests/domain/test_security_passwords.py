"""Passwords and tokens: compared exactly, one hash at a time, guessable ones refused (security 5, 6 #1, #2, #5, #13, #14)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from app.security import passwords, tokens, weak_passwords
from app.security.passwords import hash_password, problems, verify, warm_up
from app.security.vault import Crypt
from app.security.weak_passwords import common_words, is_guessable
from tests import kept
from tests.domain.freeze import fixed_crypt

GOOD = "bayam-lentera-7-engsel"
NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def desk() -> Iterator[None]:
    """Here the hash is what is tested."""
    with kept.hashing_as_at_a_desk():
        yield


@pytest.fixture(scope="module")
def crypt() -> Crypt:
    return fixed_crypt()


@pytest.fixture(scope="module")
def stored(crypt: Crypt) -> str:
    return hash_password(crypt, GOOD)


# --- hashing ----------------------------------------------------------------------------------------------------------


def test_the_stored_hash_is_argon2id_at_the_floor_and_salted(crypt: Crypt, stored: str) -> None:
    parameters = extract_parameters(stored)
    assert stored.startswith("$argon2id$v=19$")
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19 * 1024, 2, 1)
    assert hash_password(crypt, GOOD) != stored


@pytest.mark.parametrize(
    "other", [GOOD + " ", " " + GOOD, GOOD.upper(), GOOD[:-1], GOOD[:-1] + "L", "", GOOD + "\0", GOOD * 100]
)
def test_a_password_is_right_only_exactly(crypt: Crypt, stored: str, other: str) -> None:
    assert verify(crypt, stored, GOOD) == (True, None)
    assert verify(crypt, stored, other) == (False, None)


def test_nothing_is_cut_off_and_every_character_counts(crypt: Crypt) -> None:
    long = "k" * 127
    stored = hash_password(crypt, long + "a")
    assert verify(crypt, stored, long + "a").ok
    assert not verify(crypt, stored, long + "b").ok
    composed, decomposed = "Ka\u0301talog-é-12", "K\u00e1talog-é-12"
    assert not verify(crypt, hash_password(crypt, composed), decomposed).ok
    assert not verify(crypt, stored, "\ud800").ok  # what no form sends, and nothing breaks


def test_a_hash_of_another_deployment_is_never_right(crypt: Crypt, stored: str) -> None:
    keyring = crypt.keyring
    other = Crypt(type(keyring)(keyring.deployment, 1, keyring.keks, bytes(32), ""), crypt.office_id)
    assert not verify(other, stored, GOOD).ok


def test_a_hash_with_older_parameters_is_replaced_when_the_password_is_right(crypt: Crypt) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(passwords._pepper(crypt, GOOD))
    verdict = verify(crypt, weak, GOOD)
    assert verdict.ok
    assert verdict.replacement is not None
    assert verify(crypt, verdict.replacement, GOOD) == (True, None)
    assert verify(crypt, weak, "another password") == (False, None)


@pytest.mark.parametrize("broken", ["", "x", "$argon2id$v=19$m=19456,t=2,p=1$", "$2b$12$abcdefghijklmnopqrstuv"])
def test_a_damaged_hash_is_never_right_and_nothing_breaks(crypt: Crypt, broken: str) -> None:
    assert verify(crypt, broken, GOOD) == (False, None)


class Counting:
    """A hasher that notes on what it worked, how often, and how many at once."""

    def __init__(self, inner: PasswordHasher) -> None:
        self.inner, self.calls, self.now, self.most = inner, Counter[str](), 0, 0
        self.hashes: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> Any:
            self.calls[name] += 1
            self.hashes += [part for part in arguments if isinstance(part, str)]
            self.now += 1
            self.most = max(self.most, self.now)
            try:
                return getattr(self.inner, name)(*arguments)
            finally:
                self.now -= 1

        return call


def test_unknown_disabled_and_wrong_cost_the_same_one_hash(
    crypt: Crypt, stored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm_up()
    costs = []
    for known, password in ((None, GOOD), (None, "x" * 500), (stored, "wrong password"), (stored, "x" * 500)):
        counting = Counting(passwords._HASHER)
        monkeypatch.setattr(passwords, "_HASHER", counting)
        assert not verify(crypt, known, password).ok
        costs.append((dict(counting.calls), [extract_parameters(text) for text in counting.hashes]))
        monkeypatch.setattr(passwords, "_HASHER", counting.inner)
    assert costs == [({"verify": 1}, [extract_parameters(stored)])] * 4


def test_one_hash_at_a_time_however_many_sign_in(crypt: Crypt, stored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting(passwords._HASHER)
    monkeypatch.setattr(passwords, "_HASHER", counting)
    crew = [threading.Thread(target=verify, args=(crypt, stored, GOOD)) for _ in range(4)]
    crew += [threading.Thread(target=hash_password, args=(crypt, GOOD)) for _ in range(2)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert (counting.calls["verify"], counting.calls["hash"], counting.most) == (4, 2, 1)


# --- what a password must not be --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "codes"), [(11, ["too-short"]), (12, []), (128, []), (129, ["too-long"]), (0, ["too-short"])]
)
def test_a_password_has_12_to_128_characters(length: int, codes: list[str]) -> None:
    text = ("kß7#pQ2vX9!m" * 11)[:length] if length != 128 else ("kß7#pQ2vX9!mw" * 10)[:128]
    assert [problem.code for problem in problems(text)] == [f"password.{code}" for code in codes]


LISTED = """password1234 passwordpassword P@ssw0rd2024! qwertyuiop12 123456789012 1234567890ab aaaaaaaaaaaa abcdefghijkl iloveyou2024
letmein12345 welcome12345 administrator1 sunshine1234 footballfootball trustno1trustno1 dragon123456 1qaz2wsx3edc zxcvbnm,./12
indonesia2025 indonesia1945 merdeka17845 rahasia12345 rahasiarahasia R4hasia!1945 sayangkamu123 sayangkusayang bismillah1234
alhamdulillah1 assalamualaikum pancasila1945 garuda123456 jakarta12345 surabaya2024 bandungjuara1 persib1933!! persija123456
17Agustus1945 katasandi1234 katasandi2025 kucing123456 semangat45!! adminppa2025 uptdppa20252025 simfonippa2024 naungan2025!!
kaltim2025!!! tenggarong2025 selamatpagi1 terimakasih12 bukapintu123 gantipassword aB1!aB1!aB1! qazwsxedc123456""".split()  # noqa: SIM905 - fifty strings read better so


@pytest.mark.parametrize("password", LISTED)
def test_common_passwords_english_and_indonesian_are_refused(password: str) -> None:
    assert len(LISTED) >= 50
    assert [problem.code for problem in problems(password)] == ["password.guessable"]


@pytest.mark.parametrize(
    "password",
    [
        "Lestari1987!!",
        "lestari-melinda",
        "melindalestari2026",
        "M3linda L3stari 99",
        "UPTD PPA Sungai Biru 2026",
        "sungaibiru12345",
        "melinda.l@dinas",
    ],
)
def test_words_about_the_person_and_the_agency_are_refused_with_a_year_or_a_run(password: str) -> None:
    personal = ("Melinda Lestari", "UPTD PPA Kabupaten Sungai Biru", "melinda.l@dinas.example")
    assert is_guessable(password, personal)


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "perahu-tua di tepi sungai",
        "correct horse battery staple",
        "k7#pQ2vX9!mZ",
        "Jendela 4 rusak lagi?",
        "ßåö√∂ƒ©˙∆˚¬…",
    ],
)
def test_a_long_phrase_or_a_random_password_is_accepted_without_any_composition(password: str) -> None:
    assert problems(password, "Melinda Lestari", "UPTD PPA Kabupaten Sungai Biru") == []


def test_the_shipped_list_is_long_and_clean() -> None:
    lines = weak_passwords._FILE.read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if not line.startswith("#")]
    assert len(entries) == len(set(entries))
    assert len(common_words()) >= 3000
    assert all(entry == entry.strip().casefold() for entry in entries)
    assert all(is_guessable(entry) for entry in entries)


@given(st.text(max_size=128), st.lists(st.text(max_size=30), max_size=3))
def test_no_text_breaks_the_judgement_and_case_never_helps(password: str, personal: list[str]) -> None:
    assert is_guessable(password, personal) or not is_guessable(password.casefold())


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_tokens_have_256_bits_and_never_repeat() -> None:
    made = {tokens.new_token() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(token) for token in made} == {43}


def test_only_the_hash_of_a_token_is_stored_and_the_token_is_not_shown() -> None:
    issued = tokens.issue(NOW)
    assert issued.hash == tokens.token_hash(issued.token)
    assert issued.token.encode() not in issued.hash
    assert issued.token not in repr(issued)


def test_a_token_is_accepted_until_it_expires_and_no_other_ever() -> None:
    issued = tokens.issue(NOW, timedelta(hours=1))
    moments = [NOW, NOW + timedelta(minutes=59), NOW + timedelta(hours=1), NOW + timedelta(days=9)]
    assert [tokens.accepts(issued.hash, issued.expires_at, issued.token, at) for at in moments] == [
        True,
        True,
        False,
        False,
    ]
    assert tokens.accepts(issued.hash, None, issued.token, moments[-1])
    for wrong in ("", issued.token[:-1], issued.token + "x", tokens.new_token(), "x" * 10**6, "\ud800"):
        assert not tokens.accepts(issued.hash, None, wrong, NOW)
    assert not tokens.accepts(None, None, issued.token, NOW)
