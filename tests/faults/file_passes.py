"""One pass over a share between two ends, in this process or in one that may be killed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.errors.base import Failure
from skyflytt.files import crew
from skyflytt.files.crew import Pair
from skyflytt.files.dropbox import connect as dropbox
from skyflytt.files.dropbox import open_dropbox
from skyflytt.files.each import Content, Whole, put_each, write_each
from skyflytt.files.ftps import connect as ftps
from skyflytt.files.ftps import open_ftps
from skyflytt.files.ftps import transfer as ftps_transfer
from skyflytt.files.guard import AppendAfterCutover, ReadOnly
from skyflytt.files.local import open_local
from skyflytt.files.passes import SharePass
from skyflytt.files.port import FileStore
from skyflytt.files.s3 import connect as s3
from skyflytt.files.s3 import open_s3
from skyflytt.files.sftp import connect as sftp
from skyflytt.files.sftp import open_sftp
from skyflytt.files.sftp import shell as sftp_shell
from skyflytt.files.sharepoint import open_sharepoint, presigned
from skyflytt.files.sharepoint import store as sharepoint
from skyflytt.files.sized import write_sized
from skyflytt.files.smb import connect as smb
from skyflytt.files.smb import open_smb
from skyflytt.files.smb import protected as smb_protected
from skyflytt.files.stream import writing
from skyflytt.files.webdav import open_webdav
from skyflytt.files.webdav import requests as webdav
from skyflytt.graph import client as graph
from skyflytt.ledger import projects
from skyflytt.ledger.passes import Account
from skyflytt.ledger.workloads import ensure_workload
from tests.faults.file_wire import flipped, ftp_over
from tests.faults.ledgers import PROJECT, START, reopen_ledger

OPENED = {
    "local": open_local, "sftp": open_sftp, "s3": open_s3, "smb": open_smb, "webdav": open_webdav, "dropbox": open_dropbox,
    "sharepoint": open_sharepoint,
}  # fmt: skip
LONGEST_WAIT_S = 0.05
PATIENCE_S = (
    (sftp, "TIMEOUT_S"),
    (sftp_shell, "TIMEOUT_S"),
    (ftps, "TIMEOUT_S"),
    (ftps_transfer, "REASON_WITHIN_S"),
    (smb, "TIMEOUT_S"),
    (smb, "LEAVING_S"),
    (smb_protected, "TIMEOUT_S"),
    (webdav, "TIMEOUT_S"),
    (webdav, "WORKING_S"),
    (s3, "TIMEOUT_S"),
    (graph, "TIMEOUT_S"),
    (presigned, "TIMEOUT_S"),
    (sharepoint, "HASH_WAIT_S"),
    (dropbox, "TIMEOUT_S"),
    (dropbox, "WITHOUT_WORD_S"),
    (crew, "OPENING_S"),
)
"""How long the adapters wait for a server that says no more."""


@dataclass(frozen=True)
class End:
    """A source or target: the settings of its adapter, and the secret. `ftp_port` is the server's own, where its line is prefaced."""

    server: Any
    secret: str | None = None
    ftp_port: int | None = None

    def open(self) -> AbstractContextManager[FileStore]:
        if self.server.kind == "ftps":
            return open_ftps(self.server, self.secret or "", user=self.server.user, root=self.server.root)
        return OPENED[self.server.kind](self.server, self.secret)  # type: ignore[operator, no-any-return]


@dataclass
class Flip:
    """One bit of what is written is another, at the `at`-th byte."""

    at: int
    fired: bool = False
    went_on: bool = False
    """It came into a file that was gone on with, which is then sent anew."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def through(self, data: bytes, offset: int = 0) -> bytes:
        with self._lock:
            place, self.at = self.at, self.at - len(data)
            if self.fired or not 0 <= place < len(data):
                return data
            self.fired, self.went_on = True, offset > 0
        return flipped(data, place)


class Falsified:
    """A target that keeps something else than what it was sent, once: as a disk does, or what ends the TLS in front of it."""

    def __init__(self, store: FileStore, flip: Flip) -> None:
        self._store = store
        self._flip = flip

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        with self._store.write(path, offset) as stream:
            yield writing(lambda data: stream.write(self._flip.through(bytes(data), offset)) and None)

    @contextmanager
    def write_sized(self, path: str, size_bytes: int, offset: int = 0) -> Iterator[BinaryIO]:
        with write_sized(self._store, path, size_bytes, offset) as stream:
            yield writing(lambda data: stream.write(self._flip.through(bytes(data), offset)) and None)

    def write_each(self, files: Sequence[Content]) -> list[Failure | None]:
        return write_each(self._store, [Content(one.path, self._flip.through(one.content)) for one in files])

    def put_each(self, files: Sequence[Whole]) -> list[Failure | None]:
        return put_each(self._store, [replace(one, content=self._flip.through(one.content)) for one in files])


@dataclass(frozen=True)
class PassGiven:
    """What a pass needs, so that another process can be told."""

    ledger: Path
    source: End
    target: End
    connections: int
    patience_s: int | None = None
    flip: Flip | None = None


def run_pass(given: PassGiven, begun: Event | None = None) -> Account:
    """A pass, with the wiring of the ends' lines; raises what ends it."""
    with ExitStack() as stack:
        _hurry(stack.enter_context(pytest.MonkeyPatch.context()), given.patience_s)
        for end in (given.source, given.target):
            if end.ftp_port is not None:
                stack.enter_context(ftp_over(end.server.port, end.ftp_port))
        ledger = reopen_ledger(given.ledger, MovableClock(START))
        stack.callback(ledger.engine.dispose)
        workload = ensure_workload(ledger, PROJECT, "share", "gemensam")

        @contextmanager
        def pair() -> Iterator[Pair]:
            with given.source.open() as source, given.target.open() as target:
                written: Any = target if given.flip is None else Falsified(target, given.flip)
                yield ReadOnly(source), AppendAfterCutover(written, lambda: projects.mode(ledger, PROJECT))

        if begun is not None:
            begun.set()
        with pair() as (source, target):
            return SharePass(
                ledger,
                workload,
                source,
                target,
                removal_limit=1.0,
                open_pair=pair,
                connections=given.connections,
                wait=lambda seconds: time.sleep(min(seconds, LONGEST_WAIT_S)),
            ).run()


def run_mortal_pass(given: PassGiven, begun: Event) -> None:
    """The same in a process that is to be killed; a failure is its own end, and nothing to be shown."""
    try:
        run_pass(given, begun)
    except Failure:
        return


def _hurry(patch: pytest.MonkeyPatch, patience_s: int | None) -> None:
    if patience_s is not None:
        for module, name in PATIENCE_S:
            patch.setattr(module, name, patience_s)
