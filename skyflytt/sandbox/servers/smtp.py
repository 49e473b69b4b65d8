"""The sandbox's post office: takes any mail over SMTP and keeps it in a folder that a person can read.

`NNNNNN.eml` per message, and a line in `index.jsonl` with time, sender, recipients, subject and file. It is also the mail server of the
world outside both providers; some addresses there have a Maildir, from which programs can read.
"""

from __future__ import annotations

import argparse
import asyncio
import email
import email.policy
import json
import mailbox
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from skyflytt.deadline.clock import Clock, FileClock, clock_from_environment


class PostFolder:
    """aiosmtpd's handler: a message is whole in the folder before it is acknowledged."""

    def __init__(self, folder: Path, clock: Clock, maildirs: Mapping[str, Path]) -> None:
        self._folder = folder
        self._maildirs = {address: mailbox.Maildir(path) for address, path in maildirs.items()}
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
        for recipient in envelope.rcpt_tos:
            if recipient.lower() in self._maildirs:
                self._maildirs[recipient.lower()].add(envelope.original_content)
        return f"250 OK kept as {name}"


async def serve(addresses: list[tuple[str, int]], handler: PostFolder) -> None:
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(handler, hostname="localhost", ident="Sandbox post office", enable_SMTPUTF8=True, loop=loop)

    servers = [await loop.create_server(session, host, port) for host, port in addresses]
    await asyncio.gather(*(server.serve_forever() for server in servers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument(
        "--outside", metavar="HOST:PORT", help="listen there too, as the mail server of the world outside"
    )
    parser.add_argument("--mailbox", action="append", default=[], metavar="ADDRESS=MAILDIR")
    parser.add_argument("--clock-file", type=Path)
    args = parser.parse_args()
    clock = FileClock(args.clock_file) if args.clock_file else clock_from_environment()
    addresses = [("127.0.0.1", args.port)]
    if args.outside:
        host, _, port = args.outside.rpartition(":")
        addresses.append((host, int(port)))
    maildirs = {address: Path(path) for address, _, path in (pair.partition("=") for pair in args.mailbox)}
    for path in maildirs.values():
        path.parent.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(addresses, PostFolder(args.folder, clock, maildirs)))


if __name__ == "__main__":
    main()
