"""The sandbox's post office: takes any mail over SMTP and keeps it in a folder that a person can read.

`NNNNNN.eml` per message, and a line in `index.jsonl` with time, sender, recipients, subject and file.
"""

from __future__ import annotations

import argparse
import asyncio
import email
import email.policy
import json
import os
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from skyflytt.deadline.clock import Clock, FileClock, clock_from_environment


class PostFolder:
    """aiosmtpd's handler: a message is whole in the folder before it is acknowledged."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        folder.mkdir(parents=True, exist_ok=True)
        self._number = max((int(path.stem) for path in folder.glob("*.eml")), default=0)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802
        self._number += 1
        name = f"{self._number:06}.eml"
        beside = self._folder / f".{name}.tmp"
        beside.write_bytes(envelope.original_content)
        beside.replace(self._folder / name)
        subject = email.message_from_bytes(envelope.original_content, policy=email.policy.default)["subject"]
        line = {
            "at": self._clock.now().isoformat(),
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": str(subject) if subject is not None else None,
            "file": name,
        }
        with (self._folder / "index.jsonl").open("a", encoding="utf-8") as index:
            index.write(json.dumps(line, ensure_ascii=False) + "\n")
            index.flush()
            os.fsync(index.fileno())
        return f"250 OK kept as {name}"


async def serve(port: int, folder: Path, clock: Clock) -> None:
    handler = PostFolder(folder, clock)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", ident="Sandbox post office", enable_SMTPUTF8=True, loop=loop),
        "127.0.0.1",
        port,
    )
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--clock-file", type=Path)
    args = parser.parse_args()
    clock = FileClock(args.clock_file) if args.clock_file else clock_from_environment()
    asyncio.run(serve(args.port, args.folder, clock))


if __name__ == "__main__":
    main()
