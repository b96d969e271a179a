"""Static files: a name that carries the content's hash, compressed neighbours, the same headers as every other answer.

WhiteNoise answers before Flask does, so that a style sheet costs no session, no database and no Python view. Each file
is served under two addresses: `/static/app.<hash>.css`, kept by browsers for a year, and its plain name (style sheets
name fonts so), kept for an hour.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from app.web.headers import STATIC_HEADERS

PREFIX = "/static/"
YEAR = 31_536_000
HOUR = 3_600
ROOT = Path(__file__).resolve().parents[1] / "static"


def hashed_names(root: Path) -> Mapping[str, str]:
    """Each file below `root` (posix name) with the name it is served under: `app.css` to `app.1f3a90c2d4.css`."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix not in {".br", ".txt"})
    return {str(PurePosixPath(path.relative_to(root))): _hashed(path, root) for path in files}


def _hashed(path: Path, root: Path) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:10]
    return str(PurePosixPath(path.relative_to(root).with_suffix(f".{digest}{path.suffix}")))


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    for name, value in STATIC_HEADERS.items():
        headers[name] = value


def init_app(app: Flask, root: Path = ROOT) -> None:
    """Serve `root` in front of the app and give templates `asset(name)`. A name that is not there fails the page."""
    names = hashed_names(root)
    static = WhiteNoise(app.wsgi_app, max_age=HOUR, allow_all_origins=False, add_headers_function=_add_headers)
    for name in names:
        static.add_file_to_dictionary(PREFIX + name, str(root / name))
    static.immutable_file_test = lambda _path, _url: True
    for name, hashed in names.items():
        static.add_file_to_dictionary(PREFIX + hashed, str(root / name))

    def asset(name: str) -> str:
        return PREFIX + names[name]

    app.jinja_env.globals["asset"] = asset
    app.wsgi_app = static  # type: ignore[method-assign]  # the way Flask documents for WSGI middleware
