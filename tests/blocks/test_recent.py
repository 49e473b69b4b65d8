"""A run reads a block once in half a minute, and never what another run has read."""

from __future__ import annotations

from itertools import count

import pytest

from blocks.recent import FRESH_S, RecentBlocks

RUN = "PREFECT__FLOW_RUN_ID"


class Numbered:
    """A kind of block that is another one each time it is loaded."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def load(self, name: str) -> str:
        if name == "missing":
            raise ValueError(next(self._numbers))
        return f"{name} {next(self._numbers)}"


@pytest.fixture
def clock() -> list[float]:
    return [1000.0]


@pytest.fixture
def recent(clock: list[float]) -> RecentBlocks:
    return RecentBlocks(lambda: clock[0])


def test_a_run_reads_a_block_again_after_half_a_minute(
    recent: RecentBlocks, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = Numbered()
    monkeypatch.setenv(RUN, "1")
    assert recent.load(kind, "old-mail") == "old-mail 1"
    clock[0] += FRESH_S - 1
    assert recent.load(kind, "old-mail") == "old-mail 1"
    assert recent.load(kind, "old-files") == "old-files 2"
    clock[0] += 1
    assert recent.load(kind, "old-mail") == "old-mail 3"
    assert recent.load(kind, "old-files") == "old-files 2"


def test_another_run_and_what_is_no_run_read_for_themselves(
    recent: RecentBlocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = Numbered()
    monkeypatch.setenv(RUN, "1")
    assert recent.load(kind, "old-mail") == "old-mail 1"
    monkeypatch.setenv(RUN, "2")
    assert recent.load(kind, "old-mail") == "old-mail 2"
    monkeypatch.delenv(RUN)
    assert [recent.load(kind, "old-mail") for _ in range(2)] == ["old-mail 3", "old-mail 4"]


def test_a_block_of_another_kind_is_another_one(recent: RecentBlocks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RUN, "1")
    mail, files = Numbered(), Numbered()
    assert [recent.load(kind, "old") for kind in (mail, files, mail)] == ["old 1", "old 1", "old 1"]
    assert next(mail._numbers) == next(files._numbers) == 2


def test_what_could_not_be_read_is_tried_again(recent: RecentBlocks, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Numbered()
    monkeypatch.setenv(RUN, "1")
    for number in (1, 2):
        with pytest.raises(ValueError, match=str(number)):
            recent.load(kind, "missing")
