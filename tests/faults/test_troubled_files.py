"""Shares moved from server to server through trouble: every pass has some, then one has none, and both ends are read and compared.

A run is its seed: `SKYFLYTT_FAULTS=1234 pytest tests/faults/test_troubled_files.py -k ten_runs` goes through it again.
"""

from __future__ import annotations

import hashlib
import math
import multiprocessing
import os
import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.errors.base import Failure, Transient
from skyflytt.files.copy import is_partial
from skyflytt.files.port import Entry, EntryKind, FileStore
from skyflytt.files.s3 import S3Store
from skyflytt.files.s3.unfinished import open_uploads
from skyflytt.ledger import items
from skyflytt.ledger.passes import Account
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import ensure_workload
from tests.faults.file_passes import End, Flip, PassGiven, run_mortal_pass, run_pass
from tests.faults.file_servers import FileServer, all_servers
from tests.faults.file_wire import MARK, FileWire
from tests.faults.ledgers import PROJECT, START, copy_ledger, make_template, quick_folder, reopen_ledger
from tests.faults.wire import Trouble
from tests.files.engine.shares import put

pytestmark = pytest.mark.real
FORK_SERVER = multiprocessing.get_context("forkserver")
FORK_SERVER.set_forkserver_preload(["tests.faults.file_passes"])
SEED = "SKYFLYTT_FAULTS"
TEN = tuple(range(2000, 2010))
"""One for each route."""
SMALL_FILES, BIG_BYTES = 60, 9 << 20
FILES_OF_A_BUCKET = 10
"""moto takes 25 ms for each request."""
PATIENCE_S = 1
"""How long a server that says no more is waited for in a pass with trouble."""
ALTERED = "files.copy-altered"
THEIRS = {
    "deras.txt": b"theirs",
    "mapp 0/deras också.txt": b"theirs, too",
    "mapp 3/.skyflytt-mine.partial": b"not ours",
}
"""What the customer has at the target already."""
OF_THE_SERVER = ".davfs.tmp"
"""Apache keeps what it receives under such a name, and shows it to nobody."""
Snapshot = dict[str, tuple[str, datetime] | None]


@dataclass
class Servers:
    """All of them, and the routes between them."""

    routes: list[tuple[FileServer, FileServer]]
    template: Path


@pytest.fixture(scope="module")
def servers(require_debian: Any) -> Iterator[Servers]:
    with quick_folder() as base, all_servers(base, require_debian) as routes:
        yield Servers(routes, make_template(base))


