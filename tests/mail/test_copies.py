"""Copies that nobody has yet: each is given out once, and of equal ones each message gets the one of its own hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from skyflytt.ledger.items import Item
from skyflytt.ledger.schema import State
from skyflytt.mail.copies import Candidates
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import Fetched

RAW = b"Subject: Samma\r\n\r\nSamma text\r\n"
MORNING = datetime(2026, 5, 17, 7, 37, 15, 250_000, tzinfo=UTC)
HOURS = {f"INBOX/{number}": MORNING + timedelta(minutes=number) for number in range(3)}


def item(key: str) -> Item:
    return Item(key, "INBOX", "", len(RAW), State.SEEN, fingerprint(RAW).fingerprint, *(None,) * 7, 0, None)


def candidates(*received: datetime | None) -> Candidates:
    found = Candidates(lambda one: HOURS[one.key])
    for number, hour in enumerate(received):
        found.add(Fetched(f"9:{number}", RAW, received=hour))
    return found


def test_equal_messages_get_the_copies_of_their_own_hour() -> None:
    hours = [hour.replace(microsecond=0) for hour in HOURS.values()]
    found = candidates(hours[2], hours[0], hours[1])
    assert found.pairs([item(key) for key in HOURS]) == {"INBOX/0": "9:1", "INBOX/1": "9:2", "INBOX/2": "9:0"}


def test_one_of_another_hour_is_left_to_whom_none_is_of_its_own() -> None:
    hours = list(HOURS.values())
    found = candidates(hours[1], datetime(1999, 1, 1, tzinfo=UTC))
    assert found.pairs([item("INBOX/0"), item("INBOX/1")]) == {"INBOX/0": "9:1", "INBOX/1": "9:0"}


def test_where_no_hour_is_told_each_copy_is_given_out_once() -> None:
    found = candidates(None, None)
    given = [found.take(item(key)) for key in HOURS]
    assert sorted(ref for ref in given if ref) == ["9:0", "9:1"]
    assert given[2] is None
