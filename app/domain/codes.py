"""Code lists of the work, read from `data/codes/*.json` (one readable file per list).

Codes are stable machine words; labels may change, codes and ordinals never (case-management 0). `n` is the
ordinal a packed record stores: it is given once and never reused. A retired entry is inactive, not deleted.
Certainty marks: C confirmed, C2 secondary, I inferred, U unknown, S suggestion (case-management 0).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from app.domain.errors import Problem, Refused

ALL_LISTS: Final[tuple[str, ...]] = (
    *("sex", "age_band_victim", "age_band_perp", "age_group", "age_basis", "education", "schooling", "occupation"),
    *("marital", "religion", "disability", "citizenship", "relationship", "relationship_detail", "capacity"),
    *("violence", "violence_form", "trafficking", "flag", "ktp", "ampk", "ampk_items", "certainty", "tpks"),
    *("abh_role", "offence", "diversion_stage", "diversion_outcome", "verdict", "work_sector", "bpta_kind"),
    *("substance", "incident_event", "separation", "place", "channel", "reporter_kind", "contact_topic", "risk"),
    *("danger_prompt", "authority", "stage", "consent_basis", "service", "activity", "service_outcome", "fund"),
    *(
        "institution_type",
        "referral_status",
        "incoming_status",
        "referral_way",
        "escalation_target",
        "disclosure",
        "waiver_reason",
    ),
    *("followup_kind", "termination", "termination_reason"),
    *("assessment_kind", "goal_horizon", "goal_state", "review_outcome", "conference_kind"),
    *("consent_service", "consent_signer", "child_view", "explanation_aid", "withdrawal_effect"),
    *("risk_basis", "special_need", "shelter_reason", "shelter_exit", "place_after"),
    "village_note_end",
    *("milestone", "legal_track", "procedure", "document_kind", "yes_no_unknown"),
    *("hearing_agenda", "hearing_held", "restitution_via", "sp2hp", "case_weight", "legal_decision", "procedure_stage"),
    *("civil_matter", "legal_outcome", "police_wish", "police_decision"),
    "expert_note_kind",
    *("transfer_reason", "transfer_part"),
)
"""Every list there is, by name; the name is also the name of its file."""

CERTAINTIES: Final = frozenset({"C", "C2", "I", "U", "S"})
_OWN_KEYS: Final = frozenset({"code", "n", "id", "en", "certainty", "active"})
_SAME_SIGN: Final = str.maketrans({"–": "-", "—": "-", "‑": "-", "’": "'", "\u00a0": " "})


class UnknownCode(Refused, KeyError):
    """A word that is no code of its list. The word itself is not repeated: it may be a name typed in the wrong cell."""

    def __init__(self, list_name: str) -> None:
        super().__init__(Problem("code.unknown", params={"list": list_name}))


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a list: code, ordinal, Indonesian and English label, certainty, and what else its file says of it."""

    code: str
    n: int
    id: str
    en: str
    certainty: str
    active: bool
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)

    def text(self, key: str) -> str | None:
        """The extra attribute `key` where it is text, else None."""
        value = self.extra.get(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> int | None:
        """The extra attribute `key` where it is a whole number, else None."""
        value = self.extra.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """The extra attribute `key` where it is a list of texts, else nothing."""
        value = self.extra.get(key)
        return tuple(str(each) for each in value) if isinstance(value, tuple) else ()

    def truth(self, key: str) -> bool | None:
        """The extra attribute `key` where it is true or false; None where it is not said."""
        value = self.extra.get(key)
        return value if isinstance(value, bool) else None


@dataclass(frozen=True)
class CodeList:
    """A list in its order. `multi`: one record may carry several codes. `unknown`: the entry for "not known", if any."""

    name: str
    multi: bool
    unknown: str | None
    codes: tuple[Code, ...]
    source: str = ""
    _by_code: Mapping[str, Code] = field(init=False, repr=False, compare=False)
    _by_n: Mapping[int, Code] = field(init=False, repr=False, compare=False)
    _by_word: Mapping[str, Code] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {code.code: code for code in self.codes})
        object.__setattr__(self, "_by_n", {code.n: code for code in self.codes})
        object.__setattr__(self, "_by_word", {word: code for word, code in reversed(list(_words(self.codes)))})

    def __iter__(self) -> Iterator[Code]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def get(self, code: str) -> Code:
        """The entry with exactly this code. UnknownCode where there is none."""
        try:
            return self._by_code[code]
        except KeyError:
            raise UnknownCode(self.name) from None

    def by_n(self, n: int) -> Code:
        """The entry with this ordinal. UnknownCode where there is none."""
        try:
            return self._by_n[n]
        except KeyError:
            raise UnknownCode(self.name) from None

    def find(self, text: str) -> Code | None:
        """What a person may have typed: code, Indonesian or English label, or another known word, in any case and spacing."""
        return self._by_word.get(folded(text))

    def active(self) -> tuple[Code, ...]:
        """The entries that may still be chosen."""
        return tuple(code for code in self.codes if code.active)


