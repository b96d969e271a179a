"""From what went wrong to plain lines on standard error (design 7): no traceback, nothing anybody typed, what to do about it."""

from __future__ import annotations

import errno
import importlib
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.backup.errors import BackupRefused
from app.boot import StartRefused
from app.cases import course_forms, expert_forms, merge_forms, record_forms, sentences, team_forms
from app.commands.context import room_language
from app.commands.words import N_, spoken
from app.commands.words import gettext as _
from app.db.migrate import MigrationRefused
from app.domain import errors
from app.domain.errors import DomainError, Problem
from app.security.keyring import KeyringError
from app.web import problems
from config import ConfigError

_ROOMS: Final = Path(__file__).resolve().parents[1]

NOT_FOUND: Final = {
    "user": N_("There is no account with this address."),
    "unit": N_("There is no such unit. Units: `naungan users list --json` names them; add one with `naungan init`."),
    "area": N_("There is no area with this code."),
    "setup": N_("Setup is closed: accounts exist already."),
    "deployment": N_("The office has not been set up. Run `naungan init`."),
}
KEYRING: Final = {
    "export.passphrase-short": N_("The passphrase must have at least 12 characters."),
    "export.unreadable": N_("The key export cannot be read: wrong passphrase, a damaged file, or not a key export."),
    "keyring.exists": N_("There is a keyring file already. It was not touched."),
}
BACKUP: Final = {
    "keys.not-exported": N_(
        "No copy of the keys was read back yet: nobody could open this backup. Run `naungan keys export` and `naungan keys verify` first."
    ),
    "backup.exists": N_("%(what)s exists already. It was not touched."),
    "backup.foreign": N_("This file is not a backup of Naungan."),
    "backup.newer": N_("This backup was made by a later version of Naungan. Install that version."),
    "backup.truncated": N_("This backup is cut off: its end is missing. Use another one."),
    "backup.damaged": N_(
        "This backup is damaged: its bytes are not those that were written. Use another one. %(what)s"
    ),
    "erasures.damaged": N_(
        "The list of erased files beside the keys (erasures.jsonl) was damaged or changed: %(what)s. Put back a whole copy of it, or move it away and give a newer backup with --newer."
    ),
    "backup.rows": N_("Rows are missing or do not fit: %(what)s. Nothing was kept."),
    "keyring.foreign": N_(
        "This backup belongs to another office than the keyring here. Restore that office's key export first."
    ),
    "keyring.older": N_(
        "The keyring here is older than the backup: KEK %(what)s is missing. Restore the newest key export first."
    ),
    "database.other-kind": N_("This backup comes from %(what)s; DATABASE_URL names the other kind of database."),
    "database.not-empty": N_(
        "There are data already (%(what)s). A backup is put back only where nothing is. Nothing was changed."
    ),
    "database.damaged": N_("The database in this backup is damaged. Nothing was kept."),
    "database.orphans": N_("Rows in this backup point nowhere: %(what)s. Nothing was kept."),
    "database.busy": N_("Another program opened the database while it was restored. Nothing was kept."),
    "schema.newer": N_("This backup was made by a later version of Naungan. Install that version."),
    "audit.broken": N_("The audit log in this backup is broken at event %(what)s. Nothing was kept."),
    "audit.head": N_("The audit log in this backup does not end where its manifest says. Nothing was kept."),
    "sections.unreadable": N_("Sealed values in this backup do not open: %(what)s. Nothing was kept."),
}
SYSTEM: Final = {
    errno.ENOSPC: N_("The disk is full. Nothing half-written was left behind."),
    errno.EDQUOT: N_("The disk quota is used up. Nothing half-written was left behind."),
    errno.EROFS: N_("The disk is read-only."),
    errno.EADDRINUSE: N_("Another program uses this port. Set NAUNGAN_PORT to a free one, or stop the other program."),
}


class Declined(Exception):
    """A command says no, in sentences that are shown as they stand. Carries nothing personal."""

    def __init__(self, *lines: str) -> None:
        super().__init__(lines[0])
        self.lines = lines


