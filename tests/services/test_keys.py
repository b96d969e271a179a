"""The keyring file, its exports, key status, row MACs and the self-test (security 2.8, 2.9, 10)."""

from __future__ import annotations

import dataclasses
import json
import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from app.db.session import write_session
from app.security import export, integrity, keyring, selftest
from app.security.export import open_export, read_export, record_export, seal_export, verify_export
from app.security.keyring import Kek, KekState, Keyring, KeyringError, from_document, load, save, to_document
from app.security.models import Deployment, KeyExport, WrappedKey
from app.security.paper import PaperError, from_lines, new_passphrase, sealed_bytes, sheet, to_lines
from app.security.passphrase import HEADER
from app.security.primitives import random_bytes
from app.security.status import status
from app.security.vault import ActGrant, Crypt, Place, Vault
from app.work import Runtime
from tests import kept
from tests.domain.freeze import EXPORT_PASSPHRASE as PASSPHRASE
from tests.domain.freeze import VECTORS, fixed_crypt, fixed_keyring
from tests.services.sealed_office import NOW, count, make_case, make_runtime

FROZEN = json.loads(VECTORS.read_text())


@pytest.fixture(scope="module")
def sealed() -> bytes:
    with kept.hashing_as_at_a_desk():
        return seal_export(fixed_keyring(), PASSPHRASE, NOW)


@pytest.fixture
def runtime(engine: Engine) -> Runtime:
    return make_runtime(engine)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with write_session(engine) as session:
        yield session


