"""What anybody may see without an account: signed releases as pages, CSV, JSON and a data package. Works without scripting."""

from __future__ import annotations

import json
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from app.domain.access import Actor
from app.releases import document as papers
from app.releases import labels, services
from app.releases.models import PublicRelease
from app.web import headers, runtime
from app.web.guard import public
from app.web.navigation import language

_KEPT: Final = 300  # seconds: how late a cache may show a newer version
_ANYBODY: Final = Actor(None, None, system="public")  # no capability at all
bp = Blueprint("published", __name__, url_prefix="/publik")


@bp.get("")
@public
def index() -> Response:
    """Every signed release, newest first."""
    with runtime.runtime().looking(_ANYBODY) as work:
        rows, is_demo = services.published(work), services.is_demo(work)
    newer = services.superseded_by(rows)
    listed = [(row, labels.span_words(services.span_of(row)), json.loads(row.document)["unit"]["name"]) for row in rows]
    return _page(render_template("releases/public_index.html", rows=listed, newer=newer, is_demo=is_demo))


@bp.get("/<uuid:release_id>")
@public
def show(release_id: UUID) -> Response:
    """One release: its tables."""
    with runtime.runtime().looking(_ANYBODY) as work:
        row = services.published_one(work, release_id)
        newer, is_demo = services.newer_than(work, row), services.is_demo(work)
    title = labels.span_words(services.span_of(row))
    found = json.loads(row.document)
    words = {"row": row, "document": found, "title": title, "lang": language(), "newer": newer, "is_demo": is_demo}
    return _page(render_template("releases/public_show.html", **words))


@bp.get("/<uuid:release_id>/data.json")
@public
def as_json(release_id: UUID) -> Response:
    """The frozen document itself."""
    return _file(_row(release_id).document, "application/json")


@bp.get("/<uuid:release_id>/data.csv")
@public
def as_csv(release_id: UUID) -> Response:
    """All tables as one CSV."""
    return _file(papers.csv_of(_row(release_id).document), "text/csv")


@bp.get("/<uuid:release_id>/datapackage.json")
@public
def package(release_id: UUID) -> Response:
    """The Frictionless data package of the CSV."""
    return _file(
        json.dumps(papers.package_of(_row(release_id).document), ensure_ascii=False, indent=1), "application/json"
    )


def _row(release_id: UUID) -> PublicRelease:
    with runtime.runtime().looking(_ANYBODY) as work:
        return services.published_one(work, release_id)


def _file(content: str | bytes, kind: str) -> Response:
    answer = make_response(content)
    answer.mimetype = kind
    answer.add_etag(weak=True)
    answer.make_conditional(request)  # in place
    return headers.anybody_keeps(answer, _KEPT)


def _page(text: str) -> Response:
    return headers.anybody_keeps(make_response(text), _KEPT)