def folded(text: str) -> str:
    """Text as lists compare it: case, spacing and kind of dash do not count."""
    return " ".join(text.translate(_SAME_SIGN).casefold().split())


def _words(codes: tuple[Code, ...]) -> Iterator[tuple[str, Code]]:
    """Words by rank: codes first, then Indonesian labels, English labels, other words."""
    for code in codes:
        yield folded(code.code), code
    for code in codes:
        yield folded(code.id), code
    for code in codes:
        yield folded(code.en), code
    for code in codes:
        aliases = code.extra.get("aliases", ())
        for alias in aliases if isinstance(aliases, tuple) else ():
            yield folded(str(alias)), code


def _frozen(value: Any) -> object:
    return tuple(value) if isinstance(value, list) else value


def _code(raw: Mapping[str, Any]) -> Code:
    extra = {key: _frozen(value) for key, value in raw.items() if key not in _OWN_KEYS}
    return Code(
        code=raw["code"],
        n=raw["n"],
        id=raw["id"],
        en=raw["en"],
        certainty=raw["certainty"],
        active=raw["active"],
        extra=MappingProxyType(extra),
    )


@cache
def code_list(name: str) -> CodeList:
    """The list of that name, read once. KeyError where the product has no such list."""
    if name not in ALL_LISTS:
        raise KeyError(name)
    text = resources.files("app.domain").joinpath("data", "codes", f"{name}.json").read_text(encoding="utf-8")
    raw = json.loads(text)
    return CodeList(
        name=raw["list"],
        multi=raw["multi"],
        unknown=raw["unknown"],
        codes=tuple(_code(each) for each in raw["codes"]),
        source=raw["source"],
    )


def age_on(birth: date, day: date) -> int:
    """Full years lived on `day`; negative where `day` lies before the birth. A 29 February birthday falls on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def victim_age_band(age: int | None, unborn: bool = False) -> str:
    """Band of a client's age in full years; the unborn stand in V00_05 (case-management 3.2, design 4)."""
    return _band(code_list("age_band_victim"), 0 if unborn else age)


def perp_age_band(age: int | None) -> str:
    """Band of a reported person's age in full years, older national layout (case-management 3.3)."""
    return _band(code_list("age_band_perp"), age)


@cache
def age_group(band: str) -> str:
    """ANAK, DEWASA or TIDAK_DIKETAHUI for a band of either list. UnknownCode for any other word (case-management 3.2)."""
    bands = code_list("age_band_perp" if band in code_list("age_band_perp") else "age_band_victim")
    group = bands.get(band).text("group")
    return code_list("age_group").get(group or "").code


def _band(bands: CodeList, age: int | None) -> str:
    if age is not None:
        for band in bands:
            low, high = band.number("min"), band.number("max")
            if low is not None and low <= age and (high is None or age <= high):
                return band.code
    return str(bands.unknown)
