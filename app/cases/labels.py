"""Words of the case room: the name of every field of an intake, and the sentence for every problem.

Keys of `LABELS` are the paths of `validation` without the position of a person: `client.profile.sex`, `report.on`. Forms, the
list of what is still missing, and the comparison of two versions all take their words here.
"""

from __future__ import annotations

import re
from typing import Any, Final

from flask_babel import lazy_gettext as _l

LABELS: Final[dict[str, Any]] = {
    # report and reporter (case-management 7 F1)
    "report.on": _l("Day of the report"),
    "report.time": _l("Time"),
    "report.channel": _l("How the report came in"),
    "report.reporter_kind": _l("Who reports"),
    "report.transfer_in": _l("Transferred to us by another provider, which counts the case"),
    "report.reporter.name": _l("Name of the reporter"),
    "report.reporter.phone": _l("Phone of the reporter"),
    "report.reporter.address": _l("Address of the reporter"),
    "report.reporter.birth_place": _l("Birth place of the reporter"),
    "report.reporter.birth_date": _l("Birth date of the reporter"),
    "report.reporter.occupation": _l("Occupation of the reporter"),
    "report.reporter.relation_text": _l("What the reporter is to the client and to the reported person"),
    "report.reporter.words": _l("What the reporter said"),
    # incident (case-management 7 F2)
    "incident.first_on": _l("Day of the incident"),
    "incident.last_on": _l("Last day, if it went on"),
    "incident.time": _l("Time of the incident"),
    "incident.area": _l("Kecamatan or village of the incident"),
    "incident.area_elsewhere": _l("Name of the place, if outside"),
    "incident.place": _l("Kind of place"),
    "incident.online": _l("Did it happen online?"),
    "incident.patbm_village": _l("PATBM village that handed the case over"),
    "incident.event_kind": _l("Kind of disaster or conflict"),
    "incident.event_on": _l("Day of the disaster or conflict"),
    "incident.event_area": _l("Area of the disaster or conflict"),
    "incident.chronology.text": _l("What happened"),
    "incident.chronology.scene_address": _l("Address of the scene"),
    "incident.chronology.event_name": _l("Name of the disaster or conflict"),
    "incident.chronology.client_wish": _l("What the client wishes"),
    # clients
    "clients": _l("Clients"),
    "client": _l("Client"),
    "client.identity.name": _l("Name"),
    "client.identity.label": _l("Neutral label, instead of the name in lists"),
    "client.identity.aliases": _l("Other names and nicknames"),
    "client.identity.nik": _l("NIK"),
    "client.identity.kk": _l("Family card number (KK)"),
    "client.identity.birth_place": _l("Birth place"),
    "client.identity.birth_date": _l("Birth date"),
    "client.identity.address": _l("Address"),
    "client.identity.phone": _l("Phone"),
    "client.identity.religion": _l("Religion"),
    "client.identity.school": _l("School"),
    "client.identity.children": _l("Number of children"),
    "client.identity.siblings": _l("Number of siblings"),
    "client.identity.guardian_name": _l("Parent or guardian"),
    "client.identity.guardian_relation": _l("What the guardian is to the client"),
    "client.identity.guardian_address": _l("Address of the guardian"),
    "client.identity.guardian_phone": _l("Phone of the guardian"),
    "client.identity.guardian_citizenship": _l("Citizenship of the guardian"),
    "client.identity.guardian_country": _l("Country of the guardian, if a foreign citizen"),
    "client.identity.guardian_occupation": _l("Occupation of the guardian"),
    "client.identity.needs": _l("Special needs, in words"),
    "client.identity.language": _l("Language the client understands best"),
    "client.identity.contact.call": _l("Is it safe to call?"),
    "client.identity.contact.message": _l("Is it safe to send messages?"),
    "client.identity.contact.hours": _l("Safe hours"),
    "client.identity.contact.cover_phrase": _l("What to say if somebody else answers"),
    "client.identity.contact.through": _l("Contact through somebody else"),
    "client.profile.capacity": _l("Comes to us as"),
    "client.profile.sex": _l("Sex"),
    "client.profile.unborn": _l("Unborn child"),
    "client.profile.stated_age": _l("Age now, if the birth date is not known"),
    "client.profile.age_basis": _l("This age is"),
    "client.profile.education": _l("Education"),
    "client.profile.in_school": _l("In school?"),
    "client.profile.occupation": _l("Occupation"),
    "client.profile.marital": _l("Marital status"),
    "client.profile.disability": _l("Disability"),
    "client.profile.citizenship": _l("Citizenship"),
    "client.profile.country": _l("Country, if a foreign citizen"),
    "client.profile.residence": _l("Kecamatan or village where the client lives"),
    "client.profile.residence_elsewhere": _l("Name of the place, if outside"),
    "client.profile.violence": _l("Kinds of violence"),
    "client.profile.violence_forms": _l("Forms of violence"),
    "client.profile.trafficking": _l("Trafficking for"),
    "client.profile.kdrt": _l("Domestic violence (KDRT)?"),
    "client.profile.tppo": _l("Trafficking in persons (TPPO)?"),
    "client.profile.kbgo": _l("Online gender-based violence (KBGO)?"),
    "client.profile.pregnant": _l("Pregnant?"),
    "client.profile.needs": _l("Special needs"),
    "client.profile.child_marriage": _l("Child marriage?"),
    "client.profile.tpks": _l("Sexual-violence crimes (UU 12/2022)"),
    "client.profile.ktp": _l("Categories of violence against women"),
    "client.profile.categories": _l("Categories of the child (PP 78/2021)"),
    "client.profile.abh_role": _l("Child in contact with the law, as"),
    "client.profile.offence": _l("Offence"),
    "client.profile.verdict": _l("Verdict"),
    "client.profile.diversion": _l("Diversion"),
    "client.profile.work_sector": _l("The child works in"),
    "client.profile.bpta_kinds": _l("Worst forms of child labour"),
    "client.profile.economic_not_work": _l("Exploited for money other than by work?"),
    "client.profile.withdrawn_on": _l("Withdrawn from work on"),
    "client.profile.school_after": _l("School or training afterwards"),
    "client.profile.separated": _l("Separated from the family?"),
    "client.profile.reunited_on": _l("Reunited on"),
    "client.profile.ended_on": _l("End of handling"),
    "client.profile.closure": _l("Kind of end"),
    "client.profile.closure_reason": _l("Reason of the end"),
    "client.sensitive.hiv": _l("HIV/AIDS?"),
    "client.sensitive.substances": _l("Substances"),
    "category.item": _l("Category"),
    "category.on": _l("Since"),
    "category.certainty": _l("Certainty"),
    "diversion.stage": _l("Stage"),
    "diversion.outcome": _l("Outcome"),
    "diversion.on": _l("Day"),
    # reported persons
    "reported": _l("Reported persons"),
    "reported.identity.name": _l("Name"),
    "reported.identity.aliases": _l("Other names and nicknames"),
    "reported.identity.nik": _l("NIK"),
    "reported.identity.birth_place": _l("Birth place"),
    "reported.identity.birth_date": _l("Birth date"),
    "reported.identity.address": _l("Address"),
    "reported.identity.phone": _l("Phone"),
    "reported.identity.religion": _l("Religion"),
    "reported.identity.children": _l("Number of children"),
    "reported.identity.guardian_name": _l("Parent or guardian"),
    "reported.identity.guardian_address": _l("Address of the guardian"),
    "reported.profile.sex": _l("Sex"),
    "reported.profile.age": _l("Age at the incident, if the birth date is not known"),
    "reported.profile.age_basis": _l("This age is"),
    "reported.profile.education": _l("Education"),
    "reported.profile.occupation": _l("Occupation"),
    "reported.profile.marital": _l("Marital status"),
    "reported.profile.citizenship": _l("Citizenship"),
    "reported.profile.country": _l("Country, if a foreign citizen"),
    "reported.profile.child_offender": _l("A child when it happened?"),
    "reported.relations": _l("Relation to each client"),
    # screening (case-management 4.6, 4.7)
    "screening.danger_prompts": _l("Danger signs"),
    "screening.prompts_asked": _l("I have gone through all the signs"),
    "screening.risk": _l("Risk"),
    "screening.authority": _l("Authority"),
    "screening.risk_reason": _l("Why a lower risk than the signs suggest"),
    # contacts
    "contact.on": _l("Day"),
    "contact.channel": _l("How they reached us"),
    "contact.topic": _l("Topic"),
    "contact.referred_to": _l("Referred to"),
}

