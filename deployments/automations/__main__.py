"""`python -m deployments.automations apply|list|remove|silence`: what Prefect's server does by itself, and whom it tells."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

import httpx

from skyflytt.errors.base import Failure

NO_SERVER = "Start it (`make up`), and name it in this shell: source .skyflytt/prefect/env.sh"


def apply() -> None:
    from deployments.automations.apply import apply_automations  # noqa: PLC0415 - Prefect takes seconds to import

    print(f"Automations: {apply_automations()}")


def list_them() -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    from deployments.automations.apply import ours  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        for name, (one, *_) in ours(client).items():
            print(f"{name:<40} {'on ' if one.enabled else 'OFF'}  {one.description}")


def remove() -> None:
    from deployments.automations.apply import remove_automations  # noqa: PLC0415

    print(f"Removed: {', '.join(remove_automations()) or 'there were none'}")


def silence() -> None:
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    from deployments.automations.apply import NOBODY, apply_automations, server_home  # noqa: PLC0415
    from deployments.automations.on_call import forget_block, read_on_call  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        forget_block(client)
    apply_automations(replace(read_on_call(server_home()), webhook=None))
    print(NOBODY)


ACTIONS = {"apply": apply, "list": list_them, "remove": remove, "silence": silence}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deployments.automations", description=__doc__)
    parser.add_argument("action", choices=list(ACTIONS), help="silence: forget the address of who is told")
    options = parser.parse_args(arguments)
    try:
        ACTIONS[options.action]()
    except Failure as failure:
        print(f"{failure.sentence}\n{failure.advice}", file=sys.stderr)
        return 2
    except httpx.TransportError as error:
        print(f"The Prefect server does not answer: {error}\n{NO_SERVER}", file=sys.stderr)
        return 75
    return 0


if __name__ == "__main__":
    sys.exit(main())
