"""Finding every table of the product, so that `Base.metadata` is complete for migrations, tests and self-tests."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import MetaData

from app.db.base import Base

_APP = Path(__file__).resolve().parents[1]


def model_modules() -> Iterable[str]:
    """Dotted names of `app.<room>.models`, whether a module or a package."""
    rooms = sorted(path.name for path in _APP.iterdir() if (path / "models.py").exists() or (path / "models").is_dir())
    return [f"app.{room}.models" for room in rooms]


def load_models() -> MetaData:
    """Import every room's models and give the metadata they registered in (their triggers are registered by the same import)."""
    for name in model_modules():
        importlib.import_module(name)
    return Base.metadata
