"""The drop server as its clients see it: a real process, real TLS, a clock that the test moves."""

from __future__ import annotations

import contextlib
import ftplib
import hashlib
import io
import json
import socket
import ssl
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from skyflytt.drop import hash_command
from skyflytt.drop.accounts import Permission
from tests.drop.serving import HOUR, NOON, OPERATOR, SECRET, Client, Serving, eventually


@pytest.fixture
def drop(served: Serving) -> Serving:
    """The customer's account, open for three hours from noon, and the operator's, with one file in place; it is noon."""
    served.clock.move_to(NOON)
    home = served.customer()
    served.accounts.create("operator", OPERATOR, home="/", permission=Permission.OPERATOR, opens=NOON - HOUR)
    (home / "Räkning å.txt").write_bytes(b"x" * 100_000)
    return served


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_customer_lists_and_fetches(drop: Serving, version: Any) -> None:
    with drop.connect("norrsken", version=version) as client:
        assert client.nlst() == ["Räkning å.txt"]
        assert [name for name, _ in client.mlsd() if name not in {".", ".."}] == ["Räkning å.txt"]
        got = io.BytesIO()
        client.retrbinary("RETR Räkning å.txt", got.write)
    assert got.getvalue() == b"x" * 100_000


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_an_empty_folder_lists_as_empty(drop: Serving, version: Any) -> None:
    (drop.accounts.folder / "files" / "norrsken" / "tom").mkdir(exist_ok=True)
    with drop.connect("norrsken", version=version) as client:
        for _ in range(10):
            assert client.nlst("tom") == []
    (drop.accounts.folder / "files" / "norrsken" / "tom").rmdir()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_data_connections_reuse_the_session(drop: Serving, version: Any) -> None:
    with contextlib.closing(drop.connect("norrsken", version=version)) as client:
        assert client.nlst() == ["Räkning å.txt"]
        assert client.reused
        client.reuses = False
        with pytest.raises((ftplib.Error, ssl.SSLError, OSError)):
            client.nlst()


def with_the_session_of(other: Client, client: Client) -> ssl.SSLSocket:
    """A data connection of `client` that goes on with the TLS session of `other`."""
    raw = ftplib.FTP.ntransfercmd(client, "NLST")[0]
    session = other.sock.session  # type: ignore[union-attr]
    return other.context.wrap_socket(raw, server_hostname="localhost", session=session)


def test_nobody_takes_another_s_data_connection(drop: Serving) -> None:
    """Not even another customer behind the same address."""
    drop.customer("annan", "!")
    with drop.connect("annan", "!") as other:
        other.nlst()
        client = drop.connect("norrsken")
        with with_the_session_of(other, client) as stolen, contextlib.suppress(OSError):
            assert not stolen.session_reused
            assert stolen.recv(100) == b""
        assert client.getline().startswith("522")
        client.close()


def test_programs_with_one_store_of_sessions_for_all_connections_are_served(drop: Serving) -> None:
    with drop.connect("norrsken") as other, drop.connect("norrsken") as client:
        other.nlst()
        with with_the_session_of(other, client) as mixed:
            assert mixed.session_reused
            assert b"kning" in mixed.recv(100)
        assert client.getline().startswith("226")


def test_the_customer_changes_nothing(drop: Serving) -> None:
    with drop.connect("norrsken") as client:
        for attempt in (
            lambda: client.storbinary("STOR ny", io.BytesIO(b"x")),
            lambda: client.storbinary("APPE Räkning å.txt", io.BytesIO(b"x")),
            lambda: client.delete("Räkning å.txt"),
            lambda: client.rename("Räkning å.txt", "b"),
            lambda: client.mkd("ny"),
            lambda: client.sendcmd("MFMT 20200101000000 Räkning å.txt"),
            lambda: client.sendcmd("SITE CHMOD 777 Räkning å.txt"),
        ):
            with pytest.raises(ftplib.error_perm):
                attempt()
    assert (drop.accounts.folder / "files" / "norrsken" / "Räkning å.txt").read_bytes() == b"x" * 100_000


def test_the_customer_stays_in_its_home(drop: Serving) -> None:
    (drop.accounts.folder / "files" / "annans.txt").write_text("hemligt")
    outside = drop.accounts.folder / "files" / "norrsken" / "länk"
    outside.symlink_to(drop.accounts.folder / "accounts")
    with drop.connect("norrsken") as client:
        for path in ("/../annans.txt", "../annans.txt", "länk/norrsken.json"):
            with pytest.raises(ftplib.error_perm):
                client.retrbinary(f"RETR {path}", lambda _: None)
    outside.unlink()


