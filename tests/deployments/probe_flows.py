"""Flows for these tests: one that ends, one that would not for an hour, one with many task runs."""

from __future__ import annotations

import time
from pathlib import Path

from prefect import flow, task

MANY = 100


@flow
def quick(marker: str) -> None:
    Path(marker).write_text("done")


@flow
def inner(marker: str) -> None:
    Path(marker).write_text("inside")
    time.sleep(3600)


@flow
def outer(marker: str) -> None:
    inner(marker)


@task
def one(number: int) -> int:
    return number


@flow
def many() -> int:
    return sum(one(number) for number in range(MANY))


@flow
def goes_on(marker: str) -> None:
    """Would not end for an hour; started again, it finds what it had done and ends."""
    path = Path(marker)
    if path.exists():
        path.write_text("went on")
        return
    path.write_text("begun")
    time.sleep(3600)
