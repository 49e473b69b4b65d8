"""Reaching an FTPS server: encrypted before the sign-in, which is tried once."""

from __future__ import annotations

import contextlib
import ftplib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Protocol

from skyflytt.errors.connection import HostUnknown, PasswordRefused, ServerBusy, ServerUnreachable, TlsMissing
from skyflytt.files.ftps.client import FtpsClient, wire, words
from skyflytt.files.ftps.failures import failures

TIMEOUT_S = 60


class FtpsSettings(Protocol):
    """`skyflytt.project.servers.FtpsServer`."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def ca_file(self) -> Path | None: ...
    @property
    def times(self) -> Literal["auto", "mfmt", "mdtm", "none"]: ...


@contextlib.contextmanager
def connected(server: FtpsSettings, user: str, secret: str) -> Iterator[FtpsClient]:
    """A signed-in client in binary mode whose data connections are encrypted."""
    context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    client = FtpsClient(context, TIMEOUT_S)
    try:
        _connect(client, server)
        with failures(server.host, _name(server)):
            _secure(client, _name(server))
            _sign_in(client, user, secret, _name(server))
            client.prot_p()
            client.voidcmd("TYPE I")
        yield client
    finally:
        _leave(client)


def _connect(client: FtpsClient, server: FtpsSettings) -> None:
    try:
        client.connect(server.host, server.port)
    except socket.gaierror as error:
        raise HostUnknown(server.host, error.strerror or str(error)) from error
    except ftplib.Error as error:
        kind = ServerBusy if words(error).startswith("421") else ServerUnreachable
        raise kind(_name(server), words(error)) from error
    except (OSError, EOFError) as error:
        raise ServerUnreachable(_name(server), str(error) or "it closed the connection") from error


def _secure(client: FtpsClient, name: str) -> None:
    try:
        client.auth()
    except ftplib.error_perm as error:
        raise TlsMissing(name, words(error)) from error


def _sign_in(client: FtpsClient, user: str, secret: str, name: str) -> None:
    try:
        client.login(wire(user), wire(secret), secure=False)
    except ftplib.error_perm as error:
        raise PasswordRefused(f"{user}@{name}", words(error)) from None


def _leave(client: FtpsClient) -> None:
    with contextlib.suppress(ftplib.Error, OSError, EOFError, AttributeError):
        if client.sock is not None:
            client.sock.settimeout(5)
            client.quit()
    client.close()


def _name(server: FtpsSettings) -> str:
    return f"{server.host}:{server.port}"
