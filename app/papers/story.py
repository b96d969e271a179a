"""What the letter desk tells of a case: each letter that went out, with its number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask import url_for

from app.cases.story import Entry, Kind, Listening, Teller
from app.cases.story_tellers import each, joined
from app.domain.access import Capability
from app.papers.labels import paper_label
from app.papers.models import IssuedPaper
from app.security.sections import Section
from app.security.structs import papers as structs
from app.work import Work


@each(Kind.DOCUMENT, IssuedPaper, Section.ISSUED_PAPER, "paper_sealed", structs.IssuedPaper)
def _letters(_work: Work, row: IssuedPaper, head: structs.IssuedPaper, _listening: Listening) -> Iterator[Entry]:
    url = url_for("papers.index", case_id=row.case_id, _anchor="issued")
    title = joined(paper_label(head.paper), head.number)
    yield Entry(Kind.DOCUMENT, row.created_at, title, by=row.created_by, url=url)


TELLERS: Final = (Teller(Capability.CASE_READ, _letters, (Section.ISSUED_PAPER,)),)
