"""The real server on a port of this machine, in a thread of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from app.commands import serving
from tests.factories import Office, settings


class Server:
    """waitress, already bound, running until it is stopped."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.port: int = server.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=server.run)
        self._thread.start()

    def stop(self) -> None:
        """Close every connection in the server's own thread, which then ends."""
        self._server.pull_trigger()
        self._server.trigger.pull_trigger(self._close)
        self._thread.join(10)
        self._server.task_dispatcher.shutdown()

    def _close(self) -> None:
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()  # lets go of the files that were on their way out
        wasyncore.close_all(self._server._map)


@contextmanager
def running(server: Any) -> Iterator[Server]:
    """A server for as long as it is needed."""
    made = Server(server)
    try:
        yield made
    finally:
        made.stop()


def of_office(office: Office) -> Any:
    """The server of `naungan run`, over this office."""
    return serving.bind(office.app, settings("", office.folder, port=0))


def of_app(app: Any) -> Any:
    """A plain server over an app that has no office behind it."""
    return create_server(app, host="127.0.0.1", port=0)
