"""What the browser may send about papers: which one to print and why, which letter to issue, the unit's letterhead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import FieldList, FormField, SelectField

from app.cases.record_forms import REASONS
from app.domain.letters import CODE_LIMIT, NUMBERED, TEMPLATE_LIMIT
from app.papers.desk import MAX_SIGNERS
from app.security.structs.papers import LetterDesk, Numbering, Signer
from app.web.forms import ActForm, BaseForm, IdField, LineField, LongField, PartForm, Required, SectionForm, choice

FREE_SIGNERS = 1


class PrintForm(BaseForm):
    """One paper: the record it is about, where it is about one."""

    of = IdField()


class ReasonForm(ActForm):
    """Why somebody outside the team prints a paper of a case."""

    of = IdField()
    reason = SelectField(
        _l("Reason"), [Required()], default="", choices=lambda: [("", _l("Choose…")), *REASONS.items()]
    )
    words = LongField(
        _l("Explanation"),
        Required(_l("Write one or two sentences. They are kept sealed in the case.")),
        limit=1_000,
    )


class IssueForm(ActForm):
    """A letter that is to go out: about which record, and who signs it."""

    of = IdField()
    signer = SelectField(_l("Signed by"), default="0", choices=[])

    def offer(self, desk: LetterDesk) -> None:
        """Fill in who may sign."""
        named = enumerate(desk.signers or (Signer(),))
        self.signer.choices = [
            choice(str(place), ", ".join(part for part in (who.title, who.name) if part) or "–") for place, who in named
        ]

    @property
    def place(self) -> int:
        """The signer chosen, by place in the list."""
        return int(self.signer.data or 0)


class SignerPart(PartForm):
    """One who signs for the unit."""

    title = LineField(_l("Office held"), limit=120)
    name = LineField(_l("Name with titles"), limit=120)
    rank = LineField(_l("Rank and grade"), limit=80)
    nip = LineField(_l("NIP"), limit=40)


class NumberingPart(PartForm):
    """How letters of one kind are numbered."""

    template = LineField(_l("Letter number"), limit=TEMPLATE_LIMIT)
    code = LineField(_l("Code in it"), limit=CODE_LIMIT)


class LettersForm(SectionForm):
    """The unit's letterhead, signers and numbering."""

    government = LineField(_l("Government"), limit=120)
    agency = LineField(_l("Agency above the unit"), limit=160)
    unit = LineField(_l("Unit"), Required(), limit=160)
    address = LineField(_l("Address"), limit=200)
    phone = LineField(_l("Phone"), limit=80)
    email = LineField(_l("E-mail"), limit=120)
    web = LineField(_l("Web"), limit=120)
    place = LineField(_l("Place before the day"), limit=80)
    short_name = LineField(_l("Short name of the unit in numbers"), limit=CODE_LIMIT)
    signers = FieldList(FormField(SignerPart), max_entries=MAX_SIGNERS)
    f3 = FormField(NumberingPart)
    f7 = FormField(NumberingPart)
    f12 = FormField(NumberingPart)
    pelimpahan = FormField(NumberingPart)
    balasan = FormField(NumberingPart)

    def desk(self) -> LetterDesk:
        """What was typed; empty rows are left out."""
        plain = {name: self[name].data or "" for name in _PLAIN}
        signers = tuple(_signer(row.form) for row in self.signers)
        schemes = tuple(
            Numbering(paper, form.template.data or "", form.code.data or "") for paper, form in self.numbering()
        )
        return LetterDesk(
            **plain,
            signers=tuple(each for each in signers if each != Signer()),
            numbering=tuple(each for each in schemes if each.template or each.code),
        )

    def numbering(self) -> Iterator[tuple[str, Any]]:
        """The numbered kinds with their rows."""
        return ((paper, self[paper.lower()].form) for paper in NUMBERED)


_PLAIN = ("government", "agency", "unit", "address", "phone", "email", "web", "place", "short_name")


def filled(desk: LetterDesk, numbering: tuple[Numbering, ...], etag: str) -> LettersForm:
    """The form as the desk stands, with a free row for one more signer."""
    signers = [{"title": s.title, "name": s.name, "rank": s.rank, "nip": s.nip} for s in desk.signers]
    data: dict[str, Any] = {name: getattr(desk, name) for name in _PLAIN}
    data["signers"] = [*signers, *({} for _ in range(FREE_SIGNERS))][:MAX_SIGNERS]
    data |= {each.paper.lower(): {"template": each.template, "code": each.code} for each in numbering}
    return LettersForm(formdata=None, data=data, etag=etag)


def _signer(row: Any) -> Signer:
    return Signer(
        title=row.title.data or "", name=row.name.data or "", rank=row.rank.data or "", nip=row.nip.data or ""
    )


class LogoForm(ActForm):
    """The unit's logo, as a file."""

    logo = FileField(_l("PNG or JPEG, at most 400 kB"))
