"""Files on their way in. Frameworks and servers write uploads above some size to a temporary file as they are; here nothing does.

A view that takes files says so (`takes_files`): it alone may be sent more than 1 MB, by somebody signed in who may enter it (or, without
an account, whom `takes_one_file` lets in), and its files arrive in spools that seal what they put on the disk (`app.security.spool`).
Files sent to any other view stay in memory, within the 1 MB of every form.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import IO, Any, Final, TypeVar, cast

import flask
from flask import Flask, current_app
from werkzeug.exceptions import HTTPException

from app.security.spool import Spool
from app.web import runtime
from app.work import Runtime

View = TypeVar("View", bound=Callable[..., Any])
Admits = Callable[[Runtime, Mapping[str, Any]], bool]
"""Whether somebody may bring a file to the address with these values."""

AT_ONCE: Final = 4  # times the limit of one file: what one form may bring without scripting, which sends one by one
FORM_BYTES: Final = 1 << 20
PARTS: Final = 64
FIELD_BYTES: Final = 256 << 10
_LIMIT: Final = "FILE_BYTES"


def takes_files(view: View) -> View:
    """Declare that a view takes uploaded files."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def takes_one_file(most: int, admits: Admits) -> Callable[[View], View]:
    """Declare that a view takes one file of at most `most` bytes from people without an account, if `admits` lets their address in before
    any of it is read."""

    def declare(view: View) -> View:
        view.takes_files, view.file_bytes, view.admits = True, most, admits  # type: ignore[attr-defined]
        return view

    return declare


def init_app(app: Flask, file_bytes: int) -> None:
    """Set the limit of one file and have uploads arrive in spools."""
    app.config[_LIMIT] = file_bytes
    app.request_class = Request


class Request(flask.Request):
    """A request whose uploaded files never touch the disk in the clear."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Where one file of a form is put while it arrives. Werkzeug's own choice is a temporary file above 500 KB."""
        if not _takes_files(current_app, self.endpoint):
            return io.BytesIO()
        spool = Spool(runtime.runtime().files.scratch)
        self.__dict__.setdefault("spools", []).append(spool)
        return cast(IO[bytes], spool)

    def close(self) -> None:
        """Let go of every spool, also of those of a form that was refused half-way."""
        super().close()
        for spool in self.__dict__.get("spools", ()):
            spool.close()


def widen(request: flask.Request) -> bool:
    """Let this request bring more than a form may, where its view takes files. Whether it may."""
    if request.mimetype != "multipart/form-data" or not _may_enter(
        current_app, request.endpoint, request.view_args or {}
    ):
        return False
    request.max_content_length = most_bytes(current_app, request.endpoint)
    request.max_form_parts, request.max_form_memory_size = PARTS, FIELD_BYTES
    return True


def most_bytes(app: Flask, endpoint: str | None) -> int:
    """Bytes that one request with files may have."""
    own = getattr(app.view_functions.get(endpoint or ""), "file_bytes", None)
    return (int(own) if own is not None else int(app.config[_LIMIT]) * AT_ONCE) + FORM_BYTES


def may_bring(app: Flask, method: str, path: str) -> int:
    """Bytes that a request to this address may bring beyond what forms may; 0 where it takes no files. For the server, which asks
    before there is a request."""
    try:
        endpoint, values = app.url_map.bind("localhost").match(path, method=method)
    except HTTPException:
        return 0
    return most_bytes(app, str(endpoint)) if _may_enter(app, str(endpoint), values) else 0


def _may_enter(app: Flask, endpoint: str | None, values: Mapping[str, Any]) -> bool:
    """Whether the view takes files, and from whoever came. Where people have accounts the guard asks that."""
    admits: Admits | None = getattr(app.view_functions.get(endpoint or ""), "admits", None)
    return _takes_files(app, endpoint) and (admits is None or admits(runtime.runtime(app), values))


def _takes_files(app: Flask, endpoint: str | None) -> bool:
    return bool(getattr(app.view_functions.get(endpoint or ""), "takes_files", False))
