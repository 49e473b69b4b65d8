"""Folders whose whole name is longer than a file's name may be."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count, number
from skyflytt.mail import utf7
from skyflytt.mail.keys import folder_key
from skyflytt.mail.port import FolderPath

ID = "mail.deep-folders"
CATEGORY = Category.WARNING
TITLE = "Folder names too long for a mail server's disk"
MEANING = (
    "Servers that keep mail as Maildir keep a folder under its whole path as one name of at most 255 bytes, in "
    "which letters such as å and ж take several. They refuse to make deeper folders; the messages in them fail."
)
ADVICE = (
    "Have the folders renamed or raised a level at the source, or give them shorter names by the mailbox's "
    "`folders: {rename: {...}}`."
)

MOST_BYTES = 255


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        deep = [folder.path for folder in mailbox.moving() if _bytes(folder.path) > MOST_BYTES]
        if deep:
            longest = max(map(_bytes, deep))
            found = f"{count(len(deep), 'folder')} of more than {MOST_BYTES} bytes as one name, the longest of {number(longest)}."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found, some(map(folder_key, deep)))


def _bytes(path: FolderPath) -> int:
    """As Maildir++ has it: a dot before each level, and names in IMAP's UTF-7."""
    return sum(1 + len(utf7.encode(name)) for name in path)
