"""How a message reads: neutral in every part that a mail program shows unasked, numbers and a way in, nothing else (security 7.5).

The same row gives the same bytes at every try. No template, no case, no name: nothing could slip in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import MappingProxyType
from typing import Final

from app.notifications.outbox import Sort
from app.security.structs.notices import MailMessage

_SUBJECT: Final[Mapping[str, str]] = MappingProxyType(
    {"id": "Naungan: ada yang menunggu", "en": "Naungan: something is waiting"}
)
_OPENING: Final[Mapping[tuple[str, Sort], str]] = MappingProxyType(
    {
        ("id", Sort.WAITING): "Ada {waiting} hal baru yang menunggu Anda.",
        ("en", Sort.WAITING): "New things waiting for you: {waiting}.",
        (
            "id",
            Sort.DAILY,
        ): "Tenggat di unit Anda pagi ini:\n- lewat: {overdue}\n- hari ini: {today}\n- tujuh hari ke depan: {week}",
        (
            "en",
            Sort.DAILY,
        ): "Deadlines in your unit this morning:\n- overdue: {overdue}\n- today: {today}\n- within seven days: {week}",
        (
            "id",
            Sort.WEEKLY,
        ): "Tenggat di unit Anda pekan ini:\n- lewat: {overdue}\n- hari ini: {today}\n- tujuh hari ke depan: {week}\n"
        "Pengingat tujuh hari terakhir: {told}, belum ditanggapi: {unseen}",
        (
            "en",
            Sort.WEEKLY,
        ): "Deadlines in your unit this week:\n- overdue: {overdue}\n- today: {today}\n- within seven days: {week}\n"
        "Reminders of the last seven days: {told}, not acknowledged: {unseen}",
    }
)
_ANSWERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": "Jawaban lembaga yang menunggu konfirmasi: {answers}",
        "en": "Answers of institutions that wait for confirmation: {answers}",
    }
)
_CLOSING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": "Silakan masuk ke Naungan.",
        "en": "Please sign in to Naungan.",
    }
)
_WHY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": "Surel ini dikirim otomatis. Pilihan surel ada di Naungan, halaman Pemberitahuan.",
        "en": "This mail was sent by the program. What you receive by mail is chosen in Naungan, page Notices.",
    }
)


def render(
    message: MailMessage,
    *,
    sender: str,
    recipient: str,
    message_id: str,
    written_at: datetime,
    language: str,
    public_url: str | None,
) -> bytes:
    """The message as it goes over the line. ValueError for an address that cannot stand in a header."""
    if not recipient.isascii():
        raise ValueError("an address no mail server of ours can be given")
    said = language if language in _SUBJECT else "id"
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address(display_name="Naungan", addr_spec=sender)
    letter["To"] = Address(addr_spec=recipient)
    letter["Subject"] = _SUBJECT[said]
    letter["Date"] = written_at
    letter["Message-ID"] = message_id
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes do not answer it
    letter.set_content("\n\n".join(_parts(message, said, public_url)) + "\n", cte="7bit")
    return letter.as_bytes()


def _parts(message: MailMessage, said: str, public_url: str | None) -> list[str]:
    numbers = {name: getattr(message, name) for name in ("waiting", "overdue", "today", "week", "told", "unseen")}
    opening = _OPENING[said, Sort(message.sort)].format(**numbers)
    if message.answers:
        opening = f"{opening}\n{_ANSWERS[said].format(answers=message.answers)}"
    way_in = f"{_CLOSING[said]}\n{public_url}/" if public_url else _CLOSING[said]
    return [opening, way_in, _WHY[said]]
