"""`python -m deployments.stack.worker_program`: a worker of the pool that can be told to stop, and can be killed.

Prefect's own worker, told to stop, takes its flow runs with it and leaves them Running for ever. This one takes no new run,
gives those in hand a time to end, and gives the rest back to the pool. One that was killed gives back what it had at its next start.
A run whose process died says Crashed; the server begins it again.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from functools import partial
from typing import Any
from uuid import UUID

import anyio
import httpx
import psutil
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import WorkerFlowRunResponse
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import get_current_settings
from prefect.workers.process import ProcessWorker

from deployments.stack.in_hand import InHand, see_off
from deployments.stack.worker import POOL
from skyflytt.deadline.clock import SystemClock

GRACE_S = 60.0
POLL_S = 0.2
SERVER_AWAY_S = 3.0
KILL_PATIENCE_S = 10.0
STOPPED = "Its worker was stopped before it ended. Another one, or the next one, goes on with what is left."
DIED = "Its worker died. Another one, or the next one, goes on with what is left."
KILLED = "Its process died. It is begun again, and does only what is left."
NOT_NOW = (httpx.TransportError, PrefectHTTPStatusError)


class SkyflyttWorker(ProcessWorker):
    """Prefect's process worker, which keeps account of the runs in its hands."""

    @classmethod
    def __dispatch_key__(cls) -> str:
        # Prefect's register of worker types keeps its own class under "process"; this one is started by this program alone.
        return "skyflytt-process"

    def __init__(self, *given: Any, in_hand: InHand, **named: Any) -> None:
        super().__init__(*given, **named)
        self.in_hand = in_hand
        self.draining = False
        self.hurried = False

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        return [] if self.draining else await super().get_and_submit_flow_runs()

    async def _submit_scheduled_flow_runs(self, flow_run_response: list[WorkerFlowRunResponse]) -> list[FlowRun]:
        # A run that is begun again before this worker has let go of its last life would end the worker (Prefect 3.8.8: the
        # limiter's RuntimeError); it is taken at the next look.
        held = set(self._limiter.statistics().borrowers) if self._limiter else set()
        free = [entry for entry in flow_run_response if entry.flow_run.id not in held]
        return await super()._submit_scheduled_flow_runs(free)

    async def _propose_pending_state(self, flow_run: FlowRun) -> bool:
        self.in_hand.take(flow_run.id)
        ours = await super()._propose_pending_state(flow_run)
        if not ours:
            self.in_hand.leave(flow_run.id)
        return ours

    async def _submit_run_and_capture_errors(self, flow_run: FlowRun, task_status: Any = None) -> Any:
        result = await super()._submit_run_and_capture_errors(flow_run, task_status)
        await self.see_off(flow_run.id, KILLED)
        return result

    async def see_off(self, run: UUID, why: str, orphans: bool = False) -> None:
        """For as long as it takes: a server that is away comes back."""
        look = partial(_see_off, run, self.name, why, orphans=orphans)
        while True:
            try:
                given = await anyio.to_thread.run_sync(look)
            except NOT_NOW as error:
                self._logger.warning("The end of flow run %s cannot be told yet: %s", run, error)
                await anyio.sleep(SERVER_AWAY_S)
                continue
            if given:
                self._logger.warning("Flow run %s is %s now: %s", run, given, why)
            self.in_hand.leave(run)
            return


async def serve(worker: SkyflyttWorker, grace_s: float) -> None:
    """Work until SIGTERM or SIGINT; the runs in hand have `grace_s` then, or until the second signal."""
    left_behind = list(worker.in_hand)
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async with anyio.create_task_group() as group:
            group.start_soon(partial(worker.start, printer=partial(print, flush=True)))
            for run in left_behind:
                group.start_soon(worker.see_off, run, DIED, True)
            await anext(signals)
            worker.draining = True
            print(f"Worker {worker.name!r} takes no new run; those in hand have {grace_s:.0f} s.", flush=True)
            group.start_soon(_hurry, worker, signals)
            with anyio.move_on_after(grace_s):
                while worker.in_hand and not worker.hurried:
                    await anyio.sleep(POLL_S)
            if worker.in_hand:
                _give_back_and_end(worker)
            group.cancel_scope.cancel()


async def _hurry(worker: SkyflyttWorker, signals: Any) -> None:
    await anext(signals)
    worker.hurried = True


def _give_back_and_end(worker: SkyflyttWorker) -> None:
    """End every run in hand, give it back, and this process with it, at once: given the time, it would call the runs crashed."""
    family = psutil.Process().children(recursive=True)
    for member in family:
        _kill(member)
    psutil.wait_procs(family, KILL_PATIENCE_S)
    for run in worker.in_hand:
        try:
            given = _see_off(run, worker.name, STOPPED)
        except NOT_NOW as error:
            print(f"Flow run {run} is given back when this worker starts again: {error}", flush=True)
            continue
        print(f"Flow run {run} is {given or 'ended'} now.", flush=True)
        worker.in_hand.leave(run)
    sys.stdout.flush()
    os._exit(0)


def _see_off(run: UUID, worker: str, why: str, *, orphans: bool = False) -> str | None:
    with get_client(sync_client=True) as client:
        first = partial(_end_orphans, run) if orphans else None
        return see_off(client, run, worker=worker, why=why, now=SystemClock().now(), first=first)


def _end_orphans(run: UUID) -> None:
    """Processes of the run that outlived their worker."""
    for process in psutil.process_iter():
        try:
            orphan = process.pid != os.getpid() and process.environ().get("PREFECT__FLOW_RUN_ID") == str(run)
        except psutil.Error:
            continue
        if orphan:
            _kill(process)


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m deployments.stack.worker_program", description=__doc__)
    host = socket.gethostname()
    parser.add_argument(
        "--name", default=host, help="its name, another one for each worker of the pool (this machine's)"
    )
    parser.add_argument("--pool", default=POOL, help="the work pool, made when there is none (%(default)s)")
    parser.add_argument("--limit", type=int, help="so many flow runs at once (default: no limit)")
    parser.add_argument("--grace", type=float, default=GRACE_S, help="seconds for the runs in hand (%(default).0f)")
    options = parser.parse_args(arguments)
    folder = get_current_settings().home / "in-hand" / options.name
    worker = SkyflyttWorker(work_pool_name=options.pool, name=options.name, limit=options.limit, in_hand=InHand(folder))
    anyio.run(serve, worker, options.grace)


if __name__ == "__main__":
    main()
