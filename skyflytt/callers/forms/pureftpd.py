"""Pure-FTPd's messages in syslog (pure-ftpd's src/messages_en.h: MSG_IS_NOW_LOGGED_IN, MSG_AUTH_FAILED_LOG)."""

from __future__ import annotations

import re

from skyflytt.callers.event import Event

LINE = re.compile(
    rb"\([^@]*@([^)]+)\) \[(?:INFO|WARNING|NOTICE)\] (?:(.+) is now logged in|Authentication failed for user \[(.*)\])"
)


def pureftpd(said: bytes, _program: bytes = b"") -> Event | None:
    """One message; the transport, FTP or FTPS, is not in it."""
    found = LINE.match(said)
    if found is None:
        return None
    address, user, failed = found.groups()
    return Event(
        0, "ftp", user or failed or b"", address=address, signed_in=int(user is not None), failed=int(user is None)
    )
