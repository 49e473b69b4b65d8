"""smbprotocol's connection made fit for what is asked of it: every answer protected, no link followed, no waiting without end."""

from __future__ import annotations

import socket
import struct
from typing import Any

from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBException
from smbprotocol.header import NtStatus, Smb2Flags

TIMEOUT_S = 60


class ProtectedConnection(Connection):  # type: ignore[misc]
    """Requests time out, and answers of a signed-in session must be encrypted or signed as the session is ([MS-SMB2] section 3.2.5.1)."""

    def connect(self, *arguments: Any, **options: Any) -> None:
        super().connect(*arguments, **options)
        wire: socket.socket = self.transport._sock
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The library sends without a timeout: a server that no longer takes anything would be waited for for ever.
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", TIMEOUT_S, 0))

    def receive(
        self,
        request: Any,
        wait: bool = True,
        timeout: float | None = None,
        resolve_symlinks: bool = False,  # noqa: ARG002
    ) -> Any:
        return super().receive(request, wait=wait, timeout=min(timeout or TIMEOUT_S, TIMEOUT_S), resolve_symlinks=False)

    def verify_signature(self, header: Any, session_id: int, force: bool = False) -> None:
        """Called for every answer that did not come encrypted. An answer that says no more than "wait" need not be signed."""
        session = self.session_table.get(session_id)
        pending = header["status"].get_value() == NtStatus.STATUS_PENDING
        if session is not None and not force and not pending:
            if session.encrypt_data:
                raise SMBException("an answer came in clear, though the session is encrypted")
            if not header["flags"].has_flag(Smb2Flags.SMB2_FLAGS_SIGNED):
                raise SMBException("an answer came unsigned, though the session is signed")
        super().verify_signature(header, session_id, force)
