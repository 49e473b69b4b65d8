"""Who runs a command."""

from __future__ import annotations

import getpass
import os


def person() -> str:
    """Who runs the command, for the journal."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as containers have
        return f"uid {os.getuid()}"
