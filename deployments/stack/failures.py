"""What can go wrong while the local Prefect server and worker are started or stopped."""

from __future__ import annotations

from pathlib import Path

from skyflytt.errors.base import NeedsPerson, Transient

LOG_LINES_SHOWN = 15


class DidNotStart(NeedsPerson):
    """The {item} did not start: {detail}"""

    code = "stack.did-not-start"
    advice = "The last lines of its log, above, name the cause. Correct it and start again; nothing else was changed."


class DeploymentsRefused(NeedsPerson):
    """Prefect did not accept {item}: {detail}"""

    code = "stack.deployments-refused"
    advice = "Correct the deployment that the message names; those before it are in place, those after it are not."


class NotSafe(NeedsPerson):
    """The Prefect server is not started on {item}: {detail}"""

    code = "stack.not-safe"
    advice = "docs/how-to/secure-the-server.md shows a proxy with TLS before it. Without SKYFLYTT_HOST it listens on this machine alone."


class AnotherStartRuns(Transient):
    """Somebody else is starting or stopping the servers in {item}: {detail}"""

    code = "stack.another-start-runs"
    advice = "Wait until the other command has ended, then try again."


def last_lines(log: Path, count: int = LOG_LINES_SHOWN) -> str:
    """The end of a log, for an error message."""
    if not log.exists():
        return f"({log} was never written)"
    lines = log.read_text(errors="replace").rstrip().splitlines()[-count:]
    return "\n".join(["", f"--- the end of {log} ---", *lines])
