"""XOAUTH2: a token instead of a password, one attempt, and in no message."""

from __future__ import annotations

import base64
import ssl

import pytest

from skyflytt.errors.connection import PasswordRefused, ServerBusy
from skyflytt.mail.imap import open_imap
from tests.mail.imap.scripts import Settings
from tests.real.scripted_imap import Answer, scripted_imap

FIRST = base64.b64encode(b"user=anna@example.com\1auth=Bearer tok.en-1\1\1")
REASON = b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'


def server(*, initial: bool, refuses: bool = False, echo: bool = False) -> Answer:
    tags: list[bytes] = []

    def answer(tag: bytes, rest: bytes) -> bytes:
        if rest.startswith(b"CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2" + b" SASL-IR" * initial + b"\r\n" + tag + b" OK done\r\n"
        if rest == b"AUTHENTICATE XOAUTH2":
            tags.append(tag)
            return b"+ \r\n"
        if rest.startswith(b"AUTHENTICATE XOAUTH2 "):
            tags.append(tag)
        elif rest.startswith(b"LOGOUT"):
            return b"* BYE\r\n" + tag + b" OK\r\n"
        elif tag + b" " + rest == b" ":
            said = b" " + FIRST if echo else b""
            return tags[0] + b" NO [AUTHENTICATIONFAILED] Invalid credentials" + said + b"\r\n"
        if refuses:
            return b"+ " + base64.b64encode(REASON) + b"\r\n"
        return tags[0] + b" OK in\r\n"

    return answer


@pytest.mark.parametrize("initial", [True, False])
def test_a_token_signs_in(tls: ssl.SSLContext, settings: Settings, initial: bool) -> None:
    with scripted_imap(server(initial=initial), context=tls) as running:
        with open_imap(settings(running.port, login_by="xoauth2"), "anna@example.com", "tok.en-1"):
            pass
        sent = [line for line in running.lines if FIRST in line]
    assert len(sent) == 1
    assert sent[0].endswith(b"AUTHENTICATE XOAUTH2 " + FIRST) == initial


@pytest.mark.parametrize("initial", [True, False])
@pytest.mark.parametrize("echo", [True, False])
def test_a_token_that_is_refused_is_tried_once(
    tls: ssl.SSLContext, settings: Settings, initial: bool, echo: bool
) -> None:
    with scripted_imap(server(initial=initial, refuses=True, echo=echo), context=tls) as running:
        with (
            pytest.raises(PasswordRefused) as caught,
            open_imap(settings(running.port, login_by="xoauth2", connections=4), "anna@example.com", "tok.en-1"),
        ):
            pass
        assert len([line for line in running.lines if FIRST in line]) == 1
    assert '"status":"400"' in str(caught.value)
    assert "tok.en-1" not in str(caught.value)
    assert FIRST.decode() not in str(caught.value)


@pytest.mark.parametrize(
    "words",
    [b" NO [UNAVAILABLE] later\r\n", b" BAD Request is throttled. Suggested Backoff Time: 900 milliseconds\r\n"],
)
def test_a_server_that_is_busy(tls: ssl.SSLContext, settings: Settings, words: bytes) -> None:
    def answer(tag: bytes, rest: bytes) -> bytes:
        ready = b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR\r\n" + tag + b" OK done\r\n"
        return ready if rest.startswith(b"CAPABILITY") else tag + words

    with (
        scripted_imap(answer, context=tls) as running,
        pytest.raises(ServerBusy),
        open_imap(settings(running.port, login_by="xoauth2"), "anna", "tok"),
    ):
        pass
