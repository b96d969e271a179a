"""Finding and starting Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

# The headless shell is Chromium without the window around the pages: the same engine, and a fifth quicker.
NAMES = (
    "chromium-headless-shell",
    "/usr/bin/chromium",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)

# No sandbox: the tests also run as root in a container, and open only pages of our own.
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
)

ADVICE = "No Chromium was found. Install it (Debian, Ubuntu: sudo apt-get install -y chromium) or name it in NAUNGAN_CHROMIUM."


def find_chromium(environ: Mapping[str, str] = os.environ) -> str | None:
    """The path of a Chromium, or None. NAUNGAN_CHROMIUM wins, and is not replaced by another when it is wrong."""
    named = environ.get("NAUNGAN_CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for path in map(shutil.which, NAMES) if path), None)
