"""What a mail server says to those who connect (RFC 5321), and what it does with their mail before it says yes."""

from __future__ import annotations

import asyncio
import email
import email.policy
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from aiosmtpd.smtp import AuthResult, LoginPassword

from skyflytt.deadline.clock import Clock
from skyflytt.sandbox.mailserver.delivering import Mailboxes, Route, Undelivered
from skyflytt.sandbox.mailserver.maillog import Client, MailLog

UNKNOWN = "550 5.1.1 Recipient address rejected: User unknown"
DENIED = "554 5.7.1 Relay access denied"


@dataclass(slots=True)
class Accepting:
    """aiosmtpd's handler. `addresses` are those of the customer's `domain`; `passwords` those of who may send elsewhere."""

    name: str
    domain: str
    addresses: frozenset[str]
    passwords: Mapping[str, str]
    mailboxes: Mailboxes
    route: Route
    log: MailLog
    clock: Clock

    def authenticate(self, _server: Any, session: Any, _envelope: Any, mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        login = given.login.decode("utf-8", "replace").lower()
        known = self.passwords.get(login)
        if known is None or not hmac.compare_digest(known.encode(), given.password):
            self.log.refused_login(_client(session), mechanism)
            return AuthResult(success=False, handled=False)
        return AuthResult(success=True, auth_data=(mechanism, login))

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        refusal = None
        if address.lower().rpartition("@")[2] == self.domain:
            refusal = None if address.lower() in self.addresses else UNKNOWN
        elif not session.authenticated:
            refusal = DENIED
        if refusal:
            self.log.refused_recipient(_client(session), refusal, envelope.mail_from, address)
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        queue = os.urandom(5).hex().upper()
        try:
            await asyncio.to_thread(self._deliver, queue, session, envelope)
        except Undelivered as later:
            return f"451 4.3.0 {' '.join(str(later).split())[:200]}"
        return f"250 2.0.0 Ok: queued as {queue}"

    def _deliver(self, queue: str, session: Any, envelope: Any) -> None:
        client, raw = _client(session), self._received(queue, session, envelope)
        self.log.accepted(queue, client, session.auth_data if session.authenticated else ())
        message_id = email.message_from_bytes(raw, policy=email.policy.compat32)["Message-ID"] or ""
        self.log.queued(queue, message_id, envelope.mail_from, len(raw), len(envelope.rcpt_tos))
        for recipient in envelope.rcpt_tos:
            if recipient.lower().rpartition("@")[2] == self.domain:
                self.mailboxes.deliver(recipient.lower(), raw)
                self.log.delivered(queue, recipient, "local[private/lmtp]", "250 2.0.0 saved")
            else:
                relay = self.route.relay(envelope.mail_from, recipient, raw)
                self.log.delivered(queue, recipient, relay, "250 OK")
        self.log.removed(queue)

    def _received(self, queue: str, session: Any, envelope: Any) -> bytes:
        """RFC 5321 section 4.4."""
        at, content = format_datetime(self.clock.now()), bytes(envelope.original_content)
        return (
            f"Received: from {_client(session)}\r\n\tby {self.name} with ESMTP id {queue};\r\n\t{at}\r\n".encode()
            + content
        )


def _client(session: Any) -> Client:
    name = str(session.host_name or "unknown")
    # Who has no name calls itself by its address, in brackets (RFC 5321 section 4.1.3).
    return Client("unknown" if name.startswith("[") else name, str(session.peer[0]))
