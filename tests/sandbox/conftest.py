"""Two sandboxes for the whole session: one that is only read, one that is changed, killed and repaired."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
import pytest
from imapclient import IMAPClient

from skyflytt.mail.ews import EwsSource, open_ews_source
from skyflytt.project.servers import EwsServer
from skyflytt.sandbox import lifecycle, project_file
from skyflytt.sandbox.company.people import Person
from skyflytt.sandbox.state import Sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Its old provider is never changed by a test; its new one may be."""
    root = tmp_path_factory.mktemp("sandbox")
    yield lifecycle.up(root)
    lifecycle.down(root)


def half_made(root: Path) -> bool:
    """Start a sandbox and kill that while the mail is being made; False when the mail was finished before the kill came."""
    source = "import sys, pathlib; from skyflytt.sandbox import lifecycle; lifecycle.up(pathlib.Path(sys.argv[1]))"
    with subprocess.Popen([sys.executable, "-c", source, str(root)], cwd=Path(__file__).parents[2]) as starter:
        while not (root / ".old-mail.filling" / "exchange.sqlite").exists() and starter.poll() is None:
            time.sleep(0.001)
        starter.kill()
    if not (root / "old-mail").exists():
        return True
    lifecycle.down(root)
    return False


@pytest.fixture(scope="session")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox in which things happen; its first `up` is killed while it makes the mail. `lifecycle.load` gives its state."""
    root = next(filter(half_made, (tmp_path_factory.mktemp("living") for _ in range(5))))
    yield lifecycle.up(root)
    lifecycle.down(root)


@contextmanager
def mail(sandbox: Sandbox, person: Person) -> Iterator[IMAPClient]:
    """The person's new mailbox."""
    server = sandbox.servers["new-mail"]
    trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with IMAPClient(server.host, port=server.port, ssl=True, ssl_context=trust, timeout=20) as client:
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(person.address, sandbox.secret(f"mailboxes.{person.key}.target"))
        yield client


@contextmanager
def old_mailbox(
    sandbox: Sandbox, person: Person, password: str | None = None, ca_file: Path | None = None
) -> Iterator[EwsSource]:
    """The person's old mailbox, as it is read over EWS."""
    url = project_file.server(sandbox, sandbox.servers["old-mail"])["url"]
    server = EwsServer(kind="ews", url=url, ca_file=ca_file or sandbox.ca_file)
    with open_ews_source(
        server, person.address, password or sandbox.secret(f"mailboxes.{person.key}.source")
    ) as source:
        yield source


@contextmanager
def files(sandbox: Sandbox, name: str, password: str | None = None) -> Iterator[paramiko.SFTPClient]:
    server = sandbox.servers[name]
    with paramiko.SSHClient() as ssh:
        ssh.load_host_keys(str(sandbox.known_hosts))
        ssh.connect(
            server.host,
            server.port,
            "migration",
            password or sandbox.secret(f"servers.{name}"),
            allow_agent=False,
            look_for_keys=False,
        )
        yield ssh.open_sftp()


@pytest.fixture(scope="session")
def open_mail() -> object:
    return mail


@pytest.fixture(scope="session")
def open_files() -> object:
    return files
