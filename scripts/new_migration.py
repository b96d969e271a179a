"""Write the next revision: `make migration m="Add the shelter's own list"`.

A throw-away SQLite database is brought to the last revision and compared with the models. Read what comes out, and edit it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.db.engine import make_engine  # noqa: E402 - the repository must be on the path first
from app.db.migrate import make_revision, upgrade  # noqa: E402


def main(message: str) -> None:
    """Make the revision and name its file."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/head.db")
        upgrade(engine)
        path = make_revision(engine, message)
        engine.dispose()
    sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('usage: make migration m="what it does, in one sentence"')
    main(sys.argv[1].strip())
