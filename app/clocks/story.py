"""What the deadlines tell of a case: what is due, and how each ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask import url_for
from flask_babel import gettext as _

from app.cases.models import Case
from app.cases.story import Entry, Kind, Listening, Teller
from app.cases.story_tellers import joined
from app.clocks import lines
from app.domain.access import Capability
from app.web.sealed import Unopened
from app.work import Work

_TONES: Final = {"running": "info", "warn": "warn", "overdue": "bad", "met": "good", "late": "warn"}


def _deadlines(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
    held = lines.of_cases(work, [case.id]).get(case.id, ())
    url = url_for("oversight.of_case", case_id=case.id)
    if isinstance(held, Unopened):
        yield Entry(Kind.CLOCK, case.received_at, held, url=url, tone="bad", waits=True)
        return
    for line in held:
        ended = line.clock.ended_at
        at = ended if ended is not None and not line.is_running else line.clock.due_at
        said = _("due") if line.is_running else _("ended")
        client_id = line.concern.client_id
        title = joined(line.label, line.concern.words, said)
        tone = _TONES.get(line.chip, "plain")
        yield Entry(Kind.CLOCK, at, title, client_id=client_id, url=url, tone=tone, waits=line.is_running)
        for moved in line.moves:
            said = joined(line.label, line.concern.words, _("deadline moved"), *moved.why)
            yield Entry(Kind.CLOCK, moved.at, said, client_id=client_id, url=url, tone="info")


TELLERS: Final = (Teller(Capability.CASE_READ, _deadlines, lines.SECTIONS),)
