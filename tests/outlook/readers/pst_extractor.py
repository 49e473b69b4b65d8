"""pst-extractor (npm), through a few lines of Node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.outlook.readers.seen import SeenAttachment, SeenMessage

SCRIPT = Path(__file__).with_name("read_pst.js")


def read(modules: Path, pst: Path) -> Iterator[SeenMessage]:
    """Every message below the top of the mailbox, in the order of the folder's table."""
    for line in _lines(modules, pst):
        if "count" not in line:
            yield _message(line)


def counts(modules: Path, pst: Path) -> dict[tuple[str, ...], int]:
    """PidTagContentCount of every folder."""
    return {tuple(line["folder"][1:]): line["count"] for line in _lines(modules, pst) if "count" in line}


def _lines(modules: Path, pst: Path) -> Iterator[dict[str, Any]]:
    command = ["node", "--max-old-space-size=4096", str(SCRIPT), str(modules), str(pst)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        for line in process.stdout:
            if line.startswith(b"{"):
                yield json.loads(line)
        complaints = process.stderr.read().decode()
    assert process.returncode == 0, complaints


def _message(line: dict[str, Any]) -> SeenMessage:
    return SeenMessage(
        tuple(line.get("folder", ())[1:]),
        line["subject"],
        line["class"],
        line["body"],
        line["html"],
        tuple((one["type"], one["name"], one["address"]) for one in line["recipients"]),
        tuple(_attachment(one) for one in line["attachments"]),
    )


def _attachment(line: dict[str, Any]) -> SeenAttachment:
    return SeenAttachment(line["name"], line.get("size", 0), line.get("sha256", ""))
