"""`launch.py RECORD PROGRAM ...`: write this process's id and creation time to RECORD, then become PROGRAM.

Run as a file, in the new process; it imports nothing of the project.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main() -> None:
    import psutil  # noqa: PLC0415 - the module is also imported for its path alone

    record = Path(sys.argv[1])
    draft = record.with_suffix(".draft")
    draft.write_text(json.dumps({"pid": os.getpid(), "created": psutil.Process().create_time()}))
    draft.replace(record)
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
