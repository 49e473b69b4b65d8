"""Mailboxes: which one goes where."""

from __future__ import annotations

from pydantic import Field, model_validator

from skyflytt.project.fields import Name, Text
from skyflytt.project.part import Many, Part, quoted, wrong


class MailboxPlace(Part):
    """A mailbox at a server."""

    server: Name = Field(description="Name of an imap, ews, maildir or pst server.", examples=["old-mail"])
    login: Text = Field(
        description="Login name at an IMAP server; primary address at an Exchange server; the folder below `root` at a maildir server; "
        "the file below `root`, or a folder of files there, at a pst server.",
        examples=["anna@example.com"],
    )


class FolderRules(Part):
    """What happens to a mailbox's folders on the way. Folder names are full paths with `/` between the levels."""

    rename: dict[Text, Text] = Field(default={}, description="Folder in the source: its name in the target.")
    exclude: Many[Text] = Field(default=(), description="Folders that are not moved; they are counted as skipped.")

    @model_validator(mode="after")
    def contradicts_nothing(self) -> FolderRules:
        for folder in self.exclude:
            if folder in self.rename:
                raise wrong(f"the folder {quoted(folder)} is both renamed and excluded", "it in one of the two")
        return self


class Mailbox(Part):
    """One mailbox: where it is and where it goes."""

    name: Name = Field(description="Short name, used in the ledger and in reports.", examples=["anna"])
    source: MailboxPlace = Field(description="Where the mailbox is.")
    target: MailboxPlace = Field(description="Where the mailbox goes.")
    folders: FolderRules = Field(default=FolderRules(), description="Folders that change their name or stay behind.")
