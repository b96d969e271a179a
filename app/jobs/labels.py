"""Words for the jobs that run by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from flask_babel import lazy_gettext as _l

JOBS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "clock-sweep": _l("Looks at deadlines and tells people"),
        "notice-again": _l("Tells again of what nobody acknowledged"),
        "mail": _l("Sends mail"),
        "clock-recount": _l("Counts deadlines again after a rule or a day off changed"),
        "erasure-list": _l("Brings the list of erased files beside the keys up to date"),
        "retention": _l("Marks files whose period is over"),
        "digest": _l("Makes the digests of the morning"),
        "simfoni-catch-up": _l("Brings the standing towards SIMFONI up to date"),
        "file-sweep": _l("Takes away files of no document"),
        "tidy": _l("Drops what nobody needs any more"),
    }
)
"""By name of the job in `app.jobs.registry`."""
