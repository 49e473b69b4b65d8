"""The folders of a PST file under the names that the port `MailSource` gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skyflytt.mail.port import FolderPath, FolderRole
from skyflytt.mail.roles import with_guessed_roles
from skyflytt.outlook.pst.reading import FolderRole as PstRole
from skyflytt.outlook.pst.reading import PstFolder

INBOX = ("INBOX",)
_ROLES = {
    PstRole.INBOX: FolderRole.INBOX,
    PstRole.SENT: FolderRole.SENT,
    PstRole.DELETED: FolderRole.TRASH,
    PstRole.DRAFTS: FolderRole.DRAFTS,
    PstRole.JUNK: FolderRole.JUNK,
}


def named_folders(folders: Sequence[PstFolder], top: str) -> Mapping[FolderPath, PstFolder]:
    """By the path in the port's words: the inbox is INBOX, and messages at the very top are in a folder `top`."""
    inbox = _inbox(folders)
    named: dict[FolderPath, PstFolder] = {}
    for folder in folders:
        if folder.path:
            named[_path(folder.path, inbox)] = folder
        elif folder.message_count:
            named[_free((top or "PST",), folders)] = folder
    return dict(sorted(named.items()))


def roles(named: Mapping[FolderPath, PstFolder]) -> Mapping[FolderPath, FolderRole | None]:
    """As the file says by its entry ids, else by well-known names."""
    return with_guessed_roles(
        {path: _ROLES.get(folder.role) if folder.role else None for path, folder in named.items()}
    )


def _inbox(folders: Sequence[PstFolder]) -> FolderPath | None:
    """As the file says; a file that says nothing may have a folder of the name."""
    told = (folder.path for folder in folders if folder.role is PstRole.INBOX and folder.path)
    called = (folder.path for folder in folders if [name.casefold() for name in folder.path] == ["inbox"])
    return next(told, None) or next(called, None)


def _path(path: FolderPath, inbox: FolderPath | None) -> FolderPath:
    if inbox and path[: len(inbox)] == inbox:
        return (*INBOX, *path[len(inbox) :])
    # Another folder of the reserved name keeps out of its way.
    return ("INBOX~", *path[1:]) if inbox and path[:1] == INBOX else path


def _free(path: FolderPath, folders: Sequence[PstFolder]) -> FolderPath:
    taken = {folder.path for folder in folders} | {INBOX}
    while path in taken:
        path = (f"{path[0]}~",)
    return path
