"""Progress of a step, where people look: an artifact of its task run, and the log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from tasks.artifact_key import artifact_key

SECONDS_BETWEEN = 3.0
logger = logging.getLogger("skyflytt.progress")
logger.setLevel(logging.INFO)


@contextmanager
def reporting(project: str, step: str, item: str) -> Iterator[Callable[[int, int], None]]:
    """A progress function for one step on one item; it tells the server every few seconds at most, and at the end."""
    artifact = create_progress_artifact(
        0.0, key=artifact_key(project, step, item, "progress"), description=f"{step} {item}"
    )
    told_at = monotonic()

    def report(done: int, of: int) -> None:
        nonlocal told_at
        logger.info("%s %s: %d of %d", step, item, done, of, extra={"step": step, "item": item, "done": done, "of": of})
        if done < of and monotonic() - told_at > SECONDS_BETWEEN:
            told_at = monotonic()
            update_progress_artifact(artifact, 100.0 * done / of)

    yield report
    # A pass that finds nothing new has nothing to report on its way.
    update_progress_artifact(artifact, 100.0)
