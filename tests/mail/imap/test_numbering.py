"""When a folder counts as numbered anew."""

from __future__ import annotations

import pytest

from skyflytt.errors.mail import NumberedAnew
from skyflytt.mail.imap import open_imap
from skyflytt.mail.imap.numbering import Numbering
from tests.contract.mail_messages import message, new
from tests.mail.imap.scripts import INBOX, Script, Settings, Start

UIDPLUS = b"* CAPABILITY IMAP4rev1 UIDPLUS LITERAL+ MOVE\r\n{tag} OK\r\n"


def test_another_uidvalidity_is_told_once() -> None:
    numbering = Numbering()
    numbering.told(b"Arkiv", 7, 1)
    numbering.told(b"INBOX", 8, 1)
    numbering.told(b"Arkiv", 7, 0)
    with pytest.raises(NumberedAnew, match=r"Arkiv.*was 7 and is 8"):
        numbering.told(b"Arkiv", 8, 0)
    numbering.told(b"Arkiv", 8, 2)


def test_an_empty_folder_may_settle_on_one_later() -> None:
    numbering = Numbering()
    numbering.told(b"Arkiv", 7, 0)
    numbering.told(b"Arkiv", 8, 1)
    with pytest.raises(NumberedAnew):
        numbering.told(b"Arkiv", 7, 1)


def test_a_written_message_tells_the_numbering_too(talking: Start, settings: Settings) -> None:
    """Appended without a look at the folder, over a connection that has looked into it before."""
    script: Script = {"CAPABILITY": UIDPLUS, "APPEND": b"{tag} OK [APPENDUID 10 1] in\r\n", "STATUS": b"{tag} OK\r\n"}
    with (
        talking(script) as server,
        open_imap(settings(server.port), "anna", "x") as target,
        pytest.raises(NumberedAnew, match="was 9 and is 10"),
    ):
        target.append(INBOX, [new(message(1))])


def test_a_moved_message_tells_it_too(talking: Start, settings: Settings) -> None:
    script: Script = {
        "CAPABILITY": UIDPLUS,
        "LIST": b'* LIST () "/" INBOX\r\n* LIST () "/" Arkiv\r\n{tag} OK\r\n',
        "FETCH": b"* 1 FETCH (UID 5 FLAGS () RFC822.SIZE 3)\r\n{tag} OK\r\n",
        "UID FETCH 5 (UID)": b"* 1 FETCH (UID 5)\r\n{tag} OK\r\n",
        "UID MOVE": b"* OK [COPYUID 10 5 1] moved\r\n{tag} OK\r\n",
    }
    with talking(script) as server, open_imap(settings(server.port), "anna", "x") as target:
        assert target.refs(("Arkiv",)) == ["9:5"]
        with pytest.raises(NumberedAnew, match=r"Arkiv.*was 9 and is 10"):
            target.move(INBOX, "9:5", ("Arkiv",))
