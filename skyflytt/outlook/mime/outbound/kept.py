"""The header that a message came with, kept: its fields byte for byte, but for those that describe its MIME structure."""

from __future__ import annotations

import re

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.message import Message
from skyflytt.outlook.mime.outbound.current import with_current_subject
from skyflytt.outlook.mime.outbound.headers import generated
from skyflytt.outlook.mime.outbound.transfer import crlf
from skyflytt.outlook.mime.outbound.values import binary
from skyflytt.outlook.mime.provenance import MIME_HEADER

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\Z")
_FIELD_BEGINS = re.compile(rb"\r\n(?![ \t])")
_OUTLOOK_MARK = re.compile(rb"Microsoft Mail Internet Headers[^\r\n]*(?:\r\n)?", re.I)
_ENVELOPE = re.compile(rb">?From [^\r\n]*\Z")
_STRUCTURAL = frozenset(
    b"content-type content-transfer-encoding content-disposition content-id content-description content-location content-base "
    b"content-md5 content-length mime-version".split()
)
_TELLING = frozenset(b"from sender date message-id received subject to".split())
_UNPARSED = b"X-Unparsed-Header: "


def block_of(message: Message) -> bytes:
    """The header as it came, with CRLF and its last line end; no bytes where there is none."""
    block = binary(message.properties, MIME_HEADER)
    if not block:
        transport = message.properties.get(tags.TRANSPORT_MESSAGE_HEADERS)
        block = transport.encode("utf-8", "replace") if isinstance(transport, str) else b""
    block = _OUTLOOK_MARK.sub(b"", crlf(block).replace(b"\0", b"").lstrip(b"\r\n"), count=1)
    # Outlook puts the headers of the parts behind those of the message.
    block = block.partition(b"\r\n\r\n")[0].rstrip(b"\r\n")
    return with_current_subject(block + b"\r\n", message.properties) if block else b""


def header_of(message: Message) -> list[bytes]:
    """The message's header lines without the structural ones: as they came, else made from the properties.

    A Bcc that only the recipient table knows is added: transport headers never have it.
    """
    fields = [field for field in _FIELD_BEGINS.split(block_of(message).removesuffix(b"\r\n")) if field]
    lines, names = [], set()
    for field in fields:
        match = _FIELD.match(field)
        name = match[1].lower() if match else b""
        names.add(name)
        if name not in _STRUCTURAL:
            lines.append(field if match else _repaired(field))
    lines = [line for line in lines if line]
    if names & _TELLING:
        return [*lines, *(line for line in generated(message, frozenset(names)) if line.startswith(b"Bcc:"))]
    return [*generated(message, frozenset(names)), *lines]


def _repaired(field: bytes) -> bytes:
    """What is no field would end the header; an mbox's first line says nothing of the message."""
    return b"" if _ENVELOPE.match(field) else _UNPARSED + field.strip()
