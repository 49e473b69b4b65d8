"""Whether a message in its MAPI form has kept everything of the MIME that it was made from (see `skyflytt.outlook.mime.provenance`).

The parts to look for come from `skyflytt.mail.mimetree`, which shares no code with the conversion.
"""

from __future__ import annotations

from skyflytt.mail.mimetree import leaves, one_line_end, split_headers
from skyflytt.outlook.mapi import Attachment, Message, tags
from skyflytt.outlook.mapi.named import ORIGINAL_MIME
from skyflytt.outlook.mime.inbound.structure import Dissection
from skyflytt.outlook.mime.inbound.structure import leaves as entities
from skyflytt.outlook.mime.provenance import MIME_HEADER, MIME_STRUCTURE, TEXT_PART_LENGTHS
from skyflytt.outlook.rtf import decompress

Home = bytes | str | Attachment


def lost(raw: bytes, message: Message) -> list[str]:
    """What cannot be had back; empty if nothing is lost."""
    original = message.properties.get(ORIGINAL_MIME)
    if original is not None:
        return [] if original == raw else ["the original is not the original"]
    return _lost(one_line_end(raw), message)


def _lost(text: bytes, message: Message) -> list[str]:
    original = message.properties.get(ORIGINAL_MIME)
    if original is not None:
        return [] if one_line_end(original) == text else ["the original is not the original"]
    concerns: set[str] = set()
    headers, body = split_headers(text, concerns)
    problems = _header(text[: len(text) - len(body)], message)
    if message.properties[tags.MESSAGE_CLASS] == "IPM.Note.SMIME.MultipartSigned":
        data = message.attachments[0].properties[tags.ATTACH_DATA]
        return problems + ([] if one_line_end(data).endswith(b"\n\n" + body) else ["the signed content"])
    homes = _homes(message)
    for number, part in enumerate(leaves(headers, body, concerns)):
        home = next((home for home in homes if _holds(home, part.content, part.charset)), None)
        if home is None and part.content:
            problems.append(f"leaf {number} ({part.type}): {part.content[:60]!r}")
        elif home is not None:
            homes.remove(home)
    return problems + _structure(text, message)


def _header(block: bytes, message: Message) -> list[str]:
    kept = message.properties.get(MIME_HEADER)
    if kept is None:
        kept = str(message.properties.get(tags.TRANSPORT_MESSAGE_HEADERS, "")).encode()
    return [] if one_line_end(kept).rstrip(b"\n") == block.rstrip(b"\n") else ["the header"]


def _homes(message: Message) -> list[Home]:
    bag, homes = message.properties, list[Home]()
    text = bag.get(tags.BODY)
    if text is not None:
        lengths, at = bag.get(TEXT_PART_LENGTHS, (len(text),)), 0
        for length in lengths:
            homes.append(text[at : at + length])
            at += length + 2
    if tags.HTML in bag:
        homes.append(bag[tags.HTML])
    if tags.RTF_COMPRESSED in bag:
        homes.append(decompress(bag[tags.RTF_COMPRESSED]))
    return homes + message.attachments


def _holds(home: Home, content: bytes, charset: str | None) -> bool:
    if isinstance(home, Attachment) and home.embedded is not None:
        return not _lost(one_line_end(content), home.embedded)
    if isinstance(home, str):
        try:
            return one_line_end(home.encode(charset or "us-ascii")) == one_line_end(content)
        except (LookupError, ValueError):
            return False
    data = home.properties[tags.ATTACH_DATA] if isinstance(home, Attachment) else home
    if one_line_end(data) == one_line_end(content):
        return True
    try:
        return data.decode() == content.decode(charset or "us-ascii")
    except (LookupError, ValueError):
        return False


def _structure(text: bytes, message: Message) -> list[str]:
    whole = Dissection(text, 0).message()
    if whole.children is None:
        return []
    structure = one_line_end(message.properties.get(MIME_STRUCTURE, b""))
    parts = list(entities(whole))
    emptied = list(entities(Dissection(whole.header.block + b"\n" + structure, 0).message()))
    if [part.header for part in parts] != [part.header for part in emptied]:
        return ["a part's header"]
    if len(structure) + sum(part.end - part.start for part in parts) != len(text) - whole.start:
        return ["preamble, delimiters or epilogue"]
    return []
