"""Cluster V on its way to paper: what a reading hands to the press, which works outside any transaction (design 6)."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.errors import NotFound
from app.domain.indicators import indicator_set
from app.papers import desk
from app.papers.printing import Ready, stamped
from app.reports import presenting, services
from app.reports.cluster_paper import CODE, MARK, Given, cluster_paper
from app.work import Work


def cluster_ready(work: Work, sheet: services.ClusterSheet, only: Sequence[str] = ()) -> Ready:
    """The sheet as a paper under the letterhead of its unit; `only`: codes of the indicators wanted, else all.

    NotFound for a code that the set has not.
    """
    document, unit = sheet.document, sheet.unit
    codes = [each["code"] for each in document["indicators"]]
    if not set(only) <= set(codes):
        raise NotFound("indicator")
    indicators = indicator_set(document["set"])
    kinds = presenting.served_codes(indicators)
    parts = [
        presenting.block_of(document, sheet.earlier, code, kinds, "id") for code in codes if not only or code in only
    ]
    given = Given(
        document,
        parts,
        services.info_of(unit).places,
        desk.of_unit(work, unit),
        sheet.today,
        indicators.small_cell_below,
        indicators.child_under,
    )
    return Ready(cluster_paper(given), desk.logo_of(work, unit.id), stamped(work, f"{MARK} · {CODE}", unit.local_zone))