@dataclass
class Run:
    """One share on its way."""

    seed: int
    servers: Servers
    stack: ExitStack
    chance: random.Random = field(init=False)
    happened: list[str] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    hour: int = 0
    passes: int = 0
    flips: int = 0
    big: bool = True
    """The big file may have to be moved yet."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.source, self.target = self.servers.routes[self.seed % len(self.servers.routes)]
        self.roots = self.source.new_root(), self.target.new_root()
        self.lines = [self.stack.enter_context(server.line()) for server in (self.source, self.target)]
        self.connections = self.chance.choice((1, 3))
        self.ledger_file = self.stack.enter_context(quick_folder()) / "ledger.sqlite"
        copy_ledger(self.servers.template, self.ledger_file).engine.dispose()
        self.files = self.stack.enter_context(self.source.held(self.roots[0]))
        self.copies = self.stack.enter_context(self.target.held(self.roots[1]))
        self.step_s = self._step_s()

    def _step_s(self) -> float:
        with self.target.end(self.roots[1]).open() as store:
            return store.capabilities.mtime_step_seconds

    def go(self) -> None:
        """Fill, then trouble in every pass and changes between them; then a pass without any, and one with nothing to do."""
        for path, content in THEIRS.items():
            put(self.copies, path, content)
        self.target.give_away(self.roots[1])
        for number in range(SMALL_FILES if self.target.on_disk and self.source.on_disk else FILES_OF_A_BUCKET):
            self._write(f"mapp {number % 8}/{number}.bin")
        self._write("stort/arkiv.bin", BIG_BYTES)
        for _ in range(self.chance.randrange(2, 5)):
            self._troubled_pass()
            self._check_whole()
            if self.chance.random() < 0.7:
                self._change()
        self._calm()
        account = self._pass(self._given(None))
        self._check(account)
        assert self._pass(self._given(None)).moved_now == 0
        self._check(account)

    def _write(self, path: str, size: int | None = None) -> None:
        """Another content is never as old as the one before."""
        self.hour += 1
        size = self.chance.choice((0, 50, 3_000, 40_000)) if size is None else size
        if not self.source.on_disk:
            # Moto's listings have whole seconds: an empty file that is written again within one is the same there.
            size = max(size, 50)
        content = (MARK + self.chance.randbytes(size))[:size]
        self.versions.add(hashlib.sha256(content).hexdigest())
        put(self.files, path, content, self.hour)

    def _change(self) -> None:
        """What people do to a share between two passes."""
        for _ in range(self.chance.randrange(1, 12)):
            there = [path for path, found in _snapshot(self.files).items() if found is not None]
            act, old = self.chance.choice(("new", "write", "move", "move", "remove")), self.chance.choice(there)
            new = f"mapp {self.chance.randrange(10)}/ny {self.hour} {self.chance.randrange(1000)}.bin"
            if act == "move":
                self.files.rename(old, new)
            elif act == "remove" and not old.startswith("stort"):
                self.files.remove(old)
            else:
                big = act == "write" and old.startswith("stort")
                self.big |= big
                self._write(old if act == "write" else new, BIG_BYTES if big else None)

    def _troubled_pass(self) -> None:
        kinds = ["cut", "cut", "stall", "noise", "kill", "kill", "flip", "flip and cut", "greet"]
        kind = self.chance.choice(kinds)
        line = self.chance.choice([each for each in self.lines if each is not None])
        server = (self.source, self.target)[self.lines.index(line)]
        if kind == "flip" and self.target.near and self.chance.random() < 0.7 and self.target.on_disk:
            self._with_content(self.lines[1])
            return
        if kind == "kill":
            self._killed(line)
            return
        flip = None
        if kind.startswith("flip"):
            flip = Flip(self._place())
        if kind == "greet":
            count = self.chance.randrange(1, 9)
            line.arm([Trouble("greet down", self.chance.randrange(3), words=server.words, times=count)])
        elif kind != "flip":
            # What ends the TLS may falsify anything of HTTP, also what a request asks for: no client could tell.
            kind = "cut" if kind == "noise" and server.near else kind.rpartition(" ")[2]
            line.arm([self._trouble(kind) for _ in range(self.chance.randrange(1, 3))])
        self._pass_in_trouble(flip)

    def _with_content(self, line: FileWire | None) -> None:
        """What ends the TLS falsifies it, on the way to the disk or back."""
        assert line is not None
        way = self.chance.choice(("up", "up", "down"))
        line.arm([Trouble(f"content {way}", self.chance.randrange(40), count=self.chance.randrange(20))])
        self._pass_in_trouble(None)

    def _trouble(self, kind: str, **more: Any) -> Trouble:
        way = self.chance.choice(("up", "down"))
        return Trouble(f"{kind} {way}", self._place(), abrupt=self.chance.random() < 0.5, **more)

    def _place(self) -> int:
        """A byte within the small files, or within all that is still to be moved."""
        far = (5_000, 50_000, 600_000, BIG_BYTES + 600_000) if self.big else (3_000, 20_000, 150_000)
        return self.chance.randrange(self.chance.choice(far))

    def _pass_in_trouble(self, flip: Flip | None) -> None:
        try:
            account = self._pass(self._given(PATIENCE_S, flip))
        except Failure as failure:
            self.happened.append(f"({failure.code}: {failure.detail[:80]})")
            if not isinstance(failure, Transient):
                pytest.fail(self._words("it needs nobody, only another pass"))
        else:
            codes = self._codes()
            assert account.source == account.moved + account.skipped + account.failed
            self.big = account.failed > 0
            self.happened.append(
                f"{account.failed} failed {sorted(set(codes.values()))}" if account.failed else "ended"
            )
            if flip is not None and flip.fired:
                noticed = list(codes.values()).count(ALTERED)
                assert noticed >= (0 if flip.went_on else 1), self._words(f"a flip was not noticed: {codes}")
        if flip is not None and flip.fired:
            self.flips += 1
            self.happened.append("flip")
        self._calm()

    def _killed(self, line: FileWire) -> None:
        """A process of its own, killed at a byte or after a while."""
        begun = FORK_SERVER.Event()
        process = FORK_SERVER.Process(target=run_mortal_pass, args=(self._given(None), begun))
        line.arm([self._trouble("kill", act=process.kill)])
        self.passes += 1
        process.start()
        assert begun.wait(60)
        process.join(60)
        self.happened.append(f"killed {process.exitcode}" if process.exitcode else "ended before it was killed")
        assert process.exitcode in (0, -9), self._words("the pass ended otherwise")
        self._calm()

    def _given(self, patience_s: int | None, flip: Flip | None = None) -> PassGiven:
        ends: list[End] = [
            server.end(root, line.port if line else None)
            for server, root, line in zip((self.source, self.target), self.roots, self.lines, strict=True)
        ]
        return PassGiven(self.ledger_file, ends[0], ends[1], self.connections, patience_s, flip)

    def _pass(self, given: PassGiven) -> Account:
        self.passes += 1
        return run_pass(given)

    def _calm(self) -> None:
        for line in self.lines:
            if line is not None:
                self.happened += line.happened
                line.arm([])

    def _check_whole(self) -> None:
        """No file has its name before it is complete."""
        for key, found in _snapshot(self.copies).items():
            if found is not None and key not in THEIRS and not is_partial(key):
                assert found[0] in self.versions, self._words(f"{key} is no version of any file")

    def _check(self, account: Account) -> None:
        assert (account.failed, account.skipped, account.source) == (0, 0, account.moved), self._words(self._codes())
        there, arrived = _snapshot(self.files), _snapshot(self.copies)
        for path, content in THEIRS.items():
            kept = arrived.pop(path, None)
            assert kept is not None, self._words(f"{path} of theirs is gone")
            assert kept[0] == hashlib.sha256(content).hexdigest(), self._words(f"{path} of theirs")
            folder = f"{path.rpartition('/')[0]}/"
            if folder not in there:
                arrived.pop(folder, None)
        assert not [key for key in arrived if is_partial(key)], self._words("something unfinished is left")
        if isinstance(self.copies, S3Store):
            left = list(open_uploads(self.copies._client, self.copies._bucket, self.copies._prefix))
            assert not left, self._words(f"uploads are left open: {left}")
        differ = {key for key in there.keys() | arrived.keys() if not self._same(key, there, arrived)}
        assert not differ, self._words({key: (there.get(key, "no"), arrived.get(key, "no")) for key in differ})
        assert account.source == len(there)
        held = self._held()
        assert len(held) == len(set(held))
        # A folder that went with its last object stays where the customer keeps something in it.
        assert {ref for ref in held if not self._kept_for_them(ref, there)} == set(there)

    def _same(self, key: str, there: Snapshot, arrived: Snapshot) -> bool:
        if key not in there or key not in arrived:
            return False
        one, other = there[key], arrived[key]
        if one is None or other is None:
            return one is other
        return one[0] == other[0] and (
            self.step_s == math.inf or abs(one[1] - other[1]) <= timedelta(seconds=self.step_s)
        )

    def _kept_for_them(self, ref: str, there: Snapshot) -> bool:
        return ref not in there and any(path.startswith(ref) for path in THEIRS)

    def _held(self) -> list[str]:
        return [one.target_ref for one in self._items() if one.target_ref is not None]

    def _codes(self) -> dict[str, str]:
        return {one.key: one.code or "" for one in self._items() if one.state is State.FAILED}

    def _items(self) -> list[items.Item]:
        ledger = reopen_ledger(self.ledger_file, MovableClock(START))
        try:
            return list(items.stream(ledger, ensure_workload(ledger, PROJECT, "share", "gemensam")))
        finally:
            ledger.engine.dispose()

    def _words(self, what: object) -> str:
        route = f"{self.source.name} to {self.target.name}, {self.connections} connections"
        return f"seed {self.seed}: {route}: {what}\n  {self.happened}"


def _snapshot(store: FileStore) -> Snapshot:
    """Files with the digest of their content and their time, folders as None."""
    found: Snapshot = {}
    for entry in store.scan():
        assert isinstance(entry, Entry)
        if OF_THE_SERVER in entry.path:
            continue
        if entry.kind is not EntryKind.FILE:
            found[entry.key] = None
            continue
        with store.read(entry.path) as stream:
            digest = hashlib.sha256(stream.read()).hexdigest()
        now = store.stat(entry.path)  # a listing of S3 has the time of the upload
        assert now is not None
        found[entry.key] = digest, now.modified
    return found


def go(servers: Servers, seed: int) -> Run:
    print(f"{SEED}={seed}")
    with ExitStack() as stack:
        run = Run(seed, servers, stack)
        try:
            run.go()
        finally:
            run._calm()
            print(run._words(f"{run.passes} passes"))
    return run


def seeds(*usual: int) -> list[int]:
    """Seeds in the environment (`1234,1235`) take the place of the usual ones."""
    named = os.environ.get(SEED)
    return list(usual) if named is None else [int(each) for each in named.split(",")]


@pytest.mark.long
@pytest.mark.parametrize("seed", seeds(*TEN))
def test_ten_runs(servers: Servers, seed: int) -> None:
    go(servers, seed)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", seeds(*range(2000, 2200)))
def test_two_hundred_runs(servers: Servers, seed: int) -> None:
    go(servers, seed)
