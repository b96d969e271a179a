"""The computer: folder, disk, clock, zones (security 10)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.commands.checks.finding import Finding, failed, ok, warning
from app.commands.words import gettext as _
from app.domain.zones import Zone
from config import MOUNTS, NETWORK_FILE_SYSTEMS, Settings, file_system_of

TOO_SMALL: Final = 64 << 20  # bytes: below this a day's work and a checkpoint of the database may not fit
EARLY: Final = 0.10  # security 10: early warning at 10 %
_MADE_IN: Final = datetime(2025, 1, 1, tzinfo=UTC)  # no clock that is right is before this program
_BEHIND: Final = timedelta(minutes=5)


def check(settings: Settings) -> Iterator[Finding]:
    """Folder, file system, free space, zones."""
    yield _folder(settings.data_dir)
    yield _file_system(settings)
    yield from free_space(settings)
    yield _zones()


def _folder(folder: Path) -> Finding:
    if not folder.is_dir():
        return failed(
            "folder.missing", _("The data folder %(folder)s does not exist.", folder=folder), _("Run `naungan init`.")
        )
    if folder.stat().st_mode & 0o077:
        return failed(
            "folder.open",
            _("Other users of this computer can look into %(folder)s.", folder=folder),
            _("Run `chmod 700 %(folder)s`.", folder=folder),
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        return failed("folder.read-only", _("This user may not write to %(folder)s.", folder=folder), stops=True)
    return ok("folder", _("The data folder is private: %(folder)s.", folder=folder))


def _file_system(settings: Settings) -> Finding:
    """SQLite on a network disk is refused by the configuration; keys on one travel over the network at each start."""
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return warning("disk.unknown", _("The kind of file system could not be told."))
    kind = file_system_of(settings.keyring, mounts)
    if kind in NETWORK_FILE_SYSTEMS:
        return warning(
            "disk.network",
            _("The keyring lies on a network file system (%(kind)s).", kind=kind),
            _("Keep it on a disk of this computer: set NAUNGAN_KEYRING."),
        )
    return ok("disk.local", _("The files lie on a local disk (%(kind)s).", kind=kind or "?"))


def free_space(settings: Settings) -> Iterator[Finding]:
    """Free space where the data lie; too little of it stops the start, because a save could be lost."""
    folder = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    state = os.statvfs(folder)
    free, whole = state.f_bavail * state.f_frsize, state.f_blocks * state.f_frsize
    shown = _("%(free)s free of %(whole)s", free=size(free), whole=size(whole))
    advice = _("Free some space, or move the data folder to a larger disk (NAUNGAN_DATA_DIR).")
    if free < TOO_SMALL or (state.f_files and not state.f_favail):
        yield failed("disk.full", _("The disk is full: %(shown)s.", shown=shown), advice, stops=True)
    elif free < whole * EARLY:
        yield warning("disk.low", _("The disk is nearly full: %(shown)s.", shown=shown), advice)
    else:
        yield ok("disk.free", _("There is room on the disk: %(shown)s.", shown=shown))


def size(count: float) -> str:
    """Bytes as people read them, in powers of 1024."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


def _zones() -> Finding:
    noon = datetime(2026, 5, 20, 12, tzinfo=UTC)
    wrong = [zone.value for zone in Zone if not _agrees(zone, noon)]
    if wrong:
        return failed(
            "zones.wrong",
            _("The time zone data of this computer are wrong or missing: %(zones)s.", zones=", ".join(wrong)),
            _("Run `make setup` again: it installs the package tzdata."),
        )
    return ok("zones", _("WIB, WITA and WIT are known."))


def _agrees(zone: Zone, moment: datetime) -> bool:
    try:
        return moment.astimezone(ZoneInfo(zone.tz_name)).utcoffset() == timedelta(hours=zone.hours)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return False


def clock(now: datetime, newest: datetime | None) -> Finding:
    """Whether the clock can be right: deadlines are computed from it. `newest` is the moment of the last audit event."""
    shown = now.strftime("%Y-%m-%d %H:%M UTC")
    advice = _("Set the clock of this computer (for example `timedatectl set-ntp true`). Deadlines depend on it.")
    if now < _MADE_IN or (newest is not None and newest - now > _BEHIND):
        return failed("clock.behind", _("The clock went backwards: it says %(now)s.", now=shown), advice)
    return ok("clock", _("The clock says %(now)s.", now=shown))
