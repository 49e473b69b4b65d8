"""What is asked of each mailbox, measured: how much at once, and in the windows of the limits. Beyond a limit is refused with 429."""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from skyflytt.deadline.clock import Clock
from skyflytt.sandbox.servers.graph.answers import Refusal
from skyflytt.sandbox.servers.graph.mailbox_settings import MailLimits

_MAILBOX = re.compile(
    r"/(?:admin/exchange/mailboxes|users)/([^/]+)/(?:folders|exportItems|createImportSession|messages|mailFolders|settings)"
)


def mailbox_of(path: str) -> str:
    """The mailbox or user that a request is about; "" for what is about none."""
    found = _MAILBOX.match(path)
    return unquote(found[1]) if found else ""


@dataclass(slots=True)
class Use:
    """Of one mailbox. `most_…` are the highest marks; `refused` were beyond a limit, by which."""

    now: int = 0
    most_at_once: int = 0
    most_requests: int = 0
    most_bytes: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    requests: deque[tuple[float, int]] = field(default_factory=deque)
    uploads: deque[tuple[float, int]] = field(default_factory=deque)


class Meter:
    def __init__(self, limits: MailLimits, clock: Clock) -> None:
        self.limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self.uses: dict[str, Use] = {}

    def enter(self, mailbox: str, requests: int, uploaded: int) -> Refusal | None:
        """Counts it, and as many of a batch at once as Graph passes on at once. To be left by `leave` whatever it says."""
        with self._lock:
            now, use = self._clock.now().timestamp(), self.uses.setdefault(mailbox, Use())
            limits = self.limits
            use.now += min(requests, limits.at_once)
            use.most_at_once = max(use.most_at_once, use.now)
            asked = _in_window(use.requests, now, limits.requests_window_s, requests)
            use.most_requests = max(use.most_requests, asked)
            sent = _in_window(use.uploads, now, limits.upload_window_s, uploaded)
            use.most_bytes = max(use.most_bytes, sent)
            over = {
                "MailboxConcurrency": use.now > limits.at_once,
                "requests": asked > limits.requests,
                "upload": sent > limits.upload_bytes and len(use.uploads) > 1,
            }
            for name in (name for name, is_over in over.items() if is_over):
                use.refused[name] += 1
                message = f"Application is over its {name} limit."
                return Refusal(429, "ApplicationThrottled", message, 1 if name == "MailboxConcurrency" else 5)
            return None

    def leave(self, mailbox: str, requests: int) -> None:
        with self._lock:
            self.uses[mailbox].now -= min(requests, self.limits.at_once)

    def told(self) -> dict[str, Any]:
        with self._lock:
            return {
                name: {
                    "most_at_once": use.most_at_once,
                    "most_requests": use.most_requests,
                    "most_bytes": use.most_bytes,
                    "refused": dict(use.refused),
                }
                for name, use in self.uses.items()
            }


def _in_window(past: deque[tuple[float, int]], now: float, length_s: float, amount: int) -> int:
    while past and past[0][0] <= now - length_s:
        past.popleft()
    if amount:
        past.append((now, amount))
    return sum(one for _, one in past)
