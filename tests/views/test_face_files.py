"""The files behind the face: what is served is what was built, small, licensed, and free of inline code."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import pytest

from app.web.assets import ROOT

TOP = ROOT.parents[1]
TEMPLATES = sorted((TOP / "app" / "templates").rglob("*.html"))
PACKED = sorted(ROOT.rglob("*.br"))
FIRST_PAGE = ("app.css.br", "icons.svg.br", "icon.svg.br", "js/exit.js.br", "js/page.js.br", "vendor/htmx.min.js.br",
              "fonts/plus-jakarta-sans.woff2")  # fmt: skip
HEADERS_AND_HTML = 25_000


@pytest.mark.parametrize("path", PACKED, ids=lambda path: path.name)
def test_a_compressed_copy_says_what_its_file_says(path: Path) -> None:
    assert brotli.decompress(path.read_bytes()) == path.with_suffix("").read_bytes()


def test_every_text_file_has_its_compressed_copy() -> None:
    texts = {path for path in ROOT.rglob("*") if path.suffix in {".css", ".js", ".svg"}}
    assert {path.with_suffix("") for path in PACKED} == texts


def test_the_first_page_fits_in_120_kb() -> None:
    assert sum((ROOT / name).stat().st_size for name in FIRST_PAGE) + HEADERS_AND_HTML < 120_000


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(TOP)))
def test_a_template_has_no_inline_code_and_trusts_nothing(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\|\s*safe\b|\{%-?\s*autoescape", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text, re.IGNORECASE)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(?:src|href|action)=[\"']?(?:https?:)?//", text)


def test_the_style_sheet_fetches_nothing_but_our_font() -> None:
    addresses = set(re.findall(r"url\(([^)]*)\)", (ROOT / "app.css").read_text()))
    assert {address.strip("\"'") for address in addresses} == {"fonts/plus-jakarta-sans.woff2"}


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]*)"', (ROOT / "icons.svg").read_text()))
    named = {name for path in TEMPLATES for name in re.findall(r'\bicon(?:_name=|\()"([a-z0-9-]+)"', path.read_text())}
    assert len(named) > 10
    assert named <= drawn


def test_every_menu_icon_is_in_the_sprite() -> None:
    from app.web.navigation import ITEMS

    drawn = set(re.findall(r'<symbol id="([^"]*)"', (ROOT / "icons.svg").read_text()))
    assert {item.icon for top in ITEMS for item in (top, *top.children)} <= drawn


@pytest.mark.parametrize("name", ["vendor/htmx-LICENSE.txt", "vendor/bootstrap-LICENSE.txt",
                                  "vendor/tabler-icons-LICENSE.txt", "fonts/plus-jakarta-sans-LICENSE.txt"])  # fmt: skip
def test_what_others_made_stands_with_its_licence(name: str) -> None:
    assert len((ROOT / name).read_text()) > 400


def test_scripts_store_nothing_in_the_browser() -> None:
    for path in (ROOT / "js").glob("*.js"):
        assert not re.search(r"setItem|localStorage|indexedDB|serviceWorker|document\.cookie", path.read_text())
