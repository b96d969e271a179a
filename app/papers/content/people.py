"""The people of a case on paper: client, reported person, reporter (case-management 7 F1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol
from uuid import UUID

from app.papers import wording
from app.papers.dossier import ClientFile, ReportedFile
from app.papers.sheet import Asked, Sheet
from app.security.structs.case import Report, Reporter
from app.security.structs.papers import Field, Heading
from app.security.structs.people import (
    ClientIdentity,
    ClientProfile,
    ReportedIdentity,
    ReportedProfile,
    SafeContact,
)

UNKNOWN: Final = "belum diketahui"


class Known(Protocol):
    """A client with profile and identity: read from the file, or as a referral told."""

    @property
    def profile(self) -> ClientProfile:
        """The coded part."""

    @property
    def identity(self) -> ClientIdentity:
        """Who the client is."""


def client(sheet: Sheet, profile: ClientProfile, identity: ClientIdentity) -> Iterator[Asked]:
    """Everything F1 asks about a client, in the order of the page."""
    yield sheet.line("Nama", wording.joined(identity.name, _also(identity.aliases), by=" "))
    yield sheet.one("Jenis kelamin", "sex", profile.sex, lambda code: code.code != "X")  # for reported persons only
    yield sheet.line("Tanggal lahir", wording.day(identity.birth_date))
    yield sheet.line("Umur saat pengaduan", wording.age(_age(profile), unborn=profile.unborn))
    if identity.phone or identity.guardian_phone:
        yield sheet.line("Kontak aman", reach(identity.contact))
    yield sheet.line("Nomor telepon", wording.phone(identity.phone))
    yield sheet.one("Diterima sebagai", "capacity", profile.capacity)
    yield from _own(sheet, profile, identity)
    yield Heading("Orang tua atau wali", sub=True)
    yield sheet.line("Nama", identity.guardian_name)
    yield sheet.line("Hubungan dengan klien", identity.guardian_relation)
    yield sheet.line("Nomor telepon", wording.phone(identity.guardian_phone))
    yield sheet.line("Alamat", identity.guardian_address)
    yield from _citizenship(sheet, identity.guardian_citizenship, identity.guardian_country)
    yield sheet.one("Pekerjaan", "occupation", identity.guardian_occupation)


def _own(sheet: Sheet, profile: ClientProfile, identity: ClientIdentity) -> Iterator[Asked]:
    """Identity and residence, school and work, disability."""
    yield sheet.line("NIK", identity.nik)
    yield sheet.line("Nomor KK", identity.kk)
    yield sheet.line("Tempat lahir", identity.birth_place)
    yield sheet.line("Alamat", identity.address)
    yield sheet.line("Desa/kelurahan, kecamatan", wording.area(identity.village or profile.residence))
    yield from _citizenship(sheet, profile.citizenship, profile.country)
    yield sheet.one("Status perkawinan", "marital", profile.marital)
    yield sheet.one("Agama", "religion", identity.religion)
    yield sheet.line("Jumlah anak", wording.count(identity.children))
    yield sheet.line("Jumlah saudara", wording.count(identity.siblings))
    yield sheet.one("Pendidikan", "education", profile.education)
    yield sheet.line("Sekolah", identity.school)
    yield sheet.one("Pekerjaan", "occupation", profile.occupation)
    yield sheet.several("Disabilitas", "disability", profile.disability)


def _citizenship(sheet: Sheet, code: str, country: str) -> Iterator[Asked]:
    """The citizenship; the country only where one is kept, or where there is to be room for it."""
    yield sheet.one("Kewarganegaraan", "citizenship", code)
    if sheet.blank or country:
        yield sheet.line("Negara, bila warga negara asing", country)


def reach(contact: SafeContact) -> str:
    """The rules for safe contact in one line. They stand before every number of a client and of a guardian (security 7.5)."""
    words = (
        f"bila orang lain menjawab: “{contact.cover_phrase}”" if contact.cover_phrase else "",
        f"melalui {contact.through}" if contact.through else "",
    )
    return wording.joined(safe_ways(contact), *words, by="; ")


def safe_ways(contact: SafeContact) -> str:
    """Whether and when calls and messages are safe, without the words that are for the caller of the client."""
    answers = {"YA": "aman", "TIDAK": "tidak aman"}
    known = (
        f"telepon {answers.get(contact.call, 'belum diketahui')}",
        f"pesan {answers.get(contact.message, 'belum diketahui')}",
        f"jam {contact.hours}" if contact.hours else "",
    )
    return wording.joined(*known, by="; ")


def reach_of_all(clients: list[ClientFile]) -> Iterator[Asked]:
    """The rules of each client before the number of somebody near: who answers it may be the reported person (security 7.5)."""
    for each in clients:
        label = "Kontak aman klien" if len(clients) == 1 else f"Kontak aman klien {each.row.position}"
        yield Field(label, safe_ways(each.identity.contact))


def reported(sheet: Sheet, profile: ReportedProfile, identity: ReportedIdentity, relation: Asked) -> Iterator[Asked]:
    """Everything F1 asks about a reported person, in the order of the page. `relation`: what the person is to the clients."""
    yield sheet.line("Nama", wording.joined(identity.name, _also(identity.aliases), by=" "))
    yield relation
    yield sheet.one("Jenis kelamin", "sex", profile.sex)
    yield sheet.line("Umur", wording.age(profile.age))
    yield sheet.line("Tanggal lahir", wording.day(identity.birth_date))
    yield sheet.one("Pendidikan", "education", profile.education)
    yield sheet.one("Pekerjaan", "occupation", profile.occupation)
    yield sheet.one("Status perkawinan", "marital", profile.marital)
    yield from _citizenship(sheet, profile.citizenship, profile.country)
    yield sheet.line("NIK", identity.nik)
    yield sheet.line("Nomor telepon", wording.phone(identity.phone))
    yield sheet.line("Tempat lahir", identity.birth_place)
    yield sheet.line("Alamat", identity.address)
    yield sheet.one("Agama", "religion", identity.religion)
    yield sheet.line("Jumlah anak", wording.count(identity.children))
    yield sheet.line("Nama orang tua atau wali", identity.guardian_name)
    yield sheet.line("Alamat orang tua atau wali", identity.guardian_address)


def reporter(sheet: Sheet, report: Report, person: Reporter) -> Iterator[Asked]:
    """Everything F1 asks about the reporter, in the order of the page."""
    yield sheet.one("Yang melapor", "reporter_kind", report.reporter_kind)
    yield sheet.line("Nama", person.name)
    yield sheet.line("Nomor telepon", wording.phone(person.phone))
    yield sheet.line("Pekerjaan", person.occupation)
    yield sheet.line("Hubungan dengan klien dan terlapor", person.relation_text)
    yield sheet.line("Alamat", person.address)
    yield sheet.line("Tempat lahir", person.birth_place)
    yield sheet.line("Tanggal lahir", wording.day(person.birth_date))
    yield sheet.prose("Keterangan pelapor", person.words, lines=5)


def relation(profile: ReportedProfile, client_id: UUID) -> str:
    """What a reported person is to one client, in words; the finer word where there is one."""
    for each in profile.relations:
        if each.client_id == client_id:
            return related(each.relationship, each.detail)
    return ""


def related(relationship: str, detail: str) -> str:
    """A relation in words; the finer word where there is one."""
    return wording.code("relationship_detail", detail) or wording.code("relationship", relationship)


def relations(person: ReportedFile, clients: list[ClientFile]) -> Field:
    """The relations of a reported person to every client, one a line."""
    words = [relation(person.profile, each.row.id) for each in clients]
    if len(clients) == 1:
        return Field("Hubungan dengan klien", words[0])
    lines = [f"{called(each)}: {word or '–'}" for each, word in zip(clients, words, strict=True)]
    return Field("Hubungan dengan klien", "\n".join(lines))


def called(person: ClientFile) -> str:
    """The client's name; the number in the file where no name is known."""
    return person.identity.name or person.identity.label or f"Klien {person.row.position}"


def born(person: Known) -> str:
    """Place and day of birth; the age at the report where the day is not known."""
    identity, profile = person.identity, person.profile
    age = "" if identity.birth_date is not None else wording.age(profile.age_at_report, unborn=profile.unborn)
    return wording.joined(wording.birth(identity.birth_place, identity.birth_date), age)


def named(person: ReportedFile) -> str:
    """The reported person's name, or that it is not known."""
    return person.identity.name or UNKNOWN


def _also(aliases: tuple[str, ...]) -> str:
    return f"(alias {', '.join(aliases)})" if aliases else ""


def _age(profile: ClientProfile) -> int | None:
    return profile.age_at_report if profile.age_at_report is not None else profile.stated_age
