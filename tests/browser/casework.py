"""The acts of a case in the order of the work, each with the answers a story gives: from the report to the contacts after the end."""

from __future__ import annotations

from collections.abc import Sequence

from tests import paper
from tests.browser.acts import (
    MANAGER,
    SUPERVISOR,
    Act,
    Answer,
    Way,
    Word,
    attaches,
    code,
    confirms,
    day,
    inside,
    numbered,
    own,
    picks,
    referral_step,
    statement,
    step,
    ticks,
    types,
)

INTAKE = "PENERIMA"
HASAN = own("Hasan Contoh")
YES, NO = code("yes_no_unknown", "YA"), code("yes_no_unknown", "TIDAK")
SERVICES = ("CS_ADUAN", "CS_PSIKOLOGIS", "CS_HUKUM", "CS_SOSIAL", "CS_RUJUKAN")


def of(client: int, label: Word = "Client") -> Answer:
    """About which client of the case."""
    return picks(label, own(f"{client}."))


# --- report and registration ------------------------------------------------------------------------------------------


def search(name: str) -> Act:
    """Look for the family, and begin."""
    return Act(INTAKE, (), (types("Name or nickname", name),), "Search and begin")


def report(channel: str, reporter: str, place: str, story: str, *more: Answer, before: int = 1) -> Act:
    """The report, and what happened how many days before it."""
    answers = (
        day("Day of the report", 0),
        picks("How the report came in", code("channel", channel)),
        picks("Who reports", code("reporter_kind", reporter)),
        day("Day of the incident", -before),
        picks("Kecamatan or village of the incident", own("Martapura")),
        picks("Kind of place", code("place", place)),
        types("What happened", story),
        *more,
    )
    return Act(INTAKE, (), answers, "Save and go on", "None of these matters: new report")


def client(name: str, sex: str, age: int, kinds: Sequence[str], *more: Answer, one_more: bool = False) -> Act:
    """A client, with the minimum and what the story adds."""
    answers = (
        types("Name", name),
        ticks("Sex", code("sex", sex)),
        types("Age now, if the birth date is not known", str(age)),
        *((ticks("Kinds of violence", *(code("violence", kind) for kind in kinds)),) if kinds else ()),
        *more,
    )
    return Act(INTAKE, (), answers, "Save, then one more client" if one_more else "Save and go on")


def reported(name: str, sex: str, relations: dict[str, str], *more: Answer) -> Act:
    """A reported person, and what this person is to each client."""

    def asked(client_name: str) -> Word:
        return lambda say: say("What is this person to %(name)s?", name=client_name)

    relation = (picks(asked(who), code("relationship_detail", what)) for who, what in relations.items())
    return Act(INTAKE, (), (types("Name", name), *relation, ticks("Sex", code("sex", sex)), *more), "Save and go on")


def screening(risk: str, *signs: str) -> Act:
    """The danger signs, the risk chosen, the authority; then the case is registered under its register number."""
    answers = (
        *((ticks("Danger signs", *(code("danger_prompt", sign) for sign in signs)),) if signs else ()),
        confirms("I have gone through all the signs"),
        ticks("Risk", code("risk", risk)),
        ticks("Authority", code("authority", "AU_KABKOTA")),
    )
    return Act(INTAKE, (), answers, "Save and register")


def approval() -> tuple[Act, ...]:
    """The supervisor approves and names the manager, who says to have no part in the matter."""
    return (
        Act(SUPERVISOR, (Way(step("approve")),), (picks("Case manager", HASAN),), step("approve")),
        Act(MANAGER, (Way("Answer now"),), (confirms("No, I have no part in this matter"),), "Send the answer"),
    )


def moves(name: str) -> Act:
    """A step of the case."""
    return Act(MANAGER, (Way(step(name)),), (), step(name))


# --- identification, consent, assessment, risk ------------------------------------------------------------------------


def identification(number: int, *answers: Answer) -> Act:
    """What is asked beyond the minimum, entered on the page that corrects a client."""
    return Act(MANAGER, (Way("Correct", part="Clients", which=number - 1),), answers, "Save")


def consent(number: int, signer: str, on: int, *more: Answer, agreed: Sequence[str] = SERVICES) -> Act:
    """The form F4, signed by the client or for the client."""
    answers = (
        of(number),
        day("Day", on),
        ticks("Who signs?", code("consent_signer", signer)),
        *(
            ()
            if signer == "SG_KLIEN"
            else (ticks("Is the signer a reported person, or against the client's interest?", NO),)
        ),
        ticks("With which aid", code("explanation_aid", "EA_BACA")),
        *(confirms(statement(key)) for key in ("truth", "explained", "procedure", "cooperation")),
        *(ticks(code("consent_service", each), YES if each in agreed else NO) for each in SERVICES),
        *more,
    )
    return Act(MANAGER, (Way("Record a consent", part="Consent"),), answers, "Record the consent")


