"""Two files of one matter read as one: what clocks, ledger and stages see of a case with files merged into it.

Nothing is stored. The rows stay where they are; a client of the file that goes is the matched client of the file that stays, whose profile
counts, with what the other file adds to its lists. A reported person who was not matched joins as one more. The same thing recorded in both
files counts once: of equal records as many count as the file with more of them has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from app.cases.derive import COMPLAINT
from app.cases.families import Matches
from app.security.structs import case as case_structs
from app.security.structs import people, work

if TYPE_CHECKING:
    from app.cases.casefile import CodedFile

T = TypeVar("T")
S = TypeVar("S", bound=Struct)
Pair = tuple[Any, Any]
_LISTS: Final = tuple(
    field.name
    for field in msgspec.structs.fields(people.ClientProfile)
    if field.default == () and field.name != "categories"
)
_FLAGS: Final = ("kdrt", "tppo", "kbgo", "pregnant", "child_marriage", "economic_not_work")
_PLAIN: Final = ("consents", "assessments", "plans", "monitorings", "conferences", "tracks", "milestones")
_OWN: Final = frozenset({"ended_on", "closure", "closure_reason", "case_ref", "victim_ref", "person_ref"})
_SILENT: Final = ("", None, "TIDAK_DIKETAHUI")
YES: Final = "YA"


def join(file: CodedFile, other: CodedFile, matches: Matches) -> None:
    """Put what the other file holds into this one."""
    file.incident = incidents(file.incident, other.incident)
    file.reports = sorted([*file.reports, *other.reports], key=received)
    file.simfoni = file.simfoni or other.simfoni
    file.clients = _clients(file.clients, other.clients, matches.clients)
    file.reported = reported(file.reported, other.reported, matches)
    file.services = services([*file.services], _moved(other.services, matches.clients))
    file.follow_ups = union(file.follow_ups, _moved(other.follow_ups, matches.clients), _follow_up)
    for name in _PLAIN:
        setattr(file, name, _in_order([*getattr(file, name), *_moved(getattr(other, name), matches.clients)]))


def union(ours: Sequence[T], theirs: Sequence[T], key: Callable[[T], Hashable]) -> list[T]:
    """Ours, and those of theirs that are more than ours has of the same: nothing twice, nothing lost."""
    there = Counter(key(each) for each in ours)
    more = []
    for each in theirs:
        if there[key(each)] > 0:
            there[key(each)] -= 1
        else:
            more.append(each)
    return [*ours, *more]


def moved(document: Struct, clients: Mapping[UUID, UUID]) -> Any:
    """A document of the other file, about the client it is about here."""
    known = clients.get(getattr(document, "client_id", None))  # type: ignore[arg-type]
    return msgspec.structs.replace(document, client_id=known) if known is not None else document


def _moved(pairs: Sequence[Pair], clients: Mapping[UUID, UUID]) -> list[Pair]:
    return [(row, moved(document, clients)) for row, document in pairs]


def _in_order(pairs: list[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (pair[0].created_at, pair[0].id))


def received(pair: tuple[Any, case_structs.Report]) -> tuple[Any, ...]:
    """By what reports stand in order: the moment they came."""
    row, report = pair
    return (report.on, report.time or "99:99", row.created_at, row.id)


def incidents(ours: case_structs.Incident, theirs: case_structs.Incident) -> case_structs.Incident:
    """The case keeps its first report: whichever file it came to, clocks run and months count from it."""
    signs = tuple(dict.fromkeys((*ours.danger_prompts, *theirs.danger_prompts)))
    counted_elsewhere = ours.transfer_in or theirs.transfer_in  # the matter is in another unit's sums already
    both_say = msgspec.structs.replace(filled(ours, theirs), danger_prompts=signs, transfer_in=counted_elsewhere)
    if (ours.report_on, ours.report_time or "99:99") <= (theirs.report_on, theirs.report_time or "99:99"):
        return both_say
    first = {name: getattr(theirs, name) for name in ("report_on", "report_time", "channel")}
    return msgspec.structs.replace(both_say, **first)


def filled(ours: S, theirs: S) -> S:
    """Ours; where it is silent, what theirs says. How a client's handling ended is each file's own."""
    gaps: dict[str, Any] = {
        name: getattr(theirs, name)
        for name in ours.__struct_fields__
        if name not in _OWN and getattr(ours, name) in _SILENT and getattr(theirs, name) not in _SILENT
    }
    return msgspec.structs.replace(ours, **gaps)


def _clients(ours: Sequence[Pair], theirs: Sequence[Pair], matches: Mapping[UUID, UUID]) -> list[Pair]:
    added = {matches[row.id]: profile for row, profile in theirs}
    return [(row, both(profile, added[row.id]) if row.id in added else profile) for row, profile in ours]


def both(ours: people.ClientProfile, theirs: people.ClientProfile) -> people.ClientProfile:
    """Our profile, with what the other knows besides; a yes of either is a yes."""
    lists: dict[str, Any] = {
        name: tuple(dict.fromkeys((*getattr(ours, name), *getattr(theirs, name)))) for name in _LISTS
    }
    known = {category.item for category in ours.categories}
    lists["categories"] = (*ours.categories, *(each for each in theirs.categories if each.item not in known))
    flags = {name: YES for name in _FLAGS if YES in (getattr(ours, name), getattr(theirs, name))}
    return msgspec.structs.replace(filled(ours, theirs), **lists, **flags)


def reported(ours: Sequence[Pair], theirs: Sequence[Pair], matches: Matches) -> list[Pair]:
    """The reported persons of both files, those that were matched once; relations are to the clients of ours."""
    turned = [(row, _related(profile, matches.clients)) for row, profile in theirs]
    added = {matches.reported[row.id]: profile for row, profile in turned if row.id in matches.reported}
    kept = [(row, _with_relations(profile, added[row.id]) if row.id in added else profile) for row, profile in ours]
    return [*kept, *((row, profile) for row, profile in turned if row.id not in matches.reported)]


def _related(profile: people.ReportedProfile, clients: Mapping[UUID, UUID]) -> people.ReportedProfile:
    return msgspec.structs.replace(profile, relations=tuple(moved(each, clients) for each in profile.relations))


def _with_relations(ours: people.ReportedProfile, theirs: people.ReportedProfile) -> people.ReportedProfile:
    """One relation for each client: ours, else the other file's."""
    known = {relation.client_id for relation in ours.relations}
    more = (relation for relation in theirs.relations if relation.client_id not in known)
    return msgspec.structs.replace(filled(ours, theirs), relations=(*ours.relations, *more))


