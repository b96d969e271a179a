"""Documents around the handling of a case: the request for help, the end of a client's handling (case-management 7 F3, F12; 6.2)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct


class AidRequest(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head of a request for help (*surat permohonan*, F3): when, by what kind of person, for whom, which services."""

    on: date
    asked_by: str = ""
    client_id: UUID | None = None  # none: for everybody in the case
    services: tuple[str, ...] = ()


class AidRequestText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Who asks, and accompaniment on which suspected act (S4)."""

    name: str = ""
    address: str = ""
    phone: str = ""
    occupation: str = ""
    relation: str = ""
    act: str = ""
    wish: str = ""


class Termination(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head of the end of one client's handling (F12): last day, kind and reason, whether the client signed."""

    client_id: UUID
    on: date
    closure: str
    reason: str = ""
    agreed: str = ""  # YA, TIDAK: the client, or who decides for the client, signed
    agreed_on: date | None = None
    goals_open: bool = False  # proposed although goals of the plan were open, for the reason in the words
    legal_watch: bool = False  # closed, but somebody goes on watching the legal steps
    alone: bool = False  # proposed and decided by one person, where the unit has only one who may decide
    undone_on: date | None = None  # the client is helped again
    undone_by: UUID | None = None


class TerminationText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Reason, why the client did not sign, why goals were left open, and the supervisor's decision, in words (S4)."""

    reason: str = ""
    disagreement: str = ""
    goals: str = ""
    decision: str = ""
    undone: str = ""


class Transfer(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head of a transfer (*pelimpahan*): why, whether the client agreed or on which other ground, what goes along, to whom, and
    what the receiver is told before deciding."""

    on: date
    reason: str = ""
    agreed: str = ""  # YA, TIDAK: the clients, or who decides for them, agreed to be handed over
    agreed_on: date | None = None
    basis: str = ""  # ground of passing the file on without their agreement
    parts: tuple[str, ...] = ()
    clients: int = 0
    risk: str = ""
    institution_id: UUID | None = None  # of the directory: a receiver outside this deployment
    institution_type: str = ""


class TransferText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Words of a transfer (S4): the reason, the ground, the letter, what the receiver is told, and the answer."""

    reason: str = ""
    basis: str = ""
    cover: str = ""
    receiver: str = ""  # name of a receiver outside this deployment, as it was then
    contact: str = ""
    letter_no: str = ""
    decision: str = ""
