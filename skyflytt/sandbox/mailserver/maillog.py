"""The log of a mail server, in the lines that Postfix 3 writes through rsyslog with RFC 3339 times: who connected, signed in, sent what."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from skyflytt.deadline.clock import Clock


@dataclass(frozen=True, slots=True)
class Client:
    """Who is connected; `name` is what it called itself."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name}[{self.address}]"


class MailLog:
    """Each line is written whole, so that one who reads meanwhile, or after a kill, sees only whole lines."""

    def __init__(self, file: Path, host: str, clock: Clock) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._host = host.partition(".")[0]
        self._clock = clock

    def refused_login(self, client: Client, mechanism: str) -> None:
        self._write("smtpd", f"warning: {client}: SASL {mechanism} authentication failed: authentication failure")

    def refused_recipient(self, client: Client, answer: str, sender: str, recipient: str) -> None:
        said = f"NOQUEUE: reject: RCPT from {client}: {answer}; from=<{sender}> to=<{recipient}> proto=ESMTP helo=<{client.name}>"
        self._write("smtpd", said)

    def accepted(self, queue: str, client: Client, signed_in_by: tuple[str, str] | tuple[()]) -> None:
        """`signed_in_by` is the mechanism and the login."""
        signed_in = ", sasl_method={}, sasl_username={}".format(*signed_in_by) if signed_in_by else ""
        self._write("smtpd", f"{queue}: client={client}{signed_in}")

    def queued(self, queue: str, message_id: str, sender: str, size: int, recipients: int) -> None:
        self._write("cleanup", f"{queue}: message-id={message_id}")
        self._write("qmgr", f"{queue}: from=<{sender}>, size={size}, nrcpt={recipients} (queue active)")

    def delivered(self, queue: str, recipient: str, relay: str, status: str) -> None:
        agent = "lmtp" if relay.startswith("local") else "smtp"
        self._write(agent, f"{queue}: to=<{recipient}>, relay={relay}, delay=0.1, dsn=2.0.0, status=sent ({status})")

    def removed(self, queue: str) -> None:
        self._write("qmgr", f"{queue}: removed")

    def _write(self, agent: str, said: str) -> None:
        at = self._clock.now().isoformat(timespec="microseconds")
        os.write(self._file, f"{at} {self._host} postfix/{agent}[{os.getpid()}]: {said}\n".encode())
