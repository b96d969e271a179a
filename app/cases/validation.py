"""What is wrong with an intake or a correction: the same rules for forms and for imports (design 7, ASVS 2.2).

Every rule gives a `Problem` with a dotted path: `report.on`, `incident.first_on`, `clients.0.profile.sex`. Paths count clients and
reported persons from 0. Errors refuse; warnings are shown and kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from msgspec import Struct

from app.cases.coded_fields import LISTS, limit_of
from app.cases.derive import CHILD_UNDER, is_child, with_ages
from app.domain import clinical
from app.domain.codes import age_on, code_list
from app.domain.errors import Problem, Severity
from app.domain.nik import check as check_nik
from app.domain.nik import tidy
from app.domain.risk import prompts, rank, suggest
from app.reference import areas
from app.reference.phones import to_e164
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReport, IntakeReported
from app.security.structs.people import ClientIdentity, ClientProfile, ReportedIdentity, ReportedProfile

MAX_AGE: Final = 120
MAX_PEOPLE: Final = 50
EARLIEST: Final = date(1900, 1, 1)
EARLIEST_REPORT: Final = date(1990, 1, 1)  # before that there was no office to report to
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_DIGITS: Final = re.compile(r"[0-9]{16}", re.ASCII)


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that refuse."""
    return tuple(p for p in problems if p.severity is Severity.ERROR)


