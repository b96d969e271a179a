"""The server process and its jobs child (design 1): one web process with threads, and a scheduler that ends with it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Final

from waitress.buffers import FileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server

from app import logs
from app.security.spool import Spool
from app.web import uploads
from app.web.runtime import runtime
from config import Settings

SCRIPT: Final = Path(__file__).resolve().parents[2] / "scripts" / "naungan.py"
AGAIN_AFTER: Final = 5.0  # seconds before a scheduler that died is started again
ENDS_WITHIN: Final = 10.0  # seconds for a job at work to finish
_LARGEST_BODY: Final = 2 << 20  # the pages refuse above 1 MB, in words; this is the wall behind them
_IN_MEMORY: Final = 64 << 20  # nothing is spooled to a temporary file: it would lie there in the clear (security 2.2)
_WAITING: Final = 4 << 20  # bytes of an answer that wait for a slow line before its thread waits too


def bind(app: Any, settings: Settings) -> Any:
    """A waitress server that holds its port. OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    server = create_server(
        app,
        sockets=[socket.create_server((settings.host, settings.port), family=family)],
        threads=settings.threads,
        ident="",
        clear_untrusted_proxy_headers=False,  # `web.requests` knows whom to trust
        max_request_body_size=_LARGEST_BODY,
        inbuf_overflow=_LARGEST_BODY * 2,
        outbuf_overflow=_IN_MEMORY,
        outbuf_high_watermark=_WAITING,
    )
    server.channel_class = partial(_Channel, app)
    return server


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection whose uploads go to a sealed spool as they arrive; what a broken line left is closed at once."""

    request: Any = None

    def __init__(self, app: Any, *given: Any, **named: Any) -> None:
        self.parser_class = partial(_Parser, app)
        super().__init__(*given, **named)

    def handle_close(self) -> None:
        """Let go of a request that never came to its end."""
        request, self.request = self.request, None
        super().handle_close()
        if request is not None:
            request.close()


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads a request. Where it may bring files, it may be large, and its body is not kept in memory."""

    adj: Any

    def __init__(self, app: Any, adj: Any) -> None:
        super().__init__(adj)
        self._app = app

    def parse_header(self, header_plus: bytes) -> None:
        """Choose where the body goes. The pages refuse in words what is too much; twice that is the wall behind them."""
        super().parse_header(header_plus)
        if self.body_rcv is None:
            return
        path = self.path.encode("latin-1", "replace").decode("utf-8", "replace")
        most = uploads.may_bring(self._app, self.command, path)
        files = runtime(self._app).files
        if most and files.free() > self.content_length:
            self.adj = copy(self.adj)
            self.adj.max_request_body_size = most * 2
            self.body_rcv.buf = FileBasedBuffer(Spool(files.scratch))


def serve(server: Any) -> None:
    """Serve until SIGTERM or SIGINT; requests at work are let finish."""
    signal.signal(signal.SIGTERM, _leave)
    try:
        server.run()  # ends by itself on SystemExit and KeyboardInterrupt
    finally:
        server.close()


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


@contextmanager
def jobs_child() -> Iterator[None]:
    """The scheduler beside the server. It is started again when it dies, and ends with the pipe this process holds open."""
    child = _Child()
    watcher = threading.Thread(target=child.keep, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        child.end()
        watcher.join(ENDS_WITHIN)


class _Child:
    def __init__(self) -> None:
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        while not self._ending.is_set():
            with self._lock:
                if self._ending.is_set():
                    return
                self._process = subprocess.Popen(  # noqa: S603 - our own script
                    [sys.executable, str(SCRIPT), "jobs", "--with-parent"], stdin=subprocess.PIPE
                )
            code = self._process.wait()
            if not self._ending.is_set():
                logs.get_logger().error("jobs.died", code=str(code))
                self._ending.wait(AGAIN_AFTER)

    def end(self) -> None:
        with self._lock:
            self._ending.set()
            process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