def test_the_operator_writes_renames_dates_and_deletes(drop: Serving) -> None:
    with drop.connect("operator", OPERATOR) as client:
        client.mkd("norrsken/mapp")
        client.storbinary("STOR norrsken/mapp/a.part", io.BytesIO(b"hej" * 1000))
        client.storbinary("STOR norrsken/mapp/a.part", io.BytesIO(b"mer"), rest=3000)
        client.rename("norrsken/mapp/a.part", "norrsken/mapp/a 🏗")
        client.sendcmd("MFMT 20200102030405 norrsken/mapp/a 🏗")
        assert client.size("norrsken/mapp/a 🏗") == 3003
        path = drop.accounts.folder / "files" / "norrsken" / "mapp" / "a 🏗"
        assert datetime.fromtimestamp(path.stat().st_mtime, UTC) == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
        client.delete("norrsken/mapp/a 🏗")
        client.rmd("norrsken/mapp")
    stored = [entry for entry in drop.log("stored") if entry["path"] == "/norrsken/mapp/a.part"]
    assert [(entry["offset"], entry["bytes"]) for entry in stored[-2:]] == [(0, 3000), (3000, 3)]


def test_nothing_goes_in_the_clear(drop: Serving) -> None:
    with ftplib.FTP(encoding="utf-8", timeout=10) as plain:
        plain.connect("localhost", drop.port)
        with pytest.raises(ftplib.error_perm, match="TLS required"):
            plain.login("norrsken", SECRET)
    with drop.connect("norrsken") as client:
        client.prot_c()
        with pytest.raises(ftplib.error_perm, match="TLS required on the data"):
            client.nlst()


def test_old_tls_is_refused(drop: Serving) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with ftplib.FTP_TLS(context=context, timeout=10) as client:
        client.connect("localhost", drop.port)
        with pytest.raises((ssl.SSLError, OSError, EOFError)):
            client.auth()


def test_the_banner_names_no_software(drop: Serving) -> None:
    with drop.connect() as client:
        assert client.getwelcome() == "220 Drop ready."
    with drop.connect("norrsken") as client:
        for said in (client.sendcmd("SYST"), client.sendcmd("STAT")):
            assert "pyftpdlib" not in said.lower()


def test_a_wrong_password_is_delayed_and_logged(drop: Serving) -> None:
    began = time.monotonic()
    client = drop.connect()
    with pytest.raises(ftplib.error_perm, match="530 Authentication failed"):
        client.login("norrsken", "fel")
    assert time.monotonic() - began > 0.29
    client.close()
    assert drop.log("login-failed")[-1]["reason"] == "wrong secret"
    assert "fel" not in json.dumps(drop.log("login-failed")[-1]).replace("failed", "").replace("login-", "")


def test_an_unknown_name_gets_the_same_answer(drop: Serving) -> None:
    client = drop.connect()
    with pytest.raises(ftplib.error_perm, match="530 Authentication failed"):
        client.login("finns-inte", "fel")
    client.close()


def test_no_login_before_the_opening_or_after_the_end(drop: Serving) -> None:
    for at, reason in ((NOON - HOUR, "opens at"), (NOON + 3 * HOUR, "ended at")):
        drop.clock.move_to(at)
        client = drop.connect()
        with pytest.raises(ftplib.error_perm, match="530"):
            client.login("norrsken", SECRET)
        client.close()
        assert reason in drop.log("login-failed")[-1]["reason"]


def test_the_end_ends_an_idle_session_at_once(drop: Serving) -> None:
    client = drop.connect("norrsken")
    drop.clock.move_to(NOON + 3 * HOUR)
    began = time.monotonic()
    client.sock.settimeout(5)  # type: ignore[union-attr]
    assert client.getline().startswith("421 Session ended: the drop ended at")
    assert time.monotonic() - began < 2
    with pytest.raises(EOFError):
        client.getline()
    client.close()


def test_closing_the_account_ends_a_transfer_that_is_under_way(drop: Serving) -> None:
    large = drop.accounts.folder / "files" / "norrsken" / "stor"
    with large.open("wb") as file:
        file.truncate(300_000_000)
    client = drop.connect("norrsken")
    conn = client.transfercmd("RETR stor")
    conn.recv(1000)
    drop.accounts.close("norrsken")
    got = 0
    conn.settimeout(5)
    try:
        while data := conn.recv(1 << 20):
            got += len(data)
    except OSError:
        pass
    conn.close()
    client.close()
    large.unlink()
    assert got < 300_000_000
    assert drop.fetched("/stor")["completed"] is False
    reason = "the drop has been closed"
    eventually(lambda: [one["reason"] for one in drop.log("ended")][-1:] == [reason], "the session's end is logged")


