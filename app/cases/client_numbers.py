"""Client numbers: given to each client when a supervisor approves the registration (case-management 6.2, ST2).

A number belongs to the client's file in one unit, is part of the sealed profile and stands in no column: next to the register number it
would tell how many clients a case has. It is never given twice, and a client keeps it whatever becomes of the case.
"""

from __future__ import annotations

import msgspec

from app.accounts.models import Unit
from app.cases import queries, register
from app.cases.acting import today_of
from app.cases.models import Case, Client, ClientCounter
from app.security.sections import Section
from app.security.structs.people import ClientProfile
from app.work import Work


def issue(work: Work, case: Case) -> None:
    """Give a number to every client of the case who has none, in their order. Part of a greater act, which has the event."""
    work.session.flush()
    unit = work.session.get_one(Unit, case.unit_id)
    year = today_of(work, case).year
    for row in sorted(queries.records(work.session, Client, [case.id]), key=lambda client: client.position):
        place = row.place(Section.CLIENT_PROFILE)
        profile = work.vault.open(place, row.profile_sealed, ClientProfile)
        if not profile.client_no:
            number = register.next_number(work, unit.id, year, ClientCounter)
            written = register.written_for_client(unit.register_prefix, year, number)
            row.profile_sealed = work.vault.seal(place, msgspec.structs.replace(profile, client_no=written))
