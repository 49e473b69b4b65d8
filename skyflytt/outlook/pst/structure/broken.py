"""What is raised when a structure cannot be read."""

from __future__ import annotations


class Broken(Exception):
    """A structure at the file offset `offset` cannot be read; `code` names the kind of damage (see `pst.check.catalogue`)."""

    def __init__(self, code: str, offset: int, detail: str) -> None:
        self.code = code
        self.offset = offset
        self.detail = detail
        super().__init__(f"{code} at {offset:#x}: {detail}")
