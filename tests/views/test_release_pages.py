"""Public releases from the register to the page anybody may see."""

from __future__ import annotations

import csv
import io
import json
import re
from uuid import UUID

import pytest

from app.audit.events import Event
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.releases import services
from app.security.models import Deployment
from tests import release_office
from tests.factories import Office, send
from tests.sharing import office

__all__ = ["office"]


def page(office: Office, who: object, path: str, status: int = 200) -> str:
    browser = office.browser(who) if who else office.stranger()  # type: ignore[arg-type]
    answer = browser.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return str(answer.get_data(as_text=True))


@pytest.mark.own_office
def test_a_release_is_frozen_signed_by_another_and_public_without_an_account(office: Office) -> None:
    release_office.victims(office, office.unit_id, girls=8, boys=2)
    data, head = office.somebody("DATA"), office.somebody("KEPALA")

    refused = send(office.browser(data), "/reports/releases", "/reports/releases", year="2026", quarter="4")
    assert refused.status_code == 422
    made = send(office.browser(data), "/reports/releases", "/reports/releases", year="2026", quarter="1")
    assert made.status_code == 303
    path = made.headers["Location"]
    release_id = path.rsplit("/", 1)[1]
    shown = page(office, data, path)
    assert "decision" not in shown  # one's own
    page(office, None, f"/publik/{release_id}", 404)

    assert "decision" in page(office, head, path)
    assert send(office.browser(head), path, f"{path}/decision").status_code == 422  # no answer refuses nothing
    signed = send(office.browser(head), path, f"{path}/decision", answer="sign")
    assert signed.status_code == 303
    assert release_id in page(office, None, "/publik")
    public = page(office, None, f"/publik/{release_id}")
    assert re.search(r">\s*10\s*<", public)

    document = json.loads(page(office, None, f"/publik/{release_id}/data.json"))
    sexes = {row["code"]: row["count"] for row in document["tables"][0]["rows"]}
    assert sexes["L"] is None
    assert sexes["P"] is None
    rows = list(csv.DictReader(io.StringIO(page(office, None, f"/publik/{release_id}/data.csv"))))
    hidden = next(row for row in rows if (row["table"], row["code"]) == ("sex", "L"))
    assert (hidden["count"], hidden["is_hidden"]) == ("", "true")
    package = json.loads(page(office, None, f"/publik/{release_id}/datapackage.json"))
    fields = [field["name"] for field in package["resources"][0]["schema"]["fields"]]
    assert fields == list(rows[0])
    assert package["resources"][0]["path"] == "data.csv"
    events = [entry.event for entry in office.events()]
    assert {Event.RELEASE_COUNTED, Event.RELEASE_PROPOSED, Event.RELEASE_OPENED, Event.RELEASE_SIGNED} <= set(events)


@pytest.mark.own_office
def test_who_makes_does_not_sign_and_a_refused_one_is_gone_but_for_its_number(office: Office) -> None:
    release_office.victims(office, office.unit_id, girls=8)
    both = office.somebody("DATA", "KEPALA")
    release_id = release_office.propose(office, both.actor)
    with pytest.raises(NotPermitted):
        release_office.decide(office, both.actor, release_id)
    with pytest.raises(Refused):
        release_office.propose(office, both.actor)
    head = office.somebody("KEPALA")
    release_office.decide(office, head.actor, release_id, sign=False)
    with pytest.raises(Conflict):
        release_office.decide(office, head.actor, release_id)
    assert str(release_id) not in page(office, None, "/publik")
    assert f"/reports/releases/{release_id}" in page(office, head, "/reports/releases")
    page(office, head, f"/reports/releases/{release_id}")
    with office.runtime.looking(head.actor) as work:
        assert services.get(work, release_id).document == ""
    again = release_office.propose(office, both.actor)
    with office.runtime.looking(head.actor) as work:
        assert services.get(work, again).number == 2


