"""The registry of sections is complete: every attribute of a case (kla-cluster-v 8) has a field, and every code has a list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import pytest
from msgspec import Struct

from app.backup.samples import SEALED
from app.cases.coded_fields import LISTS
from app.db.base import Base
from app.db.discovery import load_models
from app.domain.codes import code_list
from app.security.sections import REGISTRY, Secrecy, Section
from app.security.structs import (
    case,
    course,
    documents,
    drafts,
    experts,
    handling,
    intake,
    merges,
    notices,
    office,
    papers,
    patbm,
    people,
    safety,
    simfoni,
    tasks,
    team,
    work,
)

ROOMS: Mapping[str, Any] = {
    "case": case,
    "people": people,
    "work": work,
    "course": course,
    "handling": handling,
    "documents": documents,
    "office": office,
    "intake": intake,
    "drafts": drafts,
    "safety": safety,
    "team": team,
    "tasks": tasks,
    "papers": papers,
    "simfoni": simfoni,
    "experts": experts,
    "merges": merges,
    "patbm": patbm,
    "notices": notices,
}
ATTRIBUTES = json.loads((Path(__file__).parent / "case_attributes.json").read_text(encoding="utf-8"))["attributes"]
MEASURED = frozenset(
    {
        "child",
        "categories",
        "violence",
        "report",
        "incident",
        "perpetrator",
        "ABH",
        "work",
        "event",
        "services",
        "closure",
        "follow-up",
        "PATBM",
    }
)

WORDS_NOT_CODES: Mapping[str, str] = {
    "case.Incident": "report_time time area patbm_village event_area case_ref",
    "case.Report": "time relation",
    "case.NoteHead": "kind",
    "people.ClientProfile": "mask country residence victim_ref person_ref client_no",
    "people.ReportedProfile": "country perp_ref",
    "people.ClientSensitive": "psychology",
    "work.Consent": "wording",
    "course.Officer": "role",
    "experts.ExpertNote": "role",
    "intake.Screening": "risk_reason",
    "papers.IssuedPaper": "paper number sha256",
    "simfoni.Entry": "layout coded words",
    "documents.Document": "media_type",
    "documents.StoredPart": "role media_type sha256",
    "simfoni.ComparedCount": "table row",
    "simfoni.Reason": "code",
    "simfoni.Reconciliation": "kind month",
    "safety.ShelterStay": "in_time out_time",
    "answers.PartnerAnswer": "kind media_type",
    "patbm.VillageNote": "village",
    "patbm.VillageNoteFate": "kind",
    "notices.Notice": "kind rule",
    "notices.MailMessage": "sort",
    "work.LegalStep": "time",
    "intake.IntakeReport": "time relation",
    "intake.IntakeIncident": "time area patbm_village event_area",
}
"""Texts of coded structs that take no code: times, areas (their own tree), references of an import, the mask, marks and digests of the program."""


def named(path: str) -> tuple[type[Struct], str]:
    """The struct and the field of `room.Struct.field`."""
    room, struct, field = path.split(".")
    return getattr(ROOMS[room], struct), field


def reached(struct: type[Struct], seen: set[type[Struct]]) -> None:
    """This struct and every one inside it."""
    if struct in seen:
        return
    seen.add(struct)
    for hint in get_type_hints(struct).values():
        for part in (hint, *getattr(hint, "__args__", ())):
            if isinstance(part, type) and issubclass(part, Struct):
                reached(part, seen)


def sealed_structs() -> dict[type[Struct], Section]:
    """Every struct that some section holds, with one of the sections."""
    found: dict[type[Struct], Section] = {}
    for info in REGISTRY.values():
        inside: set[type[Struct]] = set()
        reached(info.struct, inside)
        for struct in inside:
            found.setdefault(struct, info.id)
    return found


def path_of(struct: type[Struct]) -> str:
    return f"{struct.__module__.rpartition('.')[2]}.{struct.__name__}"


def texts(struct: type[Struct]) -> Iterator[str]:
    """Fields that hold a text or several."""
    hints = get_type_hints(struct)
    for name in struct.__struct_fields__:
        if hints[name] in (str, tuple[str, ...]):
            yield name


@pytest.mark.parametrize("row", ATTRIBUTES, ids=lambda row: f"{row['of']}: {row['attribute']}")
def test_every_attribute_of_a_case_has_a_field_in_a_section(row: Mapping[str, Any]) -> None:
    load_models()
    structs = sealed_structs()
    for path in row["held"]:
        if path.startswith("table:"):
            table, column = path.removeprefix("table:").split(".")
            assert column in Base.metadata.tables[table].columns, path
            continue
        struct, field = named(path)
        assert field in struct.__struct_fields__, path
        assert struct in structs, f"no section holds {path}"
        if row.get("many") and field != "item":
            assert str(get_type_hints(struct)[field]).startswith("tuple["), f"{path} takes one only"
        if row.get("restricted"):
            assert REGISTRY[structs[struct]].own_list == "sensitive" or struct is people.ClientSensitive


def test_what_is_counted_is_coded_and_opens_without_the_words() -> None:
    """Attributes that measures need must not stand in a text section: counting opens coded sections only (design 2)."""
    in_words = {"people.ClientIdentity.birth_date", "people.ClientIdentity.village", "work.ServiceText.agency"}
    coded: set[type[Struct]] = set()
    for info in REGISTRY.values():
        if info.secrecy is Secrecy.S3:
            reached(info.struct, coded)
    for row in ATTRIBUTES:
        for path in row["held"]:
            if row["of"] in MEASURED and not path.startswith("table:") and path not in in_words:
                assert named(path)[0] in coded, path


def test_every_field_with_a_list_exists_and_every_list_is_there() -> None:
    for struct, fields in LISTS.items():
        assert fields.keys() <= set(struct.__struct_fields__), path_of(struct)
        assert set(fields) <= set(texts(struct)), path_of(struct)
        for name in fields.values():
            assert code_list(name)


def test_every_text_of_a_coded_struct_takes_its_codes_from_a_list_or_is_named_as_none() -> None:
    without: dict[str, set[str]] = {}
    coded: set[type[Struct]] = {intake.IntakeReport, intake.IntakeIncident, intake.Screening}
    for info in REGISTRY.values():
        if info.secrecy is Secrecy.S3:
            reached(info.struct, coded)
    for struct in coded - {case.CaseClocks}:
        allowed = set(WORDS_NOT_CODES.get(path_of(struct), "").split())
        missing = set(texts(struct)) - LISTS.get(struct, {}).keys() - allowed
        if missing:
            without[path_of(struct)] = missing
    assert without == {}


def test_no_coded_default_is_a_word_outside_its_list() -> None:
    for struct, fields in LISTS.items():
        for field in msgspec.structs.fields(struct):
            name = fields.get(field.name)
            if name is not None and isinstance(field.default, str) and field.default:
                assert field.default in code_list(name), f"{path_of(struct)}.{field.name}"


def test_every_sealed_column_has_a_section_and_every_section_a_column() -> None:
    load_models()
    columns = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed")
    }
    known = {(model.__tablename__, column) for model, column in SEALED.values()}
    frozen = {("closings", "tables_sealed"), ("official_returns", "copy_sealed")}
    assert columns - known == {("ledger_blobs", "records_sealed"), *frozen}
    assert known <= columns
    assert SEALED.keys() == REGISTRY.keys()
