"""Signing in, staying signed in, and being signed out (security 5, 6 #5, #6, #14 to #18)."""

from __future__ import annotations

from tests.factories import PASSWORD, Office, fill


def sign_in(office, who, client, password=PASSWORD, page="/sign-in"):
    return fill(client, page, email=who.email, password=password)


def test_a_person_signs_in_and_sees_the_home_page(office: Office):
    who = office.somebody("PENERIMA")
    client = office.stranger()

    answer = sign_in(office, who, client)

    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/").status_code == 200
