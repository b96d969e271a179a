"""Files through `naungan run` as a process: its memory stays small, and nothing stands in the clear on the disk (issue "Must hold")."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.cases import team
from app.cases.models import Case
from app.cases.registration import register_case
from app.commands.users import unit_of
from app.domain.access import system
from config import Settings
from tests import paper
from tests.case_factories import client, intake
from tests.commands.conftest import Naungan, opened
from tests.commands.test_run import port, started, wait_for
from tests.contracts.planting import multipart, read_page

__all__ = ["port"]
pytestmark = [pytest.mark.sqlite_only("the process is the same"), pytest.mark.usefixtures("english")]

PASSWORD = "kursi bambu warna tembaga"
EMAIL = "siti@contoh.go.id"
MOST = 250  # MB
SECRET = b"Zulfiyandra Kasmirawulan "


class Browser:
    """A browser of few words, on one connection after another."""

    def __init__(self, number: int) -> None:
        self.port, self.cookie = number, ""

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes, str]:
        """Status, contents, and where it leads."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": self.cookie} | ({"Content-Type": kind} if kind else {})
        line.request(method, path, body, headers)
        answer = line.getresponse()
        data = answer.read()
        for value in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = value.partition(";")[0]
        line.close()
        return answer.status, data, answer.headers.get("Location", "")

    def fill(self, page: str, action: str = "", **given: Any) -> tuple[int, str]:
        """Fill in the form of a page and send it; status, and where it led or what it said."""
        _status, data, _where = self.ask("GET", page)
        forms = [f for f in read_page(data.decode()).forms if f.method == "post" and set(given) <= f.names]
        values = {name: value for name, value in forms[0].values.items() if name not in {"files", "camera"}}
        body, kind = multipart({**values, **given})
        status, data, where = self.ask("POST", action or forms[0].action or page, body, kind)
        return status, where or data.decode()


@pytest.fixture
def case_id(office: Settings, naungan: Naungan) -> UUID:
    """A case, with one person on its team who can sign in."""
    said = naungan(
        "users", "create", EMAIL, "--name", "Siti", "--roles", "MANAJER", "--password-stdin", "--json", stdin=PASSWORD
    )
    assert said.code == 0, said.err
    with opened(office) as runtime, runtime.begin(system("test")) as work:
        case = register_case(work, intake(work, (client(),)), unit_of(work, ""))
        work.session.flush()
        user = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", said.out)
        assert user
        team.assign(work, case, UUID(user[0]), "MANAJER")
        found: Case = case
        return found.id


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the process would put temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


class Watcher:
    """Looks at a process and at folders while something goes on: the most memory held, every secret seen on the disk."""

    def __init__(self, pid: int, *folders: Path) -> None:
        self.pid, self.folders = pid, folders
        self.seen: set[str] = set()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._end.set()
        self._thread.join()

    @property
    def memory(self) -> int:
        """The most memory (MB) the process has held since it began."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) // 1024

    def _watch(self) -> None:
        while not self._end.wait(0.02):
            self.seen |= {name for name, data in self._files() if SECRET in data}

    def _files(self) -> Iterator[tuple[str, bytes]]:
        named = [path for folder in self.folders for path in folder.rglob("*")]
        held = Path(f"/proc/{self.pid}/fd")
        nameless = [path for path in held.iterdir() if path.is_symlink()] if held.exists() else []
        for path in (*named, *nameless):
            try:
                if path.is_file():
                    yield str(path), path.read_bytes()
            except OSError:
                continue  # gone meanwhile


def test_heavy_files_leave_the_server_small_and_nothing_on_the_disk(
    office: Settings, case_id: UUID, port: int, temporary: Path
) -> None:
    documents = f"/cases/{case_id}/documents"
    about = {"kind": "DK_FOTO", "on": "2026-01-05"}
    with started("run") as process:
        wait_for(process.stdout, "127.0.0.1")
        _until_it_answers(port)
        browser = Browser(port)
        status, where = browser.fill("/sign-in", email=EMAIL, password=PASSWORD)
        assert (status, where) == (303, "/")
        with Watcher(process.pid, office.data_dir, temporary) as watcher:
            heavy = paper.heavy_photo() + SECRET * 10_000
            new = f"{documents}/new"
            assert browser.fill(new, documents, files=[(heavy, "a.jpg")], is_evidence="y", **about)[0] == 303
            flood = browser.fill(new, documents, files=[(paper.grey(50_000, 50_000), "b.png")], **about)
            assert flood[0] == 422
            assert "50000" in flood[1]
            long = paper.pdf(300, words=SECRET.decode())
            assert browser.fill(new, documents, files=[(long, "c.pdf")], **about)[0] == 303
            listed = browser.ask("GET", documents)[1].decode()
            for each in set(re.findall(rf'href="({documents}/[0-9a-f-]{{36}})"', listed)):
                assert browser.ask("GET", f"{each}/download")[0] == 200
                page = browser.ask("GET", f"{each}/pages/300")[1].decode()
                for picture in re.findall(r'src="([^"]+pages/300/image[^"]+)"', page):
                    assert browser.ask("GET", picture.replace("&amp;", "&"))[0] == 200
            for report in ("/reports/recap.xlsx?kind=month&month=2026-01",):
                browser.ask("GET", report)
        assert watcher.seen == set()
        assert watcher.memory < MOST, watcher.memory
        assert list(temporary.iterdir()) == []
        assert (
            len(list((office.data_dir / "files").glob("??/*"))) == 5
        )  # photo, what is shown of it, two small pictures, letter
        assert list((office.data_dir / "files" / "incoming").iterdir()) == []


def _until_it_answers(number: int) -> None:
    for _turn in range(200):
        try:
            Browser(number).ask("GET", "/sign-in")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("no answer")
