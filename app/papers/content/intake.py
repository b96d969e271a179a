"""F1 *Formulir penerimaan pengaduan* and F2 *Formulir identifikasi kasus*, filled and blank (case-management 7).

Both follow the order of the intake pages, so that a form filled in by hand is typed in from top to bottom.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from app.domain.codes import code_list
from app.papers import wording
from app.papers.content import heads, people
from app.papers.dossier import Dossier
from app.papers.sheet import Asked, Sheet, laid_out
from app.security.structs.case import Chronology, Incident, Report, Reporter
from app.security.structs.papers import Heading, LetterDesk, Paper, Signature, Signatures, Tick, Ticks
from app.security.structs.people import ClientIdentity, ClientProfile, ReportedIdentity, ReportedProfile, SafeContact

F1_TITLE: Final = "Formulir penerimaan pengaduan"
F2_TITLE: Final = "Formulir identifikasi kasus"
REGISTER_BLANK: Final = "Nomor register: ............................................"
BLANK_DAY: Final = "........................, ........................................"
_NO_DAY: Final = date.min  # a blank form has no day; the structs want one


# --- F1 --------------------------------------------------------------------------------------------------------------


def reception(dossier: Dossier) -> Paper:
    """F1 of a case: every report, client and reported person, and two signatures."""
    return Paper(
        code="F1",
        title=F1_TITLE,
        subtitle=heads.register_line(dossier),
        letterhead=heads.letterhead(dossier.desk),
        blocks=(*laid_out(_reception(dossier)), _two_signatures(dossier)),
    )


def reception_blank(desk: LetterDesk) -> Paper:
    """F1 to write on: one report, one client, one reported person."""
    sheet = Sheet(blank=True)
    asked = [
        Heading("Pengaduan"),
        *_report(sheet, Report(on=_NO_DAY), officer="", day=""),
        Heading("Pelapor"),
        *people.reporter(sheet, Report(on=_NO_DAY), Reporter()),
        Heading("Klien"),
        *people.client(sheet, ClientProfile(), ClientIdentity()),
        Heading("Terlapor"),
        *people.reported(
            sheet, ReportedProfile(), ReportedIdentity(), sheet.one("Hubungan dengan klien", "relationship")
        ),
    ]
    signatures = Signatures(BLANK_DAY, (Signature("Pelapor"), Signature("Petugas penerima")))
    return Paper(
        code="F1",
        title=F1_TITLE,
        subtitle=REGISTER_BLANK,
        letterhead=heads.letterhead(desk),
        blocks=(*laid_out(asked), signatures),
        blank=True,
    )


def _reception(dossier: Dossier) -> Iterator[Asked]:
    sheet = Sheet()
    for number, each in enumerate(dossier.reports, 1):
        which = f" {number}" if len(dossier.reports) > 1 else ""
        yield Heading(f"Pengaduan{which}")
        day = wording.weekday(each.report.on)
        yield from _report(sheet, each.report, dossier.name_of(each.row.created_by), day, dossier)
        yield Heading(f"Pelapor{which}")
        yield from people.reporter(sheet, each.report, each.reporter)
    for client in dossier.clients:
        yield Heading(_numbered("Klien", client.row.position, len(dossier.clients)))
        yield from people.client(sheet, client.profile, client.identity)
    for person in dossier.reported:
        yield Heading(_numbered("Terlapor", person.number, len(dossier.reported)))
        yield from people.reported(sheet, person.profile, person.identity, people.relations(person, dossier.clients))


def _report(sheet: Sheet, report: Report, officer: str, day: str, dossier: Dossier | None = None) -> Iterator[Asked]:
    yield sheet.line("Hari, tanggal", day)
    yield sheet.line("Pukul", wording.clock(report.time, dossier.zone) if dossier is not None else "")
    yield sheet.one("Cara pengaduan", "channel", report.channel)
    yield sheet.line("Petugas penerima", officer)


def _two_signatures(dossier: Dossier) -> Signatures:
    first = dossier.reports[0] if dossier.reports else None
    reporter, officer = (first.reporter.name, dossier.name_of(first.row.created_by)) if first is not None else ("", "")
    return Signatures(
        heads.place_day(dossier.desk, dossier.today),
        (Signature("Pelapor", reporter), Signature("Petugas penerima", officer)),
    )


def _numbered(word: str, position: int, of: int) -> str:
    return word if of == 1 else f"{word} {position}"


# --- F2 --------------------------------------------------------------------------------------------------------------


def identification(dossier: Dossier) -> Paper:
    """F2 of a case: place and time, what happened, kinds and forms for each client, danger signs, how to reach the client safely."""
    sheet = Sheet()
    asked: list[Asked] = [
        sheet.line("Tanggal pengaduan", wording.day(dossier.incident.report_on)),
        sheet.line("Petugas", dossier.received_by),
        *_happened(sheet, dossier.incident, dossier.chronology, dossier),
    ]
    for client in dossier.clients:
        asked += [
            Heading(_numbered("Klien", client.row.position, len(dossier.clients))),
            *_harm(sheet, people.called(client), client.profile, client.identity),
        ]
    asked += [Heading("Penapisan"), *_screening(sheet, dossier.incident, dossier.case.risk)]
    officer = Signature("Petugas identifikasi", dossier.received_by)
    return Paper(
        code="F2",
        title=F2_TITLE,
        subtitle=heads.register_line(dossier),
        letterhead=heads.letterhead(dossier.desk),
        blocks=(*laid_out(asked), Signatures(heads.place_day(dossier.desk, dossier.today), (officer,))),
    )


def identification_blank(desk: LetterDesk) -> Paper:
    """F2 to write on."""
    sheet = Sheet(blank=True)
    asked = [
        sheet.line("Tanggal pengaduan"),
        sheet.line("Petugas"),
        *_happened(sheet, Incident(report_on=_NO_DAY), Chronology()),
        Heading("Klien"),
        *_harm(sheet, "", ClientProfile(), ClientIdentity()),
        Heading("Penapisan"),
        *_screening(sheet, Incident(report_on=_NO_DAY), ""),
    ]
    return Paper(
        code="F2",
        title=F2_TITLE,
        subtitle=REGISTER_BLANK,
        letterhead=heads.letterhead(desk),
        blocks=(*laid_out(asked), Signatures(BLANK_DAY, (Signature("Petugas identifikasi"),))),
        blank=True,
    )


def _happened(
    sheet: Sheet, incident: Incident, chronology: Chronology, dossier: Dossier | None = None
) -> Iterator[Asked]:
    """When, where and what, in the order of the page."""
    yield Heading("Waktu dan tempat kejadian")
    yield sheet.line("Tanggal kejadian", wording.days(incident.first_on, incident.last_on))
    yield sheet.line("Pukul", wording.clock(incident.time, dossier.zone) if dossier is not None else "")
    yield sheet.line("Kecamatan atau desa/kelurahan", wording.area(incident.area))
    yield sheet.one("Tempat kejadian", "place", incident.place)
    yield sheet.one("Terjadi secara daring", "yes_no_unknown", incident.online)
    yield Heading("Kejadian")
    yield sheet.prose("Kronologi", chronology.text, lines=12)
    yield sheet.line("Alamat tempat kejadian", chronology.scene_address)
    yield sheet.prose("Apa yang diinginkan klien", chronology.client_wish, lines=4)
    yield sheet.line("Desa PATBM yang meneruskan", wording.area(incident.patbm_village))


def _harm(sheet: Sheet, name: str, profile: ClientProfile, identity: ClientIdentity) -> Iterator[Asked]:
    """What was done to one client, how to reach the client, and what the client needs, in the order of the page."""
    yield sheet.line("Nama", name)
    yield sheet.boxes("Jenis kekerasan", "violence", profile.violence)
    yield sheet.one("Kekerasan dalam rumah tangga", "yes_no_unknown", profile.kdrt)
    yield from _contact(sheet, identity.contact)
    yield Heading("Keadaan dan kebutuhan", sub=True)
    yield sheet.one("Hamil", "yes_no_unknown", profile.pregnant)
    yield sheet.several("Kebutuhan khusus", "special_need", profile.needs)
    yield sheet.prose("Keadaan dan kebutuhan, dengan kata-kata", identity.needs, lines=3)
    yield Heading("Kekerasan lebih rinci", sub=True)
    if sheet.blank:
        yield from _forms_by_kind()
    else:
        yield sheet.several("Bentuk kekerasan", "violence_form", profile.violence_forms)
    yield sheet.one("Kekerasan berbasis gender online", "yes_no_unknown", profile.kbgo)
    yield sheet.one("Tindak pidana perdagangan orang", "yes_no_unknown", profile.tppo)
    yield sheet.several("Bentuk perdagangan orang", "trafficking", profile.trafficking)
    yield sheet.several("Tindak pidana kekerasan seksual", "tpks", profile.tpks)


def _contact(sheet: Sheet, contact: SafeContact) -> Iterator[Asked]:
    yield Heading("Kontak aman", sub=True)
    yield sheet.one("Aman ditelepon", "yes_no_unknown", contact.call)
    yield sheet.one("Aman dikirimi pesan", "yes_no_unknown", contact.message)
    yield sheet.line("Jam aman", contact.hours)
    yield sheet.line("Kata penyamar bila orang lain menjawab", contact.cover_phrase)
    yield sheet.line("Melalui orang lain", contact.through)


def _forms_by_kind() -> Iterator[Ticks]:
    for kind in code_list("violence").active():
        forms = [form for form in code_list("violence_form").active() if form.text("violence") == kind.code]
        if forms:
            ticks = tuple(Tick(form.id) for form in forms)
            yield Ticks(f"Bentuk kekerasan: {kind.id.lower()}", ticks, 2 if any(len(f.id) > 26 for f in forms) else 3)


def _screening(sheet: Sheet, incident: Incident, risk: str) -> Iterator[Asked]:
    yield sheet.boxes("Tanda bahaya", "danger_prompt", incident.danger_prompts)
    yield sheet.one("Tingkat risiko", "risk", risk)
    yield sheet.one("Kewenangan", "authority", incident.authority)
