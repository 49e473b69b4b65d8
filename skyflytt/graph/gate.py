"""Where the limits of what is asked are kept: a gate is entered around each request on the wire."""

from __future__ import annotations

import contextlib
from typing import Protocol


class Gate(Protocol):
    """Waits until a request may go, and is left when its answer is there."""

    def __call__(self, requests: int, sent_bytes: int) -> contextlib.AbstractContextManager[None]:
        """`requests` is more than one for a batch; `sent_bytes` are those of the body."""
        ...


def wide_open(requests: int, sent_bytes: int) -> contextlib.AbstractContextManager[None]:  # noqa: ARG001 - the gate's signature
    """Lets everything through."""
    return contextlib.nullcontext()
