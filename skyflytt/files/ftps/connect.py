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
from skyflytt.files.no_tls import OLD_TLS

TIMEOUT_S = 60
QUICKEST = ssl.TLSVersion.TLSv1_2
"""Its resumed sessions agree on no new keys, and each file needs one or two. The server is verified, the ciphers are those of today."""
NO_CIPHER = {"SSLV3_ALERT_HANDSHAKE_FAILURE"}
"""What a server of before TLS 1.2 says to the ciphers of today; with every version it says what is the matter."""


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
    with reached(server) as client:
        with failures(server.host, _name(server)):
            _sign_in(client, user, secret, _name(server))
            _protect_data(client, _name(server))
            client.voidcmd("TYPE I")
        yield client


@contextlib.contextmanager
def reached(server: FtpsSettings) -> Iterator[FtpsClient]:
    """A client whose control connection is encrypted, its server's certificate verified; nobody is signed in yet."""
    client = _client(server, QUICKEST)
    try:
        with failures(server.host, _name(server)):
            _connect(client, server)
            try:
                _secure(client, _name(server))
            except ssl.SSLError as error:
                if error.reason not in OLD_TLS | NO_CIPHER:
                    raise
                client.close()
                client = _client(server, ssl.TLSVersion.MAXIMUM_SUPPORTED)
                _connect(client, server)
                _secure_anew(client, _name(server))
        yield client
    finally:
        _leave(client)


def _client(server: FtpsSettings, newest: ssl.TLSVersion) -> FtpsClient:
    context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    context.maximum_version = newest
    return FtpsClient(context, TIMEOUT_S)


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


def _secure_anew(client: FtpsClient, name: str) -> None:
    """With every version that is safe; a server that has none of them has nothing that may be used."""
    try:
        _secure(client, name)
    except ssl.SSLError as error:
        if error.reason in OLD_TLS:
            raise TlsMissing(name, str(error)) from error
        raise


def _sign_in(client: FtpsClient, user: str, secret: str, name: str) -> None:
    try:
        client.login(wire(user), wire(secret), secure=False)
    except ftplib.error_perm as error:
        raise PasswordRefused(f"{user}@{name}", words(error)) from None


def _protect_data(client: FtpsClient, name: str) -> None:
    try:
        client.prot_p()
    except ftplib.error_perm as error:
        raise TlsMissing(name, words(error)) from error


def _leave(client: FtpsClient) -> None:
    with contextlib.suppress(ftplib.Error, OSError, EOFError, AttributeError):
        if client.sock is not None:
            client.sock.settimeout(5)
            client.quit()
    client.close()


def _name(server: FtpsSettings) -> str:
    return f"{server.host}:{server.port}"
