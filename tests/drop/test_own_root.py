"""Each customer sees its own root and nothing else, whatever it asks for, and however many there are at once."""

from __future__ import annotations

import contextlib
import ftplib
import hashlib
import io
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.drop.serving import NOON, Client, Serving, serving

NAME = "fjellvind"
OTHERS = "den andres hemlighet"
TRICKS = (
    "../annan/hemligt.txt",
    "../../accounts/fjellvind.json",
    "/../annan/hemligt.txt",
    "//annan/hemligt.txt",
    "/annan/hemligt.txt",
    "mapp/../../annan/hemligt.txt",
    "mapp/../../../access.jsonl",
    "..%2fannan%2fhemligt.txt",
    "%2e%2e/annan/hemligt.txt",
    "..\\annan\\hemligt.txt",
    "..\xc0\xafannan/hemligt.txt",
    "~annan/hemligt.txt",
    "~/../annan/hemligt.txt",
    "ut/hemligt.txt",
    "ut/../annan/hemligt.txt",
    "fil",
    "omväg/hemligt.txt",
    "/etc/passwd",
    "/proc/self/environ",
    "file:///etc/passwd",
    "|id",
    "rör",
)
READERS = ("RETR {}", "SIZE {}", "MDTM {}", "MLST {}", "HASH {}", "STAT {}", "CWD {}", "MLSD {}", "LIST {}", "NLST {}")


@pytest.fixture(scope="module")
def running(served: Serving) -> Serving:
    """The customer's root holds links out of it (as if a file share had been handed over as it was), a pipe, and a link within."""
    served.clock.move_to(NOON)
    other = served.customer("annan", OTHERS)
    (other / "hemligt.txt").write_text(OTHERS)
    home = served.customer(NAME)
    if not (home / "mapp").exists():
        (home / "mapp").mkdir()
        (home / "mapp" / "egen.txt").write_text("egen")
        (home / "inne").symlink_to("mapp/egen.txt")
        (home / "ut").symlink_to(other)
        (home / "fil").symlink_to(other / "hemligt.txt")
        (home / "omväg").symlink_to("ut")
        (home / "borta").symlink_to("finns-inte")
        os.mkfifo(home / "rör")
    return served


@pytest.fixture
def client(running: Serving) -> Iterator[Client]:
    with running.connect(NAME) as connected:
        yield connected


def asked(client: Client, command: str) -> str:
    """All that the server answers, on both connections."""
    said = io.BytesIO()
    with contextlib.suppress(ftplib.error_perm):
        if command.split(maxsplit=1)[0] in {"RETR", "MLSD", "LIST", "NLST"}:
            client.retrbinary(command, said.write)
        else:
            said.write(client.sendcmd(command).encode("utf-8", "surrogateescape"))
    return said.getvalue().decode("utf-8", "replace")


@pytest.mark.parametrize("path", TRICKS)
def test_no_path_leads_to_another_root(client: Client, path: str) -> None:
    for reader in READERS:
        said = asked(client, reader.format(path))
        for secret in (OTHERS, "hemligt.txt\r\n", "annan", "scrypt", "root:", "PATH="):
            assert secret not in said.replace(path, ""), (reader, said)
    client.cwd("/")
    assert client.pwd() == "/"


@pytest.mark.parametrize("listing", ["NLST", "LIST", "MLSD", "STAT ."])
def test_what_leads_out_is_not_even_listed(client: Client, listing: str) -> None:
    said = asked(client, listing)
    assert "mapp" in said
    assert "inne" in said
    for hidden in ("ut\r\n", "fil\r\n", "omväg", "rör", "borta", "->", str(Path(__file__).anchor + "tmp")):
        assert hidden not in said, said


def test_a_link_within_the_root_is_the_file_itself(client: Client) -> None:
    assert asked(client, "RETR inne") == "egen"


@pytest.mark.parametrize(
    "command",
    [
        "SITE CHMOD 777 mapp",
        "SITE EXEC id",
        "SITE UTIME 20200101000000 mapp",
        "SITE SYMLINK /etc mapp/x",
        "RNFR mapp",
        "RNTO ny",
        "STOR ny",
        "STOU",
        "APPE mapp/egen.txt",
        "DELE mapp/egen.txt",
        "RMD mapp",
        "MKD ny",
        "MFMT 20200101000000 mapp/egen.txt",
        "MDTM 20200101000000 mapp/egen.txt",
        "SMNT /etc",
        "CWD mapp\0",
    ],
)
def test_nothing_can_be_changed(client: Client, running: Serving, command: str) -> None:
    home = running.accounts.folder / "files" / NAME
    before = sorted(str(path) for path in home.rglob("*"))
    assert _refused(client, command)[0] in "45"
    assert sorted(str(path) for path in home.rglob("*")) == before
    assert (home / "mapp" / "egen.txt").read_text() == "egen"
    assert (home / "mapp" / "egen.txt").stat().st_mtime > 1_700_000_000


