"""PidTagConversationId ([MS-OXOMSG] 2.2.1.2): a contents table has it, the message itself does not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from skyflytt.outlook.mapi import Value
from skyflytt.outlook.mapi.tags import CONVERSATION_INDEX, CONVERSATION_INDEX_TRACKING, CONVERSATION_TOPIC

_HEADER_BYTES = 22
_TOPIC_BYTES = 2 * 255


def conversation_id(properties: Mapping[int, Value]) -> bytes | None:
    """16 bytes: the GUID of the conversation index where that is tracked, else a digest of the topic; None without either."""
    index = properties.get(CONVERSATION_INDEX)
    if properties.get(CONVERSATION_INDEX_TRACKING) and isinstance(index, bytes) and _has_header(index):
        return index[6:_HEADER_BYTES]
    topic = properties.get(CONVERSATION_TOPIC)
    if not isinstance(topic, str):
        return None
    text = _upper(topic.partition("\0")[0]).encode("utf-16-le", "surrogatepass")
    return hashlib.md5(text[:_TOPIC_BYTES], usedforsecurity=False).digest()


def _has_header(index: bytes) -> bool:
    return len(index) >= _HEADER_BYTES and index[0] == 1


def _upper(topic: str) -> str:
    if topic.isascii():
        return topic.upper()
    # One character for one: "ß" stays, as it does where Windows makes capitals.
    return "".join(capital if len(capital := character.upper()) == 1 else character for character in topic)
