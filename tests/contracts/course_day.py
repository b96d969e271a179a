"""The part of the working day in which a client is assessed, a plan is made and carried out, and people meet about the case."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.contracts.planting import Desk

DAY = "2026-05-20"
SECRETS: Mapping[str, str] = {
    "tried": "pernah lapor ke kepaladesa Sungaitabukrengas",
    "helps": "bibi Marhumahwati mau menampung",
    "hinders": "utang kepada juragan Palutisawit",
    "hopes": "ingin jadi guru ngaji di Tambakbajai",
    "physical": "memar sebesar telurpuyuh di bahukiri",
    "health": "asma sejak umur limabelasbulan",
    "treatment": "obat hirup salbutamolungu",
    "psychological": "terbangun oleh mimpi harimaubelang",
    "social": "shalat bersama tetangga Haji Zarkasyiah",
    "legal": "akta kelahiran di laci merahmarun",
    "other findings": "kucing bernama Sikembangsepatu",
    "conclusion": "jangan pulang sebelum lebaranhaji",
    "problem": "tidur di bawah jembatanbarito",
    "goal": "punya kamar berkunci di rumahbetang",
    "what the client says": "setuju asal adik Juwitaningrum ikut",
    "what the child says to the plan": "mau asal boleh bawa bonekapanda",
    "reason of a goal": "kamar sudah disewa Paman Darsimanto",
    "review": "ditinjau sambil makan ketupatkandangan",
    "condition": "sudah tertawa ketika hujandaun",
    "why not reached": "bibi sakit demamberdarah",
    "what follows": "jemput dengan kelotokbiru",
    "outsider": "Camat Fathurrahmanudin",
    "issue": "siapa menjaga warungterapung",
    "minutes": "rapat ricuh soal warisankebunrotan",
    "decision": "titip kunci pada Mbah Sastrokasdi",
    "who outside": "Penyuluh Rusmiyantini",
    "what came of it": "kunci dititip hari kamispahing",
    "result of a service": "sudah berani menyebut namabapak",
    "next step": "bawa ke puskesmas Anjirmuara",
}
CODES = ("AS_ULANG", "HZ_MENENGAH", "GS_BATAL", "RO_RENCANA", "KK_KELUARGA", "AK_SAKSI_AHLI", "SV_TOGA", "FU_MITRA")


def work(desk: Desk, case: str) -> list[str]:
    """Write an assessment, a plan, a monitoring and minutes through their pages; the pages that show them."""
    assess(desk, case)
    plan(desk, case)
    meet(desk, case)
    service = first(desk.get(case), f"{case}/services/[0-9a-f-]{{36}}/edit")
    desk.send(
        service, service, result=SECRETS["result of a service"], next_step=SECRETS["next step"], next_on="2026-06-02"
    )
    shown = desk.get(case)
    links = re.findall(rf'href="({case}/(?:assessments|plans|conferences)/[0-9a-f-]{{36}})"', shown)
    return [shown, *(desk.get(link) for link in sorted(set(links)))]


def assess(desk: Desk, case: str) -> None:
    """An assessment, left unfinished and then finished."""
    s = SECRETS
    desk.send(f"{case}/assessments/new", f"{case}/assessments", kind="AS_ULANG", tried=s["tried"], act="keep")
    row = first(desk.get(case), f"{case}/assessments/[0-9a-f-]{{36}}/edit")
    desk.send(
        row,
        row,
        supporting=s["helps"],
        hindering=s["hinders"],
        hopes=s["hopes"],
        physical=s["physical"],
        health=s["health"],
        treatment=s["treatment"],
        psychological=s["psychological"],
        social=s["social"],
        legal=s["legal"],
        other=s["other findings"],
        conclusion=s["conclusion"],
        risk="RK_TINGGI",
        act="finish",
    )


def plan(desk: Desk, case: str) -> None:
    """A plan that is answered; its goal is dropped; it is reviewed."""
    s = SECRETS
    goal = {"problem": s["problem"], "goal": s["goal"], "horizon": "HZ_MENENGAH"}
    lists = {"goals-0-services": ["SV_TOGA"], "goals-0-activities": ["AK_SAKSI_AHLI"]}
    desk.send(
        f"{case}/plans/new", f"{case}/plans", act="save", **{f"goals-0-{name}": v for name, v in goal.items()}, **lists
    )
    row = first(desk.get(case), f"{case}/plans/[0-9a-f-]{{36}}")
    desk.send(
        f"{row}/answer",
        f"{row}/answer",
        agreement="YA",
        note=s["what the client says"],
        child_view=s["what the child says to the plan"],
    )
    state = first(desk.get(case), f"{row}/goals/[0-9a-f-]{{36}}")
    desk.send(state, state, state="GS_BATAL", reason=s["reason of a goal"])
    desk.send(f"{row}/review", f"{row}/review", outcome="RO_RENCANA", text=s["review"])


def meet(desk: Desk, case: str) -> None:
    """A monitoring contact and a conference, one of whose decisions is done."""
    s = SECRETS
    desk.send(
        f"{case}/monitorings/new",
        f"{case}/monitorings",
        way="FU_MITRA",
        condition=s["condition"],
        not_reached=s["why not reached"],
        follow_up=s["what follows"],
        outcome="RO_RENCANA",
        on=DAY,
    )
    decision = {"decisions-0-text": s["decision"], "decisions-0-who": s["who outside"]}
    desk.send(
        f"{case}/conferences/new",
        f"{case}/conferences",
        kind="KK_KELUARGA",
        outsiders=s["outsider"],
        issue=s["issue"],
        minutes=s["minutes"],
        act="save",
        **decision,
    )
    done = first(desk.get(case), f"{case}/conferences/[0-9a-f-]{{36}}/decisions/[0-9a-f-]{{36}}")
    desk.send(done, done, result=s["what came of it"])


def first(text: str, pattern: str) -> str:
    """The first link of this shape."""
    found = re.search(rf'href="({pattern})"', text)
    assert found, pattern
    return found[1]
