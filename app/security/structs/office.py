"""Documents under the office key: staff contacts, institutions, contacts that are no case, intake drafts (design 2)."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class StaffContact(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """E-mail address and phone of a user."""

    email: str
    phone: str = ""


class Institution(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What the directory knows of an institution: its type, region, services and contacts."""

    type: str
    area: str = ""
    address: str = ""
    phone: str = ""
    contact: str = ""
    hours: str = ""
    services: tuple[str, ...] = ()
    note: str = ""
    beds: int | None = None  # of a shelter; None where nobody counted them


class Contact(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """A call or visit that is no case (*kontak*): no names (issue text; counted on its own line)."""

    on: date
    channel: str
    topic: str
    referred_to: str = ""


class ClientAddress(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Network address of an audited request."""

    address: str
