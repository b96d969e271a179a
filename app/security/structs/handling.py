"""Documents around the handling of a case: the request for help, the end of a client's handling (case-management 7 F3, F12; 6.2)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct


class AidRequest(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head of a request for help (*surat permohonan*, F3): when, by what kind of person, for whom, which services."""

    on: date
    asked_by: str = ""
    client_id: UUID | None = None  # none: for everybody in the case
    services: tuple[str, ...] = ()


class AidRequestText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Who asks, and accompaniment on which suspected act (S4)."""

    name: str = ""
    address: str = ""
    phone: str = ""
    occupation: str = ""
    relation: str = ""
    act: str = ""
    wish: str = ""
