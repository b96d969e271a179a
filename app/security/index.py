"""The search index over what is sealed: salted name tags, and keyed tags of NIK, KK, phone and e-mail (design 3, security 2.6).

A name tag is the first 8 bytes of AES-256(T, salt) with T = HMAC(index key, kind ‖ token): the same name in two rows shares no
bytes, so there is nothing to count. A search computes T once per token and encrypts all salts in scope in one call.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import IntEnum
from typing import Final, Literal, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.db.base import new_id
from app.domain.names import is_weak
from app.security.index_models import ExactTag, NameTag
from app.security.keyring import Derived
from app.security.primitives import aes_blocks, injective, mac, random_bytes
from app.security.vault import Crypt

SALT_BYTES: Final = 16
TAG_BYTES: Final = 8
TAGS_PER_ROW: Final = 16
EXACT_BYTES: Final = 16
MAX_WORDS: Final = 32  # words of one query that count; the rest is not looked at
_SCAN_ROWS: Final = 20_000  # rows held in memory at once while scanning, about 3 MB
_SALTS_PER_QUERY: Final = 500
_SHUFFLER: Final = secrets.SystemRandom()

SubjectKind = Literal["client", "reported"]
Words = npt.NDArray[np.uint32]


class Subject(NamedTuple):
    """Who is found: a client or a reported person, in a case of a unit."""

    kind: SubjectKind
    id: UUID
    case_id: UUID
    unit_id: UUID


class Hit(NamedTuple):
    """Somebody found by name, and which words of the query (numbers from 0) the index holds for them."""

    kind: SubjectKind
    id: UUID
    case_id: UUID
    unit_id: UUID
    words: tuple[int, ...]


class Exact(IntEnum):
    """Numbers found by equality. The values stand in the database."""

    NIK = 1
    KK = 2
    PHONE = 3


_EXACT_KEYS: Final = {Exact.NIK: Derived.INDEX_NIK, Exact.KK: Derived.INDEX_KK, Exact.PHONE: Derived.INDEX_PHONE}


def put_names(
    session: Session, crypt: Crypt, subject: Subject, tokens: Collection[tuple[str, str]], *, is_new: bool = False
) -> None:
    """Replace the name tags of a subject. `tokens` are (kind, text) pairs of `app.domain.names.index_tokens`.

    Every row has 16 tags, so up to 16 tokens all persons look alike; more take further rows. `is_new`: the subject has none yet, so
    there is nothing to take away (an import of thousands asks only once).
    """
    if not is_new:
        _remove(session, NameTag, subject)
    wanted = sorted(set(tokens))
    _SHUFFLER.shuffle(wanted)
    for start in range(0, max(len(wanted), 1), TAGS_PER_ROW):
        salt = random_bytes(SALT_BYTES)
        tags = [_tag(crypt, token, salt) for token in wanted[start : start + TAGS_PER_ROW]]
        tags += [random_bytes(TAG_BYTES) for _ in range(TAGS_PER_ROW - len(tags))]
        _SHUFFLER.shuffle(tags)
        session.add(NameTag(id=new_id(), salt=salt, tags=b"".join(tags), **_columns(subject)))


def put_exact(session: Session, crypt: Crypt, subject: Subject, kind: Exact, value: str) -> None:
    """Add one number of a subject, in its normal form (NIK and KK: 16 digits; phone: E.164). `remove` takes it away again."""
    tag = exact_tag(crypt, kind, value)
    session.add(ExactTag(id=new_id(), kind=int(kind), tag=tag, **_columns(subject)))


def remove(session: Session, subject: Subject) -> None:
    """Take a subject out of the index, names and numbers."""
    _remove(session, NameTag, subject)
    _remove(session, ExactTag, subject)


def find_names(
    session: Session,
    crypt: Crypt,
    unit_ids: Collection[UUID] | None,
    plan: Sequence[Collection[tuple[str, str]]],
    *,
    case_ids: Collection[UUID] | None = None,
) -> list[Hit]:
    """Everybody in these units (None: in all), or in these cases, with at least one word of the plan, those with most words first.

    `plan` holds for each word the tokens any of which finds it (`app.domain.names.query_plan`). A word counts that was found by a
    weak token; but who has weak tokens only is not found (security 2.6 rule 2).
    """
    wanted = [(np.uint32(1 << at), token) for at, word in enumerate(plan[:MAX_WORDS]) for token in word]
    if not wanted:
        return []
    found: dict[bytes, int] = {}
    for salts, tags in _scan(session, unit_ids, case_ids):
        words = _matching(crypt, wanted, salts, tags)
        found |= {salts[i * SALT_BYTES : (i + 1) * SALT_BYTES]: int(words[i]) for i in np.flatnonzero(words)}
    return _hits(session, found)


def find_exact(
    session: Session, crypt: Crypt, unit_ids: Collection[UUID] | None, kind: Exact, value: str
) -> list[Subject]:
    """Everybody in these units (None: in all) with exactly this number, in its normal form."""
    tag = exact_tag(crypt, kind, value)
    statement = select(ExactTag.subject_kind, ExactTag.subject_id, ExactTag.case_id, ExactTag.unit_id)
    statement = statement.where(ExactTag.kind == int(kind), ExactTag.tag == tag)
    if unit_ids is not None:
        statement = statement.where(ExactTag.unit_id.in_(unit_ids))
    return sorted({_subject(*row) for row in session.execute(statement)})


def exact_tag(crypt: Crypt, kind: Exact, value: str) -> bytes:
    """The 128-bit keyed tag of a number; each kind has its own key."""
    return mac(crypt.derived(_EXACT_KEYS[kind]), value.encode())[:EXACT_BYTES]


def email_tag(crypt: Crypt, email: str) -> bytes:
    """The 128-bit keyed tag of an e-mail address, by which sign-in finds the account. Case and compatible forms are equal."""
    normal = unicodedata.normalize("NFKC", email.strip()).casefold()
    return mac(crypt.derived(Derived.INDEX_EMAIL), normal.encode(errors="surrogatepass"))[:EXACT_BYTES]


def simfoni_tag(crypt: Crypt, number: str) -> bytes:
    """The 128-bit keyed tag of a number that SIMFONI gave to a case. The caller brings it to its one way of writing first."""
    return mac(crypt.derived(Derived.INDEX_SIMFONI), number.encode())[:EXACT_BYTES]


def village_note_tag(crypt: Crypt, object_id: UUID) -> bytes:
    """The 128-bit keyed tag of the draft or case a village note led to: finds the note from there, and says nothing to whoever reads the row."""
    return mac(crypt.derived(Derived.INDEX_VILLAGE_NOTE), object_id.bytes)[:EXACT_BYTES]


def _token_key(crypt: Crypt, token: tuple[str, str]) -> bytes:
    kind, text = token
    return mac(crypt.derived(Derived.INDEX_NAME), injective(kind.encode(), text.encode()))


def _tag(crypt: Crypt, token: tuple[str, str], salt: bytes) -> bytes:
    return aes_blocks(_token_key(crypt, token), salt)[:TAG_BYTES]


def _columns(subject: Subject) -> dict[str, object]:
    return {
        "subject_kind": subject.kind,
        "subject_id": subject.id,
        "case_id": subject.case_id,
        "unit_id": subject.unit_id,
    }


def _subject(kind: str, subject_id: UUID, case_id: UUID, unit_id: UUID) -> Subject:
    return Subject("client" if kind == "client" else "reported", subject_id, case_id, unit_id)


def _remove(session: Session, table: type[NameTag | ExactTag], subject: Subject) -> None:
    session.execute(delete(table).where(table.subject_id == subject.id, table.subject_kind == subject.kind))


def _scan(
    session: Session, unit_ids: Collection[UUID] | None, case_ids: Collection[UUID] | None
) -> Iterator[tuple[bytes, bytes]]:
    """All salts and tags in scope, joined, some thousand rows at a time."""
    statement = select(NameTag.salt, NameTag.tags)
    if case_ids is not None:
        statement = statement.where(NameTag.case_id.in_(case_ids))
    if unit_ids is not None:
        statement = statement.where(NameTag.unit_id.in_(unit_ids))
    found = session.connection().execute(
        statement, execution_options={"yield_per": _SCAN_ROWS}
    )  # past the ORM: twice as fast
    for rows in found.partitions():
        yield b"".join([row[0] for row in rows]), b"".join([row[1] for row in rows])


def _matching(crypt: Crypt, wanted: Iterable[tuple[np.uint32, tuple[str, str]]], salts: bytes, tags: bytes) -> Words:
    """For each row the words found in it, as bits; none where only weak tokens match."""
    table = np.frombuffer(tags, dtype="<u8").reshape(-1, TAGS_PER_ROW)
    words: Words = np.zeros(len(table), dtype=np.uint32)
    strong = np.zeros(len(table), dtype=bool)
    for bit, token in wanted:
        blocks = np.frombuffer(aes_blocks(_token_key(crypt, token), salts), dtype="<u8").reshape(-1, 2)
        rows = np.flatnonzero(table == blocks[:, :1]) // TAGS_PER_ROW
        words[rows] |= bit
        if not is_weak(token[1]):
            strong[rows] = True
    words[~strong] = 0
    return words


def _hits(session: Session, found: dict[bytes, int]) -> list[Hit]:
    """The subjects of the rows found, one hit each, however many rows a subject has."""
    words: dict[Subject, int] = {}
    salts = list(found)
    for start in range(0, len(salts), _SALTS_PER_QUERY):
        statement = select(NameTag.salt, NameTag.subject_kind, NameTag.subject_id, NameTag.case_id, NameTag.unit_id)
        statement = statement.where(NameTag.salt.in_(salts[start : start + _SALTS_PER_QUERY]))
        for salt, kind, subject_id, case_id, unit_id in session.execute(statement):
            subject = _subject(kind, subject_id, case_id, unit_id)
            words[subject] = words.get(subject, 0) | found[salt]
    hits = [Hit(*subject, tuple(at for at in range(MAX_WORDS) if bits >> at & 1)) for subject, bits in words.items()]
    return sorted(hits, key=lambda hit: (-len(hit.words), hit.case_id, hit.id))
