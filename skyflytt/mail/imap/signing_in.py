"""Signing in: by password (LOGIN, or PLAIN where LOGIN cannot carry it) or by an access token (XOAUTH2); one attempt, never two."""

from __future__ import annotations

import base64
import imaplib
from collections.abc import Callable

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from skyflytt.errors.base import Failure
from skyflytt.mail.imap.errors import login_failure
from skyflytt.project.servers import ImapServer


def sign_in(client: IMAPClient, server: ImapServer, login: str, secret: str) -> None:
    """Raises `PasswordRefused`, `TlsMissing`, `ServerBusy` or `ConnectionLost`, with no secret in its words."""
    name = f"{server.host}:{server.port}"
    try:
        if server.login_by == "xoauth2":
            _by_token(client, login, secret)
        elif (login + secret).isascii() and not client.has_capability("LOGINDISABLED"):
            client.login(login, secret)
        else:
            # LOGIN can only carry ASCII; PLAIN is UTF-8 (RFC 4616 §2).
            client.plain_login(login, secret)
    except (OSError, IMAPClientError) as error:
        # Without its chain: a traceback could show the arguments of the frames above.
        raise _failure(error, f"{login} at {name}", name, login, secret) from None


def _failure(error: Exception, account: str, server: str, login: str, secret: str) -> Failure:
    return login_failure(error, account, server, _scrubber(login, secret))


def _by_token(client: IMAPClient, login: str, token: str) -> None:
    """SASL XOAUTH2, in one line where the server takes an initial response (SASL-IR, RFC 4959)."""
    first = f"user={login}\1auth=Bearer {token}\1\1".encode()
    words = [b"" if client.has_capability("SASL-IR") else first]
    said: list[bytes] = []

    def respond(challenge: bytes) -> bytes:
        # After its refusal the server sends the reason as a challenge and waits for an empty answer.
        said.append(challenge)
        return words.pop() if words else b""

    imap = client._imap
    imap.literal = imaplib._Authenticator(respond).process
    initial = base64.b64encode(first).decode("ascii") if not words[0] else None
    typ, data = imap._simple_command("AUTHENTICATE", "XOAUTH2", initial)
    imap.literal = None
    if typ != "OK":
        reason = b" ".join([*(each for each in said if each), data[-1] or b""])
        raise LoginError(reason.decode("utf-8", "replace"))
    imap.state = "AUTH"


def _scrubber(login: str, secret: str) -> Callable[[str], str]:
    """Takes the secret out of a server's words: some repeat what they were sent."""
    plain = base64.b64encode(f"\0{login}\0{secret}".encode()).decode("ascii")
    token = base64.b64encode(f"user={login}\1auth=Bearer {secret}\1\1".encode()).decode("ascii")
    forms = (plain, token, secret, secret.replace("\\", "\\\\").replace('"', '\\"'))

    def scrubbed(text: str) -> str:
        for form in forms:
            text = text.replace(form, "***") if form else text
        return text

    return scrubbed
