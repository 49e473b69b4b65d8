"""OpenSSH's sign-ins, SFTP among them, in syslog (checked against 9.2)."""

from __future__ import annotations

import re
from collections import deque

from skyflytt.callers.event import Event

LINE = re.compile(
    rb"(?:(Accepted|Failed) (?!none )\S+ for (invalid user )?(.*?)|Invalid user (.*?)) from (\S+) port (\d+)"
)
GAVE_UP = re.compile(
    rb"(?:Connection (?:closed|reset) by|Disconnected from) authenticating user (.*?) (\S+) port (\d+)"
)
REMEMBERED = 1000


class Sshd:
    """Reads what sshd says. A name that it does not know is told twice, and a refused key only by the connection's end."""

    def __init__(self) -> None:
        self._failed: deque[tuple[bytes, bytes]] = deque(maxlen=REMEMBERED)

    def __call__(self, said: bytes, _program: bytes = b"") -> Event | None:
        found = LINE.match(said)
        if found is None:
            return self._gave_up(said)
        word, unknown_too, user, invalid, address, port = found.groups()
        if unknown_too:
            return None
        accepted = word == b"Accepted"
        if not accepted:
            self._failed.append((address, port))
        account = invalid if user is None else user
        return Event(0, "ssh", account, address=address, signed_in=int(accepted), failed=int(not accepted))

    def _gave_up(self, said: bytes) -> Event | None:
        found = GAVE_UP.match(said)
        if found is None or (found[2], found[3]) in self._failed:
            return None
        return Event(0, "ssh", found[1], address=found[2], signed_in=0, failed=1)
