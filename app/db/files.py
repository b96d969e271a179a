"""Files and folders that belong to the office alone: 0600 and 0700, from the first byte on."""

from __future__ import annotations

import os
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_DIR = 0o700


def private_dir(path: Path) -> Path:
    """Make the folder (and its parents) if needed, and take all rights from group and others (security 6 #76)."""
    path.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIR)
    if path.stat().st_mode & 0o077:
        path.chmod(PRIVATE_DIR)
    return path


def private_file(path: Path) -> Path:
    """Make the file if needed, and take all rights from group and others.

    SQLite gives its -wal and -shm files the mode of the database file, so the file must be private before it is opened.
    """
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE))
    if path.stat().st_mode & 0o177:
        path.chmod(PRIVATE_FILE)
    return path
