"""Room, limits and UTF-8: what is asked before a message is sent, and what becomes of those that do not fit."""

from __future__ import annotations

import pytest

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.mail import MailboxFull, MessageTooLarge
from skyflytt.mail.imap import open_imap
from tests.contract.mail_messages import message, new
from tests.mail.imap.scripts import INBOX, Script, Settings, Start

QUOTA = b'* QUOTAROOT INBOX "user"\r\n* QUOTA "user" (STORAGE %d 100 MESSAGE 10 20)\r\n{tag} OK\r\n'
BASIC = b"* CAPABILITY IMAP4rev1 UIDPLUS LITERAL+ MULTIAPPEND QUOTA\r\n{tag} OK\r\n"
FULL = b"{tag} NO [OVERQUOTA] full\r\n"


def appends(lines: list[bytes]) -> list[bytes]:
    return [line for line in lines if b" APPEND " in line]


def test_where_there_is_no_room_the_server_is_asked_before_the_bytes_are_sent(
    talking: Start, settings: Settings
) -> None:
    changes: Script = {"CAPABILITY": BASIC, "GETQUOTAROOT": QUOTA % 100, "APPEND": FULL}
    with talking(changes) as server:
        with (
            open_imap(settings(server.port), "anna", "x") as target,
            pytest.raises(MailboxFull, match="100 of 100 KB used"),
        ):
            target.append(INBOX, [new(message(number)) for number in range(3)])
        assert b"Subject: Nummer 0" not in server.lines
        assert not [line for line in appends(server.lines) if line.endswith(b"+}")]


def test_with_room_nothing_is_asked_twice(talking: Start, settings: Settings) -> None:
    changes: Script = {"CAPABILITY": BASIC, "GETQUOTAROOT": QUOTA % 10, "APPEND": b"{tag} OK [APPENDUID 9 7] in\r\n"}
    with talking(changes) as server:
        with open_imap(settings(server.port), "anna", "x") as target:
            assert list(target.append(INBOX, [new(message(1))])) == ["9:7"]
        assert [line.endswith(b"+}") for line in appends(server.lines)] == [True]
        assert len([line for line in server.lines if b"GETQUOTAROOT" in line]) == 1


def test_a_server_whose_limit_is_a_folders_own(talking: Start, settings: Settings) -> None:
    changes: Script = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 UIDPLUS LITERAL+ APPENDLIMIT\r\n{tag} OK\r\n",
        'STATUS "INBOX" (APPENDLIMIT)': b"* STATUS INBOX (APPENDLIMIT 100)\r\n{tag} OK\r\n",
    }
    with talking(changes) as server:
        with open_imap(settings(server.port), "anna", "x") as target:
            (outcome,) = target.append(INBOX, [new(message(1))])
        assert isinstance(outcome, MessageTooLarge)
        assert outcome.item == "0"
        assert not appends(server.lines)


def test_names_and_headers_in_utf8(talking: Start, settings: Settings) -> None:
    changes: Script = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 UIDPLUS LITERAL+ ENABLE UTF8=ACCEPT\r\n{tag} OK\r\n",
        "ENABLE": b"* ENABLED UTF8=ACCEPT\r\n{tag} OK\r\n",
        "LIST": '* LIST () "/" INBOX\r\n* LIST () "/" "Övrigt & annat/Å"\r\n{tag} OK\r\n'.encode(),
        "STATUS": b"* STATUS x (MESSAGES 1)\r\n{tag} OK\r\n",
        "FETCH": b"{tag} OK\r\n",
        # Every line of the message is a line to this server, which keeps silent.
        "": b"",
    }
    with talking(changes) as server:
        with open_imap(settings(server.port, timeout_s=0.5), "anna", "x") as target:
            assert [folder.path for folder in target.folders()] == [INBOX, ("Övrigt & annat", "Å")]
            with pytest.raises(ConnectionLost):
                target.append(("Övrigt & annat", "Å"), [new(message(1))])
        (sent,) = appends(server.lines)
        assert sent.partition(b" APPEND ")[2].startswith('"Övrigt & annat/Å" ('.encode())
        assert sent.endswith(b" UTF8 (~{%d+}" % len(message(1)))
        assert b")" in server.lines
