"""The directory of institutions: one entry each, of one's own unit, retired and never deleted (issue item 8)."""

from __future__ import annotations

import pytest

from app.domain.errors import NotFound, NotPermitted, Refused, Stale
from app.referrals import directory
from app.referrals.models import Institution
from app.security.structs.office import Institution as Profile
from app.security.vault import etag
from tests import referral_office as desk
from tests.factories import OPERATOR, Office

POLICE = Profile(type="IN_UPPA", phone="0811 0000 000", contact="Bripka Uji", hours="08.00-15.00")


@pytest.fixture
def supervisor(office: Office):
    return office.somebody("SUPERVISOR", password=False)


def test_an_institution_is_kept_with_its_contacts_sealed(office: Office, supervisor):
    with office.work(supervisor.actor) as work:
        row = directory.add(work, office.unit_id, "  Unit PPA   Polres Uji ", POLICE)
        assert row.name == "Unit PPA Polres Uji"
    with office.runtime.looking(supervisor.actor) as work:
        assert directory.read(work, directory.get(work, row.id)) == POLICE
    assert b"Bripka" not in row.profile_sealed
    assert office.events()[-1].event == "institution:saved"


def test_the_same_name_in_other_letters_is_the_same_institution(office: Office):
    desk.make_institution(office, name="RSUD Uji")
    with pytest.raises(Refused, match="institution.duplicate"):
        desk.make_institution(office, name="rsud  uji")
    desk.make_institution(office, name="RSUD Uji", unit_id=office.other_unit_id)


def test_correcting_one_may_keep_its_name(office: Office, supervisor):
    institution = desk.make_institution(office, name="RSUD Uji")
    with office.work(supervisor.actor) as work:
        row = directory.change(work, institution, "RSUD UJI", Profile(type="IN_RS"), expected=None)
    assert row.name == "RSUD UJI"


def test_who_saves_second_is_told(office: Office, supervisor):
    institution = desk.make_institution(office)
    with office.work(supervisor.actor) as work:
        seen = etag(directory.get(work, institution).profile_sealed)
        directory.change(work, institution, "Nama Baru", POLICE, expected=seen)
    with pytest.raises(Stale), office.work(supervisor.actor) as work:
        directory.change(work, institution, "Nama Lain", POLICE, expected=seen)


@pytest.mark.parametrize(
    ("name", "profile", "code"),
    [
        (" ", POLICE, "required"),
        ("x" * 151, POLICE, "text.too-long"),
        ("Lembaga", Profile(type="IN_X"), "code.unknown"),
        ("Lembaga", Profile(type="IN_RS", services=("SV_X",)), "code.unknown"),
        ("Lembaga", Profile(type="IN_RS", hours="x" * 201), "text.too-long"),
        ("Lembaga", Profile(type="IN_RS", area="99.99"), "area.unknown"),
        ("Lembaga", Profile(type="IN_SHELTER", area="63.03.05"), "institution.shelter-area"),
        ("Lembaga", Profile(type="IN_SHELTER", area="63.03.05.1001"), "institution.shelter-area"),
    ],
)
def test_an_entry_that_breaks_a_rule_is_refused(office: Office, name, profile, code):
    with pytest.raises(Refused, match=code), office.work() as work:
        directory.add(work, office.unit_id, name, profile)


def test_of_a_shelter_the_kabupaten_may_be_known(office: Office):
    with office.work() as work:
        row = directory.add(work, office.unit_id, "Rumah Uji", Profile(type="IN_SHELTER", area="63.03"))
        assert directory.read(work, row).area == "63.03"


def test_a_retired_institution_leaves_the_choices_and_stays_in_the_list(office: Office, supervisor):
    institution = desk.make_institution(office)
    with office.work(supervisor.actor) as work:
        directory.set_active(work, institution, active=False)
        assert directory.of_unit(work, active_only=True) == []
        assert directory.of_area(work, office.unit_id) == []
        assert [row.id for row in directory.of_unit(work)] == [institution]
        directory.set_active(work, institution, active=True)
        assert len(directory.of_unit(work, active_only=True)) == 1


def test_only_those_who_look_after_it_change_it(office: Office):
    institution = desk.make_institution(office)
    worker = office.somebody("PENDAMPING", password=False)
    acts = (
        lambda work: directory.add(work, office.unit_id, "Lain", POLICE),
        lambda work: directory.change(work, institution, "Lain", POLICE, expected=None),
        lambda work: directory.set_active(work, institution, active=False),
    )
    for act in acts:
        with pytest.raises(NotPermitted), office.work(worker.actor) as work:
            act(work)


def test_another_unit_finds_nothing_and_adds_nothing_here(office: Office):
    institution = desk.make_institution(office)
    foreign = office.somebody("SUPERVISOR", unit_id=office.other_unit_id, password=False)
    acts = (
        lambda work: directory.get(work, institution),
        lambda work: directory.set_active(work, institution, active=False),
        lambda work: directory.add(work, office.unit_id, "Lain", POLICE),
    )
    for act in acts:
        with pytest.raises(NotFound), office.work(foreign.actor) as work:
            act(work)
    with office.runtime.looking(OPERATOR) as work:
        assert work.session.get_one(Institution, institution).is_active
