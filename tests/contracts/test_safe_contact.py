"""The rules for safe contact stand before every number, and a number that may not be called lies folded (security 7.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from app.cases import services
from app.cases.models import Client
from app.papers.content import letters, people
from app.papers.sheet import Sheet
from app.security.sections import Section
from app.security.structs.intake import IntakeClient
from app.security.structs.papers import Field
from app.security.structs.people import ClientIdentity, ClientProfile, SafeContact
from tests import case_factories as made
from tests.factories import Office, Someone, send

TOP = Path(__file__).resolve().parents[2] / "app" / "templates"
COMPONENT = TOP / "components" / "safe_contact.html"
TEMPLATES = sorted(TOP.rglob("*.html"))
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
NUMBER = re.compile(r"(?<!\bform)\.\w*phone\b")  # `form.phone` is a box, not a number
THROUGH = ("client_numbers(", "reporter_number(", "reported_number(")
BOXES = ("phone(", "m.part(")  # a box of a form, and the folds boxes lie in
NOBODYS = (
    "institutions/",
    "accounts/",
    "answers/index.html",
)  # numbers of offices, of who answers for one, and of staff to themselves and the administrator
CALLABLE = SafeContact(call="YA", message="TIDAK", hours="08.00-11.00")
FORBIDDEN = SafeContact(call="TIDAK", message="TIDAK", cover_phrase="dari perpustakaan")
UNASKED = SafeContact()
SHOWN = "0812-0000-0001"


def bare_numbers(text: str) -> Iterator[str]:
    """Tags that name a number without the component."""
    for tag in TAG.findall(text):
        if (NUMBER.search(tag) or re.search(r"\|\s*(phone|tel)\b", tag)) and not any(
            way in tag for way in (*THROUGH, *BOXES)
        ):
            yield tag


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(TOP)))
def test_every_template_prints_numbers_through_the_one_component(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path != COMPONENT and not str(path.relative_to(TOP)).startswith(NOBODYS):
        assert list(bare_numbers(text)) == []
        assert "tel:" not in text
    assert "wa.me" not in text


def test_the_scan_sees_a_number_that_goes_past_the_component() -> None:
    assert list(bare_numbers('{{ facts([(_("Phone"), identity.phone)]) }}')) != []
    assert list(bare_numbers("{{ number | phone }}")) != []
    assert list(bare_numbers('{{ client_numbers(c, [(_("Phone"), identity.phone)]) }}')) == []


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker)


def with_rules(office: Office, case_id: UUID, contact: SafeContact) -> None:
    """Give the client these rules and a number."""
    client_id = made.row_ids(office, Client, case_id)[0]
    identity = ClientIdentity(name="Bunga Rekaan", phone="081200000001", contact=contact)
    with office.work() as work:
        row = work.session.get_one(Client, client_id)
        profile = work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, ClientProfile)
        entry = IntakeClient(id=client_id, profile=profile, identity=identity)
        services.save_client(work, case_id, entry, expected=None)


def revealed(office: Office, who: Someone, case_id: UUID) -> str:
    answer = send(office.browser(who), f"/cases/{case_id}", f"/cases/{case_id}/reveal")
    return str(answer.get_data(as_text=True))


def is_folded(page: str, number: str) -> bool:
    """Whether the number stands inside a closed `<details>`."""
    before = page[: page.index(number)]
    return before.rfind("<details") > before.rfind("</details>") and "<details open" not in before


@pytest.mark.parametrize("contact", [FORBIDDEN, UNASKED], ids=["not safe", "nobody asked"])
def test_a_number_that_is_not_known_to_be_safe_lies_folded_behind_the_rules(office, worker, case_id, contact) -> None:
    with_rules(office, case_id, contact)

    page = revealed(office, worker, case_id)

    assert is_folded(page, SHOWN)
    assert page.index("safe-contact") < page.index(SHOWN)
    assert "tel:+6281200000001" not in page


def test_a_number_that_is_safe_to_call_is_a_link_behind_the_rules(office, worker, case_id) -> None:
    with_rules(office, case_id, CALLABLE)

    page = revealed(office, worker, case_id)

    assert not is_folded(page, SHOWN)
    assert page.index("08.00-11.00") < page.index('href="tel:+6281200000001"')


def test_numbers_of_reporter_and_reported_person_lie_folded_too(office, worker, case_id) -> None:
    page = revealed(office, worker, case_id)

    assert is_folded(page, "0812-0000-0002")
    assert is_folded(page, "0812-0000-0003")
    assert "tel:" not in page


@pytest.mark.parametrize("page", ["notes/new", "follow-ups/new"])
def test_the_rules_stand_on_pages_about_a_contact_and_the_number_does_not(office, worker, case_id, page) -> None:
    text = office.browser(worker).get(f"/cases/{case_id}/{page}").get_data(as_text=True)

    assert "dari perpustakaan" in text
    assert SHOWN not in text
    assert "Bunga Rekaan" not in text
    assert "client.identity" in office.events()[-1].sections


@pytest.mark.parametrize("page", ["notes/new", "follow-ups/new"])
def test_outside_the_team_one_is_told_that_there_are_rules_and_not_which(office, case_id, page) -> None:
    supervisor = office.somebody("SUPERVISOR")

    text = office.browser(supervisor).get(f"/cases/{case_id}/{page}").get_data(as_text=True)

    assert "dari perpustakaan" not in text
    assert "kontak aman" in text
    assert "client.identity" not in office.events()[-1].sections


def test_on_paper_the_rules_stand_before_the_numbers_of_client_and_guardian() -> None:
    identity = ClientIdentity(
        name="Bunga Rekaan", phone="081200000001", guardian_phone="081200000004", contact=FORBIDDEN
    )
    told = [each for each in people.client(Sheet(), ClientProfile(), identity) if isinstance(each, Field)]
    labels = [field.label for field in told]

    assert labels.index("Kontak aman") < labels.index("Nomor telepon")
    assert (
        told[labels.index("Kontak aman")].value
        == "telepon tidak aman; pesan tidak aman; bila orang lain menjawab: “dari perpustakaan”"
    )
    assert people.reach(UNASKED) == "telepon belum diketahui; pesan belum diketahui"


def test_a_letter_that_gives_a_number_gives_the_rules_first() -> None:
    identity = ClientIdentity(name="Bunga Rekaan", guardian_phone="081200000004", contact=FORBIDDEN)
    client = SimpleNamespace(identity=identity)
    for code in ("DC_WALI", "DC_TELEPON"):
        labels = [each.label for each in letters._DISCLOSURES[code](client)]
        rules = [label for label in labels if label in {"Kontak aman", "Aman ditelepon"}]
        numbers = [label for label in labels if "elepon" in label and label not in rules]
        assert labels.index(rules[0]) < labels.index(numbers[-1])
