"""Real processes, really killed (SIGKILL) at random moments, over local folders and Maildirs."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from skyflytt.files.copy import is_partial
from skyflytt.files.local import LocalStore, open_local
from skyflytt.ledger.passes import Account
from skyflytt.mail.maildir import MaildirMailbox, open_maildir
from tests.faults.children import move_mailbox, move_share, move_share_by_many
from tests.faults.ledgers import make_template
from tests.files.engine.shares import put as put_file
from tests.files.engine.shares import tree
from tests.mail.engine.mailboxes import ARKIV, INBOX, SEEN, contents, refs_of
from tests.mail.engine.mailboxes import put as put_mail

FORK_SERVER = multiprocessing.get_context("forkserver")
FORK_SERVER.set_forkserver_preload(["tests.faults.children"])
KILLS = pytest.mark.parametrize("kills", [3, pytest.param(100, marks=[pytest.mark.heavy, pytest.mark.timeout(1800)])])
LONGEST_S = 0.5


def kill_one(act: Callable[..., Any], folder: Path, chance: random.Random) -> bool:
    """Begin a pass and kill it; False when it had ended by then."""
    begun = FORK_SERVER.Event()
    process = FORK_SERVER.Process(target=act, args=(folder, begun))
    process.start()
    assert begun.wait(60)
    process.join(chance.uniform(0, LONGEST_S))
    process.kill()
    process.join()
    assert process.exitcode in (0, -9)
    return process.exitcode != 0


def interrupted(folder: Path) -> int:
    """How many passes were killed between their beginning and their end; the last one killed is not marked yet."""
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM pass WHERE state IN ('interrupted', 'running')").fetchone()
    return int(count)


def change_files(source: LocalStore, chance: random.Random, times: int) -> None:
    for number in range(times):
        name = f"mapp {chance.randrange(8)}/{chance.randrange(40)}.bin"
        kind = chance.random()
        if kind < 0.7 or source.stat(name) is None:
            put_file(source, name, chance.randbytes(chance.randrange(40_000)), chance.randrange(10**5) + number)
        elif kind < 0.85:
            source.remove(name)
        else:
            source.rename(name, f"flyttad {chance.randrange(4)}/{chance.randrange(10**6)}.bin")


@KILLS
@pytest.mark.parametrize("move_share", [move_share, move_share_by_many])
def test_a_share_survives(tmp_path: Path, kills: int, move_share: Callable[..., Account]) -> None:
    chance = random.Random(kills)
    shutil.move(make_template(tmp_path), tmp_path / "ledger.sqlite")
    for name in ("source", "target"):
        (tmp_path / name).mkdir()
    with (
        open_local(SimpleNamespace(root=tmp_path / "source")) as source,
        open_local(SimpleNamespace(root=tmp_path / "target")) as target,
    ):
        killed, versions = 0, set[bytes]()
        while killed < kills:
            change_files(source, chance, 150)
            versions.update(found[0] for found in tree(source).values() if found is not None)
            killed += kill_one(move_share, tmp_path, chance)
            assert all(is_whole(key, found, versions) for key, found in tree(target).items())
        assert interrupted(tmp_path) >= kills // 3
        account = move_share(tmp_path)
        assert (account.failed, account.moved) == (0, account.source)
        assert tree(target) == tree(source)
        assert move_share(tmp_path).moved_now == 0


def is_whole(key: str, found: tuple[bytes, datetime] | None, versions: set[bytes]) -> bool:
    """No file has its name before it is complete."""
    return found is None or is_partial(key) or found[0] in versions


def change_mail(source: MaildirMailbox, chance: random.Random, times: int) -> None:
    for _ in range(times):
        folder = chance.choice([INBOX, ARKIV])
        refs = refs_of(source, folder)
        kind = chance.random()
        if kind < 0.6 or not refs:
            put_mail(source, folder, chance.randrange(500))
        elif kind < 0.7:
            source.delete(folder, [chance.choice(refs)])
        elif kind < 0.85:
            source.set_flags(folder, chance.choice(refs), SEEN)
        else:
            source.move(folder, chance.choice(refs), ARKIV if folder == INBOX else INBOX)


def timeless(box: MaildirMailbox) -> Counter[Any]:
    counted: Counter[Any] = Counter()
    for (folder, content, flags, _), count in contents(box).items():
        counted[folder, content, flags] += count
    return counted


@KILLS
def test_a_mailbox_survives(tmp_path: Path, kills: int) -> None:
    chance = random.Random(kills)
    shutil.move(make_template(tmp_path), tmp_path / "ledger.sqlite")
    for name in ("source", "target"):
        (tmp_path / name / "cur").mkdir(parents=True)
        (tmp_path / name / "new").mkdir()
        (tmp_path / name / "tmp").mkdir()
    with open_maildir(tmp_path / "source") as source, open_maildir(tmp_path / "target") as target:
        source.ensure_folder(ARKIV, None)
        killed = 0
        while killed < kills:
            change_mail(source, chance, 60)
            killed += kill_one(move_mailbox, tmp_path, chance)
        assert interrupted(tmp_path) >= kills // 3
        account = move_mailbox(tmp_path)
        assert (account.failed, account.moved) == (0, account.source)
        assert timeless(target) == timeless(source)
        assert move_mailbox(tmp_path).moved_now == 0
