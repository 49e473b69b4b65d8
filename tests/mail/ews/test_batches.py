"""How large a batch is: what the server bears, and what is digested here."""

from __future__ import annotations

import threading

import pytest

from skyflytt.mail.ews.batches import GROWS_AFTER, MOST_BYTES, BatchSize, Room


def test_batches_double_while_all_goes_well() -> None:
    size = BatchSize(first=4, most=50)
    seen = []
    for _ in range(6):
        size.went_well(size.count)
        seen.append(size.count)
    assert seen == [8, 16, 32, 50, 50, 50]


def test_a_batch_that_was_not_full_says_nothing() -> None:
    size = BatchSize(first=16)
    size.went_well(3)
    assert size.count == 16


def test_batches_halve_and_then_grow_slowly() -> None:
    size = BatchSize(first=16)
    size.too_much(16)
    size.too_much(8)
    assert size.count == 4
    for _ in range(GROWS_AFTER - 1):
        size.went_well(size.count)
    assert size.count == 4
    size.went_well(size.count)
    assert size.count == 5


def test_a_batch_is_never_less_than_one_item() -> None:
    size = BatchSize(first=1)
    size.too_much(1)
    assert size.count == 1


def test_the_less_room_is_left_the_smaller_are_the_batches() -> None:
    room, shares = Room(1_000, 4), []
    for _ in range(4):
        shares.append(room.share(1))
        room.take(shares[-1])
    assert shares == [250, 187, 140, 105]
    room.give_back(sum(shares))
    assert room.share(1) == 250
    assert Room(10**9, 2).share(1) == MOST_BYTES


@pytest.mark.parametrize(("taken", "given_back"), [(950, 60), (1, 1)])
def test_a_message_waits_for_its_room_and_a_huge_one_for_all_of_it(taken: int, given_back: int) -> None:
    room = Room(1_000, 4)
    first = 100 if taken == 950 else 5_000
    room.take(taken)
    got: list[int] = []
    waiting = threading.Thread(target=lambda: got.append(room.share(first)))
    waiting.start()
    waiting.join(0.1)
    assert got == []
    room.give_back(given_back)
    waiting.join(5)
    assert got == [first]


def test_nobody_gets_into_a_closed_room() -> None:
    room = Room(10, 1)
    room.take(10)
    got: list[int] = []
    waiting = threading.Thread(target=lambda: got.append(room.share(5)))
    waiting.start()
    room.close()
    waiting.join(5)
    assert got == [0]
