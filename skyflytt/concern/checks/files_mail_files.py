"""PST and OST files in shares."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.mail-files"
CATEGORY = Category.WARNING
TITLE = "Outlook files among the files"
MEANING = (
    "Mail lies in files of Outlook (.pst, .ost). It is copied as a file and is in no mailbox at the new home. Such "
    "a file that Outlook has open changes while it is read, and breaks easily over a network."
)
ADVICE = (
    "Ask whose they are. Read what is still needed into a mailbox by a server of kind `pst`; .ost files are copies "
    "of a mailbox and need not be moved."
)


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.mail_files:
            found = f"{count(share.mail_files.total, 'file')} of Outlook."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.mail_files.examples))
