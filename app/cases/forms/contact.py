"""*Kontak*: a call or visit that is no case. Four answers and no names (issue text; product "Kontak")."""

from __future__ import annotations

from app.cases.forms.fields import choice, day
from app.domain.codes import Code
from app.security.structs.office import Contact
from app.web.forms import ActForm, Required


def _by_contact(code: Code) -> bool:
    return code.truth("contact") is True


class ContactForm(ActForm):
    """One contact."""

    on = day("contact.on", Required())
    channel = choice("contact.channel", "channel", Required(), only=_by_contact)
    topic = choice("contact.topic", "contact_topic", Required())
    referred_to = choice("contact.referred_to", "institution_type")

    def value(self) -> Contact:
        """The contact as typed."""
        return Contact(
            on=self.on.data,
            channel=self.channel.data or "",
            topic=self.topic.data or "",
            referred_to=self.referred_to.data or "",
        )
