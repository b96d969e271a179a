"""What the browser may send about people and permission."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.labels import role_label
from app.domain.access import roles
from app.domain.zones import Zone
from app.web.forms import ActForm, BaseForm, DayField, LineField, Required, SectionForm, choice

LONGEST_PASSWORD = 1_000  # refused before hashing; the rule (128) has its own sentence


class SecretField(PasswordField):
    """A password: taken exactly as typed, never cleaned, never shown again."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        too_long = Length(max=LONGEST_PASSWORD, message=_l("At most %(max)d characters."))
        super().__init__(label, [Required(), too_long], **kwargs)


class SignInForm(BaseForm):
    """Address and password."""

    email = LineField(_l("E-mail"), Required(), limit=254)
    password = SecretField(_l("Password"))


class UnlockForm(BaseForm):
    """The password alone: the locked session says whose it is."""

    password = SecretField(_l("Password"))


class NewPasswordForm(BaseForm):
    """A new password, twice."""

    password = SecretField(_l("New password"))
    again = SecretField(_l("New password once more"))


class ActivationForm(NewPasswordForm):
    """The one-time code of a new account, and the password the person chooses."""

    token = LineField(_l("Activation code"), Required(), limit=128)


class PasswordForm(NewPasswordForm):
    """Changing one's own password takes the current one."""

    current = SecretField(_l("Current password"))


class SetupForm(NewPasswordForm):
    """The first account of a new office."""

    token = LineField(_l("Setup code"), Required(), limit=128)
    name = LineField(_l("Your name"), Required(), limit=120)
    email = LineField(_l("E-mail"), Required(), limit=254)


def _role_choices() -> list[Any]:
    return [choice(code, role_label(code)) for code in roles()]


class RolesField(SelectMultipleField):
    """Roles as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, choices=_role_choices, **kwargs)
        self.type = "SelectMultipleField"


class NewUserForm(ActForm):
    """A new person with an account."""

    name = LineField(_l("Name"), Required(), limit=120)
    email = LineField(_l("E-mail"), Required(), limit=254)
    phone = LineField(_l("Phone"), limit=40)
    language = RadioField(
        _l("Language"), choices=[choice("id", "Bahasa Indonesia"), choice("en", "English")], default="id"
    )
    roles = RolesField(_l("Roles"))


class UserForm(SectionForm):
    """A person's name and phone."""

    name = LineField(_l("Name"), Required(), limit=120)
    phone = LineField(_l("Phone"), limit=40)


class RolesForm(ActForm):
    """The roles of a person."""

    roles = RolesField(_l("Roles"))


class UnitForm(SectionForm):
    """What a unit chooses itself."""

    name = LineField(_l("Name of the unit"), Required(), limit=160)
    zone = SelectField(_l("Time zone"), choices=[choice(zone.value, zone.display_name) for zone in Zone])
    register_prefix = LineField(_l("Prefix of register numbers"), Required(), limit=20)
    age_basis = SelectField(
        _l("Age groups of the recap go by"),
        choices=[choice("incident", _l("Age at the incident")), choice("report", _l("Age at the report"))],
    )
    is_single_officer = BooleanField(_l("Only one officer may approve here (single-officer mode)"))


class CoverForm(ActForm):
    """Who stands in for whom during leave. Only a supervisor names somebody else's stand-in."""

    absent_id = SelectField(_l("On leave"), default="", choices=[])
    stand_in_id = SelectField(_l("Stands in"), [Required(_l("Choose who stands in."))], default="", choices=[])
    first = DayField(_l("First day"), Required(_l("Enter the first day.")))
    last = DayField(_l("Last day"), Required(_l("Enter the last day.")))

    def offer(self, people: Sequence[tuple[str, str]], me: str, *, others: bool) -> None:
        """Fill in who may be chosen: the absent person is oneself, or anybody where `others`."""
        absent = [each for each in people if others or each[0] == me]
        self.absent_id.choices = [choice(*each) for each in absent] or [choice(me, "")]
        self.absent_id.data = self.absent_id.data or me
        self.stand_in_id.choices = [choice("", str(_l("Choose…"))), *(choice(*each) for each in people)]
        self.names_others = others

    @property
    def days(self) -> tuple[date, date]:
        """First and last day, once the form is valid."""
        return cast(date, self.first.data), cast(date, self.last.data)
