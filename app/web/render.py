"""A page, or the part of it that htmx asked for."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request


def render_page(template: str, fragment: str | None = None, *, status: int = 200, **context: Any) -> Response:
    """The fragment when htmx asks and there is one, else the whole page. Caches keep the two apart (`Vary`).

    A restored history entry of htmx wants the whole page, as does a boosted link.
    """
    wanted = fragment if fragment is not None and _wants_fragment() else template
    answer = make_response(render_template(wanted, **context), status)
    answer.vary.add("HX-Request")
    return answer


def _wants_fragment() -> bool:
    asked = request.headers
    return asked.get("HX-Request") == "true" and "HX-Boosted" not in asked and "HX-History-Restore-Request" not in asked
