"""What the browser may send to the directory of institutions. A form checks shape; the services know the rules."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.cases.coded_fields import LINE_LIMIT
from app.cases.forms.fields import TypedPlaceField, use_places
from app.referrals.directory import SHELTER
from app.security.structs.office import Institution as Profile
from app.web.forms import CodeField, CodesField, LineField, LongField, PartForm, Required, SectionForm, WholeField


class InstitutionForm(SectionForm):
    """An institution of the directory."""

    name = LineField(_l("Name"), Required(), limit=150)
    type = CodeField(_l("Type"), Required(_l("Choose the type.")), codes="institution_type")
    services = CodesField(_l("What it offers"), codes="service")
    phone = LineField(_l("Phone"), limit=LINE_LIMIT)
    contact = LineField(_l("Contact person"), limit=LINE_LIMIT)
    hours = LineField(_l("Opening hours"), limit=LINE_LIMIT)
    area = TypedPlaceField(_l("Area"))
    address = LineField(_l("Address"), limit=LINE_LIMIT)
    note = LongField(_l("Note"), limit=2_000)
    beds = WholeField(_l("Beds"), low=0, high=500)

    def __init__(self, unit_area: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        use_places(self, unit_area)

    def profile(self) -> Profile:
        """What was typed."""
        return Profile(
            type=self.type.data or "",
            area=self.area.data or "",
            address=self.address.data or "",
            phone=self.phone.data or "",
            contact=self.contact.data or "",
            hours=self.hours.data or "",
            services=tuple(self.services.data or ()),
            note=self.note.data or "",
            beds=self.beds.data,
        )

    def show(self, name: str, held: Profile) -> None:
        """Fill in what is saved."""
        self.name.data = name
        for field in ("type", "area", "phone", "contact", "hours", "address", "note", "beds"):
            self[field].data = getattr(held, field)
        if held.type == SHELTER:
            self.address.data = ""  # one that was typed before is shown to nobody, and goes with the next save
        self.services.data = list(held.services)


class DirectoryForm(PartForm):
    """The filter of the directory."""

    type = CodeField(_l("Type"), codes="institution_type")
    retired = BooleanField(_l("Retired ones too"))
