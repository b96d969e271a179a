"""A real mail server on a port of this machine that misbehaves to order: refuses, hangs, drops the line before or after it took a message."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from ssl import SSLContext
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from config import MailServer

SENDER = "naungan@contoh.go.id"


@dataclass
class Mood:
    """What the server does with the next messages, one word each; afterwards it is well-behaved.

    `refuse` 451 · `reject` 554 · `greylist` 450 at RCPT · `unknown` 550 at RCPT · `drop` closes the line unheard · `hang` answers nothing ·
    `lose` takes the message and closes the line before saying so.
    """

    words: list[str] = field(default_factory=list)

    def next(self, *mine: str) -> str:
        """The next word, if it is one of these; it is used up."""
        return self.words.pop(0) if self.words and self.words[0] in mine else ""


class Inbox:
    """What the server took, in order, each as the bytes that came."""

    def __init__(self) -> None:
        self.mood = Mood()
        self.on_data: Callable[[], None] | None = (
            None  # done once, after the next message was taken and before its sender is told
        )
        self.raw: list[tuple[str, bytes]] = []

    @property
    def mails(self) -> list[Message]:
        """Every message taken."""
        return [message_from_bytes(data) for _to, data in self.raw]

    def ids(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails)

    def recipients(self) -> list[str]:
        """To whom, in order."""
        return [to for to, _data in self.raw]

    async def handle_RCPT(
        self, server: Any, _session: Session, envelope: Envelope, address: str, _options: Sequence[str]
    ) -> str:
        word = self.mood.next("greylist", "unknown", "drop", "hang")
        if word == "drop":
            server.transport.abort()
        if word == "hang":
            await asyncio.sleep(3600)
        if word in {"greylist", "unknown"}:
            return "450 4.7.1 later" if word == "greylist" else f"550 5.1.1 <{address}> unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Session, envelope: Envelope) -> str:
        word = self.mood.next("refuse", "reject", "lose")
        if word in {"refuse", "reject"}:
            return "451 4.3.0 busy" if word == "refuse" else "554 5.7.1 no"
        self.raw.append((envelope.rcpt_tos[0], bytes(envelope.content or b"")))
        done, self.on_data = self.on_data, None
        if done is not None:
            await asyncio.get_running_loop().run_in_executor(None, done)
        if word == "lose":
            server.transport.abort()
        return "250 OK"


@contextmanager
def running(tls: SSLContext | None = None, *, at_once: bool = False) -> Iterator[tuple[Inbox, int]]:
    """The server in a thread of its own, and its port. `tls`: offers STARTTLS with this context, or speaks TLS `at_once`."""
    inbox, loop, ready = Inbox(), asyncio.new_event_loop(), threading.Event()
    port: list[int] = []

    def make() -> SMTP:
        return SMTP(inbox, hostname="surat.contoh.go.id", loop=loop, tls_context=None if at_once else tls)

    async def serve() -> asyncio.Server:
        server = await loop.create_server(make, "127.0.0.1", 0, ssl=tls if at_once else None)
        port.append(server.sockets[0].getsockname()[1])
        ready.set()
        return server

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(serve())
        loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(10)
    try:
        yield inbox, port[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def postbox(port: int, tls: str = "none", authorities: Path | None = None, host: str = "127.0.0.1") -> MailServer:
    """How the office knows it."""
    return MailServer(host, port, tls, SENDER, authorities=authorities)
