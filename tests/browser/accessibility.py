"""axe-core over a page: WCAG 2.2 AA and its best practices. The file is vendored for tests (MPL 2.0, see vendor/)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests import examples

_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map(each => `${each.id} (${each.impact}): ${each.help}\\n` +
    each.nodes.slice(0, 3).map(node => `    ${node.target.join(" ")}  ${node.failureSummary.split("\\n")[1] || ""}`).join("\\n"));
}"""


@cache
def _source() -> str:
    return _AXE.read_text(encoding="utf-8")


_ID = re.compile("[0-9a-f]{8}-[0-9a-f-]{27}")
_GLANCE = """() => [
  document.documentElement.lang, window.innerWidth,
  ...[...document.querySelectorAll("h1, [role=alert]")].map(each => each.textContent.replace(/[0-9]+/g, "")),
]"""
_LOOK = """() => [
  document.documentElement.lang, window.innerWidth,
  ...[...document.querySelectorAll("h1, h2, h3, legend, [role=alert]")].map(each => each.textContent.replace(/[0-9]+/g, "")),
  ...new Set([...document.querySelectorAll("main *")].map(each => `${each.tagName}.${each.className}`)),
]"""
_looked_at: set[tuple[str, ...]] = set()


def faults_of_a_new_look(page: Any) -> list[str]:
    """As `faults`, for a page that looks like none before it: other headings, other kinds of elements, width or language. Looking at
    the same page again takes half a second and finds nothing new; the fast set takes a page of one title and one alert for the same."""
    kind = _ID.sub("", urlsplit(page.url).path)
    look = (kind, *map(str, page.evaluate(_LOOK if examples.IS_THOROUGH else _GLANCE)))
    if look in _looked_at:
        return []
    _looked_at.add(look)
    return faults(page)


def faults(page: Any) -> list[str]:
    """What axe-core finds wrong with the page as it stands, one entry a rule. The context must be made with `bypass_csp`."""
    page.evaluate(_source())
    found: list[str] = page.evaluate(_RUN)
    return found
