"""An Exchange that does not export items as they are."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.project.servers import EwsServer

ID = "mail.without-streams"
CATEGORY = Category.WARNING
TITLE = "Items that come by MIME instead of as they are"
MEANING = (
    "The server has no ExportItems, or it fails for some items. They come as MIME with what else the server names; meetings lose the "
    "tie to their organiser and attendees."
)
ADVICE = "Ask the provider whether ExportItems can be allowed for the account, or for a PST export by the server (New-MailboxExportRequest)."


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        measured, source = mailbox.measured, facts.project.mailbox(mailbox.mailbox).source
        by_mime = measured.sampled - measured.sampled_streams
        if by_mime and isinstance(facts.project.server(source.server), EwsServer):
            found = f"{by_mime} of {measured.sampled} sampled items came by MIME."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found)
