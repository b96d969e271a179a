"""Handing names and numbers to the search index, and the step before commit that writes them (design 3, 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.cases import twins
from app.cases.models import Case, Client, ReportedPerson
from app.domain import names
from app.domain.nik import digits_of
from app.reference.phones import to_e164
from app.security import index
from app.security.structs.people import ClientIdentity, ReportedIdentity
from app.work import Work

STEP: Final = "search-index"


@dataclass(frozen=True, slots=True, repr=False)
class IndexJob:
    """One person to index: names and numbers in the clear, only within the act. It has no repr."""

    subject: index.Subject
    names: tuple[str, ...]
    nik: str
    kk: str
    phones: tuple[str, ...]
    is_new: bool


def index_client(work: Work, case: Case, client: Client, identity: ClientIdentity, *, is_new: bool = False) -> None:
    """Have a client found by names, aliases, guardian's name, NIK, KK and phones."""
    subject = index.Subject("client", client.id, case.id, case.unit_id)
    spoken = (identity.name, *identity.aliases, identity.guardian_name)
    work.hand_over(
        STEP, IndexJob(subject, spoken, identity.nik, identity.kk, (identity.phone, identity.guardian_phone), is_new)
    )


def index_reported(
    work: Work, case: Case, reported: ReportedPerson, identity: ReportedIdentity, *, is_new: bool = False
) -> None:
    """Have a reported person found by names, NIK and phone."""
    subject = index.Subject("reported", reported.id, case.id, case.unit_id)
    work.hand_over(
        STEP, IndexJob(subject, (identity.name, *identity.aliases), identity.nik, "", (identity.phone,), is_new)
    )


def forget(work: Work, case: Case, person: Client | ReportedPerson) -> None:
    """Have somebody found no more, by nothing: who has neither names nor numbers has no tags."""
    kind: index.SubjectKind = "client" if isinstance(person, Client) else "reported"
    subject = index.Subject(kind, person.id, case.id, case.unit_id)
    work.hand_over(STEP, IndexJob(subject, (), "", "", (), is_new=False))


def write_index(work: Work) -> None:
    """The step before commit: replace the tags of everybody whose identity was saved in this act."""
    for job in work.pending.pop(STEP, []):
        if isinstance(job, IndexJob):
            _write(work, job)


def _write(work: Work, job: IndexJob) -> None:
    session, crypt = work.session, work.vault.crypt
    if not job.is_new:
        index.remove(session, job.subject)
    tokens = frozenset(token for name in job.names if name for token in names.index_tokens(name))
    if tokens:
        index.put_names(session, crypt, job.subject, tokens, is_new=True)
    numbers = [(index.Exact.NIK, digits_of(job.nik)), (index.Exact.KK, digits_of(job.kk))]
    numbers += [(index.Exact.PHONE, e164) for phone in job.phones if phone and (e164 := to_e164(phone))]
    for kind, value in numbers:
        if value:
            index.put_exact(session, crypt, job.subject, kind, value)
    twins.propose(work, job.subject, [(kind, value) for kind, value in numbers if value])
