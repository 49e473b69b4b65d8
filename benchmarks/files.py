"""How fast files go to SFTP, FTPS and S3 servers, beside rclone, lftp and rsync in the same run.

    python -m benchmarks.files [--to sftp ftps s3] [--files 2000] [--kilobytes 4] [--big-mb 500] [--unchanged 50000] [--rounds 1]

OpenSSH, vsftpd (else ProFTPD) and Ceph's S3 service (else moto) run on loopback, everything on a disk in memory where there is one.
Ours is the pass that the migration runs: listed, announced in the ledger, copied to a temporary name, read back and compared with
the SHA-256 of what was read, renamed, recorded. rclone compares sums where the server offers them; lftp and rsync compare nothing
afterwards. Each round copies to an empty folder; rounds alternate between the programs and the fastest of each counts.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from benchmarks.file_peers import Measured, Peer, ftps_peers, s3_peers, sftp_peers
from benchmarks.peak import peak_mb
from skyflytt.deadline.clock import SystemClock
from skyflytt.files.crew import Pair
from skyflytt.files.ftps import open_ftps
from skyflytt.files.guard import AppendAfterCutover, ReadOnly
from skyflytt.files.local import open_local
from skyflytt.files.passes import SharePass
from skyflytt.files.port import FileStore
from skyflytt.files.s3 import open_s3
from skyflytt.files.sftp import open_sftp
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.projects import ensure_project
from skyflytt.ledger.schema import Mode
from skyflytt.ledger.workloads import ensure_workload
from skyflytt.project.servers import FtpsServer, LocalServer, S3Server, SftpServer
from tests.contract.file_places import Certificates, make_certificates
from tests.real.ceph_rgw import PACKAGES, running_rgw
from tests.real.processes import free_port, running_module
from tests.real.proftpd import running_proftpd
from tests.real.sshd import running_sshd
from tests.real.vsftpd import UNPACKED, running_vsftpd

PROJECT = "benchmark"
PER_FOLDER = 100
MEMORY_AIM_MB = 300
MEMORY_DISK = Path("/dev/shm")
SERVER_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"


@dataclass(frozen=True, slots=True)
class Place:
    """A server with its peers. `server` and `secret` are what our own adapter needs; `base` is where targets may be made."""

    server: SftpServer | FtpsServer | S3Server
    secret: str | None
    user: str
    base: str
    peers: list[Peer]

    def open(self, target: str) -> AbstractContextManager[FileStore]:
        if isinstance(self.server, SftpServer):
            return open_sftp(self.server.model_copy(update={"root": target}), self.secret)
        if isinstance(self.server, FtpsServer):
            return open_ftps(self.server, self.secret or "", user=self.user, root=target)
        return open_s3(self.server.model_copy(update={"prefix": f"{target}/"}), self.secret)


@dataclass(frozen=True, slots=True)
class Road:
    """One folder to one target, with its ledger in `ledger`."""

    place: Place
    source: Path
    target: str
    ledger: Path

    @contextlib.contextmanager
    def pair(self) -> Iterator[Pair]:
        near = open_local(LocalServer(kind="local", root=self.source))
        with near as source, self.place.open(self.target) as target:
            yield ReadOnly(source), AppendAfterCutover(target, lambda: Mode.MIRROR)

    def travel(self) -> None:
        ledger = open_ledger(f"sqlite:///{self.ledger}", SystemClock())
        ensure_project(ledger, PROJECT)
        share = ensure_workload(ledger, PROJECT, "share", "files")
        with self.pair() as (source, target):
            connections = self.place.server.connections
            account = SharePass(ledger, share, source, target, open_pair=self.pair, connections=connections).run()
        ledger.engine.dispose()
        if account.failed or account.skipped:
            raise AssertionError(f"not everything was moved: {account}")


def travel(road: Road) -> Measured:
    """One pass of ours in this process."""
    cpu, wall = time.process_time(), time.perf_counter()
    road.travel()
    return Measured(time.perf_counter() - wall, time.process_time() - cpu, peak_mb())


def alone(road: Road) -> Measured:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(travel, (road,))


def fill(folder: Path, files: int, size: int) -> None:
    chance = random.Random(files)
    for number in range(files):
        path = folder / f"{number // PER_FOLDER:04}" / f"{number:06}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(chance.randbytes(size) if size < 1 << 20 else os.urandom(size))
        # Whole seconds: SFTP and FTPS keep no others, and no program should take a rounded time for a change.
        os.utime(path, (1_600_000_000 + number,) * 2)


@contextlib.contextmanager
def sftp(folder: Path) -> Iterator[Place]:
    program = _require("openssh-server", binary="sshd")
    with running_sshd(program, folder / "sshd") as running:
        at = {"host": "127.0.0.1", "port": running.port, "user": running.user}
        server = SftpServer(kind="sftp", known_hosts=running.known_hosts, key_file=running.key_file, **at)
        peers = sftp_peers(running.port, running.user, running.key_file, running.known_hosts)
        print("SFTP: OpenSSH")
        yield Place(server, None, running.user, str(folder), peers)


@contextlib.contextmanager
def ftps(folder: Path) -> Iterator[Place]:
    certificates = make_certificates(folder)
    with _ftps_server(folder, certificates) as running:
        server = FtpsServer(kind="ftps", host="localhost", port=running.port, ca_file=certificates.ca)
        peers = ftps_peers(running.port, running.user, running.password, certificates.ca)
        yield Place(server, running.password, running.user, str(folder), peers)


@contextlib.contextmanager
def _ftps_server(folder: Path, certificates: Certificates) -> Iterator[Any]:
    if (UNPACKED / "usr" / "sbin" / "vsftpd").exists() and not os.geteuid():
        print("FTPS: vsftpd")
        with running_vsftpd(folder / "vsftpd", certificates.certificate, certificates.key) as server:
            yield server
        return
    program = _require("proftpd-core proftpd-mod-crypto", binary="proftpd")
    print("FTPS: ProFTPD (vsftpd is fetched by the tests, as root)")
    with running_proftpd(program, folder / "proftpd", certificates.certificate, certificates.key) as server:
        yield server


@contextlib.contextmanager
def s3(folder: Path) -> Iterator[Place]:
    certificates = make_certificates(folder)
    with _s3_server(folder, certificates) as (url, key, secret):
        boto3.client(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            verify=str(certificates.ca),
        ).create_bucket(Bucket="handover")
        at = {"endpoint_url": url, "bucket": "handover", "region": "us-east-1", "access_key_id": key}
        server = S3Server(kind="s3", ca_file=certificates.ca, **at)
        yield Place(server, secret, "", "", s3_peers(url, "handover", key, secret, certificates.ca))


@contextlib.contextmanager
def _s3_server(folder: Path, certificates: Certificates) -> Iterator[tuple[str, str, str]]:
    if all(shutil.which(binary, path=SERVER_PATH) for binary in PACKAGES.values()) and not os.geteuid():
        print("S3: Ceph's RADOS Gateway")
        with running_rgw(_require, folder / "ceph", certificates.certificate, certificates.key) as server:
            yield server.endpoint_url, server.access_key_id, server.secret
        return
    print("S3: moto, which is no measure (no Ceph here, or not root)")
    port = free_port()
    files = ("-c", str(certificates.certificate), "-k", str(certificates.key))
    with running_module("moto.server", "-H", "127.0.0.1", "-p", str(port), *files, port=port, log=folder / "log"):
        yield f"https://localhost:{port}", "key", "secret"


def _require(package: str, *, binary: str) -> str:
    if found := shutil.which(binary, path=SERVER_PATH):
        return found
    raise SystemExit(f"{binary} is missing; run: sudo apt-get install -y --no-install-recommends {package}")


PLACES: dict[str, Callable[[Path], AbstractContextManager[Place]]] = {"sftp": sftp, "ftps": ftps, "s3": s3}


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of the table's head: what is copied, and in which unit that counts."""

    title: str
    unit: str
    amount: float


