"""How fast a mailbox comes out of an Exchange, and how busy the permitted connections are while it does.

    python -m benchmarks.ews [--messages 2000] [--latency-ms 40] [--connections 4] [--folders 8] [--rounds 2]

The sandbox's Exchange runs on loopback with TLS and answers each request so many milliseconds later. Ours is the archive pass as the
migration runs it: listed, fetched over all permitted connections, put into the mailbox archive, read back, in the ledger. The peer is
exchangelib as one writes it down: account.export() of a hundred items at a time, and folder.all() with mime_content; it gets the bytes
and keeps nothing. Busy is the time that requests were in flight, over permitted connections times the time from the first
request for messages to the last; "in hand" is the part of it that the server had them, by its own clock and without listings. CPU
of both sides is told: where they have none left, that is what is measured. The two routes are ExportItems, and a server without it,
where MIME is asked for.
Rounds alternate between the two and the fastest of each counts. Both run in processes of their own.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import exchangelib
import psutil
import trustme
from exchangelib.configuration import Configuration

from benchmarks.letters import letter
from benchmarks.peak import peak_mb
from skyflytt.deadline.clock import SystemClock
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.projects import ensure_project
from skyflytt.ledger.workloads import ensure_workload
from skyflytt.mail.archive import open_archive
from skyflytt.mail.collect import ArchivePass
from skyflytt.mail.ews import open_ews_source
from skyflytt.mail.ews.operation import Answer, Operation
from skyflytt.mail.ews.xml import Element, name_of
from skyflytt.outlook.mime import Delivery
from skyflytt.project.servers import EwsServer
from skyflytt.sandbox.exchange import running
from skyflytt.sandbox.exchange.running import Exchange
from skyflytt.sandbox.exchange.settings import Account, Limits, Mailbox, Settings
from skyflytt.sandbox.exchange.store import folders, items, mailboxes, open_store

BUSY_AIM, MEMORY_AIM_MB = 0.9, 300
LOGIN, SECRET = "anna@exchange.example", "benchmark"
ATTACHED_BYTES = 130_000
STARTED = datetime(2019, 1, 7, 8, 30, tzinfo=UTC)
FETCHING = ("ExportItems", "GetItem")
AT_ONCE = 100
"""Items per request of the peer; its own default."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall and CPU seconds of a process of its own, its peak of resident memory in MB, and how many messages it got."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    messages: int
    busy: float = 0.0


@dataclass(frozen=True, slots=True)
class Round:
    """A run as the server saw it: `in_hand` is the share of the permitted connections' time, `server_s` its own CPU."""

    own: Measured
    in_hand: float
    requests: int
    server_s: float


@dataclass(frozen=True, slots=True)
class Road:
    """A mailbox at the Exchange and the folder that a copy of it goes into."""

    url: str
    ca_file: Path
    connections: int
    folder: Path

    @property
    def server(self) -> EwsServer:
        return EwsServer(kind="ews", url=self.url, ca_file=self.ca_file, connections=self.connections)


def ours(road: Road) -> Measured:
    """The archive pass over the whole mailbox."""
    cpu, wall = time.process_time(), time.perf_counter()
    clock = SystemClock()
    road.folder.mkdir(parents=True)
    ledger = open_ledger(f"sqlite:///{road.folder / 'ledger.sqlite'}", clock)
    ensure_project(ledger, "benchmark")
    archiving = ensure_workload(ledger, "benchmark", "archive", "anna")
    with (
        noted() as requests,
        open_archive(road.folder / "anna.skymail", "benchmark/anna", clock) as archive,
        open_ews_source(road.server, LOGIN, SECRET) as source,
    ):
        account = ArchivePass(ledger, archiving, source, archive).run(source.folders())
    ledger.engine.dispose()
    if account.failed or account.skipped:
        raise AssertionError(f"not everything came: {account}")
    busy = share_in_flight(requests, road.connections)
    return Measured(time.perf_counter() - wall, time.process_time() - cpu, peak_mb(), account.moved, busy)


