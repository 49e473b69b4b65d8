"""mbox files in the mboxrd variant (RFC 4155 gives the frame): lines `>*From ` of a message have one more `>` in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_UNQUOTE = re.compile(rb"^>(>*From )", re.M)


def read_mbox(path: Path) -> Iterator[bytes]:
    """The messages of an mboxrd file, each ending in a line end; one in memory at a time."""
    message: list[bytes] | None = None
    with path.open("rb") as file:
        for line in file:
            if is_mbox(line):
                if message is not None:
                    yield _unframed(message)
                message = []
            elif message is not None:
                message.append(line)
    if message is not None:
        yield _unframed(message)


def is_mbox(start: bytes) -> bool:
    """Whether a file that begins so is an mbox."""
    return start.startswith(b"From ")


def _unframed(lines: list[bytes]) -> bytes:
    return _UNQUOTE.sub(rb"\1", b"".join(lines)[:-1])
