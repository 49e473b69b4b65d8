"""Paths below the root, as the server has them, and what it says of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from skyflytt.errors.base import Failure
from skyflytt.files.sftp.failures import failure_of
from skyflytt.files.sftp.packets import Attributes, Refusal, Status
from skyflytt.files.sftp.session import Session

GONE = {Status.NO_SUCH_FILE, Status.NO_SUCH_PATH}


class Place:
    """A root on one connection; `/` is the empty root."""

    def __init__(self, session: Session, root: str) -> None:
        self.session = session
        self._root = root.rstrip("/")

    @property
    def root(self) -> str:
        return self._root or "/"

    def at(self, path: str) -> bytes:
        """The path as requests have it."""
        return f"{self._root}/{path}".encode()

    @contextmanager
    def failures(self, path: str) -> Iterator[None]:
        """What the server refuses within is raised as a failure of the path."""
        try:
            yield
        except Refusal as refusal:
            raise self.failure(path, refusal) from refusal

    def failure(self, path: str, refusal: Refusal) -> Failure:
        return failure_of(self.session, path, self.root.encode(), refusal)

    def lstat(self, path: str) -> Attributes | None:
        """What is there itself, of a link too; None where nothing is."""
        return self.answered(path, self.session.attributes(self.at(path)))

    def answered(self, path: str, request: int) -> Attributes | None:
        """The answer to a request for attributes; None where nothing is."""
        try:
            return self.session.wait(request).attributes()
        except Refusal as refusal:
            if refusal.code in GONE:
                return None
            raise self.failure(path, refusal) from refusal
