"""Files that hold private keys or passwords."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.keys-and-passwords"
CATEGORY = Category.WARNING
TITLE = "Keys and passwords among the files"
MEANING = (
    "Password safes, private keys and certificates lie among the files. They are copied like any other: to the new "
    "server, into the drop, for whoever may read there."
)
ADVICE = (
    "Have their owners move them to a safe place, and the keys of servers replaced after the cutover. Where a drop "
    "is open for others, exclude them."
)


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.secrets:
            found = f"{count(share.secrets.total, 'file', 'files')} that look like keys or password safes."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.secrets.examples))
