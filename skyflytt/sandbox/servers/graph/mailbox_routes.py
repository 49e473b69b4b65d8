"""The lines of `routes.ROUTES` for mailboxes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from skyflytt.sandbox.exchange.store.mailboxes import Store
from skyflytt.sandbox.servers.graph import mailbox_folders, mailbox_items, mailbox_mime, mailbox_transfer
from skyflytt.sandbox.servers.graph.answers import Answer, Asked, Refusal
from skyflytt.sandbox.servers.graph.mailbox_state import Mail
from skyflytt.sandbox.servers.graph.settings import User
from skyflytt.sandbox.servers.graph.state import State

FOLDERS = ("MailboxFolder.Read.All", "MailboxFolder.ReadWrite.All")
MAKE = ("MailboxFolder.ReadWrite.All",)
ITEMS = ("MailboxItem.Read.All", "MailboxItem.ReadWrite.All")
SETTINGS = ("User.Read.All", "User.ReadWrite.All")
BOX = r"/admin/exchange/mailboxes/([^/]+)"
FOLDER = rf"{BOX}/folders/([^/]+)"
ALL_MAIL_PERMISSIONS = (
    *("User.Read.All", "MailboxFolder.ReadWrite.All", "MailboxItem.ReadWrite.All"),
    *("MailboxItem.ImportExport.All", "Mail.ReadWrite"),
)


def _settings(state: State, asked: Asked, name: str) -> Answer:  # noqa: ARG001 - every answer has these
    return Answer(200, {"primaryMailboxId": _mail(state).id_of(_user(state, name))})


def _in_mailbox(act: Callable[..., Answer]) -> Callable[..., Answer]:
    """`act(mail, store, asked, …)` for a path that names the mailbox by its id."""

    def answered(state: State, asked: Asked, mailbox: str, *rest: str) -> Answer:
        mail = _mail(state)
        number = mailbox.removeprefix("MBX:").removesuffix(f"@{mail.tenant}")
        return act(mail, _store(state, mail, number), asked, *rest)

    return answered


def _of_user(act: Callable[..., Answer]) -> Callable[..., Answer]:
    """`act(mail, store, asked, …)` for a path that names the user."""

    def answered(state: State, asked: Asked, name: str, *rest: str) -> Answer:
        mail = _mail(state)
        return act(mail, mail.store_of(_user(state, name)), asked, *rest)

    return answered


def _export(state: State) -> Callable[..., Answer]:
    return lambda mail, store, asked: mailbox_transfer.export(mail, store, asked, state.due)


def _exported(state: State, asked: Asked, mailbox: str) -> Answer:
    return _in_mailbox(_export(state))(state, asked, mailbox)


MAILBOX_ROUTES: tuple[tuple[str, str, Callable[..., Answer], tuple[str, ...]], ...] = (
    ("GET", r"/users/([^/]+)/settings/exchange", _settings, SETTINGS),
    ("GET", rf"{BOX}/folders", _in_mailbox(mailbox_folders.top), FOLDERS),
    ("GET", rf"{BOX}/folders/delta", _in_mailbox(mailbox_folders.delta), FOLDERS),
    ("POST", rf"{BOX}/folders", _in_mailbox(mailbox_folders.make_at_top), MAKE),
    ("GET", FOLDER, _in_mailbox(mailbox_folders.folder), FOLDERS),
    ("GET", rf"{FOLDER}/childFolders", _in_mailbox(mailbox_folders.children), FOLDERS),
    ("POST", rf"{FOLDER}/childFolders", _in_mailbox(mailbox_folders.make), MAKE),
    ("GET", rf"{FOLDER}/items", _in_mailbox(mailbox_items.listed), ITEMS),
    ("GET", rf"{FOLDER}/items/delta", _in_mailbox(mailbox_items.delta), ITEMS),
    ("GET", rf"{FOLDER}/items/([^/]+)", _in_mailbox(mailbox_items.item), ITEMS),
    ("DELETE", rf"{FOLDER}/items/([^/]+)", _in_mailbox(mailbox_items.delete), ("MailboxItem.ReadWrite.All",)),
    ("POST", rf"{BOX}/exportItems", _exported, ("MailboxItem.Export.All", "MailboxItem.ImportExport.All")),
    (
        "POST",
        rf"{BOX}/createImportSession",
        _in_mailbox(mailbox_transfer.create_session),
        ("MailboxItem.ImportExport.All",),
    ),
    ("GET", r"/users/([^/]+)/messages/([^/]+)/\$value", _of_user(mailbox_mime.value), ("Mail.Read", "Mail.ReadWrite")),
    ("POST", r"/users/([^/]+)/mailFolders/([^/]+)/messages", _of_user(mailbox_mime.create), ("Mail.ReadWrite",)),
    ("PATCH", r"/users/([^/]+)/messages/([^/]+)", _of_user(mailbox_mime.change), ("Mail.ReadWrite",)),
)


def _mail(state: State) -> Any:
    if not isinstance(state.mail, Mail):
        raise Refusal(404, "MailboxNotEnabledForRESTAPI", "This tenant has no Exchange Online.")
    return state.mail


def _user(state: State, name: str) -> User:
    found = state.find(name)
    if found is None:
        raise Refusal(404, "ErrorInvalidUser", f"The requested user '{name}' is invalid.")
    return found


def _store(state: State, mail: Mail, number: str) -> Store:
    store: Store = mail.store_of(_user(state, number))
    return store
