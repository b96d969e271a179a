"""How fast sections are sealed and opened, beside hashing and beside the password hash."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.audit.events import Event
from app.cases.models import Client
from app.commands.benchmarks.filling import register
from app.commands.benchmarks.measure import Sheet, timed
from app.commands.benchmarks.scratch import Scratch
from app.commands.benchmarks.sizes import Advance, Sizes
from app.commands.context import operator
from app.db.base import new_id
from app.security import passwords
from app.security.sections import Purpose, Section
from app.security.structs.people import ClientProfile
from app.security.vault import Place


def keys(scratch: Scratch, sizes: Sizes, sheet: Sheet, _advance: Advance) -> None:
    """Sections sealed and opened a second, data keys made and unwrapped a second, one password hash."""
    case_id = register(scratch, [date(2025, 5, 5)])[0]
    with scratch.runtime.begin(operator("bench")) as work:
        client = work.session.scalars(select(Client).where(Client.case_id == case_id)).all()[0]
        place = Place(Section.CLIENT_PROFILE, client.id, case_id)
        document = work.vault.open(place, client.profile_sealed, ClientProfile)
        with timed() as took:
            for _ in range(sizes.seals):
                blob = work.vault.seal(place, document)
        sheet.rate("client profiles sealed", sizes.seals, took, "1/s")
        with timed() as took:
            for _ in range(sizes.seals):
                work.vault.open(place, blob, ClientProfile)
        sheet.rate("client profiles opened", sizes.seals, took, "1/s")
        ids = [new_id() for _ in range(sizes.seals)]
        with timed() as took:
            for each in ids:
                work.vault.keys.create(Purpose.LEDGER, each, work.now)
            work.session.flush()
        sheet.rate("data keys made and stored", sizes.seals, took, "1/s")
        work.recorded(Event.LEDGER_REBUILT)
    with scratch.runtime.begin(operator("bench")) as work, timed() as took:
        work.vault.keys.preload(Purpose.LEDGER, ids)
    sheet.rate("data keys loaded and unwrapped", sizes.seals, took, "1/s")
    with timed() as took:
        passwords.hash_password(scratch.runtime.crypt, "kata-sandi-untuk-mengukur")
    sheet.time("one password hash", took)