def services(ours: list[Pair], theirs: list[Pair]) -> list[Pair]:
    """The services of both files, of equal ones as many as the file with more of them has.

    Complaint services follow the report, so it does not matter on which day each file has them: the earliest count.
    """
    plain = [[pair for pair in side if pair[1].code != COMPLAINT] for side in (ours, theirs)]
    return _in_order([*_complaints(ours, theirs), *union(plain[0], plain[1], _service)])


def _complaints(ours: list[Pair], theirs: list[Pair]) -> list[Pair]:
    sides = [[pair for pair in side if pair[1].code == COMPLAINT] for side in (ours, theirs)]
    counts = [Counter(pair[1].client_id for pair in side) for side in sides]
    found: list[Pair] = []
    for client_id, number in (counts[0] | counts[1]).items():
        known = [pair for side in sides for pair in side if pair[1].client_id == client_id]
        found += sorted(known, key=lambda pair: (pair[1].on, pair[0].created_at, pair[0].id))[:number]
    return found


def _service(pair: Pair) -> Hashable:
    document: work.Service = pair[1]
    return (document.client_id, document.on, document.code, document.activity)


def _follow_up(pair: Pair) -> Hashable:
    document: work.FollowUp = pair[1]
    return (document.client_id, document.on, document.kind)
