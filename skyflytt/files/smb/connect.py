"""Reaching an SMB server: SMB 3 and encrypted unless less is allowed, always signed, and the sign-in is tried once."""

from __future__ import annotations

import contextlib
import logging
import socket
import uuid
from collections.abc import Iterator
from typing import Literal, Protocol

from smbprotocol.connection import Dialects, SigningAlgorithms
from smbprotocol.exceptions import NotSupported, SMBAuthenticationError, SMBException, SMBResponseException
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import HostUnknown, PasswordRefused, ServerBusy, ServerUnreachable
from skyflytt.errors.files import ProtectionMissing
from skyflytt.files.smb.failures import BUSY, Refusal, failure_of
from skyflytt.files.smb.protected import TIMEOUT_S, ProtectedConnection
from skyflytt.files.smb.share import Share, words

# What smbprotocol's receiving thread logs is raised as well; without a handler it would end up on the terminal, with a traceback.
logging.getLogger("smbprotocol").addHandler(logging.NullHandler())

SMB3_SIGNING = [SigningAlgorithms.AES_GMAC, SigningAlgorithms.AES_CMAC]
CREDITS = 512
LEAVING_S = 5


class SmbSettings(Protocol):
    """`skyflytt.project.servers.SmbServer`."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def share(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def domain(self) -> str | None: ...
    @property
    def auth(self) -> Literal["ntlm", "kerberos"]: ...
    @property
    def protection(self) -> Literal["encrypted", "signed"]: ...
    @property
    def root(self) -> str: ...


@contextlib.contextmanager
def connected(server: SmbSettings, secret: str | None) -> Iterator[Share]:
    """The share, signed in to. Without a `secret`, Kerberos takes the ticket that this machine holds for the user."""
    connection = ProtectedConnection(uuid.uuid4(), server.host, server.port, require_signing=True)
    share = None
    try:
        _reach(connection, server)
        session = _sign_in(connection, server, secret)
        share = Share(_enter(session, server), _name(server))
        yield share
    finally:
        if share is not None and not share.broken:
            # What is still open at the server is closed by it.
            with contextlib.suppress(Exception):
                session.disconnect(close=False, timeout=LEAVING_S)
        with contextlib.suppress(OSError):
            connection.disconnect(close=False)


def _reach(connection: ProtectedConnection, server: SmbSettings) -> None:
    signing = SMB3_SIGNING if server.protection == "encrypted" else None
    try:
        connection.connect(timeout=TIMEOUT_S, preferred_signing_algos=signing)
    except NotSupported as error:
        raise ProtectionMissing(_name(server), "it does not speak SMB 3") from error
    except Exception as error:
        raise _unreached(server, error) from error
    # The library offers older dialects only with their way of signing, but a server may answer what it likes.
    if signing and connection.dialect < Dialects.SMB_3_0_0:
        raise ProtectionMissing(_name(server), "it does not speak SMB 3")
    if signing and not connection.supports_encryption:
        raise ProtectionMissing(_name(server), "it does not encrypt")


def _unreached(server: SmbSettings, error: Exception) -> Failure:
    # The library wraps what the socket said.
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    said = (cause.strerror if isinstance(cause, OSError) else None) or str(cause) or type(cause).__name__
    if isinstance(cause, socket.gaierror):
        return HostUnknown(server.host, said)
    return ServerUnreachable(_name(server), said)


def _sign_in(connection: ProtectedConnection, server: SmbSettings, secret: str | None) -> Session:
    encrypted = server.protection == "encrypted"
    session = Session(connection, _user(server), secret, require_encryption=encrypted, auth_protocol=server.auth)
    try:
        session.connect()
        connection.echo(session.session_id, timeout=TIMEOUT_S, credit_request=CREDITS)
    except SMBAuthenticationError as error:
        raise PasswordRefused(_account(server), str(error.__cause__ or error)) from error
    except ImportError as error:
        raise PasswordRefused(_account(server), f"this machine cannot do Kerberos ({error})") from error
    except SMBResponseException as error:
        refusal = Refusal(error.status, words(error))
        kind = ServerBusy if refusal.status in BUSY else PasswordRefused
        raise kind(_account(server), str(refusal)) from None
    except SMBException as error:
        if "guest" in str(error):
            raise PasswordRefused(_account(server), "the server let it in as a guest only") from error
        raise ServerUnreachable(_name(server), str(error)) from error
    except Exception as error:
        raise ServerUnreachable(_name(server), str(error) or type(error).__name__) from error
    return session


def _enter(session: Session, server: SmbSettings) -> TreeConnect:
    tree = TreeConnect(session, rf"\\{server.host}\{server.share}")
    try:
        tree.connect()
    except SMBResponseException as error:
        raise failure_of(server.share, _name(server), Refusal(error.status, words(error))) from None
    except Exception as error:
        kind = ProtectionMissing if "Secure negotiate" in str(error) else ServerUnreachable
        raise kind(_name(server), str(error) or type(error).__name__) from error
    # Paths are sent as they are below the share; a DFS link in it is refused by the server and so never followed.
    tree.is_dfs_share = False
    return tree


def _user(server: SmbSettings) -> str:
    return rf"{server.domain}\{server.user}" if server.domain else server.user


def _name(server: SmbSettings) -> str:
    return f"{server.host}:{server.port}"


def _account(server: SmbSettings) -> str:
    return f"{_user(server)}@{_name(server)}"
