"""Which permission of the app registration opens what: a refusal names the one that is missing."""

from __future__ import annotations

import re
from typing import NamedTuple


class Permission(NamedTuple):
    """`name` is that of the application permission; signed in as a person, it is the same without `.All`."""

    method: str
    path: str
    name: str
    what_for: str


PERMISSIONS = (
    Permission("GET", r"/users/[^/]+/settings/exchange", "User.Read.All", "the id of a mailbox"),
    Permission("GET", r".*/folders(/[^/]+)?(/childFolders)?", "MailboxFolder.Read.All", "the list of folders"),
    Permission("POST", r".*/folders(/[^/]+/childFolders)?", "MailboxFolder.ReadWrite.All", "making folders"),
    Permission("GET", r".*/items(/.*)?", "MailboxItem.Read.All", "the list of items"),
    Permission("POST", r".*/exportItems", "MailboxItem.Export.All", "exporting items"),
    Permission("POST", r".*/createImportSession", "MailboxItem.ImportExport.All", "importing items"),
    Permission("DELETE", r".*/items/[^/]+", "MailboxItem.ReadWrite.All", "deleting items"),
    Permission("GET", r".*/messages/[^/]+/\$value", "Mail.Read", "messages as MIME, where an item cannot be exported"),
    Permission("POST", r".*/messages", "Mail.ReadWrite", "messages as MIME, where a stream is not taken"),
    Permission("PATCH", r".*/messages/[^/]+", "Mail.ReadWrite", "flags of messages that were written as MIME"),
)


def needed(method: str, path: str) -> str:
    """The permission for a request; its path where none is known."""
    plain = path.partition("?")[0]
    found = (one.name for one in PERMISSIONS if one.method == method and re.fullmatch(one.path, plain))
    return next(found, plain)
