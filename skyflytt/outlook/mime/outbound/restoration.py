"""A message that came in as MIME, put together again along its own structure: same header, same parts, same boundaries.

`mime.provenance` says what is kept of it. Where the properties no longer fit the structure (someone changed the message in Outlook),
nothing is restored, and the message is written anew from its properties.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.message import Attachment, Message, Properties
from skyflytt.outlook.mime.inbound.charsets import code_page, codec_of
from skyflytt.outlook.mime.inbound.filenames import allowed_name
from skyflytt.outlook.mime.inbound.roles import Leaf, Role, roles_of
from skyflytt.outlook.mime.inbound.structure import Dissection, Entity
from skyflytt.outlook.mime.inbound.transfer import encoding_of
from skyflytt.outlook.mime.outbound.attachments import Written, content_id, data_of
from skyflytt.outlook.mime.outbound.items import is_mail
from skyflytt.outlook.mime.outbound.kept import block_of
from skyflytt.outlook.mime.outbound.transfer import base64, crlf, has_lone_line_end, quoted_printable
from skyflytt.outlook.mime.outbound.values import binary, number, text
from skyflytt.outlook.mime.provenance import MIME_STRUCTURE, TEXT_PART_LENGTHS
from skyflytt.outlook.mime.text_alternative import kept_text
from skyflytt.outlook.rtf import decompress

_IDENTITY = frozenset((b"", b"7bit", b"8bit", b"binary"))
_ENCODING = b"content-transfer-encoding"
_OCTETS = "application/octet-stream"
"""What a writer may name instead of the type that came ([MS-OXCMAIL] 2.1.3.4.2.2)."""


@dataclass(slots=True)
class _Misfit(Exception):
    """The properties are not those of the structure."""

    why: str


def restored(message: Message, written: Written) -> list[bytes] | None:
    """The whole message in pieces; None where there is no structure or the properties do not fit it."""
    block = block_of(message)
    if not block or (MIME_STRUCTURE not in message.properties and not is_mail(message)):
        return None
    source = block + b"\r\n" + crlf(binary(message.properties, MIME_STRUCTURE))
    dissection = Dissection(source, 0)
    whole = dissection.message()
    if dissection.faults or (whole.children is None and MIME_STRUCTURE in message.properties):
        return None
    try:
        leaves = roles_of(whole)
        return _filled(whole, leaves, list(_contents(message, leaves, written)))
    except _Misfit:
        return None


def _filled(whole: Entity, leaves: list[Leaf], contents: list[bytes]) -> list[bytes]:
    pieces: list[bytes] = []
    markers = list(_markers(whole))
    at = 0
    for leaf, content in zip(leaves, contents, strict=True):
        entity = leaf.entity
        header, body = _encoded(leaf, content, markers)
        begin = entity.start - len(entity.header.block) - 2
        if begin < at or entity.source[begin : entity.start] != entity.header.block + b"\r\n":
            if body or header != entity.header.block:
                raise _Misfit("a part without a body has one now")
            continue
        pieces += [entity.source[at:begin], header, b"\r\n", *body]
        at = entity.end
    return [*pieces, whole.source[at:]]


def _encoded(leaf: Leaf, content: bytes, markers: list[bytes]) -> tuple[bytes, list[bytes]]:
    """A leaf's header and encoded body. What its encoding cannot carry any more becomes base64."""
    entity = leaf.entity
    encoding = encoding_of(entity)
    if encoding == b"base64":
        return entity.header.block, _as_before(entity, base64(content))
    if encoding == b"quoted-printable" and not has_lone_line_end(content):
        return entity.header.block, [quoted_printable(content)]
    composite = entity.type.startswith(("message/", "multipart/"))
    if encoding not in _IDENTITY and encoding != b"quoted-printable":
        raise _Misfit("an unknown transfer encoding")
    if composite or (encoding in _IDENTITY and not has_lone_line_end(content)):
        if any(_holds(content, marker) for marker in markers):
            raise _Misfit("a part holds a boundary")
        return entity.header.block, [content] if content else []
    return _in_base64(entity), _as_before(entity, base64(content))


def _holds(content: bytes, marker: bytes) -> bool:
    """Whether a line of the content begins with the marker."""
    return marker in content and (content.startswith(marker) or b"\n" + marker in content or b"\r" + marker in content)


def _as_before(entity: Entity, body: list[bytes]) -> list[bytes]:
    """In a multipart the last line end is the boundary's."""
    if body and entity.end < len(entity.source):
        body[-1] = body[-1].removesuffix(b"\r\n")
    return body


