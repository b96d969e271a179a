"""Objects for the walks: one case with everything in it, a draft and a contact, in the hands of one person of a unit."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.answers import links
from app.answers import services as answers
from app.cases import contacts, drafts, experts, linking
from app.cases.models import Client, Report, ReportedPerson, Service, TeamMember
from app.db.base import new_id
from app.domain.access import Actor, Capability
from app.reference import rule_acts, rulebook
from app.reference.rule_acts import NewDay
from app.reports import closing, frozen, pivot_services
from app.reports.counting.scope import Unit as Counted
from app.reports.counting.settings import Period
from app.reports.pivot import Pivot
from app.security.structs.drafts import DraftField
from app.security.structs.intake import Intake
from app.security.structs.office import Contact
from app.tasks import queries as task_queries
from app.tasks import services as tasks
from app.web import form_drafts, form_sheets
from tests import (
    case_factories,
    course_factories,
    document_office,
    legal_office,
    notice_office,
    patbm_support,
    referral_office,
    release_office,
    reporting,
    retention_office,
    safety_office,
    simfoni_support,
)
from tests.factories import Office, Someone


def family(office: Office, owner: Someone) -> dict[str, UUID]:
    """A case of the owner's unit with the owner on its team, and ids of what stands in it; a draft and a contact beside it."""
    case_id = case_factories.make_case(office, owner, clients=2, unit_id=owner.unit_id)
    client_id = case_factories.row_ids(office, Client, case_id)[0]
    institution_id = referral_office.make_institution(office, name=f"Lembaga {new_id()}", unit_id=owner.unit_id)
    return {
        "case_id": case_id,
        "institution_id": institution_id,
        **_answered(office, case_id, client_id, institution_id),
        "referral_id": referral_office.make_referral(office, case_id, client_id, institution_id),
        "incoming_id": referral_office.receive(office, case_id, client_id, institution_id),
        "client_id": client_id,
        "found_id": client_id,
        "report_id": case_factories.row_ids(office, Report, case_id)[0],
        "reported_id": case_factories.row_ids(office, ReportedPerson, case_id)[0],
        "service_id": case_factories.row_ids(office, Service, case_id)[0],
        "consent_id": case_factories.make_consent(office, case_id, client_id),
        "follow_up_id": case_factories.make_follow_up(office, case_id, client_id),
        "request_id": case_factories.make_aid_request(office, case_id),
        "reconciliation_id": simfoni_support.make_reconciliation(office, owner.unit_id),
        "entry_id": simfoni_support.make_entry_of(office, case_id),
        "termination_id": case_factories.propose_end(office, case_id),
        "transfer_id": case_factories.hand_out(office, owner.unit_id),
        "member_id": case_factories.row_ids(office, TeamMember, case_id)[0],
        "declaration_id": _declared(office, owner, case_id),
        "hand_over_id": _handed(office, owner, case_id),
        "cover_id": _cover(office, owner),
        "document_id": document_office.make_document(office, case_id),
        **_expert(office, case_id, owner),
        **_same(office, case_id, owner),
        "draft_id": _draft(office, owner),
        "contact_id": _contact(office, owner),
        "note_id": patbm_support.send(office, _able(owner)),
        "task_id": _task(office, owner),
        "notice_id": notice_office.give(office, owner, case_id),
        "mail_id": notice_office.dead_mail(office, owner),
        "filter_id": _filter(office, owner),
        "pivot_id": _pivot(office, owner),
        "sheet_id": _typed(office, owner, case_id),
        **course_factories.course_of(office, case_id, client_id),
        "version_id": safety_office.plan_of(office, owner, case_id),
        "stay_id": safety_office.stay_of(office, owner, case_id),
        "reader_id": safety_office.reader_of(office, owner, case_id),
        **_legal(office, case_id),
        "kept_id": case_id,
        "hold_id": retention_office.hold(office, case_id),
        "proposal_id": retention_office.propose_anyhow(office, case_id),
        "erased_id": retention_office.erase_anyhow(office, owner.unit_id),
        "change_id": _decree(office, owner),
        "closing_id": _frozen(office, owner),
        "release_id": _release(office, owner),
        "round_id": reporting.open_round(office, owner.unit_id),
        "return_id": release_office.returned(office, release_office.able(owner.unit_id)),
    }


def _answered(office: Office, case_id: UUID, client_id: UUID, institution_id: UUID) -> dict[str, UUID]:
    """A referral whose institution has a code, and answered."""
    referral_id = referral_office.make_referral(office, case_id, client_id, institution_id)
    with office.work() as work:
        links.issue(work, referral_id)
        row = answers.enter(work, referral_id, answers.Said("received", "Petugas Uji"))
    return {"referral_id": referral_id, "answer_id": row.id}


def _pivot(office: Office, owner: Someone) -> UUID:
    """One is enough, and a person may keep twenty."""
    with office.work(_able(owner)) as work:
        there = pivot_services.saved(work)
        return there[0].id if there else pivot_services.save(work, "contoh", Pivot(Counted.VICTIMS, "sex")).id


def _able(owner: Someone) -> Actor:
    """The owner, as one who may do everything: what stands there may have been made under another role."""
    return Actor(owner.id, owner.unit_id, ("SYSTEM",), frozenset(Capability))


