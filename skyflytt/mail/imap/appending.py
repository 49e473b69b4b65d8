"""The APPEND command with its literals, byte for byte.

Not imaplib's, which rewrites line ends, nor imapclient's, which cannot tell a refusal before the literal from a broken connection.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from skyflytt.mail.imap.errors import accepted, refusals
from skyflytt.mail.imap.listing import internal_date
from skyflytt.mail.imap.session import Session, quoted, uids_of
from skyflytt.mail.port import NewMessage

_APPENDUID = re.compile(r"\[APPENDUID (\d+) ([\d:,]+)\]")
SMALL_LITERAL = 4_096
"""RFC 7888 §5: what LITERAL- lets through without waiting."""


def append(session: Session, name: bytes, messages: Sequence[NewMessage], *, asking: bool = False) -> list[str] | None:
    """Write messages in one command (several only with MULTIAPPEND, RFC 3502: all or none).

    `asking`: wait for the server's word before each message, because it may well refuse it. Their refs where the server tells them
    (UIDPLUS, RFC 4315), else None. Raises `ServerRefused`.
    """
    imap = session.imap
    imap.untagged_responses.pop("APPENDUID", None)
    tag = imap._new_tag()
    line = tag + b" APPEND " + quoted(name)
    for message in messages:
        line += f" ({' '.join(sorted(message.flags))}) {internal_date(message.received)} ".encode()
        waits = asking or not _goes_at_once(session, len(message.raw))
        before, behind = (b"UTF8 (~", b")") if session.utf8 and _has_utf8_header(message.raw) else (b"", b"")
        imap.send(line + before + b"{%d%s}\r\n" % (len(message.raw), b"" if waits else b"+"))
        if waits and not _invited(session, tag):
            return _told(accepted(imap.tagged_commands.pop(tag)), len(messages))
        imap.send(message.raw)
        line = behind
    imap.send(line + b"\r\n")
    with refusals():
        answer = imap._command_complete("APPEND", tag)
    return _told(accepted(answer), len(messages))


def _has_utf8_header(raw: bytes) -> bool:
    """Whether RFC 6855 §4 wants the message announced as UTF-8."""
    header = raw.partition(b"\r\n\r\n")[0]
    try:
        return not header.isascii() and bool(header.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _goes_at_once(session: Session, size: int) -> bool:
    return session.can("LITERAL+") or (session.can("LITERAL-") and size <= SMALL_LITERAL)


def _invited(session: Session, tag: bytes) -> bool:
    """Wait for the server's "+"; False when it has answered the whole command instead."""
    while session.imap._get_response():
        if session.imap.tagged_commands.get(tag):
            return False
        session.imap._check_bye()
    return True


def _told(text: str, count: int) -> list[str] | None:
    found = _APPENDUID.search(text)
    if found is None:
        return None
    try:
        uids = uids_of(found[2].encode(), at_most=count)
    except ValueError:
        return None
    return [f"{found[1]}:{uid}" for uid in uids] if len(uids) == count else None
