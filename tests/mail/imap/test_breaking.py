"""Servers that stall, break off, lie about sizes: the message's own failure where it is one message's, and the others come."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from skyflytt.errors.connection import CertificateNotTrusted, ConnectionLost, ServerBusy
from skyflytt.errors.mail import MessageUnreadable
from skyflytt.mail.imap import open_imap, open_imap_source
from skyflytt.mail.port import Fetched, FetchFailure
from tests.contract.mail_messages import message, new
from tests.mail.imap.scripts import BASE, INBOX, Script, Settings, Start, follow
from tests.real.scripted_imap import Last, scripted_imap

BOTH = "UID FETCH 5:6 (UID BODY.PEEK[])"
FIRST, SECOND = "UID FETCH 5 (UID BODY.PEEK[])", "UID FETCH 6 (UID BODY.PEEK[])"
GOOD = b"* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n{tag} OK\r\n"
REFS = ["9:5", "9:6"]
CUT = Last(b"* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n* 2 FETCH (UID 6 BODY[] {500}\r\nde")
HUGE = b"* 2 FETCH (UID 6 BODY[] {99999999999}\r\nde"
LONGER = Last(b"* 2 FETCH (UID 6 BODY[] {500}\r\ndef)\r\n{tag} OK\r\n")


def fetched(
    talking: Start, settings: Settings, changes: Script, connections: int = 1
) -> dict[str, Fetched | FetchFailure]:
    server_settings = {"timeout_s": 0.5, "connections": connections}
    with talking(changes) as server, open_imap_source(settings(server.port, **server_settings), "anna", "x") as source:
        return {answer.ref: answer for answer in source.fetch(INBOX, REFS)}


@pytest.mark.parametrize(
    "broken", [CUT, HUGE, LONGER, None], ids=["mid-literal", "huge", "more announced than sent", "stalls"]
)
@pytest.mark.parametrize("connections", [1, 3])
def test_one_message_breaks_the_connection(
    talking: Start, settings: Settings, broken: bytes | None, connections: int
) -> None:
    answers = fetched(talking, settings, {BOTH: broken, FIRST: GOOD, SECOND: broken}, connections)
    assert answers["9:5"] == Fetched("9:5", b"abc")
    failed = answers["9:6"]
    assert isinstance(failed, FetchFailure)
    assert isinstance(failed.failure, MessageUnreadable)
    assert failed.failure.item == "9:6"


def test_a_literal_longer_or_shorter_than_the_size_told(talking: Start, settings: Settings) -> None:
    lies: Script = {
        "UID FETCH 5:6 (UID INTERNALDATE RFC822.SIZE)": b"* 1 FETCH (UID 5 RFC822.SIZE 900000)\r\n"
        b"* 2 FETCH (UID 6 RFC822.SIZE 0)\r\n{tag} OK\r\n",
        BOTH: b"* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n* 2 FETCH (UID 6 BODY[] {4}\r\ndefg)\r\n{tag} OK\r\n",
        FIRST: b"* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n{tag} OK\r\n",
    }
    answers = fetched(talking, settings, lies)
    assert answers == {"9:5": Fetched("9:5", b"abc"), "9:6": Fetched("9:6", b"defg")}


def test_a_connection_lost_in_mid_folder_is_renewed(talking: Start, settings: Settings) -> None:
    with (
        talking({BOTH: CUT, FIRST: GOOD, SECOND: GOOD.replace(b"UID 5", b"UID 6")}) as server,
        open_imap_source(settings(server.port), "anna", "x") as source,
    ):
        assert {answer.ref for answer in source.fetch(INBOX, REFS) if isinstance(answer, Fetched)} == set(REFS)
        assert server.connections == 2
        assert len([line for line in server.lines if b" LOGIN " in line]) == 2


def test_a_message_is_not_blamed_for_a_second_break_by_chance(tls: ssl.SSLContext, settings: Settings) -> None:
    """Two connections that break one after the other, in the batch and at the message that is asked for alone after it."""
    answers: Script = {
        BOTH: CUT,
        FIRST: Last(b"* 1 FETCH (UID 5 BODY[] {3}\r\na"),
        SECOND: GOOD.replace(b"UID 5", b"UID 6"),
    }

    def said(tag: bytes, rest: bytes) -> bytes | None:
        answer = follow(BASE | answers)(tag, rest)
        if rest.startswith(FIRST.encode()):
            answers[FIRST] = GOOD
        return answer

    with (
        scripted_imap(said, context=tls) as server,
        open_imap_source(settings(server.port), "anna", "x") as source,
    ):
        assert {answer.ref for answer in source.fetch(INBOX, REFS) if isinstance(answer, Fetched)} == set(REFS)
        assert server.connections == 3


def test_a_sign_in_that_breaks_on_the_way_back_is_tried_once_more(tls: ssl.SSLContext, settings: Settings) -> None:
    answers: Script = {BOTH: CUT, FIRST: GOOD, SECOND: GOOD.replace(b"UID 5", b"UID 6")}
    logins: list[bytes] = []

    def said(tag: bytes, rest: bytes) -> bytes | None:
        if rest.startswith(b"LOGIN"):
            logins.append(rest)
            if len(logins) == 2:
                return Last(b"")
        return follow(BASE | answers)(tag, rest)

    with (
        scripted_imap(said, context=tls) as server,
        open_imap_source(settings(server.port), "anna", "x") as source,
    ):
        assert {answer.ref for answer in source.fetch(INBOX, REFS) if isinstance(answer, Fetched)} == set(REFS)
    assert len(logins) == 3


def test_a_server_that_breaks_at_everything_is_the_servers_trouble(talking: Start, settings: Settings) -> None:
    refs = [f"9:{uid}" for uid in range(1, 11)]
    sizes = b"".join(b"* %d FETCH (UID %d RFC822.SIZE 3)\r\n" % (uid, uid) for uid in range(1, 11))
    changes: Script = {
        "UID FETCH": Last(b"* BYE\r\n"),
        "UID FETCH 1:10 (UID INTERNALDATE RFC822.SIZE)": sizes + b"{tag} OK\r\n",
    }
    with (
        talking(changes) as server,
        open_imap_source(settings(server.port), "anna", "x") as source,
        pytest.raises(ConnectionLost),
    ):
        list(source.fetch(INBOX, refs))
    assert server.connections <= 6


@pytest.mark.parametrize("answer", [Last(b""), Last(b"+ go\r\n"), None], ids=["at once", "in mid-literal", "stalls"])
def test_writing_over_a_connection_that_breaks_is_not_tried_again_unseen(
    talking: Start, settings: Settings, answer: bytes | None
) -> None:
    with talking({"APPEND": answer, "FETCH": b"{tag} OK\r\n"}) as server:
        with open_imap(settings(server.port, timeout_s=0.5), "anna", "x") as target:
            with pytest.raises(ConnectionLost):
                target.append(INBOX, [new(message(1))])
            # The next act goes over a new connection.
            assert target.folders()[0].path == INBOX
        assert len([line for line in server.lines if b" APPEND " in line]) == 1


def test_a_further_connection_that_is_refused_lowers_the_number(talking: Start, settings: Settings) -> None:
    refs = [f"9:{uid}" for uid in range(1, 101)]
    sizes = b"".join(b"* %d FETCH (UID %d RFC822.SIZE 3)\r\n" % (uid, uid) for uid in range(1, 101))

    def bodies(first: int, last: int) -> bytes:
        return b"".join(b"* %d FETCH (UID %d BODY[] {3}\r\nabc)\r\n" % (uid, uid) for uid in range(first, last + 1))

    changes: Script = {
        "UID FETCH 1:100 (UID INTERNALDATE RFC822.SIZE)": sizes + b"{tag} OK\r\n",
        **{
            f"UID FETCH {first}:{first + 24} (UID BODY.PEEK[])": bodies(first, first + 24) + b"{tag} OK\r\n"
            for first in (1, 26, 51, 76)
        },
    }
    with talking(changes, at_most=1) as server:
        with open_imap_source(settings(server.port, connections=4), "anna", "x") as source:
            assert [answer.ref for answer in source.fetch(INBOX, refs)] == refs
        assert server.connections <= 5


def test_the_first_connection_refused_is_told(talking: Start, settings: Settings) -> None:
    with (
        talking({}, at_most=0) as server,
        pytest.raises(ServerBusy),
        open_imap(settings(server.port, connections=4), "anna", "x"),
    ):
        pass


def test_an_expired_certificate(settings: Settings, tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", not_after=datetime(2020, 1, 1, tzinfo=UTC)).configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca2.pem")
    with (
        scripted_imap(follow(BASE), context=context) as server,
        pytest.raises(CertificateNotTrusted, match="expired"),
        open_imap(settings(server.port, ca_file=tmp_path / "ca2.pem"), "anna", "hemligt"),
    ):
        pass
    assert not server.lines
