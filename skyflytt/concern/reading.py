"""Reads a few payloads from a source to learn how fast it gives them. Reads only, and only so much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from time import monotonic
from typing import NamedTuple

from skyflytt.concern.sample import Sample, Sampling
from skyflytt.errors.base import Permanent
from skyflytt.files.port import Entry, FileStore
from skyflytt.files.stream import BLOCK
from skyflytt.mail.keys import message_key
from skyflytt.mail.port import Fetched, FolderPath, MailSource, MessageEntry, Way
from skyflytt.mail.protection import protection_of

MOST_READ = 20
MOST_MESSAGE_BYTES = 2_000_000
"""Of all messages together; a larger one is not chosen."""
MOST_FILE_BYTES = 5_000_000
"""Of all files together; of a large file, its beginning is read."""
MOST_OF_ONE_FILE = 1_000_000

Chosen = tuple[FolderPath, MessageEntry]


class MessagesRead(NamedTuple):
    """`streams` is how many of the messages came as exported FastTransfer streams, `built` how many with properties put together here.

    `protected` names those that need a key, by `Protection`.
    """

    messages: int
    size_bytes: int
    seconds: float
    streams: int
    built: int
    protected: Mapping[str, Sample]


def read_messages(source: MailSource, chosen: Iterable[Chosen]) -> MessagesRead:
    """What was read of `chosen`; messages that the source cannot give are left out."""
    left, by_folder = MOST_MESSAGE_BYTES, defaultdict[FolderPath, list[str]](list)
    for folder, entry in chosen:
        if entry.size_bytes <= left:
            left -= entry.size_bytes
            by_folder[folder].append(entry.ref)
    messages = size = streams = built = 0
    protected = defaultdict[str, Sampling](Sampling)
    started = monotonic()
    for folder, refs in by_folder.items():
        for read in _read_folder(source, folder, refs):
            messages, size = messages + 1, size + len(read.raw)
            streams += read.way is Way.EXPORTED
            built += read.way is Way.BUILT
            if protection := protection_of(read.raw):
                protected[protection].add(message_key(folder, read.ref))
    samples = {kind: sampling.sample() for kind, sampling in sorted(protected.items())}
    return MessagesRead(messages, size, monotonic() - started, streams, built, samples)


def _read_folder(source: MailSource, folder: FolderPath, refs: Sequence[str]) -> list[Fetched]:
    try:
        return [answer for answer in source.fetch(folder, refs) if isinstance(answer, Fetched)]
    except Permanent:  # the folder went away since it was listed
        return []


def read_files(store: FileStore, chosen: Iterable[Entry]) -> tuple[int, int, float, list[tuple[str, Permanent]]]:
    """Files read (in part, when large), their bytes, the seconds it took, and those listed that cannot be opened."""
    left, files, size = MOST_FILE_BYTES, 0, 0
    refused: list[tuple[str, Permanent]] = []
    started = monotonic()
    for entry in chosen:
        if left <= 0:
            break
        try:
            read = _read_file(store, entry.path, min(left, MOST_OF_ONE_FILE))
        except Permanent as failure:
            refused.append((entry.path, failure))
            continue
        files, size, left = files + 1, size + read, left - read
    return files, size, monotonic() - started, refused


def _read_file(store: FileStore, path: str, most: int) -> int:
    got = 0
    with store.read(path) as file:
        while got < most and (piece := file.read(min(BLOCK, most - got))):
            got += len(piece)
    return got
