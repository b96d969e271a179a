"""The server process and its jobs child (design 1): one web process with threads, and a scheduler that ends with it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

from waitress.server import create_server

from app import logs
from config import Settings

SCRIPT: Final = Path(__file__).resolve().parents[2] / "scripts" / "naungan.py"
AGAIN_AFTER: Final = 5.0  # seconds before a scheduler that died is started again
ENDS_WITHIN: Final = 10.0  # seconds for a job at work to finish
_LARGEST_BODY: Final = 2 << 20  # the pages refuse above 1 MB, in words; this is the wall behind them
_IN_MEMORY: Final = 64 << 20  # nothing is spooled to a temporary file: it would lie there in the clear (security 2.2)


def bind(app: Any, settings: Settings) -> Any:
    """A waitress server that holds its port. OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return create_server(
        app,
        sockets=[socket.create_server((settings.host, settings.port), family=family)],
        threads=settings.threads,
        ident="",
        clear_untrusted_proxy_headers=False,  # `web.requests` knows whom to trust
        max_request_body_size=_LARGEST_BODY,
        inbuf_overflow=_LARGEST_BODY * 2,
        outbuf_overflow=_IN_MEMORY,
    )


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
