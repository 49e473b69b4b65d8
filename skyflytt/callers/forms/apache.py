"""Access logs of Apache and nginx (`combined`, `common`, `vhost_combined`): who signed in over HTTP, by WebDAV or otherwise.

https://httpd.apache.org/docs/2.4/mod/mod_log_config.html; the user's name stands there also when it was refused (401).
"""

from __future__ import annotations

import re

from skyflytt.callers.event import Event, Found
from skyflytt.callers.stamps import Stamps

LINE = re.compile(
    rb"(?:\S+:\d+ )?(\S+) \S+ (.*?) \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "
    rb'"([^\s"]*)(?:[^"\\]|\\.)*" (\d{3}) \S+(?: "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)")?'
)
DAV_METHODS = frozenset(
    b"PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK PUT DELETE OPTIONS REPORT SEARCH MKCALENDAR".split()
)
DAV_AGENT = re.compile(rb"webdav|\bdav\b|davfs|cadaver|neon/|gvfs|rclone|cyberduck|mountain|dataaccessd", re.IGNORECASE)
ESCAPED = re.compile(rb'\\(?:x([0-9a-fA-F]{2})|(["\\]))')


class ApacheLog:
    """An access log."""

    snapshot = False
    header = b""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps

    @staticmethod
    def recognises(line: bytes) -> bool:
        return LINE.match(line) is not None

    def read(self, line: bytes) -> Found:
        found = LINE.match(line)
        if found is None:
            return False
        address, user, stamp, method, status, agent = found.groups()
        if user in (b"-", b'""'):
            return True
        if agent is None or agent == b"-":
            agent = b""
        failed = int(status == b"401")
        protocol = "webdav" if method in DAV_METHODS or DAV_AGENT.search(agent) else "web"
        if b"\\" in user or b"\\" in agent:
            user, agent = _plain(user), _plain(agent)
        try:
            at = self._stamps.access(stamp)
        except ValueError:
            return False
        return Event(at, protocol, user, b"", agent, address, 1 - failed, failed)


def _plain(text: bytes) -> bytes:
    return ESCAPED.sub(lambda one: bytes.fromhex(one[1].decode()) if one[1] else one[2], text)
