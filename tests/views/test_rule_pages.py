"""Deadline rules and days off on screen: read, filtered, decided, confirmed, entered by decree; and the traces they leave."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale

from app.clocks import recount
from app.domain.clocks import load_rules, versions
from app.domain.clocks.reading import load_rows
from app.domain.clocks.rules import Conditions
from app.reference import rule_words, rulebook
from app.reference.rule_words import FACTS, LADDERS, MEETING, condition_words, event_words
from tests import referral_office as desk
from tests.factories import Office, Someone, fill, hidden, send
from tests.rule_desk import rule_pages
from tests.sharing import office

__all__ = ["office"]

pytestmark = pytest.mark.sqlite_only(reason="what the pages write is tried on both databases with the services")


@pytest.fixture
def officer(office: Office) -> Someone:
    return office.somebody("KEPALA", password=False)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return html.unescape(answer.get_data(as_text=True))


TOMORROW = "2026-05-21"
VERSION = {
    "terms-0-amounts": "2",
    "terms-0-unit": "h/H",
    "active": "y",
    "ladder": "URGENT",
    "legal_basis": "SK Kepala UPTD 3/2026",
    "certainty": "C",
    "note": "",
    "valid_from": TOMORROW,
    "reason": "keputusan rapat 19 Mei",
}


def test_every_rule_has_a_page_with_its_sentence_for_everybody_who_may_read(office: Office) -> None:
    somebody = office.somebody("AUDITOR", password=False)
    pages = rule_pages(office, somebody, "id")
    for rule in load_rules():
        assert rule.label.id in pages[rule.id]
        assert rule.legal_basis.id in pages[rule.id]
        assert "/edit" not in pages[rule.id]
    reader = office.browser(somebody)
    assert "/edit" not in page(reader, "/reference/rules/DEF-SCREEN")
    assert reader.get("/reference/rules/DEF-SCREEN/edit").status_code == 403
    assert reader.get("/reference/rules/NO-RULE").status_code == 404


def test_every_word_of_a_rule_is_said_in_both_languages(office: Office) -> None:
    with office.app.test_request_context():
        for rule in load_rules():
            matches = (*rule.trigger, *rule.fulfilled_by, *rule.closed_by)
            assert all(event_words(match.event.value) != match.event.value for match in matches), rule.id
            conditions = [rule.when, rule.unless, *(term.when for term in rule.terms)]
            conditions += [each for match in matches for each in (match.when, match.unless)]
            said = [words for each in conditions for words in condition_words(each)]
            assert not [words for words in said if re.fullmatch(r"[A-Z]+_[A-Z_0-9]+|[A-Z_]{5,}|A1", words)], rule.id
            assert all(sentence.endswith(".") for sentence in rule_words.sentences(rule))
    assert {row["ladder"] for row in load_rows()} <= set(LADDERS)
    assert set(FACTS).isdisjoint(MEETING)


@pytest.mark.parametrize(
    ("language", "conditions", "words"),
    [
        ("id", {"track": ("PIDANA", "ABH")}, "Perkara pidana (pelaku dewasa) atau Peradilan pidana anak"),
        ("en", {"track": ("PIDANA", "ABH")}, "Criminal case of an adult suspect or Child offender track"),
        ("id", {"kdrt": (True,)}, "kekerasan dalam rumah tangga"),
        ("id", {"kdrt": (False,)}, "kekerasan dalam rumah tangga: tidak"),
        ("en", {"kdrt": (False,)}, "domestic violence: no"),
        ("en", {"kdrt": (True, False)}, "domestic violence: yes or no"),
        ("id", {"service": ("SV_PENGADUAN", "")}, "Pengaduan atau belum diisi"),
        ("en", {"letter": ("A1", "A2")}, "SP2HP letter A1 or SP2HP letter A2"),
    ],
)
def test_a_condition_says_which_values_will_do(
    office: Office, language: str, conditions: Conditions, words: str
) -> None:
    with office.app.test_request_context(), force_locale(language):
        assert condition_words(conditions) == [words]


def test_what_starts_and_meets_a_rule_says_which_of_them_does(office: Office) -> None:
    rules = {rule.id: rule for rule in load_rules()}
    with office.app.test_request_context(), force_locale("en"):
        assert "(investigation)" in rule_words.sentences(rules["SPPA-DIV-SIDIK"])[0]
        assert rule_words.meeting_words(rules["CLIN-72"].fulfilled_by)[0].endswith(" (Health)")
        assert any("Complaint handling" in words for words in rule_words.meeting_words(rules["SVC-LOW"].fulfilled_by))


def test_the_list_is_filtered_by_source_body_certainty_and_badge(office: Office, officer: Someone) -> None:
    client = office.browser(officer)

    def shown(query: str) -> set[str]:
        return set(re.findall(r'href="/reference/rules/([A-Z0-9-]+)"', page(client, f"/reference/rules?{query}")))

    rules = load_rules()
    assert shown("show=all&source=SVC") == {rule.id for rule in rules if rule.source == "SVC"}
    assert shown("show=all&body=OB_LPSK") == {rule.id for rule in rules if rule.body.code == "OB_LPSK"}
    assert shown("show=all&certainty=U") == {rule.id for rule in rules if rule.certainty == "U"}
    assert shown("show=all&check=yes") == {rule.id for rule in rules}
    assert shown("show=all&check=no") == set()
    page(client, "/reference/rules?source=x", 404)


@pytest.mark.own_office
def test_the_officer_sees_the_effect_decides_and_confirms(office: Office, officer: Someone) -> None:
    client, here = office.browser(officer), "/reference/rules/DEF-SCREEN"
    answer = fill(client, f"{here}/edit", **VERSION, preview="1")
    assert answer.status_code == 200
    with office.runtime.looking(officer.actor) as work:
        assert rulebook.decided(work, [office.unit_id])[office.unit_id].versions == [], "showing decides nothing"
    text = answer.get_data(as_text=True)
    assert 'value="SK Kepala UPTD 3/2026"' in text
    assert {"2026-05-20T13:00+08:00", "2026-05-20T11:00+08:00"} <= set(re.findall(r'<time datetime="([^"]+)"', text))

    wrong = fill(client, f"{here}/edit", **(VERSION | {"terms-0-amounts": "dua", "reason": ""}))
    assert wrong.status_code == 422
    assert "dua" in wrong.get_data(as_text=True), "what was typed stays"
    moving = fill(client, f"{here}/edit", **(VERSION | {"valid_from": "2026-05-01"}))
    assert moving.status_code == 422
    assert fill(client, f"{here}/edit", **VERSION).status_code == 303
    form = client.get(f"{here}/edit").data
    tokens = {name: hidden(form, name) for name in ("csrf_token", "submit_id")}
    late = client.post(f"{here}/edit", data=VERSION | tokens | {"etag": "1"})
    assert late.status_code == 409, "made from a version that is no longer the newest"

    office.clock.pass_by(days=1)
    client = office.browser(officer)
    text = page(client, here)
    assert "keputusan rapat 19 Mei" in text
    assert text.count("tag--warn") == 3, "its own badge, and that of two versions"
    chosen = fill(
        client, f"{here}/confirm", version="1001", officer="Siti Contoh, S.H.", on=TOMORROW, reference="Nota 12/2026"
    )
    assert chosen.status_code == 303
    text = page(client, here)
    assert "Siti Contoh, S.H." in text
    assert text.count("tag--warn") == 1
    ahead = fill(client, f"{here}/confirm", version="1001", officer="Siti", on="2026-06-30", reference="x")
    assert ahead.status_code == 422
    assert fill(client, f"{here}/confirm", version="7", officer="S", on=TOMORROW, reference="x").status_code == 422
    events = [event.event for event in office.events() if event.event.startswith("rule:")]
    assert events == ["rule:decided", "rule:confirmed"]


@pytest.mark.own_office
def test_a_term_without_a_number_falls_away_with_its_own_condition(office: Office, officer: Someone) -> None:
    client, here = office.browser(officer), "/reference/rules/DEF-ASSESS"
    given = VERSION | {"terms-0-unit": "d/CD", "terms-1-amounts": "", "terms-2-amounts": "12"}
    seen = fill(client, f"{here}/edit", **given, preview="1").get_data(as_text=True)
    rows = re.findall(r"<tr.*?</tr>", seen, re.DOTALL)
    medium = [row for row in rows if "Risiko sedang" in row]
    assert medium
    assert all(row.count("T23:59") == 1 and "<div>–</div>" in row for row in medium), "due before, and not at all then"
    assert fill(client, f"{here}/edit", **given).status_code == 303
    assert durations(office, officer, "DEF-ASSESS") == {"RK_TINGGI": 2, "RK_RENDAH": 12}

    office.clock.pass_by(days=1)
    client = office.browser(officer)
    later = given | {"terms-1-amounts": "10", "terms-2-amounts": "", "valid_from": "2026-05-22"}
    preview = fill(
        client, f"{here}/edit", **{name: words for name, words in later.items() if "-2-" not in name}, preview="1"
    )
    said = html.unescape(preview.get_data(as_text=True))
    assert "Risiko rendah." in "".join(re.findall(r'<p class="said">(.*?)</p>', said)), "made from the newest version"
    assert "Risiko sedang." not in "".join(re.findall(r'<p class="said">(.*?)</p>', said))


def durations(office: Office, officer: Someone, rule_id: str) -> dict[str, int]:
    """The first amount of each term of the newest version, by its risk level."""
    with office.runtime.looking(officer.actor) as work:
        known = rulebook.of_unit(work, office.unit_id).known
    newest = max((rule for key, rule in known.items() if key[0] == rule_id), key=lambda rule: rule.version)
    return {str(term.when["risk"][0]): term.amounts[0] for term in newest.terms}


@pytest.mark.own_office
def test_a_program_that_says_something_else_since_is_named_and_changes_nothing(
    office: Office, officer: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, here = office.browser(officer), "/reference/rules/DEF-SCREEN"
    assert fill(client, f"{here}/edit", **VERSION).status_code == 303
    before = page(client, here).count("notice--warning")
    newer = tuple(
        dict(row) | ({"legal_basis": "Permen baru"} if row["id"] == "DEF-SCREEN" else {}) for row in load_rows()
    )
    monkeypatch.setattr(versions, "load_rows", lambda: newer)
    assert page(client, here).count("notice--warning") == before + 1
    with office.runtime.looking(officer.actor) as work:
        assert rulebook.of_unit(work, office.unit_id).rules[-1].legal_basis is not None


@pytest.mark.own_office
def test_a_decree_is_entered_moves_deadlines_and_the_traces_are_shown(office: Office, officer: Someone) -> None:
    case_id = desk.make_case(office, children=1)
    desk.make_referral(office, case_id, None, desk.make_institution(office))
    client, calendar = office.browser(officer), "/reference/calendar"
    decree = {
        "kind": "off",
        "day": TOMORROW,
        "scope": "regional",
        "name": "Hari jadi kabupaten",
        "decree": "SK Bupati 12/2026",
    }
    assert send(client, calendar, calendar, **(decree | {"decree": ""})).status_code == 422
    assert send(client, calendar, calendar, **(decree | {"day": "2026-05-27"})).status_code == 422
    assert send(client, calendar, calendar, **decree).status_code == 303
    text = page(client, calendar)
    assert text.count("SK Bupati 12/2026") == 2, "in the list of days and among the changes"

    office.clock.pass_by(minutes=2)
    assert recount.run(office.runtime, office.clock()) == 1
    for address in ("/clocks/moved", f"/clocks/cases/{case_id}", f"/cases/{case_id}/story"):
        text = page(client, address)
        assert "SK Bupati 12/2026" in text, address
    text = page(client, "/clocks/by-rule")
    assert "DEF-REF-ACK" in text
    assert "tag--warn" in text
    withdraw = re.findall(r"/reference/calendar/[0-9a-f-]{36}/withdraw", page(client, calendar))
    assert send(client, calendar, withdraw[0]).status_code == 303
    assert send(client, calendar, withdraw[0]).status_code == 409
    assert office.browser(office.somebody("MANAJER", password=False)).get("/clocks/moved").status_code == 403
    assert not [event for event in office.events() if "SK Bupati" in (event.purpose or "")]
