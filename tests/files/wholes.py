"""Small files with their SHA-256, and what spoils them on their way."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime
from typing import Any

from skyflytt.files.each import Whole

WHEN = datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC)


def whole(path: str, content: bytes) -> Whole:
    digest = hashlib.sha256(content).hexdigest()
    return Whole(path, content, digest, ".skyflytt-0123456789abcdef.partial", WHEN)


def exchange(request: Any, sent: bytes, came: bytes) -> None:
    """A flipped bit behind the end of the encryption."""
    body = request.body.getvalue() if isinstance(request.body, io.BytesIO) else request.body
    if body and sent in body:
        request.body = body.replace(sent, came)
