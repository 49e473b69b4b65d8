"""Requests to one share and their answers: several may be under way, and those that belong together travel as one compound.

They are sent here and not by smbclient, smbprotocol's upper layer, which follows links on its own, waits without end, and needs a
round trip for each step.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from smbprotocol.exceptions import SMBResponseException
from smbprotocol.tree import TreeConnect

from skyflytt.errors.connection import ConnectionLost
from skyflytt.files.smb.failures import Refusal
from skyflytt.files.smb.messages import CREDIT_BYTES, close

LARGEST_BLOCK = 1 << 20
LARGEST_LISTING = 1 << 18
IN_FLIGHT_BYTES = 4 << 20
SPARE_CREDITS = 16
"""For requests of a few bytes between the large ones."""


class Share:
    """Not for use by several threads at once. Whatever breaks the connection is a `ConnectionLost` of `server`."""

    def __init__(self, tree: TreeConnect, server: str) -> None:
        self._tree = tree
        self._connection = tree.session.connection
        self.server = server
        self.broken = False
        self._closing: list[Any] = []
        limit = LARGEST_BLOCK if self._connection.supports_multi_credit else CREDIT_BYTES
        self.block_bytes = min(limit, self._connection.max_read_size, self._connection.max_write_size)
        self.listing_bytes = min(limit, LARGEST_LISTING, self._connection.max_transact_size)

    @property
    def credits(self) -> int:
        """How many requests (of up to 64 KiB each way) the server takes at the moment."""
        window = self._connection.sequence_window
        return int(window["high"] - window["low"])

    def has_room(self, size: int) -> bool:
        """Whether the server takes another request of so many bytes while others are under way."""
        return self.credits >= SPARE_CREDITS + size // CREDIT_BYTES

    def send(self, *messages: Any) -> list[Any]:
        """Send them as one compound, whose file is the one that the first message opens."""
        session, tree_id = self._tree.session.session_id, self._tree.tree_connect_id
        try:
            return list(self._connection.send_compound(list(messages), session, tree_id, related=len(messages) > 1))
        except Exception as error:
            raise self._lost(error) from error
        finally:
            _free(*messages)

    def wait(self, request: Any) -> bytes:
        """The body of the answer; raises `Refusal` for a status that is not success."""
        try:
            answer = self._connection.receive(request)
        except SMBResponseException as error:
            raise Refusal(error.status, words(error)) from None
        except Exception as error:
            # What the receiving thread died of is raised here, whatever it was: the socket, a signature, a malformed answer.
            raise self._lost(error) from error
        data = bytes(answer["data"].get_value())
        # The receiving thread holds the lock for as long as it looks at them.
        with request.response_event_lock:
            _free(request.message, answer)
        return data

    def answers(self, requests: Sequence[Any]) -> list[bytes | Refusal]:
        """All answers in their order."""
        found: list[bytes | Refusal] = []
        for request in requests:
            try:
                found.append(self.wait(request))
            except Refusal as refusal:
                found.append(refusal)
        return found

    def ask(self, *messages: Any) -> list[bytes]:
        """One compound, there and back; raises the first `Refusal` when all answers are in."""
        return all_good(self.answers(self.send(*messages)))

    def close_later(self, handle: bytes) -> None:
        """Close without waiting; whether it worked is nobody's concern."""
        self._settle_closing(wait=False)
        self._closing += self.send(close(handle))

    def settle(self) -> None:
        """Wait until what was to be closed is closed."""
        self._settle_closing(wait=True)

    def _settle_closing(self, *, wait: bool) -> None:
        while self._closing and (wait or self._closing[0].response_event.is_set()):
            self.answers([self._closing.pop(0)])

    def _lost(self, error: Exception) -> ConnectionLost:
        self.broken = True
        return ConnectionLost(self.server, str(error) or type(error).__name__)


def all_good(answers: Sequence[bytes | Refusal]) -> list[bytes]:
    """The answers of a compound, or the first `Refusal` among them."""
    good = []
    for answer in answers:
        if isinstance(answer, Refusal):
            raise answer
        good.append(answer)
    return good


def _free(*structures: Any) -> None:
    """The library's structures and their fields refer to each other: blocks of data would stay until Python looks for such rings."""
    for structure in structures:
        structure.fields.clear()


def words(error: SMBResponseException) -> str:
    said = str(getattr(error, "_BASE_MESSAGE", "")).strip()
    return said.rstrip(".") if said and said != "Unknown error." else "the server gives no reason that is known here"


def output(data: bytes) -> bytes:
    """The output of a QUERY_INFO or QUERY_DIRECTORY ([MS-SMB2] sections 2.2.34 and 2.2.38), whose offset counts the header."""
    _, offset, size = struct.unpack_from("<HHI", data)
    return data[offset - 64 : offset - 64 + size]