@pytest.mark.own_office
def test_too_few_are_not_released_and_a_small_correction_is_not_either(office: Office) -> None:
    data, head = office.somebody("DATA").actor, office.somebody("KEPALA").actor
    release_office.victims(office, office.unit_id, girls=4)
    with pytest.raises(Refused) as refused:
        release_office.propose(office, data)
    assert refused.value.problems[0].code == "release.small-total"
    release_office.victims(office, office.unit_id, girls=4)
    release_office.decide(office, head, release_office.propose(office, data))
    release_office.victims(office, office.unit_id, girls=1)
    with pytest.raises(Refused) as refused:
        release_office.propose(office, data)
    assert refused.value.problems[0].code == "release.small-change"


@pytest.mark.own_office
def test_a_release_changed_behind_the_program_is_shown_to_nobody(office: Office) -> None:
    data, head = office.somebody("DATA").actor, office.somebody("KEPALA").actor
    release_office.victims(office, office.unit_id, girls=8)
    release_id = release_office.propose(office, data)
    release_office.decide(office, head, release_id)
    with office.work(head) as work:
        services.get(work, release_id).document = "{}"
    with office.runtime.looking(head) as work, pytest.raises(NotFound):
        services.published_one(work, release_id)
    page(office, None, f"/publik/{release_id}", 404)
    assert str(release_id) not in page(office, None, "/publik")  # nor does it break the list of the others
    inside = page(office, office.somebody("KEPALA"), f"/reports/releases/{release_id}")
    assert "tidak dapat dibuka" in inside


@pytest.mark.own_office
def test_a_waiting_release_that_was_changed_is_not_signed_but_can_be_refused(office: Office) -> None:
    data, head = office.somebody("DATA").actor, office.somebody("KEPALA").actor
    release_office.victims(office, office.unit_id, girls=8)
    release_id = release_office.propose(office, data)
    with office.work(head) as work:
        services.get(work, release_id).document = "{}"
    with pytest.raises(Conflict):
        release_office.decide(office, head, release_id)
    release_office.decide(office, head, release_id, sign=False)
    release_office.propose(office, data)  # the next one is not held up for ever


@pytest.mark.own_office
def test_a_newer_version_takes_the_place_of_the_older_one_and_strangers_may_keep_what_they_get(office: Office) -> None:
    data, head = office.somebody("DATA"), office.somebody("KEPALA")
    made = []
    for girls in (8, 7):
        release_office.victims(office, office.unit_id, girls=girls)
        made.append(release_office.propose(office, data.actor))
        release_office.decide(office, head.actor, made[-1])
    old, new = made
    shown = page(office, None, f"/publik/{old}")
    assert f"/publik/{new}" in shown
    assert f"/publik/{old}" not in page(office, None, f"/publik/{new}")
    assert page(office, None, "/publik").count("digantikan versi 2") == 1
    assert "digantikan versi 2" in page(office, data, "/reports/releases")
    assert "DATA CONTOH" not in page(office, None, "/publik") + shown
    with office.work(head.actor) as work:
        work.session.get_one(Deployment, 1).is_demo = True
    assert all("DATA CONTOH" in page(office, None, path) for path in ("/publik", f"/publik/{new}"))
    for path in ("/publik", f"/publik/{old}", f"/publik/{old}/data.csv", f"/publik/{old}/datapackage.json"):
        answer = office.stranger().get(path)
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in answer.headers
        assert {"Cookie", "Accept-Language", "Sec-Fetch-Site"} <= set(answer.vary)
        assert office.browser(data).get(path).headers["Cache-Control"] == "no-store"
    assert office.stranger().get(f"/publik/{UUID(int=1)}").headers["Cache-Control"] == "no-store"
    etag = office.stranger().get(f"/publik/{old}/data.json").headers["ETag"]
    assert office.stranger().get(f"/publik/{old}/data.json", headers={"If-None-Match": etag}).status_code == 304
