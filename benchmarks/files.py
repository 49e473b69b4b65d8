"""How fast files go to SFTP, FTPS and S3 servers, beside rclone, lftp and rsync in the same run.

    python -m benchmarks.files [--to sftp ftps s3] [--files 5000] [--kib 10] [--big-mib 1024] [--unchanged 50000] [--million] [--rounds 1]

OpenSSH, vsftpd (else ProFTPD) and Ceph's S3 service (else moto) run on loopback, everything on a disk in memory where there is one.
Ours is the pass that the migration runs: listed, announced in the ledger, copied to a temporary name, compared with the SHA-256 of what
was read (read back, or by the server where it does that), renamed, recorded. rclone compares sums where the server offers them, "rclone,
checked" reads everything back and compares it as well; lftp and rsync compare nothing afterwards. Each round copies to an empty folder;
rounds alternate between the programs and the fastest of each counts. A table of ratios comes last.
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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3

from benchmarks.file_peers import AT_ONCE, Measured, Peer, ftps_peers, s3_peers, sftp_peers
from benchmarks.file_table import OURS, Cell, Table
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
from skyflytt.ledger import items
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.projects import ensure_project
from skyflytt.ledger.schema import Mode, State
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
MEMORY_DISK = Path("/dev/shm")
SERVER_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"


@dataclass(frozen=True, slots=True)
class Place:
    """A server with its peers. `server` and `secret` are what our own adapter needs; targets and ledgers are made in `folder`."""

    title: str
    server: SftpServer | FtpsServer | S3Server
    secret: str | None
    user: str
    folder: Path
    peers: list[Peer]

    def open(self, target: str) -> AbstractContextManager[FileStore]:
        if isinstance(self.server, SftpServer):
            return open_sftp(self.server.model_copy(update={"root": target}), self.secret)
        if isinstance(self.server, FtpsServer):
            return open_ftps(self.server, self.secret or "", user=self.user, root=target)
        return open_s3(self.server.model_copy(update={"prefix": f"{target}/"}), self.secret)


@dataclass(frozen=True, slots=True)
class Road:
    """One folder to one target, with its ledger in `ledger`; `nearby` goes to the target's folder without its server."""

    place: Place
    source: Path
    target: str
    ledger: Path
    nearby: bool = False

    @contextlib.contextmanager
    def pair(self) -> Iterator[Pair]:
        with open_local(LocalServer(kind="local", root=self.source)) as source, self._open_target() as target:
            yield ReadOnly(source), AppendAfterCutover(target, lambda: Mode.MIRROR)

    def _open_target(self) -> AbstractContextManager[FileStore]:
        if self.nearby:
            return open_local(LocalServer(kind="local", root=Path(self.target)))
        return self.place.open(self.target)

    def travel(self) -> None:
        ledger = open_ledger(f"sqlite:///{self.ledger}", SystemClock())
        ensure_project(ledger, PROJECT)
        share = ensure_workload(ledger, PROJECT, "share", "files")
        with self.pair() as (source, target):
            account = SharePass(ledger, share, source, target, open_pair=self.pair, connections=AT_ONCE).run()
        failed = next(items.stream(ledger, share, State.FAILED), None)
        ledger.engine.dispose()
        if account.failed or account.skipped:
            raise AssertionError(f"not everything was moved, as {failed}: {account}")


def require_all(road: Road) -> None:
    """A pass that left something out would be quick."""
    with road.pair() as stores:
        near, far = ([(one.key, getattr(one, "size_bytes", None)) for one in store.scan()] for store in stores)
    if not near or near != far:
        raise AssertionError(f"{len(near)} entries at the source, {len(far)} at the target")


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
        yield Place("SFTP", server, None, running.user, folder, peers)


@contextlib.contextmanager
def ftps(folder: Path) -> Iterator[Place]:
    certificates = make_certificates(folder)
    with _ftps_server(folder, certificates) as running:
        server = FtpsServer(kind="ftps", host="localhost", port=running.port, ca_file=certificates.ca)
        peers = ftps_peers(running.port, running.user, running.password, certificates.ca)
        yield Place("FTPS", server, running.password, running.user, folder, peers)


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
        yield Place("S3", server, secret, "", folder, s3_peers(url, "handover", key, secret, certificates.ca))


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


