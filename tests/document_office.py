"""Documents to try pages and acts on: small invented files, sealed and kept as the pages do it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from app.documents import keeping, services
from app.documents.keeping import Arrived, Limits, Prepared
from app.documents.models import Document, StoredFile
from app.documents.reading import tasks
from app.domain.access import Actor
from app.security.models import WrappedKey
from app.security.sections import Purpose
from app.security.structs.documents import Document as Head
from app.security.structs.documents import DocumentText
from tests import case_factories, paper
from tests.factories import OPERATOR, Office, hidden, sample

LIMITS = Limits(25 << 20, 500 << 20, 20_000 << 20)
TITLE = "Judul rekaan yang tersegel"


def arrived(name: str, data: bytes) -> Arrived:
    """A file as it arrives."""
    return Arrived(name, io.BytesIO(data), len(data))


def prepared(office: Office, name: str = "surat.pdf", data: bytes | None = None, *, evidence: bool = False) -> Prepared:
    """A file looked into and sealed, without a process of its own."""
    contents = paper.GOOD[f"a.{name.rpartition('.')[2]}"] if data is None else data
    found = tasks.look(contents, {"name": name})
    return keeping.seal(office.runtime, arrived(name, contents), found, evidence=evidence)


def head(office: Office, **changed: Any) -> Head:
    """A letter of today."""
    return Head(**({"kind": "DK_SURAT_MASUK", "on": case_factories.today(office)} | changed))


def make_document(
    office: Office,
    case_id: UUID,
    name: str = "surat.pdf",
    data: bytes | None = None,
    *,
    actor: Actor = OPERATOR,
    title: str = TITLE,
    evidence: bool = False,
    **changed: Any,
) -> UUID:
    """A document of the case."""
    ready = prepared(office, name, data, evidence=evidence)
    with office.work(actor) as work:
        described = head(office, is_evidence=evidence, **changed)
        return services.add(work, case_id, described, DocumentText(title=title), [ready], LIMITS)[0].id


def row_of(office: Office, document_id: UUID) -> Document:
    """The row as it is now."""
    with office.runtime.looking(OPERATOR) as work:
        return work.session.get_one(Document, document_id)


def head_of(office: Office, document_id: UUID) -> Head:
    """The coded head as it is now."""
    with office.work() as work:
        row = work.session.get_one(Document, document_id)
        work.recorded("job:run", purpose="test")
        return services.read(work, row)


def files_on_disk(office: Office) -> list[Path]:
    """Every sealed file, whole or on its way."""
    root = office.folder / "files"
    return sorted(path for path in root.rglob("*") if path.is_file() and path.name != "office") if root.exists() else []


def assert_no_strays(office: Office) -> None:
    """What lies on the disk is what the database knows, and each file has its key."""
    with office.runtime.looking(OPERATOR) as work:
        known = set(work.session.scalars(select(StoredFile.id)))
        keys = set(work.session.scalars(select(WrappedKey.object_id).where(WrappedKey.purpose == Purpose.FILE.value)))
    assert known == keys
    assert {path.name for path in files_on_disk(office)} == {file_id.hex for file_id in known}


def upload(
    client: FlaskClient, case_id: UUID, *files: tuple[str, bytes], by_script: bool = False, **fields: Any
) -> Any:
    """Send files through the page's form."""
    page = client.get(f"/cases/{case_id}/documents/new").get_data(as_text=True)
    given: dict[str, Any] = {name: hidden(page, name) for name in ("csrf_token", "submit_id")}
    given |= {"kind": "DK_SURAT_MASUK", "on": "2026-05-20"} | fields
    given["files"] = [(io.BytesIO(data), name) for name, data in files]
    headers = {"X-Requested-With": "upload"} if by_script else {}
    return client.post(f"/cases/{case_id}/documents", data=given, content_type="multipart/form-data", headers=headers)


@sample("document_id")
def _document(office: Office, unit_id: UUID) -> UUID:
    return make_document(office, case_factories.make_case(office, unit_id=unit_id))
