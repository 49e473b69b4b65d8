"""The server ends access on its own: nothing else of ours runs in these tests, and only the clock moves."""

from __future__ import annotations

import contextlib
import ftplib
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from skyflytt.drop.access_log import fetched
from tests.drop.serving import HOUR, NOON, Client, Serving, eventually, serving

END = NOON + 3 * HOUR
WITHIN_S = 1.0
BIG = 400_000_000


@pytest.fixture
def server(served: Serving) -> Iterator[Serving]:
    served.clock.move_to(NOON)
    home = served.customer()
    with (home / "stor").open("wb") as file:
        file.truncate(BIG)
    yield served
    (home / "stor").unlink()


def refused(server: Serving) -> str:
    """Why, as the server's log has it."""
    before = len(server.log("login-failed"))
    with pytest.raises(ftplib.error_perm, match="530"):
        server.connect("norrsken")
    (entry,) = server.log("login-failed")[before:]
    return str(entry["reason"])


def test_an_account_that_ended_is_refused_to_the_second(server: Serving) -> None:
    server.clock.move_to(END - HOUR / 3600)
    server.connect("norrsken").close()
    server.clock.move_to(END)
    assert refused(server) == f"the drop ended at {END.isoformat()}"


def begin(server: Serving) -> tuple[Client, socket.socket]:
    """A download that has begun and of which the client has read very little."""
    client = server.connect("norrsken")
    client.voidcmd("TYPE I")
    data = client.transfercmd("RETR stor")
    data.settimeout(5)
    assert data.recv(1000)
    return client, data


def drain(data: socket.socket) -> int:
    got = 0
    with contextlib.suppress(OSError):
        while piece := data.recv(1 << 20):
            got += len(piece)
    data.close()
    return got


def quit_command(client: Client) -> None:
    client.putcmd("QUIT")


def new_user(client: Client) -> None:
    client.putcmd("USER annan")


def reset(client: Client) -> None:
    client.putcmd("REIN")


def nothing(client: Client) -> None:
    """The transfer just goes on."""


@pytest.mark.parametrize("meanwhile", [nothing, quit_command, new_user, reset])
def test_a_running_download_ends_at_closing_time(server: Serving, meanwhile: object) -> None:
    """Also when its session was left, or signed out of, while it ran."""
    client, data = begin(server)
    meanwhile(client)  # type: ignore[operator]
    time.sleep(0.1)
    earlier = len(server.log("retrieved"))
    server.clock.move_to(END)
    moved = time.monotonic()
    if meanwhile is nothing or meanwhile is quit_command:
        eventually(lambda: len(server.log("retrieved")) > earlier, "the end of the download is logged")
        assert time.monotonic() - moved < WITHIN_S
    assert drain(data) < BIG
    assert server.fetched("/stor")["completed"] is False
    client.close()


def test_a_download_that_waits_for_its_data_connection_does_not_begin_after_the_end(server: Serving) -> None:
    client = server.connect("norrsken")
    port = ftplib.parse229(client.sendcmd("EPSV"), ("localhost", 1))[1]
    assert client.sendcmd("RETR stor").startswith("150")
    server.clock.move_to(END)
    assert client.getline().startswith("421 Session ended")
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=2)
    client.close()


def test_a_file_that_is_being_hashed_is_not_told_of_after_the_end(server: Serving) -> None:
    client = server.connect("norrsken")
    client.putcmd("HASH stor")
    server.clock.move_to(END)
    assert client.getline().startswith("421 Session ended")
    client.close()


def test_all_sessions_end_within_a_second(server: Serving) -> None:
    clients = [server.connect("norrsken", address=f"127.0.2.{number + 1}") for number in range(8)]
    server.clock.move_to(END)
    moved = time.monotonic()
    assert all(client.getline().startswith("421 Session ended: the drop ended at") for client in clients)
    assert time.monotonic() - moved < WITHIN_S
    for client in clients:
        client.close()


@pytest.mark.heavy
def test_killed_and_started_again_it_has_lost_nothing(tmp_path: Path) -> None:
    """Accounts, what was fetched, and who is locked out."""
    with serving(tmp_path, "--failed-login-delay", "0", "--failed-logins-allowed", "3") as server:
        (server.customer() / "fil").write_bytes(b"x" * 5000)
        with server.connect("norrsken") as client:
            client.retrbinary("RETR fil", lambda _: None)
        server.fetched("/fil")
        for _ in range(3):
            with pytest.raises(ftplib.error_perm):
                server.connect("norrsken", "fel", address="127.0.3.1")
        client, data = begin_of(server)
        server.stop(signal.SIGKILL)
        drain(data)
        client.close()
        server.start()
        with server.connect("norrsken") as again:
            assert sorted(again.nlst()) == ["fil", "stor"]
        with pytest.raises(ftplib.error_perm, match="530"):
            server.connect("norrsken", address="127.0.3.1")
        assert "locked until" in server.log("login-failed")[-1]["reason"]
        found = [(fetch.path, fetch.whole) for fetch in fetched(tmp_path / "state" / "access.jsonl", "norrsken")]
        assert ("fil", True) in found
        assert ("stor", True) not in found
        server.clock.move_to(END)
        assert refused(server) == f"the drop ended at {END.isoformat()}"


def begin_of(server: Serving) -> tuple[Client, socket.socket]:
    with (server.accounts.folder / "files" / "norrsken" / "stor").open("wb") as file:
        file.truncate(BIG)
    return begin(server)


@pytest.mark.heavy
def test_stopped_it_tells_its_clients_and_ends_with_0(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.customer()
        client, data = begin_of(server)
        assert server.stop() == 0
        assert drain(data) < BIG
        assert client.getline().startswith("421 Session ended: the server is being stopped")
        client.close()
        assert server.fetched("/stor")["completed"] is False
