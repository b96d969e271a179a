"""Closing on screen: one person closes, another signs; what was frozen can be looked at, whatever came after."""

from __future__ import annotations

import re

import pytest

from app.accounts import services
from app.domain.zones import Zone
from app.reports import frozen
from tests.factories import Office, Someone, send
from tests.reporting import make_case, recap_of
from tests.services.test_closing import READ, closed

PAGE = "/reports/closings/period?period=2026-05"


@pytest.fixture
def june(office: Office) -> Office:
    """The month of the cases is over."""
    office.clock.pass_by(days=40)
    return office


def page_of(office: Office, who: Someone, address: str = PAGE) -> str:
    answer = office.browser(who).get(address)
    assert answer.status_code == 200
    page = str(answer.get_data(as_text=True))
    return page[page.index("<main") : page.index("</main>")]


def versions_in(page: str) -> list[str]:
    return re.findall(r'href="(/reports/closings/[0-9a-f-]{36})"', page)


def post(office: Office, who: Someone, act: str, **fields: str) -> int:
    address = f"/reports/closings/period/{act}{'&' if '?' in act else '?'}{PAGE.partition('?')[2]}"
    return int(send(office.browser(who), PAGE, address, **fields).status_code)


def test_closed_by_one_and_signed_by_another(june: Office) -> None:
    make_case(june)
    data, head = june.somebody("DATA"), june.somebody("KEPALA")
    assert PAGE not in page_of(june, head, "/")
    assert post(june, data, "close") == 422  # warnings are there, and no reason
    assert recap_of(june)["status"] == "open"
    assert post(june, data, "close", accepted=READ) == 303
    home = page_of(june, head, "/")
    assert PAGE in home
    assert "Mei 2026" in home.partition(PAGE)[2].partition("</a>")[0]
    assert post(june, data, "sign") == 403
    assert post(june, head, "sign", etag="1") == 303
    assert recap_of(june)["status"] == "closed"
    assert PAGE not in page_of(june, head, "/")
    assert post(june, head, "sign", etag="1") == 422


def test_whoever_closed_is_asked_to_sign_only_where_nobody_else_may(june: Office) -> None:
    make_case(june)
    both = june.somebody("DATA", "KEPALA")
    assert post(june, both, "close", accepted=READ) == 303
    assert PAGE in page_of(june, both, "/")
    assert "/period/sign" in page_of(june, both)
    june.somebody("SUPERVISOR")
    assert PAGE not in page_of(june, both, "/")
    assert "/period/sign" not in page_of(june, both)
    assert post(june, both, "sign", etag="1") == 422


def test_last_month_is_named_to_the_data_officer_until_it_is_closed(june: Office) -> None:
    make_case(june)
    data = june.somebody("DATA")
    assert PAGE in page_of(june, data, "/")
    assert post(june, data, "close", accepted=READ) == 303
    assert PAGE not in page_of(june, data, "/")


def test_nobody_signs_a_version_they_did_not_see(june: Office) -> None:
    make_case(june)
    data, head = june.somebody("DATA"), june.somebody("KEPALA")
    post(june, data, "close", accepted=READ)
    assert post(june, data, "withdraw", etag="1") == 303
    make_case(june)
    post(june, data, "close", accepted=READ)
    assert post(june, head, "sign", etag="1") == 422
    assert recap_of(june)["status"] == "open"
    assert post(june, head, "sign", etag="2") == 303
    assert recap_of(june)["version"] == 2


def test_a_revision_is_closed_with_its_reason_and_both_versions_stay(june: Office) -> None:
    make_case(june)
    data, head = closed(june)
    first = recap_of(june)
    assert "<details" not in page_of(june, data)
    make_case(june)
    assert "<details><summary>" in page_of(june, data)
    assert page_of(june, head, "/reports/closings?year=2026").count("tag--warn") == 1
    assert post(june, data, "close", accepted=READ) == 422
    assert post(june, data, "close", accepted=READ, revision="laporan terlambat") == 303
    assert post(june, head, "sign", etag="2") == 303
    one, two = (page_of(june, head, address) for address in versions_in(page_of(june, head)))
    assert first["hash"] in one
    assert first["hash"] in two
    assert "laporan terlambat" in two
    assert "laporan terlambat" not in one
    assert recap_of(june)["status"] == "revised"


def test_a_month_of_nothing_is_closed_as_nil_only(june: Office) -> None:
    data = june.somebody("DATA")
    assert post(june, data, "close") == 422
    assert post(june, data, "close", nihil="y") == 303
    assert "/reports/closings/period/withdraw" in page_of(june, data)


def test_frozen_tables_that_do_not_open_are_one_sentence_on_a_whole_page(
    june: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_case(june)
    data, head = june.somebody("DATA"), june.somebody("KEPALA")
    post(june, data, "close", accepted=READ)
    with monkeypatch.context() as patch:
        patch.setattr(frozen, "hash_of", lambda raw: bytes(32))
        assert post(june, head, "sign", etag="1") == 422  # nobody signs them
    post(june, head, "sign", etag="1")
    (address,) = versions_in(page_of(june, head))
    monkeypatch.setattr(frozen, "hash_of", lambda raw: bytes(32))
    for page in (PAGE, address, "/reports/closings?year=2026"):
        assert 'class="unopened"' in page_of(june, head, page), page


@pytest.mark.parametrize("name", ["", "2026-13", "2026-q1", "x", "2026-5"])
def test_what_is_no_month_or_year_is_not_there(june: Office, name: str) -> None:
    assert june.browser(june.somebody("DATA")).get(f"/reports/closings/period?period={name}").status_code == 404


def test_a_reader_sees_the_versions_and_no_checklist(june: Office) -> None:
    make_case(june)
    closed(june)
    make_case(june)
    said = page_of(june, june.somebody("PENERIMA"))
    assert len(versions_in(said)) == 1
    assert "<details" not in said
    assert "<form" not in said


def test_an_act_is_for_the_unit_of_its_address_and_no_other(june: Office) -> None:
    with june.work() as work:
        province = services.create_unit(work, area_code="63", name="UPTD PPA Provinsi", zone=Zone.WITA).id
    data, head = (june.somebody(role, unit_id=province) for role in ("DATA", "KEPALA"))
    assert post(june, data, "close?unit=63.03", nihil="y") == 404
    assert post(june, data, "close", nihil="y") == 303
    assert post(june, head, "sign?unit=63.03", etag="1") == 404
    assert post(june, head, "sign", etag="1") == 303
