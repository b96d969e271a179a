"""The clinical window on the head of the case file, while it runs and, afterwards, until a health service is recorded (CLIN-72)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask_babel import gettext as _

from app.cases import families, queries
from app.cases.acting import zone_of
from app.cases.casefile import covered, incident_of
from app.cases.models import Case, Client, Service
from app.cases.panels import Panel, Source, Spot
from app.clocks import lines
from app.clocks.gather import is_penetration
from app.clocks.lines import Line
from app.domain import clinical
from app.domain.access import Capability
from app.domain.clinical import Window
from app.domain.stages import Status
from app.reference import rulebook
from app.security.sections import Section
from app.security.structs import work as work_structs
from app.security.structs.people import ClientProfile
from app.work import Work

HEALTH: Final = "SV_KESEHATAN"


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """The window, for those of whom penetration is recorded or for those of whom it is not; `who`: their masks where the case has
    several clients."""

    window: Window
    certain: bool
    who: str


def make(work: Work, case: Case) -> Panel | None:
    """The windows one still has to think of; None where there is none."""
    if case.status != Status.OPEN.value:
        return None
    incident = incident_of(work, case)
    window = clinical.window(incident.first_on, incident.last_on, incident.time, zone_of(work, case))
    if window is None:
        return None
    rows = sorted(queries.records(work.session, Client, [case.id]), key=lambda row: row.position)
    cared, over = _cared_for(work, case), _decided(work, case)
    masks: dict[bool, list[str]] = {}
    for row in rows:
        profile = work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, ClientProfile)
        certain = is_penetration(profile, incident)
        sexual = clinical.is_sexual(profile.violence, profile.violence_forms, profile.tpks)
        wanted = certain or (sexual and window.is_open(work.now))
        if wanted and profile.ended_on is None and row.id not in cared and row.id not in over:
            masks.setdefault(certain, []).append(f"{row.position}. {profile.mask or _('no name')}")
    if not masks:
        return None
    shown = [
        Shown(window, certain, ", ".join(names) if len(rows) > 1 else "")
        for certain, names in sorted(masks.items(), reverse=True)
    ]
    rule = rulebook.confirmed_here(work, case.unit_id, clinical.rule())
    context: Mapping[str, object] = {"windows": shown, "now": work.now, "rule": rule}
    return Panel("clocks/_window_panel.html", context)


def _cared_for(work: Work, case: Case) -> set[UUID]:
    """Clients with a health service, in this file or in one merged into it."""
    same = {key: who for key, who in families.clients_of_merged(work, case.id).items() if covered(work, key)}
    found = set()
    for row in queries.records(work.session, Service, [case.id, *same]):
        service = work.vault.open(row.place(Section.SERVICE), row.service_sealed, work_structs.Service)
        if service.code == HEALTH and not row.is_removed:
            found.add(same.get(row.case_id, {}).get(service.client_id, service.client_id))
    return found


def _decided(work: Work, case: Case) -> set[UUID]:
    """Clients whose clock has ended: met, waived with a reason, or no longer applying."""
    held = lines.of_cases(work, [case.id]).get(case.id, ())
    ours = (line for line in held if isinstance(line, Line) and line.clock.rule_id == clinical.RULE)
    return {line.clock.subject_id for line in ours if not line.is_running}


SOURCES: Final = (
    Source(
        Capability.CASE_READ,
        make,
        Spot.HEAD,
        order=1,
        coded=(Section.INCIDENT, Section.SERVICE, *lines.SECTIONS),
    ),
)