def test_a_client_that_goes_away_is_logged_as_incomplete(drop: Serving) -> None:
    large = drop.accounts.folder / "files" / "norrsken" / "halv"
    with large.open("wb") as file:
        file.truncate(300_000_000)
    client = drop.connect("norrsken")
    conn = client.transfercmd("RETR halv")
    conn.recv(1000)
    conn.close()
    client.close()
    large.unlink()
    assert drop.fetched("/halv")["completed"] is False


def test_what_cannot_be_read_is_closed(drop: Serving) -> None:
    client = drop.connect("norrsken")
    clock_file = drop.ca_file.with_name("clock")
    try:
        clock_file.write_text("i morgon")
        assert client.getline().startswith("421 Session ended: the account or the clock cannot be read")
        with pytest.raises(ftplib.error_perm, match="530"):
            drop.connect("norrsken")
    finally:
        drop.clock.move_to(NOON)
    client.close()
    account = drop.accounts.folder / "accounts" / "norrsken.json"
    client = drop.connect("norrsken")
    account.write_text("{}")
    assert client.getline().startswith("421 Session ended: the account or the clock cannot be read")
    client.close()


def test_a_name_that_is_not_utf_8_leaves_the_log_readable(drop: Serving) -> None:
    with drop.connect() as client:
        client.auth()
        client.sock.sendall(b"USER \xff\xe5\r\nPASS x\r\n")  # type: ignore[union-attr]
        assert client.getline().startswith("331")
        assert client.getline().startswith("530")
    assert drop.log("login-failed")[-1]["account"] == "\udcff\udce5"


def test_an_extension_counts_at_once(drop: Serving) -> None:
    drop.accounts.extend("norrsken", NOON + 9 * HOUR)
    drop.clock.move_to(NOON + 8 * HOUR)
    drop.connect("norrsken").close()


def test_the_access_log_tells_what_was_fetched_and_from_where_on(drop: Serving) -> None:
    (drop.accounts.folder / "files" / "norrsken" / "del").write_bytes(b"x" * 100_000)
    with drop.connect("norrsken") as client:
        client.retrbinary("RETR del", lambda _: None, rest=40_000)
    entry = drop.fetched("/del")
    (drop.accounts.folder / "files" / "norrsken" / "del").unlink()
    assert entry["account"] == "norrsken"
    assert entry["path"] == "/del"
    assert (entry["offset"], entry["bytes"], entry["completed"]) == (40_000, 60_000, True)
    assert datetime.fromisoformat(entry["at"]) == NOON
    assert entry["remote"] == "127.0.0.1"


def test_small_files_go_quickly(drop: Serving) -> None:
    with drop.connect("operator", OPERATOR) as client:
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # type: ignore[union-attr]
        times = []
        for number in range(40):
            began = time.monotonic()
            client.storbinary(f"STOR norrsken/liten {number}", io.BytesIO(b"x" * 10_000))
            times.append(time.monotonic() - began)
        for number in range(40):
            client.delete(f"norrsken/liten {number}")
    # 5 ms on two idle cores; a socket that waits for acknowledgements makes even the fastest take 40 ms more.
    assert min(times) < 0.035


@pytest.mark.parametrize("size", [0, 1, hash_command.BLOCK_BYTES, 3 * hash_command.BLOCK_BYTES + 7])
def test_the_server_hashes_a_file_itself(drop: Serving, size: int) -> None:
    content = (b"content " * (size // 8 + 1))[:size]
    (drop.accounts.folder / "files" / "norrsken" / f"Åter {size}.bin").write_bytes(content)
    with drop.connect("norrsken") as client:
        assert "HASH SHA-256*" in client.sendcmd("FEAT")
        answer = client.sendcmd(f"HASH Åter {size}.bin")
    (drop.accounts.folder / "files" / "norrsken" / f"Åter {size}.bin").unlink()
    assert answer == f"213 SHA-256 0-{size} {hashlib.sha256(content).hexdigest()} Åter {size}.bin"


@pytest.mark.parametrize("path", ["saknas.txt", "../../operator.json", "."])
def test_nothing_else_is_hashed(drop: Serving, path: str) -> None:
    with drop.connect("norrsken") as client, pytest.raises(ftplib.error_perm, match=r"^550"):
        client.sendcmd(f"HASH {path}")
