"""One reported person of an intake, with one relation to each client (case-management 2, 7 F1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec
from flask_babel import gettext as _
from wtforms import FieldList, FormField

from app.cases import derive
from app.cases.forms.fields import RelationField, Wanted, choice, day, line, names, radio, whole
from app.cases.forms.mapping import as_data, filled
from app.cases.labels import LABELS
from app.cases.validation import MAX_PEOPLE
from app.domain.codes import Code, code_list
from app.domain.nik import tidy
from app.security.structs.intake import IntakeClient, IntakeReported
from app.security.structs.people import Relation, ReportedIdentity, ReportedProfile
from app.web.forms import IdField, PartForm, SectionForm


def _by_stating(code: Code) -> bool:
    return code.code != derive.BASIS_BIRTH


class ReportedIdentityPart(PartForm):
    """Who the reported person is."""

    name = line("reported.identity.name")
    aliases = names("reported.identity.aliases")
    nik = line("reported.identity.nik", limit=40)
    birth_place = line("reported.identity.birth_place")
    birth_date = day("reported.identity.birth_date")
    address = line("reported.identity.address")
    phone = line("reported.identity.phone", limit=40)
    religion = choice("reported.identity.religion", "religion")
    children = whole("reported.identity.children", high=30)
    guardian_name = line("reported.identity.guardian_name")
    guardian_address = line("reported.identity.guardian_address")


class ReportedProfilePart(PartForm):
    """Everything coded about a reported person."""

    sex = radio("reported.profile.sex", "sex", default="X")
    age = whole("reported.profile.age")
    age_basis = choice("reported.profile.age_basis", "age_basis", only=_by_stating)
    education = choice("reported.profile.education", "education")
    occupation = choice("reported.profile.occupation", "occupation")
    marital = choice("reported.profile.marital", "marital")
    citizenship = choice("reported.profile.citizenship", "citizenship")
    country = line("reported.profile.country", limit=60)
    child_offender = radio("reported.profile.child_offender", "yes_no_unknown")


class RelationPart(PartForm):
    """What the reported person is to one client."""

    client_id = IdField()
    relationship = RelationField(LABELS["reported.relations"], Wanted())


class ReportedForm(SectionForm):
    """The page of one reported person. Field names are the paths of `validation` behind `reported.N`."""

    identity = FormField(ReportedIdentityPart)
    profile = FormField(ReportedProfilePart)
    relations = FieldList(FormField(RelationPart), max_entries=MAX_PEOPLE)

    def __init__(self, held: IntakeReported | None = None, clients: Sequence[IntakeClient] = (), **kwargs: Any) -> None:
        data = as_data(held) if held else {}
        data["relations"] = list(_relation_rows(held, clients))
        super().__init__(data=data, **kwargs)

    def value(self, reported_id: UUID, held: IntakeReported | None) -> IntakeReported:
        """The reported person as typed."""
        base = held or IntakeReported(id=reported_id)
        identity: ReportedIdentity = filled(self.identity.form, base.identity)
        profile: ReportedProfile = filled(self.profile.form, base.profile)
        return IntakeReported(
            id=reported_id,
            identity=msgspec.structs.replace(identity, nik=tidy(identity.nik)),
            profile=msgspec.structs.replace(
                profile, sex=profile.sex or base.profile.sex, relations=tuple(self._relations())
            ),
        )

    def name_relations(self, clients: Sequence[IntakeClient]) -> None:
        """Ask for each client by name. The page belongs to the owner of the draft."""
        called = {client.id: call(client, number) for number, client in enumerate(clients, start=1)}
        for row in self.relations:
            field = row.form.relationship
            name = called.get(row.form.client_id.data)
            field.label.text = _("What is this person to %(name)s?", name=name) if name else field.label.text

    def _relations(self) -> Iterator[Relation]:
        for row in self.relations:
            client_id, chosen = row.form.client_id.data, row.form.relationship.data
            if client_id is not None and chosen:
                yield relation(client_id, chosen)


def call(client: IntakeClient, number: int) -> str:
    """What a page of the draft calls a client: the neutral label, the name, or the position."""
    return client.identity.label or client.identity.name or str(_("client %(number)s", number=number))


def relation(client_id: UUID, chosen: str) -> Relation:
    """The relation for a chosen code: a finer word carries the code of the recap with it (case-management 3.9)."""
    details = code_list("relationship_detail")
    if chosen in details:
        return Relation(client_id, details.get(chosen).text("relationship") or "RL_NA", chosen)
    return Relation(client_id, chosen)


def unknown_person(reported_id: UUID, clients: Sequence[IntakeClient]) -> IntakeReported:
    """ "Unknown reported person" is a reported person with all NA (design 3)."""
    unknown = str(code_list("relationship").unknown)
    relations = tuple(Relation(client.id, unknown) for client in clients)
    return IntakeReported(id=reported_id, profile=ReportedProfile(relations=relations))


def _relation_rows(held: IntakeReported | None, clients: Sequence[IntakeClient]) -> Iterator[dict[str, Any]]:
    """One row a client, in their order."""
    known = {each.client_id: each.detail or each.relationship for each in held.profile.relations} if held else {}
    for client in clients:
        yield {"client_id": client.id, "relationship": known.get(client.id)}
