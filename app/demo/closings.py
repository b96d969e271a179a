"""Closed months of the demo office: one that is signed with a call entered too late, one that is signed, and last month, which waits.

Made once the ledger has every case: what is frozen is what was counted.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.accounts import queries as accounts
from app.cases import contacts
from app.domain.access import Actor, Capability, person, system
from app.reports import closing, queries, services
from app.reports.counting.settings import Period
from app.reports.periods import months_up_to
from app.security.structs.office import Contact
from app.work import Runtime, Work

MONTHS: Final = 3
WHY: Final = "Daftar periksa sudah dibaca; isian yang belum diketahui ditanyakan pada pemantauan berikutnya."


def settle(runtime: Runtime, unit_id: UUID) -> None:
    """The data officer closes, somebody else signs; of the newest month nobody has signed yet."""
    with runtime.looking(system("demo", unit_id)) as work:
        today = services.today_of(work, queries.unit(work))
        closer = holder(work, unit_id, Capability.RECAP_CLOSE)
        signer = holder(work, unit_id, Capability.RECAP_SIGN)
        desk = holder(work, unit_id, Capability.CONTACT_RECORD)
    oldest, *_between, newest = ended = months_up_to(today, MONTHS + 1)[:-1]
    for month in ended:
        _close(runtime, closer, month)
        if month != newest:
            with runtime.begin(signer) as work:
                closing.sign(work, month)
    with runtime.begin(desk) as work:
        contacts.record(work, Contact(on=oldest.last, channel="CH_TELEPON", topic="KT_INFO"))


def _close(runtime: Runtime, closer: Actor, month: Period) -> None:
    with runtime.begin(closer) as work:
        found = closing.draft(work, month)
        closing.close(work, found, closing.Words(WHY if found.findings else "", nihil=found.is_nihil))


def holder(work: Work, unit_id: UUID, capability: Capability) -> Actor:
    """The first person of the unit who may."""
    first = accounts.holders(work, unit_id, capability)[0]
    return person(first.id, unit_id, accounts.roles_by_user(work, [first])[first.id])
