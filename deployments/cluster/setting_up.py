"""`python -m deployments.cluster.setting_up`: the pool, every deployment of prefect.yaml and the automations, at the server of the environment.

What a new installation, and every new version, needs once the server runs. Run twice, the second time changes nothing.
"""

from __future__ import annotations

import subprocess
import sys
import time

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists

from deployments.automations.apply import apply_automations
from deployments.stack.place import project_root
from deployments.stack.worker import POOL

PATIENCE_S = 180.0
POLL_S = 2.0


def main() -> int:
    _wait_for_the_server()
    with get_client(sync_client=True) as client:
        try:
            client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
        except ObjectAlreadyExists:
            print(f"Pool {POOL}: is there")
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"], cwd=project_root(), check=False
    )
    if done.returncode != 0:
        return done.returncode
    print(f"Automations: {apply_automations()}")
    return 0


def _wait_for_the_server() -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            with get_client(sync_client=True) as client:
                client.hello()
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_S)
        else:
            return


if __name__ == "__main__":
    sys.exit(main())
