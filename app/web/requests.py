"""Requests nobody has to understand: too big, addressed to somebody else, badly encoded, or with a value said twice.

They are refused whole, before any view, form or database sees them (security 6 #38, #40, #65, #66).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.middleware.proxy_fix import ProxyFix

from app.web import guard, uploads

MAX_BYTES: Final = 1 << 20  # form routes take 1 MB (design 6)
MAX_PARTS: Final = 2_000
_HOST: Final = re.compile(r"(?:\[(?P<six>[0-9a-f:.]{2,45})\]|(?P<name>[a-z0-9.-]{1,253}))(?::[0-9]{1,5})?")


class TrustedProxies:
    """Takes forwarded headers from the named proxies only; from anybody else they are removed."""

    def __init__(self, application: object, addresses: Iterable[str]) -> None:
        self._plain = application
        self._behind_proxy = ProxyFix(application, x_for=1, x_proto=1, x_host=0)  # type: ignore[arg-type]
        self._addresses = frozenset(addresses)

    def __call__(self, environ: dict[str, object], start_response: object) -> Iterable[bytes]:
        """Answer a WSGI request, with or without the proxy's word on where it came from."""
        if environ.get("REMOTE_ADDR") in self._addresses:
            return self._behind_proxy(environ, start_response)  # type: ignore[arg-type]
        for name in [name for name in environ if name.startswith(("HTTP_X_FORWARDED_", "HTTP_FORWARDED"))]:
            del environ[name]
        return self._plain(environ, start_response)  # type: ignore[operator,no-any-return]


def init_app(app: Flask, hosts: Iterable[str], proxies: Iterable[str]) -> None:
    """Set the limits and register the checks; the first of all checks."""
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BYTES
    app.config["MAX_FORM_PARTS"] = MAX_PARTS
    app.config["HOST_NAMES"] = frozenset(hosts)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.wsgi_app = TrustedProxies(app.wsgi_app, proxies)  # type: ignore[method-assign]
    app.before_request(refuse_unreadable)


def refuse_unreadable() -> ResponseReturnValue | None:
    """413 for too big; 400 for another host's name, NUL, invalid UTF-8, and a parameter that comes twice or from two sides.

    More than a form may have is read only for a view that takes files, and then only from somebody who may enter it.
    """
    if host_name(request.headers.get("Host", "")) not in current_app.config["HOST_NAMES"]:
        abort(400)
    if request.content_length is not None and request.content_length > MAX_BYTES:
        if not uploads.widen(request) or request.content_length > (request.max_content_length or 0):
            abort(413)
        stopped = guard.decide()
        if stopped is not None:
            return stopped
    _refuse_bad_bytes(request.query_string, quoted=True)
    if "\0" in request.path or "\ufffd" in request.path:
        abort(400)
    if request.mimetype == "application/x-www-form-urlencoded":
        _refuse_bad_bytes(request.get_data(cache=True), quoted=True)
    _refuse_bad_values(request.form)
    _refuse_repeats()
    return None


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets, in lower case; nothing where it is malformed."""
    found = _HOST.fullmatch(host.lower())
    return (found["six"] or found["name"]) if found else ""


def _refuse_bad_bytes(raw: bytes, *, quoted: bool) -> None:
    data = unquote_to_bytes(raw) if quoted else raw
    if b"\0" in data:
        abort(400)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        abort(400)


def _refuse_bad_values(form: MultiDict[str, str]) -> None:
    """Multipart text arrives decoded, with U+FFFD where it could not be."""
    if any("\0" in text or "\ufffd" in text for pair in form.items(multi=True) for text in pair):
        abort(400)


def _refuse_repeats() -> None:
    """Repeated form fields are judged by the form, which knows its lists (`forms.BaseForm`)."""
    view = current_app.view_functions.get(request.endpoint or "")
    may_repeat: frozenset[str] = getattr(view, "repeats", frozenset())
    repeated = {name for name, values in request.args.lists() if len(values) > 1}
    if repeated - may_repeat or request.args.keys() & request.form.keys():
        abort(400)
