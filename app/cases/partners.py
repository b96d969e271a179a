"""Institutions a plan may name as partners. The directory belongs to a later room, which registers it here; `cases` never learns more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Flask, current_app

from app.work import Work

_KEY: Final = "naungan.partners"


@dataclass(frozen=True, slots=True)
class Directory:
    """What a form offers of a unit's directory (id and label, those in use), and names by id, retired ones too."""

    offered: Callable[[Work, UUID], Sequence[tuple[str, str]]]
    names: Callable[[Work, Iterable[UUID]], Mapping[UUID, str]]


def register(app: Flask, directory: Directory) -> None:
    """Hand over the directory, once."""
    app.extensions[_KEY] = directory


def offered(work: Work, unit_id: UUID) -> Sequence[tuple[str, str]]:
    """The institutions of the unit in use; none where there is no directory."""
    directory: Directory | None = current_app.extensions.get(_KEY)
    return directory.offered(work, unit_id) if directory is not None else ()


def names(work: Work, ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Names of these institutions, one query."""
    wanted = {institution_id for institution_id in ids if institution_id is not None}
    directory: Directory | None = current_app.extensions.get(_KEY)
    return directory.names(work, wanted) if directory is not None and wanted else {}
