"""How fast each account may fetch, over all its downloads together."""

from __future__ import annotations

from dataclasses import dataclass, field

BURST_S = 0.25


@dataclass(slots=True)
class Pace:
    """Bytes per second for each name; the downloads of one share it."""

    bytes_per_second: int
    _paid_until: dict[str, float] = field(default_factory=dict)

    @property
    def block(self) -> int:
        """The most that is sent at once, so that a slow download flows instead of stuttering."""
        return max(1024, min(256 * 1024, self.bytes_per_second // 8))

    def wait_s(self, name: str, sent: int, now: float) -> float:
        """How long to pause after so many bytes; `now` is any clock that only goes forward, in seconds."""
        paid_until = max(self._paid_until.get(name, 0.0), now - BURST_S) + sent / self.bytes_per_second
        self._paid_until[name] = paid_until
        return max(0.0, paid_until - now)
