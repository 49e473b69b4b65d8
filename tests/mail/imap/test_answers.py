"""Answers of servers that Dovecot and pymap do not give, but others do."""

from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime

import pytest

from skyflytt.errors.connection import ConnectionLost, PasswordRefused, ServerBusy, ServerUnreachable, TlsMissing
from skyflytt.errors.mail import (
    FolderRefused,
    MailboxFull,
    MailboxMissing,
    MessageRefused,
    MessageTooLarge,
    MessageUnreadable,
)
from skyflytt.mail.imap import open_imap, open_imap_source
from skyflytt.mail.imap.folders import Namespace, tame
from skyflytt.mail.imap.listing import entries, internal_date
from skyflytt.mail.imap.session import uid_set, uids_of
from skyflytt.mail.port import Fetched, FetchFailure, FolderRole
from tests.contract.mail_messages import RECEIVED, message, new
from tests.mail.imap.scripts import BASE, INBOX, Script, Settings, Start, follow
from tests.real.scripted_imap import scripted_imap


def fetched(talking: Start, settings: Settings, changes: Script) -> list[Fetched | FetchFailure]:
    with talking(changes) as server, open_imap_source(settings(server.port), "anna", "x") as source:
        return sorted(source.fetch(INBOX, ["9:5", "9:6"]), key=lambda answer: answer.ref)


BODY = "UID FETCH 5:6 (UID BODY.PEEK[])"


@pytest.mark.parametrize(
    "answer",
    [
        b"* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n* 2 FETCH (UID 6 BODY[] {3}\r\ndef)\r\n{tag} OK\r\n",
        b"* 2 FETCH (BODY[] {3}\r\ndef UID 6)\r\n* 1 FETCH (BODY[] {3}\r\nabc FLAGS (\\Seen) UID 5)\r\n{tag} OK\r\n",
        b'* 1 FETCH (UID 5 BODY[] "abc")\r\n* 1 FETCH (FLAGS () UID 5)\r\n* 3 EXISTS\r\n* 2 FETCH (BODY[] "def" UID 6)\r\n{tag} OK\r\n',
    ],
    ids=["literals", "uid last", "quoted, with news in between"],
)
def test_bodies_in_every_form(talking: Start, settings: Settings, answer: bytes) -> None:
    assert fetched(talking, settings, {BODY: answer}) == [Fetched("9:5", b"abc"), Fetched("9:6", b"def")]


def test_one_message_that_the_server_cannot_read(talking: Start, settings: Settings) -> None:
    answers = fetched(
        talking,
        settings,
        {
            BODY: b"{tag} NO [SERVERBUG] Internal error\r\n",
            "UID FETCH 5 (UID BODY.PEEK[])": b"* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n{tag} OK\r\n",
            "UID FETCH 6 (UID BODY.PEEK[])": b"{tag} NO [SERVERBUG] Internal error\r\n",
        },
    )
    assert answers[0] == Fetched("9:5", b"abc")
    assert isinstance(answers[1], FetchFailure)
    assert isinstance(answers[1].failure, MessageUnreadable)
    assert "Internal error" in str(answers[1].failure)


def test_a_body_of_nil_is_no_empty_message(talking: Start, settings: Settings) -> None:
    nil = b"* 2 FETCH (UID 6 BODY[] NIL)\r\n{tag} OK\r\n"
    answers = fetched(
        talking,
        settings,
        {
            BODY: b"* 1 FETCH (UID 5 BODY[] {0}\r\n)\r\n" + nil,
            "UID FETCH 5 (UID BODY.PEEK[])": b"* 1 FETCH (UID 5 BODY[] {0}\r\n)\r\n{tag} OK\r\n",
            "UID FETCH 6 (UID BODY.PEEK[])": nil,
        },
    )
    assert answers[0] == Fetched("9:5", b"")
    assert isinstance(answers[1], FetchFailure)


def test_without_starttls_no_password_is_sent(settings: Settings) -> None:
    with scripted_imap(follow(BASE)) as server:
        with pytest.raises(TlsMissing), open_imap(settings(server.port, "starttls"), "anna", "hemligt"):
            pass
        assert not [line for line in server.lines if b"hemligt" in line or b"LOGIN" in line]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (b"{tag} NO [AUTHENTICATIONFAILED] no\r\n", PasswordRefused),
        (b"{tag} NO no\r\n", PasswordRefused),
        (b"{tag} NO [EXPIRED] old\r\n", PasswordRefused),
        (b"{tag} BAD what\r\n", PasswordRefused),
        (b"{tag} NO [UNAVAILABLE] later\r\n", ServerBusy),
        (b"{tag} NO [LIMIT] too many\r\n", ServerBusy),
        (b"{tag} NO [PRIVACYREQUIRED] tls\r\n", TlsMissing),
        (b"* BYE going down\r\n", ConnectionLost),
    ],
)
def test_logins_that_fail(talking: Start, settings: Settings, words: bytes, kind: type[Exception]) -> None:
    with talking({"LOGIN": words}) as server:
        with pytest.raises(kind), open_imap(settings(server.port), "anna", "x"):
            pass
        assert len([line for line in server.lines if b" LOGIN " in line]) == 1


