"""Handing one message to the mail server. The line is private and the server has proved its name, or nothing is said (security 6 #74).

What the server answers is judged by its code alone (RFC 5321 4.2.1) and kept nowhere: answers quote addresses.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from typing import Final

from app.work import Postbox

SECONDS: Final = 30  # for each answer of the server; a talk has about ten


class MailFailed(Exception):
    """A message did not leave. `word` is one of a closed list. `for_good`: trying again is of no use. `of_server`: it has nothing to do
    with this message, so the next one would fare no better."""

    def __init__(self, word: str, *, for_good: bool = False, of_server: bool = False) -> None:
        super().__init__(word)
        self.word = word
        self.for_good = for_good
        self.of_server = of_server


def deliver(postbox: Postbox, recipient: str, message: bytes) -> None:
    """Hand over one message. Returns once the server took it; MailFailed otherwise."""
    try:
        with _connected(postbox) as line:
            _hand_over(line, postbox, recipient, message)
    except MailFailed:
        raise
    except ssl.SSLError:
        raise MailFailed("tls", of_server=True) from None
    except (OSError, EOFError, smtplib.SMTPException) as error:
        hangs = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)  # smtplib wraps some
        raise MailFailed("hangs" if hangs else "unreachable", of_server=True) from None


class _Line:
    """A connection that is closed without a word, however the talk ended: what comes after the hand-over cannot undo it."""

    def __init__(self, line: smtplib.SMTP) -> None:
        self.smtp = line

    def __enter__(self) -> smtplib.SMTP:
        return self.smtp

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.smtp.close()


def _connected(postbox: Postbox) -> _Line:
    name = postbox.sender.rpartition("@")[2]  # never this computer's own name, which may be a person's
    if postbox.tls == "tls":
        secure = smtplib.SMTP_SSL(
            postbox.host, postbox.port, local_hostname=name, timeout=SECONDS, context=_trust(postbox)
        )
        return _Line(secure)
    line = smtplib.SMTP(postbox.host, postbox.port, local_hostname=name, timeout=SECONDS)
    try:
        if postbox.tls == "starttls":
            _start_tls(line, postbox)
    except BaseException:
        line.close()
        raise
    return _Line(line)


def _start_tls(line: smtplib.SMTP, postbox: Postbox) -> None:
    """A server that offers no STARTTLS is not talked to: somebody in between may have taken the offer away."""
    line.ehlo_or_helo_if_needed()
    try:
        code, _answer = line.starttls(context=_trust(postbox))
    except smtplib.SMTPNotSupportedError:
        raise MailFailed("tls", of_server=True) from None
    if code != 220:
        raise MailFailed("tls", of_server=True)


def _trust(postbox: Postbox) -> ssl.SSLContext:
    """Certificates are checked and so is the name in them; TLS 1.2 at least."""
    context = ssl.create_default_context(cafile=str(postbox.authorities) if postbox.authorities else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _hand_over(line: smtplib.SMTP, postbox: Postbox, recipient: str, message: bytes) -> None:
    line.ehlo_or_helo_if_needed()
    if postbox.user:
        _sign_in(line, postbox)
    try:
        line.sendmail(postbox.sender, [recipient], message)
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
        raise MailFailed("address", for_good=code >= 500) from None
    except smtplib.SMTPSenderRefused:
        raise MailFailed("sender", of_server=True) from None
    except smtplib.SMTPDataError as refused:
        raise MailFailed("refused", for_good=refused.smtp_code >= 500) from None


def _sign_in(line: smtplib.SMTP, postbox: Postbox) -> None:
    try:
        line.login(postbox.user, postbox.password)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError):
        raise MailFailed("sign-in", of_server=True) from None
