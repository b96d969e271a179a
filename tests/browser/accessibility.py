"""axe-core over a page: WCAG 2.2 AA and its best practices. The file is vendored for tests (MPL 2.0, see vendor/)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map(each => `${each.id} (${each.impact}): ${each.help}\\n` +
    each.nodes.slice(0, 3).map(node => `    ${node.target.join(" ")}  ${node.failureSummary.split("\\n")[1] || ""}`).join("\\n"));
}"""


@cache
def _source() -> str:
    return _AXE.read_text(encoding="utf-8")


def faults(page: Any) -> list[str]:
    """What axe-core finds wrong with the page as it stands, one entry a rule. The context must be made with `bypass_csp`."""
    page.evaluate(_source())
    found: list[str] = page.evaluate(_RUN)
    return found
