"""Folders: the hierarchy and its changes."""

from __future__ import annotations

import exchangelib
import pytest
from exchangelib.errors import (
    ErrorAccessDenied,
    ErrorDeleteDistinguishedFolder,
    ErrorFolderExists,
    ErrorInvalidSyncStateData,
)
from exchangelib.folders import Calendar, Contacts, Folder, Journal, Notes, Tasks
from exchangelib.properties import FolderId
from exchangelib.services import DeleteFolder

from skyflytt.sandbox.exchange.faults import Rule
from skyflytt.sandbox.exchange.running import Exchange
from skyflytt.sandbox.exchange.store import Database, folders, mailboxes

pytestmark = pytest.mark.real


def test_every_default_folder_has_its_class(account: exchangelib.Account) -> None:
    classes = {folder.name: folder.folder_class for folder in account.msg_folder_root.walk()}
    assert classes == {
        **dict.fromkeys(("Inbox", "Drafts", "Sent Items", "Deleted Items", "Outbox", "Junk Email"), "IPF.Note"),
        **{"Calendar": "IPF.Appointment", "Contacts": "IPF.Contact", "Tasks": "IPF.Task"},
        **{"Notes": "IPF.StickyNote", "Journal": "IPF.Journal"},
    }
    kinds = (account.calendar, account.contacts, account.tasks, account.notes, account.journal)
    assert [type(folder) for folder in kinds] == [Calendar, Contacts, Tasks, Notes, Journal]


def test_recoverable_items_have_a_root(account: exchangelib.Account) -> None:
    assert account.recoverable_items_root.name == "Recoverable Items"
    assert {folder.name for folder in account.recoverable_items_root.children} == {"Deletions", "Purges", "Versions"}


def test_folders_are_made_renamed_moved_and_deleted(account: exchangelib.Account) -> None:
    made = Folder(parent=account.inbox, name="Projekt/2026 å").save()
    inner = Folder(parent=made, name="Inre").save()
    with pytest.raises(ErrorFolderExists):
        Folder(parent=account.inbox, name="projekt/2026 Å").save()
    made.name = "Projekt"
    made.save()
    inner.move(account.inbox)
    made.delete()
    account.root.clear_cache()
    assert [folder.name for folder in account.inbox.children] == ["Inre"]


def test_default_folders_stay(account: exchangelib.Account) -> None:
    with pytest.raises(ErrorDeleteDistinguishedFolder):
        DeleteFolder(account=account).get(folders=[account.inbox], delete_type="HardDelete", expect_result=None)


def test_the_hierarchy_is_synchronised_by_its_changes(account: exchangelib.Account) -> None:
    first = list(account.root.sync_hierarchy())
    assert {kind for kind, _ in first} == {"create"}
    assert {"Inbox", "Calendar", "Deletions"} <= {folder.name for _, folder in first}
    assert list(account.root.sync_hierarchy()) == []
    gone = Folder(parent=account.inbox, name="Kort").save()
    assert ("create", "Kort") in [(kind, folder.name) for kind, folder in account.root.sync_hierarchy()]
    account.sent.name = "Skickat"
    account.sent.save(update_fields=["name"])
    number = gone.id
    gone.delete()
    changes = list(account.root.sync_hierarchy())
    assert ("update", "Skickat") in [(kind, getattr(folder, "name", None)) for kind, folder in changes]
    assert ("delete", number) in [(kind, folder.id) for kind, folder in changes]


def test_a_sync_state_of_another_folder_is_refused(account: exchangelib.Account) -> None:
    list(account.inbox.sync_items())
    with pytest.raises(ErrorInvalidSyncStateData):
        list(account.sent.sync_items(sync_state=account.inbox.item_sync_state))


def test_a_closed_folder_is_listed_and_not_opened(
    account: exchangelib.Account, exchange: Exchange, database: Database, address: str
) -> None:
    store = mailboxes.find(database, address)
    assert store is not None
    folders.by_path(database, store, ("Inbox", "Hemligt"))
    exchange.add_faults([Rule(kind="access-denied", mailbox=address, folder="Inbox/Hemligt")])
    listed = {folder.name: folder for _, folder in account.root.sync_hierarchy()}
    # What sync_hierarchy gives has the distinguished id of the root, which exchangelib would ask for instead.
    closed = Folder(root=account.root, _id=FolderId(id=listed["Hemligt"].id))
    with pytest.raises(ErrorAccessDenied):
        list(closed.sync_items())
    assert list(account.inbox.sync_items()) == []


def test_counts_and_sizes_are_told(account: exchangelib.Account) -> None:
    for number in range(3):
        exchangelib.Message(account=account, folder=account.inbox, subject=f"{number}", is_read=number > 0).save()
    account.inbox.refresh()
    assert (account.inbox.total_count, account.inbox.unread_count) == (3, 1)
