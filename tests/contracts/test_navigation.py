"""Every place in the menu is a page, and every page with a list of its own has a place."""

from __future__ import annotations

from collections.abc import Iterator

from app.web.navigation import ITEMS, Item, Shell, Viewer, places
from tests.factories import Office


def _all(items: tuple[Item, ...]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _all(item.children)


def test_every_item_of_the_menu_leads_to_a_page(office: Office) -> None:
    known = office.app.view_functions
    doors = {item.endpoint for item in _all(ITEMS) if item.endpoint}
    assert doors <= set(known)
    assert all(item.children for item in _all(ITEMS) if not item.endpoint)


def test_every_room_an_item_claims_to_be_near_exists(office: Office) -> None:
    claimed = {near for item in _all(ITEMS) for near in item.near}
    assert [near for near in claimed if not any(name.startswith(near) for name in office.app.view_functions)] == []


def test_whoever_may_do_everything_sees_every_place_and_a_stranger_none(office: Office) -> None:
    with office.app.test_request_context():
        seen = places(lambda _capability: True, "home.show")
        assert [str(place.label) for place in seen] == [str(item.label) for item in ITEMS]
        assert places(lambda _capability: False, "home.show") == ()


def test_on_a_phone_every_place_is_in_the_bar_or_behind_more(office: Office) -> None:
    with office.app.test_request_context():
        seen = places(lambda _capability: True, "home.show")
        few = tuple(place for place in seen if str(place.label) in {str(ITEMS[0].label), str(ITEMS[-1].label)})
    for held in (seen, few):
        shown = Shell(
            Viewer("A", "", "", lambda _capability: True), held, "", "", "", "", "", "", "id", "/", office.clock()
        )
        assert {*shown.bar, *shown.beyond_bar} == {*held}
        assert not any(place.children for place in shown.bar)
