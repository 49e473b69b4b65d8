"""The worker's own rules, without a server."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import anyio
import pytest
from prefect.workers.process import ProcessWorker

from deployments.stack.in_hand import InHand
from deployments.stack.worker_program import SkyflyttWorker


def test_a_run_is_not_taken_again_before_its_last_life_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again, other = (SimpleNamespace(flow_run=SimpleNamespace(id=uuid4())) for _ in range(2))
    submitted: list[Any] = []

    async def submit(_: object, found: list[Any]) -> list[Any]:
        submitted.append(found)
        return []

    monkeypatch.setattr(ProcessWorker, "_submit_scheduled_flow_runs", submit)

    async def looks() -> None:
        worker = SkyflyttWorker(work_pool_name="pool", limit=2, in_hand=InHand(tmp_path / "in-hand"))
        worker._limiter = anyio.CapacityLimiter(2)
        worker._limiter.acquire_on_behalf_of_nowait(again.flow_run.id)
        await worker._submit_scheduled_flow_runs([again, other])  # type: ignore[list-item]
        worker._limiter.release_on_behalf_of(again.flow_run.id)
        await worker._submit_scheduled_flow_runs([again, other])  # type: ignore[list-item]

    anyio.run(looks)
    assert submitted == [[other], [again, other]]