@pytest.mark.parametrize("echo", [False, True])
def test_password_beyond_ascii_goes_by_plain_and_into_no_message(
    tls: ssl.SSLContext, settings: Settings, echo: bool
) -> None:
    coded = b"AGFubmEAw6XDpMO2"
    tags: list[bytes] = []

    def answer(tag: bytes, rest: bytes) -> bytes:
        if rest.startswith(b"CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1 AUTH=PLAIN LOGINDISABLED\r\n" + tag + b" OK done\r\n"
        if rest.startswith(b"AUTHENTICATE PLAIN"):
            tags.append(tag)
            return b"+ \r\n"
        return tag + b" BAD what?\r\n" if echo else tags[0] + b" NO not you " + tag + b"\r\n"

    with scripted_imap(answer, context=tls) as server:
        with (
            pytest.raises((PasswordRefused, ConnectionLost)) as caught,
            open_imap(settings(server.port), "anna", "åäö"),
        ):
            pass
        assert coded in server.lines
    assert isinstance(caught.value, ConnectionLost if echo else PasswordRefused)
    assert coded.decode() not in str(caught.value)
    assert "***" in str(caught.value)


@pytest.mark.parametrize("greeting", [b"* BYE Too many connections", b"* BYE Server shutting down"])
def test_a_server_that_says_goodbye_at_once(talking: Start, settings: Settings, greeting: bytes) -> None:
    with (
        talking({}, greeting=greeting) as server,
        pytest.raises(ServerBusy),
        open_imap(settings(server.port), "anna", "x"),
    ):
        pass


def test_another_protocol(tls: ssl.SSLContext, settings: Settings) -> None:
    with (
        scripted_imap(follow(BASE), greeting=b"220 ftp ready", context=tls) as server,
        pytest.raises(ServerUnreachable),
        open_imap(settings(server.port), "anna", "x"),
    ):
        pass


def test_a_server_that_hangs(talking: Start, settings: Settings) -> None:
    begin = time.monotonic()
    with (
        talking({"EXAMINE": None}) as server,
        pytest.raises(ConnectionLost),
        open_imap_source(settings(server.port, timeout_s=0.5), "anna", "x") as source,
    ):
        source.changes(INBOX, None)
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (b"{tag} NO [NONEXISTENT] none\r\n", MailboxMissing),
        (b"{tag} NO [NOPERM] no\r\n", FolderRefused),
        (b"{tag} NO [INUSE] later\r\n", ServerBusy),
        (b"* 1 EXISTS\r\n{tag} OK without UIDVALIDITY\r\n", FolderRefused),
        (b"* BYE idle too long\r\n", ConnectionLost),
        (b"{tag} NO Mailbox was deleted under us (0.001 + 0.000 secs).\r\n", ConnectionLost),
    ],
)
def test_folders_that_fail(talking: Start, settings: Settings, words: bytes, kind: type[Exception]) -> None:
    with (
        talking({"EXAMINE": words}) as server,
        open_imap_source(settings(server.port), "anna", "x") as source,
        pytest.raises(kind),
    ):
        source.changes(INBOX, None)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (b"{tag} NO [TOOBIG] no\r\n", MessageTooLarge),
        (b"{tag} NO message exceeds size limit\r\n", MessageTooLarge),
        (b"{tag} NO [CANNOT] virus\r\n", MessageRefused),
        (b"{tag} BAD NUL\r\n", MessageRefused),
    ],
)
def test_refused_before_the_literal(talking: Start, settings: Settings, words: bytes, kind: type[Exception]) -> None:
    changes: Script = {"APPEND": words, "FETCH": b"{tag} OK\r\n", "STATUS": b"{tag} BAD never heard\r\n"}
    with talking(changes) as server, open_imap(settings(server.port), "anna", "x") as target:
        (outcome,) = target.append(INBOX, [new(message(1))])
        assert isinstance(outcome, kind)
        # The connection is still good.
        assert target.folders()[0].path == INBOX


