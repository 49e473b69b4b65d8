"""A letter handed to the hosts that take the domain's mail, as any mail server outside would (RFC 5321)."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost, ServerBusy, ServerUnreachable
from skyflytt.errors.mailflow import LetterRefused
from skyflytt.mailflow.letter import Letter
from skyflytt.mailflow.route import Route

TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who took the letter; `secured` says how the line was encrypted."""

    host: str
    secured: str


def hand_over(letter: Letter, route: Route, port: int = 25, tls: ssl.SSLContext | None = None) -> Accepted:
    """To the first exchanger that takes it, best first. Raises what the last of them said.

    A refusal for good (5xx) ends the attempt, as it would end it for everybody. The line is encrypted where the server offers it
    and its certificate is good, and in clear otherwise, as mail servers do: the letter holds nothing of the customer's.
    """
    last: Failure = ServerUnreachable(route.domain, "none of its mail servers has an address")
    for one in route.exchangers:
        for address in one.addresses:
            try:
                return _hand_to(letter, _Door(one.host, address, port), tls or ssl.create_default_context())
            except (ServerUnreachable, ConnectionLost, ServerBusy) as failure:
                last = failure
    raise last


@dataclass(frozen=True, slots=True)
class _Door:
    """One address of one host."""

    host: str
    address: str
    port: int

    def __str__(self) -> str:
        return f"{self.host} [{self.address}]:{self.port}"


def _hand_to(letter: Letter, door: _Door, tls: ssl.SSLContext) -> Accepted:
    try:
        return _said(letter, door, tls)
    except ssl.SSLError as error:
        untrusted = getattr(error, "verify_message", "") or error.reason or "TLS failed"
    said = _said(letter, door, None)
    return Accepted(said.host, f"in clear, since its certificate is not trusted: {untrusted}")


def _said(letter: Letter, door: _Door, tls: ssl.SSLContext | None) -> Accepted:
    with _connected(letter, door) as smtp, _refusals(letter.recipient, str(door)):
        smtp.ehlo_or_helo_if_needed()
        secured = "in clear"
        if tls is not None and smtp.has_extn("starttls"):
            smtp.starttls(context=tls)
            secured = "encrypted, its certificate is good"
        smtp.sendmail(letter.sender, [letter.recipient], letter.raw)
        return Accepted(str(door), secured)


class _AtAddress(smtplib.SMTP):
    """Knows the server by its name, for its certificate, and connects to one of its addresses."""

    def __init__(self, door: _Door, own_name: str) -> None:
        self._address = door.address
        super().__init__(door.host, door.port, local_hostname=own_name, timeout=TIMEOUT_S)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002 - smtplib's signature
        return socket.create_connection((self._address, port), timeout)


@contextlib.contextmanager
def _connected(letter: Letter, door: _Door) -> Iterator[smtplib.SMTP]:
    own_name = letter.sender.rpartition("@")[2]
    try:
        smtp = _AtAddress(door, own_name)
    except (OSError, smtplib.SMTPException) as error:
        raise ServerUnreachable(str(door), str(error)) from error
    try:
        yield smtp
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


@contextlib.contextmanager
def _refusals(recipient: str, name: str) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _refused(recipient, name, code, words) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(recipient, name, error.smtp_code, error.smtp_error) from error
    except ssl.SSLError:
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise ConnectionLost(name, str(error)) from error


def _refused(recipient: str, name: str, code: int, words: bytes | str) -> Failure:
    said = f"{name} says {code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"
    return LetterRefused(recipient, said) if code >= 500 else ServerBusy(name, said)
