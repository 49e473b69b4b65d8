"""Fetch the next messages and take their identity while the caller puts these into the archive."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from skyflytt.mail.identity import Identity, fingerprint
from skyflytt.mail.port import Fetched, FetchFailure, FolderPath, MailSource, MessageEntry

Batch = list[MessageEntry]
Answers = list[tuple[Fetched, Identity] | FetchFailure]
AHEAD = 2
"""Batches beyond the caller's: one on the wire, one whose identities are taken."""


def fetched_ahead(source: MailSource, folder: FolderPath, batches: Sequence[Batch]) -> Iterator[tuple[Batch, Answers]]:
    """Each batch with its answers, in their order.

    `source` belongs to the fetching thread until the iteration is over: what is on its way then is waited for, also when the caller
    breaks off. Raises what `fetch` raises.
    """
    with ThreadPoolExecutor(1, "fetching") as fetcher, ThreadPoolExecutor(1, "identity") as reader:

        def fetch(batch: Batch) -> list[Fetched | FetchFailure]:
            return list(source.fetch(folder, [entry.ref for entry in batch]))

        waiting = deque(batches)
        coming: deque[tuple[Batch, Future[Answers]]] = deque()
        try:
            while waiting or coming:
                while waiting and len(coming) <= AHEAD:
                    batch = waiting.popleft()
                    coming.append((batch, reader.submit(_identified, fetcher.submit(fetch, batch))))
                batch, answers = coming.popleft()
                yield batch, answers.result()
        finally:
            fetcher.shutdown(cancel_futures=True)


def _identified(fetched: Future[list[Fetched | FetchFailure]]) -> Answers:
    return [(answer, fingerprint(answer.raw)) if isinstance(answer, Fetched) else answer for answer in fetched.result()]
