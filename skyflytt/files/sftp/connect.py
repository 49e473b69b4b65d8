"""Reaching an SSH server: its host key must be on record, the sign-in is tried once."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Protocol

import paramiko

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import (
    ConnectionLost,
    HostKeyChanged,
    HostKeyUnknown,
    HostUnknown,
    PasswordRefused,
    ServerUnreachable,
)

# What paramiko logs is raised as well; without a handler of its own it would end up on the terminal, with a traceback.
logging.getLogger("paramiko").addHandler(logging.NullHandler())

TIMEOUT_S = 60
KEEPALIVE_S = 30
WINDOW_BYTES = 1 << 24
CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
"""Preferred: the processor does them, and no separate MAC has to be computed."""

NO_ANSWER = ("transport shut down", "authentication timeout")
"""What paramiko calls a failed authentication, and is none."""


class SftpSettings(Protocol):
    """`skyflytt.project.servers.SftpServer`."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...
    @property
    def known_hosts(self) -> Path | None: ...
    @property
    def key_file(self) -> Path | None: ...
    @property
    def agent(self) -> bool: ...
    @property
    def digests(self) -> Literal["shell", "read"]: ...
    @property
    def root(self) -> str: ...


@contextlib.contextmanager
def connected(server: SftpSettings, secret: str | None) -> Iterator[paramiko.Channel]:
    """A channel on which the server's SFTP subsystem runs. `secret` is the password, or the passphrase of the key file."""
    with signed_in(server, secret) as client:
        yield _subsystem(client, server)


@contextlib.contextmanager
def signed_in(server: SftpSettings, secret: str | None) -> Iterator[paramiko.SSHClient]:
    """The SSH connection itself, for commands."""
    known = server.known_hosts or Path("~/.ssh/known_hosts").expanduser()
    with _socket(server) as wire, paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(_RefuseUnknown(known))
        with contextlib.suppress(FileNotFoundError):
            client.load_host_keys(str(known))
        _sign_in(client, wire, server, secret, known)
        yield client


def _socket(server: SftpSettings) -> socket.socket:
    try:
        wire = socket.create_connection((server.host, server.port), timeout=TIMEOUT_S)
    except socket.gaierror as error:
        raise HostUnknown(server.host, error.strerror or str(error)) from error
    except OSError as error:
        raise ServerUnreachable(_name(server), error.strerror or str(error)) from error
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


def _sign_in(
    client: paramiko.SSHClient, wire: socket.socket, server: SftpSettings, secret: str | None, known: Path
) -> None:
    try:
        client.connect(
            server.host,
            server.port,
            server.user,
            password=secret,
            key_filename=str(server.key_file) if server.key_file else None,
            sock=wire,
            allow_agent=server.agent,
            look_for_keys=False,
            timeout=TIMEOUT_S,
            banner_timeout=TIMEOUT_S,
            auth_timeout=TIMEOUT_S,
            transport_factory=_transport,
        )
    except paramiko.BadHostKeyException as error:
        raise HostKeyChanged(
            _name(server),
            f"it shows {error.key.get_name()} {fingerprint(error.key)}, "
            f"but {known} has {error.expected_key.get_name()} {fingerprint(error.expected_key)}",
        ) from error
    except paramiko.PasswordRequiredException as error:
        raise PasswordRefused(
            _account(server), f"the key file {server.key_file} needs its passphrase as the secret"
        ) from error
    except paramiko.AuthenticationException as error:
        if any(words in str(error).lower() for words in NO_ANSWER):
            raise ServerUnreachable(_name(server), f"it gave no answer to the sign-in ({error})") from error
        raise PasswordRefused(_account(server), str(error)) from error
    except FileNotFoundError as error:
        raise PasswordRefused(_account(server), f"there is no key file {server.key_file}") from error
    except Failure:
        raise
    except Exception as error:
        # paramiko hands over whatever ended its thread: bytes that do not decrypt, a packet that cannot be read.
        raise _connection_failure(client, server, error) from error


def _connection_failure(
    client: paramiko.SSHClient, server: SftpSettings, error: Exception
) -> PasswordRefused | ServerUnreachable:
    transport = client.get_transport()
    reached = transport is not None and transport.is_active() and transport.initial_kex_done
    if "no authentication methods" in str(error).lower() or (reached and server.key_file):
        return PasswordRefused(_account(server), str(error))
    return ServerUnreachable(_name(server), str(error) or "it closed the connection")


def _subsystem(client: paramiko.SSHClient, server: SftpSettings) -> paramiko.Channel:
    transport = client.get_transport()
    if transport is None:
        raise ConnectionLost(_name(server), "the connection is closed")
    try:
        transport.set_keepalive(KEEPALIVE_S)
        channel = transport.open_session(window_size=WINDOW_BYTES, timeout=TIMEOUT_S)
        channel.settimeout(TIMEOUT_S)
        channel.invoke_subsystem("sftp")
    except Exception as error:
        raise ServerUnreachable(
            _name(server), f"it does not open SFTP ({str(error) or type(error).__name__})"
        ) from error
    return channel


def _transport(sock: Any, **options: Any) -> paramiko.Transport:
    transport = paramiko.Transport(sock, default_window_size=WINDOW_BYTES, **options)
    security = transport.get_security_options()
    fast = tuple(cipher for cipher in CIPHERS if cipher in security.ciphers)
    security.ciphers = (*fast, *(cipher for cipher in security.ciphers if cipher not in fast))
    return transport


def fingerprint(key: paramiko.PKey) -> str:
    """As ssh-keygen -l shows it."""
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
    return f"SHA256:{digest}"


class _RefuseUnknown(paramiko.MissingHostKeyPolicy):
    def __init__(self, known: Path) -> None:
        self._known = known

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:  # noqa: ARG002
        where = "has no key for it" if self._known.exists() else "does not exist"
        raise HostKeyUnknown(hostname, f"it shows {key.get_name()} {fingerprint(key)}, and {self._known} {where}")


def _name(server: SftpSettings) -> str:
    return f"{server.host}:{server.port}"


def _account(server: SftpSettings) -> str:
    return f"{server.user}@{server.host}:{server.port}"
