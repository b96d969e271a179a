"""Forms about files of one matter: which other file, which stays, who is whom, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from app.cases.families import Matches
from app.cases.record_forms import ChosenField
from app.web.forms import ActForm, LineField, LongField, Required

SENTENCES: Final = {
    "merge.twice": _l("Two people of one file cannot be the same person of the other file."),
    "case.merged": _l("This file was merged into case %(number)s: what is new is recorded there."),
    "case.holds-merged": _l("Files were merged into this case: %(numbers)s. Take the merge back first."),
    "merge.client-alone": _l(
        "Every client of the file that goes must be a client of the file that stays. Add this person there first, or merge the other way round."
    ),
    "merge.end-waits": _l("The end of a client is proposed in the file that goes. Have it decided first."),
    "merge.transfer-waits": _l("A transfer of one of the files waits for an answer. Take it back first, or wait."),
    "merge.unknown": _l("There is no other open or closed case with this register number."),
}
WORDS_LIMIT: Final = 5_000


class OtherFileForm(ActForm):
    """Which other file is about the same matter, and which of the two stays."""

    number = LineField(_l("Register number of the other file"), Required(_l("Enter the register number.")), limit=40)
    stays = RadioField(
        _l("Which file stays?"),
        [Required(_l("Choose which file stays."))],
        choices=[("this", _l("This file")), ("other", _l("The other file"))],
        default="this",
    )


class ReasonForm(ActForm):
    """Why files are merged, or why that is taken back."""

    text = LongField(_l("Reason"), Required(_l("Write down the reason.")), limit=WORDS_LIMIT)


class MatchForm(ReasonForm):
    """Who of the file that goes is whom of the file that stays. `match_form` adds a field for each person."""

    client_fields: Mapping[UUID, str] = {}
    reported_fields: Mapping[UUID, str] = {}

    @property
    def matches(self) -> Matches:
        """What was chosen."""
        return Matches(self._chosen(self.client_fields), self._chosen(self.reported_fields))

    def _chosen(self, names: Mapping[UUID, str]) -> dict[UUID, UUID]:
        found = {row_id: self[name].id_chosen for row_id, name in names.items()}
        return {row_id: chosen for row_id, chosen in found.items() if chosen is not None}


People = Sequence[tuple[UUID, str]]


def match_form(theirs: tuple[People, People], ours: tuple[People, People], guesses: Mapping[UUID, UUID]) -> MatchForm:
    """The form for these two files: clients and reported persons of either, as id and words, and who is first taken to be whom."""
    fields: dict[str, Any] = {}
    names: list[dict[UUID, str]] = [{}, {}]
    for side, (prefix, people) in enumerate(zip(("client", "reported"), theirs, strict=True)):
        for row_id, words in people:
            name = f"{prefix}_{row_id.hex}"
            names[side][row_id] = name
            fields[name] = ChosenField(words)
    made: MatchForm = type("MatchForm", (MatchForm,), fields)()
    made.client_fields, made.reported_fields = names
    for side, people in enumerate(ours):
        nobody = _l("Please choose") if side == 0 else _l("Only in the file that goes")
        choices = [("", str(nobody)), *((str(row_id), words) for row_id, words in people)]
        for row_id, name in names[side].items():
            made[name].choices = choices
            if not made.is_submitted():
                made[name].data = str(guesses.get(row_id, ""))
    return made
