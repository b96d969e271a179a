"""Pages travel compressed: design 8 allows 25 KB for a later page.

A page holds a secret (the CSRF token) beside text a stranger might choose, which is what the BREACH attack needs. It also
needs the stranger's site to start requests with our cookie, and those carry none (SameSite=Strict) and are refused
(headers.refuse_foreign).
"""

from __future__ import annotations

import brotli
from flask import Flask, Response, request

SMALLEST = 1_024
QUALITY = 4  # about 1 ms for a page of 100 KB
KINDS = frozenset({"text/html", "application/json"})


def init_app(app: Flask) -> None:
    """Compress text answers for browsers that take brotli."""
    app.after_request(compress)


def compress(answer: Response) -> Response:
    """`answer` with its body compressed where that is worth it; streams and files stay as they are."""
    if answer.mimetype not in KINDS:
        return answer
    answer.vary.add("Accept-Encoding")
    if answer.direct_passthrough or answer.is_streamed or "Content-Encoding" in answer.headers:
        return answer
    body = answer.get_data()
    if len(body) >= SMALLEST and request.accept_encodings["br"]:
        answer.set_data(brotli.compress(body, quality=QUALITY, mode=brotli.MODE_TEXT))
        answer.headers["Content-Encoding"] = "br"
    return answer
