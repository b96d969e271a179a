"""People of two files of one matter on one paper: what their identities say together (decisions 33). Coded parts join in `cases.joining`."""

from __future__ import annotations

from typing import Final, TypeVar

from msgspec.structs import replace

from app.cases import joining
from app.security.structs.people import ClientIdentity, ReportedIdentity, SafeContact

Identity = TypeVar("Identity", ClientIdentity, ReportedIdentity)
_NO: Final = "TIDAK"


def of_client(ours: ClientIdentity, theirs: ClientIdentity) -> ClientIdentity:
    """One client by both files. The rules for contact follow the number they are about."""
    contacts = (theirs.contact, ours.contact) if theirs.phone and not ours.phone else (ours.contact, theirs.contact)
    return replace(of_person(ours, theirs), contact=_safest(*contacts))


def of_person(ours: Identity, theirs: Identity) -> Identity:
    """Ours; where it is silent, what theirs says. Another name in the other file is one more alias."""
    known = joining.filled(ours, theirs)
    names = (*ours.aliases, theirs.name, *theirs.aliases)
    return replace(known, aliases=tuple(dict.fromkeys(name for name in names if name and name != known.name)))


def _safest(first: SafeContact, other: SafeContact) -> SafeContact:
    """What either file calls unsafe is unsafe (security 7.5)."""
    unsafe = {name: _NO for name in ("call", "message") if _NO in (getattr(first, name), getattr(other, name))}
    return replace(joining.filled(first, other), **unsafe)
