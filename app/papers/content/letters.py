"""Letters that carry a number: F3 *Surat permohonan*, F7 *Surat rujukan* (case-management 7); and what every such letter shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from app.answers import links
from app.answers.models import AnswerLink
from app.cases import aid_requests
from app.cases.models import AidRequest
from app.domain import disclosures
from app.domain.answer_codes import grouped
from app.papers import wording
from app.papers.content import enclosures, heads, people
from app.papers.dossier import Dossier
from app.papers.sheet import Asked, Sheet, laid_out
from app.referrals import directory, packages
from app.referrals import services as referrals
from app.referrals.models import Institution, Referral
from app.security.sections import Section
from app.security.structs import answers as answer_structs
from app.security.structs import handling
from app.security.structs import work as work_structs
from app.security.structs.packages import PackageClient, ReferralPackage
from app.security.structs.papers import (
    Field,
    Heading,
    LetterTop,
    Paper,
    Scan,
    Signature,
    Signatures,
    Signer,
    Small,
    Text,
)

NATURE: Final = "Rahasia"
CLOSING: Final = "Atas perhatian dan kerja sama Saudara, kami ucapkan terima kasih."
_HANDLING: Final = (
    "Surat ini memuat data pribadi yang wajib dijaga kerahasiaannya. Keterangan di dalamnya hanya untuk layanan yang diminta dan "
    "tidak diteruskan kepada siapa pun yang tidak menangani layanan itu."
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands on a letter beside the case: its number (empty on a draft), its day, who signs."""

    number: str
    on: date
    signer: Signer


# --- F3 --------------------------------------------------------------------------------------------------------------


def request(dossier: Dossier, request_id: UUID | None, letter: Letter) -> Paper:
    """F3: somebody asks the unit for accompaniment. A letter from outside: the number is that under which we received it."""
    row = dossier.row(AidRequest, request_id)
    head, words = aid_requests.read(dossier.work, row)
    received = (
        Field("Nomor", letter.number),
        Field("Tanggal", wording.day(letter.on) if letter.number else ""),
        Field("Nomor register", dossier.case.register_no),
        Field("Petugas", dossier.name_of(row.created_by)),
    )
    signature = Signature("Pemohon", words.name)
    return Paper(
        code="F3",
        title="Surat permohonan pendampingan",
        top=LetterTop(place_day="", to=(f"Yth. {heads.head(dossier.desk).title}", "di tempat")),
        received=received,
        blocks=(
            *laid_out(_requested(dossier, head, words)),
            Signatures(heads.place_day(dossier.desk, head.on), (signature,)),
        ),
    )


def _requested(dossier: Dossier, head: handling.AidRequest, words: handling.AidRequestText) -> Iterator[Asked]:
    sheet = Sheet()
    yield Text("Dengan hormat,\nYang bertanda tangan di bawah ini:")
    yield sheet.line("Nama", words.name)
    yield sheet.line("Alamat", words.address)
    clients = [dossier.client(head.client_id)] if head.client_id is not None else dossier.clients
    if words.phone:
        yield from people.reach_of_all(clients)
    yield sheet.line("Nomor telepon", wording.phone(words.phone))
    yield sheet.line("Pekerjaan", words.occupation)
    yield sheet.line("Hubungan dengan klien", words.relation)
    yield Text(f"dengan ini memohon pendampingan kepada {dossier.unit.name} bagi:")
    for client in clients:
        yield Field("Nama", people.called(client))
        yield Field("Tempat, tanggal lahir atau umur", people.born(client))
    yield sheet.prose("Atas dugaan perbuatan", words.act)
    if dossier.reported:
        yield Text("yang diduga dilakukan oleh:")
    for person in dossier.reported:
        yield Field("Nama", people.named(person))
        yield Field("Alamat", person.identity.address)
    yield sheet.several("Layanan yang dimohonkan", "consent_service", head.services)
    if words.wish:
        yield sheet.prose("Harapan", words.wish)
    yield Text(
        "Demikian permohonan ini saya sampaikan dengan sebenarnya. Atas bantuan Bapak/Ibu, saya ucapkan terima kasih."
    )


# --- F7 --------------------------------------------------------------------------------------------------------------


