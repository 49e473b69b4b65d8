"""The sandbox's awkward names, from a folder of this machine to Samba: by the rules of its kind, with nothing said in the project file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.files.names.check import Namespace, broken_rules
from skyflytt.files.names.kinds import WINDOWS
from skyflytt.ledger.renamed import all_renamed
from skyflytt.phase.migration import open_migration
from skyflytt.phase.move_share import move_share
from skyflytt.phase.verify_share import verify_share
from skyflytt.project.secret_keys import server_key, variable_of
from skyflytt.project.secrets import EnvironmentSecrets
from skyflytt.project.servers import SmbServer
from skyflytt.sandbox.company import files
from tests.phase import discovered
from tests.real.samba import Samba

pytestmark = pytest.mark.real


def quietly(_done: int, _of: int) -> None:
    """No progress."""


def awkward_only(root: Path) -> int:
    """The sandbox's company share without the files that would arrive as they are anyway; how many are left."""
    files.build(root)
    share, space = root / "company", Namespace(WINDOWS)
    every = [path for path in share.rglob("*") if path.is_file()]
    folded = Counter(space.fold(str(path)) for path in share.rglob("*"))
    kept = [
        path for path in every if broken_rules(str(path.relative_to(share)), space) or folded[space.fold(str(path))] > 1
    ]
    for path in set(every).difference(kept):
        path.unlink()
    return len(kept)


def test_every_awkward_name_arrives_at_samba(samba: Samba, tmp_path: Path) -> None:
    count = awkward_only(tmp_path / "old-files")
    (samba.path / "namn").mkdir()
    server = SmbServer(kind="smb", host="127.0.0.1", port=samba.port, share=samba.share, user=samba.user, root="/namn")
    project = discovered.project(tmp_path, drops=[])
    project = project.model_copy(update={"servers": {**project.servers, "new-files": server}})
    secrets = EnvironmentSecrets({variable_of(server_key("new-files")): samba.password})
    with open_migration(project, tmp_path / "work", secrets, MovableClock(discovered.AT)) as migration:
        first = move_share(migration, "company", quietly)
        assert (first.failed, first.skipped) == (0, 0)
        again = move_share(migration, "company", quietly)
        assert (again.moved, again.moved_now) == (first.moved, 0)
        check = verify_share(migration, "company")
        assert (check.files, check.changed, check.missing, check.partial) == (count, (), (), ())
        renamed = {one.path: one.place for one in all_renamed(migration.ledger, migration.workload("share", "company"))}
    assert len(renamed) > 10
    for place in renamed.values():
        assert (samba.path / "namn" / "company" / place).exists()


def test_capitals_alone_can_be_changed(samba: Samba, tmp_path: Path) -> None:
    old = tmp_path / "old-files" / "company"
    (old / "Mapp").mkdir(parents=True)
    (old / "Mapp" / "brev.txt").write_bytes(b"b" * 500)
    (samba.path / "versaler").mkdir()
    server = SmbServer(
        kind="smb", host="127.0.0.1", port=samba.port, share=samba.share, user=samba.user, root="/versaler"
    )
    project = discovered.project(tmp_path, drops=[])
    project = project.model_copy(update={"servers": {**project.servers, "new-files": server}})
    secrets = EnvironmentSecrets({variable_of(server_key("new-files")): samba.password})
    with open_migration(project, tmp_path / "work", secrets, MovableClock(discovered.AT)) as migration:
        assert move_share(migration, "company", quietly).failed == 0
        (old / "Mapp" / "brev.txt").rename(old / "Mapp" / "BREV.txt")
        assert move_share(migration, "company", quietly).failed == 0
        assert [path.name for path in (samba.path / "versaler" / "company" / "Mapp").iterdir()] == ["BREV.txt"]
        assert verify_share(migration, "company").missing == ()
        assert move_share(migration, "company", quietly).moved_now == 0
