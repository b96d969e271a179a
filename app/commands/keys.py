"""`naungan keys`: their state, a copy that leaves the machine, the proof that it can be read, and the way back (security 2.8)."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import click

from app.audit.events import Event
from app.commands.context import (
    json_option,
    load_settings,
    note,
    open_office,
    operator,
    print_json,
    print_table,
    read_secret,
    say,
)
from app.commands.refusals import Declined
from app.commands.words import gettext as _
from app.security import export, keyring
from app.security.keyring import KeyringError
from app.security.paper import PaperError, new_passphrase, sealed_bytes, sheet
from app.security.status import KeyStatus, status

passphrase_option = click.option("--passphrase-stdin", is_flag=True, help=_("Read the passphrase from standard input."))
_LONGEST = 1 << 20  # bytes of an export or a typed sheet


@click.group(help=_("Keys: state, export, verification of an export."))
def command() -> None:
    """The group does nothing itself."""


@command.command("status", help=_("Show keys, check values and copies. Nothing secret is printed."))
@json_option
def show(as_json: bool) -> None:
    """The state of the keys."""
    with open_office() as office, office.runtime.looking(operator()) as work:
        found = status(work.session, office.runtime.crypt.keyring)
    if as_json:
        print_json(asdict(found) | {"verified_at": found.verified_at, "missing_keks": found.missing_keks})
        return
    _print(found)


def _print(found: KeyStatus) -> None:
    say(_("Keyring %(name)s, generation %(number)s", name=found.fingerprint, number=found.generation))
    print_table((_("key"), _("check value")), found.check_values.items())
    say()
    print_table(
        (_("key"), _("state"), _("data keys")),
        [(f"KEK-{k.id}", k.state or _("missing"), k.wrapped) for k in found.keks],
    )
    say()
    copies = [
        (e.fingerprint, _day(e.exported_at), _day(e.verified_at), _("yes") if e.current else _("no"))
        for e in found.exports
    ]
    print_table((_("copy"), _("exported"), _("read back"), _("current")), copies)


def _day(moment: object) -> str:
    return str(moment)[:16] if moment else "-"


@command.command("export", help=_("Write a copy of the keys, sealed by a passphrase, and a sheet to print."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", "sheet_file", type=click.Path(path_type=Path), help=_("Also write the printable sheet here."))
@passphrase_option
@json_option
def export_keys(file: Path, sheet_file: Path | None, passphrase_stdin: bool, as_json: bool) -> None:
    """Write the copy; without --passphrase-stdin a passphrase is made and printed once."""
    passphrase = read_secret() if passphrase_stdin else new_passphrase()
    with open_office() as office:
        ring, now = office.runtime.crypt.keyring, office.runtime.now()
        sealed = export.seal_export(ring, passphrase, now)
        write_private(file, sealed)
        if sheet_file is not None:
            write_private(sheet_file, sheet(ring, sealed, now).encode())
        with office.runtime.begin(operator()) as work:
            row = export.record_export(work.session, ring, now)
            work.recorded(Event.KEYS_EXPORTED, row.id)
    if as_json:
        made = {} if passphrase_stdin else {"passphrase": passphrase}
        print_json({"file": file, "sheet": sheet_file, "fingerprint": ring.fingerprint(), **made})
        return
    say(_("The keys were written to %(file)s.", file=file))
    if not passphrase_stdin:
        say(_("Passphrase, shown this once: %(passphrase)s", passphrase=passphrase))
    note(_("Keep file and passphrase apart, and away from this computer and from the backups of the data."))
    note(_("Now read the copy back: `naungan keys verify %(file)s --passphrase-stdin`.", file=file))


def write_private(path: Path, data: bytes) -> None:
    """A new file for the owner alone, on disk when this returns. An existing file is never overwritten (FileExistsError)."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@command.command("verify", help=_("Read a copy back (file or typed sheet) and compare it with the keys in use."))
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
@json_option
def verify(file: Path, passphrase_stdin: bool, as_json: bool) -> None:
    """Compare, and note a good copy as verified: `backup` asks for one."""
    if not passphrase_stdin:
        raise click.UsageError(_("Give the passphrase on standard input, with --passphrase-stdin."))
    data = _read(file)
    with open_office() as office:
        ring = office.runtime.crypt.keyring
        contents = export.open_export(data, read_secret())
        with office.runtime.begin(operator()) as work:
            found = export.verify_export(work.session, ring, contents, work.now)
            work.recorded(Event.KEYS_VERIFIED, purpose="" if found.ok else "differs")
    if as_json:
        print_json({"ok": found.ok, "fingerprint": found.fingerprint, "differing": found.differing})
    if not found.ok:
        names = ", ".join(found.differing)
        raise Declined(_("This copy cannot bring the present keys back. Different or missing: %(names)s.", names=names))
    if not as_json:
        say(_("The copy is good: it holds the keys in use (%(name)s).", name=found.fingerprint))


def _read(file: Path) -> bytes:
    """The sealed file behind what was given; lines of a sheet that must be typed again are named."""
    if file.stat().st_size > _LONGEST:
        raise KeyringError(export.UNREADABLE)
    try:
        return sealed_bytes(file.read_bytes())
    except PaperError as error:
        if not error.lines:
            raise KeyringError(export.UNREADABLE) from None
        numbers = ", ".join(map(str, error.lines))
        raise Declined(_("Lines of the sheet are missing or mistyped: %(numbers)s.", numbers=numbers)) from None


@command.command("restore", help=_("Put the keys of a copy (file or typed sheet) in place where there is no keyring."))
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
def restore(file: Path, passphrase_stdin: bool) -> None:
    """Write the keyring; an existing one is never overwritten."""
    if not passphrase_stdin:
        raise click.UsageError(_("Give the passphrase on standard input, with --passphrase-stdin."))
    settings = load_settings()
    if settings.keyring.exists() or settings.keyring.is_symlink():
        raise KeyringError("keyring.exists")
    ring = export.read_export(_read(file), read_secret())
    keyring.save(settings.keyring, ring)
    say(_("The keys (%(name)s) are in place: %(file)s.", name=ring.fingerprint(), file=settings.keyring))
    note(_("Run `naungan doctor`; to put the data back, `naungan restore FILE`."))
