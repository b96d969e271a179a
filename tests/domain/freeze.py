"""Writes `frozen_vectors.json` and `sections.golden`. For new sections and new format versions only:

    .venv/bin/python -m tests.domain.freeze

It keeps every vector that is there and adds those that are missing. Sections named as arguments are frozen anew: only while no
release holds them, since a vector that no longer opens is somebody's data lost. Afterwards add a struct with the next tag.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from app.security import formats, index
from app.security.attachments import CHUNK, FileCipher
from app.security.export import seal_export
from app.security.keyring import Kek, KekState, Keyring, to_document
from app.security.sections import REGISTRY, Purpose
from app.security.vault import Crypt
from tests.domain.documents import sample

HERE = Path(__file__).parent
VECTORS = HERE / "frozen_vectors.json"
GOLDEN = HERE / "sections.golden"
ATTACHMENT = HERE / "frozen_attachment.bin"
OWNER = UUID("0b7d0f5e-8a41-4a8e-9d52-1f3f0f0c6a10")
ROW = UUID("c1a9b4c6-2f8e-4f0e-8f7e-7d0d0d5a2b20")
DATA_KEY = bytes(range(100, 132))
KEY_VERSION = 3
EXPORT_PASSPHRASE = "jendela-terbuka-di-timur"


def fixed_keyring() -> Keyring:
    """A keyring nobody uses."""
    keks = (Kek(1, KekState.DECRYPT_ONLY, bytes(range(32))), Kek(2, KekState.ACTIVE, bytes(range(32, 64))))
    return Keyring(bytes(range(200, 216)), 2, keks, bytes(range(64, 96)), "2026-05-20T04:00:00+00:00")


def fixed_crypt() -> Crypt:
    """The fixed keyring in use."""
    return Crypt(fixed_keyring(), OWNER)


def wrap_context(purpose: Purpose) -> formats.WrapContext:
    """The context of the frozen wrapped keys."""
    return formats.WrapContext(fixed_keyring().deployment, purpose.value, OWNER, KEY_VERSION)


def cipher() -> formats.SectionCipher:
    """The cipher of the frozen section blobs."""
    return formats.SectionCipher(DATA_KEY, KEY_VERSION, fixed_keyring().deployment)


def file_cipher() -> FileCipher:
    """The cipher of the frozen files."""
    return FileCipher(DATA_KEY, KEY_VERSION, fixed_keyring().deployment, ROW)


def attachment() -> bytes:
    """What the frozen file of two chunks holds."""
    return bytes(number % 251 for number in range(CHUNK + 100))


def where(purpose: Purpose, section: str) -> formats.Where:
    """The place of the frozen section blobs."""
    return formats.Where(purpose.value, section, ROW, OWNER)


def golden() -> str:
    """The registry, one line a section: id, struct, secrecy, purpose, own list."""
    lines = [
        f"{info.id} {info.struct.__name__} {info.secrecy} {info.purpose} {info.own_list or '-'}"
        for info in REGISTRY.values()
    ]
    plain = [f"{name} bytes S3 {Purpose.LEDGER} -" for name in ("ledger.records", "closing.tables")]
    return "\n".join(sorted([*lines, *plain])) + "\n"


def _section(info: Any) -> dict[str, Any]:
    document = sample(info.struct)
    blob = cipher().seal(where(info.purpose, info.id), msgspec.msgpack.encode(document))
    return {"blob": blob.hex(), "document": msgspec.to_builtins(document)}


def _tags() -> dict[str, str]:
    crypt = fixed_crypt()
    return {
        "name": index._tag(crypt, ("exact", "siti"), bytes(range(16))).hex(),
        "nik": index.exact_tag(crypt, index.Exact.NIK, "6403015205100001").hex(),
        "kk": index.exact_tag(crypt, index.Exact.KK, "6403015205100001").hex(),
        "phone": index.exact_tag(crypt, index.Exact.PHONE, "+6281234567890").hex(),
        "email": index.email_tag(crypt, "petugas@contoh.id").hex(),
        "simfoni": index.simfoni_tag(crypt, "6303-2026-00042").hex(),
        "village-note": index.village_note_tag(crypt, ROW).hex(),
    }


def main(*anew: str) -> None:
    """Add what is missing, and freeze the named sections anew."""
    kept: dict[str, Any] = json.loads(VECTORS.read_text()) if VECTORS.exists() else {}
    sections = kept.setdefault("sections", {})
    for section in anew:
        del sections[section]
    for info in REGISTRY.values():
        sections.setdefault(info.id.value, _section(info))
    kept.setdefault("ledger", cipher().seal(where(Purpose.LEDGER, "ledger.records"), b"1234", formats.TYPE_BYTES).hex())
    closed = cipher().seal(where(Purpose.LEDGER, "closing.tables"), b'{"recap":{}}', formats.TYPE_BYTES)
    kept.setdefault("closing", closed.hex())
    wrapped = kept.setdefault("wrapped", {})
    for purpose in Purpose:
        for kek in fixed_keyring().keks:
            wrapped.setdefault(f"{purpose.value}/{kek.id}", formats.wrap(kek, wrap_context(purpose), DATA_KEY).hex())
    kept["tags"] = _tags() | kept.get("tags", {})
    kept.setdefault("keyring", to_document(fixed_keyring()))
    kept.setdefault("check_values", dict(fixed_keyring().check_values()))
    kept.setdefault("fingerprint", fixed_keyring().fingerprint())
    if "export" not in kept:
        moment = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
        kept["export"] = seal_export(fixed_keyring(), EXPORT_PASSPHRASE, moment).hex()
    kept.setdefault("attachment", b"".join(file_cipher().seal([b"surat"])).hex())
    if not ATTACHMENT.exists():
        ATTACHMENT.write_bytes(b"".join(file_cipher().seal([attachment()])))
    VECTORS.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    GOLDEN.write_text(golden())


if __name__ == "__main__":
    main(*sys.argv[1:])
