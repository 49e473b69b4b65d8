"""The customer and the people that the migration talks to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import Email, Language, Text
from skyflytt.project.part import Many, Part


class Contact(Part):
    """A person at the customer, or in the team that does the move."""

    name: Text = Field(description="The person's name.", examples=["Anna Åström"])
    email: Email = Field(description="The person's address.", examples=["anna.astrom@norrskenbygg.example"])
    role: Literal["owner", "administrator", "approver", "team"] = Field(
        description="What the person decides or is told."
    )
    language: Language | None = Field(
        default=None, description="Language of messages to this person; without it, the customer's."
    )


class Customer(Part):
    """The customer."""

    name: Text = Field(description="The customer's name.", examples=["Norrsken Bygg AB"])
    language: Language = Field(
        description="Language of messages and pages: Swedish, Norwegian (bokmål), Serbian or English."
    )
    contacts: Many[Contact] = Field(default=(), description="The people that messages go to and approvals come from.")

    def language_of(self, contact: Contact) -> Language:
        return contact.language or self.language

    def contacts_as(self, role: str) -> tuple[Contact, ...]:
        return tuple(contact for contact in self.contacts if contact.role == role)