@contextlib.contextmanager
def noted() -> Iterator[list[tuple[str, float, float]]]:
    """Every request with its operation, from when it went out until its answer was here."""
    requests: list[tuple[str, float, float]] = []
    ask = Operation.ask

    def noting(operation: Operation, request: Element) -> Sequence[Answer]:
        began = time.perf_counter()
        try:
            return ask(operation, request)
        finally:
            requests.append((name_of(request), began, time.perf_counter()))

    with mock.patch.object(Operation, "ask", noting):
        yield requests


def share_in_flight(requests: Sequence[tuple[str, float, float]], connections: int) -> float:
    """Of the permitted connections' time, from the first request for messages to the last; listings of later folders count as well."""
    # The very first asks whether there is an ExportItems, before anything is listed.
    fetches = sorted((began, ended) for name, began, ended in requests if name in FETCHING)[1:]
    first, last = fetches[0][0], max(ended for _, ended in fetches)
    inside = sum(max(0.0, min(ended, last) - max(began, first)) for _, began, ended in requests)
    return inside / (connections * (last - first))


def exported_by_exchangelib(road: Road) -> Measured:
    """Every item by account.export(), a hundred at a time."""

    def export(account: exchangelib.Account, folder: exchangelib.Folder) -> int:
        refs = list(folder.all().only("id", "changekey"))
        return sum(len(account.export(refs[at : at + AT_ONCE])) for at in range(0, len(refs), AT_ONCE))

    return _by_exchangelib(road, export)


def read_by_exchangelib(road: Road) -> Measured:
    """Every item's MIME by folder.all()."""
    return _by_exchangelib(
        road, lambda _, folder: sum(bool(item.mime_content) for item in folder.all().only("mime_content"))
    )


def _by_exchangelib(road: Road, fetched: Callable[[exchangelib.Account, exchangelib.Folder], int]) -> Measured:
    cpu, wall = time.process_time(), time.perf_counter()
    os.environ["REQUESTS_CA_BUNDLE"] = str(road.ca_file)
    config = Configuration(
        service_endpoint=road.url,
        credentials=exchangelib.Credentials(LOGIN, SECRET),
        auth_type=exchangelib.BASIC,
        max_connections=road.connections,
    )
    account = exchangelib.Account(LOGIN, config=config, autodiscover=False, access_type=exchangelib.DELEGATE)
    count = sum(fetched(account, folder) for folder in account.msg_folder_root.walk() if folder.total_count)
    return Measured(time.perf_counter() - wall, time.process_time() - cpu, peak_mb(), count)


def measured(exchange: Exchange, operation: str, run: Callable[[Road], Measured], road: Road) -> Round:
    """The run in a process of its own."""
    exchange.forget_requests()
    server = psutil.Process(exchange.process.pid)
    before = server.cpu_times()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        own = pool.apply(run, (road,))
    after, seen = server.cpu_times(), exchange.requests()
    fetches = seen["in_hand"][operation]
    in_hand = fetches["seconds"] / (road.connections * (fetches["last"] - fetches["first"]))
    return Round(own, in_hand, seen["asked"][operation], after.user + after.system - before.user - before.system)


def fill(exchange: Exchange, messages: int, folder_count: int) -> int:
    """Messages in a few large folders and many small ones; their bytes."""
    chance = random.Random(1)
    database = open_store(exchange.store)
    store = mailboxes.find(database, LOGIN, "primary")
    if store is None:
        raise AssertionError(f"the Exchange has no mailbox {LOGIN}")
    shares = [1 / (at + 1) for at in range(folder_count)]
    wanted = [chance.choices(range(folder_count), shares)[0] for _ in range(messages)]
    places = [folders.by_path(database, store, ("Projekt", f"{2000 + at}")).id for at in range(folder_count)]
    total = 0
    for number, at in enumerate(wanted):
        raw = letter(chance, number, words=600, attached_bytes=0 if number % 4 else ATTACHED_BYTES)
        delivery = Delivery(STARTED + timedelta(minutes=17 * number), frozenset({r"\Seen"}))
        items.deliver(database, places[at], raw, delivery, STARTED)
        total += len(raw)
    database.close()
    return total


