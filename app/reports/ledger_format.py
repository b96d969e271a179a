"""The bytes of a ledger blob: fixed-layout rows of at most 256 cases, read by numpy without looking at single rows.

A blob is a header (magic, version, one count per kind of row) and then the rows, kind after kind. Rows point at each
other by position inside the blob, so no id has to be looked up and a shredded record still counts. Sealing is not done here.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from app.domain.errors import Unreadable
from app.reports.counting import codecs
from app.reports.counting.codecs import Codec
from app.reports.facts import (
    CaseFacts,
    ClientFacts,
    ContactFacts,
    FollowUpFacts,
    ItemFacts,
    PairFacts,
    ReferralFacts,
    ReportedFacts,
    ServiceFacts,
)

VERSION = 2  # 1 had no token of reported persons
MAX_CASES = 256
Rows = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]
_MAGIC = b"NGLG"
_LINK = "<u4"
_PORTION = 64
_FIELDS: Mapping[str, Mapping[str, Codec]] = {
    "case": codecs.CASE,
    "client": codecs.CLIENT,
    "item": codecs.ITEM,
    "reported": codecs.REPORTED,
    "pair": codecs.PAIR,
    "service": codecs.SERVICE,
    "referral": codecs.REFERRAL,
    "followup": codecs.FOLLOWUP,
    "contact": codecs.CONTACT,
}
_LINKS: Mapping[str, tuple[str, ...]] = {
    "client": ("case",),
    "item": ("client",),
    "reported": ("case",),
    "pair": ("client", "reported"),
    "service": ("client",),
    "referral": ("client",),
    "followup": ("client",),
}
KINDS = tuple(_FIELDS)
_HEADER = struct.Struct(f"<4sB3x{len(KINDS)}I")


def _dtype(kind: str) -> np.dtype[Any]:
    links = [(link, _LINK) for link in _LINKS.get(kind, ())]
    whole_case = [("whole_case", "u1")] if kind == "referral" else []
    return np.dtype(links + whole_case + [(name, codec.dtype) for name, codec in _FIELDS[kind].items()])


DTYPES: Mapping[str, np.dtype[Any]] = {kind: _dtype(kind) for kind in KINDS}
_WITHOUT_TOKEN = np.dtype(
    [(name, DTYPES["reported"][name]) for name in DTYPES["reported"].names or () if name != "person"]
)
LAYOUTS: Mapping[int, Mapping[str, np.dtype[Any]]] = {1: {**DTYPES, "reported": _WITHOUT_TOKEN}, VERSION: DTYPES}
"""The rows of every version that opens. Each is frozen by a test: a blob nobody touches stays as it was written."""


@dataclass(frozen=True, slots=True)
class Arrays:
    """The rows of one or many blobs, one array per kind; `client["case"]` and the like are positions in the other arrays."""

    case: Rows
    client: Rows
    item: Rows
    reported: Rows
    pair: Rows
    service: Rows
    referral: Rows
    followup: Rows
    contact: Rows


EMPTY = Arrays(**{kind: np.zeros(0, dtype) for kind, dtype in DTYPES.items()})


def pack(cases: Sequence[CaseFacts], contacts: Sequence[ContactFacts] = ()) -> bytes:
    """A blob of at most 256 cases and 256 contacts. ValueError beyond that or where a row names a client that is not there;
    KeyError for a code its list does not have. Pairs not given are written with no relationship (every client x every
    reported person, contracts/recap)."""
    if len(cases) > MAX_CASES or len(contacts) > MAX_CASES:
        raise ValueError("too many records for one blob")
    rows: dict[str, list[tuple[Any, ...]]] = {kind: [] for kind in KINDS}
    for case in cases:
        _pack_case(case, rows)
    rows["contact"] = [_values("contact", contact) for contact in contacts]
    return dump(Arrays(**{kind: np.array(values, DTYPES[kind]) for kind, values in rows.items()}))


def dump(arrays: Arrays) -> bytes:
    """The blob of these rows. ValueError for more than 256 cases or contacts."""
    parts = [getattr(arrays, kind) for kind in KINDS]
    if len(arrays.case) > MAX_CASES or len(arrays.contact) > MAX_CASES:
        raise ValueError("too many records for one blob")
    return _HEADER.pack(_MAGIC, VERSION, *map(len, parts)) + b"".join(part.tobytes() for part in parts)


def unpack(blob: bytes) -> Arrays:
    """The rows of a blob, as read-only views on it. Unreadable for another version, a wrong length or a broken link."""
    arrays = Arrays(**dict(zip(KINDS, _views(blob), strict=True)))
    _check_links(arrays)
    return arrays


def read_all(blobs: Iterable[bytes]) -> Arrays:
    """The rows of many blobs together: one copy per kind, no loop over rows. Unreadable as `unpack`."""
    views = [_views(blob) for blob in blobs]
    return _joined({kind: [view[i] for view in views] for i, kind in enumerate(KINDS)}) if views else EMPTY


def read_period(blobs: Iterable[bytes], first: date, last: date) -> Arrays:
    """What a recap of the days first..last needs of many blobs, read in portions, so memory follows the period and not the
    ledger: cases reported, served, referred or ended in it, with all their rows, and its contacts. Unreadable as `unpack`."""
    days = codecs.day_number(first), codecs.day_number(last)
    waiting = iter(blobs)
    portions = iter(lambda: list(islice(waiting, _PORTION)), [])
    return concat([_of_period(read_all(portion), *days) for portion in portions])


def _of_period(arrays: Arrays, first: int, last: int) -> Arrays:
    def inside(days: Rows) -> Mask:
        hit: Mask = np.logical_and(days >= first, days <= last)
        return hit

    clients = inside(arrays.client["ended_on"])
    for kind, field in (("service", "day"), ("referral", "sent_day")):
        rows = getattr(arrays, kind)
        clients[rows["client"][inside(rows[field])]] = True
    cases = inside(arrays.case["report_day"])
    cases[arrays.client["case"][clients]] = True
    return take(arrays, cases, inside(arrays.contact["day"]))


def concat(parts: Sequence[Arrays]) -> Arrays:
    """The rows of several arrays as one, links moved along. The order of the parts means nothing to any count."""
    return _joined({kind: [getattr(part, kind) for part in parts] for kind in KINDS}) if parts else EMPTY


def unpack_cases(blob: bytes) -> list[CaseFacts]:
    """The cases of a blob as facts, in its order; what `pack` was given, with every pair written out."""
    arrays = unpack(blob)
    clients = _children(arrays, "client", "case", len(arrays.case))
    reported = _children(arrays, "reported", "case", len(arrays.case))
    by_client = {
        kind: _children(arrays, kind, "client", len(arrays.client))
        for kind in ("item", "pair", "service", "referral", "followup")
    }
    return [_unpack_case(arrays, row, clients[row], reported[row], by_client) for row in range(len(arrays.case))]


def unpack_contacts(blob: bytes) -> list[ContactFacts]:
    """The contacts of a blob as facts."""
    return [ContactFacts(**_facts("contact", row)) for row in unpack(blob).contact]


def canonical(case: CaseFacts) -> CaseFacts:
    """The case as the ledger gives it back (all pairs written out): what a rebuild compares with."""
    return unpack_cases(pack([case]))[0]


def with_case(blob: bytes, case: CaseFacts) -> bytes:
    """The blob with this case added, or put in the place of the same case. ValueError when the blob is full."""
    return dump(concat([_without(unpack(blob), "case", case.case_id), unpack(pack([case]))]))


def without_case(blob: bytes, case_id: UUID) -> bytes:
    """The blob without the case and all its rows; unchanged where it is not there."""
    return dump(_without(unpack(blob), "case", case_id))


def with_contact(blob: bytes, contact: ContactFacts) -> bytes:
    """The blob with this contact added or replaced."""
    return dump(concat([_without(unpack(blob), "contact", contact.contact_id), unpack(pack([], [contact]))]))


def without_contact(blob: bytes, contact_id: UUID) -> bytes:
    """The blob without the contact."""
    return dump(_without(unpack(blob), "contact", contact_id))


def shredded(blob: bytes, case_id: UUID, shared: Collection[UUID] = ()) -> bytes:
    """The blob with the case's ids and person tokens zeroed; its rows go on counting (design 4). `shared`: tokens that other records bear
    too. They stay, or whoever has two erased files would be counted as two people from then on; no row outside the ledger knows them."""
    arrays = unpack(blob)
    hit = _has_id(arrays.case["case_id"], case_id)
    case, client, reported = arrays.case.copy(), arrays.client.copy(), arrays.reported.copy()
    case["case_id"][hit] = b"\0" * 16
    client["client_id"][hit[client["case"]]] = b"\0" * 16
    reported["reported_id"][hit[reported["case"]]] = b"\0" * 16
    for rows in (client, reported):
        rows["person"][hit[rows["case"]] & ~_among(rows["person"], shared)] = b"\0" * 16
    return dump(replace(arrays, case=case, client=client, reported=reported))


def tokens_of(blob: bytes, case_id: UUID) -> frozenset[UUID]:
    """The person tokens in the record of one case, of clients and of reported persons."""
    arrays = unpack(blob)
    hit = _has_id(arrays.case["case_id"], case_id)
    found = (rows["person"][hit[rows["case"]]] for rows in (arrays.client, arrays.reported))
    return frozenset(UUID(bytes=bytes(raw)) for column in found for raw in column) - {UUID(int=0)}


def bearing(arrays: Arrays, token: UUID) -> int:
    """How many clients and reported persons of these records bear the token, in cases that stand in the sums (`transfer_in` does not)."""
    wanted, found = np.frombuffer(token.bytes, ">u8"), 0
    for rows in (arrays.client, arrays.reported):
        halves = np.ascontiguousarray(rows["person"]).view(">u8").reshape(-1, 2)
        found += int(((halves == wanted).all(axis=1) & (arrays.case["transfer_in"][rows["case"]] == 0)).sum())
    return found


def _among(column: Rows, tokens: Collection[UUID]) -> Mask:
    raw = {token.bytes for token in tokens}
    return np.array([bytes(value) in raw for value in column], bool)


def case_ids(arrays: Arrays) -> list[UUID]:
    """The ids of all cases in order; the zero id stands for a shredded one."""
    return [UUID(bytes=bytes(raw)) for raw in arrays.case["case_id"]]


def take(arrays: Arrays, cases: Mask, contacts: Mask) -> Arrays:
    """The rows of the chosen cases and contacts, links moved along."""
    kept = {"case": cases, "contact": contacts}
    for kind, links in _LINKS.items():
        kept[kind] = kept[links[0]][getattr(arrays, kind)[links[0]]]
    moved = {kind: np.cumsum(mask) - 1 for kind, mask in kept.items()}
    parts = {kind: getattr(arrays, kind)[mask] for kind, mask in kept.items()}
    for kind, links in _LINKS.items():
        for link in links:
            parts[kind][link] = moved[link][parts[kind][link]]
    return Arrays(**parts)


def _has_id(column: Rows, wanted: UUID) -> Mask:
    """Which of the few rows of one blob have the id. In Python: numpy drops a zero byte at the end of what it compares."""
    return np.array([bytes(raw) == wanted.bytes for raw in column], bool)


def _without(arrays: Arrays, kind: str, wanted: UUID) -> Arrays:
    cases, contacts = np.ones(len(arrays.case), bool), np.ones(len(arrays.contact), bool)
    if kind == "case":
        cases = ~_has_id(arrays.case["case_id"], wanted)
    else:
        contacts = ~_has_id(arrays.contact["contact_id"], wanted)
    return take(arrays, cases, contacts)


def _views(blob: bytes) -> list[Rows]:
    try:
        magic, version, *counts = _HEADER.unpack_from(blob)
    except struct.error:
        raise Unreadable("ledger blob") from None
    dtypes = LAYOUTS.get(version, DTYPES)
    sizes = [count * dtypes[kind].itemsize for kind, count in zip(KINDS, counts, strict=True)]
    if magic != _MAGIC or version not in LAYOUTS or _HEADER.size + sum(sizes) != len(blob):
        raise Unreadable("ledger blob")
    views, offset = [], _HEADER.size
    for kind, count, size in zip(KINDS, counts, sizes, strict=True):
        views.append(_of_today(kind, np.frombuffer(blob, dtypes[kind], count, offset)))
        offset += size
    return views


def _of_today(kind: str, rows: Rows) -> Rows:
    """Rows of an older version in today's shape: what it did not hold is empty."""
    if rows.dtype == DTYPES[kind]:
        return rows
    made = np.zeros(len(rows), DTYPES[kind])
    for name in rows.dtype.names or ():
        made[name] = rows[name]
    return made


