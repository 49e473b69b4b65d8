"""Keys of artifacts: stable from run to run, so that the UI shows the history of one thing under one key."""

from __future__ import annotations

import re


def artifact_key(*parts: str) -> str:
    """`norrsken-export-anna`: lower case, digits and dashes, as Prefect wants them."""
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")