@contextlib.contextmanager
def exchanges(
    folder: Path, messages: int, folder_count: int, connections: int
) -> Iterator[tuple[Exchange, Exchange, int]]:
    """Two servers with the same mailbox, one that exports and one that does not; and the mailbox's bytes."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    (folder / "secrets.json").write_text(json.dumps({"all": SECRET}))

    def start(name: str, *, exports: bool) -> Exchange:
        settings = Settings(
            mailboxes=(Mailbox(address=LOGIN),),
            accounts=(Account(login=LOGIN, secret="all", mailbox=LOGIN),),
            export_items=exports,
            mime="kept",
            limits=Limits(connections=connections),
        )
        files = {"certificate": folder / "server.pem", "ca_file": folder / "ca.pem", "secrets": folder / "secrets.json"}
        return running.start(folder / name, settings, **files)

    first = start("exporting", exports=True)
    size = fill(first, messages, folder_count)
    running.stop(first)
    shutil.copytree(folder / "exporting", folder / "plain")
    started = []
    try:
        started += [start("exporting", exports=True)]
        started += [start("plain", exports=False)]
        yield started[0], started[1], size
    finally:
        for exchange in started:
            running.stop(exchange)


def compare(
    exchange: Exchange,
    operation: str,
    peer: tuple[str, Callable[[Road], Measured]],
    road: Road,
    asked: argparse.Namespace,
) -> None:
    messages, rounds = asked.messages, asked.rounds
    each: dict[str, list[Round]] = {"skyflytt, archived": [], peer[0]: []}
    for number in range(rounds):
        for name, run in zip(each, (ours, peer[1]), strict=True):
            one = replace(road, url=exchange.url, folder=road.folder / f"{operation}{number}")
            found = measured(exchange, operation, run, one)
            shutil.rmtree(one.folder, ignore_errors=True)
            if found.own.messages != messages:
                raise AssertionError(f"{name} got {found.own.messages} of {messages}")
            each[name].append(found)
    print(f"by {operation}")
    best = {name: min(found, key=lambda one: one.own.wall_s) for name, found in each.items()}
    for name, found in best.items():
        own = found.own
        print(
            f"  {name:36} {own.wall_s:7.2f} s {messages / own.wall_s:7,.0f} messages/s   in hand {found.in_hand:4.0%}   "
            f"CPU {own.cpu_s:6.2f} s, server's {found.server_s:6.2f} s   {own.peak_mb:4.0f} MB   {found.requests} requests"
        )
    mine, other = (found.own.wall_s for found in best.values())
    print(f"  {f'times as fast as {peer[0]}':36} {other / mine:7.2f}")
    told = " ".join(f"{one.own.busy:7.0%}" for one in each["skyflytt, archived"])
    print(f"  {'connections busy, each round':36} {told}  (aim: {BUSY_AIM:.0%})")
    print(
        f"  {'peak of memory':36} {max(one.own.peak_mb for one in each['skyflytt, archived']):7.0f} MB  (aim: {MEMORY_AIM_MB})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ews", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--latency-ms", type=float, default=40.0, help="what the server takes longer for each request")
    parser.add_argument("--connections", type=int, default=4, help="how many the server permits")
    parser.add_argument("--folders", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="skyflytt-benchmark-") as name:
        folder = Path(name)
        with exchanges(folder, asked.messages, asked.folders, asked.connections) as (exporting, plain, size):
            print(
                f"{asked.messages:,} messages, {size / 1e6:,.0f} MB, in {asked.folders} folders; "
                f"{asked.connections} connections, {asked.latency_ms:g} ms latency"
            )
            road = Road("", folder / "ca.pem", asked.connections, folder / "ours")
            for exchange in (exporting, plain):
                exchange.set_latency(asked.latency_ms)
            peer = ("exchangelib, account.export()", exported_by_exchangelib)
            compare(exporting, "ExportItems", peer, road, asked)
            compare(plain, "GetItem", ("exchangelib, folder.all()", read_by_exchangelib), road, asked)


if __name__ == "__main__":
    main()
