"""`make demo`: one customer leaves a provider, from notice to erasure. May be stopped at any moment and started again."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from deployments.demo.stop import Stop
from deployments.stack import place as stack_place
from skyflytt.errors.base import Failure


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deployments.demo", description=__doc__)
    parser.add_argument("--home", type=Path, help="where everything is kept (default: .skyflytt/demo)")
    parser.add_argument("--fresh", action="store_true", help="throw the last demo away first")
    options = parser.parse_args(arguments)
    home = (options.home or stack_place.project_root() / ".skyflytt" / "demo").resolve()
    # Before Prefect is imported: its console log would run through the demo's own lines. The history keeps all of it.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    stop = Stop()
    try:
        return _play(home, stop, fresh=options.fresh)
    except Failure as failure:
        print(f"{failure.sentence}\n{failure.advice}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Exception):
        # A library may turn the interruption into an error of its own (pydantic's core does while it builds a model).
        if stop.asked is None:
            raise
        print("\nInterrupted. Nothing is lost: `make demo` goes on from here.")
        return stop.exit_code


def _play(home: Path, stop: Stop, *, fresh: bool) -> int:
    with stop.later():
        from deployments.demo.place import only_demo  # noqa: PLC0415 - a Ctrl-C may come while the rest is imported

    began = time.monotonic()
    with only_demo(home) as place:
        print("Norrsken Bygg AB leaves Gamla Molnet AB for Nya Molnet. Starting …", flush=True)
        with stop.later():
            from rich.console import Console  # noqa: PLC0415

            from deployments.demo.play import play  # noqa: PLC0415 - Prefect takes seconds to import

        # In a file, wide enough that no account or path is broken over lines.
        console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
        return play(place, console, stop, fresh=fresh, began=began)


if __name__ == "__main__":
    sys.exit(main())
