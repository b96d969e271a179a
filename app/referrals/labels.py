"""Words of the referral desk: a sentence for each problem, and how its choices are called."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

SENTENCES: Final[dict[str, Any]] = {
    "required": _l("Please fill this in."),
    "code.unknown": _l("Choose one of the list."),
    "text.too-long": _l("At most %(limit)s characters."),
    "referral.help-not-asked": _l("Record first when urgent help was asked for."),
    "referral.help-before-asked": _l("Help cannot be given before it was asked for. Check both moments."),
    "moment.future": _l("This moment has not come yet."),
    "institution.duplicate": _l("An institution of this name is in the directory already."),
    "institution.inactive": _l("This institution is no longer in use. Choose another one."),
    "institution.shelter-address": _l(
        "The address of a shelter is secret and stands in no directory. Write it with the stay, for those on its list."
    ),
    "institution.shelter-area": _l("Of a shelter only the kabupaten or kota: a smaller area would tell where it is."),
    "area.unknown": _l("There is no such area."),
    "institution.beds": _l("Beds belong to a shelter: a number up to %(limit)s."),
    "referral.disclosure-not-for": _l(
        "Who the reported person is goes to the police, the prosecution and the courts alone. Take that choice away."
    ),
    "referral.institution-twice": _l("This institution stands there twice. Choose each once."),
    "referral.package-unreadable": _l(
        "Something you chose to disclose cannot be opened. Nothing was sent: take that choice away, and tell the administrator."
    ),
    "referral.no-client": _l("Every client of this case has ended. A referral needs a client."),
    "referral.basis": _l(
        "Nothing may be disclosed yet: choose a consent that stands, record one here, or name another legal basis."
    ),
    "referral.basis-other-client": _l("This is the consent of another client. Choose or record that of this client."),
    "referral.basis-each": _l(
        "A referral of the whole case needs a consent that covers it from every client. Record it here, or refer one client."
    ),
    "referral.basis-withdrawn": _l("This consent was withdrawn. Nothing further may be disclosed on it."),
    "referral.basis-later": _l("The consent is dated after the sending. Consent comes before disclosure."),
    "referral.basis-refused": _l("The consent does not cover a service asked for here, or refuses it."),
    "referral.before-sent": _l("This lies before the referral was sent."),
    "referral.before-last": _l("This lies before the step recorded last."),
    "day.future": _l("This day has not come yet."),
    "incoming.letter-later": _l("Their letter is dated after the day it came."),
    "incoming.before-received": _l("This lies before the day the referral came to us."),
    "consent.contradiction": _l("A service stands among those agreed to and those refused."),
}
