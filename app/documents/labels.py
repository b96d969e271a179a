"""Sentences for what documents and their files are refused for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l

SENTENCES: Final[Mapping[str, Any]] = {
    "document.none": _l("Choose at least one file."),
    "document.many": _l("At most %(limit)s files at once."),
    "document.empty": _l("The file is empty: nothing was in it when it arrived."),
    "document.case-closed": _l("This case is closed: it takes new documents, but what lies in it stays as it was until the case is opened again."),
    "document.too-large": _l("The file is larger than %(limit)s MB. Send it in parts, or as a smaller copy."),
    "document.case-full": _l("This case holds %(limit)s MB of files already: there is no room left. Remove what is not needed."),
    "document.office-full": _l("The office holds %(limit)s MB of files already. Tell the administrator."),
    "document.disk-full": _l("The disk of the server is nearly full. Nothing was stored; tell the administrator."),
    "document.not-taken": _l("Files of this kind are not taken. Taken are JPEG, PNG and WebP pictures, PDF, text, DOCX, XLSX, ODT, MP3, M4A, OGG and MP4."),
    "document.mismatch": _l("What is in the file does not fit the ending of its name."),
    "document.damaged": _l("The file is damaged or not complete. Open it on your device, save it anew, and send that."),
    "document.two-in-one": _l("Something else is hidden before or behind the contents of this file. It was not taken."),
    "document.heic": _l("Photos in the format HEIC cannot be opened here. On an iPhone choose Settings, Camera, Formats, Most Compatible; or send the photo as JPEG."),
    "document.pixels": _l("The picture has %(width)s x %(height)s points. At most %(most)s million are taken: make it smaller first."),
    "document.too-heavy": _l("Opening this file would take too much memory or time. Save it smaller, and send that."),
    "document.pages": _l("The PDF has %(pages)s pages. At most %(most)s are taken: send it in parts."),
    "document.locked": _l("The file is locked with a password. Save it without one, and send that."),
    "document.no-such-page": _l("The PDF has no such page."),
    "document.text": _l("The text file is not in the code UTF-8. Save it as UTF-8, or as PDF."),
    "document.archive": _l("The document is made of %(entries)s parts, which is not how documents are made. It was not taken."),
    "document.archive-paths": _l("The document has parts whose names lead outside it. It was not taken."),
    "document.bomb": _l("The document would grow enormously when it is opened. It was not taken."),
    "document.macros": _l("The document holds macros. Save it without macros (DOCX, XLSX, ODT), or as PDF."),
}  # fmt: skip
