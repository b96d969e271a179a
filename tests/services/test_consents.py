"""Consents recorded, taken back and counted on (case-management 7 F4, 12). On both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from app.cases import consents, needs, progress, queries, records, services
from app.cases.casefile import coded_files
from app.cases.models import Client, Consent, ReportedPerson
from app.domain.clocks import State
from app.domain.codes import code_list
from app.domain.consents import wording
from app.domain.errors import Conflict, NotFound, Refused
from app.referrals import basis
from app.security.formats import Where
from app.security.sections import Purpose, Section
from app.security.structs import people
from app.security.structs import work as work_structs
from app.security.structs.case import StepReason
from app.security.structs.intake import IntakeReported
from tests import case_factories as made
from tests import referral_office as desk
from tests.factories import Office
from tests.sharing import office

__all__ = ["office"]

SERVICES = tuple(code.code for code in code_list("consent_service"))


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[tuple[str, str]]:
    return {(problem.code, problem.field) for problem in refusal.value.problems}


def form(office: Office, client_id: UUID, **changed: Any) -> work_structs.Consent:
    """The whole form, signed by a parent for a child who agrees."""
    given: dict[str, Any] = {
        "client_id": client_id,
        "on": made.today(office),
        "basis": "CB_WALI",
        "signer": "SG_ORTU",
        "conflict": "TIDAK",
        "wording": wording(),
        "truth": True,
        "explained": True,
        "procedure": True,
        "agreed": SERVICES,
        "child_agrees": "CA_SETUJU",
    }
    return work_structs.Consent(**(given | changed))


def words(**changed: Any) -> work_structs.ConsentText:
    given: dict[str, Any] = {"signer_name": "Jumantan Sari", "language": "Bahasa Banjar"}
    return work_structs.ConsentText(**(given | changed))


def record(office: Office, case_id: UUID, consent: work_structs.Consent, text: work_structs.ConsentText) -> UUID:
    with office.work() as work:
        return consents.record(work, case_id, consent, text).id


def held(office: Office, consent_id: UUID) -> work_structs.Consent:
    with office.work() as work:
        work.recorded("page:opened")
        return consents.read(work, work.session.get_one(Consent, consent_id))


@pytest.fixture
def case_id(office: Office) -> UUID:
    return made.make_case(office)


@pytest.fixture
def client_id(office: Office, case_id: UUID) -> UUID:
    return made.row_ids(office, Client, case_id)[0]


# --- recording -------------------------------------------------------------------------------------------------------


def test_the_whole_form_is_kept_as_it_was_signed(office, case_id, client_id):
    consent_id = record(office, case_id, form(office, client_id, aids=("EA_GAMBAR",)), words(witness="Bidan Rekaan"))

    kept = held(office, consent_id)
    assert (kept.wording, kept.agreed, kept.aids) == (wording(), SERVICES, ("EA_GAMBAR",))
    assert office.events()[-2].event == "consent:recorded"


def test_a_reported_person_of_the_case_cannot_consent(office, case_id, client_id):
    reported = made.row_ids(office, ReportedPerson, case_id)[0]

    with pytest.raises(Refused) as refusal:
        record(office, case_id, form(office, client_id, signer_id=reported), words())

    assert codes(refusal) == {("consent.reported", "conflict")}
    assert made.row_ids(office, Consent, case_id) == []


@pytest.mark.parametrize(
    "said",
    [
        {"signer_name": "Rekaan, Terlapor 0"},
        {"signer_phone": "0812-0000-0002"},
        {"signer_nik": "6303051203790065"},
    ],
    ids=["the name in another order", "the phone", "the NIK"],
)
def test_who_has_the_name_or_a_number_of_a_reported_person_is_looked_at_first(office, case_id, client_id, said):
    named = people.ReportedIdentity(name="Terlapor Rekaan 0", nik="6303051203790065", phone="081200000002")
    reported_id = made.row_ids(office, ReportedPerson, case_id)[0]
    with office.work() as work:
        entry = IntakeReported(id=reported_id, profile=people.ReportedProfile(sex="L", age=40), identity=named)
        services.save_reported(work, case_id, entry, expected=None)

    with pytest.raises(Refused) as refusal:
        record(office, case_id, form(office, client_id), words(**said))
    assert codes(refusal) == {("consent.looks-reported", "confirmed_other")}

    consent_id = record(office, case_id, form(office, client_id, confirmed_other=True), words(**said))
    assert held(office, consent_id).confirmed_other


def test_a_number_of_a_person_reported_in_a_strangers_case_is_not_told(office, case_id, client_id):
    """The form must not answer who is reported somewhere in the unit: that is what the search, counted and logged, is for."""
    other = made.make_case(office)
    reported_id = made.row_ids(office, ReportedPerson, other)[0]
    with office.work() as work:
        identity = people.ReportedIdentity(name="Orang Lain", nik="6303051203790065")
        entry = IntakeReported(id=reported_id, profile=people.ReportedProfile(sex="L", age=40), identity=identity)
        services.save_reported(work, other, entry, expected=None)

    assert record(office, case_id, form(office, client_id), words(signer_nik="6303051203790065"))


def test_who_signs_is_judged_by_the_age_on_that_day_and_not_at_the_incident(office):
    case_id = made.make_case(office)
    client_id = made.row_ids(office, Client, case_id)[0]
    today = made.today(office)
    with office.work() as work:
        row = work.session.get_one(Client, client_id)
        place = row.place(Section.CLIENT_IDENTITY)
        identity = work.vault.open(place, row.identity_sealed, people.ClientIdentity)
        grown = msgspec.structs.replace(identity, birth_date=today.replace(year=today.year - 18))
        row.identity_sealed = work.vault.seal(place, grown)
        work.recorded("page:opened")
    own = form(office, client_id, basis="CB_KLIEN", signer="SG_KLIEN", conflict="", child_agrees="")

    with pytest.raises(Refused) as refusal:
        record(office, case_id, msgspec.structs.replace(own, on=today - timedelta(days=1)), words())
    assert ("consent.child-alone", "signer") in codes(refusal)
    assert record(office, case_id, own, words(signer_name=""))


@pytest.mark.parametrize("ground", ["CB_BAHAYA", "CB_HUKUM", "CB_WALI_LAIN"])
def test_a_basis_other_than_consent_needs_its_reason(office, case_id, client_id, ground):
    consent = work_structs.Consent(client_id=client_id, on=made.today(office), basis=ground, conflict="TIDAK")

    with pytest.raises(Refused) as refusal:
        record(office, case_id, consent, work_structs.ConsentText())

    assert codes(refusal) == {("required", "reason")}


def test_a_consent_is_given_by_a_client_of_this_case_only(office, case_id):
    other = made.row_ids(office, Client, made.make_case(office))[0]

    with pytest.raises(NotFound):
        record(office, case_id, form(office, other), words())


def test_texts_have_their_limits(office, case_id, client_id):
    with pytest.raises(Refused) as refusal:
        record(office, case_id, form(office, client_id), words(signer_address="a" * 201))

    assert codes(refusal) == {("text.too-long", "signer_address")}


def test_a_record_from_before_the_form_still_opens_and_still_counts(office, case_id, client_id):
    """What was sealed by the program before F4 had these fields only."""
    consent_id = made.make_consent(office, case_id, client_id)
    with office.work() as work:
        row = work.session.get_one(Consent, consent_id)
        old = {
            "v": 1,
            "client_id": str(client_id),
            "on": "2026-05-20",
            "basis": "CB_WALI",
            "services": [],
            "signer": "",
        }
        place = row.place(Section.CONSENT)
        cipher = work.vault.keys.writing(Purpose.CASE, case_id)
        where = Where(Purpose.CASE.value, place.section.value, place.row, place.owner)
        row.consent_sealed = cipher.seal(where, msgspec.msgpack.encode(old))
        work.recorded("page:opened")

    kept = held(office, consent_id)
    assert consents.lets_assess(kept)
    assert consents.covers(kept, ["SV_BANKUM"], "IN_LBH")


# --- what it lets happen ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [{"procedure": False}, {"agreed": (), "declined": SERVICES}],
    ids=["not ready to follow the procedure", "no to every service"],
)
def test_a_form_that_says_no_does_not_open_the_assessment(office, case_id, client_id, changed):
    record(office, case_id, form(office, client_id, **changed), words())
    with office.work() as work:
        file = coded_files(work, [case_id])[case_id]
        work.recorded("page:opened")

        assert needs.without_consent(file) == (client_id,)


def test_danger_to_life_is_no_consent_and_leaves_the_emergency_way_only(office, case_id, client_id):
    made.make_consent(office, case_id, client_id, basis="CB_BAHAYA", conflict="")
    with office.work() as work:
        progress.take_step(work, case_id, "approve", StepReason(text="alasan"))

    with pytest.raises(Refused, match="step.consent"), office.work() as work:
        progress.take_step(work, case_id, "assess", StepReason())


def test_a_referral_rests_on_the_answers_of_the_form(office, case_id, client_id):
    without_law = tuple(service for service in SERVICES if service != "CS_HUKUM")
    consent_id = record(office, case_id, form(office, client_id, agreed=without_law, declined=("CS_HUKUM",)), words())
    with office.work() as work:
        work.recorded("page:opened")
        for requested, lacking in (("SV_BANKUM", "referral.basis-refused"), ("SV_KESEHATAN", None)):
            asked = work_structs.Referral(
                client_id=client_id, institution_type="IN_RS", requested=(requested,), consent_id=consent_id
            )
            problem = basis.lacking(work, case_id, asked, made.today(office))

            assert (problem.code if problem else None) == lacking


def test_a_service_that_was_refused_needs_its_reason(office, case_id, client_id):
    without_law = tuple(service for service in SERVICES if service != "CS_HUKUM")
    record(office, case_id, form(office, client_id, agreed=without_law, declined=("CS_HUKUM",)), words())
    service = work_structs.Service(client_id=client_id, on=made.today(office), activity="AK_KONSULTASI_HUKUM")

    with pytest.raises(Refused) as refusal, office.work() as work:
        records.record_service(work, case_id, service, work_structs.ServiceText())
    assert codes(refusal) == {("service.not-agreed", "reason")}
    with office.work() as work:
        records.record_service(work, case_id, service, work_structs.ServiceText(reason="ancaman nyata"))


# --- taking back -----------------------------------------------------------------------------------------------------


def back(office: Office, *taken: str, effect: str = "WE_HENTI", days: int = 0) -> work_structs.Withdrawal:
    return work_structs.Withdrawal(made.today(office) + timedelta(days=days), taken, effect)


def test_a_consent_is_withdrawn_once_and_not_before_it_was_given(office, case_id, client_id):
    consent_id = made.make_consent(office, case_id, client_id)

    with pytest.raises(Refused) as refusal, office.work() as work:
        consents.withdraw(work, case_id, consent_id, back(office, days=-1))
    assert codes(refusal) == {("withdrawn.before-consent", "on")}
    with office.work() as work:
        consents.withdraw(work, case_id, consent_id, back(office))
    with pytest.raises(Conflict), office.work() as work:
        consents.withdraw(work, case_id, consent_id, back(office))


def test_one_service_is_taken_back_and_the_others_stand(office, case_id, client_id):
    consent_id = record(office, case_id, form(office, client_id), words())
    with office.work() as work:
        consents.withdraw(work, case_id, consent_id, back(office, "CS_HUKUM"))

    kept = held(office, consent_id)
    assert consents.agreed_now(kept) == set(SERVICES) - {"CS_HUKUM"}
    assert consents.stands(kept)
    with pytest.raises(Refused) as refusal, office.work() as work:
        consents.withdraw(work, case_id, consent_id, back(office, "CS_HUKUM"))
    assert codes(refusal) == {("withdrawn.not-agreed", "services")}


def test_with_the_last_service_nothing_of_it_stands(office, case_id, client_id):
    consent_id = record(office, case_id, form(office, client_id), words())
    for service in SERVICES:
        with office.work() as work:
            consents.withdraw(work, case_id, consent_id, back(office, service))

    assert not consents.stands(held(office, consent_id))


def test_what_goes_on_under_another_basis_needs_its_reasons(office, case_id, client_id):
    consent_id = record(office, case_id, form(office, client_id), words())

    with pytest.raises(Refused) as refusal, office.work() as work:
        consents.withdraw(work, case_id, consent_id, back(office, effect="WE_HUKUM"))
    assert codes(refusal) == {("withdrawn.reasoning", "text")}
    with office.work() as work:
        consents.withdraw(work, case_id, consent_id, back(office, effect="WE_HUKUM"), "pendampingan di sidang berjalan")


def test_the_72_hours_run_from_the_withdrawal_until_it_was_carried_out(office, case_id, client_id):
    consent_id = record(office, case_id, form(office, client_id), words())
    with office.work() as work:
        consents.withdraw(work, case_id, consent_id, back(office))
    assert desk.clock_states(office, case_id)["PDP-WITHDRAW"] == {State.RUNNING}

    with office.work() as work:
        consents.carry_out(work, case_id, consent_id, made.today(office))

    assert desk.clock_states(office, case_id)["PDP-WITHDRAW"] == {State.MET}
    with pytest.raises(Conflict), office.work() as work:
        consents.carry_out(work, case_id, consent_id, made.today(office))


def test_a_withdrawal_can_be_recorded_by_the_team_alone(office, case_id, client_id):
    consent_id = record(office, case_id, form(office, client_id), words())
    stranger = office.somebody("PENDAMPING")

    with pytest.raises(NotFound), office.work(stranger.actor) as work:
        consents.withdraw(work, case_id, consent_id, back(office))
    with office.runtime.looking(stranger.actor) as work:
        assert not queries.is_on_team(work, case_id)
