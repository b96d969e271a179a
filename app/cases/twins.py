"""Equal numbers in two cases: the program asks by itself whether it is the same person, and a supervisor decides (design 3).

A NIK belongs to one person. A phone is shared in a family, so it speaks for reported persons only, of whom often nothing else is known.
Names are asked by people, with `search`: looking through all names would hold up every saving.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.cases import linking
from app.security import index
from app.work import Work

TELLING: Final = {"client": (index.Exact.NIK,), "reported": (index.Exact.NIK, index.Exact.PHONE)}
KINDS: Final = {"client": linking.CLIENTS, "reported": linking.REPORTED}
MOST: Final = 20  # equal numbers that are asked about: a made-up NIK in hundreds of cases is no person


def propose(work: Work, subject: index.Subject, numbers: Sequence[tuple[index.Exact, str]]) -> None:
    """Ask about everybody of the unit, in another case, who has one of these numbers."""
    session, crypt = work.session, work.vault.crypt
    for kind, value in numbers:
        if kind not in TELLING[subject.kind]:
            continue
        found = index.find_exact(session, crypt, [subject.unit_id], kind, value)
        others = [each for each in found if each.kind == subject.kind and each.case_id != subject.case_id]
        for other in others if len(others) <= MOST else ():
            linking.propose(work, KINDS[subject.kind], subject.id, other.id)
