"""`python -m deployments.stack.with_secrets PROGRAM ...`: each variable `NAME_FILE` becomes `NAME`, read from that file; then PROGRAM runs.

So secrets come from files that their owner alone can read (systemd's credentials, compose's secrets), and stand in no unit, no
compose file, and on no command line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

SUFFIX = "_FILE"
NOT_OURS = ("SKYFLYTT_SECRETS_FILE", "SKYFLYTT_CLOCK_FILE")
"""Variables that name a file themselves."""
PREFIXES = ("PREFECT_", "SKYFLYTT_")


def environment_of(given: Mapping[str, str]) -> dict[str, str]:
    """The environment with the secrets in it. Raises OSError, which names the file, when one cannot be read."""
    found = dict(given)
    for name, path in given.items():
        if name.endswith(SUFFIX) and name.startswith(PREFIXES) and name not in NOT_OURS:
            found[name.removesuffix(SUFFIX)] = Path(path).read_text().strip()
            del found[name]
    return found


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        environment = environment_of(os.environ)
    except OSError as error:
        sys.exit(f"A secret cannot be read: {error}")
    program = sys.executable if sys.argv[1] == "python" else sys.argv[1]
    os.execvpe(program, [program, *sys.argv[2:]], environment)


if __name__ == "__main__":
    main()