def measure(place: Place, folder: Path, source: Path, cell: Cell, rounds: int) -> None:
    """Every program copies to an empty folder of its own."""
    names = [f"{cell.title.split()[0]}-{peer.name.split()[0]}" for peer in place.peers]
    found: dict[str, list[Measured]] = {}
    for number in range(rounds):
        for peer, name in zip(place.peers, names, strict=True):
            if peer.is_here:
                target = _new_target(place, f"{name}-{number}")
                found.setdefault(peer.name, []).append(peer.copy(source, target))
                _throw_away(place, target)
        target = _new_target(place, f"ours-{cell.amount}-{number}")
        ledger = folder / f"{cell.amount}-{number}.sqlite"
        found.setdefault("skyflytt, verified", []).append(alone(Road(place, source, target, ledger)))
        _throw_away(place, target)
    show(cell, place, found)


def measure_unchanged(place: Place, folder: Path, source: Path, files: int, rounds: int) -> None:
    """The target holds everything; each program finds that out."""
    target = _new_target(place, f"same-{files}")
    road = Road(place, source, target, folder / f"same-{files}.sqlite")
    first = alone(road)
    print(f"  {'(first pass of ours)':24} {first.wall_s:8.2f} s   {files / first.wall_s:9,.0f} files/s")
    found: dict[str, list[Measured]] = {}
    for _ in range(rounds):
        for peer in place.peers:
            if peer.is_here:
                found.setdefault(peer.name, []).append(peer.copy(source, target))
        found.setdefault("skyflytt", []).append(alone(road))
    show(Cell(f"{files:,} files, no change", "files/s", files), place, found)
    _throw_away(place, target)


