"""What of a case is counted, as plain values: codes, days, ages and opaque ids; no name, no village, no narrative.

Codes are those of the code lists (`app.domain.codes`); None means not recorded and is counted in the list's "not known"
row. Several values are frozensets: their order says nothing. Sources: design 4, kla-cluster-v 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Certainty(StrEnum):
    """How sure a category of a child is (kla-cluster-v 6). Both count; they are shown apart."""

    SUSPECTED = "dugaan"
    CONFIRMED = "terkonfirmasi"


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One recorded PP 78 item (1..20) of a child. An item dated after a cut-off does not count there; undated always does."""

    item: int
    certainty: Certainty = Certainty.SUSPECTED
    day: date | None = None


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """One client file of a case. `person` is the token of the person (design 3); ages are completed years.

    `economic_not_work`: exploited economically, but not by work (the condition of that name in the indicator sets).
    `work_sector` is given where the child works, `schooling` is the state after withdrawal from work.
    `kecamatan_residence` is an area code ("63.03.05"; a kabupaten code where only that is known), OUTSIDE or None.
    """

    client_id: UUID
    person: UUID
    capacity: str
    sex: str
    age_at_incident: int | None = None
    age_at_report: int | None = None
    unborn: bool = False
    education: str | None = None
    occupation: str | None = None
    marital: str | None = None
    disability: frozenset[str] = frozenset()
    citizenship: str | None = None
    kecamatan_residence: str | None = None
    violence: frozenset[str] = frozenset()
    trafficking: frozenset[str] = frozenset()
    tpks: frozenset[str] = frozenset()
    ktp: frozenset[str] = frozenset()
    kdrt: bool | None = None
    tppo: bool | None = None
    kbgo: bool | None = None
    abh_role: str | None = None
    child_marriage: bool | None = None
    economic_not_work: bool | None = None
    work_sector: str | None = None
    worst_forms: frozenset[str] = frozenset()
    withdrawn_on: date | None = None
    schooling: str | None = None
    separation: str | None = None
    ended_on: date | None = None
    closure: str | None = None
    closure_reason: str | None = None
    items: frozenset[ItemFacts] = frozenset()


@dataclass(frozen=True, slots=True)
class ReportedFacts:
    """One reported person of a case; all None is the unknown reported person. Counted per case (design 3).

    `person` is the token shared with reported persons of other cases a supervisor confirmed to be the same; None: linked to nobody.
    """

    reported_id: UUID
    sex: str | None = None
    age: int | None = None
    education: str | None = None
    occupation: str | None = None
    marital: str | None = None
    citizenship: str | None = None
    person: UUID | None = None


@dataclass(frozen=True, slots=True)
class PairFacts:
    """The one relationship of a reported person to a client."""

    client_id: UUID
    reported_id: UUID
    relationship: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """One service record on its day. `service` None is internal work: it is no service of the recap."""

    client_id: UUID
    day: date
    service: str | None


@dataclass(frozen=True, slots=True)
class ReferralFacts:
    """One outgoing referral that was sent. `client_id` None: for the whole case, shown under its first client."""

    client_id: UUID | None
    sent_day: date
    institution_type: str | None
    accepted_day: date | None = None
    result_day: date | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUpFacts:
    """One monitoring contact with a client on its day."""

    client_id: UUID
    day: date
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """All of one case that is counted. A voided case has no facts and never reaches the ledger.

    `channel` is that of the first report and is the one counted; later reports stand in `further_channels` for filters.
    `transfer_in` takes the case out of the sums; the channel CH_LIMPAH does not (design 4).
    """

    case_id: UUID
    report_day: date
    incident_day: date | None = None
    incident_last_day: date | None = None
    place: str | None = None
    online: bool | None = None
    channel: str | None = None
    further_channels: frozenset[str] = frozenset()
    reporter_kind: str | None = None
    kecamatan_incident: str | None = None
    event: str | None = None
    patbm: bool = False
    transfer_in: bool = False
    register_year: int | None = None
    clients: tuple[ClientFacts, ...] = ()
    reported: tuple[ReportedFacts, ...] = ()
    pairs: tuple[PairFacts, ...] = ()
    services: tuple[ServiceFacts, ...] = ()
    referrals: tuple[ReferralFacts, ...] = ()
    followups: tuple[FollowUpFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A call or visit that is no case (design 4, the recap's own line)."""

    contact_id: UUID
    day: date
    channel: str | None = None
    topic: str | None = None
    referred_to: str | None = None


OUTSIDE = "LUAR"
"""Area value of a place known to lie outside the unit's area, without a code."""
