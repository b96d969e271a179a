"""Documents in a backup: their sealed files go along, come back readable, and what is missing is said (security 10)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from app.cases.registration import register_case
from app.commands.users import unit_of
from app.documents import keeping, page, services
from app.documents.models import Document, StoredFile
from app.documents.reading import tasks
from app.domain.access import system
from app.domain.zones import local_day
from app.security.structs.documents import Document as Head
from app.security.structs.documents import DocumentText
from app.work import Runtime
from config import Settings
from tests import document_office, paper
from tests.case_factories import client, intake
from tests.commands.conftest import Naungan, opened
from tests.commands.test_backup import elsewhere, is_empty

__all__ = ["elsewhere"]
pytestmark = pytest.mark.usefixtures("english")
OPERATOR = system("test")


@pytest.fixture
def document_id(office: Settings, key_copy: Path) -> UUID:
    """A letter of a case, its pages and its first picture as sealed files."""
    with opened(office) as runtime:
        with runtime.begin(OPERATOR) as work:
            unit = unit_of(work, "")
            case_id = register_case(work, intake(work, (client(),)), unit).id
            today = local_day(work.now, unit.local_zone)
        found = tasks.look(paper.pdf(), {"name": "surat.pdf"})
        ready = keeping.seal(runtime, document_office.arrived("surat.pdf", paper.pdf()), found, evidence=False)
        with runtime.begin(OPERATOR) as work:
            head, words = Head(kind="DK_SURAT_MASUK", on=today), DocumentText(title="Surat rekaan")
            return services.add(work, case_id, head, words, [ready], document_office.LIMITS)[0].id


def contents(runtime: Runtime, document_id: UUID) -> bytes:
    with runtime.begin(OPERATOR) as work:
        row = work.session.get_one(Document, document_id)
        head = services.read(work, row)
        part = head.parts[0]
        with runtime.files.read(part.file_id) as stream:
            data = b"".join(work.vault.open_file(page.place_of(row, head), part.file_id, stream))
        work.recorded("job:run", purpose="test")
        return data


def newest(runtime: Runtime) -> UUID:
    """The file a sample would be taken of."""
    with runtime.looking(OPERATOR) as work:
        rows = work.session.scalars(select(StoredFile).order_by(StoredFile.created_at.desc(), StoredFile.id))
        return rows.first().id


def files_of(settings: Settings) -> list[Path]:
    folder = settings.data_dir / "files"
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "office")


def test_a_document_comes_back_with_its_file(
    naungan: Naungan, document_id: UUID, tmp_path: Path, elsewhere: Callable[[], Settings]
) -> None:
    backup = tmp_path / "x.backup"
    assert naungan("backup", backup, "--json").json["files_missing"] == 0
    assert b"%PDF" not in backup.read_bytes()

    other = elsewhere()
    said = naungan("restore", backup, "--json")

    assert (said.code, said.json["files_missing"]) == (0, 0), said.err
    with opened(other) as runtime:
        assert contents(runtime, document_id) == paper.pdf()
    assert naungan("doctor").code == 0
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files_of(other))


def test_a_lost_file_is_said_by_the_doctor_the_backup_and_the_restore(
    naungan: Naungan, document_id: UUID, office: Settings, tmp_path: Path, elsewhere: Callable[[], Settings]
) -> None:
    with opened(office) as runtime:
        lost = newest(runtime)
    (office.data_dir / "files" / lost.hex[:2] / lost.hex).unlink()

    doctor = naungan("doctor")
    backup = naungan("backup", tmp_path / "x.backup")
    elsewhere()
    restored = naungan("restore", tmp_path / "x.backup")

    assert doctor.code == 1
    assert "1 sealed files are missing" in doctor.out
    assert (backup.code, restored.code) == (0, 0), restored.err
    assert "1 files are missing" in backup.err
    assert "1 files were missing" in restored.err + restored.out


def test_a_file_of_another_place_is_no_part_of_the_office(
    naungan: Naungan, document_id: UUID, office: Settings
) -> None:
    stray = files_of(office)[0].with_name("0" * 32)
    stray.write_bytes(b"x")
    os.utime(stray, (0, 0))  # older than any upload on its way
    assert "1 files belong to no document" in naungan("doctor").out

    (office.data_dir / "files" / "office").write_text("00000000-0000-0000-0000-000000000000")
    doctor = naungan("doctor")
    assert doctor.code == 1
    assert "another office" in doctor.out


def test_a_restore_over_files_that_lie_there_is_refused_and_touches_none(
    naungan: Naungan, document_id: UUID, tmp_path: Path, elsewhere: Callable[[], Settings]
) -> None:
    assert naungan("backup", tmp_path / "x.backup").code == 0
    other = elsewhere()
    theirs = other.data_dir / "files" / "ab" / f"ab{'0' * 30}"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")

    assert naungan("restore", tmp_path / "x.backup").code == 1
    assert theirs.read_bytes() == b"theirs"
    theirs.unlink()
    theirs.parent.rmdir()
    theirs.parent.parent.rmdir()
    assert is_empty(other)
