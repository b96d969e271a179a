"""F8 *Catatan layanan*: what was done for one client, or one service (case-management 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from app.papers import wording
from app.papers.content import heads, people
from app.papers.dossier import ClientFile, Dossier, ServiceFile
from app.papers.sheet import Asked, Sheet, laid_out
from app.security.structs.papers import Heading, Paper, Signature, Signatures, Small

TITLE: Final = "Catatan layanan"


def notes(dossier: Dossier, subject_id: UUID | None) -> Paper:
    """F8 of a client, with every service that counts, oldest first; or of one service. NotFound for an id of another case."""
    one = dossier.service(subject_id)
    if one is not None:
        return _paper(dossier, dossier.client(one.service.client_id), [one])
    client = dossier.client(subject_id)
    return _paper(dossier, client, [each for each in dossier.services if each.service.client_id == client.row.id])


def _paper(dossier: Dossier, client: ClientFile, services: list[ServiceFile]) -> Paper:
    officers = {_officer(dossier, each) for each in services}
    officer = officers.pop() if len(officers) == 1 else ""
    return Paper(
        code="F8",
        title=TITLE,
        subtitle=heads.register_line(dossier),
        letterhead=heads.letterhead(dossier.desk),
        blocks=(
            *laid_out(_asked(dossier, client, services)),
            Signatures(heads.place_day(dossier.desk, dossier.today), (Signature("Petugas", officer),)),
        ),
    )


def _asked(dossier: Dossier, client: ClientFile, services: list[ServiceFile]) -> Iterator[Asked]:
    sheet = Sheet()
    yield sheet.line("Nama klien", people.called(client))
    if not services:
        yield Small("Belum ada layanan yang tercatat.")
    for each in services:
        yield Heading(_title(each))
        yield sheet.line("Hari, tanggal", wording.weekday(each.service.on))
        yield sheet.line("Petugas", _officer(dossier, each))
        yield sheet.line("Lembaga pemberi layanan", each.text.agency or _own(dossier, each))
        yield sheet.one("Layanan", "service", each.service.code)
        yield sheet.one("Kegiatan", "activity", each.service.activity)
        yield sheet.line("Rincian", each.text.detail)
        yield sheet.prose("Uraian", each.text.description)
        yield from _after(sheet, each)
        if each.service.amount is not None:
            funded = f"({wording.code('fund', each.service.fund)})" if each.service.fund else ""
            yield sheet.line("Biaya", wording.joined(wording.rupiah(each.service.amount), funded, by=" "))


def _after(sheet: Sheet, each: ServiceFile) -> Iterator[Asked]:
    """Result and next step; the words and the day of them where there are any, since they may be added later."""
    yield sheet.one("Hasil", "service_outcome", each.service.outcome)
    if each.text.result:
        yield sheet.prose("Hasilnya", each.text.result)
    if each.text.next_step:
        yield sheet.prose("Langkah berikutnya", each.text.next_step)
    if each.service.next_on is not None:
        done = f"(selesai {wording.day(each.service.next_done_on)})" if each.service.next_done_on else ""
        yield sheet.line("Tanggal langkah berikutnya", wording.joined(wording.day(each.service.next_on), done, by=" "))


def _officer(dossier: Dossier, each: ServiceFile) -> str:
    """Who gave or arranged the service; who wrote it down where nobody is named."""
    return dossier.name_of(each.service.officer or each.row.created_by)


def _title(each: ServiceFile) -> str:
    what = wording.code("activity", each.service.activity) or wording.code("service", each.service.code)
    return f"{wording.day(each.service.on)} · {what}"


def _own(dossier: Dossier, each: ServiceFile) -> str:
    """The kind of the other agency; our own unit where none is named."""
    return wording.code("institution_type", each.service.institution_type) or dossier.unit.name
