"""No message of the corpus, and no mutation of one, raises or loses anything on its way to MAPI."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skyflytt.outlook.mapi import Message
from skyflytt.outlook.mime import from_mime
from tests.outlook.mime import kept, mutations

PATHS = mutations.corpus()
MESSAGES = [path.read_bytes() for path in PATHS]
MANY = 10_000


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("line_end", [None, b"\r\n", b"\n"], ids=["as it is", "CRLF", "LF"])
def test_of_a_corpus_message(path: Path, line_end: bytes | None) -> None:
    raw = path.read_bytes()
    if line_end:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", line_end)
    assert kept.lost(raw, from_mime(raw)) == []


def _strings(message: Message) -> Iterator[str]:
    """Every string, which a reader of a PST file must be able to read."""
    bags = [message.properties, *message.recipients, *(one.properties for one in message.attachments)]
    for bag in bags:
        for value in bag.values():
            yield from (each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, str))
    for attachment in message.attachments:
        if attachment.embedded:
            yield from _strings(attachment.embedded)


def _check(seeds: range) -> None:
    for seed in seeds:
        raw = mutations.mutated(MESSAGES, seed)
        message = from_mime(raw)
        assert kept.lost(raw, message) == [], f"seed {seed}"
        for text in _strings(message):
            text.encode("utf-8")  # a lone surrogate would not
            assert "\0" not in text, f"seed {seed}"


def test_of_mutations() -> None:
    _check(range(MANY, MANY + 1_000))


@pytest.mark.heavy
@pytest.mark.parametrize("first", range(0, MANY, 500))
def test_of_many_mutations(first: int) -> None:
    _check(range(first, first + 500))
