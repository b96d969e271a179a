"""Forms of the document room: what arrives with files, how a document is described, why it is removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField

from app.cases.record_forms import ChosenField
from app.documents.keeping import Arrived
from app.domain.media import ALLOWED
from app.security.structs import documents as structs
from app.web.forms import ActForm, BaseForm, CodeField, DayField, IdField, LineField, LongField, Required, SectionForm

ACCEPTED: Final = ",".join(
    [*(f".{ending}" for media in ALLOWED for ending in media.endings), *(m.type for m in ALLOWED)]
)
NOTE_LIMIT: Final = 2_000


class _Described(BaseForm):
    """What people say of a document."""

    kind = CodeField(_l("Kind"), Required(_l("Choose the kind.")), codes="document_kind")
    on = DayField(_l("Day it bears"), Required(_l("Enter the day.")))
    client_id = ChosenField(_l("About"))
    consent_id = ChosenField(_l("Belongs to the consent"))
    title = LineField(_l("Title"), limit=120)
    note = LongField(_l("Note"), limit=NOTE_LIMIT)

    def offer(self, clients: Sequence[tuple[UUID, str]], consents: Iterable[tuple[str, str]], today: date) -> None:
        """Fill in the clients of the case, its consents, and for a new form today."""
        self.client_id.choices = [("", str(_l("The whole case"))), *((str(each), mask) for each, mask in clients)]
        self.consent_id.choices = [("", str(_l("None"))), *consents]
        if not self.is_submitted():
            self.on.data = self.on.data or today

    @property
    def head(self) -> structs.Document:
        """The coded head, without its file."""
        return structs.Document(
            kind=self.kind.data or "",
            on=cast(date, self.on.data),
            client_id=self.client_id.id_chosen,
            consent_id=self.consent_id.id_chosen,
        )

    @property
    def text(self) -> structs.DocumentText:
        """Title and note."""
        return structs.DocumentText(title=self.title.data or "", note=self.note.data or "")

    def show(self, head: structs.Document, text: structs.DocumentText) -> None:
        """Show what is stored."""
        shown: Mapping[str, Any] = {
            "kind": head.kind,
            "on": head.on,
            "client_id": str(head.client_id or ""),
            "consent_id": str(head.consent_id or ""),
            "title": text.title,
            "note": text.note,
        }
        for name, value in shown.items():
            self[name].data = value


class UploadForm(_Described, ActForm):
    """Files that arrive, and what they are. The camera is a second box of the same kind: it opens at once on a phone."""

    files = MultipleFileField(_l("Files"), render_kw={"accept": ACCEPTED})
    camera = MultipleFileField(_l("Or take a photo"), render_kw={"accept": "image/*", "capture": "environment"})
    is_evidence = BooleanField(_l("Keep the pictures as evidence, byte for byte"))
    referral_id = IdField()
    legal_step_id = IdField()

    @property
    def arrived(self) -> list[Arrived]:
        """The files that came; boxes left empty bring none."""
        sent = [*(self.files.data or ()), *(self.camera.data or ())]
        return [arrived(each) for each in sent if isinstance(each, FileStorage)]

    @property
    def head(self) -> structs.Document:
        """The coded head, without its file."""
        described = super().head
        return structs.Document(
            kind=described.kind,
            on=described.on,
            client_id=described.client_id,
            consent_id=described.consent_id,
            referral_id=self.referral_id.data,
            legal_step_id=self.legal_step_id.data,
            is_evidence=bool(self.is_evidence.data),
        )


class ReplaceForm(SectionForm):
    """A newer version of a document."""

    files = FileField(_l("File"), render_kw={"accept": ACCEPTED})
    is_evidence = BooleanField(_l("Keep the pictures as evidence, byte for byte"))

    @property
    def arrived(self) -> list[Arrived]:
        """The file that came, if one did."""
        sent = self.files.data
        return [arrived(sent)] if isinstance(sent, FileStorage) else []


class DescribeForm(_Described, SectionForm):
    """A document described anew."""


class RemoveForm(ActForm):
    """Why a document is removed."""

    reason = LongField(_l("Why"), Required(_l("Write why it is removed.")), limit=1_000)


def arrived(sent: FileStorage) -> Arrived:
    """A file of a form with its size."""
    stream = cast(Any, sent.stream)
    size = int(stream.seek(0, 2))
    stream.seek(0)
    return Arrived(sent.filename or "", stream, size)
