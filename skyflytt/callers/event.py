"""What a line of a log tells: somebody signed in, or tried to."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Event(NamedTuple):
    """One line's sign-ins. Names are as the log has them; `at` is in seconds since 1970, in UTC."""

    at: int
    protocol: str
    account: bytes
    device: bytes = b""
    """A device's own name, where the protocol has one: `iPhone/ApplDNPW1ABC` of ActiveSync."""
    agent: bytes = b""
    """What the program calls itself: user agent, IMAP ID, the host name of an SMTP client."""
    address: bytes = b""
    signed_in: int = 1
    failed: int = 0


Found = Event | bool
"""An event; True: a line of this form that tells of no sign-in; False: no line of this form."""


class Form(Protocol):
    """The reader of one form of log; made for each file, since lines may change what later ones mean."""

    snapshot: bool
    """The whole file is one list of how things stand, not what happened."""

    @property
    def header(self) -> bytes:
        """What a reader must be given to go on in the middle of the file."""
        ...

    def read(self, line: bytes) -> Found: ...