def _joined(parts: Mapping[str, list[Rows]]) -> Arrays:
    starts = {kind: np.cumsum([0, *map(len, arrays)]) for kind, arrays in parts.items()}
    joined = {kind: _stacked(arrays, DTYPES[kind]) for kind, arrays in parts.items()}
    for kind, links in _LINKS.items():
        lengths = np.diff(starts[kind])
        for link in links:
            joined[kind][link] += np.repeat(starts[link][:-1], lengths).astype(_LINK)
    arrays = Arrays(**joined)
    _check_links(arrays)
    return arrays


def _stacked(parts: Sequence[Rows], dtype: np.dtype[Any]) -> Rows:
    """The parts one after the other, copied as bytes: numpy copies structured rows field by field, five times slower."""
    return np.concatenate([np.ascontiguousarray(part).view(np.uint8) for part in parts]).view(dtype)


def _check_links(arrays: Arrays) -> None:
    for kind, links in _LINKS.items():
        for link in links:
            positions = getattr(arrays, kind)[link]
            if len(positions) and positions.max() >= len(getattr(arrays, link)):
                raise Unreadable("ledger blob")


def _values(kind: str, facts: object) -> tuple[Any, ...]:
    return tuple(codec.pack(getattr(facts, name)) for name, codec in _FIELDS[kind].items())


