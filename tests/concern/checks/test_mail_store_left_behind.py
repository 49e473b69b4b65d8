"""Archive mailboxes and public folders beside a mailbox."""

from __future__ import annotations

from typing import Any

from skyflytt.concern.mailbox_facts import StoreFacts
from skyflytt.project.model import Project
from tests.concern.given import facts, found, mailbox, project

ARCHIVE = StoreFacts("archive", there=True, items=1200, folders=4)
PUBLIC = StoreFacts("public", there=True, items=30, folders=2)


def exchange(*stores: str) -> Project:
    """The example with its mailboxes at an Exchange, and a mailbox of Anna's for each of `stores`."""
    given = project()
    data: dict[str, Any] = given.model_dump(mode="json", include={"servers", "mailboxes"})
    anna = next(one for one in data["mailboxes"] if one["name"] == "anna")
    for store in stores:
        data["servers"][store] = {"kind": "ews", "url": "https://old.example.com/EWS/Exchange.asmx", "store": store}
        ends = {
            "source": {**anna["source"], "server": store},
            "target": {**anna["target"], "login": f"{store}@norrskenbygg.example"},
        }
        data["mailboxes"].append({**anna, "name": f"anna-{store}", **ends})
    return project(**data)


def test_what_nobody_named() -> None:
    (concern,) = found("mail_store_left_behind", facts(mailbox(stores=(ARCHIVE,)), of=exchange("public")))
    assert (concern.subject, concern.found) == ("mailbox anna", "The account has an archive mailbox with 1,200 items.")


def test_public_folders_are_told_once() -> None:
    boxes = (mailbox(stores=(PUBLIC,)), mailbox(mailbox="info", stores=(PUBLIC,)))
    (concern,) = found("mail_store_left_behind", facts(*boxes, of=exchange("archive")))
    assert concern.found == "The account has public folders with 30 items."


def test_nothing_when_named_empty_or_not_there() -> None:
    assert not found(
        "mail_store_left_behind", facts(mailbox(stores=(ARCHIVE, PUBLIC)), of=exchange("archive", "public"))
    )
    empty = StoreFacts("public", there=True), StoreFacts("archive", there=False, failure_code="x", failure="y")
    assert not found("mail_store_left_behind", facts(mailbox(stores=empty)))
