"""Blank forms for visits and for days without a computer: nobody's data, so nothing is recorded."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.domain.access import Capability
from app.papers import printing
from app.papers.kinds import BLANK, BLANKS
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page

bp: Final = Blueprint("blanks", __name__, url_prefix="/papers")


@bp.get("")
@requires(Capability.REFERENCE_READ)
def index() -> Response:
    """The forms there are."""
    return render_page("papers/blanks.html", kinds=tuple((slug, slug.upper()) for slug in BLANKS))


@bp.get(f"/<any({BLANK}):paper>")
@requires(Capability.REFERENCE_READ)
def form(paper: str) -> ResponseReturnValue:
    """One form as PDF, under the letterhead of the reader's unit."""
    with runtime.looking() as work:
        ready = printing.blank_ready(work, BLANKS[paper])
    return printing.as_answer(printing.press(ready).pdf)
