"""Items that the new home has no place of their own for."""

from __future__ import annotations

from skyflytt.concern.mailbox_facts import FolderFacts, TargetFacts
from tests.concern.given import facts, found, mailbox

FOLDERS = (
    FolderFacts(("INBOX",), None, 10, 10_000),
    FolderFacts(("Skickat",), None, 4, 1_000, kind="IPF.Note"),
    FolderFacts(("Kalender",), None, 7, 9_000, kind="IPF.Appointment"),
    FolderFacts(("Kontakter",), None, 1, 100, kind="IPF.Contact"),
    FolderFacts(("Uppgifter",), None, 0, 0, kind="IPF.Task"),
    FolderFacts(("Journal",), None, 3, 300, excluded=True, kind="IPF.Journal"),
)


def test_only_items_that_come_along_are_counted() -> None:
    (concern,) = found("mail_items_as_messages", facts(mailbox(folders=FOLDERS)))
    assert concern.found == "8 items beside mail arrive as messages."
    assert concern.examples == ("Kalender (7 items)", "Kontakter (1 item)")


def test_nothing_where_the_target_keeps_items_or_cannot_be_opened() -> None:
    assert not found(
        "mail_items_as_messages", facts(mailbox(folders=FOLDERS, target=TargetFacts(True, keeps_items=True)))
    )
    assert not found("mail_items_as_messages", facts(mailbox(folders=FOLDERS, target=TargetFacts(False, "x", "y"))))


def test_nothing_in_a_mailbox_of_mail_alone() -> None:
    assert not found("mail_items_as_messages", facts(mailbox(folders=FOLDERS[:2])))
