"""Every audited event, section and refusal of these rooms has words on screen."""

from __future__ import annotations

from app.accounts.labels import SENTENCES
from app.audit.events import Event
from app.audit.labels import ACTS, GROUPS, REASONS, SECTIONS
from app.security.sections import Section


def test_every_event_has_words() -> None:
    groups, acts = {event.partition(":")[0] for event in Event}, {event.partition(":")[2] for event in Event}
    assert groups == set(GROUPS)
    assert acts == set(ACTS)


def test_every_section_has_words() -> None:
    assert set(SECTIONS) == {section.value for section in Section}


def test_every_break_of_the_chain_has_words() -> None:
    assert set(REASONS) == {"missing", "inserted", "link", "edited", "truncated"}


def test_every_refusal_about_people_has_a_sentence() -> None:
    assert {"user.email-taken", "role.needs-head", "activation.refused", "password.guessable"} <= set(SENTENCES)
