"""Whatever holds items of a mailbox, read as MAPI messages: .eml folders, Maildir, mbox, mailbox archives, PST files."""

from skyflytt.mail.items.source import ItemFolder, ItemSource, SourceItem

__all__ = ["ItemFolder", "ItemSource", "SourceItem"]