def other_keyring() -> Keyring:
    return keyring.create(NOW)


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_keyring_survives_the_file_and_lies_there_for_its_owner_alone(tmp_path: Path) -> None:
    path, made = tmp_path / "keys" / "keyring.json", other_keyring()
    save(path, made)
    assert load(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["keyring.json"]


def test_saving_never_replaces_a_keyring_by_accident_and_keeps_the_one_before(tmp_path: Path) -> None:
    path, first, second = tmp_path / "keyring.json", other_keyring(), other_keyring()
    save(path, first)
    with pytest.raises(KeyringError, match=r"keyring\.exists"):
        save(path, second)
    save(path, second, overwrite=True)
    assert (load(path), load(tmp_path / "keyring.previous.json")) == (second, first)


def test_a_leftover_of_an_earlier_try_does_not_lend_its_mode(tmp_path: Path) -> None:
    leftover = tmp_path / "keyring.new"
    leftover.write_text("half")
    leftover.chmod(0o644)
    save(tmp_path / "keyring.json", other_keyring())
    assert stat.S_IMODE((tmp_path / "keyring.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610])
def test_a_keyring_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keyring.json"
    save(path, other_keyring())
    path.chmod(mode)
    with pytest.raises(KeyringError, match=r"keyring\.readable"):
        load(path)


def test_a_missing_file_a_folder_and_a_link_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    with pytest.raises(KeyringError, match=r"keyring\.missing"):
        load(path)
    save(path, other_keyring())
    link = tmp_path / "link.json"
    link.symlink_to(path)
    for wrong in (tmp_path, link):
        with pytest.raises(KeyringError, match=r"keyring\.format"):
            load(wrong)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_changed_byte_is_noticed_or_changes_nothing(tmp_path: Path, at: int, byte: int) -> None:
    path = tmp_path / "keyring.json"
    save(path, fixed_keyring(), overwrite=True)
    content = bytearray(path.read_bytes())
    content[at % len(content)] = byte
    path.write_bytes(content)
    try:
        loaded = load(path)
    except KeyringError:
        return
    assert loaded == fixed_keyring()


def broken_keyrings() -> dict[str, Keyring]:
    good = fixed_keyring()
    old, active = good.keks
    return {
        "no active key": dataclasses.replace(good, keks=(old,)),
        "two active keys": dataclasses.replace(good, keks=(active, dataclasses.replace(active, id=9))),
        "one id twice": dataclasses.replace(good, keks=(dataclasses.replace(old, id=active.id), active)),
        "a short key": dataclasses.replace(good, keks=(dataclasses.replace(active, key=b"short"),)),
        "a short root": dataclasses.replace(good, root=b"short"),
        "a short deployment id": dataclasses.replace(good, deployment=b"short"),
    }


@pytest.mark.parametrize("name", broken_keyrings())
def test_a_keyring_that_could_fail_later_is_refused_at_once(name: str) -> None:
    with pytest.raises(KeyringError, match=r"keyring\.damaged"):
        from_document(to_document(broken_keyrings()[name]))


@pytest.mark.parametrize("document", [None, [], {}, {"format": 2}, {"format": 1}, {"format": 1, "checksum": ""}])
def test_a_document_of_another_kind_is_refused(document: object) -> None:
    with pytest.raises(KeyringError):
        from_document(document)


def test_a_destroyed_key_keeps_its_id_and_is_never_used() -> None:
    good = fixed_keyring()
    ring = dataclasses.replace(good, keks=(Kek(1, KekState.DESTROYED, b""), good.keks[1]))
    assert from_document(to_document(ring)) == ring
    assert ring.kek(1) is None
    assert set(ring.check_values()) == {"KEK-2", "ROOT"}
    assert ring.active().id == 2


def test_check_values_and_fingerprint_show_no_key() -> None:
    ring = fixed_keyring()
    shown = json.dumps([dict(ring.check_values()), ring.fingerprint()])
    for key in (ring.root, *(kek.key for kek in ring.keks)):
        assert key.hex()[:8] not in shown
    assert {len(value) for value in ring.check_values().values()} == {8}
    assert ring.fingerprint() != dataclasses.replace(ring, root=bytes(32)).fingerprint()


# --- the sealed export ------------------------------------------------------------------------------------------------


def test_an_export_opens_with_its_passphrase_and_holds_the_whole_keyring(sealed: bytes) -> None:
    assert open_export(sealed, PASSPHRASE) == export.Contents(fixed_keyring(), NOW)
    assert read_export(sealed, PASSPHRASE) == fixed_keyring()
    for kek in fixed_keyring().keks:
        assert kek.key not in sealed


def test_every_way_to_fail_gives_one_error(sealed: bytes) -> None:
    header = HEADER.size
    expensive = sealed[:9] + (1 << 31).to_bytes(4, "big") + sealed[13:]
    cheaper = sealed[:9] + (8).to_bytes(4, "big") + sealed[13:]
    wrong = [b"", b"x", sealed[:header], sealed[:-1], sealed + b"x", expensive, cheaper, b"FOREIGN!" + sealed[8:]]
    wrong += [sealed[:8] + b"\2" + sealed[9:], sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:20] + b"x" + sealed[21:]]
    attempts = [(data, PASSPHRASE) for data in wrong] + [(sealed, PASSPHRASE + " "), (sealed, ""), (sealed, "\ud800")]
    for data, passphrase in attempts:
        with pytest.raises(KeyringError) as caught:
            open_export(data, passphrase)
        assert (caught.value.code, caught.value.__cause__) == ("export.unreadable", None)


def test_an_export_whose_check_values_contradict_its_keys_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Keyring, "check_values", lambda self: {"ROOT": "00000000"})
        contradicting = seal_export(fixed_keyring(), PASSPHRASE, NOW)
    with pytest.raises(KeyringError, match=r"export\.unreadable"):
        open_export(contradicting, PASSPHRASE)


def test_the_cost_of_guessing_is_at_least_three_passes_over_64_mib(sealed: bytes) -> None:
    _magic, version, memory, passes, lanes, _salt = HEADER.unpack(sealed[: HEADER.size])
    assert (version, memory, passes, lanes) == (1, 64 * 1024, 3, 1)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(KeyringError, match=r"export\.passphrase-short"):
        seal_export(fixed_keyring(), "elevenchars", NOW)


def test_two_exports_of_one_keyring_share_nothing(sealed: bytes) -> None:
    again = seal_export(fixed_keyring(), PASSPHRASE, NOW)
    assert again[HEADER.size - 16 :] != sealed[HEADER.size - 16 :]


def test_a_verified_export_is_noted_and_an_unknown_one_gets_a_row(session: Session) -> None:
    ring = fixed_keyring()
    later = NOW + timedelta(days=1)
    contents = export.Contents(ring, NOW)
    row = record_export(session, ring, NOW)
    session.flush()
    assert (row.verified_at, status(session, ring).verified_at) == (None, None)

    assert verify_export(session, ring, contents, later).ok
    assert (row.verified_at, count(session, KeyExport)) == (later, 1)
    session.execute(delete(KeyExport))
    assert verify_export(session, ring, contents, later).ok
    assert status(session, ring).verified_at == later


def test_an_export_of_other_keys_is_named_and_not_noted(session: Session) -> None:
    ring = fixed_keyring()
    record_export(session, ring, NOW)
    rotated = dataclasses.replace(ring, keks=(*ring.keks, Kek(3, KekState.DECRYPT_ONLY, random_bytes(32))))
    moved = dataclasses.replace(ring, deployment=bytes(16))
    for copy, differing in (
        (rotated, ("KEK-3",)),
        (dataclasses.replace(ring, root=bytes(32)), ("ROOT",)),
        (moved, ("DEPLOYMENT",)),
        (other_keyring(), ("DEPLOYMENT", "KEK-1", "KEK-2", "ROOT")),
    ):
        found = verify_export(session, ring, export.Contents(copy, NOW), NOW)
        assert (found.ok, found.differing) == (False, differing)
    assert status(session, ring).verified_at is None


# --- on paper ---------------------------------------------------------------------------------------------------------


@given(st.binary(min_size=1, max_size=1000))
def test_any_bytes_survive_the_paper(data: bytes) -> None:
    assert from_lines("\n".join(to_lines(data))) == data


def test_the_printed_sheet_alone_brings_the_keyring_back(sealed: bytes) -> None:
    printed = sheet(fixed_keyring(), sealed, NOW)
    assert read_export(from_lines(printed), PASSPHRASE) == fixed_keyring()
    assert read_export(sealed_bytes(printed.encode()), PASSPHRASE) == fixed_keyring()
    assert sealed_bytes(sealed) == sealed
    ring = fixed_keyring()
    for shown in (ring.fingerprint(), "2026-05-20", *ring.check_values(), *ring.check_values().values()):
        assert shown in printed
    assert PASSPHRASE not in printed
    assert max(map(len, printed.splitlines())) <= 120


def test_typing_in_lower_case_without_spaces_in_any_order_with_likely_misreadings_works(sealed: bytes) -> None:
    lines = to_lines(sealed)
    typed = [line.lower().replace("o", "0").replace("i", "1") for line in reversed(lines)]
    squeezed = [f"{line[:6]} {line[6 : line.rindex('-')].replace(' ', '')}  -{line[-4:]}" for line in typed]
    assert from_lines("\n".join(typed)) == sealed
    assert from_lines("my notes\n" + "\r\n".join(squeezed)) == sealed


def test_mistyped_and_missing_lines_are_named(sealed: bytes) -> None:
    lines = to_lines(sealed)
    lines[2] = lines[2][:8] + ("A" if lines[2][8] != "A" else "B") + lines[2][9:]
    lines[4] = lines[4].replace("05/", "06/", 1)
    del lines[9]
    with pytest.raises(PaperError) as caught:
        from_lines("\n".join(lines))
    assert caught.value.lines == (3, 5, 10)


def test_a_line_of_another_sheet_does_not_fit(sealed: bytes) -> None:
    lines = to_lines(sealed)
    foreign = to_lines(sealed + bytes(500))
    with pytest.raises(PaperError):
        from_lines("\n".join([*lines[:3], foreign[3], *lines[4:]]))


@pytest.mark.parametrize("text", ["", "nothing here", " " * 100_000, "01/02 " + "A " * 50_000 + "- AAAA", "\0" * 1000])
def test_a_text_without_lines_is_refused_quickly(text: str) -> None:
    with pytest.raises(PaperError) as caught:
        from_lines(text)
    assert caught.value.lines == ()


def test_a_suggested_passphrase_is_long_and_never_the_same() -> None:
    made = {new_passphrase() for _ in range(100)}
    assert len(made) == 100
    assert {len(text) for text in made} == {29}


# --- status -----------------------------------------------------------------------------------------------------------


def test_status_counts_wrapped_keys_by_kek_and_names_keks_we_lack(runtime: Runtime) -> None:
    for _ in range(3):
        make_case(runtime)
    with write_session(runtime.engine) as session:
        row = session.scalars(select(WrappedKey).where(WrappedKey.purpose == "case").limit(1)).one()
        row.wrapped = row.wrapped[:2] + (77).to_bytes(4, "big") + row.wrapped[6:]
        record_export(session, runtime.crypt.keyring, NOW)
        session.flush()
        found = status(session, runtime.crypt.keyring)
    assert [(kek.id, kek.state, kek.wrapped) for kek in found.keks] == [(1, KekState.ACTIVE, 3), (77, None, 1)]
    assert found.missing_keks == (77,)
    assert [(e.current, e.verified_at) for e in found.exports] == [(True, None)]
    assert found.fingerprint == runtime.crypt.keyring.fingerprint()


# --- row MACs ---------------------------------------------------------------------------------------------------------


def test_a_row_mac_fits_its_row_only() -> None:
    crypt, row_id = fixed_crypt(), uuid4()
    values = ("SUPERVISOR", None, 3, NOW, row_id)
    found = integrity.row_mac(crypt, "user_roles", row_id, *values)
    assert integrity.check(crypt, found, "user_roles", row_id, *values)

    foreign = Crypt(dataclasses.replace(crypt.keyring, root=bytes(32)), crypt.office_id)
    moved = Crypt(dataclasses.replace(crypt.keyring, deployment=bytes(16)), crypt.office_id)
    assert not integrity.check(foreign, found, "user_roles", row_id, *values)
    assert not integrity.check(moved, found, "user_roles", row_id, *values)
    assert not integrity.check(crypt, found, "users", row_id, *values)
    assert not integrity.check(crypt, found, "user_roles", uuid4(), *values)
    assert not integrity.check(crypt, b"", "user_roles", row_id, *values)
    for at in range(len(values)):
        assert not integrity.check(crypt, found, "user_roles", row_id, *values[:at], "other", *values[at + 1 :])
    assert not integrity.check(crypt, found, "user_roles", row_id, *values[:-1])


# --- the self-test ----------------------------------------------------------------------------------------------------


def faults(runtime: Runtime, crypt: Crypt | None = None) -> dict[str, str]:
    with write_session(runtime.engine) as session:
        return {check.name: check.code for check in selftest.run(session, crypt or runtime.crypt) if not check.ok}


def test_a_sound_office_passes_every_check(runtime: Runtime) -> None:
    make_case(runtime)
    assert faults(runtime) == {}
    with write_session(runtime.engine) as session:
        assert len(selftest.run(session, runtime.crypt)) == 9


def test_the_keyring_of_another_office_is_named(runtime: Runtime) -> None:
    make_case(runtime)
    assert faults(runtime, Crypt(other_keyring(), runtime.crypt.office_id)) == {
        "keyring.deployment": "keyring.foreign",
        "keyring.fingerprint": "keyring.changed",
        "keys.unwrap": "keys.unreadable",
    }


def test_a_damaged_data_key_and_a_missing_deployment_are_named(runtime: Runtime) -> None:
    make_case(runtime)
    with write_session(runtime.engine) as session:
        session.execute(update(WrappedKey).where(WrappedKey.purpose == "office").values(wrapped=os.urandom(82)))
        session.execute(delete(Deployment))
        session.commit()
    assert faults(runtime) == {"keyring.deployment": "deployment.missing", "keys.unwrap": "keys.unreadable"}


def test_formats_that_refuse_nothing_are_named(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest.formats.SectionCipher, "open", lambda self, where, blob: b"self-test")
    assert faults(runtime)["formats.round-trip"] == "formats.wrong"


def test_stored_samples_are_opened_and_a_bad_one_names_its_section(runtime: Runtime) -> None:
    good, bad = make_case(runtime), make_case(runtime)
    elsewhere = Place(bad[0].section, uuid4(), bad[0].owner)
    with write_session(runtime.engine) as session:
        vault = Vault(runtime.crypt, session, ActGrant())
        assert selftest.samples(vault, [good]) == [("section.case.chronology", True, "ok")]
        assert selftest.samples(vault, [good, (elsewhere, bad[1])]) == [
            ("section.case.chronology", False, "section.unreadable")
        ]


def test_what_is_printed_and_exported_today_is_read_by_every_later_version() -> None:
    assert to_lines(bytes(range(30))) == [
        "01/02  AAAQE AYEAU DAOCA JBIFQ YDIOB 4IBCE QTCQK RMFYY - IPAJ",
        "02/02  DENBW HA5 - LQ6Z",
    ]
    assert read_export(bytes.fromhex(FROZEN["export"]), PASSPHRASE) == fixed_keyring()
