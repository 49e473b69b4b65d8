"""What a scripted server says: the answer to each command by the beginning of its line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from skyflytt.project.servers import ImapServer
from tests.real.scripted_imap import ScriptedImap

Script = dict[str, bytes | None]
Start = Callable[..., AbstractContextManager[ScriptedImap]]
Settings = Callable[..., ImapServer]
INBOX = ("INBOX",)

BASE: Script = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n",
    "LOGIN": b"{tag} OK in\r\n",
    "LOGOUT": b"* BYE\r\n{tag} OK\r\n",
    'LIST "" ""': b'* LIST (\\Noselect) "/" ""\r\n{tag} OK\r\n',
    "LIST": b'* LIST () "/" INBOX\r\n{tag} OK\r\n',
    "EXAMINE": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 9] ok\r\n* FLAGS (\\Seen)\r\n{tag} OK [READ-ONLY] ok\r\n",
    "SELECT": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 9] ok\r\n* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS (\\Seen)] ok\r\n{tag} OK [READ-WRITE] ok\r\n",
    "UID FETCH 5:6 (UID INTERNALDATE RFC822.SIZE)": b"* 1 FETCH (UID 5 RFC822.SIZE 3)\r\n* 2 FETCH (RFC822.SIZE 3 UID 6)\r\n{tag} OK\r\n",
    "UID FETCH 5 (UID INTERNALDATE RFC822.SIZE)": b"* 1 FETCH (UID 5 RFC822.SIZE 3)\r\n{tag} OK\r\n",
    "UID FETCH 6 (UID INTERNALDATE RFC822.SIZE)": b"* 2 FETCH (UID 6 RFC822.SIZE 3)\r\n{tag} OK\r\n",
}


def follow(script: Script) -> Callable[[bytes, bytes], bytes | None]:
    """The answer of the longest command of the script that a line begins with."""

    def answer(tag: bytes, rest: bytes) -> bytes | None:
        found = [command for command in script if rest.startswith(command.encode())]
        words = script[max(found, key=len)] if found else b"{tag} BAD what?\r\n"
        if words is None:
            return None
        return type(words)(words.replace(b"{tag} OK\r\n", b"{tag} OK done\r\n").replace(b"{tag}", tag))

    return answer
