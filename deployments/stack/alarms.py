"""What the server does by itself, and whom it tells: applied at every start."""

from __future__ import annotations

from deployments.stack import settings
from deployments.stack.server import Server


def apply(server: Server) -> str:
    """What was done, in a line or two. Raises `OnCallUnusable`."""
    with settings.applied(server.environment):
        # Prefect reads its settings when it is imported: not before they are applied.
        from deployments.automations.apply import apply_automations  # noqa: PLC0415

        return str(apply_automations())
