"""The evidence bundle of cluster V: one ZIP of a paper an indicator, the workbook, and a manifest with hashes (kla-cluster-v 4.6)."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.domain.disclosure.banding import banded
from app.domain.indicators import indicator_set
from app.security.primitives import digest

Document = Mapping[str, Any]
SCHEMA: Final = "naungan/klaster-v-bundle/1"
MANIFEST: Final = "manifest.json"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same sheet gives the same archive
_PERSONAL: Final = re.compile(
    r"(?<![0-9])(?:[0-9][ .-]?){15}[0-9](?![0-9])|(?<![0-9])(?:\+?62|0)[ -]?8(?:[ .-]?[0-9]){7,11}(?![0-9])"
)
"""A number as long as a NIK or KK, or a mobile number. Names cannot be told from words; forms ask for none."""
_TYPED: Final = ("value", "agency", "document")


def suspicious(document: Document) -> Iterator[tuple[str, str]]:
    """Indicator and measure of each entry whose typed words hold what looks like a NIK, KK or mobile number of a person."""
    for indicator in document["indicators"]:
        for measure in indicator["measures"]:
            parts = (measure, measure.get("entered", {}))
            said = [part.get(name) for part in parts for name in _TYPED]
            if any(isinstance(each, str) and _PERSONAL.search(each) for each in said):
                yield indicator["code"], measure["code"]


def returned(document: Document) -> dict[str, Any]:
    """The document as it leaves in an official return: small cells of a kecamatan as a band, as on the paper (design 4)."""
    small = indicator_set(document["set"]).small_cell_below
    indicators = [
        {**indicator, "measures": [_returned(measure, small) for measure in indicator["measures"]]}
        for indicator in document["indicators"]
    ]
    return {**document, "indicators": indicators}


def _returned(measure: Document, small_below: int) -> Document:
    places = measure.get("by", {}).get("kecamatan")
    if not places:
        return measure
    shown = dict(zip(places, banded(list(places.values()), small_below), strict=True))
    return {**measure, "by": {**measure["by"], "kecamatan": shown}}


def packed(document: Document, files: Mapping[str, bytes]) -> bytes:
    """The archive: the files by name, and the manifest that lists each with size and SHA-256."""
    listed = [
        {"name": name, "bytes": len(content), "sha256": digest(content).hex()}
        for name, content in sorted(files.items())
    ]
    head = {name: document[name] for name in ("year", "cut_off", "set", "status", "unit", "definitions")}
    manifest = json.dumps({"schema": SCHEMA, **head, "files": listed}, ensure_ascii=False, indent=1).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted({**files, MANIFEST: manifest}.items()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