def _refused(client: Client, command: str) -> str:
    with pytest.raises((ftplib.error_perm, ftplib.error_temp)) as refusal:
        client.sendcmd(command)
    return str(refusal.value)


@pytest.mark.parametrize("command", ["PORT 192,0,2,1,200,10", "EPRT |1|192.0.2.1|51210|", "PORT 127,0,0,9,200,10"])
def test_nobody_is_reached_through_the_server(client: Client, command: str) -> None:
    """FTP's bounce attack (RFC 2577)."""
    assert _refused(client, command).startswith("501")


def test_a_data_connection_from_another_address_is_turned_away(client: Client) -> None:
    port = ftplib.parse229(client.sendcmd("EPSV"), ("localhost", 1))[1]
    with socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.9", 0), timeout=5) as thief:
        assert thief.recv(1) == b""
    assert client.getline().startswith("425")


def test_names_of_any_bytes_and_length_are_taken(client: Client, running: Serving) -> None:
    home = os.fsencode(running.accounts.folder / "files" / NAME)
    name = b"odd \xff\xe5" + b"n" * 200
    with open(home + b"/" + name, "wb") as file:  # noqa: PTH123
        file.write(b"udda")
    client.encoding = "latin-1"
    assert asked(client, "RETR " + name.decode("latin-1")) == "udda"
    os.unlink(home + b"/" + name)  # noqa: PTH108
    assert _refused(client, "CWD " + "å" * 900).startswith("550")


def customer_s_day(server: Serving, number: int) -> None:
    """Fetch one's own file, and try the neighbours'; three connections, each from an address of its own."""
    name, neighbour = f"kund-{number}", f"kund-{(number + 1) % 50}"
    address = f"127.0.1.{number + 1}"
    with contextlib.ExitStack() as leaving:
        # Fifty secrets are judged at once, two at a time, which on a busy machine takes its time.
        clients = [
            leaving.enter_context(server.connect(name, f"{name}!", address=address, timeout_s=90)) for _ in range(3)
        ]
        for client in clients:
            assert [entry for entry, _ in client.mlsd() if entry not in {".", ".."}] == ["egen.bin"]
            assert client.nlst() == ["egen.bin"]
            digest = hashlib.sha256()
            client.retrbinary("RETR egen.bin", digest.update)
            assert digest.digest() == hashlib.sha256(content_of(number)).digest()
            for path in (f"../{neighbour}/egen.bin", f"/{neighbour}/egen.bin", f"~{neighbour}/egen.bin", "ut/egen.bin"):
                assert _refused(client, f"SIZE {path}").startswith("550")
                with pytest.raises(ftplib.error_perm, match="550"):
                    client.retrbinary(f"RETR {path}", lambda _: None)


def content_of(number: int) -> bytes:
    return f"kund {number}\n".encode() * 20_000


def many(server: Serving, customers: int) -> None:
    for number in range(customers):
        home = server.customer(f"kund-{number}", f"kund-{number}!")
        (home / "egen.bin").write_bytes(content_of(number))
        (home / "ut").symlink_to(f"../kund-{(number + 1) % customers}")
    begin = threading.Barrier(customers)

    def day(number: int) -> None:
        begin.wait()
        customer_s_day(server, number)

    with ThreadPoolExecutor(customers) as pool:
        list(pool.map(day, range(customers)))
    for number in range(customers):
        fetches = [entry for entry in server.log("retrieved") if entry["account"] == f"kund-{number}"]
        assert [(entry["path"], entry["completed"], entry["remote"]) for entry in fetches] == [
            ("/egen.bin", True, f"127.0.1.{number + 1}")
        ] * 3


def test_customers_at_once_see_each_their_own(running: Serving) -> None:
    many(running, 3)


@pytest.mark.heavy
def test_fifty_customers_at_once_see_each_their_own(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        many(server, 50)
