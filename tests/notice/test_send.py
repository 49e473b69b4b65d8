"""Sending, to a real SMTP server on loopback: once each, encrypted where that is asked for, refused clearly."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult

from skyflytt.errors.connection import (
    CertificateNotTrusted,
    HostUnknown,
    PasswordRefused,
    ServerBusy,
    ServerUnreachable,
    TlsMissing,
)
from skyflytt.ledger.journal import entries
from skyflytt.ledger.ledger import Ledger
from skyflytt.notice.failures import RecipientRefused
from skyflytt.notice.message import VALUES, NoticeKind
from skyflytt.notice.send import Notice, message_id, send_notice
from skyflytt.project.servers import SmtpServer

NOTICE = Notice(
    kind=NoticeKind.CUTOVER_DONE,
    about="norrsken",
    person="Anna Åström",
    email="anna.astrom@norrskenbygg.example",
    language="sv",
    values={name: f"å-{name}" for name in VALUES[NoticeKind.CUTOVER_DONE] if name != "person"},
)


@dataclass
class Post:
    """What the server takes, and what it says to recipients; `encrypted` tells of each message how it came."""

    received: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    answer: str = ""
    answer_data: str = "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: ARG002, N802
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802
        if self.answer_data.startswith("250"):
            self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
            self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return self.answer_data


@contextmanager
def running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    folder = tmp_path_factory.mktemp("tls")
    made = trustme.CA()
    made.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.issue_cert("localhost").configure_cert(context)
    return folder / "ca.pem", context


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def serve(post: Post) -> Iterator[Callable[..., int]]:
    """Start a server with aiosmtpd's settings (`implicit`: TLS from the first byte); its port."""
    with running_loop() as loop:

        def start(implicit: ssl.SSLContext | None = None, **settings: Any) -> int:
            made = loop.create_server(
                lambda: SMTP(post, hostname="localhost", loop=loop, **settings), "127.0.0.1", 0, ssl=implicit
            )
            server = asyncio.run_coroutine_threadsafe(made, loop).result(10)
            return int(server.sockets[0].getsockname()[1])

        yield start


def settings(port: int, security: str = "none", **more: object) -> SmtpServer:
    fields = {"kind": "smtp", "host": "localhost", "port": port, "security": security, "sender": "skyflytt@nya.example"}
    return SmtpServer.model_validate({**fields, **more}, context={})


def send(ledger: Ledger, server: SmtpServer, notice: Notice = NOTICE, secret: str | None = None) -> bool:
    return send_notice(ledger, "norrsken", notice, server, secret=secret, by="advance")


def test_a_notice_arrives_whole(ledger: Ledger, post: Post, serve: Callable[..., int]) -> None:
    assert send(ledger, settings(serve()))
    (message,) = post.received
    assert message["To"] == "Anna Åström <anna.astrom@norrskenbygg.example>"
    assert message["Subject"] == "Flytten är gjord: använd det nya från och med nu"
    assert message["Message-ID"] == message_id("norrsken", NOTICE, "skyflytt@nya.example")
    assert message["Date"].datetime == ledger.clock.now()
    assert "å-old_provider" in message.get_content()


def test_the_same_occasion_goes_out_once_to_each_person(ledger: Ledger, post: Post, serve: Callable[..., int]) -> None:
    server = settings(serve())
    assert send(ledger, server)
    assert not send(ledger, server)
    assert not send(ledger, server, replace(NOTICE, values={}))
    assert send(ledger, server, replace(NOTICE, email="bengt@norrskenbygg.example"))
    assert send(ledger, server, replace(NOTICE, about="again"))
    assert len(post.received) == 3
    assert [entry.action for entry in entries(ledger, "norrsken")] == ["notice-sent"] * 3


def test_the_journal_says_what_went_to_whom_without_the_address(ledger: Ledger, serve: Callable[..., int]) -> None:
    send(ledger, settings(serve()), replace(NOTICE, role="owner"))
    (entry,) = entries(ledger, "norrsken")
    assert (entry.action, entry.data["kind"], entry.data["to"], entry.data["role"]) == (
        "notice-sent", "cutover-done", "Anna Åström", "owner",
    )  # fmt: skip
    assert "anna.astrom" not in str(entry)


def test_what_was_not_sent_is_sent_the_next_time(ledger: Ledger, post: Post, serve: Callable[..., int]) -> None:
    server = settings(serve())
    post.answer_data = "451 try later"
    with pytest.raises(ServerBusy):
        send(ledger, server)
    post.answer_data = "250 OK"
    assert send(ledger, server)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_encrypted(
    ledger: Ledger, post: Post, serve: Callable[..., int], authority: tuple[Path, ssl.SSLContext], security: str
) -> None:
    ca_file, context = authority
    port = serve(implicit=context) if security == "tls" else serve(tls_context=context, require_starttls=True)
    assert send(ledger, settings(port, security, ca_file=ca_file))
    assert post.encrypted == [True]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_an_unknown_authority_is_refused(
    ledger: Ledger, post: Post, serve: Callable[..., int], authority: tuple[Path, ssl.SSLContext], security: str
) -> None:
    _, context = authority
    port = serve(implicit=context) if security == "tls" else serve(tls_context=context)
    with pytest.raises(CertificateNotTrusted):
        send(ledger, settings(port, security))
    assert post.received == []


def test_starttls_that_is_not_offered_is_not_gone_without(
    ledger: Ledger, post: Post, serve: Callable[..., int]
) -> None:
    with pytest.raises(TlsMissing):
        send(ledger, settings(serve(), "starttls"))
    assert post.received == []


def test_signing_in(
    ledger: Ledger, post: Post, serve: Callable[..., int], authority: tuple[Path, ssl.SSLContext]
) -> None:
    ca_file, context = authority

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"right", handled=False)

    port = serve(tls_context=context, authenticator=check, auth_required=True)
    server = settings(port, "starttls", ca_file=ca_file, user="skyflytt")
    with pytest.raises(PasswordRefused) as refused:
        send(ledger, server, secret="wrong-secret")
    assert "wrong-secret" not in str(refused.value)
    assert send(ledger, server, secret="right")


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_a_password_with_any_letters(
    ledger: Ledger, post: Post, serve: Callable[..., int], authority: tuple[Path, ssl.SSLContext], mechanism: str
) -> None:
    ca_file, context = authority

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == ("åsa".encode(), "rätt".encode()), handled=False)

    other = {"PLAIN": "LOGIN", "LOGIN": "PLAIN"}[mechanism]
    port = serve(tls_context=context, authenticator=check, auth_required=True, auth_exclude_mechanism=[other])
    server = settings(port, "starttls", ca_file=ca_file, user="åsa")
    with pytest.raises(PasswordRefused) as refused:
        send(ledger, server, secret="fel-lösenord")
    assert "fel-lösenord" not in str(refused.value)
    assert send(ledger, server, secret="rätt")


def test_a_refused_recipient(ledger: Ledger, post: Post, serve: Callable[..., int]) -> None:
    server = settings(serve())
    post.answer = "550 no such user"
    with pytest.raises(RecipientRefused, match="no such user"):
        send(ledger, server)
    post.answer = "450 greylisted"
    with pytest.raises(ServerBusy):
        send(ledger, server)


def test_nobody_answers(ledger: Ledger) -> None:
    with pytest.raises(ServerUnreachable):
        send(ledger, settings(1))
    unknown = settings(25).model_copy(update={"host": "post.invalid"})
    with pytest.raises((HostUnknown, ServerUnreachable)):
        send(ledger, unknown)
