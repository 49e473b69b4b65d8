"""An SMTP server on loopback that delivers into mailboxes, or refuses as it is told to."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from skyflytt.mail.port import MailTarget, NewMessage

AT = datetime(2026, 9, 1, 20, 0, tzinfo=UTC)
Deliver = Callable[[bytes], None]


def into(mailbox: MailTarget, folder: str = "INBOX") -> Deliver:
    """What the server does with a letter that it takes."""
    return lambda raw: mailbox.append((folder,), [NewMessage(raw, frozenset(), AT)]) and None


@dataclass
class Desk:
    """`boxes` by address; `answers` are said first, one to each letter, before one is taken.

    `elsewhere` are other boxes for those who come by another of this machine's addresses.
    """

    boxes: dict[str, Deliver] = field(default_factory=dict)
    elsewhere: dict[str, dict[str, Deliver]] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    taken: list[Envelope] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address not in self._boxes(server):
            return "550 5.1.1 no such address here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.taken.append(envelope)
        self.encrypted.append(session.ssl is not None)
        for one in envelope.rcpt_tos:
            self._boxes(server)[one](envelope.original_content or b"")
        return "250 OK, delivered"

    def _boxes(self, server: SMTP) -> dict[str, Deliver]:
        asked = server.transport.get_extra_info("sockname")[0]  # type: ignore[union-attr]
        return self.elsewhere.get(asked, self.boxes)


class _AnyPort(Controller):
    """Takes the port that the system gives; aiosmtpd's own knows only a given one."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()


@contextlib.contextmanager
def running_smtp(desk: Desk, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[int]:
    """The server in this process; its port."""
    controller = _AnyPort(desk, hostname=host, port=0, tls_context=tls, server_hostname="mx.test")
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
