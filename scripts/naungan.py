"""What .venv/bin/naungan starts: the command group, from whatever folder it is called."""

from __future__ import annotations

import sys
from pathlib import Path

# In place of this script's own folder, so that nothing in scripts/ can stand in for a module of the product.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from app.commands.main import main  # noqa: E402 - the path comes first

if __name__ == "__main__":
    sys.exit(main())
