"""Who may consent, for whom, and what a consent must hold (case-management 7 F4 and the paragraph after the table).

The statements a to e are data (`data/consent_statements.json`), so that the page, the paper and the record hold the same words; a
record keeps the version it was signed in. Who may sign for whom stands in the list `consent_signer`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.codes import Code, code_list
from app.domain.errors import Problem

_FILE: Final = Path(__file__).parent / "data" / "consent_statements.json"
CLIENT: Final = "SG_KLIEN"
REFERRAL: Final = "CS_RUJUKAN"
YES: Final = "YA"
NO: Final = "TIDAK"
_USUAL: Final = {"CB_KLIEN": CLIENT, "CB_WALI": "SG_WALI", "CB_WALI_LAIN": "SG_WALI_LAIN"}
"""Who signs where a short record, as with a referral, names the ground only."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One of the statements a to e. `must`: without it the paper is no informed consent."""

    key: str
    letter: str
    id: str
    en: str
    certainty: str
    must: bool


@dataclass(frozen=True, slots=True)
class Signing:
    """A consent as the rules look at it: codes and yes/no only. `is_child` is None where the age is not known.

    `conflict`: the answer (YA, TIDAK, "") to whether the signer is a reported person or against the client's interest. `looks_reported`:
    the name or a number is that of a reported person. `full`: the whole form F4, not a short record.
    """

    basis: str
    signer: str = ""
    is_child: bool | None = None
    conflict: str = ""
    is_reported: bool = False
    looks_reported: bool = False
    confirmed_other: bool = False
    has_name: bool = False
    has_reason: bool = False
    child_view: str = ""
    has_child_words: bool = False
    full: bool = False
    said: frozenset[str] = frozenset()
    agreed: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()


@cache
def _document() -> Mapping[str, object]:
    document: Mapping[str, object] = json.loads(_FILE.read_text(encoding="utf-8"))
    return document


@cache
def statements() -> tuple[Statement, ...]:
    """The statements of F4 in their order."""
    rows = _document()["statements"]
    return tuple(Statement(**row) for row in rows) if isinstance(rows, list) else ()


def wording() -> str:
    """The version of the statements that are read out and signed today."""
    return str(_document()["version"])


def is_consent(basis: str) -> bool:
    """Whether the ground is somebody's consent, and not another legal basis (design 5)."""
    return basis in code_list("consent_basis") and bool(code_list("consent_basis").get(basis).truth("consent"))


def basis_of(signer: str) -> str:
    """The ground (CB_*) that a signer's consent is."""
    return code_list("consent_signer").get(signer).text("basis") or ""


def is_guardian(signer: str) -> bool:
    """Whether the signer decides for the client."""
    return bool(code_list("consent_signer").get(signer).truth("guardian"))


def problems(signing: Signing) -> tuple[Problem, ...]:
    """Everything for which this consent cannot stand, each on the field it is about."""
    if not signing.basis:
        return (Problem("required", "basis"),)
    found = list(_reason(signing))
    if is_consent(signing.basis):
        found += _signer(signing)
    if signing.full:
        found += _whole_form(signing)
    return tuple({(problem.code, problem.field): problem for problem in found}.values())


def _reason(signing: Signing) -> Iterator[Problem]:
    ground = code_list("consent_basis").get(signing.basis)
    if not signing.has_reason and (ground.truth("reason_required") or _rule(signing) == "reason"):
        yield Problem("required", "reason")


def _signer(signing: Signing) -> Iterator[Problem]:
    if signing.signer and basis_of(signing.signer) != signing.basis:
        yield Problem("consent.signer-basis", "signer")
        return
    if _rule(signing) == "no":
        yield Problem("consent.child-alone", "signer" if signing.full else "basis")
    if not is_guardian(_signer_of(signing)):
        return
    if signing.is_reported or signing.conflict == YES:
        yield Problem("consent.reported", "conflict")
    elif not signing.conflict:
        yield Problem("required", "conflict")
    elif signing.looks_reported and not signing.confirmed_other:
        yield Problem("consent.looks-reported", "confirmed_other")


def _whole_form(signing: Signing) -> Iterator[Problem]:
    if not signing.signer:
        yield Problem("required", "signer")
        return
    for statement in statements():
        if statement.must and statement.key not in signing.said:
            yield Problem("consent.statement", statement.key)
    for service in code_list("consent_service").active():
        if (service.code in signing.agreed) == (service.code in signing.declined):
            yield Problem("consent.answer", f"answers.{service.code}")
    if is_guardian(signing.signer) and not signing.has_name:
        yield Problem("required", "signer_name")
    if signing.is_child:
        yield from _view_of_child(signing)


def _view_of_child(signing: Signing) -> Iterator[Problem]:
    """The child's own view is recorded too (case-management 7; security 9)."""
    if not signing.child_view:
        yield Problem("consent.child-view", "child_agrees")
    elif code_list("child_view").get(signing.child_view).truth("words_required") and not signing.has_child_words:
        yield Problem("required", "child_view")


def _signer_of(signing: Signing) -> str:
    return signing.signer or _USUAL[signing.basis]


def _rule(signing: Signing) -> str:
    """Whether this signer may sign for this client: "yes", "no", or "reason" (with a reason). Of an age not known both may."""
    if not is_consent(signing.basis) or signing.is_child is None:
        return "yes"
    return _entry(signing).text("child" if signing.is_child else "adult") or "yes"


def _entry(signing: Signing) -> Code:
    return code_list("consent_signer").get(_signer_of(signing))


def covers(agreed: Collection[str], requested: Collection[str], institution_type: str = "") -> bool:
    """Whether the services agreed to (CS_*) cover a referral that asks for these services (SV_*) of this kind of institution.

    The client agreed to be referred; each service asked for belongs to one agreed to, or to none of the list (health is given by
    referral alone); and the institution does not stand for a service that was not agreed to.
    """
    if REFERRAL not in agreed:
        return False
    services = code_list("consent_service").active()
    if any(institution_type in _texts(s, "institutions") and s.code not in agreed for s in services):
        return False
    return all(_is_covered(services, agreed, service) for service in requested)


def refused(agreed: Collection[str], service: str) -> bool:
    """Whether a service (SV_*) belongs only to services of the form that were not agreed to."""
    behind = [each.code for each in code_list("consent_service").active() if service in _texts(each, "services")]
    return bool(behind) and not set(behind) & set(agreed)


def _is_covered(services: Collection[Code], agreed: Collection[str], service: str) -> bool:
    behind = [each.code for each in services if service in _texts(each, "services")]
    return not behind or bool(set(behind) & set(agreed))


def _texts(code: Code, key: str) -> tuple[str, ...]:
    value = code.extra.get(key)
    return tuple(map(str, value)) if isinstance(value, tuple) else ()
