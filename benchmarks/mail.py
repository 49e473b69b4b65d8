"""How fast a mailbox goes from one IMAP server to another, and how soon a pass over an unchanged one is over.

    python -m benchmarks.mail [--messages 5000] [--unchanged 50000] [--folders 20] [--rounds 3]

Dovecot runs on loopback with TLS and Maildir. The copy goes by both passes of the migration: fetched into the mailbox archive, read
back, appended to the target, fetched from there and compared; the ledger knows every message at every moment. The peer is mbsync, which
copies from server to server and neither keeps nor compares anything. imapsync is measured too where it is installed.

The server is the same for all and never calls fsync (`mail_fsync = never`), so that the disk of a mail server is no part of the figures.
What each of us keeps is on disk all the same: mbsync calls fdatasync on its state as it does by default (some twenty times in all), ours
commits the archive and the ledger with synchronous=FULL, a hundred messages at a time. The server offers COMPRESS=DEFLATE. mbsync takes it
up wherever it is offered, which costs itself and the server some 8 s of CPU each for 249 MB; ours compresses where the settings ask for it.
So mbsync is measured as it comes, and once more with compression switched off (`DisableExtensions COMPRESS=DEFLATE`), as one would run it
over a fast line.

Rounds alternate and the fastest of each counts. Where other work slows the machine down, compare the CPU seconds: those of our process and
those of the peer, without the server's. Every part of ours runs in a process of its own, so that the peak of memory is its own.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import random
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from benchmarks.letters import letter
from benchmarks.peak import peak_mb
from skyflytt.deadline.clock import SystemClock
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.passes import Account
from skyflytt.ledger.projects import ensure_project
from skyflytt.ledger.workloads import ensure_workload
from skyflytt.mail.archive import open_archive
from skyflytt.mail.collect import ArchivePass
from skyflytt.mail.compare import compare
from skyflytt.mail.deliver import DeliveryPass, same_folder
from skyflytt.mail.imap import open_imap, open_imap_source
from skyflytt.mail.listing import not_archived
from skyflytt.mail.port import NewMessage
from skyflytt.project.servers import ImapServer
from tests.real.dovecot import PASSWORD, Dovecot, running_dovecot

RATIO_AIM, UNCHANGED_AIM_S, MEMORY_AIM_MB = 1.5, 2.0, 300
PROJECT = "benchmark"
PER_FOLDER = 500
ATTACHED_BYTES = 130_000
"""Of the largest attachment; with it, 5,000 messages are about 240 MB."""
STARTED = datetime(2019, 1, 7, 8, 30, tzinfo=UTC)
MBSYNC = """
IMAPStore {side}
Host localhost
Port {port}
User {login}
PassCmd "cat {folder}/password"
SSLType IMAPS
CertificateFile {folder}/ca.pem
SystemCertificates no
{further}
"""
UNCOMPRESSED = "DisableExtensions COMPRESS=DEFLATE"
CHANNEL = """
Channel all
Far :source:
Near :target:
Patterns *
Create Near
Sync Pull
CopyArrivalDate yes
SyncState {folder}/state/
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall and CPU seconds of our own process, and its peak of resident memory in MB."""

    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Timed:
    """Wall and CPU seconds of a peer's process; the server's are not in them."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Road:
    """One mailbox from one login to another, with its ledger and archive in `folder`."""

    server: ImapServer
    source: str
    target: str
    folder: Path

    def travel(self) -> tuple[Account, Account]:
        """Both passes, as the phases run them."""
        clock = SystemClock()
        self.folder.mkdir(exist_ok=True)
        ledger = open_ledger(f"sqlite:///{self.folder / 'ledger.sqlite'}", clock)
        ensure_project(ledger, PROJECT)
        archiving = ensure_workload(ledger, PROJECT, "archive", "anna")
        delivering = ensure_workload(ledger, PROJECT, "mailbox", "anna")
        with open_archive(self.folder / "anna.skymail", f"{PROJECT}/anna", clock) as archive:
            with open_imap_source(self.server, self.source, PASSWORD) as source:
                folders = source.folders()
                archived = ArchivePass(ledger, archiving, source, archive).run(folders)
            with open_imap(self.server, self.target, PASSWORD) as target:
                lost = not_archived(ledger, archiving)
                delivered = DeliveryPass(ledger, delivering, archive, target, folders, lost).run()
        ledger.engine.dispose()
        return archived, delivered

    def differences(self) -> int:
        """Messages too many or too few at the target."""
        with (
            open_archive(self.folder / "anna.skymail", f"{PROJECT}/anna", SystemClock()) as archive,
            open_imap(self.server, self.target, PASSWORD) as target,
        ):
            found = compare(archive.entries(), target, same_folder)
        return sum(found.missing.values()) + sum(found.extra.values())


