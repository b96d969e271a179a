"""Every route with its methods and what it takes to enter (`naungan routes --permissions`)."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter


class TokenConverter(BaseConverter):
    """A token of 256 random bits in an address (`app.security.tokens`); anything else is no address of ours."""

    regex = "[A-Za-z0-9_-]{43}"


def init_app(app: Flask) -> None:
    """Make `<token:…>` known. Call before the first route."""
    app.url_map.converters["token"] = TokenConverter


def route_table(app: Flask) -> list[dict[str, str | list[str]]]:
    """One line a route: rule, methods, endpoint, capability, strength; sorted by rule."""
    rows: list[dict[str, str | list[str]]] = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        rows.append(
            {
                "rule": rule.rule,
                "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
                "endpoint": rule.endpoint,
                "capability": str(getattr(view, "capability", "")),
                "strength": str(getattr(view, "strength", "")),
            }
        )
    return sorted(rows, key=lambda row: (str(row["rule"]), str(row["methods"])))
