"""What every answer says to the browser, and which requests are not answered at all.

security 6, rows 42, 43, 46, 47 and 82; design 6 (a link in webmail gets a neutral page with a same-site link).
"""

from __future__ import annotations

import secrets
from types import MappingProxyType
from urllib.parse import quote

from flask import Flask, Response, abort, g, make_response, render_template, request

_EVERYWHERE = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), "
        "encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), "
        "local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), "
        "screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()"
    ),
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}

STATIC_HEADERS = MappingProxyType(
    _EVERYWHERE | {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"}
)

_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
_OWN = frozenset({"same-origin", "none"})


def init_app(app: Flask) -> None:
    """Refuse foreign requests first, dress every answer last. Call before anything that opens a session."""
    app.before_request(refuse_foreign)
    app.after_request(dress)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """The nonce of this answer's scripts: 128 random bits, made on first use."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def refuse_foreign() -> Response | None:
    """Another site's link arrives on a neutral page; anything else another site starts is refused with 403.

    Browsers without Sec-Fetch-Site fall back on the SameSite=Strict cookie and the CSRF token.
    """
    if request.headers.get("Sec-Fetch-Site", "none") in _OWN:
        return None
    if not _is_link():
        abort(403)
    answer = make_response(render_template("errors/arrived.html", here=own_address()))
    answer.vary.add("Sec-Fetch-Site")
    return answer


def _is_link() -> bool:
    return (
        request.method == "GET"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
    )


def own_address() -> str:
    """The asked path as an address that cannot leave this site: one slash in front, the rest quoted."""
    path = "/" + quote(request.path.lstrip("/\\"), safe="/-._~")
    query = request.query_string.decode("ascii", "ignore")
    return f"{path}?{query}" if query else path


def dress(answer: Response) -> Response:
    """Put the security headers on `answer`. A view may have set a stricter policy (a download's sandbox): it stays."""
    for name, value in _EVERYWHERE.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Content-Security-Policy", _POLICY.format(nonce=csp_nonce()))
    answer.headers["Cache-Control"] = _caching(answer)
    answer.headers.pop("Server", None)
    return answer


def anybody_keeps(answer: Response, seconds: int) -> Response:
    """Let caches keep this answer, which is the same for every stranger. Not where the request bore a cookie: then nothing is kept."""
    g.kept_seconds = seconds
    for name in ("Cookie", "Accept-Language", "Sec-Fetch-Site"):
        answer.vary.add(name)
    return answer


def _caching(answer: Response) -> str:
    seconds = g.get("kept_seconds", 0)
    free = seconds and not request.cookies and "Set-Cookie" not in answer.headers and answer.status_code in {200, 304}
    return f"public, max-age={seconds}" if free else "no-store"
