from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.phase.migration import open_migration
from skyflytt.phase.move_share import move_share
from skyflytt.phase.verify_share import verify_share
from skyflytt.project.secret_keys import server_key, variable_of
from skyflytt.project.secrets import EnvironmentSecrets
from skyflytt.project.servers import SmbServer
from tests.phase import discovered
from tests.real.samba import Samba

pytestmark = pytest.mark.real


def quietly(_done: int, _of: int) -> None:
    """No progress."""


def test_a_share_moves_from_one_smb_server_to_another(samba: Samba, tmp_path: Path) -> None:
    old, new = samba.path / "gammal", samba.path / "ny"
    (old / "homes" / "Avtal").mkdir(parents=True)
    new.mkdir()
    for name in ("Åhléns.pdf", "con"):
        (old / "homes" / "Avtal" / name).write_bytes(name.encode() * 500)
    servers = {
        name: SmbServer(kind="smb", host="127.0.0.1", port=samba.port, share=samba.share, user=samba.user, root=root)
        for name, root in (("old-files", "/gammal"), ("new-files", "/ny"))
    }
    project = discovered.project(tmp_path, drops=[])
    project = project.model_copy(update={"servers": {**project.servers, **servers}})
    secrets = EnvironmentSecrets({variable_of(server_key(name)): samba.password for name in servers})
    with open_migration(project, tmp_path / "work", secrets, MovableClock(discovered.AT)) as migration:
        first = move_share(migration, "homes", quietly)
        again = move_share(migration, "homes", quietly)
        assert verify_share(migration, "homes").files == 1
    # Samba shows the file `con` under another name; moved so, nobody would find it.
    assert (first.source, first.moved, first.failed) == (3, 2, 1)
    assert again.moved_now == 0
    assert (new / "homes" / "Avtal" / "Åhléns.pdf").read_bytes() == "Åhléns.pdf".encode() * 500
