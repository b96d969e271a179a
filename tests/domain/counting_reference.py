"""The same counts made slowly and obviously, one record at a time, for the engine to be compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from app.domain.codes import code_list, perp_age_band, victim_age_band
from app.domain.implications import ampk_of_item, implied_items, implied_ktp
from app.domain.indicators import IndicatorSet
from app.reports.counting.settings import AgeBasis, Period, Settings, UnitInfo
from app.reports.facts import CaseFacts, ClientFacts


def age(who: ClientFacts, basis: AgeBasis = AgeBasis.INCIDENT) -> int | None:
    if who.unborn:
        return 0
    first, second = who.age_at_incident, who.age_at_report
    if basis is AgeBasis.REPORT:
        first, second = second, first
    return second if first is None else first


def group(who: ClientFacts) -> str:
    years = age(who)
    return "TIDAK_DIKETAHUI" if years is None else "ANAK" if years < 18 else "DEWASA"


def area(code: str | None, unit: UnitInfo) -> str:
    if code in unit.places:
        return str(code)
    if code is None or unit.area.startswith(code) or code.startswith(unit.area + "."):
        return "TIDAK_DIKETAHUI"
    return "LUAR"


def role(who: ClientFacts) -> str | None:
    return who.abh_role or ("ABH_PELAKU" if who.capacity == "ABH_PELAKU" else None)


def items(who: ClientFacts, cut_off: date) -> set[str]:
    if group(who) != "ANAK":
        return set()
    recorded = {str(item.item) for item in who.items if item.day is None or item.day <= cut_off}
    return recorded | implied_items(who.violence, who.disability, role(who))


def ktp(who: ClientFacts) -> set[str]:
    if who.sex != "P" or group(who) != "DEWASA":
        return set()
    flags = [flag for flag in ("kdrt", "kbgo", "tppo") if getattr(who, flag)]
    return who.ktp | implied_ktp(who.violence, flags, who.disability, age(who))


def disability(who: ClientFacts) -> set[str]:
    kinds = who.disability - {"DS_NONE", "DS_NA"}
    return set(kinds or who.disability or {"DS_NA"})


def services(case: CaseFacts, who: ClientFacts, cut_off: date) -> set[str]:
    return {s.service for s in case.services if s.client_id == who.client_id and s.day <= cut_off and s.service}


class Reference:
    """Counts of a recap: table name to Counter of (row, age group or "", sex)."""

    def __init__(self, office: Iterable[CaseFacts], unit: UnitInfo, period: Period, cut_off: date, settings: Settings):
        self.unit, self.cut_off, self.settings = unit, cut_off, settings
        self.first, self.last = period.first, min(period.last, cut_off)
        self.own = [case for case in office if not case.transfer_in]
        self.reported = [case for case in self.own if self.inside(case.report_day)]

    def inside(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def victims(self) -> Iterator[tuple[CaseFacts, ClientFacts]]:
        return ((case, who) for case in self.reported for who in case.clients if who.capacity == "KORBAN")

    def tables(self) -> dict[str, Counter[tuple[str, str, str]]]:
        found: dict[str, Counter[tuple[str, str, str]]] = {}
        for case, who in self.victims():
            for name, rows in self._of_victim(case, who).items():
                found.setdefault(name, Counter()).update((row, group(who), who.sex) for row in rows)
        for name, row, who in self._of_others():
            found.setdefault(name, Counter())[row, group(who) if who else "", who.sex if who else ""] += 1
        for name, row, sex in self._of_reported():
            found.setdefault(name, Counter())[row, "", sex] += 1
        return found

    def _of_victim(self, case: CaseFacts, who: ClientFacts) -> dict[str, set[str]]:
        truth = {True: "YA", False: "TIDAK", None: "TIDAK_DIKETAHUI"}
        got = services(case, who, self.cut_off)
        return {
            "victims_by_sex": {who.sex},
            "victims_by_age_band": {victim_age_band(age(who, self.settings.age_band))},
            "victims_by_education": {who.education or "ED_NA"},
            "victims_by_occupation": {who.occupation or "OC_NA"},
            "victims_by_marital": {who.marital or "MS_NA"},
            "victims_by_citizenship": {who.citizenship or "CZ_NA"},
            "victims_by_place": {case.place or str(code_list("place").unknown or "TIDAK_DIKETAHUI")},
            "victims_by_online": {truth[case.online]},
            "victims_by_channel": {case.channel or str(code_list("channel").unknown or "TIDAK_DIKETAHUI")},
            "victims_by_kecamatan_residence": {area(who.kecamatan_residence, self.unit)},
            "victims_by_kecamatan_incident": {area(case.kecamatan_incident, self.unit)},
            "victims_by_kdrt": {truth[who.kdrt]},
            "victims_served": ({"LUAS"} if got else set()) | ({"INTI"} if got - {"SV_PENGADUAN"} else set()),
            "victims_by_disability": disability(who),
            "victims_by_violence": set(who.violence or {"TIDAK_DIKETAHUI"}),
            "victims_by_tpks": set(who.tpks),
            "victims_by_ktp": ktp(who),
            "victims_by_ampk": {ampk_of_item(item) for item in items(who, self.cut_off)},
            "victims_by_service": got,
        }

    def _of_others(self) -> Iterator[tuple[str, str, ClientFacts | None]]:
        yield from self._by_report_day()
        yield from self._by_own_day()

    def _by_report_day(self) -> Iterator[tuple[str, str, ClientFacts | None]]:
        for case in self.reported:
            yield "cases_by_place", case.place or str(code_list("place").unknown or "TIDAK_DIKETAHUI"), None
            yield "cases_by_channel", case.channel or str(code_list("channel").unknown or "TIDAK_DIKETAHUI"), None
            yield "cases_by_patbm", "YA" if case.patbm else "TIDAK", None
            yield "cases_by_kecamatan_incident", area(case.kecamatan_incident, self.unit), None
            for who in case.clients:
                yield "clients_by_capacity", who.capacity, who
                for pair in case.pairs:
                    if pair.client_id == who.client_id:
                        yield "pairs_by_relationship", pair.relationship or "RL_NA", who

    def _by_own_day(self) -> Iterator[tuple[str, str, ClientFacts | None]]:
        for case in self.own:
            by_id = {who.client_id: who for who in case.clients}
            for service in case.services:
                if self.inside(service.day) and service.service:
                    yield "services_by_kind", service.service, by_id[service.client_id]
            for referral in case.referrals:
                if self.inside(referral.sent_day):
                    who = by_id[referral.client_id] if referral.client_id else case.clients[0]
                    yield "referrals_by_institution", referral.institution_type or "TIDAK_DIKETAHUI", who
            for who in case.clients:
                if self.inside(who.ended_on):
                    yield "cases_closed_by_reason", who.closure_reason or "TIDAK_DIKETAHUI", who

    def _of_reported(self) -> Iterator[tuple[str, str, str]]:
        for case in self.reported:
            for person in case.reported:
                sex = person.sex or "X"
                yield "perpetrators_by_sex", sex, sex
                yield "perpetrators_by_age_band", perp_age_band(person.age), sex
                yield "perpetrators_by_age_band_7", victim_age_band(person.age), sex
                yield "perpetrators_by_education", person.education or "ED_NA", sex
                yield "perpetrators_by_occupation", person.occupation or "OC_NA", sex
                yield "perpetrators_by_marital", person.marital or "MS_NA", sex


class ChildReference:
    """Distinct children of a year, by indicator."""

    def __init__(self, office: Iterable[CaseFacts], year: int, cut_off: date, indicators: IndicatorSet):
        self.year, self.cut_off, self.indicators = year, cut_off, indicators
        self.files = [
            (case, who)
            for case in office
            if not case.transfer_in and case.report_day <= cut_off
            for who in case.clients
            if group(who) == "ANAK"
        ]

    def in_year(self, day: date | None) -> bool:
        return day is not None and day.year == self.year and day <= self.cut_off

    def standing(self, who: ClientFacts) -> tuple[str, ...]:
        holds = ["ekonomi_bukan_kerja"] if who.economic_not_work else []
        return self.indicators.indicators_for(items(who, self.cut_off), role(who), holds)

    def reported(self, indicator: str) -> list[tuple[CaseFacts, ClientFacts]]:
        return [
            (case, who) for case, who in self.files if self.in_year(case.report_day) and indicator in self.standing(who)
        ]

    def measures(self, indicator: str) -> dict[str, object]:
        reported = self.reported(indicator)
        got = {
            "luas": _persons(f for f in reported if services(*f, self.cut_off)),
            "inti": _persons(f for f in reported if services(*f, self.cut_off) - {"SV_PENGADUAN"}),
        }
        ended = [f for f in self.files if indicator in self.standing(f[1]) and self.in_year(f[1].ended_on)]
        return {
            "s.1": len(_persons(reported)),
            "s.2.luas": len(got["luas"]),
            "s.2.inti": len(got["inti"]),
            "s.6.berakhir": len(_persons(ended)),
            "s.6": len(_persons(f for f in ended if self._visited(*f))) if ended else None,
            "s.7": len(_persons(f for f in reported if self._finished(f[1]))) if reported else None,
            "s.5": len(_persons(f for f in reported if self._referred(*f))) if reported else None,
        }

    def services_of(self, indicator: str) -> dict[str, int]:
        found: dict[str, set[UUID]] = {code.code: set() for code in code_list("service")}
        for case, who in self.reported(indicator):
            for service in services(case, who, self.cut_off):
                found[service].add(who.person)
        return {code: len(persons) for code, persons in found.items()}

    def unsorted(self) -> int:
        everybody = _persons(f for f in self.files if self.in_year(f[0].report_day))
        return len(
            everybody - _persons(f for f in self.files if self.in_year(f[0].report_day) and items(f[1], self.cut_off))
        )

    def with_items(self) -> list[tuple[CaseFacts, ClientFacts]]:
        return [f for f in self.files if self.in_year(f[0].report_day) and items(f[1], self.cut_off)]

    def _finished(self, who: ClientFacts) -> bool:
        return who.closure == "TM_SELESAI" and who.ended_on is not None and who.ended_on <= self.cut_off

    def _visited(self, case: CaseFacts, who: ClientFacts) -> bool:
        kinds = code_list("followup_kind")
        return who.ended_on is not None and any(
            visit.client_id == who.client_id
            and who.ended_on <= visit.day <= self.cut_off
            and (visit.kind is None or kinds.get(visit.kind).truth("visit") is not False)
            for visit in case.followups
        )

    def _referred(self, case: CaseFacts, who: ClientFacts) -> bool:
        return any(r.client_id in {None, who.client_id} and r.sent_day <= self.cut_off for r in case.referrals)


def _persons(files: Iterable[tuple[CaseFacts, ClientFacts]]) -> set[UUID]:
    return {who.person for _, who in files}