def warnings(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that are shown and kept."""
    return tuple(p for p in problems if p.severity is Severity.WARNING)


def check(intake: Intake, today: date) -> tuple[Problem, ...]:
    """Everything wrong with an intake as it stands, complete or not (incomplete parts are not a fault here)."""
    found = [*check_report(intake.report, today), *check_incident(intake.incident, intake.report, today)]
    found += check_screening(intake)
    found += check_clinical(intake)
    found += _people(intake)
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


def check_report(report: IntakeReport, today: date) -> Iterator[Problem]:
    """Everything wrong with a report by itself. Paths begin with `report`."""
    yield from _codes("report", report)
    yield from _clock("report.time", report.time)
    if report.on is not None and report.on > today:
        yield Problem("report.future", "report.on", params={"day": report.on.isoformat()})
    if report.on is not None and report.on < EARLIEST_REPORT:
        yield Problem("day.too-early", "report.on", params={"day": report.on.isoformat()})
    yield from _texts("report", report)
    yield from _texts("report.reporter", report.reporter)
    yield from _past("report.reporter.birth_date", report.reporter.birth_date, today)
    yield from _phone("report.reporter.phone", report.reporter.phone)


def check_incident(incident: IntakeIncident, report: IntakeReport, today: date) -> Iterator[Problem]:
    """Everything wrong with an incident, alone and against the report. Paths begin with `incident`."""
    yield from _codes("incident", incident)
    yield from _clock("incident.time", incident.time)
    for name in ("first_on", "last_on"):
        yield from _incident_day(f"incident.{name}", getattr(incident, name), report.on, today)
    yield from _past("incident.event_on", incident.event_on, today)
    if incident.first_on and incident.last_on and incident.last_on < incident.first_on:
        yield Problem("incident.last-before-first", "incident.last_on")
    for name in ("area", "patbm_village", "event_area"):
        yield from _area(f"incident.{name}", getattr(incident, name))
    yield from _texts("incident.chronology", incident.chronology)


def _incident_day(where: str, day: date | None, reported_on: date | None, today: date) -> Iterator[Problem]:
    if day is not None and reported_on is not None and day > reported_on:
        params = {"day": day.isoformat(), "report": reported_on.isoformat()}
        yield Problem("incident.after-report", where, params=params)
    else:
        yield from _past(where, day, today)


def check_screening(intake: Intake) -> Iterator[Problem]:
    """Everything wrong with the screening. A lower risk than the danger signs suggest warns until it has its reason (4.6, mark S)."""
    screening = intake.screening
    yield from _codes("screening", screening)
    yield from _texts("screening", screening)
    if not rank(screening.risk) or not (screening.prompts_asked or screening.danger_prompts):
        return
    absent = set(prompts()) - set(screening.danger_prompts) if screening.prompts_asked else set()
    is_lower = rank(screening.risk) < rank(suggest(screening.danger_prompts, absent).level)
    if is_lower and not screening.risk_reason.strip():
        yield Problem("risk.below-prompts", "screening.risk", Severity.WARNING)


def check_clinical(intake: Intake) -> Iterator[Problem]:
    """After sexual violence hours count: the time of the incident is asked for while the clinical window may be open (9.8)."""
    incident, reported_on = intake.incident, intake.report.on
    day = incident.last_on or incident.first_on
    if day is None or reported_on is None or incident.time or reported_on - day > clinical.hours():
        return
    if any(clinical.is_sexual(c.profile.violence, c.profile.violence_forms, c.profile.tpks) for c in intake.clients):
        yield Problem("incident.time-wanted", "incident.time", Severity.WARNING)


def _people(intake: Intake) -> Iterator[Problem]:
    """What only all people together show: too many of them, an id or a NIK that stands twice."""
    clients: tuple[IntakeClient | IntakeReported, ...] = intake.clients
    everybody = [*((f"clients.{n}", one) for n, one in enumerate(clients))]
    everybody += [(f"reported.{n}", one) for n, one in enumerate(intake.reported)]
    for name, count in (("clients", len(intake.clients)), ("reported", len(intake.reported))):
        if count > MAX_PEOPLE:
            yield Problem("people.too-many", name, params={"limit": str(MAX_PEOPLE)})
    ids = Counter(one.id for _, one in everybody)
    niks = Counter(tidy(one.identity.nik) for _, one in everybody if one.identity.nik)
    for path, one in everybody:
        if ids[one.id] > 1:
            yield Problem("people.same-id", path)
        if niks[tidy(one.identity.nik)] > 1:
            yield Problem("nik.twice", f"{path}.identity.nik", Severity.WARNING)


def check_client(client: IntakeClient, intake: Intake, path: str, today: date) -> Iterator[Problem]:
    """Everything wrong with one client, alone and against report and incident."""
    profile, identity = client.profile, client.identity
    for part, document in (("profile", profile), ("identity", identity), ("sensitive", client.sensitive)):
        yield from _codes(f"{path}.{part}", document)
        yield from _texts(f"{path}.{part}", document)
    yield from _codes(f"{path}.identity.contact", identity.contact)
    yield from _texts(f"{path}.identity.contact", identity.contact)
    yield from _area(f"{path}.profile.residence", profile.residence)
    yield from _area(f"{path}.identity.village", identity.village)
    yield from _birth(client, intake, path, today)
    yield from _ages(client, intake, path)
    yield from _combinations(profile, path)
    yield from _dated_lines(profile, path, today)
    yield from _numbers(identity, profile.sex, path, today)


def _dated_lines(profile: ClientProfile, path: str, today: date) -> Iterator[Problem]:
    for number, category in enumerate(profile.categories):
        where = f"{path}.profile.categories.{number}"
        yield from _codes(where, category)
        yield from _past(f"{where}.on", category.on, today)
    for number, diversion in enumerate(profile.diversion):
        where = f"{path}.profile.diversion.{number}"
        yield from _codes(where, diversion)
        yield from _past(f"{where}.on", diversion.on, today)
    for name in ("withdrawn_on", "reunited_on", "ended_on"):
        yield from _past(f"{path}.profile.{name}", getattr(profile, name), today)


def _numbers(identity: ClientIdentity | ReportedIdentity, sex: str, path: str, today: date) -> Iterator[Problem]:
    """NIK, KK and phones: odd ones are normal in this work, so all of this only warns (security 2.6)."""
    if identity.nik:
        for problem in check_nik(identity.nik, sex if sex in {"L", "P"} else None, identity.birth_date, today):
            yield Problem(problem.code, f"{path}.identity.nik", Severity.WARNING, problem.params)
    yield from _phone(f"{path}.identity.phone", identity.phone)
    if isinstance(identity, ClientIdentity):
        yield from _phone(f"{path}.identity.guardian_phone", identity.guardian_phone)
        if identity.kk and not _DIGITS.fullmatch(tidy(identity.kk)):
            yield Problem("kk.length", f"{path}.identity.kk", Severity.WARNING)


def _birth(client: IntakeClient, intake: Intake, path: str, today: date) -> Iterator[Problem]:
    birth, profile = client.identity.birth_date, client.profile
    where = f"{path}.identity.birth_date"
    if birth is None:
        return
    if profile.unborn:
        yield Problem("unborn.birth", where)
        return
    found = _impossible_birth(where, birth, intake, today)
    if found is not None:
        yield found
        return
    base = intake.incident.first_on or intake.report.on
    if base is not None:
        yield from _age_at_birth_date(profile, birth, base, path)


def _impossible_birth(where: str, birth: date, intake: Intake, today: date) -> Problem | None:
    """A birth after the report, after the incident, in the future, or before anybody alive was born."""
    incident, report = intake.incident.first_on, intake.report.on
    if birth > today:
        return Problem("birth.future", where)
    if birth < EARLIEST:
        return Problem("day.too-early", where, params={"day": birth.isoformat()})
    if report is not None and birth > report:
        return Problem("birth.after-report", where, params={"day": birth.isoformat(), "report": report.isoformat()})
    if incident is not None and birth > incident:
        return Problem(
            "birth.after-incident", where, params={"day": birth.isoformat(), "incident": incident.isoformat()}
        )
    return None


def _age_at_birth_date(profile: ClientProfile, birth: date, base: date, path: str) -> Iterator[Problem]:
    if age_on(birth, base) > MAX_AGE:
        yield Problem("age.range", f"{path}.identity.birth_date", params={"limit": str(MAX_AGE)})
    age = age_on(birth, profile.stated_on or base)
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
    if profile.sex == code_list("sex").unknown:  # for reported persons only (case-management 3.1)
        yield Problem("code.unknown", f"{path}.profile.sex", params={"list": "sex"})
    if len(profile.disability) > 1 and exclusive & set(profile.disability):
        yield Problem("disability.contradiction", f"{path}.profile.disability")
    alone = {code.code for code in code_list("special_need") if code.truth("exclusive")}
    if len(profile.needs) > 1 and alone & set(profile.needs):
        yield Problem("needs.contradiction", f"{path}.profile.needs")
    if profile.trafficking and "VK_TRAFFICKING" not in profile.violence:
        yield Problem("trafficking.without-kind", f"{path}.profile.trafficking", Severity.WARNING)
    if profile.pregnant == "YA" and profile.sex == "L":
        yield Problem("pregnant.sex", f"{path}.profile.pregnant", Severity.WARNING)
    if profile.unborn and (profile.stated_age or 0) > 0:
        yield Problem("unborn.age", f"{path}.profile.stated_age")
    if profile.closure and profile.ended_on is None:
        yield Problem("ended.undated", f"{path}.profile.ended_on")
    seen: set[str] = set()
    for number, category in enumerate(profile.categories):
        if category.item in seen:
            yield Problem("category.duplicate", f"{path}.profile.categories.{number}.item")
        seen.add(category.item)


def check_reported(reported: IntakeReported, intake: Intake, path: str, today: date) -> Iterator[Problem]:
    """Everything wrong with one reported person: codes, age, relations to clients that are there, one each."""
    profile, identity = reported.profile, reported.identity
    for part, document in (("profile", profile), ("identity", identity)):
        yield from _codes(f"{path}.{part}", document)
        yield from _texts(f"{path}.{part}", document)
    yield from _reported_age(reported, intake, path, today)
    yield from _relations(profile, intake, path)
    yield from _numbers(identity, profile.sex, path, today)


def _reported_age(reported: IntakeReported, intake: Intake, path: str, today: date) -> Iterator[Problem]:
    profile, birth = reported.profile, reported.identity.birth_date
    if profile.age is not None and not 0 <= profile.age <= MAX_AGE:
        yield Problem("age.range", f"{path}.profile.age", params={"limit": str(MAX_AGE)})
    found = _impossible_birth(f"{path}.identity.birth_date", birth, intake, today) if birth else None
    if found is not None:
        yield found
        return
    base = intake.incident.first_on or intake.report.on
    by_birth = age_on(birth, base) if birth is not None and base is not None else None
    age = profile.age if by_birth is None else by_birth
    if by_birth is not None and by_birth > MAX_AGE:
        yield Problem("age.range", f"{path}.identity.birth_date", params={"limit": str(MAX_AGE)})
    if by_birth is not None and profile.age is not None and profile.age != by_birth:
        params = {"stated": str(profile.age), "age": str(by_birth)}
        yield Problem("age.contradicts-birth", f"{path}.profile.age", Severity.WARNING, params)
    if profile.child_offender == "YA" and age is not None and age >= CHILD_UNDER:
        yield Problem("offender.age", f"{path}.profile.child_offender", Severity.WARNING, {"age": str(age)})


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


def _clock(where: str, text: str) -> Iterator[Problem]:
    """Times of day are HH:MM."""
    if text and not _CLOCK.fullmatch(text):
        yield Problem("time.unreadable", where)


def _past(where: str, day: date | None, today: date) -> Iterator[Problem]:
    """A day of something that happened."""
    if day is not None and day > today:
        yield Problem("day.future", where, params={"day": day.isoformat()})
    if day is not None and day < EARLIEST:
        yield Problem("day.too-early", where, params={"day": day.isoformat()})


def _phone(where: str, text: str) -> Iterator[Problem]:
    if text and to_e164(text) is None:
        yield Problem("phone.unreadable", where, Severity.WARNING)


def _area(where: str, code: str) -> Iterator[Problem]:
    if code and not areas.exists(code):
        yield Problem("area.unknown", where)
