"""The keys: the file, its copies, what a thief of this computer would have (design 2 "Keys, few", security 2.8, 2.10)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from app.boot import StartRefused
from app.commands.checks.finding import Finding, State, failed, ok, warning
from app.commands.words import gettext as _
from app.commands.words import spoken
from app.security import keyring, selftest
from app.security.keyring import Keyring, KeyringError
from app.security.status import KeyStatus, status
from app.security.vault import Crypt
from config import Settings

_DEVICES: Final = Path("/sys/dev/block")


def load(settings: Settings) -> tuple[Finding, Keyring | None]:
    """The keyring file, and the keyring where it can be used."""
    try:
        ring = keyring.load(settings.keyring)
    except KeyringError as error:
        return refused(error.code), None
    return ok("keyring", _("The keyring is private and whole (%(name)s).", name=ring.fingerprint())), ring


def refused(code: str, advice: str = "") -> Finding:
    """A reason for which the server does not start, in the words it would use."""
    reason = StartRefused(code)
    return failed(code, spoken(reason.id, reason.en), advice, stops=True)


def check(session: Session, crypt: Crypt, settings: Settings, *, is_demo: bool) -> Iterator[Finding]:
    """Self-test of the vault, stored keys, copies, and what a thief would have."""
    yield from self_test(session, crypt)
    found = status(session, crypt.keyring)
    yield _usable(found)
    yield _copy(found, is_demo=is_demo)
    yield stolen(settings)


def self_test(session: Session, crypt: Crypt) -> Iterator[Finding]:
    """Primitives, formats, and whether stored keys unwrap: one finding for each fault, one when there is none."""
    faults = {check.code for check in selftest.run(session, crypt) if not check.ok}
    for code in sorted(faults):
        yield failed(
            code, _fault(code), _("Restore the right keyring from a key export, or the data from a backup."), stops=True
        )
    if not faults:
        yield ok("vault", _("The encryption tests itself and stored keys open."))


def _fault(code: str) -> str:
    sentences = {
        "crypto.wrong": _("The encryption library gives wrong answers. Nothing may be sealed with it."),
        "formats.wrong": _("Sealed values do not open again. Nothing may be sealed."),
        "keyring.foreign": _("This keyring does not belong to this database."),
        "keyring.changed": _("This keyring is not the one this database was last used with."),
        "keys.unreadable": _("Stored keys do not open with this keyring."),
    }
    return sentences.get(code, code)


def _usable(found: KeyStatus) -> Finding:
    if found.missing_keks:
        numbers = ", ".join(map(str, found.missing_keks))
        says = _("Data are sealed under keys this keyring does not hold: KEK %(numbers)s.", numbers=numbers)
        return failed("keys.missing", says, _("Restore the newest key export."), stops=True)
    return ok("keys", _("Every sealed value has its key in the keyring."))


def _copy(found: KeyStatus, *, is_demo: bool) -> Finding:
    if found.verified_at is not None:
        day = found.verified_at.date().isoformat()
        return ok("keys.export", _("A copy of the present keys was read back on %(day)s.", day=day))
    says = _("No copy of the present keys has been read back. If this computer dies, the data are lost.")
    advice = _("Run `naungan keys export FILE`, keep the copy apart, then `naungan keys verify FILE`.")
    if is_demo:
        return warning("keys.not-exported", says, advice)
    return failed("keys.not-exported", says, advice)


def stolen(settings: Settings) -> Finding:
    """What whoever steals this computer has. The embedded default unlocks itself (design 2)."""
    if is_encrypted(settings.keyring) and is_encrypted(settings.data_dir):
        says = _("A thief of this computer gets nothing while it is off: its disk is encrypted.")
        return Finding("stolen.sealed", State.NOTE, says)
    if _device(settings.keyring) != _device(settings.data_dir):
        says = _("The keys lie on another device than the data: whoever takes both can open everything.")
        return Finding("stolen.apart", State.NOTE, says, _("Take that device out when the office closes."))
    says = _("Whoever steals this computer can open everything: the keys lie beside the data and unlock themselves.")
    advice = _("Encrypt the disk (LUKS, BitLocker), or keep the keys on a removable device: NAUNGAN_KEYRING.")
    return Finding("stolen.open", State.NOTE, says, advice)


def is_encrypted(path: Path) -> bool:
    """Whether the path lies on a device that Linux decrypts (dm-crypt); False where that cannot be told."""
    device = _device(path)
    if device is None:
        return False
    try:
        kind = (_DEVICES / f"{os.major(device)}:{os.minor(device)}" / "dm" / "uuid").read_text()
    except OSError:
        return False
    return kind.startswith("CRYPT-")


def _device(path: Path) -> int | None:
    try:
        return path.stat().st_dev
    except OSError:
        return None
