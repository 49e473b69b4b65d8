"""A workspace without room for archives and exports."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import size

ID = "workspace.too-small"
CATEGORY = Category.CRITICAL
TITLE = "This machine's disk is too small"
MEANING = (
    "Mailboxes are first read into archives on this machine, and exports are made from them, each about as large as "
    "the mailbox. The disk of the workspace has less room than that. Passes stop when it is full."
)
ADVICE = "Move the workspace to a larger disk before the first pass, or take mailboxes in groups."


def check(facts: Facts) -> Iterator[Concern]:
    free = facts.around.workspace_free_bytes
    mail = sum(mailbox.amount().size_bytes for mailbox in facts.mailboxes)
    needed = mail * (1 + len(facts.project.exports.formats)) - facts.around.archived_bytes
    if free is not None and needed > free:
        formats = ", ".join(facts.project.exports.formats)
        found = (
            f"Archives and exports ({formats}) of {size(mail)} of mail need {size(needed)} more; {size(free)} are free."
        )
        yield Concern(ID, CATEGORY, "workspace", found)
