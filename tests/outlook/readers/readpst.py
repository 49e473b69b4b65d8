"""readpst (Debian pst-utils), which writes each message as MIME."""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
import subprocess
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from skyflytt.mail.encodedwords import text_of
from tests.outlook.readers.seen import SeenAttachment, SeenMessage


def read(pst: Path, scratch: Path) -> Iterator[SeenMessage]:
    """Every message below the top of the mailbox; readpst numbers them in the order of their nodes."""
    out = scratch / "readpst"
    out.mkdir()
    done = subprocess.run(
        ["readpst", "-q", "-e", "-D", "-j", "0", "-o", str(out), str(pst)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for file in sorted(out.rglob("*.eml"), key=lambda one: (one.parent, int(one.stem.split("-")[0]))):
        yield _message_of(file.read_bytes(), file.parent.relative_to(out).parts[1:])


def _message_of(raw: bytes, folder: tuple[str, ...]) -> SeenMessage:
    # Python's parser would take an encoded report for a tree of headers.
    leaf = raw.replace(b"Content-Type: message/delivery-status", b"Content-Type: application/octet-stream")
    mime = email.message_from_bytes(leaf, policy=email.policy.compat32)
    return SeenMessage(
        folder,
        _subject(raw),
        None,
        _body(mime, "text/plain"),
        _body(mime, "text/html"),
        None,
        tuple(_attachments(mime)),
    )


def _subject(raw: bytes) -> str:
    """It copies the header from the message, encoded words and all, or writes the property as it is."""
    found = re.search(rb"^Subject:((?:.*\n[ \t])*.*)\n", raw.partition(b"\n\n")[0] + b"\n", re.M | re.I)
    return text_of(found[1].strip())[0] if found else ""


def _body(mime: Message, kind: str) -> str:
    for part in _parts(mime):
        if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
            payload = part.get_payload(decode=True)
            charset = part.get_content_charset() or "utf-8"
            return payload.decode(charset, "replace") if isinstance(payload, bytes) else ""
    return ""


def _attachments(mime: Message) -> Iterator[SeenAttachment]:
    for part in _parts(mime):
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            assert isinstance(inner, list)
            raw = re.sub(rb"\A>?From .*\n", b"", inner[0].as_bytes())
            yield SeenAttachment("", embedded=SeenMessage((), _subject(raw), None, None, None, None, ()))
        elif part.get_content_disposition() == "attachment":
            payload = part.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else b""
            yield SeenAttachment("", len(data), hashlib.sha256(data).hexdigest())


def _parts(mime: Message) -> Iterator[Message]:
    """The leaves, without going into attached messages."""
    if mime.is_multipart() and mime.get_content_maintype() == "multipart":
        for part in mime.get_payload():
            assert isinstance(part, Message)
            yield from _parts(part)
    else:
        yield mime