def travel(road: Road) -> Measured:
    cpu, wall = time.process_time(), time.perf_counter()
    accounts = road.travel()
    measured = Measured(time.perf_counter() - wall, time.process_time() - cpu, peak_mb())
    if any(account.failed or account.skipped for account in accounts):
        raise AssertionError(f"not everything was moved: {accounts}")
    return measured


def fill(server: ImapServer, login: str, messages: int, folders: int, *, small: bool, seed: int = 1) -> int:
    """Put generated messages into a mailbox, evenly over so many folders; their bytes."""
    chance = random.Random(seed)
    total = 0
    with open_imap(server, login, PASSWORD) as mailbox:
        for at in range(folders):
            path = ("INBOX",) if not at else ("Arkiv", f"{2000 + at}")
            mailbox.ensure_folder(path, None)
            numbers = range(at * messages // folders, (at + 1) * messages // folders)
            new = [
                NewMessage(raw, _flags(chance), _arrived(number)) for number, raw in _letters(chance, numbers, small)
            ]
            total += sum(len(one.raw) for one in new)
            refused = [answer for answer in mailbox.append(path, new) if not isinstance(answer, str)]
            if refused:
                raise AssertionError(str(refused[0]))
    return total


def _letters(chance: random.Random, numbers: range, small: bool) -> Iterator[tuple[int, bytes]]:
    for number in numbers:
        attached = 0 if small or number % 4 else ATTACHED_BYTES
        yield number, letter(chance, number, words=40 if small else 600, attached_bytes=attached)


def _flags(chance: random.Random) -> frozenset[str]:
    return frozenset(
        flag for flag, share in ((r"\Seen", 0.8), (r"\Answered", 0.2), (r"\Flagged", 0.05)) if chance.random() < share
    )


def _arrived(number: int) -> datetime:
    return STARTED + timedelta(minutes=17 * number)


def mbsync(running: Dovecot, source: str, target: str, folder: Path, further: str = "") -> Timed:
    """A whole copy by mbsync; `further` goes into its settings of both stores."""
    shutil.rmtree(folder / "state", ignore_errors=True)
    (folder / "state").mkdir()
    stores = [
        MBSYNC.format(side=side, port=running.tls_port, login=login, folder=folder, further=further)
        for side, login in (("source", source), ("target", target))
    ]
    (folder / "mbsyncrc").write_text("\n".join([*stores, CHANNEL.format(folder=folder)]))
    return _timed(["mbsync", "-q", "-c", str(folder / "mbsyncrc"), "-a"])


def mbsync_uncompressed(running: Dovecot, source: str, target: str, folder: Path) -> Timed:
    return mbsync(running, source, target, folder, UNCOMPRESSED)


def imapsync(running: Dovecot, source: str, target: str, folder: Path) -> Timed:
    """A whole copy by imapsync."""
    sides = [
        argument
        for side, login in (("1", source), ("2", target))
        for argument in (f"--host{side}=localhost", f"--port{side}={running.tls_port}", f"--ssl{side}", f"--user{side}={login}",
                         f"--passfile{side}={folder}/password", f"--sslargs{side}=SSL_ca_file={folder}/ca.pem")
    ]  # fmt: skip
    return _timed(["imapsync", *sides, "--nolog", f"--tmpdir={folder}"])


PEERS: dict[str, tuple[str, Callable[[Dovecot, str, str, Path], Timed]]] = {
    "mbsync": ("mbsync", mbsync),
    "mbsync, uncompressed": ("mbsync", mbsync_uncompressed),
    "imapsync": ("imapsync", imapsync),
}


def _timed(command: list[str]) -> Timed:
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{command[0]} ended with {done.returncode}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Timed(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def alone(road: Road) -> Measured:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(travel, (road,))


@contextlib.contextmanager
def dovecot(folder: Path, rounds: int) -> Iterator[tuple[Dovecot, ImapServer]]:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    (folder / "cert.pem").write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    (folder / "password").write_text(f"{PASSWORD}\n")
    logins = ("source", "many", "many.new", *(f"{who}{number}" for who in ("ours", "peer") for number in range(rounds)))
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise SystemExit("dovecot is missing; run: sudo apt-get install -y --no-install-recommends dovecot-imapd isync")
    with running_dovecot(program, folder / "cert.pem", folder / "key.pem", logins) as running:
        yield running, ImapServer(kind="imap", host="localhost", port=running.tls_port, ca_file=folder / "ca.pem")


def measure_copy(running: Dovecot, server: ImapServer, folder: Path, messages: int, rounds: int) -> None:
    size = fill(server, "source", messages, max(messages // PER_FOLDER, 1), small=False) / 1e6
    print(f"{messages:,} messages, {size:,.0f} MB, IMAP to IMAP")
    ours: list[Measured] = []
    peers: dict[str, list[Timed]] = {name: [] for name, (program, _) in PEERS.items() if shutil.which(program)}
    for number in range(rounds):
        for name, each in peers.items():
            each.append(PEERS[name][1](running, "source", f"peer{number}", folder))
            shutil.rmtree(running.mail / f"peer{number}")
        road = Road(server, "source", f"ours{number}", folder / f"ours{number}")
        ours.append(alone(road))
        if differ := road.differences():
            raise AssertionError(f"{differ} messages differ")
        shutil.rmtree(running.mail / road.target)
        shutil.rmtree(road.folder)
    best = min(one.wall_s for one in ours)
    _line("skyflytt, archived and verified", best, messages)
    for name, each in peers.items():
        fastest = min(one.wall_s for one in each)
        _line(name, fastest, messages)
        aim = f"   (aim: {RATIO_AIM})" if name == "mbsync" else ""
        print(f"  {f'times as fast as {name}':39} {fastest / best:8.2f}{aim}")
    print(f"  {'peak of memory':39} {max(one.peak_mb for one in ours):8.0f} MB  (aim: {MEMORY_AIM_MB})")
    print("  every round, wall s (CPU s of the process):")
    for name, runs in ({"skyflytt": ours} | peers).items():
        print(f"    {name:37} {'  '.join(f'{one.wall_s:.2f} ({one.cpu_s:.2f})' for one in runs)}")


def measure_unchanged(server: ImapServer, folder: Path, messages: int, folders: int, rounds: int) -> None:
    fill(server, "many", messages, folders, small=True, seed=2)
    road = Road(server, "many", "many.new", folder / "many")
    first = alone(road)
    again = [alone(road) for _ in range(rounds)]
    print(f"{messages:,} messages in {folders} folders")
    _line("first pass", first.wall_s, messages)
    best = min(again, key=lambda one: one.wall_s)
    print(f"  {'a pass without any change':39} {best.wall_s:8.2f} s   (aim: {UNCHANGED_AIM_S}; {best.cpu_s:.2f} s CPU)")
    print(f"  {'peak of memory':39} {max(one.peak_mb for one in (first, *again)):8.0f} MB  (aim: {MEMORY_AIM_MB})")


def _line(name: str, seconds: float, messages: int) -> None:
    print(f"  {name:39} {seconds:8.2f} s   {messages / seconds:7,.0f} messages/s")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.mail", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument(
        "--unchanged", type=int, default=50_000, help="messages of the pass that finds nothing changed; 0: none"
    )
    parser.add_argument("--folders", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="skyflytt-benchmark-") as name:
        folder = Path(name)
        with dovecot(folder, asked.rounds) as (running, server):
            if asked.messages:
                measure_copy(running, server, folder, asked.messages, asked.rounds)
            if asked.unchanged:
                measure_unchanged(server, folder, asked.unchanged, asked.folders, asked.rounds)


if __name__ == "__main__":
    main()
