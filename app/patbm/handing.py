"""What an intake begins with where it comes of a village note, and the report by which a note joins a case: nothing is typed twice."""

from __future__ import annotations

from typing import Final

from app.accounts import queries as people
from app.db.base import new_id
from app.domain.zones import Zone, to_local
from app.patbm import checking
from app.patbm.checking import YES
from app.security.structs.case import Reporter
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReport, Screening
from app.security.structs.patbm import VillageNote, VillageNoteText
from app.security.structs.people import ClientIdentity, ClientProfile
from app.work import Work

CHANNEL: Final = "CH_PATBM"
REPORTER: Final = "PR_PATBM"
GUESSED: Final = "UB_PERKIRAAN"
HIGH: Final = "RK_TINGGI"


def intake_of(work: Work, note: VillageNote, text: VillageNoteText) -> Intake:
    """The draft: report, place, one client, and high risk where the note tells of danger. The danger signs themselves are still to be asked.

    The report came when the note was sent; the village is where it happened and the PATBM village.
    """
    report = report_of(work, note, text)
    profile = ClientProfile(
        sex=note.sex,
        stated_age=note.age,
        stated_on=report.on if note.age is not None else None,
        age_basis=GUESSED if note.age is not None else "",
        violence=note.violence,
    )
    return Intake(
        report=report,
        incident=IntakeIncident(first_on=note.on, area=note.village, patbm_village=note.village),
        clients=(IntakeClient(id=new_id(), profile=profile, identity=ClientIdentity(name=text.called)),),
        screening=Screening(risk=HIGH if note.danger == YES else ""),
    )


def report_of(work: Work, note: VillageNote, text: VillageNoteText) -> IntakeReport:
    """The report as the note tells it: sent then, through PATBM, by the volunteer."""
    local = to_local(note.sent_at or work.now, Zone(checking.unit(work).zone))
    return IntakeReport(
        on=local.date(),
        time=f"{local:%H:%M}",
        channel=CHANNEL,
        reporter_kind=REPORTER,
        reporter=Reporter(name=_sender(work, note, text), phone=text.contact, words=_words(text)),
    )


def _sender(work: Work, note: VillageNote, text: VillageNoteText) -> str:
    if text.brought_by or note.sent_by is None:
        return text.brought_by
    return people.names(work, [note.sent_by]).get(note.sent_by, "")


def _words(text: VillageNoteText) -> str:
    """What was done so far, in the language the office keeps its files in."""
    said = (("Bantuan yang sudah diberikan", text.help), ("Yang sudah diberi tahu", text.informed))
    return "\n".join(f"{label}: {words}" for label, words in said if words)