def assessment(number: int, on: int, found: str, risk: str, *more: Answer, again: bool = False) -> Act:
    """The form F5, finished."""
    way = Way("New assessment", part="Assessment") if again else Way("Write an assessment")
    answers = (
        of(number),
        day("Day of the assessment", on),
        types("Hopes and needs of the client", "Ingin tinggal dengan tenang dan tidak ditanya berulang-ulang."),
        types("Physical state", "Tidak ada luka yang terlihat; tidur kurang."),
        types("Psychological state", "Waspada dan mudah terkejut; mau bercerita bila didampingi."),
        types("Social and spiritual state", "Ada keluarga besar yang mendukung; tetap mengaji setiap sore."),
        ticks("Risk found", code("risk", risk)),
        types("Conclusion", found),
        *more,
    )
    return Act(MANAGER, (way,), answers, "Finish")


def risk_again(on: int, level: str, *answers: Answer, which: int = 0) -> Act:
    """The danger questions asked anew of one client."""
    given = (
        *answers,
        ticks("Risk", code("risk", level)),
        day("Day", on),
        picks("What this rests on", code("risk_basis", "RB_KLIEN")),
    )
    return Act(MANAGER, (Way("Assess again", part="Risk", which=which),), given, "Save")


def sign(name: str, answer: Word) -> Answer:
    """One danger question."""
    return ticks(code("danger_prompt", name), answer)


def safety_plan(on: int, *answers: Answer, which: int = 0) -> Act:
    """A safety plan made with the client."""
    given = (*answers, ticks("Made together with the client?", YES), day("Day", on))
    return Act(MANAGER, (Way("Make a safety plan", part="Safety plan", which=which),), given, "Keep as a new version")


# --- plan, services, referrals ----------------------------------------------------------------------------------------


def goal(number: int, problem: str, aim: str, services: Sequence[str], until: int) -> Answer:
    """One goal of a plan, on our manager, until a day."""
    return inside(
        numbered("Goal %(number)s", number),
        types("Problem", problem),
        types("Goal", aim),
        ticks("Services needed", *(code("service", each) for each in services)),
        day("Target day", until),
        picks("Responsible", HASAN),
    )


def plan(number: int, on: int, *goals: Answer, again: bool = False) -> Act:
    """The form F6, not yet answered by the client."""
    way = Way("Plan for another client", part="Plan") if again else Way("Write a plan")
    return Act(MANAGER, (way,), (of(number), day("Day of the plan", on), *goals), "Save the plan")


def plan_agreed(on: int, *more: Answer) -> Act:
    """The client's answer to the first plan that waits for it."""
    answers = (ticks("Does the client agree?", "agrees"), day("Day of the answer", on), *more)
    return Act(MANAGER, (Way("Record the client's answer", part="Plan"),), answers, "Record the answer")


def goal_reached(on: int) -> Act:
    """The first goal still open is closed."""
    answers = (ticks("State", code("goal_state", "GS_TERCAPAI")), day("Day", on))
    return Act(MANAGER, (Way("Close this goal", part="Plan"),), answers, "Save")


def service(number: int, on: int, activity: str, given_by: str, how: str, *more: Answer) -> Act:
    """The form F8: one service on one day."""
    answers = (
        of(number),
        day("Day", on),
        picks("What was done", code("activity", activity)),
        picks("Given by", code("institution_type", given_by)),
        types("How it went", how),
        picks("Result", code("service_outcome", "HL_SELESAI")),
        *more,
    )
    return Act(MANAGER, (Way("Record a service", part="Services given"),), answers, "Record the service")


def referral(
    number: int, on: int, institution: str, services: Sequence[str], reason: str, result: str
) -> tuple[Act, ...]:
    """A referral on the consent that stands, and everything the institution answers until it is closed."""
    asked = (
        picks("Institution", own(institution)),
        ticks("For whom", own(f"{number}.")),
        ticks("Services asked for", *(code("service", each) for each in services)),
        types("Short reason", reason),
        ticks("What the letter discloses about the client", code("disclosure", "DC_IDENTITAS")),
        *_moment(on, "09:00"),
    )
    return (
        Act(MANAGER, (Way("Refer"),), asked, "Save and mark as sent", stays=True),
        _replies("acknowledge", on, "10:00"),
        _replies("accept", on + 1, "09:00"),
        _replies("serve", on + 2, "09:00"),
        _replies("close", on + 5, "09:00", types("In words", result), stays=False),
    )


def _moment(on: int, at: str) -> tuple[Answer, ...]:
    return day("Day", on), types("Time", at)


def _replies(name: str, on: int, at: str, *more: Answer, stays: bool = True) -> Act:
    words = referral_step(name)
    way = picks("How it came", code("referral_way", "WY_SURAT"))
    return Act(MANAGER, (Way(words),), (*_moment(on, at), way, *more), words, stays=stays)


# --- shelter, conference, monitoring, documents -----------------------------------------------------------------------