def referral(dossier: Dossier, referral_id: UUID | None, letter: Letter) -> Paper:
    """F7: asks an institution to serve a client. It says of the client exactly what the package of the referral holds."""
    package, head, words = told(dossier, referral_id)
    names = enclosures.of_referral(dossier, dossier.row(Referral, referral_id).id, head)
    top = LetterTop(
        number=letter.number or words.letter_no,
        nature=f"{NATURE}, segera" if head.urgent else NATURE,
        enclosures=enclosures.counted(names),
        subject="Rujukan layanan bagi klien",
        place_day=heads.place_day(dossier.desk, letter.on),
        to=institution_lines(
            dossier, head.institution_id, head.institution_type, words.institution_name, words.contact
        ),
    )
    return Paper(
        code="F7",
        letterhead=heads.letterhead(dossier.desk),
        top=top,
        blocks=(
            *laid_out(_referred(dossier, dossier.row(Referral, referral_id).id, package)),
            Signatures("", (heads.signature(letter.signer),), slot=True),
            *enclosures.listed(names),
            Small(_HANDLING),
        ),
    )


def told(
    dossier: Dossier, referral_id: UUID | None
) -> tuple[ReferralPackage, work_structs.Referral, work_structs.ReferralText]:
    """What a referral letter tells: its package, and head and words of the referral."""
    row = dossier.row(Referral, referral_id)
    head, words = referrals.read(dossier.work, row), referrals.read_text(dossier.work, row)
    return packages.told(dossier, row, head, words), head, words


def institution_lines(
    dossier: Dossier, institution_id: UUID | None, kind: str, name: str, contact: str
) -> tuple[str, ...]:
    """To whom a letter to an institution goes: one of the directory with its address and region, else by the name it had then."""
    institution = dossier.work.session.get(Institution, institution_id) if institution_id else None
    if institution is None:
        return (f"Yth. Pimpinan {name or wording.code('institution_type', kind)}", "di tempat")
    profile = directory.read(dossier.work, institution)
    *above, where = [part for part in (profile.address, wording.area(profile.area)) if part] or ["tempat"]
    attention = (f"u.p. {contact}",) if contact else ()
    return (f"Yth. Pimpinan {institution.name}", *attention, *above, f"di {where}")


def _referred(dossier: Dossier, referral_id: UUID, package: ReferralPackage) -> Iterator[Asked]:
    sheet = Sheet()
    yield Text(
        f"Dengan hormat,\nBersama surat ini {dossier.unit.name} merujuk klien dengan nomor register {dossier.case.register_no} "
        "untuk memperoleh layanan sebagai berikut."
    )
    yield sheet.several("Layanan yang diminta", "service", package.requested)
    yield sheet.line("Alasan singkat", package.reason)
    ground = wording.joined(wording.code("consent_basis", package.basis), wording.day(package.basis_on))
    yield sheet.line("Dasar penyampaian keterangan", ground)
    yield from _disclosed(package)
    if package.needs:
        yield sheet.several("Perlu disiapkan bagi klien", "special_need", package.needs)
    yield Text(
        "Kami mohon Saudara memberi tahu kami bila rujukan ini sudah diterima, dan menyampaikan hasilnya setelah layanan diberikan, "
        "kepada:"
    )
    yield sheet.line("Narahubung", dossier.manager() or dossier.name_of(dossier.work.actor.user_id))
    yield sheet.line("Telepon", dossier.desk.phone)
    yield sheet.line("Surel", dossier.desk.email)
    yield from _by_code(dossier, referral_id)
    yield Text(CLOSING)


def _by_code(dossier: Dossier, referral_id: UUID) -> Iterator[Asked]:
    """The code by which the institution answers without an account, where one was made and still stands (decision 50)."""
    rows = [row for row in dossier.rows(AnswerLink) if row.referral_id == referral_id]
    link = next((row for row in rows if links.is_live(row, dossier.work.now)), None)
    if link is None:
        return
    shown = dossier.part(link, Section.ANSWER_LINK, "link_sealed", answer_structs.AnswerLink)
    base = dossier.work.runtime.outside.public_url
    code = Field("Kode jawaban", grouped(shown.code))
    if not base:
        yield Text(
            "Bila menjawab lewat telepon, sebutkan kode di bawah ini supaya kami tahu bahwa jawaban berasal dari penerima surat."
        )
        yield code
        return
    yield Text(
        "Jawaban dapat juga disampaikan tanpa akun: pindai gambar ini atau buka halaman berikut, lalu ketik kode jawaban. Halaman itu "
        "tidak memuat data klien."
    )
    where = links.address(base, shown.token)
    yield Scan(where, (Field("Halaman jawaban", where), code, Field("Atau lewat telepon", dossier.desk.phone)))