SENTENCES: Final[dict[str, Any]] = {
    "required": _l("Please fill this in."),
    "code.unknown": _l("Choose one of the list."),
    "text.too-long": _l("At most %(limit)s characters."),
    "text.nul": _l("This text holds a sign that cannot be stored. Please type it again."),
    "people.too-many": _l("At most %(limit)s people in one intake."),
    "people.same-id": _l("The same person stands in this intake twice."),
    "draft.too-many": _l("You have %(limit)s drafts on their way. Finish some or throw some away first."),
    "search.empty": _l("Type a name, a NIK or KK number, or a phone number to search for."),
    "search.too-many": _l("More than %(limit)s searches within an hour. Wait a while, or ask your supervisor."),
    "day.future": _l("This day has not come yet."),
    "day.too-early": _l("This day lies too far back. Check the year."),
    "time.unreadable": _l("Enter a time like 13:30."),
    "report.future": _l("The report cannot come from a day that has not come yet."),
    "incident.after-report": _l("The incident cannot be after the report."),
    "incident.time-wanted": _l(
        "Ask for the time too: after sexual violence 72 hours of emergency care are counted from it; without it, from 00.00."
    ),
    "incident.last-before-first": _l("The last day cannot be before the first."),
    "area.unknown": _l("There is no such area."),
    "phone.unreadable": _l("This does not look like a phone number. It will be kept, but not be found by search."),
    "kk.length": _l("A KK number has 16 digits."),
    "nik.digits": _l("A NIK has digits only."),
    "nik.length": _l("A NIK has 16 digits."),
    "nik.province": _l("No province has the first two digits of this NIK."),
    "nik.day": _l("The day of birth in this NIK does not exist."),
    "nik.month": _l("The month of birth in this NIK does not exist."),
    "nik.sex": _l("This NIK belongs to somebody of the other sex."),
    "nik.birth": _l("The birth date in this NIK is another one."),
    "nik.twice": _l("Two people of this intake have the same NIK."),
    "violence.required": _l("Choose at least one kind of violence."),
    "birth.after-report": _l("The birth cannot be after the report."),
    "birth.after-incident": _l("The birth cannot be after the incident. For an unborn child tick “unborn”."),
    "birth.future": _l("This birth date has not come yet."),
    "age.range": _l("Enter an age from 0 to %(limit)s years."),
    "age.contradicts-birth": _l("By the birth date the age was %(age)s then, not %(stated)s. The birth date counts."),
    "unborn.age": _l("An unborn child has no age."),
    "unborn.birth": _l("An unborn child has no birth date."),
    "ktp.child": _l("These categories are for women of 18 and over; this client was a child."),
    "abh.age": _l("At %(age)s years this role does not fit the law on child justice."),
    "category.adult": _l("Only for children under %(limit)s; this client was %(age)s."),
    "category.duplicate": _l("Each category once only."),
    "category.missing": _l("Choose the category, or clear this line."),
    "diversion.missing": _l("Choose the stage, or clear this line."),
    "needs.contradiction": _l("“None” or “not known yet” cannot stand beside a need."),
    "disability.contradiction": _l("“None” or “not known” cannot stand beside a kind of disability."),
    "trafficking.without-kind": _l("Trafficking is named here, but not among the kinds of violence."),
    "pregnant.sex": _l("Pregnant, and recorded as male?"),
    "ended.undated": _l("Enter the day on which the handling ended."),
    "ended.before-report": _l("The handling cannot end before the report."),
    "offender.age": _l("Recorded as a child, but the age is %(age)s."),
    "relation.unknown-client": _l("This client is not in the intake any more."),
    "relation.duplicate": _l("One relation for each client."),
    "risk.below-prompts": _l("The danger signs suggest a higher risk. Choose it, or write why not."),
    "risk.differs": _l(
        "The answers suggest another level. Write why you choose this one, or choose the one suggested."
    ),
    "risk.both-ways": _l("A danger sign cannot both hold and not hold."),
}

_POSITION: Final = re.compile(r"\.[0-9]+(?=\.|$)")
_PEOPLE: Final = (("clients.", "client."), ("reported.", "reported."))


def label_key(path: str) -> str:
    """The key in `LABELS` for a path of `validation`: `clients.0.profile.sex` to `client.profile.sex`."""
    bare = _POSITION.sub("", path)
    for many, one in _PEOPLE:
        if bare.startswith(many) and path[len(many) : len(many) + 1].isdigit():
            return one + bare.removeprefix(many)
    return bare


def label(path: str) -> Any:
    """What a field is called, in the reader's language when printed; for a field inside a row, what the rows are called.

    KeyError for a field without a name.
    """
    key = label_key(path)
    while key not in LABELS and "." in key:
        key = key.rpartition(".")[0]
    return LABELS[key]
