"""What the browser may send about answers of institutions. A form checks shape; the services know the rules."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import RadioField

from app.answers.labels import KINDS
from app.answers.services import LINE, WORDS, Said
from app.documents.forms import arrived
from app.documents.keeping import Arrived
from app.web.forms import ActForm, BaseForm, CodeField, LineField, LongField, Required


class CodeForm(BaseForm):
    """The code of the letter."""

    code = LineField(_l("Code on the letter"), Required(), limit=40)


class SaidFields:
    """Which answer, who gives it, and its words."""

    kind = RadioField(
        _l("Your answer"), [Required(_l("Choose one of the list."))], choices=list(KINDS.items()), validate_choice=True
    )
    name = LineField(_l("Name of who answers"), Required(), limit=LINE)
    position = LineField(_l("Position"), limit=LINE)
    phone = LineField(_l("Phone for questions"), limit=40)
    words = LongField(_l("Reason, or result of the service"), limit=WORDS)

    def said(self, how: str = "") -> Said:
        """What was said."""
        return Said(
            kind=self.kind.data or "",
            name=str(self.name.data or ""),
            position=str(self.position.data or ""),
            phone=str(self.phone.data or ""),
            words=str(self.words.data or ""),
            how=how,
        )


class PartnerForm(SaidFields, BaseForm):
    """The answer of an institution without an account, with its letter if there is one."""

    files = FileField(_l("Reply letter"), render_kw={"accept": "image/jpeg,image/png,image/webp,application/pdf"})

    @property
    def arrived(self) -> list[Arrived]:
        """The letter that came, if one did."""
        sent = self.files.data
        return [arrived(sent)] if isinstance(sent, FileStorage) else []


class EnterForm(SaidFields, ActForm):
    """An answer that a clerk writes down."""

    how = CodeField(_l("How it came"), codes="referral_way")
    code = LineField(_l("Code on the letter, if it was read out"), limit=40)


class AsideForm(ActForm):
    """Why an answer stays without consequence."""

    reason = LongField(_l("Why it is set aside"), limit=WORDS)

    def about(self, answer_id: UUID) -> AsideForm:
        """The same form with ids of its own: several stand on one page."""
        self.reason.id = self.reason.label.field_id = f"reason-{answer_id.hex}"
        return self
