"""What was typed into a form and not saved yet: kept sealed under the office key until the form is saved (security 7.4)."""

from __future__ import annotations

from msgspec import Struct


class DraftField(Struct, frozen=True, kw_only=True):
    """One control of the form: its name, and what the browser would send for it."""

    name: str
    values: tuple[str, ...] = ()


class FormDraft(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Everything typed on one sheet, and the address of the page it stands on."""

    page: str
    fields: tuple[DraftField, ...] = ()
