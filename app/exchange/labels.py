"""Sentences for what can be wrong with an exchange package: what it is, and what to do."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

SENTENCES: Final[dict[str, Any]] = {
    "package.not-found": _l("There is no folder or .xlsx workbook at this path."),
    "package.unreadable": _l("The sealed package cannot be read: wrong passphrase, a damaged file, or not a package."),
    "export.has-part": _l("One of the two has a part in a matter of this unit. Ask somebody who has none."),
    "export.same-person": _l("Whoever asks for an export with identities does not approve it."),
    "sheet.missing": _l("This sheet is required. Add it, or check the file's name."),
    "sheet.unknown": _l("This is no sheet of the exchange format. Remove it, or correct its name."),
    "sheet.too-long": _l("The sheet has more than %(limit)s rows. Split it."),
    "file.too-large": _l("The file is larger than %(limit)s MB. Split it."),
    "file.encoding": _l("The file is not UTF-8. Save it again as CSV UTF-8."),
    "file.csv": _l("The file is not a proper CSV: a quotation mark is not closed, or a cell is too long."),
    "file.workbook": _l("The workbook cannot be read. Save it again as .xlsx."),
    "header.missing": _l("The sheet is empty. Its first row must hold the column names."),
    "column.unknown": _l("This is no column of the sheet. Remove it, or correct its name."),
    "column.duplicate": _l("This column stands in the header twice. Remove one."),
    "column.missing": _l("This column is required. Add it."),
    "row.too-many-cells": _l("The row has more cells than the header. Check the separators and quotation marks."),
    "boolean.unknown": _l("Write ya or tidak."),
    "date.format": _l("Write the date as YYYY-MM-DD."),
    "time.format": _l("Write the time as HH:MM."),
    "number.format": _l("Write a whole number, digits only."),
    "reference.duplicate": _l("This reference is used twice. Give each row its own."),
    "reference.unknown-case": _l("No row of the sheet cases has this case_ref."),
    "reference.unknown-victim": _l("No row of the sheet victims has this victim_ref in this case."),
    "reference.unknown-perpetrator": _l("No row of the sheet perpetrators has this perp_ref in this case."),
    "clients.none": _l("The case has no row in the sheet victims."),
    "ampk.several-items": _l(
        "The category %(category)s stands for several items. Write the item numbers in ampk_items."
    ),
    "register.format": _l(
        "Write the register number as letters and digits between / . or -, like PPA/2025/0012, at most %(limit)s signs. It is not sealed: no names, no NIK."
    ),
    "unit.other": _l("The row names another unit. Import it for that unit."),
    "referral.draft-sent": _l("A referral with a day of sending is no draft. Leave the status empty, or correct it."),
}
