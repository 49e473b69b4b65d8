"""Progress of a step, where people look: an artifact of its task run, and the log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar, copy_context
from threading import Lock
from time import monotonic
from typing import Any
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger

from skyflytt.phase.rate import Rate
from skyflytt.phase.timeline import Timeline
from tasks.artifact_key import artifact_key

_TIMELINE: ContextVar[Timeline | None] = ContextVar("timeline", default=None)
SECONDS_BETWEEN = 3.0
logger = logging.getLogger("skyflytt.progress")
logger.setLevel(logging.INFO)


class Report:
    """A step on one item: called with how far it is, it tells the server every few seconds at most, with pace and time left.

    One that is done before there was anything to tell leaves no artifact: its account says it all, and a large move has thousands of them.
    May be told from any thread of the step.
    """

    def __init__(self, step: str, item: str, key: str, now: Callable[[], float] = monotonic) -> None:
        self._words = f"{step} {item}"
        self._extra = {"step": step, "item": item}
        self._now = now
        self._rate = Rate(now)
        self._told_at = now()
        self._share = 0.0
        self._key = key
        self._artifact: UUID | None = None
        self._showing = Lock()
        # An artifact belongs to the run in whose context it is made.
        self._context = copy_context()
        self._log = _run_log()

    def __call__(self, done: int, of: int) -> None:
        extra = {**self._extra, "done": done, "of": of}
        logger.info("%s: %d of %d", self._words, done, of, extra=extra)
        self._rate.done(done)
        if done < of and self._now() - self._told_at > SECONDS_BETWEEN:
            self._share = 100.0 * done / of
            self._show(f"{self._words}: {self._rate.in_words(of)}")

    def moved(self, size_bytes: int) -> None:
        """So many bytes more have gone through the step."""
        self._rate.moved(size_bytes)

    def tell(self, sentence: str) -> None:
        """What the step waits for: a line of the run's log, and beside its progress until it goes on."""
        self._log.info("%s: %s", self._words, sentence)
        self._show(f"{self._words}: {sentence}")

    def end(self) -> None:
        """What was shown on the way has come to its end."""
        self._share = 100.0
        if self._artifact is not None:
            self._show(self._words)

    def _show(self, words: str) -> None:
        self._told_at = self._now()
        with self._showing:
            self._context.run(self._keep, words)

    def _keep(self, words: str) -> None:
        if self._artifact is None:
            self._artifact = create_progress_artifact(self._share, key=self._key, description=words)
        else:
            update_progress_artifact(self._artifact, self._share, description=words)


@contextmanager
def reporting(project: str, step: str, item: str) -> Iterator[Report]:
    """The report of one step on one item, from its beginning to its end."""
    report, timeline = Report(step, item, artifact_key(project, step, item, "progress")), _TIMELINE.get()
    with timeline.span(f"{step} {item}") if timeline else nullcontext():
        yield report
    report.end()


@contextmanager
def timed(timeline: Timeline) -> Iterator[None]:
    """Whatever is reported within, by the tasks of this run too, is on the timeline."""
    token = _TIMELINE.set(timeline)
    try:
        yield
    finally:
        _TIMELINE.reset(token)


def _run_log() -> Any:
    """The log of this run, which people read in the UI; outside of a run an ordinary one."""
    try:
        return get_run_logger()
    except MissingContextError:
        return logger