def _facts(kind: str, row: Any) -> dict[str, Any]:
    return {name: codec.unpack(row[name]) for name, codec in _FIELDS[kind].items()}


def _pack_case(case: CaseFacts, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    here, client_at, reported_at = len(rows["case"]), len(rows["client"]), len(rows["reported"])
    position = {client.client_id: client_at + i for i, client in enumerate(case.clients)}
    rows["case"].append(_values("case", case))
    rows["client"] += [(here, *_values("client", client)) for client in case.clients]
    rows["reported"] += [(here, *_values("reported", person)) for person in case.reported]
    for client in case.clients:
        rows["item"] += [(position[client.client_id], *_values("item", item)) for item in sorted_items(client)]
    rows["pair"] += _pack_pairs(case, client_at, reported_at)
    for kind, facts in (("service", case.services), ("followup", case.followups)):
        rows[kind] += [(_client_row(position, fact.client_id), *_values(kind, fact)) for fact in facts]
    for referral in case.referrals:
        whole = referral.client_id is None
        row = client_at if referral.client_id is None else _client_row(position, referral.client_id)
        rows["referral"].append((row, whole, *_values("referral", referral)))


def sorted_items(client: ClientFacts) -> list[ItemFacts]:
    """The recorded items in a fixed order, so equal facts give equal bytes."""
    return sorted(client.items, key=lambda item: (item.item, item.certainty, codecs.day_number(item.day)))


def _client_row(position: Mapping[UUID, int], client_id: UUID) -> int:
    if client_id not in position:
        raise ValueError("a row names a client that is not in the case")
    return position[client_id]


def _pack_pairs(case: CaseFacts, client_at: int, reported_at: int) -> list[tuple[Any, ...]]:
    given = {(pair.client_id, pair.reported_id): pair for pair in case.pairs}
    pairs: list[tuple[Any, ...]] = []
    for i, client in enumerate(case.clients):
        for j, person in enumerate(case.reported):
            key = (client.client_id, person.reported_id)
            pair = given.pop(key, None) or PairFacts(*key)
            pairs.append((client_at + i, reported_at + j, *_values("pair", pair)))
    if given:
        raise ValueError("a pair names somebody who is not in the case")
    return pairs


def _children(arrays: Arrays, kind: str, link: str, parents: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(parents)]
    for row, parent in enumerate(getattr(arrays, kind)[link].tolist()):
        found[parent].append(row)
    return found


def _unpack_case(
    arrays: Arrays, row: int, clients: list[int], reported: list[int], by_client: Mapping[str, list[list[int]]]
) -> CaseFacts:
    def of_clients(kind: str, make: Callable[[UUID, Any], Any]) -> tuple[Any, ...]:
        rows = sorted((child, client) for client in clients for child in by_client[kind][client])
        return tuple(make(client_id(client), getattr(arrays, kind)[child]) for child, client in rows)

    def client_id(client: int) -> UUID:
        return UUID(bytes=bytes(arrays.client["client_id"][client]))

    return CaseFacts(
        **_facts("case", arrays.case[row]),
        clients=tuple(_unpack_client(arrays, client, by_client["item"][client]) for client in clients),
        reported=tuple(ReportedFacts(**_facts("reported", arrays.reported[person])) for person in reported),
        pairs=of_clients("pair", lambda who, pair: _unpack_pair(arrays, who, pair)),
        services=of_clients("service", lambda who, fact: ServiceFacts(client_id=who, **_facts("service", fact))),
        referrals=of_clients("referral", _unpack_referral),
        followups=of_clients("followup", lambda who, fact: FollowUpFacts(client_id=who, **_facts("followup", fact))),
    )


def _unpack_client(arrays: Arrays, row: int, items: list[int]) -> ClientFacts:
    recorded = frozenset(ItemFacts(**_facts("item", arrays.item[item])) for item in items)
    return ClientFacts(**_facts("client", arrays.client[row]), items=recorded)


def _unpack_pair(arrays: Arrays, client_id: UUID, row: Any) -> PairFacts:
    reported_id = UUID(bytes=bytes(arrays.reported["reported_id"][row["reported"]]))
    return PairFacts(client_id=client_id, reported_id=reported_id, **_facts("pair", row))


def _unpack_referral(client_id: UUID, row: Any) -> ReferralFacts:
    return ReferralFacts(client_id=None if row["whole_case"] else client_id, **_facts("referral", row))
