"""F13 *Cetak register* in the national layout: case, clients with kinds and services of their own, reported persons with the
relation to each client (case-management 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.domain.errors import NotFound
from app.papers import wording
from app.papers.content import heads, people
from app.papers.dossier import ClientFile, Dossier
from app.papers.sheet import Asked, Sheet, laid_out
from app.reference import areas
from app.security.structs.papers import Column, Heading, Paper, Signatures, Small, Table

TITLE: Final = "Register kasus kekerasan"
_CLIENTS: Final = (
    Column("No.", 2),
    Column("Nama", 7),
    Column("Jenis kelamin, umur", 5),
    Column("Pendidikan", 4),
    Column("Pekerjaan", 5),
    Column("Status perkawinan", 4),
    Column("Disabilitas", 4),
    Column("KDRT", 3),
    Column("Jenis kekerasan", 8),
)
_SERVICES: Final = (
    Column("No.", 2),
    Column("Klien", 7),
    Column("Tanggal", 4),
    Column("Layanan", 6),
    Column("Lembaga", 7),
    Column("Rincian", 7),
    Column("Deskripsi", 13),
)
_REPORTED: Final = (
    Column("No.", 2),
    Column("Nama", 7),
    Column("Jenis kelamin, umur", 5),
    Column("Pendidikan", 4),
    Column("Pekerjaan", 6),
    Column("Kewarganegaraan", 5),
    Column("Hubungan dengan klien", 13),
)


def register(dossier: Dossier) -> Paper:
    """F13 of a case."""
    return Paper(
        code="F13",
        title=TITLE,
        subtitle=heads.register_line(dossier),
        letterhead=heads.letterhead(dossier.desk),
        blocks=(
            *laid_out(_asked(dossier)),
            Signatures(heads.place_day(dossier.desk, dossier.today), (heads.signature(heads.head(dossier.desk)),)),
        ),
        landscape=True,
    )


def _asked(dossier: Dossier) -> Iterator[Asked]:
    sheet, incident = Sheet(), dossier.incident
    province, kabupaten = _around(incident.area)
    yield Heading("Kasus")
    yield sheet.line("Tanggal kejadian", wording.days(incident.first_on, incident.last_on))
    yield sheet.line("Tanggal pelaporan", wording.day(incident.report_on))
    yield sheet.one("Kategori tempat kejadian", "place", incident.place)
    yield sheet.line("Alamat tempat kejadian", dossier.chronology.scene_address)
    yield sheet.line("Kecamatan atau desa/kelurahan", wording.area(incident.area))
    yield sheet.line("Kabupaten/kota", kabupaten)
    yield sheet.line("Provinsi", province)
    yield sheet.prose("Deskripsi singkat", dossier.chronology.text)
    yield Heading("Klien")
    yield Table(_CLIENTS, tuple(_client(each) for each in dossier.clients))
    yield Heading("Layanan")
    if any(each.service.code for each in dossier.services):
        yield Table(_SERVICES, tuple(_services(dossier)))
    else:
        yield Small("Belum ada layanan yang tercatat.")
    yield Heading("Terlapor")
    if dossier.reported:
        yield Table(_REPORTED, tuple(_reported(dossier)))
    else:
        yield Small("Tidak ada terlapor yang tercatat.")


def _client(client: ClientFile) -> tuple[str, ...]:
    profile = client.profile
    return (
        str(client.row.position),
        people.called(client),
        _sex_age(profile.sex, profile.age_at_incident, unborn=profile.unborn),
        wording.code("education", profile.education),
        wording.code("occupation", profile.occupation),
        wording.code("marital", profile.marital),
        wording.codes("disability", profile.disability),
        wording.code("yes_no_unknown", profile.kdrt),
        wording.codes("violence", profile.violence),
    )


def _services(dossier: Dossier) -> Iterator[tuple[str, ...]]:
    """The services of each client in turn; internal work is no service of the recap."""
    number = 0
    for client in dossier.clients:
        for each in dossier.services:
            if each.service.client_id != client.row.id or not each.service.code:
                continue
            number += 1
            agency = each.text.agency or wording.code("institution_type", each.service.institution_type)
            yield (
                str(number),
                people.called(client),
                wording.day(each.service.on),
                wording.code("service", each.service.code),
                agency or dossier.unit.name,
                each.text.detail or wording.code("activity", each.service.activity),
                each.text.description,
            )


def _reported(dossier: Dossier) -> Iterator[tuple[str, ...]]:
    for person in dossier.reported:
        yield (
            str(person.number),
            people.named(person),
            _sex_age(person.profile.sex, person.profile.age),
            wording.code("education", person.profile.education),
            wording.code("occupation", person.profile.occupation),
            wording.joined(wording.code("citizenship", person.profile.citizenship), person.profile.country),
            people.relations(person, dossier.clients).value,
        )


def _sex_age(sex: str, age: int | None, *, unborn: bool = False) -> str:
    return wording.joined(wording.code("sex", sex), wording.age(age, unborn=unborn))


def _around(code: str) -> tuple[str, str]:
    """Province and kabupaten of an area, as far as they are known."""
    if not code or not areas.exists(code):
        return "", ""
    try:
        kabupaten = areas.kabupaten_of(code)
    except NotFound:
        return "", ""
    return areas.area(code[:2]).name, kabupaten.name if kabupaten is not None else ""
