"""The outbox against a real mail server that refuses, hangs and drops the line (issue 4 point 5; security 6 #34, #73, #74; security 10)."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.accounts import services as accounts
from app.accounts.models import User
from app.domain.access import system
from app.notifications import letter, outbox, services, smtp
from app.notifications.outbox import Sort
from app.security.structs.notices import MailMessage
from tests import mail_server
from tests import notice_office as notes
from tests.factories import Office, Someone
from tests.mail_server import Inbox
from tests.sharing import office

__all__ = ["office"]
pytestmark = pytest.mark.own_office


@pytest.fixture
def served(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    monkeypatch.setattr(smtp, "SECONDS", 0.5)
    with mail_server.running() as (inbox, port):
        notes.with_mail(office, port, "https://naungan.contoh.go.id")
        yield inbox


@pytest.fixture
def head(office: Office) -> Someone:
    return office.somebody("KEPALA", name="Ratna Kepala")


def write(office: Office, to: Someone, count: int = 1, sort: Sort = Sort.DAILY) -> None:
    with office.work() as work:
        user = work.session.get_one(User, to.id)
        for _ in range(count):
            outbox.put(work, user, sort, MailMessage(sort=sort.value, overdue=3, today=2, week=5, waiting=1), work.now)
        work.recorded("page:opened")


def states(office: Office) -> list[tuple[str, int, str | None]]:
    return [(row.state, row.attempts, row.failure) for row in notes.mails(office)]


def test_a_message_is_neutral_in_every_part_and_names_only_its_recipient(
    office: Office, served: Inbox, head: Someone
) -> None:
    for sort in Sort:
        write(office, head, sort=sort)
    assert notes.send(office) == 3
    assert served.recipients() == [head.email] * 3
    for mail, (_to, raw) in zip(served.mails, served.raw, strict=True):
        assert mail["Subject"] == "Naungan: ada yang menunggu"
        assert mail["From"] == f"Naungan <{mail_server.SENDER}>"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert set(mail.keys()) == {
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
        }  # fmt: skip
        assert b"https://naungan.contoh.go.id/\r\n" in raw
        assert b"Ratna" not in raw
        assert str(office.unit_id).encode() not in raw
    assert len(served.ids()) == 3
    assert notes.send(office) == 0
    assert states(office) == [("sent", 1, None)] * 3


def test_a_message_says_it_in_the_persons_language_and_without_an_address_where_there_is_none() -> None:
    given = {"sender": "n@a.id", "recipient": "o@a.id", "message_id": "<1@a.id>", "written_at": datetime.now(UTC)}
    said = letter.render(MailMessage(sort="WAITING", waiting=4), language="en", public_url=None, **given)
    assert b"New things waiting for you: 4." in said
    assert b"http" not in said
    assert said == letter.render(MailMessage(sort="WAITING", waiting=4), language="en", public_url=None, **given)
    for address in ("o@a.id\r\nBcc: x@b.id", "örang@a.id", "bukan alamat"):
        with pytest.raises(ValueError):  # noqa: PT011 - any refusal of the standard library
            letter.render(MailMessage(sort="DAILY"), language="id", public_url=None, **given | {"recipient": address})


@pytest.mark.parametrize(
    ("word", "failure"),
    [
        ("refuse", "refused"),
        ("greylist", "address"),
        ("drop", "unreachable"),
        ("hang", "hangs"),
        ("lose", "unreachable"),
    ],
)
def test_what_failed_for_now_leaves_later_under_the_same_id(
    office: Office, served: Inbox, head: Someone, word: str, failure: str
) -> None:
    write(office, head)
    served.mood.words = [word, word]
    for attempt, wait in ((1, 1), (2, 2)):
        assert notes.send(office) == 0
        assert states(office) == [("waiting", attempt, failure)]
        assert notes.send(office) == 0  # not before its wait is over
        assert states(office)[0][1] == attempt
        office.clock.pass_by(minutes=wait)
    assert notes.send(office) == 1
    assert states(office)[0][:2] == ("sent", 3)
    taken = 3 if word == "lose" else 1
    assert list(served.ids().values()) == [taken]  # the same message each time, to the byte
    assert len({data for _to, data in served.raw}) == 1


@pytest.mark.parametrize(("word", "failure"), [("reject", "refused"), ("unknown", "address")])
def test_what_is_refused_for_good_is_on_the_list_and_can_be_sent_again(
    office: Office, served: Inbox, head: Someone, word: str, failure: str
) -> None:
    write(office, head)
    served.mood.words = [word]
    assert notes.send(office) == 0
    assert states(office) == [("dead", 1, failure)]
    office.clock.pass_by(days=2)
    assert notes.send(office) == 0
    with office.work(office.somebody("ADMIN").actor) as work:
        services.send_again(work, notes.mails(office)[0].id)
    assert notes.send(office) == 1
    assert states(office)[0][0] == "sent"


def test_one_bad_address_holds_up_nobody_and_a_dead_server_is_asked_once(
    office: Office, served: Inbox, head: Someone
) -> None:
    other = office.somebody("SUPERVISOR")
    write(office, head)
    office.clock.pass_by(seconds=1)
    write(office, other)
    served.mood.words = ["unknown"]
    assert notes.send(office) == 1
    assert [state for state, *_ in states(office)] == ["dead", "sent"]
    write(office, head, count=3)
    notes.with_mail(office, 9)  # nobody listens there
    assert notes.send(office) == 0
    assert sorted(attempts for state, attempts, _ in states(office) if state == "waiting") == [0, 0, 1]


def test_a_server_that_is_away_for_long_costs_the_daily_digest_and_not_the_reminder(
    office: Office, served: Inbox, head: Someone
) -> None:
    write(office, head)
    write(office, head, sort=Sort.WAITING)
    up = office.runtime.outside
    notes.with_mail(office, 9)
    for _ in range(30):
        notes.send(office)
        notes.send(office)
        office.clock.pass_by(hours=1)
    assert sorted(state for state, *_ in states(office)) == ["dead", "waiting"]
    notes.with_mail(office, up.postbox.port)  # type: ignore[union-attr]
    assert notes.send(office) == 1


def test_whoever_was_switched_off_gets_no_mail(office: Office, served: Inbox, head: Someone) -> None:
    write(office, head)
    with office.work() as work:
        accounts.disable(work, head.id)
    assert notes.send(office) == 0
    assert states(office)[0][0] == "dead"


def test_a_sender_that_died_loses_its_message_and_one_that_comes_back_late_changes_nothing(
    office: Office, served: Inbox, head: Someone
) -> None:
    write(office, head)
    with office.runtime.begin(system("test")) as work:  # taken, then the process is gone
        row = outbox.take(work)
        assert row is not None
    assert notes.send(office) == 0
    office.clock.pass_by(minutes=10)
    assert notes.send(office) == 1
    with office.runtime.begin(system("test")) as work:
        outbox.failed(work, row.id, 1, "hangs", None)
    assert states(office) == [("sent", 2, None)]


def test_many_senders_at_once_send_each_message_once(office: Office, served: Inbox, head: Someone) -> None:
    write(office, head, count=12)
    threads = [threading.Thread(target=notes.send, args=(office,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    notes.send(office)  # whoever found the database busy left something
    assert sorted(served.ids().values()) == [1] * 12
    assert {state for state, *_ in states(office)} == {"sent"}


# --- the line --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of its own authority, for localhost alone; the PEM holds key and certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("::2"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def server_side(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


@pytest.mark.sqlite_only("about the line, not the database")
@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_the_line_is_private_and_the_server_proves_its_name(
    authority: Path, tls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "SECONDS", 2)
    with mail_server.running(server_side(authority), at_once=tls == "tls") as (inbox, port):
        smtp.deliver(
            mail_server.postbox(port, tls, authority, "localhost"), "o@contoh.go.id", b"Subject: x\r\n\r\nx\r\n"
        )
        assert len(inbox.raw) == 1
        for box in (
            mail_server.postbox(port, tls, authority, "127.0.0.1"),  # another name than in the certificate
            mail_server.postbox(port, tls, None, "localhost"),  # an authority nobody trusts
        ):
            with pytest.raises(smtp.MailFailed, match="tls"):
                smtp.deliver(box, "o@contoh.go.id", b"rahasia")
        assert len(inbox.raw) == 1


@pytest.mark.sqlite_only("about the line, not the database")
def test_nothing_is_said_to_a_server_that_offers_no_private_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "SECONDS", 2)
    with mail_server.running() as (inbox, port):
        with pytest.raises(smtp.MailFailed, match="tls"):
            smtp.deliver(mail_server.postbox(port, "starttls"), "o@contoh.go.id", b"rahasia")
        assert inbox.raw == []


def test_the_wait_grows_to_an_hour_and_stays_there() -> None:
    waits = [outbox.wait_after(n).total_seconds() / 60 for n in (1, 2, 3, 6, 7, 8, 500)]
    assert waits == [1, 2, 4, 32, 60, 60, 60]
    assert timedelta(seconds=smtp.SECONDS * 12) < outbox.TAKEN_FOR
