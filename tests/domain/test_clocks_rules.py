"""The seeded rules as a supervisor and a legal officer would check them, and what a damaged rule is told."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.clocks import Certainty, Rule, Source, Why, load_rules, parse_rules
from app.domain.clocks.reading import RULES_FILE
from app.domain.errors import Refused

ROOT = Path(__file__).parent.parent.parent

ACTIVE = {
    *("TPKS-41", "KDRT-16-1", "KDRT-16-2", "KDRT-16-3", "DEF-SCREEN", "DEF-LOW", "DEF-IDLE"),
    *("PDP-WITHDRAW", "DEF-CONSENT", "DEF-POST", "CLIN-72"),
    *("DEF-ASSESS", "DEF-PLAN", "DEF-CONF", "DEF-MON", "DEF-REVIEW"),
    *("DEF-REF-SEND", "DEF-REF-ACK", "DEF-REF-FU", "DEF-REF-ESC", "DEF-REF-RESULT", "DEF-REF-HIGH"),
    "DEF-SIMFONI",
    *("DEF-LEGAL", "SPDP-7", "SP2HP-A1", "SP2HP-INV", "LPSK-29", "KDRT-28", "KDRT-32-1", "KDRT-32-3"),
    *("KUHAP25-23-7", "KUHAP25-24-4", "KUHAP81-138-1", "KUHAP81-110-4", "KUHAP81-138-2"),
    *("TPKS-42-1", "TPKS-42-2", "TPKS-43", "TPKS-45-2", "TPKS-45-3", "TPKS-33-1", "TPKS-33-2", "TPKS-33-5"),
    *("TPPO-53", "TPPO-REST", "REST-PERMA-90", "REST-PERMA-7", "REST-PERMA-30"),
    *("SPPA-SPDP", "SPPA-KOORD", "SPPA-REQ", "SPPA-LITMAS", "SPPA-LAPSOS", "SPPA-DIV-OFFER", "SPPA-DIV-SIDIK"),
    *("SPPA-DIV-JPU", "SPPA-HAKIM", "SPPA-DIV-PN", "SPPA-12-SEND", "SPPA-12-PENETAPAN", "SPPA-14", "SPPA-21"),
    *("SPPA-30", "SPPA-33", "SPPA-34", "SPPA-35", "SPPA-36", "SPPA-37", "SPPA-38"),
}


def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(RULES_FILE.read_text(encoding="utf-8"))
    return copy.deepcopy(document)


def _rule(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(rule for rule in document["rules"] if rule["id"] == name)


def _by_id() -> dict[str, Rule]:
    return {rule.id: rule for rule in load_rules()}


def test_all_rows_of_the_domain_file_are_seeded() -> None:
    counts = {
        prefix: sum(rule.id.startswith(prefix + "-") for rule in load_rules())
        for prefix in ("KDRT", "TPKS", "SPPA", "PDP", "SVC", "CLIN", "DEF")
    }
    assert counts == {"KDRT": 8, "TPKS": 10, "SPPA": 22, "PDP": 3, "SVC": 9, "CLIN": 1, "DEF": 18}
    assert len(load_rules()) == 87


def test_only_rules_whose_events_are_recorded_today_run() -> None:
    assert {rule.id for rule in load_rules() if rule.active} == ACTIVE


def test_unknown_regional_and_numberless_rules_wait() -> None:
    """Design 5: seeded inactive."""
    for rule in load_rules():
        if rule.certainty is Certainty.U or not rule.terms or rule.source is Source.SVC:
            assert not rule.active
        assert (rule.inactive_because is None) == rule.active
        assert (rule.inactive_because is Why.REGIONAL) <= bool(rule.region)


def test_what_is_said_of_a_rule_stands_in_both_languages_but_for_bare_citations() -> None:
    citation = re.compile(r"(?:(?:UU|PP|PERMA|KUHAP) [\d/]+(?: Pasal [\d()]+(?:-[\d()]+)?(?:, \d+)?)?(?:; )?)+")
    for rule in load_rules():
        assert rule.legal_basis.id != rule.legal_basis.en or citation.fullmatch(rule.legal_basis.id), rule.id
        for words in (rule.note, rule.region):
            assert words is None or words.id != words.en, rule.id


def test_only_one_statutory_clock_of_a_case_binds_the_unit_itself() -> None:
    ours = {rule.id for rule in load_rules() if rule.ours and rule.source is Source.STAT}
    assert ours == {"TPKS-41", "PDP-46", "PDP-ACCESS", "PDP-WITHDRAW"}


def test_a_reminder_to_others_asks_and_never_states_a_breach() -> None:
    accusing = re.compile(r"melanggar|pelanggaran|lalai|terlambat|breach|violat|late\b", re.IGNORECASE)
    for rule in load_rules():
        assert (rule.ask is None) == rule.ours
        if rule.ask is not None:
            assert rule.ask.id.startswith("Tanyakan")
            assert rule.ask.en.startswith("Ask")
            assert not accusing.search(rule.ask.id + rule.ask.en)


def test_every_rule_carries_a_check_badge_until_a_legal_officer_confirmed_it() -> None:
    assert all(rule.needs_check for rule in load_rules())
    confirmed = replace(_by_id()["DEF-SCREEN"], confirmed_by="Kabag Hukum", confirmed_on=date(2026, 5, 4))
    assert not confirmed.needs_check


def test_no_rule_is_confirmed_before_a_legal_officer_did_it() -> None:
    assert all(rule.confirmed_on is None and not rule.confirmed_by for rule in load_rules())


def test_the_page_on_clocks_names_every_active_rule() -> None:
    page = (ROOT / "docs" / "clocks.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in ACTIVE)


DAMAGES: list[tuple[str, str, object, str]] = [
    ("TPKS-41", "terms", [], "clock_rule.duration_missing"),
    ("TPKS-41", "trigger", [], "clock_rule.trigger_missing"),
    ("TPKS-41", "trigger", ["REPORT_RECIEVED"], "clock_rule.code_unknown"),
    ("TPKS-41", "terms", [{"amounts": [3], "unit": "d", "clock": "H"}], "clock_rule.unit_does_not_fit"),
    ("TPKS-41", "terms", [{"amounts": [0], "unit": "h", "clock": "H"}], "clock_rule.number_wrong"),
    ("TPKS-41", "terms", [{"amounts": [9, 3], "unit": "h", "clock": "H"}], "clock_rule.amounts_not_rising"),
    ("TPKS-41", "terms", "72", "clock_rule.not_a_list"),
    ("TPKS-41", "terms", ["72"], "clock_rule.not_an_object"),
    ("TPKS-41", "certainty", "U", "clock_rule.unknown_is_not_active"),
    ("TPKS-41", "inactive_because", "REGIONAL", "clock_rule.active_with_reason_against"),
    ("TPKS-41", "active", "ya", "clock_rule.flag_wrong"),
    ("TPKS-41", "version", 0, "clock_rule.number_wrong"),
    ("TPKS-41", "valid_from", "9 May 2022", "clock_rule.day_wrong"),
    ("TPKS-41", "valid_to", "2020-01-01", "clock_rule.validity_wrong"),
    ("TPKS-41", "label", None, "clock_rule.text_missing"),
    ("TPKS-41", "label", {"id": "", "en": "x"}, "clock_rule.text_missing"),
    ("TPKS-41", "note", "Hanya dalam satu bahasa", "clock_rule.not_an_object"),
    ("TPKS-41", "legal_basis", {"id": "Usulan"}, "clock_rule.text_missing"),
    ("TPKS-41", "legal_basis", "", "clock_rule.text_missing"),
    ("TPKS-41", "obligated", "OB_NOBODY", "clock_rule.code_unknown"),
    ("TPKS-41", "ladder", "STEEP", "clock_rule.code_unknown"),
    ("TPKS-41", "when", {"is_tpks": []}, "clock_rule.condition_wrong"),
    ("TPKS-41", "confirmed_by", "Kabag Hukum", "clock_rule.confirmation_wrong"),
    ("TPKS-41", "deadline", 72, "clock_rule.field_unknown"),
    ("TPKS-41", "ask", {"id": "Tanyakan", "en": "Ask"}, "clock_rule.ask_of_ourselves"),
    ("KDRT-16-1", "ask", None, "clock_rule.ask_missing"),
    ("KDRT-32-3", "ladder", "WORK", "clock_rule.warning_wrong"),
    ("DEF-REF-HIGH", "halves", {"rules": ["DEF-POST"], "when": {}}, "clock_rule.cannot_be_halved"),
    ("DEF-REF-HIGH", "halves", {"rules": ["DEF-NOTHING"], "when": {}}, "clock_rule.cannot_be_halved"),
]


@pytest.mark.parametrize(("name", "field", "value", "code"), DAMAGES, ids=[f"{d[1]}: {d[3]}" for d in DAMAGES])
def test_a_damaged_rule_is_refused_with_its_name_and_field(name: str, field: str, value: object, code: str) -> None:
    document = _document()
    _rule(document, name)[field] = value
    with pytest.raises(Refused) as caught:
        parse_rules(document)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert caught.value.problems[0].field.startswith(name)


def test_every_damaged_rule_is_named_at_once() -> None:
    document = _document()
    _rule(document, "TPKS-41")["terms"] = []
    _rule(document, "DEF-LOW")["kind"] = "SOON"
    with pytest.raises(Refused) as caught:
        parse_rules(document)
    assert {problem.field for problem in caught.value.problems} == {"TPKS-41.terms", "DEF-LOW.kind"}


@pytest.mark.parametrize("document", [None, [], {}, {"bodies": [], "ladders": {}, "rules": {}}])
def test_a_document_that_holds_no_rules_is_refused(document: object) -> None:
    with pytest.raises(Refused):
        parse_rules(document)


def test_two_active_versions_valid_on_one_day_are_refused() -> None:
    document = _document()
    second = copy.deepcopy(_rule(document, "DEF-SCREEN")) | {"version": 2, "valid_from": "2026-05-01"}
    document["rules"].append(second)
    with pytest.raises(Refused, match="versions_overlap"):
        parse_rules(document)
    _rule(document, "DEF-SCREEN")["valid_to"] = "2026-04-30"
    assert len(parse_rules(document)) == 88
