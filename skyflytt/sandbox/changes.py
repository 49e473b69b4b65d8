"""The life of the company between two passes: `apply(sandbox, "autumn")`.

Each act is a fixed list of facts, found again by Message-ID and by path and content. Applying an act twice, or again after it was
killed half-way, gives the same state; the acts touch different messages and files, so their order does not matter either.
"""

from __future__ import annotations

from dataclasses import dataclass

from skyflytt.sandbox import file_changes, mail_changes
from skyflytt.sandbox.acts import ACTS
from skyflytt.sandbox.state import Sandbox

__all__ = ["ACTS", "Summary", "apply"]


@dataclass(frozen=True)
class Summary:
    """How much an act comprises, by kind of change; `done_now` counts what was not yet so before this call."""

    act: str
    mail: dict[str, int]
    files: dict[str, int]
    done_now: int


def apply(sandbox: Sandbox, act: str) -> Summary:
    """Let `act` happen at the old provider. Raises KeyError for an unknown act, OSError when the mail server is down."""
    what = ACTS[act]
    mail, mail_now = mail_changes.apply(sandbox, what)
    files, files_now = file_changes.apply(sandbox, what)
    return Summary(act, mail, files, mail_now + files_now)
