"""Finding and starting Chromium, and asking its pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

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


# --- patience ---------------------------------------------------------------------------------------------------------

# What Playwright answers at once, whatever of the page is there. A click waits until the new page begins to arrive, so that a
# question right after it may meet half a page, or none of it.
ANSWERED_AT_ONCE = {
    "Page": ("content", "evaluate", "go_back", "go_forward", "reload", "screenshot"),
    "Locator": ("all", "all_inner_texts", "all_text_contents", "count", "evaluate_all", "is_hidden", "is_visible"),
}


def be_patient() -> None:
    """Let every such question wait for a page that is under way. Once a process; asking again changes nothing."""
    from playwright import sync_api

    for name, questions in ANSWERED_AT_ONCE.items():
        kind = getattr(sync_api, name)
        for question in questions:
            asked = getattr(kind, question)
            if not hasattr(asked, "__wrapped__"):
                setattr(kind, question, _of_a_whole_page(asked))


def _of_a_whole_page(asked: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(asked)
    def ask(of: Any, *given: Any, **named: Any) -> Any:
        getattr(of, "page", of).wait_for_load_state("load")
        return asked(of, *given, **named)

    return ask