def _disclosed(package: ReferralPackage) -> Iterator[Asked]:
    """Each disclosure that was chosen, and nothing that was not."""
    if not package.disclosed:
        return
    yield Heading("Keterangan yang disampaikan", sub=True)
    for client in package.clients:
        if len(package.clients) > 1:
            yield Heading(f"Klien {client.position}", sub=True)
        for code in package.disclosed:
            yield from _DISCLOSURES[code](client)
    if disclosures.CHRONOLOGY in package.disclosed:
        yield Sheet().prose("Kronologi", package.chronology)


def _identity(client: PackageClient) -> Iterator[Asked]:
    sheet, identity = Sheet(), client.identity
    yield sheet.line("Nama", identity.name)
    yield sheet.line("Tanggal lahir atau umur", people.born(client))
    yield sheet.one("Jenis kelamin", "sex", client.profile.sex)


def _numbers(client: PackageClient) -> Iterator[Asked]:
    yield Field("NIK", client.identity.nik)
    yield Field("Nomor KK", client.identity.kk)


def _address(client: PackageClient) -> Iterator[Asked]:
    where = wording.area(client.identity.village or client.profile.residence)
    yield Field("Alamat", wording.joined(client.identity.address, where))


def _phone(client: PackageClient) -> Iterator[Asked]:
    """The number never goes without its rules: calling at the wrong hour may reach the reported person (security 7.5)."""
    sheet, contact = Sheet(), client.identity.contact
    yield sheet.one("Aman ditelepon", "yes_no_unknown", contact.call)
    yield sheet.one("Aman dikirimi pesan", "yes_no_unknown", contact.message)
    yield sheet.line("Jam aman", contact.hours)
    yield sheet.line("Kata penyamar bila orang lain menjawab", contact.cover_phrase)
    if contact.through:
        yield sheet.line("Melalui orang lain", contact.through)
    yield sheet.line("Nomor telepon", wording.phone(client.identity.phone))


def _guardian(client: PackageClient) -> Iterator[Asked]:
    identity = client.identity
    yield Field("Orang tua atau wali", wording.joined(identity.guardian_name, identity.guardian_relation))
    yield Field("Alamat orang tua atau wali", identity.guardian_address)
    if identity.guardian_phone:
        yield Field("Kontak aman", people.safe_ways(identity.contact))  # the cover phrase goes with DC_TELEPON alone
    yield Field("Telepon orang tua atau wali", wording.phone(identity.guardian_phone))


def _needs(client: PackageClient) -> Iterator[Asked]:
    sheet = Sheet()
    yield sheet.several("Disabilitas", "disability", client.profile.disability)
    needs = wording.codes("special_need", client.profile.needs)
    yield sheet.line("Kebutuhan khusus", wording.joined(needs, client.identity.needs, by="; "))


def _violence(client: PackageClient) -> Iterator[Asked]:
    sheet = Sheet()
    yield sheet.several("Jenis kekerasan", "violence", client.profile.violence)
    yield sheet.several("Bentuk kekerasan", "violence_form", client.profile.violence_forms)


def _once(_client: PackageClient) -> Iterator[Asked]:
    """The chronology is that of the case: it stands once, after the clients."""
    return iter(())


def _suspect(client: PackageClient) -> Iterator[Asked]:
    for person in client.reported:
        word = people.related(person.relationship, person.detail).lower()
        name = person.name or people.UNKNOWN
        yield Field("Terlapor", wording.joined(name, f"({word})" if word else "", by=" "))


def _given(client: PackageClient) -> Iterator[Asked]:
    lines = [f"{wording.day(service.on)}: {wording.code('service', service.code)}" for service in client.services]
    yield Field("Layanan yang sudah diberikan", "\n".join(lines))


_DISCLOSURES: Final[Mapping[str, Callable[[PackageClient], Iterator[Asked]]]] = MappingProxyType(
    {
        "DC_IDENTITAS": _identity,
        "DC_NIK": _numbers,
        "DC_ALAMAT": _address,
        "DC_TELEPON": _phone,
        "DC_WALI": _guardian,
        "DC_KEBUTUHAN": _needs,
        "DC_KEKERASAN": _violence,
        "DC_KRONOLOGI": _once,
        "DC_TERLAPOR": _suspect,
        "DC_LAYANAN": _given,
    }
)
