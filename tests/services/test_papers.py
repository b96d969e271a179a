"""The letter desk: gapless numbers, letters that keep what they said, a logo that is only a picture."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec
import pytest
from PIL import Image
from sqlalchemy import select

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import progress
from app.db.base import new_id
from app.domain import letters
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused, Stale
from app.papers import desk, logo, services
from app.papers.models import IssuedPaper, LetterDeskRow
from app.papers.services import Finished, NumberTaken
from app.referrals import services as referrals
from app.referrals.models import Referral
from app.security.structs.case import StepReason
from app.security.structs.papers import Field, Fields, LetterDesk, Numbering, Paper
from app.security.vault import etag
from app.work import Work
from tests import case_factories as made
from tests import paper_office
from tests.factories import Office, Someone
from tests.stage_office import people_of

PAPER = Paper(code="F12", blocks=(Fields((Field("Nama", "Bunga Rekaan"),)),))


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER", name="Wulan Contoh")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker)


def next_number(work: Work, unit_id: UUID, kind: str = "F12") -> str:
    unit = work.session.get_one(Unit, unit_id)
    year = 2026 if work.now.year == 2026 else work.now.year
    held = desk.of_unit(work, unit)
    return desk.written(held, unit, kind, desk.last_number(work, unit_id, kind, year) + 1, work.now.date())


def issue(office: Office, who: Someone, case_id: UUID, paper: Paper = PAPER, **more: Any) -> UUID:
    office.clock.pass_by(seconds=1)
    with office.work(who.actor) as work:
        number = more.pop("number", None) or next_number(work, office.unit_id, paper.code)
        finished = Finished(more.pop("subject_id", None) or new_id(), paper, number, "ab" * 32, **more)
        return services.issue(work, case_id, finished).id


def numbers(office: Office, case_id: UUID) -> list[str]:
    with office.work() as work:
        found = [services.read(work, row).number for row in services.issued_of(work, [case_id]).values()]
        work.recorded(Event.PAGE_OPENED)
    return found


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_letters_of_a_kind_are_numbered_without_a_gap(office, worker, case_id):
    paper_office.equip(office)
    for _ in range(3):
        issue(office, worker, case_id)

    assert numbers(office, case_id) == [f"00{n}/TERM/UPTD-PPA/V/2026" for n in (1, 2, 3)]


def test_each_kind_and_each_year_counts_for_itself(office, worker, case_id):
    issue(office, worker, case_id)
    issue(office, worker, case_id, msgspec.structs.replace(PAPER, code="F3"))
    office.clock.at = datetime(2027, 1, 2, 3, tzinfo=UTC)
    issue(office, worker, case_id)

    assert [number[:3] for number in numbers(office, case_id)] == ["001", "001", "001"]
    assert numbers(office, case_id)[-1].endswith("/I/2027")


def test_units_count_for_themselves(office):
    here, there = office.somebody("MANAJER"), office.somebody("MANAJER", unit_id=office.other_unit_id)
    theirs = made.make_case(office, there, unit_id=office.other_unit_id)
    issue(office, here, made.make_case(office, here))
    with office.work(there.actor) as work:
        assert next_number(work, office.other_unit_id).startswith("001")
        services.issue(work, theirs, Finished(new_id(), PAPER, next_number(work, office.other_unit_id), ""))


def test_a_number_that_somebody_else_took_is_not_given_twice(office, worker, case_id):
    with office.work(worker.actor) as work:
        seen = next_number(work, office.unit_id)
    issue(office, worker, case_id)

    with pytest.raises(NumberTaken):
        issue(office, worker, case_id, number=seen)

    issue(office, worker, case_id)
    assert [number[:3] for number in numbers(office, case_id)] == ["001", "002"]  # the refused try left no gap


def test_a_letter_that_was_not_kept_takes_no_number(office, worker, case_id):
    class PaperJam(Exception):
        pass

    def act() -> None:
        with office.work(worker.actor) as work:
            services.issue(work, case_id, Finished(new_id(), PAPER, next_number(work, office.unit_id), ""))
            raise PaperJam

    with pytest.raises(PaperJam):
        act()

    issue(office, worker, case_id)
    assert [number[:3] for number in numbers(office, case_id)] == ["001"]


def test_the_number_of_a_referral_letter_stands_in_the_referral(office, worker, case_id):
    ids = paper_office.add_records(office, case_id)
    issue(office, worker, case_id, msgspec.structs.replace(PAPER, code="F7"), subject_id=ids["referral"])

    with office.work() as work:
        row = work.session.get_one(Referral, ids["referral"])
        kept = referrals.read_text(work, row).letter_no
        work.recorded(Event.PAGE_OPENED)
    assert kept == numbers(office, case_id)[0] == "001/RUJ/6303/V/2026"


def test_a_number_from_an_agenda_kept_elsewhere_does_not_move_ours(office, worker, case_id):
    issue(office, worker, case_id, number="B/77/DINAS/2026", is_counted=False)
    issue(office, worker, case_id)

    assert [number[:4] for number in numbers(office, case_id)] == ["B/77", "001/"]


# --- what is kept ----------------------------------------------------------------------------------------------------


def test_an_issued_letter_is_sealed_with_what_it_said_and_recorded(office, worker, case_id):
    issued_id = issue(office, worker, case_id)

    with office.work() as work:
        row = services.issued(work, case_id, issued_id)
        head = services.read(work, row)
        assert services.read_text(work, row) == PAPER
        assert (head.paper, head.sha256, head.on.isoformat()) == ("F12", "ab" * 32, "2026-05-20")
        assert (row.created_by, row.created_at) == (worker.id, office.clock())
        assert b"Bunga" not in row.text_sealed
        assert head.number.encode() not in row.paper_sealed
        work.recorded(Event.PAGE_OPENED)
    event = next(each for each in office.events() if each.event == Event.PAPER_ISSUED)
    assert (event.object_id, event.cases, event.actor_id) == (issued_id, str(case_id), worker.id)


def test_only_the_team_issues_letters(office, case_id):
    with pytest.raises(NotPermitted):
        issue(office, office.somebody("SUPERVISOR"), case_id)
    with pytest.raises(NotFound):
        issue(office, office.somebody("MANAJER"), case_id)


def test_no_letter_goes_out_about_a_voided_case(office, worker, case_id):
    with office.work() as work:
        progress.void(work, case_id, StepReason(text="salah catat"))
    with pytest.raises(Conflict):
        issue(office, worker, case_id)


@pytest.mark.parametrize("kind", letters.NUMBERED)
def test_of_a_closed_case_only_letters_of_after_its_end_go_out(office, kind):
    at = people_of(office)
    case_id = at.close(at.bring_to(at.case(), "ST6_MONITORING"))
    with office.work(at.manager.actor) as work:
        if kind in letters.AFTER_THE_END:
            assert services.may_issue(work, case_id, kind).id == case_id
        else:
            with pytest.raises(Conflict):
                services.may_issue(work, case_id, kind)
        work.recorded(Event.PAGE_OPENED)


def test_a_letter_of_another_case_is_not_found_here(office, worker, case_id):
    other = made.make_case(office, worker)
    issued_id = issue(office, worker, case_id)

    with office.work() as work:
        with pytest.raises(NotFound):
            services.issued(work, other, issued_id)
        work.recorded(Event.PAGE_OPENED)


# --- the desk --------------------------------------------------------------------------------------------------------


def test_an_office_without_settings_has_the_usual_letterhead(office):
    with office.work() as work:
        held = desk.of_unit(work, work.session.get_one(Unit, office.unit_id))

    assert held.government == "Pemerintah Kabupaten Banjar"
    assert (held.unit, held.place, held.short_name) == ("UPTD PPA Contoh", "Banjar", "6303")


def test_settings_are_the_administrators_and_change_only_from_what_was_seen(office):
    admin = office.somebody("ADMIN")
    with pytest.raises(NotPermitted), office.work(office.somebody("KEPALA").actor) as work:
        desk.save(work, office.unit_id, paper_office.DESK, expected=None)
    with office.work(admin.actor) as work:
        row = desk.save(work, office.unit_id, paper_office.DESK, expected=None)
        seen = etag(row.desk_sealed)
    with office.work(admin.actor) as work:
        desk.save(work, office.unit_id, LetterDesk(unit="UPTD"), expected=seen)
    with pytest.raises(Stale), office.work(admin.actor) as work:
        desk.save(work, office.unit_id, paper_office.DESK, expected=seen)
    with pytest.raises(NotFound), office.work(admin.actor) as work:
        desk.save(work, office.other_unit_id, paper_office.DESK, expected=None)


def test_a_bad_template_is_refused_at_its_row(office):
    bad = LetterDesk(unit="UPTD", numbering=(Numbering("F3", "{no}/{year}"), Numbering("F7", "{nama}/{year}")))
    with pytest.raises(Refused) as refusal, office.work() as work:
        desk.save(work, office.unit_id, bad, expected=None)
    assert [(p.code, p.field) for p in refusal.value.problems] == [("letter.template", "f7.template")]


def test_saving_the_letterhead_keeps_counters_and_logo(office, worker, case_id):
    issue(office, worker, case_id)
    with office.work() as work:
        desk.save_logo(work, office.unit_id, b"png")
        desk.save(work, office.unit_id, paper_office.DESK, expected=None)
        assert desk.logo_of(work, office.unit_id) == b"png"
        assert desk.last_number(work, office.unit_id, "F12", 2026) == 1
        assert len(work.session.scalars(select(LetterDeskRow)).all()) == 1
        assert work.session.scalars(select(IssuedPaper)).all()


# --- the logo --------------------------------------------------------------------------------------------------------


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300), **save: Any) -> bytes:
    target = BytesIO()
    Image.new("RGB", size, "navy").save(target, kind, **save)
    return target.getvalue()


def test_a_logo_is_written_anew_without_what_came_along():
    exif = Image.Exif()
    exif[0x010E] = "Rumah aman Jalan Rahasia"
    data = picture("JPEG", exif=exif.tobytes(), comment=b"Jalan Rahasia")
    assert b"Rahasia" in data

    kept = logo.cleaned(data)

    assert b"Rahasia" not in kept
    with Image.open(BytesIO(kept)) as shown:
        assert (shown.format, shown.size, shown.info.get("exif")) == ("PNG", (600, 200), None)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "required"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.no-picture"),
        (b"\x89PNG\r\n\x1a\nnot really", "logo.no-picture"),
        (picture()[:-40], "logo.no-picture"),
        (picture("GIF"), "logo.no-picture"),
        (picture("BMP", (50, 50)), "logo.no-picture"),
        (picture(size=(4_001, 2)), "logo.too-many-pixels"),
        (picture(size=(50_000, 50)), "logo.too-many-pixels"),
        (b"x" * 400_001, "logo.too-big"),
    ],
)
def test_what_is_no_small_picture_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        logo.cleaned(data)
    assert refusal.value.problems[0].code == code


def test_a_logo_keeps_its_transparency() -> None:
    target = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 255, 0)).save(target, "PNG")

    with Image.open(BytesIO(logo.cleaned(target.getvalue()))) as kept:
        assert kept.mode == "RGBA"
        assert kept.getpixel((5, 5)) == (0, 0, 255, 0)
