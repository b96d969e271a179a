"""Consents and follow-ups entered by mistake count nowhere; a consent that something was passed on upon stays. On both databases."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import (
    consents,
    needs,
    terminations,
)
from app.cases.models import Case, Consent, FollowUp
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.papers.dossier import Dossier
from app.referrals import basis
from app.referrals import services as referrals
from app.referrals.services import Answer
from app.security.structs import work as work_structs
from app.security.structs.papers import LetterDesk
from tests import case_factories as made
from tests import document_office, referral_office
from tests.factories import Office
from tests.mistaken import (
    File,
    at,
    coded,
    counted,
    differences,
    file,
    file_of,
    problems,
    registered,
    take_record_out,
)
from tests.sharing import office

__all__ = ["at", "file", "office", "registered"]


def refer_on(office: Office, file: File, consent_id: UUID, *, client_id: UUID | None = None, sent: bool = True) -> UUID:
    """A referral on a consent: of the client, or of the whole case."""
    institution = referral_office.make_institution(office, name=f"Lembaga {consent_id}")
    with office.work() as work:
        draft = referral_office.draft(institution, client_id, consent_id=consent_id)
        row = referrals.create(work, file.id, draft)
        if sent:
            referrals.take_step(work, row.id, "send", Answer(work.now))
        return row.id


def test_a_follow_up_that_never_was_counts_nowhere(office, at, registered):
    row_id = made.make_follow_up(office, registered.id, registered.right)
    kept = made.make_follow_up(office, registered.id, registered.right, kind="FU_TELEPON")
    assert len(counted(office, registered.id).followups) == 2

    take_record_out(office, registered, FollowUp, row_id, at.manager)

    assert [each.kind for each in counted(office, registered.id).followups] == ["FU_TELEPON"]
    assert [row.id for row, _ in coded(office, registered.id).follow_ups] == [kept]
    assert differences(office, registered.id) == []
    assert [event.event for event in office.events() if event.object_id == row_id][-1] == Event.FOLLOW_UP_REMOVED


def test_a_mistyped_consent_stands_for_nothing(office, at, registered):
    row_id = at.consent(registered.id, registered.right)
    assert needs.without_consent(coded(office, registered.id)) == (registered.wrong,)

    take_record_out(office, registered, Consent, row_id, at.manager)

    assert needs.without_consent(coded(office, registered.id)) == (registered.right, registered.wrong)
    with office.work() as work:
        work.recorded("page:opened")
        assert basis.standing(work, registered.id) == []
        assert [each.consent for each in Dossier(work, at.row(registered.id), Unit(), LetterDesk()).consents] == []
    assert [event.event for event in office.events() if event.object_id == row_id][-1] == Event.CONSENT_REMOVED


def test_a_refusal_that_was_never_spoken_asks_for_no_reason(office, at, registered):
    row_id = at.consent(registered.id, registered.right, declined=("CS_SOSIAL", "CS_PSIKOLOGIS"))
    with pytest.raises(Refused):
        made.make_service(office, registered.id, registered.right)

    take_record_out(office, registered, Consent, row_id)

    assert made.make_service(office, registered.id, registered.right)


def test_the_deadline_of_a_withdrawal_ends_with_the_consent_that_never_was(office, registered):
    row_id = made.make_consent(office, registered.id, registered.right)
    with office.work() as work:
        withdrawal = work_structs.Withdrawal(on=made.today(office), effect="WE_HENTI")
        consents.withdraw(work, registered.id, row_id, withdrawal, "salah tekan")
    assert "PDP-WITHDRAW" in referral_office.clock_states(office, registered.id)

    take_record_out(office, registered, Consent, row_id)

    assert "PDP-WITHDRAW" not in referral_office.clock_states(office, registered.id)


@pytest.mark.parametrize("cancelled", [False, True], ids=["sent", "cancelled afterwards"])
def test_a_consent_that_a_disclosure_rests_on_is_not_taken_out(office, registered, cancelled):
    row_id = made.make_consent(office, registered.id, registered.right)
    referral = refer_on(office, registered, row_id, client_id=registered.right)
    if cancelled:
        with office.work() as work:
            referrals.take_step(work, referral, "cancel", Answer(work.now, text="batal"))

    with pytest.raises(Refused) as refusal:
        take_record_out(office, registered, Consent, row_id)

    assert problems(refusal) == {"mistake.disclosed"}
    assert len(coded(office, registered.id).consents) == 1


def test_a_referral_of_the_whole_case_rests_on_a_consent_of_everybody(office, registered):
    first = made.make_consent(office, registered.id, registered.right)
    second = made.make_consent(office, registered.id, registered.wrong)
    refer_on(office, registered, first)

    with pytest.raises(Refused) as refusal:
        take_record_out(office, registered, Consent, second)
    assert problems(refusal) == {"mistake.disclosed"}

    made.make_consent(office, registered.id, registered.wrong)  # the same, typed once more
    take_record_out(office, registered, Consent, second)


def test_a_consent_given_after_the_disclosure_bears_none(office, registered):
    first = made.make_consent(office, registered.id, registered.right)
    with office.work() as work:
        ended = terminations.End(made.today(office), "TM_SELESAI", "AT_TUJUAN")
        terminations.end_client(work, work.session.get_one(Case, registered.id), registered.wrong, ended)
    refer_on(office, registered, first)
    office.clock.pass_by(days=1)
    later = made.make_consent(office, registered.id, registered.wrong)

    take_record_out(office, registered, Consent, later)


def test_a_draft_that_rested_on_the_consent_is_not_sent(office, registered):
    row_id = made.make_consent(office, registered.id, registered.right)
    referral = refer_on(office, registered, row_id, client_id=registered.right, sent=False)
    take_record_out(office, registered, Consent, row_id)

    with pytest.raises(Refused) as refusal, office.work() as work:
        referrals.take_step(work, referral, "send", Answer(work.now))

    assert problems(refusal) == {"referral.basis"}


def test_a_consent_whose_signed_form_is_kept_is_not_taken_out(office, registered):
    row_id = made.make_consent(office, registered.id, registered.right)
    document_office.make_document(office, registered.id, kind="DK_PERSETUJUAN", consent_id=row_id)

    with pytest.raises(Refused) as refusal:
        take_record_out(office, registered, Consent, row_id)

    assert problems(refusal) == {"mistake.forms"}


def test_nothing_more_is_done_about_a_record_that_was_taken_out(office, registered):
    row_id = made.make_consent(office, registered.id, registered.right)
    take_record_out(office, registered, Consent, row_id)

    withdrawal = work_structs.Withdrawal(on=made.today(office), effect="WE_HENTI")
    with pytest.raises(Conflict), office.work() as work:
        consents.withdraw(work, registered.id, row_id, withdrawal, "ditarik")
    with pytest.raises(Conflict):
        take_record_out(office, registered, Consent, row_id)


def test_a_record_is_taken_out_by_who_may_edit_the_file_and_with_a_reason(office, registered):
    row_id = made.make_follow_up(office, registered.id, registered.right)

    with pytest.raises(NotFound):
        take_record_out(office, registered, FollowUp, row_id, office.somebody("PENDAMPING"))
    with pytest.raises(NotPermitted):
        take_record_out(office, registered, FollowUp, row_id, office.somebody("KEPALA"))
    with pytest.raises(Refused):
        take_record_out(office, registered, FollowUp, row_id, why=" ")
    other = file_of(office, made.make_case(office, clients=2))
    with pytest.raises(NotFound):
        take_record_out(office, other, FollowUp, row_id)
