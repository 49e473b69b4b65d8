"""How often a pass waits for an answer of an SFTP server: over a line of 100 ms this is what small files cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from skyflytt.files.copy import copy_file
from skyflytt.files.guard import AppendAfterCutover, ReadOnly
from skyflytt.files.lanes import GROUP_ITEMS
from skyflytt.files.local import open_local
from skyflytt.files.passes import SharePass
from skyflytt.files.port import Entry
from skyflytt.files.sftp import SftpStore, open_sftp
from skyflytt.ledger.schema import Mode
from skyflytt.ledger.workloads import ensure_workload
from skyflytt.project.servers import SftpServer
from tests.faults.ledgers import PROJECT, copy_ledger, make_template
from tests.files.engine.shares import put, tree
from tests.real.sshd import running_sshd

pytestmark = pytest.mark.real


class Line:
    """A channel that counts: sent something, then waited for what comes."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._sent = False
        self.waits = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    def sendall(self, data: bytes) -> None:
        self._sent = True
        self._channel.sendall(data)

    def recv(self, size: int) -> bytes:
        self.waits += self._sent
        self._sent = False
        return self._channel.recv(size)  # type: ignore[no-any-return]


@pytest.fixture
def far(tmp_path: Path, require_debian: Callable[..., str]) -> Iterator[tuple[SftpStore, Line]]:
    (tmp_path / "far").mkdir()
    with running_sshd(require_debian("openssh-server", binary="sshd"), tmp_path / "sshd") as sshd:
        server = SftpServer(
            kind="sftp",
            host="127.0.0.1",
            port=sshd.port,
            user=sshd.user,
            known_hosts=sshd.known_hosts,
            key_file=sshd.key_file,
            root=str(tmp_path / "far"),
        )
        with open_sftp(server) as store:
            line = Line(store.session._channel)
            store.session._channel = line  # type: ignore[assignment]
            yield store, line


def test_a_group_costs_what_one_file_cost(tmp_path: Path, far: tuple[SftpStore, Line]) -> None:
    store, line = far
    (tmp_path / "near").mkdir()
    with open_local(SimpleNamespace(root=tmp_path / "near")) as near:
        put(near, "alone", b"x" * 4096)
        alone = near.stat("alone")
        assert isinstance(alone, Entry)
        before = line.waits
        assert store.stat("alone") is None
        copy_file(near, store, alone, "alone")
        for_one = line.waits - before
        store.remove("alone"), near.remove("alone")
        assert for_one == 7

        files = 10 * GROUP_ITEMS
        for number in range(files):
            put(near, f"mapp/{number:04}", b"x" * 4096)
        make_template(tmp_path).rename(tmp_path / "ledger.sqlite")
        ledger = copy_ledger(tmp_path / "ledger.sqlite", tmp_path / "copy.sqlite")
        workload = ensure_workload(ledger, PROJECT, "share", "gemensam")
        before = line.waits
        account = SharePass(ledger, workload, ReadOnly(near), AppendAfterCutover(store, lambda: Mode.MIRROR)).run()
        assert (account.moved, account.failed) == (files + 1, 0)
        waits = line.waits - before
        print(f"{for_one} round trips for one file before, {waits / files:.2f} in groups")
        # 8 for each group, where blocks that go back and forth may add a few, and a handful for the folder.
        assert waits <= 20 * files / GROUP_ITEMS + 10
        assert tree(store) == tree(near)
        ledger.engine.dispose()