def into_shelter(number: int, on: int, shelter: str, until: int) -> Act:
    """The form F11: admission."""
    answers = (
        of(number),
        picks("Shelter", own(shelter)),
        day("Admitted on", on),
        types("Time", "20:30"),
        types("Where it is and how to get there", "Tidak ditulis di sini."),
        picks("Reason", code("shelter_reason", "SR_SERUMAH")),
        ticks("House rules explained and accepted?", YES),
        day("Expected last day", until),
    )
    return Act(MANAGER, (Way("Record an admission", part="Shelter"),), answers, "Record the admission")


def longer_in_shelter(on: int, until: int) -> Act:
    """A stay is extended."""
    answers = (day("New last day", until), types("Reason", "Tempat tinggal baru belum siap."), day("Decided on", on))
    return Act(MANAGER, (Way("Extend", part="Shelter"),), answers, "Extend")


def out_of_shelter(on: int) -> Act:
    """The form F11: leaving."""
    answers = (
        day("Left on", on),
        picks("Reason", code("shelter_exit", "SX_AMAN")),
        picks("Where the client goes", code("place_after", "TS_KELUARGA")),
    )
    return Act(MANAGER, (Way("Record the leaving", part="Shelter"),), answers, "Record the leaving")


def conference(on: int, kind: str, about: str, decided: str, until: int) -> tuple[Act, ...]:
    """The form F10 with one decision, and the decision carried out."""
    answers = (
        day("Day of the conference", on),
        ticks("Kind of conference", code("conference_kind", kind)),
        ticks("Participants of our unit", HASAN),
        types("Other participants", "Sari Rekaan, Dinas Sosial"),
        types("What it was about", about),
        types("Course of the meeting", "Setiap lembaga menyampaikan apa yang dapat dilakukannya."),
        inside(
            numbered("Decision %(number)s", 1),
            types("Decision", decided),
            picks("Responsible, of our unit", HASAN),
            day("Until when", until),
        ),
    )
    carried_out = (day("Done on", until), types("What came of it", "Sudah dilaksanakan."))
    return (
        Act(MANAGER, (Way("Write minutes of a conference"),), answers, "Save the minutes"),
        Act(MANAGER, (Way("Mark as done", part="Case conferences"),), carried_out, "Mark as done"),
    )


def monitoring(number: int, on: int, how: str, condition: str) -> Act:
    """The form F9: one contact while the client is helped; everything is reached."""
    answers = (
        of(number),
        day("Day of the contact", on),
        picks("Way of contact", code("followup_kind", how)),
        types("Progress and condition", condition),
        ticks("Outcome", code("review_outcome", "RO_TERCAPAI")),
    )
    return Act(MANAGER, (Way("Record a monitoring"),), answers, "Save the monitoring")


def document(on: int, kind: str, title: str, *more: Answer) -> Act:
    """A page photographed with a phone, sealed into the case."""
    answers = (
        attaches("Files", "IMG_0412.jpg", lambda: paper.photo(width=640, height=480)),
        picks("Kind", code("document_kind", kind)),
        day("Day it bears", on),
        types("Title", title),
        *more,
    )
    return Act(MANAGER, (Way("Add documents", part="Documents"),), answers, "Send and keep")


# --- the end, and after it --------------------------------------------------------------------------------------------


def end(number: int, on: int, why: str, *more: Answer) -> tuple[Act, ...]:
    """The form F12 of one client: proposed by the manager, signed by the client, approved by the supervisor."""
    proposed = (
        day("Last day of handling", on),
        ticks("Kind of end", code("termination", "TM_SELESAI")),
        picks("Reason", code("termination_reason", "AT_TUJUAN")),
        types("In words", why),
        ticks("Did the client sign?", YES),
        day("Signed on", on),
        *more,
    )
    return (
        Act(MANAGER, (Way("Propose the end", part="Clients"),), proposed, "Propose the end"),
        Act(
            SUPERVISOR,
            (Way("Decide", part="Termination"),),
            (ticks("Decision", "Approve the end"),),
            "Record the decision",
        ),
    )


def contact_after(number: int, on: int, how: str, found: str) -> Act:
    """A contact after the end (DEF-POST: after one, three and six months)."""
    answers = (
        of(number),
        day("Day", on),
        picks("Kind of contact", code("followup_kind", how)),
        types("What was found", found),
    )
    return Act(MANAGER, (Way("Record a follow-up", part="Follow-ups"),), answers, "Record the follow-up")


def contacts_after(number: int, ended: int) -> tuple[Act, ...]:
    """The three contacts after the end of one client."""
    return (
        contact_after(number, ended + 29, "FU_RUMAH", "Tinggal dengan aman; masuk sekolah atau bekerja seperti biasa."),
        contact_after(number, ended + 90, "FU_TELEPON", "Tidak ada gangguan dari terlapor."),
        contact_after(number, ended + 180, "FU_RUMAH", "Keadaan baik; tahu ke mana mencari bantuan."),
    )


def looks(*ways: Way, who: str = MANAGER) -> Act:
    """A page that is only read."""
    return Act(who, ways)
