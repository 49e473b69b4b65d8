"""What is asked of Dropbox to see whether a permission is there. Nothing is changed: what writes is about an upload that nobody began."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dropbox import files

from skyflytt.files.dropbox.connect import Calls

NOBODY = "skyflytt-nobody"
Act = Callable[[Any, str], Any]
"""A call by one client about the folder that all paths are below; empty for the top."""


def account(client: Any, _root: str) -> Any:
    return client.users_get_current_account()


def team(client: Any, _root: str) -> Any:
    return client.team_get_info()


def members(client: Any, _root: str) -> Any:
    return client.team_members_list_v2(limit=1)


def listing(client: Any, root: str) -> Any:
    return client.files_list_folder(root, limit=1)


def reading(client: Any, root: str) -> Any:
    _, response = client.files_download(f"{root}/{NOBODY}")
    response.close()


def writing(client: Any, root: str) -> Any:
    cursor, commit = files.UploadSessionCursor(NOBODY, 0), files.CommitInfo(f"{root}/{NOBODY}")
    return client.files_upload_session_finish(b"", cursor, commit)


def sharing(client: Any, _root: str) -> Any:
    return client.sharing_list_folder_members("0")


ASKS: Mapping[str, Act] = {one.__name__: one for one in (account, team, members, listing, reading, writing, sharing)}


def ask(calls: Calls, name: str, root: str) -> None:
    """Raises what the call meets, `DropboxScopeMissing` among it."""
    folder = "/" + root.strip("/") if root.strip("/") else ""
    calls.wait_and_ask(root, lambda client: ASKS[name](client, folder))
