"""Who takes too much, too long, or guesses."""

from __future__ import annotations

import contextlib
import ftplib
import socket
import time
from collections.abc import Iterator

import pytest

from tests.drop.serving import Client, Serving, eventually, serving

PER_ADDRESS = 4
BYTES_PER_SECOND = 1_000_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    options = [
        "--failed-login-delay",
        "0.1",
        "--failed-logins-allowed",
        "3",
        "--rate-limit",
        str(BYTES_PER_SECOND * 8 / 1e6),
    ]
    options += ["--sign-in-seconds", "1", "--idle-seconds", "1.5", "--stall-seconds", "1"]
    options += ["--connections-per-address", str(PER_ADDRESS), "--connections", "12"]
    with serving(tmp_path_factory.mktemp("limits"), *options) as running:
        home = running.customer()
        (home / "fil").write_bytes(b"x" * 600_000)
        with (home / "stor").open("wb") as file:
            file.truncate(100_000_000)
        yield running


def ended_after(connection: socket.socket, began: float) -> float:
    connection.settimeout(8)
    with contextlib.suppress(OSError):
        while connection.recv(4096):
            pass
    connection.close()
    return time.monotonic() - began


@pytest.mark.heavy
def test_slow_and_silent_clients_are_cut_off(server: Serving) -> None:
    """All at once: one that says nothing, one that sends a command letter by letter, one that stops in the middle of the
    handshake, one that is signed in and idle, and one that no longer reads what it fetches."""
    began = time.monotonic()
    silent = socket.create_connection(("127.0.0.1", server.port), source_address=("127.0.4.1", 0))
    shaking = socket.create_connection(("127.0.0.1", server.port), source_address=("127.0.4.2", 0))
    shaking.sendall(b"AUTH TLS\r\n")
    shaking.sendall(b"\x16\x03\x01")
    slow = socket.create_connection(("127.0.0.1", server.port), source_address=("127.0.4.3", 0))
    idle = server.connect("norrsken", address="127.0.4.4")
    reader = server.connect("norrsken", address="127.0.4.5")
    data = reader.transfercmd("RETR stor")
    with contextlib.suppress(OSError):  # where connecting the others took long, it is cut off before its last letter
        for letter in b"USER norrsken":
            slow.send(bytes([letter]))
            time.sleep(0.05)
    for connection in (silent, shaking, slow):
        assert 0.8 < ended_after(connection, began) < 4
    assert idle.sock is not None
    assert ended_after(idle.sock, began) < 5
    time.sleep(max(0, 3 - (time.monotonic() - began)))
    eventually(lambda: any(e["path"] == "/stor" for e in server.log("retrieved")), "the stalled download is logged")
    assert server.fetched("/stor")["completed"] is False
    data.close()
    reader.close()
    idle.close()


def test_one_address_gets_so_many_connections(server: Serving) -> None:
    clients = [server.connect("norrsken", address="127.0.5.1") for _ in range(PER_ADDRESS)]
    with pytest.raises(ftplib.error_temp, match="421 Too many connections"):
        server.connect("norrsken", address="127.0.5.1")
    server.connect("norrsken", address="127.0.5.2").close()
    for client in clients:
        client.close()
    time.sleep(0.1)
    server.connect("norrsken", address="127.0.5.1").close()


def test_when_it_is_full_whoever_has_not_signed_in_makes_way(server: Serving) -> None:
    crowd = [
        socket.create_connection(("127.0.0.1", server.port), source_address=(f"127.0.6.{number // 4 + 1}", 0))
        for number in range(12)
    ]
    with server.connect("norrsken", address="127.0.6.9") as client:
        assert "fil" in client.nlst()
    for connection in crowd:
        connection.close()


def test_the_downloads_of_an_account_share_its_rate(server: Serving) -> None:
    clients: list[Client] = [server.connect("norrsken", address="127.0.7.1") for _ in range(2)]
    began = time.monotonic()
    for client in clients:
        client.voidcmd("TYPE I")
    each = [client.transfercmd("RETR fil") for client in clients]
    for data in each:
        data.settimeout(10)
    got = [0, 0]
    while min(got) < 600_000:
        for number, data in enumerate(each):
            if got[number] < 600_000:
                got[number] += len(data.recv(20_000))
    took = time.monotonic() - began
    assert got == [600_000, 600_000]
    assert took > 0.7 * 1_200_000 / BYTES_PER_SECOND
    for data, client in zip(each, clients, strict=True):
        data.close()
        client.close()


def test_guessing_is_slowed_logged_and_locked_and_the_customer_still_comes_in(server: Serving) -> None:
    took = []
    for _ in range(3):
        began = time.monotonic()
        with pytest.raises(ftplib.error_perm, match="530"):
            server.connect("norrsken", "gissning", address="127.0.8.1")
        took.append(time.monotonic() - began)
    with pytest.raises(ftplib.error_perm, match="530 Authentication failed"):
        server.connect("norrsken", address="127.0.8.1")
    reasons = [entry["reason"] for entry in server.log("login-failed") if entry["remote"] == "127.0.8.1"]
    assert reasons[:3] == ["wrong secret", "wrong secret", "wrong secret, address locked"]
    assert reasons[3].startswith("locked until 2026-10-01T12:15")
    assert took[1] > 0.2
    assert took[2] > 0.3
    assert "gissning" not in (server.accounts.folder / "access.jsonl").read_text()
    server.connect("norrsken", address="127.0.8.2").close()


def test_guesses_are_not_made_faster_by_many_connections_or_by_hanging_up(server: Serving) -> None:
    """Four at once, none of which waits for its answer, are judged one after the other and counted all the same."""
    clients = [server.connect(address="127.0.9.1") for _ in range(PER_ADDRESS)]
    for client in clients:
        client.auth()
        client.sendcmd("USER norrsken")
        client.putcmd("PASS gissning")
    for client in clients:
        client.close()

    def reasons() -> list[str]:
        return [entry["reason"] for entry in server.log("login-failed") if entry["remote"] == "127.0.9.1"]

    eventually(lambda: len(reasons()) == PER_ADDRESS, "all four were judged")
    assert reasons()[2] == "wrong secret, address locked"
    assert reasons()[3].startswith("locked until")


def test_a_client_that_says_nothing_is_cut_off(server: Serving) -> None:
    began = time.monotonic()
    silent = socket.create_connection(("127.0.0.1", server.port), source_address=("127.0.11.1", 0))
    assert ended_after(silent, began) < 5


@pytest.mark.heavy
def test_answers_that_nobody_reads_do_not_fill_the_memory(server: Serving) -> None:
    """Signed in and never idle: only what waits to be read ends it."""
    client = server.connect("norrsken", address="127.0.10.1")
    assert client.sock is not None
    asked = 0
    with contextlib.suppress(OSError):
        for _ in range(2000):
            client.sock.sendall(b"FEAT\r\n" * 1000)
            asked += 1000
    client.close()
    assert asked < 1_000_000
