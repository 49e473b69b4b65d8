"""A pass over a share in which people work: files that are open or locked are tried again, told, and taken once they are free."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from skyflytt.files.local import open_local
from skyflytt.files.transfer import TRIES
from skyflytt.ledger.workloads import ensure_workload
from tests.faults.ledgers import PROJECT, copy_ledger, make_template, quick_folder
from tests.files.engine.shares import Odd, Share
from tests.files.smb.conftest import Open
from tests.files.smb.test_smb import held
from tests.real.samba import Samba

pytestmark = pytest.mark.real


@pytest.fixture
def share(samba: Samba, open_share: Open) -> Iterator[Share]:
    with quick_folder() as folder, ExitStack() as opened:
        ledger = copy_ledger(make_template(folder), folder / "ledger.sqlite")
        opened.callback(ledger.engine.dispose)
        (samba.path / "arbete").mkdir()
        (folder / "ny").mkdir()
        source = opened.enter_context(open_share(root="/arbete"))
        target = opened.enter_context(open_local(SimpleNamespace(root=folder / "ny")))
        yield Share(ledger, ensure_workload(ledger, PROJECT, "share", "arbete"), Counting(source), target)


class Counting(Odd):
    """Counts how often each file was asked for."""

    def __init__(self, store: object) -> None:
        super().__init__(store)  # type: ignore[arg-type]
        self.asked: list[str] = []

    def read(self, path: str, offset: int = 0) -> object:
        self.asked.append(path)
        return super().read(path, offset)


def test_open_and_locked_files(share: Share, samba: Samba) -> None:
    folder: Path = samba.path / "arbete"
    for name in ("bok.xlsx", "låst.mdb", "fri.txt"):
        (folder / name).write_bytes(name.encode() * 100)
    with held(samba, r"arbete\bok.xlsx", share_access=None), (folder / "låst.mdb").open("r+b") as locked:
        fcntl.lockf(locked, fcntl.LOCK_EX, 100, 0)
        account = share.run()
        assert (account.source, account.moved, account.failed) == (3, 1, 2)
        assert share.codes() == {"bok.xlsx": "files.in-use", "låst.mdb": "files.in-use"}
        assert [share.source.asked.count(name) for name in ("bok.xlsx", "låst.mdb", "fri.txt")] == [TRIES, TRIES, 1]
    account = share.run()
    assert (account.moved, account.failed) == (3, 0)
