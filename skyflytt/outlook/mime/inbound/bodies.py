"""Text, HTML and RTF bodies ([MS-OXCMAIL] 2.2.3.4.1, [MS-OXBBODY]).

A message that has HTML alone gets no plain text made up from it: Outlook and the readers of PST files show the HTML, and a text part
that never was would come back as one when the message is sent on.
"""

from __future__ import annotations

from skyflytt.outlook.mapi import Properties, tags
from skyflytt.outlook.mime.inbound.charsets import code_page, html_in, text_in
from skyflytt.outlook.mime.inbound.roles import Leaf, Role
from skyflytt.outlook.mime.inbound.transfer import content_of
from skyflytt.outlook.mime.provenance import TEXT_PART_LENGTHS
from skyflytt.outlook.rtf import compress

NATIVE_TEXT, NATIVE_RTF, NATIVE_HTML = 1, 2, 3
"""PidTagNativeBody."""


def bodies(leaves: list[Leaf], faults: set[str]) -> Properties:
    """The body properties; what does not fit its charset is noted in `faults`."""
    properties: Properties = {}
    texts = []
    for leaf in leaves:
        if leaf.role is Role.TEXT:
            texts.append(_text(leaf, faults))
            if (page := code_page(leaf.entity.parameters.get("charset"))) is not None:
                properties.setdefault(tags.INTERNET_CODEPAGE, page)
        elif leaf.role is Role.HTML:
            properties |= _html(leaf, faults)
        elif leaf.role is Role.RTF:
            properties[tags.RTF_COMPRESSED] = compress(content_of(leaf.entity, faults))
            properties[tags.RTF_IN_SYNC] = True
    if texts:
        properties[tags.BODY] = "\r\n".join(texts)
        if len(texts) > 1:
            properties[TEXT_PART_LENGTHS] = tuple(map(len, texts))
    return properties


def _text(leaf: Leaf, faults: set[str]) -> str:
    text, clean = text_in(content_of(leaf.entity, faults), leaf.entity.parameters.get("charset"))
    if not clean:
        faults.add("undecodable-text")
    if "\0" in text:
        faults.add("null-byte")
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text.replace("\n", "\r\n") if "\r" not in text else text


def _html(leaf: Leaf, faults: set[str]) -> Properties:
    html, page, exact = html_in(content_of(leaf.entity, faults), leaf.entity.parameters.get("charset"))
    if not exact:
        faults.add("undecodable-text")
    # libpff takes an HTML body of no bytes for damage.
    return {tags.HTML: html or b"\r\n", tags.INTERNET_CODEPAGE: page}


def native_body(properties: Properties) -> Properties:
    """PidTagNativeBody: which body the others are made from."""
    if tags.HTML in properties:
        return {tags.NATIVE_BODY: NATIVE_HTML}
    if tags.RTF_COMPRESSED in properties:
        return {tags.NATIVE_BODY: NATIVE_RTF}
    return {tags.NATIVE_BODY: NATIVE_TEXT} if tags.BODY in properties else {}
