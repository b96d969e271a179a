"""One client of an intake: the minimum first, the rest in parts that open on demand (case-management 7 F1; kla-cluster-v 8)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec
from flask_babel import gettext as _
from wtforms import BooleanField, FieldList, FormField
from wtforms.validators import ValidationError

from app.cases import derive
from app.cases.forms.fields import (
    ElsewhereField,
    PlaceField,
    Wanted,
    choice,
    day,
    line,
    long,
    names,
    radio,
    several,
    use_places,
    whole,
)
from app.cases.forms.mapping import as_data, filled
from app.cases.labels import LABELS
from app.domain.codes import Code
from app.domain.nik import tidy
from app.reference import areas
from app.security.structs.intake import IntakeClient
from app.security.structs.people import (
    Category,
    ClientIdentity,
    ClientProfile,
    Diversion,
    SafeContact,
)
from app.web.forms import PartForm, SectionForm

FREE_ROWS: Final = 2  # empty lines below those filled in; saving gives new ones
MAX_ROWS: Final = 20


def _known_sex(code: Code) -> bool:
    return code.code != "X"  # for reported persons only (case-management 3.1)


def _by_stating(code: Code) -> bool:
    return code.code != derive.BASIS_BIRTH


class ContactPart(PartForm):
    """How the client may be reached without danger."""

    call = radio("client.identity.contact.call", "yes_no_unknown", Wanted())
    message = radio("client.identity.contact.message", "yes_no_unknown")
    hours = line("client.identity.contact.hours")
    cover_phrase = line("client.identity.contact.cover_phrase")
    through = line("client.identity.contact.through")


class IdentityPart(PartForm):
    """Who the client is."""

    name = line("client.identity.name", Wanted())
    label = line("client.identity.label", limit=60)
    aliases = names("client.identity.aliases")
    nik = line("client.identity.nik", limit=40)
    kk = line("client.identity.kk", limit=40)
    birth_place = line("client.identity.birth_place")
    birth_date = day("client.identity.birth_date")
    address = line("client.identity.address")
    phone = line("client.identity.phone", limit=40)
    religion = choice("client.identity.religion", "religion")
    school = line("client.identity.school")
    children = whole("client.identity.children", high=30)
    siblings = whole("client.identity.siblings", high=30)
    guardian_name = line("client.identity.guardian_name")
    guardian_relation = line("client.identity.guardian_relation")
    guardian_address = line("client.identity.guardian_address")
    guardian_phone = line("client.identity.guardian_phone", limit=40)
    guardian_citizenship = choice("client.identity.guardian_citizenship", "citizenship")
    guardian_country = line("client.identity.guardian_country", limit=60)
    guardian_occupation = choice("client.identity.guardian_occupation", "occupation")
    language = line("client.identity.language", limit=60)
    needs = long("client.identity.needs")
    contact = FormField(ContactPart)

    def document(self, base: ClientIdentity) -> ClientIdentity:
        """The identity as typed, numbers without the signs between their parts."""
        identity = filled(self, base)
        return msgspec.structs.replace(
            identity,
            nik=tidy(identity.nik),
            kk=tidy(identity.kk),
            contact=filled(self.contact.form, SafeContact()),
        )


class CategoryPart(PartForm):
    """One PP 78 item of a child."""

    item = choice("category.item", "ampk_items")
    on = day("category.on")
    certainty = choice("category.certainty", "certainty")

    def validate_on(self, field: Any) -> None:
        """A day without an item says nothing."""
        if field.data and not self.item.data:
            raise ValidationError(_("Choose the category, or clear this line."))


class DiversionPart(PartForm):
    """One attempt at diversion."""

    stage = choice("diversion.stage", "diversion_stage")
    outcome = choice("diversion.outcome", "diversion_outcome")
    on = day("diversion.on")

    def validate_on(self, field: Any) -> None:
        """An outcome or a day without a stage says nothing."""
        if (field.data or self.outcome.data) and not self.stage.data:
            raise ValidationError(_("Choose the stage, or clear this line."))


class ProfilePart(PartForm):
    """Everything coded about a client."""

    capacity = radio("client.profile.capacity", "capacity", default="KORBAN")
    sex = radio("client.profile.sex", "sex", Wanted(), only=_known_sex)
    unborn = BooleanField(LABELS["client.profile.unborn"])
    stated_age = whole("client.profile.stated_age")
    age_basis = choice("client.profile.age_basis", "age_basis", only=_by_stating)
    education = choice("client.profile.education", "education")
    in_school = choice("client.profile.in_school", "schooling")
    occupation = choice("client.profile.occupation", "occupation")
    marital = choice("client.profile.marital", "marital")
    disability = several("client.profile.disability", "disability")
    citizenship = choice("client.profile.citizenship", "citizenship")
    country = line("client.profile.country", limit=60)
    residence = PlaceField(LABELS["client.profile.residence"], elsewhere="residence_elsewhere")
    residence_elsewhere = ElsewhereField(LABELS["client.profile.residence_elsewhere"], place="residence")
    violence = several("client.profile.violence", "violence", Wanted())
    violence_forms = several("client.profile.violence_forms", "violence_form")
    trafficking = several("client.profile.trafficking", "trafficking")
    kdrt = radio("client.profile.kdrt", "yes_no_unknown")
    tppo = radio("client.profile.tppo", "yes_no_unknown")
    kbgo = radio("client.profile.kbgo", "yes_no_unknown")
    pregnant = radio("client.profile.pregnant", "yes_no_unknown")
    needs = several("client.profile.needs", "special_need")
    child_marriage = radio("client.profile.child_marriage", "yes_no_unknown")
    tpks = several("client.profile.tpks", "tpks")
    ktp = several("client.profile.ktp", "ktp")
    categories = FieldList(FormField(CategoryPart), max_entries=MAX_ROWS)
    abh_role = choice("client.profile.abh_role", "abh_role")
    offence = choice("client.profile.offence", "offence")
    verdict = choice("client.profile.verdict", "verdict")
    diversion = FieldList(FormField(DiversionPart), max_entries=MAX_ROWS)
    work_sector = choice("client.profile.work_sector", "work_sector")
    bpta_kinds = several("client.profile.bpta_kinds", "bpta_kind")
    economic_not_work = radio("client.profile.economic_not_work", "yes_no_unknown")
    withdrawn_on = day("client.profile.withdrawn_on")
    school_after = choice("client.profile.school_after", "schooling")
    separated = choice("client.profile.separated", "separation")
    reunited_on = day("client.profile.reunited_on")

    def document(self, base: ClientProfile, today: date) -> ClientProfile:
        """The profile as typed. An age holds for the day on which it was told: `today`, unless it stayed the same."""
        profile = filled(self, base)
        changed = profile.stated_age != base.stated_age
        return msgspec.structs.replace(
            profile,
            capacity=profile.capacity or base.capacity,
            stated_on=(today if profile.stated_age is not None else None) if changed else base.stated_on,
            residence=_kecamatan(profile.residence),
            categories=tuple(_category(row.form) for row in self.categories if row.form.item.data),
            diversion=tuple(filled(row.form, Diversion(stage="")) for row in self.diversion if row.form.stage.data),
        )


class SensitivePart(PartForm):
    """HIV and substances: their own list of readers (kla-cluster-v 5.4)."""

    hiv = radio("client.sensitive.hiv", "yes_no_unknown")
    substances = several("client.sensitive.substances", "substance")


class ClientForm(SectionForm):
    """The page of one client. Field names are the paths of `validation` behind `clients.N`."""

    identity = FormField(IdentityPart)
    profile = FormField(ProfilePart)
    sensitive = FormField(SensitivePart)

    def __init__(self, unit_area: str, held: IntakeClient | None = None, **kwargs: Any) -> None:
        super().__init__(data=_data(held) if held else _empty_rows({}), **kwargs)
        use_places(self, unit_area)

    def value(self, client_id: UUID, held: IntakeClient | None, today: date) -> IntakeClient:
        """The client as typed; what this page does not ask stays as it was."""
        base = held or IntakeClient(id=client_id)
        identity = self.identity.form.document(base.identity)
        return IntakeClient(
            id=client_id,
            profile=self.profile.form.document(base.profile, today),
            identity=msgspec.structs.replace(identity, village=_village(self.profile.form.residence.data)),
            sensitive=filled(self.sensitive.form, base.sensitive),
        )


def _data(held: IntakeClient) -> dict[str, Any]:
    data = as_data(held)
    data["profile"]["residence"] = held.identity.village or held.profile.residence
    return _empty_rows(data)


def _empty_rows(data: dict[str, Any]) -> dict[str, Any]:
    profile = data.setdefault("profile", {})
    for name in ("categories", "diversion"):
        profile[name] = [*(profile.get(name) or ()), *({} for _ in range(FREE_ROWS))][:MAX_ROWS]
    return data


def _category(row: PartForm) -> Category:
    category = filled(row, Category(item=""))
    return category if category.certainty else msgspec.structs.replace(category, certainty=Category("").certainty)


def _kecamatan(code: str) -> str:
    """The part of a place that is counted: its kecamatan, or the kabupaten where no more is known."""
    within = areas.kecamatan_of(code) if code and areas.exists(code) else None
    return within.code if within is not None else code


def _village(code: str | None) -> str:
    """The village, where the place is one; it stands among the secrets (design 2)."""
    return code if code and areas.exists(code) and areas.area(code).level is areas.Level.VILLAGE else ""
