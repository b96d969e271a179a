"""Head and foot of every paper: the unit's letterhead, who signs, where and when."""

from __future__ import annotations

from datetime import date
from typing import Final

from app.accounts.models import Unit
from app.domain.errors import NotFound
from app.papers import wording
from app.papers.dossier import Dossier
from app.reference import areas
from app.security.structs.papers import LetterDesk, Letterhead, Signature, Signer

HEAD_TITLE: Final = "Kepala"


def letterhead(desk: LetterDesk) -> Letterhead:
    """The lines above the double rule."""
    contact = wording.joined(f"Telepon {desk.phone}" if desk.phone else "", desk.email, desk.web, by=" · ")
    return Letterhead(desk.government, desk.agency, desk.unit, desk.address, contact)


def usual(unit: Unit) -> LetterDesk:
    """What stands on paper until the office has written its own: the government of the unit's area, and the unit's name."""
    try:
        name = areas.area(unit.area_code).name
    except NotFound:
        name = ""
    place = name.removeprefix("Kabupaten ").removeprefix("Kota ").removeprefix("Provinsi ")
    government = f"Pemerintah {name if name.startswith('K') else 'Provinsi ' + name}" if name else ""
    return LetterDesk(
        government=government,
        unit=unit.name,
        place=place,
        short_name=unit.register_prefix,
        signers=(Signer(title=f"{HEAD_TITLE} {unit.name}"),),
    )


def place_day(desk: LetterDesk, on: date) -> str:
    """`Martapura, 20 Mei 2026`."""
    return wording.joined(desk.place, wording.day(on))


def place_day_blank(desk: LetterDesk) -> str:
    """The place, with room for the day."""
    return wording.joined(desk.place, "...................... 20....")


def signature(signer: Signer) -> Signature:
    """The block of one who signs for the unit."""
    below = tuple(line for line in (signer.rank, f"NIP {signer.nip}" if signer.nip else "") if line)
    return Signature(signer.title, signer.name, below)


def head(desk: LetterDesk) -> Signer:
    """The first of the signers: the head of the unit."""
    return desk.signers[0] if desk.signers else Signer(title=HEAD_TITLE)


def register_line(dossier: Dossier) -> str:
    """`Nomor register: PPA/2026/0042`, with the numbers of the files read together with it."""
    others = ", ".join(other.case.register_no for other in dossier.others)
    return f"Nomor register: {wording.joined(dossier.case.register_no, others, by=', dibaca bersama ')}"
