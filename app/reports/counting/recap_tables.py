"""The tables of the recap, in print order (contracts/recap; families of case-management 11)."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.reports.counting import columns
from app.reports.counting.codebook import NOT_KNOWN
from app.reports.counting.columns import Ints, Rows, ints
from app.reports.counting.rules import ampk_of_items, ktp_of_women
from app.reports.counting.scope import Population, Unit, served_by, served_core
from app.reports.counting.settings import UnitInfo
from app.reports.counting.tables import Frame, Mark, Row, Table, list_rows
from app.reports.facts import OUTSIDE


def _clients(population: Population) -> Rows:
    if population.client is None:
        raise ValueError("no client stands behind these rows")
    return population.client


def of_client(field: str) -> Mark:
    """The recorded code of the client."""
    return lambda frame, population: ints(_clients(population)[field])


def of_case(field: str) -> Mark:
    """The recorded code of the case the thing belongs to."""
    return lambda frame, population: ints(population.case[field])


def of_row(field: str) -> Mark:
    """The recorded code of the counted row itself."""
    return lambda frame, population: ints(population.rows[field])


def _age_band(frame: Frame, population: Population) -> Ints:
    return columns.victim_band(_clients(population), frame.settings.age_band)


def _reported_band(frame: Frame, population: Population) -> Ints:
    return columns.reported_band(population.rows)


def _reported_band_of_seven(frame: Frame, population: Population) -> Ints:
    return columns.reported_band_of_seven(population.rows)


def _disability(frame: Frame, population: Population) -> Ints:
    return columns.disability(_clients(population))


def _ktp(frame: Frame, population: Population) -> Ints:
    return ktp_of_women(_clients(population))


def _ampk(frame: Frame, population: Population) -> Ints:
    return ampk_of_items(frame.items[population.client_row])


def _service(frame: Frame, population: Population) -> Ints:
    return frame.services[population.client_row]


def _served(frame: Frame, population: Population) -> Ints:
    services = frame.services[population.client_row]
    return served_by(services) * 1 + served_core(services) * 2


def _residence(frame: Frame, population: Population) -> Ints:
    return area_marks(_clients(population)["kecamatan_residence"], frame.unit)


def _incident_area(frame: Frame, population: Population) -> Ints:
    return area_marks(population.case["kecamatan_incident"], frame.unit)


def area_marks(areas: Rows, unit: UnitInfo) -> Ints:
    """Row numbers of `area_rows`: own places from 1, outside after them, 0 where not known."""
    position = columns.place_position(areas, unit.area, tuple(unit.places)) + 1
    return np.where(position == len(unit.places) + 2, 0, position)


def area_rows(unit: UnitInfo) -> tuple[Row, ...]:
    """The unit's own places in order, LUAR, TIDAK_DIKETAHUI."""
    own = [Row(code, name, name, i) for i, (code, name) in enumerate(unit.places.items(), start=1)]
    outside = Row(OUTSIDE, "Luar wilayah", "Outside the area", len(own) + 1)
    return (*own, outside, Row(NOT_KNOWN, "Tidak diketahui", "Not known", 0, unknown=True))


def _area_rows(frame: Frame) -> tuple[Row, ...]:
    return area_rows(frame.unit)


def _served_rows(frame: Frame) -> tuple[Row, ...]:
    return (
        Row("LUAS", "Terlayani (luas): sedikitnya satu layanan", "Served (broad): at least one service", 1),
        Row("INTI", "Terlayani (inti): layanan selain pengaduan", "Served (core): a service beyond the complaint", 2),
    )


def _patbm(frame: Frame, population: Population) -> Ints:
    """1 through a PATBM village group or its channel, else 2 (kla-cluster-v 7.2)."""
    return np.where(ints(population.case["patbm"]) == 1, 1, 2)


def _patbm_rows(frame: Frame) -> tuple[Row, ...]:
    return (Row("YA", "Melalui PATBM", "Through PATBM", 1), Row("TIDAK", "Tidak melalui PATBM", "Not through PATBM", 2))


def _violence_rows(frame: Frame) -> tuple[Row, ...]:
    return list_rows("violence")