def _in_base64(entity: Entity) -> bytes:
    lines, skipping = [], False
    for line in entity.header.block.splitlines(keepends=True):
        if not line.startswith((b" ", b"\t")):
            skipping = line.partition(b":")[0].strip().lower() == _ENCODING
        if not skipping:
            lines.append(line)
    return b"".join(lines) + b"Content-Transfer-Encoding: base64\r\n"


def _markers(entity: Entity) -> Iterator[bytes]:
    if entity.children is not None:
        yield b"--" + entity.parameters.get("boundary", "").encode("utf-8", "surrogateescape")
        for child in entity.children:
            yield from _markers(child)


def _contents(message: Message, leaves: list[Leaf], written: Written) -> Iterator[bytes]:
    """The content of every leaf; all bodies and attachments of the message must find their leaf."""
    roles = [leaf.role for leaf in leaves]
    bag = message.properties
    if (Role.HTML in roles) != (tags.HTML in bag) or not _has_its_text(bag, roles):
        raise _Misfit("another set of bodies")
    if Role.RTF in roles and not bag.get(tags.RTF_COMPRESSED):
        raise _Misfit("no RTF")
    attachments = iter(message.attachments)
    if sum(role in (Role.ATTACHMENT, Role.ALTERNATIVE) for role in roles) != len(message.attachments):
        raise _Misfit("another number of attachments")
    texts = iter(_texts(message, roles.count(Role.TEXT)))
    for leaf in leaves:
        if leaf.role is Role.TEXT:
            yield _text(leaf, next(texts))
        elif leaf.role is Role.HTML:
            yield _html(leaf, binary(bag, tags.HTML), number(bag, tags.INTERNET_CODEPAGE))
        elif leaf.role is Role.RTF:
            yield decompress(binary(bag, tags.RTF_COMPRESSED))
        else:
            yield _attached(leaf, next(attachments), written)


def _has_its_text(bag: Properties, roles: list[Role]) -> bool:
    """Text beside HTML alone is what a store of one body made of it ([MS-OXCMSG] 3.2.4.1)."""
    if Role.TEXT in roles:
        return tags.BODY in bag or kept_text(bag) is not None
    return tags.BODY not in bag or Role.HTML in roles


def _texts(message: Message, count: int) -> Iterator[str]:
    known = kept_text(message.properties)
    body = message.properties.get(tags.BODY, "") if known is None else known
    lengths = message.properties.get(TEXT_PART_LENGTHS, ())
    if not isinstance(body, str) or not isinstance(lengths, tuple):
        raise _Misfit("a body of another type")
    if count <= 1:
        yield body
        return
    sizes = [size for size in lengths if isinstance(size, int) and size >= 0]
    if len(sizes) != count or sum(sizes) + 2 * (count - 1) != len(body):
        raise _Misfit("another text")
    at = 0
    for size in sizes:
        yield body[at : at + size]
        at += size + 2


def _text(leaf: Leaf, shown: str) -> bytes:
    """The text in the part's own charset; what that cannot hold is not the text that came in it."""
    charset = leaf.entity.parameters.get("charset") or "us-ascii"
    try:
        data = shown.encode(codec_of(charset))
    except (UnicodeError, LookupError) as misfit:
        raise _Misfit("another charset") from misfit
    # Where lines end in more than one way, only base64 can say so.
    return data if encoding_of(leaf.entity) == b"base64" else crlf(data)


def _html(leaf: Leaf, html: bytes, page: int) -> bytes:
    charset = leaf.entity.parameters.get("charset")
    if not charset or (code_page(charset) in (page, None) and codec_of(charset) in ("", "ascii")):
        return html
    if code_page(charset) == page or html.isascii():
        return html
    try:
        return html.decode("utf-8").encode(codec_of(charset))
    except (UnicodeError, LookupError) as misfit:
        raise _Misfit("another code page") from misfit


def _attached(leaf: Leaf, attachment: Attachment, written: Written) -> bytes:
    bag = attachment.properties
    same_name = not leaf.name or allowed_name(leaf.name) == allowed_name(text(bag, tags.ATTACH_LONG_FILENAME))
    same_type = text(bag, tags.ATTACH_MIME_TAG) in (leaf.entity.type, _OCTETS)
    if not (same_name and same_type and leaf.content_id.strip() == content_id(bag)):
        raise _Misfit("another attachment")
    if attachment.embedded is not None:
        return written[id(attachment.embedded)]
    return data_of(bag)
