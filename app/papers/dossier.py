"""What the builders of papers read: the whole case, and the letter desk of its unit.

Which sections a paper may open stands in `kinds`; the audit event named them before.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.cases.whole import ClientFile, ConsentFile, Other, ReportedFile, ReportFile, ServiceFile, WholeCase
from app.security.structs.papers import LetterDesk

__all__ = ["ClientFile", "ConsentFile", "Dossier", "Other", "ReportFile", "ReportedFile", "ServiceFile"]


@dataclass(repr=False)
class Dossier(WholeCase):
    """One case, opened as far as the paper asks."""

    desk: LetterDesk
