"""How fast a customer fetches from the embedded drop server, beside vsftpd, with lftp in the same run.

    python -m benchmarks.drop [--big-mb 1000] [--files 1000] [--kilobytes 10] [--customers 8] [--rounds 3]

Both servers run on loopback with the same certificate, demand TLS and that data connections reuse the control connection's session,
and serve the same files from a disk in memory where there is one, on which lftp writes them as well. Rounds alternate between the
servers and the fastest of each counts. CPU seconds and memory are lftp's own.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.file_peers import Measured, Peer
from benchmarks.files import MEMORY_DISK, fill
from skyflytt.deadline.clock import SystemClock
from skyflytt.drop.accounts import Accounts, Permission
from tests.contract.file_places import make_certificates
from tests.real.processes import free_port, running
from tests.real.vsftpd import running_vsftpd

SECRET = "benchmark"
AIM = 0.7


@dataclass(frozen=True, slots=True)
class Shop:
    """A server to fetch from: `base` is the folder of the files as its customer sees it, `login` what lftp's `open` takes."""

    name: str
    login: str
    base: str
    ca_file: Path

    def fetch(self, commands: str, target: Path) -> Measured:
        """Run lftp's commands in a new folder, and throw away what came."""
        target.mkdir()
        script = (
            f"set ssl:ca-file {self.ca_file}; set ftp:ssl-force yes; set cmd:fail-exit yes; set net:max-retries 1; "
            f"open {self.login}; lcd {target}; {commands.format(base=self.base)}"
        )
        try:
            return Peer(self.name, ["lftp", "--norc", "-c", script]).copy(target, str(target))
        finally:
            shutil.rmtree(target)


@dataclass(frozen=True, slots=True)
class Cell:
    """What is fetched, how often, and in which unit that counts."""

    title: str
    unit: str
    amount: float
    commands: str
    at_once: int = 1


@contextlib.contextmanager
def embedded(folder: Path, certificate: Path, key: Path, ca_file: Path) -> Iterator[Shop]:
    accounts, port = Accounts(folder / "state"), free_port()
    accounts.create("norrsken", SECRET, home="/", permission=Permission.CUSTOMER, opens=SystemClock().now())
    command = [sys.executable, "-m", "skyflytt.drop.server", "--port", str(port), "--cert", str(certificate)]
    command += ["--key", str(key), "--accounts-dir", str(folder / "state")]
    with running(command, port, folder / "log"):
        yield Shop("skyflytt", f"-u norrsken,{SECRET} ftp://localhost:{port}", "", ca_file)


@contextlib.contextmanager
def vsftpd(folder: Path, certificate: Path, key: Path, ca_file: Path) -> Iterator[Shop]:
    with running_vsftpd(folder / "vsftpd", certificate, key) as server:
        login = f"-u {server.user},{server.password} ftp://localhost:{server.port}"
        yield Shop("vsftpd", login, str(folder / "state" / "files"), ca_file)


def measure(shops: Sequence[Shop], cell: Cell, folder: Path, rounds: int) -> None:
    """The second shop is the peer. Prints seconds, rate and the ratio of the rates."""
    found: dict[str, list[Measured]] = {shop.name: [] for shop in shops}
    for number in range(rounds):
        for shop in shops:
            found[shop.name].append(_fetched(shop, cell, folder / f"target-{number}"))
    print(f"  {cell.title}")
    best = {name: min(each, key=lambda one: one.wall_s) for name, each in found.items()}
    for name, one in best.items():
        rate = cell.amount / one.wall_s
        print(f"    {name:10} {one.wall_s:8.2f} s   {rate:9,.0f} {cell.unit:8} lftp: {one.cpu_s:7.2f} s CPU")
    ours, peer = (best[shop.name].wall_s for shop in shops)
    print(f"    {'ours to vsftpd':22} {peer / ours:6.2f}   (aim: {AIM})")


def _fetched(shop: Shop, cell: Cell, target: Path) -> Measured:
    if cell.at_once == 1:
        return shop.fetch(cell.commands, target)
    began = time.perf_counter()
    with ThreadPoolExecutor(cell.at_once) as pool:
        each = list(pool.map(lambda number: shop.fetch(cell.commands, Path(f"{target}-{number}")), range(cell.at_once)))
    return Measured(time.perf_counter() - began, sum(one.cpu_s for one in each), max(one.peak_mb for one in each))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.drop", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--big-mb", type=int, default=1000, help="size of the one big file; 0: none")
    parser.add_argument("--files", type=int, default=1000, help="small files; 0: none")
    parser.add_argument("--kilobytes", type=int, default=10, help="size of each small file")
    parser.add_argument("--customers", type=int, default=8, help="programs that fetch the big file at once; 0: none")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    disk = MEMORY_DISK if MEMORY_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="skyflytt-benchmark-", dir=disk) as name, contextlib.ExitStack() as running:
        folder = Path(name)
        made = make_certificates(folder)
        certificates = (made.certificate, made.key, made.ca)
        shops = [running.enter_context(start(folder, *certificates)) for start in (embedded, vsftpd)]
        fill(folder / "state" / "files" / "small", asked.files, asked.kilobytes * 1000)
        fill(folder / "state" / "files" / "big", bool(asked.big_mb), asked.big_mb * 1_000_000)
        for cell in cells(asked):
            measure(shops, cell, folder, asked.rounds)


def cells(asked: argparse.Namespace) -> Iterator[Cell]:
    big = "get {base}/big/0000/000000.bin"
    if asked.big_mb:
        yield Cell(f"1 file of {asked.big_mb} MB", "MB/s", asked.big_mb, big)
        if asked.customers > 1:
            title = f"the same by {asked.customers} customers at once"
            yield Cell(title, "MB/s", asked.big_mb * asked.customers, big, asked.customers)
    if asked.files:
        for at_once in (1, 8):
            title = f"{asked.files:,} files of {asked.kilobytes} kB, {at_once} at once"
            yield Cell(title, "files/s", asked.files, f"mirror --parallel={at_once} {{base}}/small")


if __name__ == "__main__":
    main()
