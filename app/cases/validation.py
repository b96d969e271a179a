"""What is wrong with an intake or a correction: the same rules for forms and for imports (design 7, ASVS 2.2).

Every rule gives a `Problem` with a dotted path: `report.on`, `incident.first_on`, `clients.0.profile.sex`. Paths count clients and
reported persons from 0. Errors refuse; warnings are shown and kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from app.cases.coded_fields import LISTS, limit_of
from app.cases.derive import CHILD_UNDER, is_child, with_ages
from app.domain.codes import age_on, code_list
from app.domain.errors import Problem, Severity
from app.domain.nik import check as check_nik
from app.reference import areas
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReported
from app.security.structs.people import ClientProfile, ReportedProfile

MAX_AGE = 120
MAX_PEOPLE = 50


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that refuse."""
    return tuple(p for p in problems if p.severity is Severity.ERROR)


def warnings(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that are shown and kept."""
    return tuple(p for p in problems if p.severity is Severity.WARNING)


def check(intake: Intake, today: date) -> tuple[Problem, ...]:
    """Everything wrong with an intake as it stands, complete or not (incomplete parts are not a fault here)."""
    found = [
        *_report(intake, today),
        *_incident(intake),
        *_codes("report", intake.report),
        *_codes("incident", intake.incident),
    ]
    found += _codes("screening", intake.screening)
    if len(intake.clients) > MAX_PEOPLE or len(intake.reported) > MAX_PEOPLE:
        found.append(Problem("people.too-many", "clients", params={"limit": str(MAX_PEOPLE)}))
    for number, client in enumerate(intake.clients):
        found += check_client(client, intake, f"clients.{number}", today)
    for number, reported in enumerate(intake.reported):
        found += check_reported(reported, intake, f"reported.{number}", today)
    return tuple(found)


def required_for_registration(intake: Intake) -> tuple[Problem, ...]:
    """What the minimum of design 6 still lacks: report moment, channel, kecamatan, incident day; per client name or label, sex, age,
    kind, safe contact; a relation per pair; danger prompts; risk."""
    missing = [
        _required("report.on", intake.report.on),
        _required("report.time", intake.report.time),
        _required("report.channel", intake.report.channel),
        _required("incident.first_on", intake.incident.first_on),
        _required("incident.area", intake.incident.area),
        _required("screening.risk", intake.screening.risk),
        _required("screening.danger_prompts", intake.screening.prompts_asked or intake.screening.danger_prompts),
        _required("clients", intake.clients),
    ]
    for number, client in enumerate(intake.clients):
        missing += _client_minimum(client, f"clients.{number}")
    for number, reported in enumerate(intake.reported):
        missing += _relations_minimum(reported, intake, f"reported.{number}")
    return tuple(problem for problem in missing if problem is not None)


def required_for_import(intake: Intake) -> tuple[Problem, ...]:
    """What the exchange format demands: report day; per client sex, and a kind of violence for KORBAN."""
    missing = [_required("report.on", intake.report.on), _required("clients", intake.clients)]
    for number, client in enumerate(intake.clients):
        path = f"clients.{number}.profile"
        missing += [_required(f"{path}.sex", client.profile.sex), _kind_required(client.profile, path)]
    return tuple(problem for problem in missing if problem is not None)


def _required(path: str, value: object) -> Problem | None:
    return None if value else Problem("required", path)


def _kind_required(profile: ClientProfile, path: str) -> Problem | None:
    lacks = profile.capacity == "KORBAN" and not profile.violence
    return Problem("violence.required", f"{path}.violence") if lacks else None


def _client_minimum(client: IntakeClient, path: str) -> list[Problem | None]:
    profile, identity = client.profile, client.identity
    age_known = profile.unborn or identity.birth_date is not None or profile.stated_age is not None
    return [
        _required(f"{path}.identity.name", identity.name or identity.label),
        _required(f"{path}.profile.sex", profile.sex),
        _required(f"{path}.profile.stated_age", age_known),
        _kind_required(profile, f"{path}.profile"),
        _required(f"{path}.identity.contact.call", identity.contact.call),
    ]


def _relations_minimum(reported: IntakeReported, intake: Intake, path: str) -> list[Problem | None]:
    related = {relation.client_id for relation in reported.profile.relations if relation.relationship}
    return [_required(f"{path}.relations.{n}", client.id in related) for n, client in enumerate(intake.clients)]


def _report(intake: Intake, today: date) -> Iterator[Problem]:
    report = intake.report
    if report.on is not None and report.on > today:
        yield Problem("report.future", "report.on", params={"day": report.on.isoformat()})
    if report.on is not None and report.on.year < 1990:
        yield Problem("day.too-early", "report.on", params={"day": report.on.isoformat()})
    yield from _texts("report.reporter", report.reporter)


def _incident(intake: Intake) -> Iterator[Problem]:
    incident, reported_on = intake.incident, intake.report.on
    for name in ("first_on", "last_on"):
        day: date | None = getattr(incident, name)
        if day is not None and reported_on is not None and day > reported_on:
            params = {"day": day.isoformat(), "report": reported_on.isoformat()}
            yield Problem("incident.after-report", f"incident.{name}", params=params)
    if incident.first_on and incident.last_on and incident.last_on < incident.first_on:
        yield Problem("incident.last-before-first", "incident.last_on")
    yield from _areas("incident", incident)
    yield from _texts("incident.chronology", incident.chronology)


def _areas(path: str, incident: IntakeIncident) -> Iterator[Problem]:
    for name in ("area", "patbm_village", "event_area"):
        code: str = getattr(incident, name)
        if code and not areas.exists(code):
            yield Problem("area.unknown", f"{path}.{name}")


def check_client(client: IntakeClient, intake: Intake, path: str, today: date) -> Iterator[Problem]:
    """Everything wrong with one client, alone and against report and incident."""
    profile, identity = client.profile, client.identity
    for part, document in (("profile", profile), ("identity", identity), ("sensitive", client.sensitive)):
        yield from _codes(f"{path}.{part}", document)
    yield from _codes(f"{path}.identity.contact", identity.contact)
    for number, category in enumerate(profile.categories):
        yield from _codes(f"{path}.profile.categories.{number}", category)
    yield from _texts(f"{path}.identity", identity)
    if profile.residence and not areas.exists(profile.residence):
        yield Problem("area.unknown", f"{path}.profile.residence")
    yield from _birth(client, intake, path)
    yield from _ages(client, intake, path)
    yield from _combinations(profile, path)
    if identity.nik:
        for problem in check_nik(identity.nik, profile.sex or None, identity.birth_date, today):
            yield Problem(problem.code, f"{path}.identity.nik", Severity.WARNING, problem.params)


def _birth(client: IntakeClient, intake: Intake, path: str) -> Iterator[Problem]:
    birth, profile = client.identity.birth_date, client.profile
    if birth is None or profile.unborn:
        return
    incident, report = intake.incident.first_on, intake.report.on
    where = f"{path}.identity.birth_date"
    if report is not None and birth > report:
        yield Problem("birth.after-report", where, params={"day": birth.isoformat(), "report": report.isoformat()})
    elif incident is not None and birth > incident:
        yield Problem(
            "birth.after-incident", where, params={"day": birth.isoformat(), "incident": incident.isoformat()}
        )
    base = incident or report
    if base is None or birth > base:
        return
    age = age_on(birth, base)
    if age > MAX_AGE:
        yield Problem("age.range", where, params={"limit": str(MAX_AGE)})
    if profile.stated_age is not None and profile.stated_age != age:
        params = {"stated": str(profile.stated_age), "age": str(age)}
        yield Problem("age.contradicts-birth", f"{path}.profile.stated_age", Severity.WARNING, params)


def _ages(client: IntakeClient, intake: Intake, path: str) -> Iterator[Problem]:
    profile = client.profile
    if profile.stated_age is not None and not 0 <= profile.stated_age <= MAX_AGE:
        yield Problem("age.range", f"{path}.profile.stated_age", params={"limit": str(MAX_AGE)})
    base = intake.incident.first_on or intake.report.on
    if base is None:
        return
    aged = with_ages(profile, client.identity, intake.incident.first_on, intake.report.on or base)
    child, age = is_child(aged), aged.age_at_incident
    if child is False:
        yield from _adult(profile, path, age or 0)
    if child and profile.ktp and profile.sex == "P":
        yield Problem("ktp.child", f"{path}.profile.ktp", Severity.WARNING)
    if profile.abh_role and child and age is not None and not _role_fits(profile.abh_role, age):
        yield Problem("abh.age", f"{path}.profile.abh_role", Severity.WARNING, {"age": str(age)})


def _adult(profile: ClientProfile, path: str, age: int) -> Iterator[Problem]:
    """A child category on an adult is refused (design 7)."""
    params = {"age": str(age), "limit": str(CHILD_UNDER)}
    if profile.categories:
        yield Problem("category.adult", f"{path}.profile.categories", params=params)
    if profile.abh_role:
        yield Problem("category.adult", f"{path}.profile.abh_role", params=params)
    if profile.capacity in {"ABH_PELAKU", "AMPK_LAIN"}:
        yield Problem("category.adult", f"{path}.profile.capacity", params=params)


def _role_fits(role: str, age: int) -> bool:
    entry = code_list("abh_role").get(role) if role in code_list("abh_role") else None
    low, high = (entry.number("min_age"), entry.number("under")) if entry else (None, None)
    return (low is None or age >= low) and (high is None or age < high)


def _combinations(profile: ClientProfile, path: str) -> Iterator[Problem]:
    exclusive = {code.code for code in code_list("disability") if code.truth("exclusive")}
    if len(profile.disability) > 1 and exclusive & set(profile.disability):
        yield Problem("disability.contradiction", f"{path}.profile.disability")
    if profile.trafficking and "VK_TRAFFICKING" not in profile.violence:
        yield Problem("trafficking.without-kind", f"{path}.profile.trafficking", Severity.WARNING)
    if profile.pregnant == "YA" and profile.sex == "L":
        yield Problem("pregnant.sex", f"{path}.profile.pregnant", Severity.WARNING)
    if profile.unborn and (profile.stated_age or 0) > 0:
        yield Problem("unborn.age", f"{path}.profile.stated_age")
    if profile.closure and profile.ended_on is None:
        yield Problem("ended.undated", f"{path}.profile.ended_on")
    items = [category.item for category in profile.categories]
    if len(items) != len(set(items)):
        yield Problem("category.duplicate", f"{path}.profile.categories")


def check_reported(reported: IntakeReported, intake: Intake, path: str, today: date) -> Iterator[Problem]:
    """Everything wrong with one reported person: codes, age, relations to clients that are there, one each."""
    profile, identity = reported.profile, reported.identity
    yield from _codes(f"{path}.profile", profile)
    yield from _codes(f"{path}.identity", identity)
    yield from _texts(f"{path}.identity", identity)
    if profile.age is not None and not 0 <= profile.age <= MAX_AGE:
        yield Problem("age.range", f"{path}.profile.age", params={"limit": str(MAX_AGE)})
    if identity.birth_date is not None and identity.birth_date > today:
        yield Problem("birth.future", f"{path}.identity.birth_date")
    yield from _relations(profile, intake, path)
    if identity.nik:
        for problem in check_nik(
            identity.nik, profile.sex if profile.sex in {"L", "P"} else None, identity.birth_date, today
        ):
            yield Problem(problem.code, f"{path}.identity.nik", Severity.WARNING, problem.params)


def _relations(profile: ReportedProfile, intake: Intake, path: str) -> Iterator[Problem]:
    clients = {client.id: client for client in intake.clients}
    seen: set[object] = set()
    for number, relation in enumerate(profile.relations):
        where = f"{path}.relations.{number}"
        yield from _codes(where, relation)
        if relation.client_id not in clients:
            yield Problem("relation.unknown-client", where)
        if relation.client_id in seen:
            yield Problem("relation.duplicate", where)
        seen.add(relation.client_id)


def _codes(path: str, document: Struct) -> Iterator[Problem]:
    for name, list_name in LISTS.get(type(document), {}).items():
        value = getattr(document, name)
        for code in value if isinstance(value, tuple) else (value,):
            if code and code not in code_list(list_name):
                yield Problem("code.unknown", f"{path}.{name}", params={"list": list_name})


def _texts(path: str, document: Struct) -> Iterator[Problem]:
    for name in document.__struct_fields__:
        value = getattr(document, name)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and len(text) > limit_of(name):
                yield Problem("text.too-long", f"{path}.{name}", params={"limit": str(limit_of(name))})
            if isinstance(text, str) and "\0" in text:
                yield Problem("text.nul", f"{path}.{name}")