def lines_of(error: BaseException) -> list[str]:
    """What to print for an exception that ended a command; the last resort is one sentence with the exception's type."""
    match error:
        case Declined():
            return list(error.lines)
        case DomainError():
            return list(_domain(error))
        case _:
            return [_line(error)]


def _line(error: BaseException) -> str:
    match error:
        case ConfigError() | StartRefused():
            return spoken(error.id, error.en)
        case BackupRefused():
            return _(BACKUP.get(error.code, "%(what)s"), what=error.detail).rstrip()
        case KeyringError():
            return _keyring(error.code)
        case OSError():
            return _system(error)
        case _:
            return _other(error)


def _domain(error: DomainError) -> Iterator[str]:
    code = str(error.args[0]) if error.args else ""
    match error:
        case errors.Refused():
            yield from problem_lines(error.problems)
        case errors.NotFound():
            yield _(NOT_FOUND[code]) if code in NOT_FOUND else _("Not found: %(what)s.", what=code)
        case errors.NotPermitted():
            yield _("This account may not do that (%(what)s).", what=code)
        case errors.Conflict():
            yield _("This does not fit the present state: %(what)s. Nothing was changed.", what=code)
        case errors.Unreadable():
            yield _("A sealed value did not open: wrong keyring or damaged data. Run `naungan doctor`.")
        case _:
            yield _("The database could not serve (%(what)s). Nothing was changed. Run `naungan doctor`.", what=code)


def problem_lines(found: tuple[Problem, ...]) -> list[str]:
    """One line a problem: the field, and the sentence the pages would show."""
    with room_language():
        _register_sentences()
        return [f"{p.field}: {problems.sentence(p)}" if p.field else problems.sentence(p) for p in found]


def sentence_of(problem: Problem) -> str:
    """The sentence the pages would show for a problem, in the language of the command line."""
    with room_language():
        _register_sentences()
        return str(problems.sentence(problem))


def _register_sentences() -> None:
    """Every room's sentences, as `create_app` registers them: `SENTENCES` of `app/<room>/labels.py` and of the case forms."""
    for path in sorted(_ROOMS.glob("*/labels.py")):
        labels = importlib.import_module(f"app.{path.parent.name}.labels")
        problems.register(getattr(labels, "SENTENCES", {}))
    problems.register(record_forms.SENTENCES)
    problems.register(course_forms.SENTENCES)
    problems.register(sentences.SENTENCES)
    problems.register(team_forms.SENTENCES)
    problems.register(expert_forms.SENTENCES)
    problems.register(merge_forms.SENTENCES)


def _system(error: OSError) -> str:
    name = str(error.filename) if error.filename else ""
    if error.errno in SYSTEM:
        return _(SYSTEM[error.errno])
    if isinstance(error, FileNotFoundError):
        return _("There is no %(name)s.", name=name)
    if isinstance(error, PermissionError):
        return _("This user may not read or write %(name)s.", name=name)
    if isinstance(error, FileExistsError):
        return _("%(name)s exists already. It was not touched.", name=name)
    return _("The system refused: %(reason)s. %(name)s", reason=error.strerror or type(error).__name__, name=name)


def _keyring(code: str) -> str:
    if code in KEYRING:
        return _(KEYRING[code])
    refused = StartRefused(code)
    return spoken(refused.id, refused.en)


def _other(error: BaseException) -> str:
    if isinstance(error, MigrationRefused):
        return _("The migration was undone: it would have lost rows (%(what)s).", what=error)
    return _("The program failed (%(kind)s, %(place)s).", kind=type(error).__name__, place=_place(error))


def _place(error: BaseException) -> str:
    """The innermost line of our own code: the text of an exception may quote what somebody typed."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_ROOMS)]
    return f"{Path(ours[-1].filename).relative_to(_ROOMS.parent)}:{ours[-1].lineno}" if ours else "-"
