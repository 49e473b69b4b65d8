"""Somebody outside sends the company a letter, as any mail server does: to whom the domain's MX names, or still to the old one."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.policy import SMTP

from skyflytt.sandbox.company.internet import OLD_MAIL, SUPPLIER
from skyflytt.sandbox.mailserver.delivering import Route
from skyflytt.sandbox.state import Sandbox

OWN_NAME = f"mail.{SUPPLIER}"
TIMEOUT_S = 20.0


def send(sandbox: Sandbox, message: EmailMessage) -> str:
    """Which server took it. Raises `Undelivered`."""
    resolver, mail = sandbox.servers["resolver"], sandbox.servers["old-smtp"]
    route = Route((resolver.host, resolver.port), mail.port, OWN_NAME)
    sender, recipient = _addresses(message)
    return route.relay(sender, recipient, message.as_bytes(policy=SMTP))


def send_the_old_way(sandbox: Sandbox, message: EmailMessage) -> None:
    """From a server that has the old address in its memory for longer than it should. Raises OSError."""
    sender, recipient = _addresses(message)
    with smtplib.SMTP(OLD_MAIL, sandbox.servers["old-smtp"].port, OWN_NAME, TIMEOUT_S) as client:
        client.sendmail(sender, [recipient], message.as_bytes(policy=SMTP))


def _addresses(message: EmailMessage) -> tuple[str, str]:
    return (
        message["From"].addresses[0].addr_spec,
        message["To"].addresses[0].addr_spec,
    )
