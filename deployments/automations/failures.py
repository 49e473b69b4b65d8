"""What can be wrong with how on-call is told."""

from __future__ import annotations

from skyflytt.errors.base import BadInput


class OnCallUnusable(BadInput):
    """Nobody can be told by {item}: {detail}"""

    code = "automations.on-call-unusable"
    advice = "docs/how-to/tell-on-call.md shows what it may be. The automations were not changed."
