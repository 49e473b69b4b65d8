"""A refusal by Graph: its status, code and words. Adapters turn it into the failures of their port.

Form: https://learn.microsoft.com/graph/errors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from skyflytt.graph.redaction import redacted

WAIT_S = 10.0
"""Where a busy service names no time."""
BUSY = (429, 503, 504)


class Refused(Exception):
    """`code` is Graph's own (`Request_ResourceNotFound`, …), the innermost where there are several; `words` have no token in them."""

    def __init__(
        self,
        status: int,
        code: str = "",
        words: str = "",
        request_id: str = "",
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(status, code, words, request_id, retry_after_s)
        self.status = status
        self.code = code
        self.words = words
        self.request_id = request_id
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        said = ": ".join(part for part in (self.code, self.words) if part) or "it gives no reason"
        return f"HTTP {self.status}, {said}" + (f" (request {self.request_id})" if self.request_id else "")

    @property
    def busy(self) -> bool:
        return self.status in BUSY

    @property
    def not_begun(self) -> bool:
        """The service turned the request away before it did anything with it."""
        return self.status == 429 or (self.status == 503 and self.retry_after_s is not None)


def refusal(status: int, headers: Mapping[str, str], body: Any) -> Refused:
    """`body` as JSON gave it; anything else is told by its status alone. Header names are compared without regard to case."""
    named = {name.lower(): str(value) for name, value in headers.items()}
    error = body.get("error") if isinstance(body, dict) else None
    error = error if isinstance(error, dict) else {}
    inner = error.get("innerError") or error.get("innererror") or {}
    inner = inner if isinstance(inner, dict) else {}
    asked_s = _seconds(named) if status in BUSY else None
    return Refused(
        status,
        str(inner.get("code") or error.get("code") or ""),
        redacted(str(error.get("message") or "").strip())[:500],
        str(inner.get("request-id") or named.get("request-id") or ""),
        asked_s,
    )


def parsed(raw: bytes) -> Any:
    """JSON, or None for what is none."""
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Retry-After, as seconds or as a date (RFC 9110, section 10.2.3), counted from the answer's own date. None where it names no time."""
    said = headers.get("retry-after", "").strip()
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    until, answered = _instant(said), _instant(headers.get("date", ""))
    return max(0.0, (until - answered).total_seconds()) if until and answered else None


def _instant(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
