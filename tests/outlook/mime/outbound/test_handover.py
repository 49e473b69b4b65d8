"""Flags, categories and time of delivery out of the properties."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mapi.named import KEYWORDS
from skyflytt.outlook.mapi.times import filetime
from skyflytt.outlook.mime.outbound import delivery_of

AT = datetime(2024, 5, 17, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tag", "value", "flag"),
    [
        (tags.MESSAGE_FLAGS, 0x01, "\\Seen"),
        (tags.MESSAGE_FLAGS, 0x08, "\\Draft"),
        (tags.FLAG_STATUS, 2, "\\Flagged"),
        (tags.LAST_VERB_EXECUTED, 102, "\\Answered"),
        (tags.LAST_VERB_EXECUTED, 103, "\\Answered"),
        (tags.LAST_VERB_EXECUTED, 104, "$Forwarded"),
    ],
)
def test_each_state_is_a_flag(tag: int, value: int, flag: str) -> None:
    assert delivery_of(Message({tag: value})).flags == {flag}


def test_a_follow_up_that_is_done_is_no_flag() -> None:
    assert delivery_of(Message({tags.FLAG_STATUS: 1})).flags == frozenset()


def test_categories_are_keywords_that_imap_can_hold() -> None:
    flags = delivery_of(Message({KEYWORDS: ("Röd kategori", "Invoices", "$Label1", "a(b)", "", " ")})).flags
    assert flags == {"R&APY-d_kategori", "Invoices", "$Label1", "a&ACg-b&ACk-"}


def test_the_time_of_delivery_comes_first() -> None:
    bag = {tags.MESSAGE_DELIVERY_TIME: filetime(AT), tags.CLIENT_SUBMIT_TIME: filetime(AT) - 10**9}
    assert delivery_of(Message(dict(bag))).received == AT


def test_what_was_never_delivered_has_the_time_it_was_made() -> None:
    assert delivery_of(Message({tags.MESSAGE_DELIVERY_TIME: 0, tags.CREATION_TIME: filetime(AT)})).received == AT
    assert delivery_of(Message()).received is None
