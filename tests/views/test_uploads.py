"""Files on their way in, through the real server: nothing in the clear on the disk at any moment, large bodies for those routes alone."""

from __future__ import annotations

import http.client
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, jsonify, request
from flask.testing import FlaskClient

from app.domain.access import Capability
from app.factory import BLUEPRINTS
from app.security.spool import Spool
from app.web.guard import requires
from app.web.uploads import takes_files
from tests import serving
from tests.factories import Office, Someone, hidden, make_office

SECRET = b"Zulfiyandra Kasmirawulan "
LARGE = SECRET * 200_000  # 5 MB
FILE_BYTES = 8 << 20

pytestmark = pytest.mark.sqlite_only(reason="about the server, not about the database")


def _take() -> Any:
    """What arrived: size and hash of each file, and whether all of them are spools."""
    files = request.files.getlist("files")
    found = [(len(data), sha256(data).hexdigest()) for data in (each.stream.read() for each in files)]
    return jsonify(
        files=found, spools=all(isinstance(each.stream, Spool) for each in files), words=request.form["words"]
    )


def _take_form() -> Any:
    return _take()


def _take_keys() -> Any:
    return _take()


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office with a route that takes files, one that does not, and one for another role."""
    bp = Blueprint("lab", __name__, url_prefix="/lab")
    bp.post("/files", endpoint="files")(requires(Capability.SELF)(takes_files(_take)))
    bp.post("/form", endpoint="form")(requires(Capability.SELF)(_take_form))
    bp.post("/keys", endpoint="keys")(requires(Capability.KEY_ADMIN)(takes_files(_take_keys)))
    made = make_office(database_url, tmp_path / "data", limits={"file_bytes": FILE_BYTES}, blueprints=(*BLUEPRINTS, bp))
    yield made
    made.runtime.engine.dispose()


@pytest.fixture
def who(office: Office) -> Someone:
    return office.somebody("PENERIMA")


@pytest.fixture
def client(office: Office, who: Someone) -> FlaskClient:
    return office.browser(who)


def body_of(token: str, *files: bytes, words: str = "kata") -> tuple[bytes, str]:
    """A form as browsers send it, with its content type."""
    mark = "garis-batas"
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'.encode()]
    parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="words"\r\n\r\n{words}\r\n'.encode())
    head = f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="surat.txt"\r\nContent-Type: text/plain\r\n\r\n'
    parts += [head.encode() + data + b"\r\n" for data in files]
    return b"".join([*parts, f"--{mark}--\r\n".encode()]), f"multipart/form-data; boundary={mark}"


def send(client: FlaskClient, address: str, *files: bytes, words: str = "kata") -> Any:
    body, kind = body_of(hidden(client.get("/activate").data, "csrf_token"), *files, words=words)
    return client.post(address, data=body, content_type=kind)


# --- limits -----------------------------------------------------------------------------------------------------------


def test_only_a_route_that_takes_files_may_be_sent_more_than_a_form(client: FlaskClient) -> None:
    taken = send(client, "/lab/files", LARGE, b"kecil")
    assert taken.json["files"] == [[len(LARGE), sha256(LARGE).hexdigest()], [5, sha256(b"kecil").hexdigest()]]
    assert taken.json["spools"]
    assert send(client, "/lab/form", LARGE).status_code == 413
    assert send(client, "/lab/form", bytes(900_000)).json["spools"] is False


def test_even_there_the_whole_has_a_limit_and_so_has_anything_that_is_no_file(client: FlaskClient) -> None:
    assert send(client, "/lab/files", *[LARGE] * 7).status_code == 413
    token = hidden(client.get("/activate").data, "csrf_token")
    words = {"csrf_token": token, "words": "a" * 2_000_000}
    assert client.post("/lab/files", data=words).status_code == 413
    assert send(client, "/lab/files", words="a" * 2_000_000).status_code == 413
    many = [b"x"] * 100
    assert send(client, "/lab/files", *many, bytes(2_000_000)).status_code == 413


def test_a_large_body_is_read_from_those_who_may_send_it_alone(office: Office, client: FlaskClient) -> None:
    assert send(office.stranger(), "/lab/files", LARGE).status_code == 401
    assert send(client, "/lab/keys", LARGE).status_code == 403
    assert office.events()[-1].event == "access:refused"


def test_a_large_body_without_its_token_is_refused(client: FlaskClient) -> None:
    body, kind = body_of("bukan-token", LARGE)
    assert client.post("/lab/files", data=body, content_type=kind).status_code == 400


# --- the real server --------------------------------------------------------------------------------------------------


@pytest.fixture
def server(office: Office) -> Iterator[serving.Server]:
    with serving.running(serving.of_office(office)) as made:
        yield made


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def headers_of(office: Office, client: FlaskClient) -> tuple[str, str]:
    """The cookie of a signed-in browser and its token."""
    token = hidden(client.get("/activate").data, "csrf_token")
    cookie = client.get_cookie("__Host-naungan", domain="localhost")
    assert cookie is not None
    return f"__Host-naungan={cookie.value}", token


def on_disk(*folders: Path) -> bytes:
    """Every byte that stands in these folders, and in every nameless file this process holds open."""
    found = [path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in Path("/proc/self/fd").iterdir():
        try:
            if path.is_symlink() and "(deleted)" in str(path.readlink()):
                found.append(path.read_bytes())
        except OSError:
            continue  # gone meanwhile, or no file
    return b"".join(found)


def begin(server: serving.Server, cookie: str, address: str, body: bytes, kind: str) -> socket.socket:
    """Open a connection and send the head of a request."""
    line = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    head = (
        f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    line.sendall(head.encode())
    return line


def wait_until(holds: Any) -> None:
    """Until something is so; at most ten seconds."""
    for _turn in range(200):
        if holds():
            return
        threading.Event().wait(0.05)
    raise AssertionError("never")


def spooled(office: Office) -> int:
    """Bytes in nameless files of the incoming folder."""
    total = 0
    for path in Path("/proc/self/fd").iterdir():
        try:
            if str(office.folder / "files" / "incoming") in str(path.readlink()):
                total += os.stat(path).st_size
        except OSError:
            continue
    return total


def test_while_a_file_arrives_nothing_of_it_stands_on_the_disk_in_the_clear(
    office: Office, server: serving.Server, client: FlaskClient, private: Path
) -> None:
    cookie, token = headers_of(office, client)
    body, kind = body_of(token, LARGE)
    line = begin(server, cookie, "/lab/files", body, kind)
    half = len(body) // 2
    line.sendall(body[:half])
    wait_until(lambda: spooled(office) > half - (1 << 20))
    during = on_disk(office.folder, private)
    assert len(during) > half - (1 << 20)  # it is there, ...
    assert SECRET[:12] not in during  # ... and nobody can read it
    line.sendall(body[half:])
    answer = http.client.HTTPResponse(line)
    answer.begin()
    assert answer.status == 200
    assert sha256(LARGE).hexdigest() in answer.read().decode()
    line.close()
    assert SECRET[:12] not in on_disk(office.folder, private)
    assert list(private.iterdir()) == []
    wait_until(lambda: spooled(office) == 0)


def test_a_broken_line_leaves_nothing(office: Office, server: serving.Server, client: FlaskClient) -> None:
    cookie, token = headers_of(office, client)
    body, kind = body_of(token, LARGE)
    line = begin(server, cookie, "/lab/files", body, kind)
    line.sendall(body[: len(body) // 2])
    wait_until(lambda: spooled(office) > 1 << 20)
    line.close()
    wait_until(lambda: spooled(office) == 0)
    assert list((office.folder / "files" / "incoming").iterdir()) == []


def test_the_server_takes_a_large_body_for_that_route_alone(
    office: Office, server: serving.Server, client: FlaskClient
) -> None:
    cookie, token = headers_of(office, client)
    body, kind = body_of(token, LARGE)
    line = begin(server, cookie, "/lab/form", body, kind)
    assert b" 413 " in line.recv(64)
    line.close()
    assert spooled(office) == 0