def measure(place: Place, source: Path, cell: Cell, rounds: int) -> dict[str, list[Measured]]:
    """Every program copies to an empty folder of its own."""
    found: dict[str, list[Measured]] = {}
    for number in range(rounds):
        for at, peer in enumerate(place.peers):
            if peer.is_here:
                target = _new_target(place, f"{cell.amount}-{number}-{at}")
                found.setdefault(peer.name, []).append(peer.copy(source, target))
                _throw_away(place, target)
        target = _new_target(place, f"{cell.amount}-{number}-ours")
        road = Road(place, source, target, place.folder / f"{cell.amount}-{number}.sqlite")
        found.setdefault(OURS, []).append(alone(road))
        require_all(road)
        _throw_away(place, target)
    return found


def measure_unchanged(place: Place, source: Path, files: int, rounds: int) -> dict[str, list[Measured]]:
    """The target holds everything; each program finds that out."""
    target = _new_target(place, f"same-{files}")
    road = Road(place, source, target, place.folder / f"same-{files}.sqlite")
    # The folder is on this machine: filled without the server, which takes no part in what is measured.
    first = alone(replace(road, nearby=True))
    print(
        f"  {'(filled by ours)':24} {first.wall_s:8.2f} s   {files / first.wall_s:9,.0f} files/s {first.peak_mb:26.0f} MB"
    )
    found: dict[str, list[Measured]] = {}
    for _ in range(rounds):
        for peer in place.peers:
            if peer.is_here and not peer.then:
                found.setdefault(peer.name, []).append(peer.copy(source, target))
        found.setdefault(OURS, []).append(alone(road))
    require_all(road)
    _throw_away(place, target)
    return found


def _new_target(place: Place, name: str) -> str:
    if isinstance(place.server, S3Server):
        return name
    target = place.folder / name
    target.mkdir()
    return str(target)


def _throw_away(place: Place, target: str) -> None:
    if not isinstance(place.server, S3Server):
        shutil.rmtree(target)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.files", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--to", nargs="+", choices=list(PLACES), default=list(PLACES))
    parser.add_argument("--files", type=int, default=5_000, help="small files; 0: none")
    parser.add_argument("--kib", type=int, default=10, help="size of each small file")
    parser.add_argument("--big-mib", type=int, default=1_024, help="size of the one big file; 0: none")
    parser.add_argument(
        "--unchanged", type=int, default=50_000, help="files of the pass that finds nothing changed, to SFTP; 0: none"
    )
    parser.add_argument(
        "--million", action="store_true", help="such a pass over 1,000,000 files as well: 3 GB of memory"
    )
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    disk = MEMORY_DISK if MEMORY_DISK.is_dir() else None
    table = Table()
    with tempfile.TemporaryDirectory(prefix="skyflytt-benchmark-", dir=disk) as name:
        folder = Path(name)
        fill(folder / "small", asked.files, asked.kib << 10)
        fill(folder / "big", bool(asked.big_mib), asked.big_mib << 20)
        for kind in asked.to:
            (folder / kind).mkdir()
            with PLACES[kind](folder / kind) as place:
                _measure_copies(place, folder, asked, table)
                if kind == "sftp":
                    for files in filter(None, (asked.unchanged, asked.million * 1_000_000)):
                        many = folder / f"many-{files}"
                        fill(many, files, 0)
                        cell = Cell(place.title, f"{files:,} files, no change", "files/s", files)
                        table.add(cell, measure_unchanged(place, many, files, asked.rounds))
                        shutil.rmtree(many)
    table.show_ratios()


def _measure_copies(place: Place, folder: Path, asked: argparse.Namespace, table: Table) -> None:
    if asked.files:
        cell = Cell(place.title, f"{asked.files:,} files of {asked.kib} KiB", "files/s", asked.files)
        table.add(cell, measure(place, folder / "small", cell, asked.rounds))
    if asked.big_mib:
        cell = Cell(place.title, f"1 file of {asked.big_mib:,} MiB", "MiB/s", asked.big_mib)
        table.add(cell, measure(place, folder / "big", cell, asked.rounds))


if __name__ == "__main__":
    main()
