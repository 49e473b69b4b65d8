"""Signing in to a submission server with any letters: smtplib's own `login` takes ASCII alone."""

from __future__ import annotations

import base64
import smtplib

SIGNED_IN = (235, 503)
"""The second: signed in already."""


def sign_in(smtp: smtplib.SMTP, user: str, secret: str) -> None:
    """Raises `smtplib.SMTPAuthenticationError`, or `smtplib.SMTPNotSupportedError` where the server takes no password."""
    if (user + secret).isascii():
        smtp.login(user, secret)
        return
    smtp.ehlo_or_helo_if_needed()
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        # UTF-8 (RFC 4616 §2), in one line (RFC 4954 §4).
        code, words = smtp.docmd("AUTH", "PLAIN " + _encoded(f"\0{user}\0{secret}"))
    elif "LOGIN" in offered:
        code, words = smtp.docmd("AUTH", f"LOGIN {_encoded(user)}")
        if code == 334:
            code, words = smtp.docmd(_encoded(secret))
    else:
        raise smtplib.SMTPNotSupportedError("it offers neither AUTH PLAIN nor AUTH LOGIN, which such a password needs")
    if code not in SIGNED_IN:
        raise smtplib.SMTPAuthenticationError(code, words)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
