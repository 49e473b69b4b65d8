"""Who may do what: the members of shared folders, and of files that are shared by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from dropbox import files

from skyflytt.errors.base import Failure
from skyflytt.errors.files import PathMissing
from skyflytt.files.dropbox.connect import Calls
from skyflytt.files.dropbox.listing import entries_of
from skyflytt.files.each import LISTED_FROM, attempt
from skyflytt.files.paths import parent
from skyflytt.files.rights import Rights

OWNER = "owner"


class Members:
    """Asked for folder by folder; each shared folder's members are asked for once."""

    def __init__(self, calls: Calls, at: Callable[[str], str]) -> None:
        self._calls = calls
        self._at = at
        self._known: dict[str, Rights] = {}

    def rights_each(self, paths: Sequence[str]) -> list[Rights | Failure | None]:
        """As `skyflytt.files.rights.RightsStore`. The members of a folder are `access: who`, sorted, separated by semicolons."""
        answers: list[Rights | Failure | None] = []
        for folder, group in groupby(paths, parent):
            inside = list(group)
            listed = self._listed(folder) if len(inside) >= LISTED_FROM else {}
            answers += [attempt(lambda path=path, listed=listed: self._rights(path, listed)) for path in inside]  # type: ignore[misc]
        return answers

    def _listed(self, folder: str) -> dict[str, Any]:
        found = attempt(lambda: entries_of(self._calls, self._at(folder), folder, members=True))
        return {} if isinstance(found, Failure) else {one.name: one for one in found}

    def _rights(self, path: str, listed: dict[str, Any]) -> Rights | None:
        at = self._at(path)
        if not at:
            return self._private()
        one = listed.get(path.rpartition("/")[2]) or self._look(path, at)
        if one is None:
            return None
        above = self._of_folder(path, one)
        if isinstance(one, files.FileMetadata) and one.has_explicit_shared_members:
            return self._with_own(path, one.id, above)
        return above

    def _look(self, path: str, at: str) -> Any:
        try:
            return self._calls.wait_and_ask(
                path, lambda one: one.files_get_metadata(at, include_has_explicit_shared_members=True)
            )
        except PathMissing:
            return None

    def _private(self) -> Rights:
        return Rights(self._calls.account, "", acl=f"{OWNER}: {self._calls.account}")

    def _of_folder(self, path: str, one: Any) -> Rights:
        """A folder in a shared one has its members, unless it is shared by itself as well."""
        sharing = one.sharing_info
        shared = getattr(sharing, "shared_folder_id", None) or getattr(sharing, "parent_shared_folder_id", None)
        if shared is None:
            return self._private()
        if shared not in self._known:
            self._known[shared] = _rights(self._pages(path, shared))
        return self._known[shared]

    def _pages(self, path: str, shared: str) -> list[Any]:
        page = self._calls.wait_and_ask(path, lambda one: one.sharing_list_folder_members(shared))
        pages = [page]
        while page.cursor:
            cursor = page.cursor
            page = self._calls.wait_and_ask(path, lambda one: one.sharing_list_folder_members_continue(cursor))  # noqa: B023
            pages.append(page)
        return pages

    def _with_own(self, path: str, file: str, above: Rights) -> Rights:
        page = self._calls.wait_and_ask(path, lambda one: one.sharing_list_file_members(file))
        pages = [page]
        while page.cursor:
            cursor = page.cursor
            page = self._calls.wait_and_ask(path, lambda one: one.sharing_list_file_members_continue(cursor))  # noqa: B023
            pages.append(page)
        own = _rights(pages)
        grants = above.grants | own.grants
        acl = "; ".join(sorted(filter(None, {*above.acl.split("; "), *own.acl.split("; ")})))
        return above._replace(acl=acl, grants=grants, for_files=above.for_files)


def _rights(pages: list[Any]) -> Rights:
    found = {grant for page in pages for grant in _grants(page)}
    owners = sorted(who for access, who in found if access == OWNER)
    grants = frozenset(f"{access}: {who}" for access, who in found if access != OWNER)
    acl = "; ".join(sorted(f"{access}: {who}" for access, who in found))
    return Rights(", ".join(owners), "", acl=acl, grants=grants, for_files=grants)


def _grants(page: Any) -> list[tuple[str, str]]:
    """Access and who: addresses, groups by their names, and who was invited and has not come yet."""
    found = [(one.access_type._tag, one.user.email) for one in page.users]
    found += [(one.access_type._tag, f"group {one.group.group_name}") for one in page.groups]
    for one in page.invitees:
        who = one.invitee.get_email() if one.invitee.is_email() else "somebody"
        found.append((one.access_type._tag, f"invited {who}"))
    return found
