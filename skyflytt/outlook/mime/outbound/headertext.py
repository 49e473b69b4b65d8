"""Header values written so that any reader gets the text back: RFC 2047 words, RFC 2231 parameters, folding, no injection."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable

_FOLD_AT = 76
_WORD_BYTES = 36
"""Bytes of one encoded word, so that a line of a short field name and one word stays within 76 characters (RFC 2047 §2)."""
_CONTROLS = re.compile(r"[\0-\x1f\x7f\x85\u2028\u2029]+")
_PLAIN = re.compile(r"[ -~]*\Z")
_TOKEN = re.compile(r"[!#$&-'*+\-.0-9A-Z^-~]+\Z")
_NOT_PERCENT = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~")
_SEGMENT = 58


def one_line(text: str) -> str:
    """Without line ends and other controls, so that no value can begin a header of its own."""
    return _CONTROLS.sub(" ", text).strip() if _CONTROLS.search(text) else text.strip()


def unstructured(name: str, text: str) -> bytes:
    """A header line of free text (Subject and the like), folded."""
    return _folded(name, text_words(one_line(text)))


def phrase(text: str) -> str:
    """A display name (RFC 5322 `phrase`): bare, quoted, or as encoded words joined by a space."""
    text = one_line(text)
    if not _PLAIN.match(text) or "=?" in text:
        return " ".join(encoded_words(text))
    if re.fullmatch(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?: [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*", text):
        return text
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def text_words(text: str) -> list[str]:
    """The words of a line of free text; all of it encoded if any of it must be."""
    if _PLAIN.match(text) and "=?" not in text and "  " not in text and max(map(len, text.split(" "))) < 900:
        return text.split(" ")
    return encoded_words(text)


def encoded_words(text: str) -> list[str]:
    """RFC 2047 words in UTF-8; whole characters only in each of them (§5)."""
    words: list[str] = []
    piece = b""
    for character in text:
        data = character.encode("utf-8", "replace")
        if len(piece) + len(data) > _WORD_BYTES:
            words.append(_word(piece))
            piece = b""
        piece += data
    return [*words, _word(piece)]


def _word(data: bytes) -> str:
    return "=?utf-8?B?" + binascii.b2a_base64(data, newline=False).decode("ascii") + "?="


def _folded(name: str, words: Iterable[str]) -> bytes:
    return folded(name, words).encode("utf-8", "replace")


def folded(name: str, words: Iterable[str]) -> str:
    """`name: words`, with a line break before a word that would not fit; the words are joined by single spaces."""
    lines: list[str] = []
    line = name + ":"
    for word in words:
        if len(line) + 1 + len(word) > _FOLD_AT and (lines or len(line) > len(name) + 1):
            lines.append(line)
            line = ""
        line += " " + word
    return "\r\n".join([*lines, line])


def is_token(text: str) -> bool:
    """An RFC 2045 token."""
    return bool(_TOKEN.match(text))


def parameter(name: str, value: str) -> str:
    """`;` and a parameter on a line of its own, in RFC 2231's form and pieces where the value needs it."""
    value = one_line(value)
    if _PLAIN.match(value) and len(value) <= _SEGMENT and "=?" not in value:
        return f";\r\n {name}=" + (value if is_token(value) else '"' + re.sub(r'(["\\])', r"\\\1", value) + '"')
    segments = _segments(value)
    if len(segments) == 1:
        return f";\r\n {name}*=utf-8''{segments[0]}"
    segments[0] = "utf-8''" + segments[0]
    return "".join(f";\r\n {name}*{at}*={segment}" for at, segment in enumerate(segments))


def _segments(value: str) -> list[str]:
    segments, segment = [], ""
    for byte in value.encode("utf-8", "replace"):
        sign = chr(byte) if byte in _NOT_PERCENT else f"%{byte:02X}"
        if len(segment) + len(sign) > _SEGMENT:
            segments.append(segment)
            segment = ""
        segment += sign
    return [*segments, segment]
