"""F4 *Persetujuan* (informed consent), filled and blank: statements a to e with yes or no for each service (case-management 7).

The statements are those that the page shows (`domain/consents`). A short record, as with a referral, names recap services only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from app.domain import consents
from app.domain.codes import code_list
from app.domain.errors import NotFound
from app.papers import wording
from app.papers.content import heads, people
from app.papers.content.intake import BLANK_DAY, REGISTER_BLANK
from app.papers.dossier import ClientFile, ConsentFile, Dossier
from app.papers.sheet import Asked, Sheet, laid_out
from app.security.structs.papers import Answer, Answers, Heading, LetterDesk, Paper, Signature, Signatures, Small
from app.security.structs.work import Consent, ConsentText

TITLE: Final = "Persetujuan setelah penjelasan"
SUBTITLE: Final = "(informed consent)"
_SERVICES: Final = "services"  # the statement that is answered service by service
_NOBODY: Final = Consent(client_id=UUID(int=0), on=date.min, basis="", wording="blank")
_YES_NO: Final = frozenset({consents.YES, consents.NO})
_CONFLICT: Final = "Yang menyatakan adalah terlapor, atau bertentangan dengan kepentingan klien"
_WITHDRAWAL: Final = "Persetujuan ini dapat ditarik kembali kapan saja, seluruhnya atau untuk layanan tertentu."


def consent(dossier: Dossier, consent_id: UUID | None) -> Paper:
    """F4 of one consent of the case. NotFound where there is none."""
    held = next((each for each in dossier.consents if each.row.id == consent_id), None)
    if held is None:
        raise NotFound("consent")
    signers = [Signature("Petugas", dossier.name_of(held.row.created_by))]
    if held.text.witness:
        signers.append(Signature("Saksi", held.text.witness))
    client = dossier.client(held.consent.client_id)
    signers.append(Signature("Yang menyatakan", held.text.signer_name or _own_name(held, people.called(client))))
    return Paper(
        code="F4",
        title=TITLE,
        subtitle=f"{SUBTITLE}\n{heads.register_line(dossier)}",
        letterhead=heads.letterhead(dossier.desk),
        blocks=(
            *laid_out(_asked(Sheet(), held.consent, held.text, client)),
            Signatures(heads.place_day(dossier.desk, held.consent.on), tuple(signers)),
        ),
    )


def consent_blank(desk: LetterDesk) -> Paper:
    """F4 to write on."""
    signers = (Signature("Petugas"), Signature("Saksi"), Signature("Yang menyatakan"))
    return Paper(
        code="F4",
        title=TITLE,
        subtitle=f"{SUBTITLE}\n{REGISTER_BLANK}",
        letterhead=heads.letterhead(desk),
        blocks=(*laid_out(_asked(Sheet(blank=True), _NOBODY, ConsentText())), Signatures(BLANK_DAY, signers)),
        blank=True,
    )


def _asked(sheet: Sheet, consent: Consent, text: ConsentText, client: ClientFile | None = None) -> Iterator[Asked]:
    """Everything the form asks, in the order of the page; a filled one leaves out what was not asked of this signer."""
    yield sheet.line("Nama klien", people.called(client) if client is not None else "")
    yield sheet.line("Tanggal lahir atau umur klien", people.born(client) if client is not None else "")
    yield sheet.line("Hari, tanggal", wording.weekday(consent.on) if client is not None else "")
    yield Heading("Yang menyatakan")
    yield from _who(sheet, consent, text)
    if sheet.blank or consent.aids or text.language:
        yield Heading("Penjelasan")
        yield sheet.line("Bahasa penjelasan", text.language)
        yield sheet.several("Cara penjelasan", "explanation_aid", consent.aids)
    yield Heading("Pernyataan")
    yield from _statements(consent)
    if sheet.blank or consent.child_agrees or text.child_view:
        yield Heading("Pendapat anak")
        yield sheet.one("Pendapat anak sendiri", "child_view", consent.child_agrees)
        yield sheet.prose("Kata-kata anak", text.child_view, lines=3)
    yield Heading("Tanda tangan")
    yield from _signer(sheet, text, client)
    yield from _withdrawn(sheet, consent, text)
    yield Small(_WITHDRAWAL)


def _who(sheet: Sheet, consent: Consent, text: ConsentText) -> Iterator[Asked]:
    """As what somebody signs, and for whoever is not the client whether that is right."""
    if sheet.blank or consent.signer in code_list("consent_signer"):
        yield sheet.one("Menyatakan sebagai", "consent_signer", consent.signer)
    else:
        yield sheet.one("Dasar", "consent_basis", consent.basis)
    if sheet.blank or consent.conflict:
        yield sheet.one(_CONFLICT, "yes_no_unknown", consent.conflict, lambda code: code.code in _YES_NO)
    if sheet.blank or text.reason:
        yield sheet.prose("Alasan, bila bukan klien atau orang tuanya yang menyatakan", text.reason, lines=3)


def _signer(sheet: Sheet, text: ConsentText, client: ClientFile | None) -> Iterator[Asked]:
    yield sheet.line("Nama", text.signer_name)
    yield sheet.line("Hubungan dengan klien", text.signer_relation)
    if text.signer_phone and client is not None:
        yield from people.reach_of_all([client])
    yield sheet.line("Nomor telepon", wording.phone(text.signer_phone))
    yield sheet.line("Alamat", text.signer_address)
    yield sheet.line("NIK", text.signer_nik)
    yield sheet.line("Saksi", text.witness)


def _own_name(held: ConsentFile, client: str) -> str:
    return client if held.consent.signer == consents.CLIENT else ""


def _statements(consent: Consent) -> Iterator[Asked]:
    """The statements with what was said to each, and yes or no for every service. A short record says nothing to a, b and d."""
    said = {"truth": consent.truth, "explained": consent.explained, "procedure": consent.procedure}
    known = {key: ("YA" if value else "TIDAK") if consent.wording else "" for key, value in said.items()}
    known["cooperation"] = "YA" if consent.cooperation else "TIDAK"
    rows = [
        Answer(
            f"{each.letter}. {each.id}", "" if consent is _NOBODY else known.get(each.key, ""), each.key == _SERVICES
        )
        for each in consents.statements()
    ]
    place = next(number for number, row in enumerate(rows, 1) if row.plain)
    yield Answers("Pernyataan", (*rows[:place], *_services(consent), *rows[place:]))


def _services(consent: Consent) -> Iterator[Answer]:
    name, agreed, declined = ("consent_service", consent.agreed, consent.declined)
    if not consent.wording:
        name, agreed, declined = ("service", consent.services, consent.refused)
    for service in code_list(name).active():
        answer = "YA" if service.code in agreed else "TIDAK" if service.code in declined else ""
        yield Answer(f"\u2013 {service.id}", answer)


def _withdrawn(sheet: Sheet, consent: Consent, text: ConsentText) -> Iterator[Asked]:
    """Each withdrawal with its words. A record of before withdrawals were kept apart knows the day alone."""
    if consent.withdrawn_on is not None and not consent.withdrawals:
        yield sheet.line("Ditarik kembali pada", wording.day(consent.withdrawn_on))
    for number, each in enumerate(consent.withdrawals):
        yield Heading("Penarikan kembali", sub=True)
        yield sheet.line("Tanggal", wording.day(each.on))
        name = "consent_service" if consent.wording else "service"
        yield sheet.line("Layanan", wording.codes(name, each.services) or "seluruhnya")
        yield sheet.one("Akibat", "withdrawal_effect", each.effect)
        words = text.withdrawals[number] if number < len(text.withdrawals) else ""
        yield sheet.prose("Keterangan", words)
