"""How letters travel: encrypted where the server's certificate is good, in clear where it is not, and through a submission server."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from skyflytt.errors.connection import TlsMissing
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.mailflow.inwards import hand_over
from skyflytt.mailflow.letter import Letter, is_letter, judged, letter, new_token
from skyflytt.mailflow.outwards import submit
from skyflytt.mailflow.route import Exchanger, Route
from skyflytt.notice.failures import RecipientRefused
from skyflytt.project.servers import SmtpServer
from tests.real.smtp_server import Desk, into, running_smtp

AT = datetime(2026, 9, 1, 20, 0, tzinfo=UTC)
ADDRESS = "flow@norrskenbygg.example"
ROUTE = Route("norrskenbygg.example", (Exchanger(10, "mx.new.example", ("127.0.0.1",)),), ("ns1",), ())


@pytest.fixture
def mailbox() -> MemoryMailbox:
    return MemoryMailbox()


@pytest.fixture
def one() -> Letter:
    return letter(new_token(), "flow@migration-team.example", ADDRESS, AT)


def context_of(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("certified", "encrypted", "words"),
    [("mx.new.example", True, "encrypted, its certificate is good"), ("other.example", False, "in clear, since its certificate")],
)  # fmt: skip
def test_a_certificate_decides_over_the_line(
    mailbox: MemoryMailbox, one: Letter, certified: str, encrypted: bool, words: str
) -> None:
    authority, desk = trustme.CA(), Desk({ADDRESS: into(mailbox)})
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with running_smtp(desk, context_of(authority, certified)) as port:
        accepted = hand_over(one, ROUTE, port, trusting)
    assert accepted.secured.startswith(words)
    assert desk.encrypted == [encrypted]
    assert is_letter((desk.taken[0].original_content or b""), one.token)


def test_submission_goes_by_its_own_server(mailbox: MemoryMailbox, one: Letter, tmp_path: Path) -> None:
    authority, desk = trustme.CA(), Desk({ADDRESS: into(mailbox)})
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with running_smtp(desk, context_of(authority, "localhost")) as port:
        server = SmtpServer(kind="smtp", host="localhost", port=port, sender=one.sender, ca_file=tmp_path / "ca.pem")
        assert submit(one, server, None).secured == "encrypted, its certificate is good"
        stranger = letter(one.token, one.sender, "nobody@norrskenbygg.example", AT)
        with pytest.raises(RecipientRefused):
            submit(stranger, server, None)
    assert desk.encrypted == [True]


def test_submission_never_goes_in_clear_by_itself(one: Letter) -> None:
    with running_smtp(Desk()) as port, pytest.raises(TlsMissing):
        submit(one, SmtpServer(kind="smtp", host="localhost", port=port, sender=one.sender), None)


def test_a_letter_is_known_by_its_token_alone(one: Letter) -> None:
    assert is_letter(one.raw, one.token)
    assert not is_letter(one.raw, new_token())
    assert not is_letter(b"Subject: Re\r\n\r\n" + one.token.encode(), one.token), "quoted in an answer"
    without = one.raw.replace(b"X-Skyflytt-Mail-Flow", b"X-Other")
    assert is_letter(without, one.token), "a relay took the header off"


def test_what_the_receiving_server_found_is_told(one: Letter) -> None:
    assert judged(one.raw) == ""
    with_results = b"Authentication-Results: mx.example;\r\n spf=pass smtp.mailfrom=x;\r\n dkim=none\r\n" + one.raw
    assert judged(with_results) == "mx.example; spf=pass smtp.mailfrom=x; dkim=none"