def _new_target(place: Place, name: str) -> str:
    if isinstance(place.server, S3Server):
        return name
    target = Path(place.base) / name
    target.mkdir()
    return str(target)


def _throw_away(place: Place, target: str) -> None:
    if not isinstance(place.server, S3Server):
        shutil.rmtree(target)


def show(cell: Cell, place: Place, found: dict[str, list[Measured]]) -> None:
    print(f"  {cell.title}")
    best = {name: min(each, key=lambda one: one.wall_s) for name, each in found.items()}
    ours = next(reversed(best))
    quickest = min((one.wall_s for name, one in best.items() if name != ours), default=None)
    for name, one in best.items():
        rate = cell.amount / one.wall_s
        figures = f"{one.wall_s:8.2f} s   {rate:9,.0f} {cell.unit:8} {one.cpu_s:7.2f} s CPU {one.peak_mb:6.0f} MB"
        print(f"    {name:22} {figures}")
    for peer in place.peers:
        if not peer.is_here:
            print(f"    {peer.name:22} is not installed: sudo apt-get install -y {peer.command[0]}")
    if quickest is not None:
        ratio = quickest / best[ours].wall_s
        print(f"    {'ours to the fastest':22} {ratio:8.2f}   (memory aim: {MEMORY_AIM_MB} MB)")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.files", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--to", nargs="+", choices=list(PLACES), default=list(PLACES))
    parser.add_argument("--files", type=int, default=2_000, help="small files; 0: none")
    parser.add_argument("--kilobytes", type=int, default=4, help="size of each small file")
    parser.add_argument("--big-mb", type=int, default=500, help="size of the one big file; 0: none")
    parser.add_argument(
        "--unchanged", type=int, default=50_000, help="files of the pass that finds nothing changed, to SFTP; 0: none"
    )
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    disk = MEMORY_DISK if MEMORY_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="skyflytt-benchmark-", dir=disk) as name:
        folder = Path(name)
        fill(folder / "small", asked.files, asked.kilobytes * 1000)
        fill(folder / "big", bool(asked.big_mb), asked.big_mb * 1_000_000)
        fill(folder / "many", asked.unchanged if "sftp" in asked.to else 0, 100)
        for kind in asked.to:
            (folder / kind).mkdir()
            with PLACES[kind](folder / kind) as place:
                if asked.files:
                    title = f"{asked.files:,} files of {asked.kilobytes} kB"
                    measure(place, folder / kind, folder / "small", Cell(title, "files/s", asked.files), asked.rounds)
                if asked.big_mb:
                    title = f"1 file of {asked.big_mb} MB"
                    measure(place, folder / kind, folder / "big", Cell(title, "MB/s", asked.big_mb), asked.rounds)
                if asked.unchanged and kind == "sftp":
                    measure_unchanged(place, folder / kind, folder / "many", asked.unchanged, asked.rounds)


if __name__ == "__main__":
    main()