def _release(office: Office, owner: Someone) -> UUID:
    """A release of an early quarter of the owner's unit that waits for its second signature; made once for each unit."""
    return release_office.waiting(office, release_office.able(owner.unit_id))


def _decree(office: Office, owner: Someone) -> UUID:
    """A regional day off of the owner's unit: the next day there that is none yet."""
    with office.work(_able(owner)) as work:
        day = rulebook.of_unit(work, owner.unit_id).calendar.add_working_days(date(2026, 9, 1), 1)
        return rule_acts.enter_day(work, NewDay("off", day, "regional", "Hari daerah", "SK Bupati 12/2026")).id


def _frozen(office: Office, owner: Someone) -> UUID:
    """Tables of a month of long ago, which nothing stands in; the next month each time."""
    with office.work(_able(owner)) as work:
        number = len(frozen.every(work, owner.unit_id))
        month = Period.month(1990 + number // 12, number % 12 + 1)
        return closing.close(work, closing.draft(work, month), closing.Words(nihil=True)).id


def _declared(office: Office, owner: Someone, case_id: UUID) -> UUID:
    """A colleague of the case has declared a part in the matter."""
    colleague = office.somebody("PENDAMPING", unit_id=owner.unit_id)
    case_factories.join_team(office, case_id, colleague)
    return case_factories.declare(office, case_id, colleague, has_part=True)


def _handed(office: Office, owner: Someone, case_id: UUID) -> UUID:
    """A colleague has handed the own part of the case to the owner."""
    colleague = office.somebody("PENDAMPING", unit_id=owner.unit_id)
    case_factories.join_team(office, case_id, colleague)
    return case_factories.hand_over(office, case_id, colleague, owner)


def _same(office: Office, case_id: UUID, owner: Someone) -> dict[str, UUID]:
    """A second file of the matter, merged into the case, and a third one with people who may be the same."""
    merged, third = (case_factories.make_case(office, owner, unit_id=owner.unit_id) for _ in range(2))
    merge_id = case_factories.merge(office, _able(owner), case_id, merged)
    pairs = {
        kind: [case_factories.row_ids(office, kind, each)[0] for each in (case_id, third)]
        for kind in (Client, ReportedPerson)
    }
    with office.work(_able(owner)) as work:
        client_link = linking.ask(work, linking.CLIENTS, *pairs[Client]).id
        reported_link = linking.ask(work, linking.REPORTED, *pairs[ReportedPerson]).id
    return {"merge_id": merge_id, "duplicate_id": third, "link_id": client_link, "reported_link_id": reported_link}


def _expert(office: Office, case_id: UUID, owner: Someone) -> dict[str, UUID]:
    """A note of an expert and its release: the owner's own where the owner writes such notes."""
    role = next((role for role in owner.roles if experts.kinds_for([role])), "")
    author = owner
    if role:
        case_factories.join_team(office, case_id, owner, role)
    else:
        author = office.somebody("PSIKOLOG", unit_id=owner.unit_id)
        case_factories.join_team(office, case_id, author, "PSIKOLOG")
    kind = experts.kinds_for([role or "PSIKOLOG"])[0]
    note = case_factories.write_as_expert(office, case_id, author, kind=kind)
    return {"expert_note_id": note, "release_id": case_factories.release(office, case_id, note, author)}


def _cover(office: Office, owner: Someone) -> UUID:
    """The owner stands in for a colleague, where the owner reads cases at all."""
    absent, other = (office.somebody("PENDAMPING", unit_id=owner.unit_id) for _ in range(2))
    return case_factories.cover(office, absent, owner if owner.actor.may(Capability.CASE_READ) else other)


def _draft(office: Office, owner: Someone) -> UUID:
    with office.work(_able(owner)) as work:
        return drafts.start(work, new_id(), Intake()).id


def _contact(office: Office, owner: Someone) -> UUID:
    with office.work(_able(owner)) as work:
        document = Contact(on=case_factories.today(office), channel="CH_TELEPON", topic="KT_INFO")
        return contacts.record(work, document).id


def _typed(office: Office, owner: Someone, case_id: UUID) -> UUID:
    """A note of the owner's that was typed and not saved."""
    sheet = form_sheets.new(owner.id, f"/cases/{case_id}/notes", f"/cases/{case_id}/notes/new")
    with office.work(_able(owner)) as work:
        form_drafts.keep(work, sheet, [DraftField(name="text", values=("belum disimpan",))], case_id)
    return sheet.id


def _task(office: Office, owner: Someone) -> UUID:
    with office.work(_able(owner)) as work:
        return tasks.set_down(work, "tugas contoh", case_factories.today(office)).id


def _filter(office: Office, owner: Someone) -> UUID:
    """One is enough, and a person may keep twenty."""
    with office.work(_able(owner)) as work:
        there = task_queries.saved_filters(work)
        return there[0].id if there else tasks.save_filter(work, "contoh", {"stage": "ST1_PENGADUAN"}).id


def _legal(office: Office, case_id: UUID) -> dict[str, UUID]:
    """A track with a hearing ahead, and a wish about the police."""
    track_id = legal_office.open_track(office, case_id)
    return {
        "track_id": track_id,
        "step_id": legal_office.record(office, case_id, track_id, "LG_SIDANG", 7),
        "wish_id": legal_office.wish(office, case_id),
    }
