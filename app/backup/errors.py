"""Why a backup was not made or not restored; `app/commands/backup.py` has the sentences."""

from __future__ import annotations


class BackupRefused(Exception):
    """Nothing was changed. `code` says why, `detail` names tables, numbers or ids, never a value."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail
