"""The connections that a server permits are shared by whoever works at it, in any run and any process, and never exceeded."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from prefect.client.orchestration import get_client

from blocks.admission import admission
from blocks.connection_limit import ensure_limit, limit_name
from blocks.lease import LEASE_S
from deployments.stack import server as prefect_server
from deployments.stack import settings
from skyflytt.project.servers import EwsServer, SftpServer
from tests.docs.pages import ROOT

pytestmark = pytest.mark.prefect

LOGIN = "anna@example.com"
NUMBERS = count(1)
HOLDER = """
import sys, time
from blocks.admission import admission
from skyflytt.project.servers import EwsServer, SftpServer
with admission(print, 1)(EwsServer(kind="ews", url=sys.argv[1], connections=2), "anna@example.com") as connections:
    print("in", connections, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def exchange(prefect_harness: prefect_server.Server) -> EwsServer:
    return EwsServer(kind="ews", url=f"https://mail{next(NUMBERS)}.example.com/EWS/Exchange.asmx", connections=2)


def slots_taken(exchange: EwsServer) -> int:
    with get_client(sync_client=True) as client:
        return client.read_global_concurrency_limit_by_name(limit_name(exchange, LOGIN)).active_slots


def nobody(_sentence: str) -> None:
    """The test does not listen."""


def test_who_is_alone_gets_all_connections_and_gives_them_back(exchange: EwsServer) -> None:
    with admission(nobody, 1)(exchange, LOGIN) as connections:
        assert connections == 2
        assert slots_taken(exchange) == 2
    assert slots_taken(exchange) == 0


def test_who_works_beside_others_leaves_them_theirs(exchange: EwsServer) -> None:
    enter = admission(nobody, 2)
    with enter(exchange, LOGIN) as one, enter(exchange, "bengt@example.com") as other:
        assert (one, other) == (1, 1)


def test_who_comes_too_late_waits_and_says_so(exchange: EwsServer) -> None:
    told: list[str] = []
    got: list[int] = []

    def come_later() -> None:
        with admission(told.append, 1)(exchange, LOGIN) as connections:
            got.append(connections)

    with admission(nobody, 1)(exchange, LOGIN):
        late = threading.Thread(target=come_later)
        late.start()
        until = time.monotonic() + 20
        while not told and time.monotonic() < until:
            time.sleep(0.1)
        assert told == [
            f"waiting for a free connection: all that {limit_name(exchange, LOGIN)} permits are in use by other steps"
        ]
        assert got == []
    late.join(30)
    assert got == [2]
    assert told[1].startswith("a connection is free after ")


def test_many_never_have_more_than_the_server_permits(exchange: EwsServer) -> None:
    open_now, most, lock = [0], [0], threading.Lock()

    def work() -> None:
        with admission(nobody, 1)(exchange, LOGIN) as connections:
            with lock:
                open_now[0] += connections
                most[0] = max(most[0], open_now[0])
            time.sleep(0.2)
            with lock:
                open_now[0] -= connections

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert most == [2]
    assert slots_taken(exchange) == 0


def test_a_limit_that_was_changed_by_hand_stays(exchange: EwsServer) -> None:
    name = limit_name(exchange, LOGIN)
    ensure_limit(name, 1)
    ensure_limit(name, 7)
    with admission(nobody, 1)(exchange, LOGIN) as connections:
        assert connections == 1


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://Mail.Example.com/EWS/Exchange.asmx", "skyflytt-ews-mail.example.com"),
        ("https://mail.example.com:443/EWS/Exchange.asmx", "skyflytt-ews-mail.example.com"),
        ("https://localhost:8443/EWS/Exchange.asmx", "skyflytt-ews-localhost-8443"),
        (None, "skyflytt-ews-example.com"),
    ],
)
def test_a_limit_is_named_after_its_server(url: str | None, name: str) -> None:
    assert limit_name(EwsServer(kind="ews", url=url), LOGIN) == name


@contextmanager
def holder(running: prefect_server.Server, exchange: EwsServer) -> Iterator[subprocess.Popen[str]]:
    environment = settings.for_child(running.environment)
    command = [sys.executable, "-c", HOLDER, str(exchange.url)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in 2\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.heavy
def test_who_is_killed_blocks_the_next_one_for_its_lease_and_no_longer(
    prefect_harness: prefect_server.Server, exchange: EwsServer
) -> None:
    with holder(prefect_harness, exchange) as process:
        process.kill()
        process.wait()
    assert slots_taken(exchange) == 2
    began = time.monotonic()
    with admission(nobody, 1)(exchange, LOGIN) as connections:
        assert connections >= 1
    # Prefect looks for leases that have ended every 15 s.
    assert time.monotonic() - began < LEASE_S + 30


def test_two_servers_at_once_are_both_taken_or_neither(prefect_harness: prefect_server.Server) -> None:
    near = SftpServer(kind="sftp", host=f"near{next(NUMBERS)}.example.com", user="m", connections=3)
    far = SftpServer(kind="sftp", host=f"far{next(NUMBERS)}.example.com", user="m", connections=2)
    ensure_limit(limit_name(far) or "", 1)
    told: list[str] = []
    with admission(nobody, 1)(near, beside=far) as connections:
        assert connections == 1
        waiting = threading.Thread(target=come_and_go, args=(near, far, told))
        waiting.start()
        while not told:
            time.sleep(0.1)
        # Who waits for the other end holds nothing at this one.
        assert taken(limit_name(near)) == 1
    waiting.join(60)
    assert told[-1] == "was let in with 1"


def come_and_go(near: SftpServer, far: SftpServer, told: list[str]) -> None:
    with admission(told.append, 1)(near, beside=far) as connections:
        told.append(f"was let in with {connections}")


def taken(name: str | None) -> int:
    with get_client(sync_client=True) as client:
        return client.read_global_concurrency_limit_by_name(name or "").active_slots
