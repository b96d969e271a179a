"""What a referral tells: exactly the choice, frozen, under a key of its own (design 2, case-management 12)."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, select, update

from app.cases.models import Case, Client
from app.cases.transfer_copy import Copied
from app.domain import disclosures
from app.domain.clocks import State
from app.domain.codes import code_list
from app.domain.errors import Conflict, NotFound, Refused, Unreadable
from app.referrals import basis, carrying, news, packages, pairs, services
from app.referrals.basis import Given
from app.referrals.models import Referral, ReferralPackage
from app.referrals.services import Answer
from app.retention import erasing
from app.security.models import WrappedKey
from app.security.sections import Section
from app.security.structs.people import ClientIdentity, ClientProfile, SafeContact
from app.security.structs.retention import ErasureWords
from tests import case_factories, retention_office
from tests import referral_office as desk
from tests.factories import Office
from tests.sharing import office

__all__ = ["office"]

CODES = tuple(code.code for code in code_list("disclosure"))


def filled(office: Office, case_id) -> None:
    """Every client with every text and list of profile and identity filled, so that nothing can go along unseen."""
    with office.work() as work:
        for row in work.session.scalars(select(Client).where(Client.case_id == case_id)):
            profile, identity = (
                work.vault.open(row.place(section), blob, kind)
                for section, blob, kind in (
                    (Section.CLIENT_PROFILE, row.profile_sealed, ClientProfile),
                    (Section.CLIENT_IDENTITY, row.identity_sealed, ClientIdentity),
                )
            )
            contact = SafeContact(call="YA", message="TIDAK", hours="pagi", cover_phrase="dari toko", through="bibi")
            identity = msgspec.structs.replace(_full(identity), contact=contact, birth_date=date(2015, 4, 12))
            row.profile_sealed = work.vault.seal(row.place(Section.CLIENT_PROFILE), _full(profile, "disability"))
            row.identity_sealed = work.vault.seal(row.place(Section.CLIENT_IDENTITY), identity)
        work.recorded("page:opened")


def _full(document: Any, *lists: str) -> Any:
    kept = {"sex", "age_basis", "violence"}
    plain = {
        field.name: "isi"
        for field in msgspec.structs.fields(document)
        if field.default == "" and field.name not in kept and isinstance(document, ClientIdentity)
    }
    return msgspec.structs.replace(document, **plain, **dict.fromkeys(lists, ("DS_SENSORIK",)))


def send(office: Office, case_id, client_id, *codes: str, kind: str = "IN_UPPA"):
    institution = desk.make_institution(office, kind)
    with office.work() as work:
        draft = desk.draft(institution, client_id, basis="CB_BAHAYA", disclosed=codes)
        return services.refer(work, case_id, draft, Answer(work.now)).id


def told(office: Office, referral_id):
    with office.work() as work:
        row = packages.of_referral(work, referral_id)
        assert row is not None
        found = packages.read(work, row)
        work.recorded("page:opened")
        return found


def differing(document: Any, empty: Any) -> set[str]:
    return {f.name for f in msgspec.structs.fields(document) if getattr(document, f.name) != getattr(empty, f.name)}


def test_each_disclosure_tells_its_own_fields_and_no_other(office: Office) -> None:
    case = desk.make_case(office)
    filled(office, case)
    client = desk.clients_of(office, case)[0]
    for code in CODES:
        package = told(office, send(office, case, client, code))
        taken = disclosures.fields([code])
        assert bool(package.chronology) is (code == disclosures.CHRONOLOGY)
        assert [each.client_id for each in package.clients] == ([] if code == disclosures.CHRONOLOGY else [client])
        for each in package.clients:
            told_of = differing(each.identity, ClientIdentity()) - {"contact"}
            assert told_of == taken.identity
            assert differing(each.identity.contact, SafeContact()) == taken.contact
            assert differing(each.profile, ClientProfile(capacity="")) <= taken.profile
            assert bool(each.reported) is (code == disclosures.REPORTED)
            assert bool(each.services) is (code == disclosures.SERVICES)


def test_without_a_choice_nothing_of_anybody_is_told(office: Office) -> None:
    package = told(office, send(office, desk.make_case(office), None))
    assert (package.clients, package.chronology, package.reason, package.basis) == (
        (),
        "",
        "perlu pemeriksaan",
        "CB_BAHAYA",
    )


def test_what_was_told_stays_whatever_changes_in_the_file(office: Office) -> None:
    case = desk.make_case(office)
    client = desk.clients_of(office, case)[0]
    referral = send(office, case, client, "DC_IDENTITAS")
    before = told(office, referral)
    filled(office, case)
    with office.work() as work:
        services.take_step(work, referral, "accept", Answer(work.now))
    assert told(office, referral) == before
    assert before.clients[0].identity.name == "Anak Uji 0"


def test_the_letter_freezes_what_it_printed_and_the_sending_keeps_that(office: Office) -> None:
    case = desk.make_case(office)
    client = desk.clients_of(office, case)[0]
    with office.work() as work:
        draft = desk.draft(desk.make_institution_in(work), client, basis="CB_BAHAYA", disclosed=("DC_IDENTITAS",))
        row = services.create(work, case, draft)
        assert packages.of_referral(work, row.id) is None
        printed = packages.told(
            packages.whole_of(work, row), row, services.read(work, row), services.read_text(work, row)
        )
        services.note_letter(work, row.id, "001/RUJ", printed)
    filled(office, case)
    with office.work() as work:
        services.take_step(work, row.id, "send", Answer(work.now))
    assert told(office, row.id) == printed


def test_the_reported_person_is_told_to_police_and_courts_alone(office: Office) -> None:
    case = desk.make_case(office)
    allowed = {code.code for code in code_list("institution_type") if disclosures.allowed("DC_TERLAPOR", code.code)}
    assert allowed == {"IN_UPPA", "IN_KEJARI", "IN_PN", "IN_PA"}
    with pytest.raises(Refused, match="disclosure-not-for"):
        send(office, case, None, "DC_TERLAPOR", kind="IN_RS")
    assert told(office, send(office, case, None, "DC_TERLAPOR")).clients[0].reported[0].name == "Terlapor Uji 0"


def test_nothing_proposed_is_forbidden_and_every_type_has_a_proposal() -> None:
    for kind in code_list("institution_type"):
        assert disclosures.proposed(kind.code)
        assert all(disclosures.allowed(code, kind.code) and code in CODES for code in disclosures.proposed(kind.code))
        assert not {"DC_NIK", "DC_KRONOLOGI", "DC_TERLAPOR"} & set(disclosures.proposed(kind.code))


def test_a_choice_that_does_not_open_stops_the_sending(office: Office) -> None:
    case = desk.make_case(office)
    client = desk.clients_of(office, case)[0]
    with office.work() as work:
        work.session.execute(update(Client).where(Client.id == client).values(identity_sealed=b"rusak"))
        work.recorded("page:opened")
    with pytest.raises(Refused, match="package-unreadable"):
        send(office, case, client, "DC_IDENTITAS")
    assert told(office, send(office, case, client)).clients == ()  # nobody asked for the damaged part


def test_a_package_opens_at_its_place_under_its_own_key_alone(office: Office) -> None:
    case = desk.make_case(office)
    first, other = (send(office, case, None, "DC_IDENTITAS") for _ in range(2))
    with office.work() as work:
        mine, theirs = packages.of_referral(work, first), packages.of_referral(work, other)
        assert mine is not None
        assert theirs is not None
        blob = mine.package_sealed
        damaged = [theirs.package_sealed, blob[:-1] + bytes([blob[-1] ^ 1]), b""]
        for each in damaged:
            mine.package_sealed = each
            with pytest.raises(Unreadable):
                packages.read(work, mine)
        mine.package_sealed = blob
        work.session.execute(delete(WrappedKey).where(WrappedKey.object_id == theirs.id))
        work.vault.crypt.cache.clear()
        assert packages.read(work, mine).disclosed == ("DC_IDENTITAS",)
        work.recorded("page:opened")
    with pytest.raises(Unreadable):
        told(office, other)
    with office.work() as work:  # the rest of the referral stands
        assert services.read(work, work.session.get_one(Referral, other)).disclosed == ("DC_IDENTITAS",)
        work.recorded("page:opened")


def test_erasing_a_file_shreds_the_keys_of_its_packages(office: Office) -> None:
    case, other = desk.make_case(office), desk.make_case(office)
    referral, stays = (send(office, each, None, "DC_IDENTITAS") for each in (case, other))
    gone, kept = ids_of(office, referral), ids_of(office, stays)
    with office.work() as work:
        work.recorded("test:erased")
        words = ErasureWords(basis=retention_office.BASIS, reason="masa simpan lewat")
        erasing.carry_out(work, work.session.get_one(Case, case), desk.today(office), None, words)
    with office.work() as work:
        keys = set(work.session.scalars(select(WrappedKey.object_id).where(WrappedKey.purpose == "package")))
        assert gone not in keys
        assert kept in keys
        assert work.session.get(ReferralPackage, gone) is None
        work.recorded("page:opened")


def test_a_transfer_carries_what_was_told_under_a_key_of_its_own(office: Office) -> None:
    case, target = desk.make_case(office), desk.make_case(office)
    client, theirs = (case_factories.row_ids(office, Client, each)[0] for each in (case, target))
    referral = send(office, case, client, "DC_IDENTITAS")
    before = told(office, referral)
    with office.work() as work:
        copied = Copied(work.session.get_one(Case, target), {client: theirs})
        carrying.carry(work, case, copied)
        work.recorded("test:carried")
    after = told(office, copied.ids[referral])
    (there,) = before.clients
    assert after == msgspec.structs.replace(before, clients=(msgspec.structs.replace(there, client_id=theirs),))
    gone = ids_of(office, referral)
    with office.work() as work:
        work.session.execute(delete(WrappedKey).where(WrappedKey.object_id == gone))
        work.vault.crypt.cache.clear()
        work.recorded("test:shredded")
    assert told(office, copied.ids[referral]) == after  # the first unit's key is not needed for it


def ids_of(office: Office, referral_id):
    with office.work() as work:
        row = packages.of_referral(work, referral_id)
        assert row is not None
        work.recorded("page:opened")
        return row.id


# --- to several at once, and anew -------------------------------------------------------------------------------------


def test_several_institutions_are_told_in_one_act_each_its_own(office: Office) -> None:
    case = desk.make_case(office)
    client = desk.clients_of(office, case)[0]
    police, hospital = desk.make_institution(office), desk.make_institution(office, "IN_RS")
    given = Given(on=desk.today(office), basis="CB_WALI", conflict="TIDAK")
    with office.work() as work:
        drafts = [
            desk.draft(police, client, disclosed=("DC_IDENTITAS", "DC_TERLAPOR")),
            desk.draft(hospital, client, disclosed=("DC_KEBUTUHAN",)),
        ]
        rows = services.refer_together(work, case, drafts, Answer(work.now), given=given)
        ids = [row.id for row in rows]
        assert len({services.read(work, row).consent_id for row in rows}) == 1
        assert len(basis.standing(work, case)) == 1
    assert [told(office, each).disclosed for each in ids] == [("DC_IDENTITAS", "DC_TERLAPOR"), ("DC_KEBUTUHAN",)]


def test_of_several_all_go_or_none(office: Office) -> None:
    case = desk.make_case(office)
    police, hospital = desk.make_institution(office), desk.make_institution(office, "IN_RS")
    forbidden = [desk.draft(each, None, basis="CB_BAHAYA", disclosed=("DC_TERLAPOR",)) for each in (police, hospital)]
    twice = [desk.draft(police, None, basis="CB_BAHAYA") for _ in range(2)]
    for drafts, problem in ((forbidden, "disclosure-not-for"), (twice, "institution-twice")):
        with pytest.raises(Refused, match=problem), office.work() as work:
            services.refer_together(work, case, drafts, Answer(work.now))
    with office.work() as work:
        assert pairs.pairs_of(work, [case])[case] == []
        work.recorded("page:opened")


def test_a_client_is_referred_anew_after_a_refusal_and_not_while_the_first_is_served(office: Office) -> None:
    case, other = desk.make_case(office), desk.make_case(office)
    first = desk.make_referral(office, case, None, desk.make_institution(office, "IN_RS"))
    with office.work() as work:
        services.take_step(work, first, "decline", Answer(work.now, text="penuh"))
        again = desk.draft(desk.make_institution_in(work), None, basis="CB_BAHAYA", follows=first)
        second = services.refer(work, case, again, Answer(work.now))
        assert services.read(work, second).follows == first
        services.take_step(work, second.id, "accept", Answer(work.now))
        follows = second.id
    for case_id, wanted, error in ((case, follows, Conflict), (other, first, NotFound)):
        draft = desk.draft(desk.make_institution(office), None, basis="CB_BAHAYA", follows=wanted)
        with pytest.raises(error), office.work() as work:
            services.create(work, case_id, draft)


def test_taking_it_to_somebody_above_is_recorded_and_meets_its_clock(office: Office) -> None:
    case = desk.make_case(office)
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    assert desk.clock_states(office, case)["DEF-REF-ESC"] == {State.RUNNING}
    with office.work() as work:
        news.escalate(work, referral, "ES_SUPERVISOR", Answer(work.now, "WY_TELEPON", "supervisor menelepon"))
    assert desk.clock_states(office, case)["DEF-REF-ESC"] == {State.MET}
    with office.work() as work:
        row = work.session.get_one(Referral, referral)
        made = services.read(work, row).escalations
        assert [(each.to, each.how) for each in made] == [("ES_SUPERVISOR", "WY_TELEPON")]
        assert services.read_text(work, row).reply == "supervisor menelepon"
        work.recorded("page:opened")
    with pytest.raises(Refused, match="code.unknown"), office.work() as work:
        news.escalate(work, referral, "ES_TETANGGA", Answer(work.now))
    with office.work() as work:
        services.take_step(work, referral, "decline", Answer(work.now, text="penuh"))
    with pytest.raises(Conflict), office.work() as work:
        news.escalate(work, referral, "ES_KEPALA", Answer(work.now))