def test_a_full_mailbox_is_told_before_the_literal(talking: Start, settings: Settings) -> None:
    with (
        talking({"APPEND": b"{tag} NO [OVERQUOTA] full\r\n", "FETCH": b"{tag} OK\r\n"}) as server,
        open_imap(settings(server.port), "anna", "x") as target,
        pytest.raises(MailboxFull),
    ):
        target.append(INBOX, [new(message(1))])


def test_appendlimit_is_obeyed_without_sending(talking: Start, settings: Settings) -> None:
    capability = b"* CAPABILITY IMAP4rev1 UIDPLUS LITERAL+ APPENDLIMIT=100\r\n{tag} OK\r\n"
    with talking({"CAPABILITY": capability}) as server, open_imap(settings(server.port), "anna", "x") as target:
        assert target.capabilities.max_message_bytes == 100
        (outcome,) = target.append(INBOX, [new(message(1))])
        assert isinstance(outcome, MessageTooLarge)
        assert not [line for line in server.lines if b" APPEND " in line]


def test_folders_below_a_prefix_and_of_other_people(talking: Start, settings: Settings) -> None:
    listed = (
        b'* LIST (\\HasChildren) "." INBOX\r\n* LIST (\\Sent) "." INBOX.Skickat\r\n* LIST () "." "INBOX.Arkiv.2024"\r\n'
        b'* LIST (\\Noselect) "." INBOX.Arkiv\r\n* LIST () "." user.bo.INBOX\r\n* LIST () "." {16}\r\nINBOX.Skr&AOQ-p.\r\n'
        b'* LIST () "." INBOX.123\r\n* LIST () "." "INBOX.Citat \\"x\\""\r\n{tag} OK\r\n'
    )
    changes: Script = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 NAMESPACE\r\n{tag} OK\r\n",
        "NAMESPACE": b'* NAMESPACE (("INBOX." ".")) (("user." ".")) NIL\r\n{tag} OK\r\n',
        "LIST": listed.replace(b"{16}\r\nINBOX.Skr&AOQ-p.", b"{15}\r\nINBOX.Skr&AOQ-p"),
        "STATUS": b"* STATUS x (MESSAGES 4)\r\n{tag} OK\r\n",
        'STATUS "INBOX.123"': b"{tag} NO [NOPERM] no\r\n",
    }
    with talking(changes) as server, open_imap_source(settings(server.port), "anna", "x") as source:
        folders = {folder.path: folder for folder in source.folders()}
    assert sorted(folders) == [("123",), ("Arkiv", "2024"), ('Citat "x"',), INBOX, ("Skickat",), ("Skräp",)]
    assert folders[("Skickat",)].role is FolderRole.SENT
    assert folders[INBOX].message_count == 4
    assert folders[("123",)].message_count == 0


def test_names_made_for_a_prefix() -> None:
    space = Namespace(b"INBOX.", b".")
    assert space.name_of(INBOX) == b"INBOX"
    assert space.name_of(("INBOX", "Sub")) == b"INBOX.Sub"
    assert space.name_of(("v1.2", "Å/ä")) == b"INBOX.v1_2.&AMU-/&AOQ-"
    assert Namespace(b"", b"/").path_of(b"inbox/Sub") == ("INBOX", "Sub")
    assert Namespace(b"", b"").path_of(b"a/b") == ("a/b",)
    assert tame(("a.b", "..", "ok")) == ("a_b", "__", "ok")


def test_listing_lines() -> None:
    lines = [
        b'3 (FLAGS (\\SEEN $Label) INTERNALDATE " 7-Feb-1994 22:43:04 -0800" RFC822.SIZE 44827 UID 77)',
        b'4 (UID 78 RFC822.SIZE 0 FLAGS () INTERNALDATE "00-Xxx-0000 00:00:00 +0000")',
        b"5 (FLAGS (\\Seen))",
    ]
    first, second = entries(lines, 9)
    assert (first.ref, first.flags, first.size_bytes) == ("9:77", {r"\Seen", "$Label"}, 44827)
    assert first.received == datetime(1994, 2, 8, 6, 43, 4, tzinfo=UTC)
    assert second.received == datetime(1970, 1, 1, tzinfo=UTC)
    assert internal_date(RECEIVED) == '"17-May-2024 09:30:15 +0200"'


def test_uid_sets() -> None:
    assert uid_set([7, 1, 2, 3, 3, 9, 8]) == "1:3,7:9"
    assert uids_of(b"4:6,1,9:8") == [4, 5, 6, 1, 8, 9]
    with pytest.raises(ValueError, match="more than"):
        uids_of(b"1:4294967295", at_most=1000)
