"""What all flows share: how they are named in the run history, and that they run several mailboxes or shares side by side."""

from __future__ import annotations

from typing import Any

from prefect.task_runners import ThreadPoolTaskRunner

SIDE_BY_SIDE = 4


def phase_options(phase: str) -> dict[str, Any]:
    """Options of `@flow(**phase_options("export"))`."""
    return {
        "name": phase,
        "flow_run_name": "{project.name} · " + phase,
        "task_runner": ThreadPoolTaskRunner(max_workers=SIDE_BY_SIDE),
        "persist_result": False,
    }
