"""Stores that nobody could look into."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import StoreFacts
from tests.concern.given import facts, found, mailbox

DENIED = "mail.mailbox-denied"


def closed(store: str) -> StoreFacts:
    return StoreFacts(store, there=False, failure_code=DENIED, failure="The account may not open it.")


def test_each_archive_mailbox_and_the_public_folders_once() -> None:
    stores = (closed("archive"), closed("public"))
    concerns = found("mail_store_not_opened", facts(mailbox(stores=stores), mailbox(mailbox="bengt", stores=stores)))
    assert [(one.subject, one.found) for one in concerns] == [
        ("mailbox anna", f"The archive mailbox could not be opened: The account may not open it [{DENIED}]."),
        ("mailbox anna", f"The public folders could not be opened: The account may not open it [{DENIED}]."),
        ("mailbox bengt", f"The archive mailbox could not be opened: The account may not open it [{DENIED}]."),
    ]


def test_what_is_not_there_or_was_counted_is_no_concern() -> None:
    stores = (StoreFacts("archive", there=False), StoreFacts("public", there=True, items=3, folders=1))
    assert not found("mail_store_not_opened", facts(mailbox(stores=stores)))
