from __future__ import annotations

import hashlib

from skyflytt.outlook.mapi import Value
from skyflytt.outlook.mapi.tags import CONVERSATION_INDEX, CONVERSATION_INDEX_TRACKING, CONVERSATION_TOPIC
from skyflytt.outlook.pst.messaging.conversation import conversation_id

# Both as Outlook itself wrote them.
ALPHA = bytes.fromhex("01d8a0129497dc546004c7794683a37a7bb45a4a5dcb")
ALPHA_ID = bytes.fromhex("0ad6bb270f2f3330c1915e22523c8dd7")
SAMPLE = bytes.fromhex("01cac46294ebcd9ba371c6a147d78fefec94a564ebda")
SAMPLE_ID = bytes.fromhex("cd9ba371c6a147d78fefec94a564ebda")


def test_the_tracked_index_decides() -> None:
    properties: dict[int, Value] = {
        CONVERSATION_INDEX: SAMPLE,
        CONVERSATION_INDEX_TRACKING: True,
        CONVERSATION_TOPIC: "Here is a sample message",
    }
    assert conversation_id(properties) == SAMPLE_ID


def test_without_tracking_the_topic_decides() -> None:
    properties: dict[int, Value] = {CONVERSATION_INDEX: ALPHA, CONVERSATION_TOPIC: "Alpha"}
    assert conversation_id(properties) == ALPHA_ID
    assert conversation_id(properties | {CONVERSATION_INDEX_TRACKING: True, CONVERSATION_INDEX: ALPHA[:21]}) == ALPHA_ID


def test_topics_are_compared_in_capitals_up_to_255_units() -> None:
    assert conversation_id({CONVERSATION_TOPIC: "ålesund"}) == conversation_id({CONVERSATION_TOPIC: "ÅLESUND"})
    assert conversation_id({CONVERSATION_TOPIC: "straße"}) != conversation_id({CONVERSATION_TOPIC: "strasse"})
    long = conversation_id({CONVERSATION_TOPIC: "🎉" * 200})
    assert long == hashlib.md5(("🎉" * 200).encode("utf-16-le")[:510]).digest()
    assert conversation_id({CONVERSATION_TOPIC: "a\0b"}) == conversation_id({CONVERSATION_TOPIC: "A"})


def test_without_both_there_is_none() -> None:
    assert conversation_id({CONVERSATION_INDEX: SAMPLE}) is None
