"""Who may consent (case-management 7 F4 and the paragraph after the table): the rules over codes alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import consents
from app.domain.codes import code_list
from app.domain.consents import Signing, problems

SIGNERS = [code.code for code in code_list("consent_signer")]
SERVICES = [code.code for code in code_list("consent_service")]
GUARDIANS = [signer for signer in SIGNERS if consents.is_guardian(signer)]
PARENT = Signing(
    basis="CB_WALI",
    signer="SG_ORTU",
    is_child=True,
    conflict="TIDAK",
    has_name=True,
    child_view="CA_SETUJU",
    full=True,
    said=frozenset({"truth", "explained", "procedure"}),
    agreed=frozenset(SERVICES),
)


def codes(signing: Signing) -> set[str]:
    return {problem.code for problem in problems(signing)}


def by(signer: str, **changed: object) -> Signing:
    return replace(PARENT, signer=signer, basis=consents.basis_of(signer), **changed)  # type: ignore[arg-type]


def test_a_parent_signs_for_a_child_who_agrees():
    assert problems(PARENT) == ()


@given(st.sampled_from(GUARDIANS), st.booleans(), st.booleans(), st.sampled_from([True, False, None]))
def test_a_reported_person_consents_for_nobody_whatever_else_is_said(signer, has_reason, confirmed, is_child):
    asked = by(signer, conflict="YA", has_reason=has_reason, confirmed_other=confirmed, is_child=is_child)
    chosen = by(signer, is_reported=True, has_reason=has_reason, confirmed_other=confirmed, is_child=is_child)

    assert "consent.reported" in codes(asked)
    assert "consent.reported" in codes(chosen)


def test_who_looks_like_a_reported_person_is_looked_at_and_confirmed():
    assert codes(replace(PARENT, looks_reported=True)) == {"consent.looks-reported"}
    assert codes(replace(PARENT, looks_reported=True, confirmed_other=True)) == set()


def test_whether_the_guardian_is_reported_must_be_answered():
    assert codes(replace(PARENT, conflict="")) == {"required"}


def test_a_child_does_not_sign_alone_and_an_adult_does():
    alone = by("SG_KLIEN", conflict="")

    assert codes(alone) == {"consent.child-alone"}
    assert codes(replace(alone, is_child=False, child_view="")) == set()


@pytest.mark.parametrize("signer", ["SG_WALI_LAIN", "SG_PEKSOS"])
def test_another_guardian_or_a_social_worker_signs_with_a_reason(signer):
    assert codes(by(signer)) == {"required"}
    assert codes(by(signer, has_reason=True)) == set()


@pytest.mark.parametrize("signer", GUARDIANS)
def test_nobody_signs_for_an_adult_without_a_reason(signer):
    assert codes(by(signer, is_child=False, child_view="")) == {"required"}


def test_the_childs_own_view_is_recorded_and_a_no_in_words():
    assert codes(replace(PARENT, child_view="")) == {"consent.child-view"}
    assert codes(replace(PARENT, child_view="CA_TIDAK")) == {"required"}
    assert codes(replace(PARENT, child_view="CA_TIDAK", has_child_words=True)) == set()


def test_every_service_has_its_own_yes_or_no():
    half = replace(PARENT, agreed=frozenset(SERVICES[:2]))
    both = replace(PARENT, declined=frozenset(SERVICES[:1]))

    assert [p.field for p in problems(half)] == [f"answers.{code}" for code in SERVICES[2:]]
    assert [p.field for p in problems(both)] == [f"answers.{SERVICES[0]}"]


@pytest.mark.parametrize("missing", ["truth", "explained"])
def test_without_the_explanation_it_is_no_informed_consent(missing):
    signing = replace(PARENT, said=PARENT.said - {missing})

    assert [(p.code, p.field) for p in problems(signing)] == [("consent.statement", missing)]


def test_a_signer_gives_the_kind_of_consent_that_is_theirs():
    assert codes(replace(PARENT, basis="CB_KLIEN")) == {"consent.signer-basis"}


def test_the_statements_are_those_of_the_form_in_their_order():
    assert [(s.letter, s.key) for s in consents.statements()] == [
        ("a", "truth"),
        ("b", "explained"),
        ("c", "services"),
        ("d", "procedure"),
        ("e", "cooperation"),
    ]
    assert all(s.id and s.en for s in consents.statements())


# --- what a consent covers -------------------------------------------------------------------------------------------


def test_a_referral_needs_the_yes_to_referral():
    assert consents.covers(SERVICES, ["SV_BANKUM"])
    assert not consents.covers([s for s in SERVICES if s != "CS_RUJUKAN"], ["SV_BANKUM"])


def test_a_service_is_covered_by_the_one_it_belongs_to_and_health_by_referral_alone():
    assert not consents.covers(["CS_RUJUKAN", "CS_SOSIAL"], ["SV_BANKUM"])
    assert consents.covers(["CS_RUJUKAN"], ["SV_KESEHATAN"])


def test_nobody_is_sent_to_a_psychologist_after_saying_no_to_psychological_service():
    assert consents.covers(["CS_RUJUKAN", "CS_SOSIAL"], ["SV_REHSOS"], "IN_DINSOS")
    assert not consents.covers(["CS_RUJUKAN", "CS_SOSIAL"], ["SV_REHSOS"], "IN_PSIKOLOG")


@given(st.sets(st.sampled_from(SERVICES)), st.sets(st.sampled_from([c.code for c in code_list("service")])))
def test_agreeing_to_more_never_covers_less(agreed, asked):
    if consents.covers(agreed, asked):
        assert consents.covers(SERVICES, asked)
    for service in asked:
        assert not (consents.refused(agreed, service) and consents.covers(agreed, [service]))
