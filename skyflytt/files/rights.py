"""Who may do what with a folder or file, as its store tells: read for a report, never carried to a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, cast

from skyflytt.errors.base import Failure
from skyflytt.files.port import FileStore


class Rights(NamedTuple):
    """Names or numbers of the owner and group (SIDs at Windows), the mode as `rwxr-x---`, and the access list as text.

    `acl` is POSIX text (`user:1001:r-x,...`, acl(5)) or the DACL as SDDL ([MS-DTYP] section 2.5.1). `grants` is who but the owner may
    read and write, in a form in which a folder's and a file's can be compared; `for_files` what a new file in the folder is given.
    """

    owner: str
    group: str
    mode: str = ""
    acl: str = ""
    grants: frozenset[str] = frozenset()
    for_files: frozenset[str] = frozenset()

    def differs_from(self, above: Rights) -> bool:
        """Whether a folder's rights are others than those of the folder that it is in, however they came to be."""
        mine = (self.owner, self.group, self.mode, self.grants, self.for_files)
        return mine != (above.owner, above.group, above.mode, above.grants, above.for_files)


class RightsStore(Protocol):
    """What a store offers where its capabilities name `rights`."""

    def rights_each(self, paths: Sequence[str]) -> list[Rights | Failure | None]:
        """For each path (empty: the root) its rights, None when nothing is there, or why they cannot be read."""
        ...


def rights_each(store: FileStore, paths: Sequence[str]) -> list[Rights | Failure | None]:
    """`RightsStore.rights_each`."""
    return cast(RightsStore, store).rights_each(paths)