def _of_victims() -> list[Table]:
    unit = Unit.VICTIMS
    return [
        Table("victims_by_sex", unit, of_client("sex"), "sex"),
        Table("victims_by_age_band", unit, _age_band, "age_band_victim", note="age_band"),
        Table("victims_by_education", unit, of_client("education"), "education"),
        Table("victims_by_occupation", unit, of_client("occupation"), "occupation"),
        Table("victims_by_marital", unit, of_client("marital"), "marital"),
        Table("victims_by_citizenship", unit, of_client("citizenship"), "citizenship"),
        Table("victims_by_place", unit, of_case("place"), "place", note="place"),
        Table("victims_by_online", unit, of_case("online"), "yes_no_unknown"),
        Table("victims_by_channel", unit, of_case("channel"), "channel", note="channel"),
        Table("victims_by_kecamatan_residence", unit, _residence, rows=_area_rows, note="residence"),
        Table("victims_by_kecamatan_incident", unit, _incident_area, rows=_area_rows, note="incident_area"),
        Table("victims_by_kdrt", unit, of_client("kdrt"), "yes_no_unknown", note="kdrt"),
        Table("victims_served", unit, _served, rows=_served_rows, multi=True, note="served"),
        Table("victims_by_disability", unit, _disability, "disability", multi=True),
        Table("victims_by_violence", unit, of_client("violence"), "violence", rows=_violence_rows, multi=True),
        Table("victims_by_tpks", unit, of_client("tpks"), "tpks", multi=True),
        Table("victims_by_ktp", unit, _ktp, "ktp", multi=True, note="ktp"),
        Table("victims_by_ampk", unit, _ampk, "ampk", multi=True, note="ampk"),
        Table("victims_by_service", unit, _service, "service", multi=True, note="victims_by_service"),
    ]


def _of_others() -> list[Table]:
    reported = Unit.PERPETRATORS
    return [
        Table("clients_by_capacity", Unit.CLIENTS, of_client("capacity"), "capacity"),
        Table("cases_by_place", Unit.CASES, of_case("place"), "place", note="place"),
        Table("cases_by_channel", Unit.CASES, of_case("channel"), "channel", note="channel"),
        Table("cases_by_patbm", Unit.CASES, _patbm, rows=_patbm_rows, note="patbm"),
        Table("cases_by_kecamatan_incident", Unit.CASES, _incident_area, rows=_area_rows, note="incident_area"),
        Table("perpetrators_by_sex", reported, of_row("sex"), "sex", note="perpetrators"),
        Table("perpetrators_by_age_band", reported, _reported_band, "age_band_perp", note="perpetrators"),
        Table("perpetrators_by_age_band_7", reported, _reported_band_of_seven, "age_band_victim", note="perpetrators"),
        Table("perpetrators_by_education", reported, of_row("education"), "education", note="perpetrators"),
        Table("perpetrators_by_occupation", reported, of_row("occupation"), "occupation", note="perpetrators"),
        Table("perpetrators_by_marital", reported, of_row("marital"), "marital", note="perpetrators"),
        Table("pairs_by_relationship", Unit.PAIRS, of_row("relationship"), "relationship", note="pairs"),
        Table("services_by_kind", Unit.SERVICES, of_row("service"), "service", note="services"),
        Table("referrals_by_institution", Unit.REFERRALS, of_row("institution_type"), "institution_type", note="sent"),
        Table("cases_closed_by_reason", Unit.ENDS, of_client("closure_reason"), "termination_reason", note="ends"),
        Table("cases_closed_by_kind", Unit.ENDS, of_client("closure"), "termination", note="ends"),
        Table("contacts_by_topic", Unit.CONTACTS, of_row("topic"), "contact_topic", note="contacts"),
        Table("contacts_by_channel", Unit.CONTACTS, of_row("channel"), "channel", note="contacts"),
    ]


RECAP_TABLES: Final[tuple[Table, ...]] = (*_of_victims(), *_of_others())
TABLE: Final[dict[str, Table]] = {table.name: table for table in RECAP_TABLES}
