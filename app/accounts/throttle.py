"""Growing delays after failed sign-ins, which no outsider can turn into a locked door (security 5, 6 #6).

A try from an unknown place counts against the account and against the address. A browser or place from which the account signed
in before has an allowance of its own, which nobody else can use up. Tags are keyed: the table names nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts.models import Throttle
from app.db.engine import is_sqlite
from app.security.keyring import Derived
from app.security.primitives import injective, mac, random_bytes, same
from app.security.vault import Crypt
from app.work import Work

FORGOTTEN_AFTER: Final = timedelta(days=1)
KNOWN_FOR: Final = timedelta(days=30)
FIRST_DELAY: Final = timedelta(seconds=2)


class Allowance(NamedTuple):
    """Something failures count against: its tag, how many are free, and the longest delay."""

    tag: bytes
    free: int
    longest: timedelta


class Keys(NamedTuple):
    """Everything one try may count against."""

    account: Allowance
    address: Allowance
    place: Allowance
    device: Allowance | None


def keys(crypt: Crypt, email_tag: bytes, address: str, device: str) -> Keys:
    """The allowances of a try: by account, address, account at this address, and the browser if its proof is right."""
    account = Allowance(_tag(crypt, b"account", email_tag), 5, timedelta(minutes=15))
    somewhere = Allowance(_tag(crypt, b"address", address.encode()), 20, timedelta(minutes=5))
    place = Allowance(_tag(crypt, b"place", email_tag, address.encode()), 8, timedelta(minutes=5))
    nonce = _nonce(crypt, email_tag, device)
    known = Allowance(_tag(crypt, b"device", email_tag, nonce), 8, timedelta(minutes=5)) if nonce else None
    return Keys(account, somewhere, place, known)


def count(work: Work, given: Keys) -> tuple[timedelta | None, Sequence[Allowance]]:
    """Count a try before it is checked, so that many at once gain nothing. Gives the wait, if it must wait, and what was counted.

    A try that must wait is not counted: waiting in vain does not lengthen the delay.
    """
    rows = _rows(work.session, [item.tag for item in given if item is not None], work.now)
    used = _used(given, rows, work.now)
    waits = [row.until - work.now for row in (rows[item.tag] for item in used) if row.until and row.until > work.now]
    if waits:
        return max(waits), ()
    for item in used:
        row = rows[item.tag]
        row.failures += 1
        row.last_at = work.now
        row.until = work.now + delay(row.failures, item)
    return None, used


def allowance(crypt: Crypt, kind: bytes, *parts: bytes, free: int, longest: timedelta) -> Allowance:
    """Something of another room that tries are counted against; `kind` keeps it apart from every other."""
    return Allowance(_tag(crypt, kind, *parts), free, longest)


def count_all(work: Work, items: Sequence[Allowance]) -> timedelta | None:
    """Count a try against each of these before it is checked. Gives the wait where it must wait; then nothing is counted."""
    rows = _rows(work.session, [item.tag for item in items], work.now)
    waits = [row.until - work.now for row in rows.values() if row.until and row.until > work.now]
    if waits:
        return max(waits)
    for item in items:
        row = rows[item.tag]
        row.failures += 1
        row.last_at = work.now
        row.until = work.now + delay(row.failures, item)
    return None


def give_back(work: Work, items: Sequence[Allowance]) -> None:
    """After success: the one try that `count_all` counted goes back."""
    for row in _rows(work.session, [item.tag for item in items], work.now).values():
        row.failures, row.until = max(0, row.failures - 1), None


def delay(failures: int, allowance: Allowance) -> timedelta:
    """No delay while failures are free; then 2 s, doubled each time up to the longest."""
    if failures < allowance.free:
        return timedelta()
    doubled: timedelta = FIRST_DELAY * (1 << min(failures - allowance.free, 20))
    return min(doubled, allowance.longest)


def forgive(work: Work, given: Keys, used: Sequence[Allowance]) -> None:
    """After success: the counted try goes back, the account starts fresh, and this place is known for 30 days.

    The address only gets its one try back, or a thief with one account could go on guessing at others.
    """
    rows = _rows(work.session, [item.tag for item in given if item is not None], work.now)
    for item in used:
        row = rows[item.tag]
        row.failures = max(0, row.failures - 1) if item is given.address else 0
        row.until = None
    rows[given.place.tag].known_until = work.now + KNOWN_FOR


def proof(crypt: Crypt, email_tag: bytes) -> str:
    """What a browser keeps to be known again: a random number and its MAC for this account."""
    nonce = random_bytes(16)
    return f"{nonce.hex()}.{_proof(crypt, email_tag, nonce).hex()}"


def forget_old(work: Work) -> None:
    """Drop counters nobody needs any more."""
    old = work.now - FORGOTTEN_AFTER
    kept = Throttle.known_until.is_not(None) & (Throttle.known_until > work.now)
    work.session.execute(delete(Throttle).where(Throttle.last_at < old, ~kept))


def _used(given: Keys, rows: dict[bytes, Throttle], now: datetime) -> Sequence[Allowance]:
    if given.device is not None:
        return (given.device,)
    known_until = rows[given.place.tag].known_until
    if known_until is not None and known_until > now:
        return (given.place,)
    return (given.account, given.address)


def _rows(session: Session, tags: Sequence[bytes], now: datetime) -> dict[bytes, Throttle]:
    """The rows, made where they are missing, locked in one order; counters a day old start fresh."""
    insert = sqlite.insert if is_sqlite(session.get_bind()) else postgresql.insert
    fresh = [{"tag": tag, "failures": 0, "last_at": now, "until": None, "known_until": None} for tag in sorted(tags)]
    session.execute(insert(Throttle).values(fresh).on_conflict_do_nothing(index_elements=["tag"]))
    query = select(Throttle).where(Throttle.tag.in_(tags)).order_by(Throttle.tag).with_for_update()
    rows = {row.tag: row for row in session.scalars(query)}
    for row in rows.values():
        if row.last_at < now - FORGOTTEN_AFTER:
            row.failures, row.until = 0, None
    return rows


def _tag(crypt: Crypt, kind: bytes, *parts: bytes) -> bytes:
    return mac(crypt.derived(Derived.THROTTLE), injective(b"tag", kind, *parts))[:16]


def _proof(crypt: Crypt, email_tag: bytes, nonce: bytes) -> bytes:
    return mac(crypt.derived(Derived.THROTTLE), injective(b"proof", email_tag, nonce))[:16]


def _nonce(crypt: Crypt, email_tag: bytes, device: str) -> bytes:
    """The number of a right proof, else nothing."""
    left, _, right = device.partition(".")
    try:
        nonce, shown = bytes.fromhex(left), bytes.fromhex(right)
    except ValueError:
        return b""
    return nonce if len(nonce) == 16 and same(_proof(crypt, email_tag, nonce), shown) else b""
