"""`make demo`: one customer leaves a provider, from notice to erasure. May be stopped at any moment and started again."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from rich.console import Console

from deployments.stack import place as stack_place
from skyflytt.errors.base import Failure


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deployments.demo", description=__doc__)
    parser.add_argument("--home", type=Path, help="where everything is kept (default: .skyflytt/demo)")
    parser.add_argument("--fresh", action="store_true", help="throw the last demo away first")
    options = parser.parse_args(arguments)
    home = (options.home or stack_place.project_root() / ".skyflytt" / "demo").resolve()
    console = Console(highlight=False)
    # Before Prefect is imported: its console log would run through the demo's own lines. The history keeps all of it.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    try:
        from deployments.demo.play import play  # noqa: PLC0415 - Prefect takes seconds to import

        return play(home, console, fresh=options.fresh, began=time.monotonic())
    except Failure as failure:
        console.print(f"[red]{failure.sentence}[/]\n{failure.advice}", markup=True)
        return 1
    except KeyboardInterrupt:
        console.print("\nInterrupted. Nothing is lost: `make demo` goes on from here.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
