"""Two servers, a new mailbox at each, and their addresses as the command line wants them."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from skyflytt.mail.port import FolderPath, NewMessage
from tests.contract.mail_places import Place, dovecot, maildir, pymap

RECEIVED = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
SENT = ("Skickat",)


@dataclass(frozen=True)
class Server:
    """A place with the scheme and port of its addresses."""

    place: Place
    security: str

    def url(self, login: str) -> str:
        server = self.place.servers[self.security]
        scheme = "imaps" if self.security == "tls" else "imap+starttls"
        return f"{scheme}://{quote(login)}@localhost:{server.port}?ca_file={server.ca_file}"


@pytest.fixture(scope="session")
def servers(
    require_debian: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Server]]:
    with ExitStack() as stack:
        old = stack.enter_context(pymap(tmp_path_factory.mktemp("pymap"), require_debian))
        new = stack.enter_context(dovecot(tmp_path_factory.mktemp("dovecot"), require_debian))
        yield {"pymap": Server(old, "starttls"), "dovecot": Server(new, "tls")}


@pytest.fixture
def old(servers: dict[str, Server]) -> Server:
    return servers["pymap"]


@pytest.fixture
def new(servers: dict[str, Server]) -> Server:
    return servers["dovecot"]


@pytest.fixture(autouse=True)
def no_terminal_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that forgot a secret fails instead of asking."""
    for name in [name for name in os.environ if name.startswith("SKYFLYTT_SECRET")]:
        monkeypatch.delenv(name)


def message(number: int, *flags: str, size: int = 0) -> NewMessage:
    raw = (
        f"From: anna@example.com\r\nTo: bo@example.com\r\nSubject: Brev {number}\r\nDate: Tue, 3 Feb 2026 05:05:06 +0100\r\n"
        f"Message-ID: <{number}@example.com>\r\n\r\nHej {number}\r\n" + f"{'x' * 76}\r\n" * (size // 78)
    )
    return NewMessage(raw.encode(), frozenset(flags), RECEIVED)


def fill(place: Place, login: str, contents: dict[FolderPath, list[NewMessage]]) -> None:
    with place.target(login) as mailbox:
        for folder, messages in contents.items():
            mailbox.append(mailbox.ensure_folder(folder, None), messages)


def subjects(place: Place, login: str) -> dict[str, list[str]]:
    """What is in the mailbox: the subjects of each folder, sorted."""
    found = {}
    with place.target(login) as mailbox:
        for folder in mailbox.folders():
            refs = mailbox.refs(folder.path)
            raws = [answer.raw for answer in mailbox.fetch(folder.path, refs)] if refs else []  # type: ignore[union-attr]
            lines = [line for raw in raws for line in raw.splitlines() if line.startswith(b"Subject: ")]
            found["/".join(folder.path)] = sorted(line[9:].decode() for line in lines)
    return found


@pytest.fixture
def maildirs(tmp_path: Path) -> Iterator[Place]:
    with maildir(tmp_path, lambda *_, **__: "") as place:
        yield place


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
