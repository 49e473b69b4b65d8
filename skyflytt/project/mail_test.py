"""How it is tried whether mail flows: a mailbox made for it at both homes, and one outside."""

from __future__ import annotations

from pydantic import Field

from skyflytt.project.fields import Email, Name, Port
from skyflytt.project.mailboxes import MailboxPlace
from skyflytt.project.part import Part


class OutsideMailbox(Part):
    """A mailbox of the team's own, far from both homes."""

    address: Email = Field(description="Its address.", examples=["flow@migration-team.example"])
    mailbox: MailboxPlace = Field(description="Where its mail is read.")


class MailTest(Part):
    """Letters really sent: from outside to an address of the domain, and from the new home outwards."""

    address: Email = Field(
        description="Address at the domain that letters are sent to.", examples=["flow@norrskenbygg.example"]
    )
    old: MailboxPlace = Field(description="Where that address's mail is read at the old home.")
    new: MailboxPlace = Field(
        description="Where it is read at the new home. In a mailbox that is moved too, letters are left; in one made for this, removed."
    )
    outside: OutsideMailbox = Field(description="Where letters from the new home are sent to and read.")
    submission: Name = Field(
        description="Name of the smtp server that the new home's people send through.", examples=["new-smtp"]
    )
    port: Port = Field(
        default=25, description="Port at which mail servers take mail; other than 25 in rehearsals only."
    )
