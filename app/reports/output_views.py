"""The recap as files: a signed paper (PDF), tables for a spreadsheet (CSV), the document for programs (JSON).

Each is read under one event that says it left (`recap:exported`); files are made after the snapshot is closed.
"""

from __future__ import annotations

from typing import Final

import msgspec
from flask import Blueprint, Response, make_response

from app.audit.events import Event
from app.domain.access import Capability
from app.papers.printing import press
from app.reports import csv_files, printing, services
from app.reports.asking import wanted_recap
from app.reports.periods import named
from app.web import runtime
from app.web.guard import requires

bp = Blueprint("outputs", __name__, url_prefix="/reports/recap")

PDF: Final = "application/pdf"
ZIP: Final = "application/zip"
JSON: Final = "application/json"


@bp.get("/paper.pdf")
@requires(Capability.RECAP_READ)
def pdf() -> Response:
    """The recap to sign: PDF/A-2b, with user and time on every page."""
    wish = wanted_recap().wish()
    with runtime.reading(services.recap_opening(wish, Event.RECAP_EXPORTED)) as work:
        ready = printing.recap_ready(work, services.recap_sheet(work, wish))
    return download(press(ready).pdf, PDF, f"rekap-{named(wish.period)}.pdf")


@bp.get("/tables.zip")
@requires(Capability.RECAP_READ)
def tables() -> Response:
    """One CSV file a table, as a spreadsheet set to Indonesian opens them."""
    wish = wanted_recap().wish()
    with runtime.reading(services.recap_opening(wish, Event.RECAP_EXPORTED)) as work:
        document = services.recap_document(work, wish)
    files = csv_files.recap_files(document, csv_files.FOR_SPREADSHEETS)
    return download(csv_files.packed(files), ZIP, f"rekap-{named(wish.period)}-csv.zip")


@bp.get("/document.json")
@requires(Capability.RECAP_READ)
def document() -> Response:
    """The document of contracts/recap."""
    wish = wanted_recap().wish()
    with runtime.reading(services.recap_opening(wish, Event.RECAP_EXPORTED)) as work:
        found = services.recap_document(work, wish)
    return download(msgspec.json.encode(found), JSON, f"rekap-{named(wish.period)}.json")


def download(content: bytes, kind: str, name: str) -> Response:
    """A file to keep, under a name that says the period and nothing else."""
    answer = make_response(content)
    answer.mimetype = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
