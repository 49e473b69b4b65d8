"""`python -m deployments.stack.server_program --host … --port …`: `prefect server start` with its garbage collected beside it."""

from __future__ import annotations

import sys

from deployments.stack.garbage import collect_beside


def main() -> None:
    collect_beside()
    # After the collector: its imports make much garbage.
    from prefect.cli import app  # noqa: PLC0415

    sys.argv = ["prefect", "server", "start", *sys.argv[1:]]
    app()


if __name__ == "__main__":
    main()
