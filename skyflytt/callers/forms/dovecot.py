"""Dovecot's sign-ins (https://doc.dovecot.org/2.3/admin_manual/logging/, checked against 2.3.19), in its own log or in syslog.

With `imap_id_log = *` it also tells what a client calls itself (RFC 2971); that is joined to the sign-in by the session.
"""

from __future__ import annotations

import re
from collections import OrderedDict

from skyflytt.callers.event import Event, Found
from skyflytt.callers.stamps import Stamps

OWN = re.compile(
    rb"(?:(?P<short>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)|(?P<iso>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*)) "
    rb"(?P<said>[a-z0-9-]+(?:\([^)]*\))?(?:<[^>]*>)*: (?:Info|Warning|Error|Fatal|Panic|Debug): .*)",
    re.DOTALL,
)
LOGIN = re.compile(rb"([a-z0-9]+)-login: (?:Info: )?(Login: |Disconnected|Aborted login|Login aborted|ID sent: )")
WHO = re.compile(rb"user=<([^>]*)>")
WHERE = re.compile(rb"\brip=([^,\s]+)")
SESSION = re.compile(rb"session=<([^>]+)>")
ATTEMPTS = re.compile(rb"\(auth failed, (\d+) attempts|\(tried to use disallowed plaintext auth")
ID_SENT = re.compile(rb"ID sent: (.*?)(?:: user=<|$)")
NAMED = re.compile(rb"(name|version|os|os-version|vendor)=([^,]*)")
SESSIONS = 10_000


class Dovecot:
    """Reads what Dovecot says."""

    def __init__(self) -> None:
        self._agents: OrderedDict[bytes, bytes] = OrderedDict()

    def __call__(self, said: bytes, _program: bytes = b"") -> Event | None:
        found = LOGIN.match(said)
        if found is None:
            return None
        protocol, what = found[1].decode("ascii"), found[2]
        if what == b"ID sent: ":
            self._remember(said)
            return None
        user, rip = WHO.search(said), WHERE.search(said)
        if user is None or rip is None:
            return None
        session = SESSION.search(said)
        agent = self._agents.pop(session[1], b"") if session else b""
        if what == b"Login: ":
            return Event(0, protocol, user[1], agent=agent, address=rip[1])
        attempts = ATTEMPTS.search(said)
        if attempts is None:
            return None
        return Event(0, protocol, user[1], b"", agent, rip[1], signed_in=0, failed=int(attempts[1] or 1))

    def _remember(self, said: bytes) -> None:
        session, sent = SESSION.search(said), ID_SENT.search(said)
        if session and sent:
            named = dict(NAMED.findall(sent[1]))
            keys = (b"name", b"version", b"os", b"os-version", b"vendor")
            self._agents[session[1]] = b" ".join(named[key] for key in keys if named.get(key))
            if len(self._agents) > SESSIONS:
                self._agents.popitem(last=False)


class DovecotLog:
    """Dovecot's own log (`log_path`)."""

    snapshot = False
    header = b""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps, self._reader = stamps, Dovecot()

    @staticmethod
    def recognises(line: bytes) -> bool:
        return OWN.match(line) is not None

    def read(self, line: bytes) -> Found:
        found = OWN.match(line)
        if found is None:
            return False
        short, iso, said = found.groups()
        event = self._reader(said)
        if event is None:
            return True
        try:
            return event._replace(at=self._stamps.syslog(short) if short else self._stamps.iso(iso))
        except ValueError:
            return False
