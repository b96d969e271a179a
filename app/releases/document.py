"""The frozen document of a release and the files made from it: what the public gets, and nothing else (security 8)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from app.domain.disclosure.plan import Release, Span, public_tables
from app.reports.counting.settings import Period
from app.reports.csv_files import FOR_PROGRAMS, written
from app.security.primitives import digest

SCHEMA: Final = "naungan/public-release/1"
Labels = Mapping[str, Mapping[str, Mapping[str, str]]]


def period_of(span: Span) -> Period:
    """The days of a span."""
    return Period(Period.quarter(span.year, span.first).first, Period.quarter(span.year, span.last).last)


def document_of(release: Release, number: int, unit: Mapping[str, str], labels: Labels, made_on: date) -> str:
    """The release as JSON text; a hidden cell is null. `labels`: by table and code, in both languages."""
    period = period_of(release.span)
    tables = [
        {
            "name": table.name,
            "title": {"id": table.id, "en": table.en},
            "multi": table.is_multi,
            "total": release.lines[table.name].total,
            "rows": [
                {"code": code, "label": dict(labels[table.name][code]), "count": count}
                for code, count in release.lines[table.name].shown().items()
            ],
        }
        for table in public_tables()
        if table.name in release.lines
    ]
    found = {
        "schema": SCHEMA,
        "number": number,
        "edition": release.version,
        "unit": dict(unit),
        "period": {"name": str(release.span), "from": period.first.isoformat(), "to": period.last.isoformat()},
        "made_on": made_on.isoformat(),
        "threshold": release.threshold,
        "victims": release.figures.total,
        "tables": tables,
    }
    return json.dumps(found, ensure_ascii=False, indent=1)


def hash_of(document: str) -> str:
    """SHA-256 of the document, in hex: printed on the page, so that a copy can be compared."""
    return digest(document.encode()).hex()


def csv_of(document: str) -> bytes:
    """The tables as one CSV for programs: table, code, label, count; an empty count is hidden, `is_hidden` says so."""
    found: dict[str, Any] = json.loads(document)
    lines: list[list[object]] = [["table", "code", "label_id", "label_en", "count", "is_hidden"]]
    for table in found["tables"]:
        for row in table["rows"]:
            hidden, label = row["count"] is None, row["label"]
            lines.append(
                [table["name"], row["code"], label["id"], label["en"], row["count"], "true" if hidden else "false"]
            )
        lines.append([table["name"], "TOTAL", "Jumlah korban", "Victims in all", table["total"], "false"])
    return written(lines, FOR_PROGRAMS)


def package_of(document: str) -> dict[str, Any]:
    """The Frictionless data package (tabular) that describes the CSV; paths are beside it."""
    found: dict[str, Any] = json.loads(document)
    content = csv_of(document)
    kinds = {"table": "string", "code": "string", "label_id": "string", "label_en": "string"}
    fields = [{"name": name, "type": kind} for name, kind in kinds.items()]
    return {
        "profile": "tabular-data-package",
        "name": f"naungan-{found['unit']['area'].replace('.', '-')}-{found['number']}",
        "title": f"{found['unit']['name']}: {found['period']['name']}",
        "version": f"{found['edition']}.0.0",
        "created": f"{found['made_on']}T00:00:00Z",
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": "counts",
                "path": "data.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": f"sha256:{digest(content).hex()}",
                "schema": {
                    "fields": [*fields, {"name": "count", "type": "integer"}, {"name": "is_hidden", "type": "boolean"}],
                    "missingValues": [""],
                    "primaryKey": ["table", "code"],
                },
            }
        ],
    }
