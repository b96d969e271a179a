"""No page offers a way that is closed to whoever reads it: from the home page on, every link of every page opens."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from app.domain.access import roles
from tests.contracts.walking import objects
from tests.factories import Office
from tests.sharing import office_of_the_module as office

__all__ = ["office"]
pytestmark = pytest.mark.sqlite_only(reason="about pages, not about the database")

FEW = ("MANAJER", "SUPERVISOR", "DATA")
ENOUGH = 400
_ID = re.compile("[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/reference/rules/)[A-Z0-9-]+")
_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')
LEAD_OUT = ("/static/", "/quick-exit", "/sign-in", "/unsaved/")
"""Not followed: out of the program, and words kept from a form that the office made for the test, whoever may open that form."""


@pytest.mark.parametrize(
    "role", [role if role in FEW else pytest.param(role, marks=pytest.mark.slow) for role in roles()]
)
def test_every_link_a_person_is_shown_opens(office: Office, role: str) -> None:
    who = office.somebody(role)
    objects(office, who)
    browser, waiting, seen = office.browser(who), deque([("/", "/")]), set()
    while waiting:
        page, address = waiting.popleft()
        if _kind(address) in seen:
            continue
        seen.add(_kind(address))
        assert len(seen) < ENOUGH, "addresses without end"
        answer = browser.get(address)
        assert answer.status_code < 400, f"{page} leads {role} to {address}: {answer.status_code}"
        if answer.mimetype == "text/html":
            links = (urldefrag(urljoin(address, link.replace("&amp;", "&")))[0] for link in _LINK.findall(answer.text))
            waiting.extend((address, link) for link in links if link.startswith("/") and not link.startswith(LEAD_OUT))
    assert len(seen) > 1


def _kind(address: str) -> str:
    """Addresses that differ in whom or what they show, not in the page: one of them is enough."""
    parts = urlsplit(address)
    names = sorted(each.partition("=")[0] for each in parts.query.split("&"))
    return f"{_ID.sub('*', parts.path)}?{','.join(names)}"
