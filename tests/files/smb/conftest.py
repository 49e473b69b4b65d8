from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from skyflytt.files.smb import SmbStore, open_smb
from skyflytt.project.servers import SmbServer
from tests.real.samba import Samba, running_samba

Open = Callable[..., AbstractContextManager[SmbStore]]


@pytest.fixture(scope="session")
def smbd(require_debian: Callable[..., str]) -> str:
    return require_debian("samba", binary="smbd")


@pytest.fixture(scope="module")
def samba(tmp_path_factory: pytest.TempPathFactory, smbd: str) -> Iterator[Samba]:
    folder = tmp_path_factory.mktemp("samba")
    (folder / "share").mkdir()
    log = "log level = 1 auth_audit:3"
    share = "msdfs root = yes\nstrict locking = yes\nposix locking = yes\nstore dos attributes = no\nmap readonly = yes\ncase sensitive = auto"
    with running_samba(smbd, folder / "samba", folder / "share", log, share) as running:
        yield running


def opener(server: Samba) -> Open:
    """`open(secret=..., **settings)` opens the share, with other values than the right ones where they are given."""

    def opened(secret: str | None = server.password, **changes: Any) -> AbstractContextManager[SmbStore]:
        given = {"host": "127.0.0.1", "port": server.port, "share": server.share, "user": server.user, **changes}
        return open_smb(SmbServer(kind="smb", **given), secret)

    return opened


@pytest.fixture
def open_share(samba: Samba) -> Open:
    return opener(samba)


@pytest.fixture
def disk(samba: Samba) -> Path:
    return samba.path
