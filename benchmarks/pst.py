"""How fast mail becomes a PST file, and how much memory that needs.

    python -m benchmarks.pst [--messages 5000] [--large] [--verify]

A generated mailbox of .eml files (5,000 messages are 550 MB; a quarter have attachments) is written to a PST file: MIME read and
turned into MAPI messages, then the file. The peer is Python's own `email` package, which only parses the same files. Each part runs
in a process of its own, so that CPU seconds and peak of memory are its own. `--large` writes ten times as much as well, to show how
memory grows; `--verify` adds the time in which libpff reads the file back and every item is compared.
"""

from __future__ import annotations

import argparse
import base64
import email
import multiprocessing
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peak import peak_mb
from skyflytt.mail.items.eml_folder import FileItems
from skyflytt.outlook.errors import PstAltered
from skyflytt.outlook.mapi import Message
from skyflytt.outlook.pst.verification import verify_pst
from skyflytt.outlook.pst.writer import create_pst

CPU_AIM_S, MEMORY_AIM_MB = 12.0, 200
ATTACHED_BYTES = 300_000
WORDS = (
    "avtal",
    "möte",
    "offert",
    "faktura",
    "projekt",
    "leverans",
    "ritning",
    "besiktning",
    "protokoll",
    "tidplan",
    "vecka",
    "bygg",
    "el",
    "vvs",
    "kök",
    "tak",
    "grund",
    "mark",
    "väg",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one process: CPU and wall seconds of the work, and the peak of resident memory in MB."""

    cpu_s: float
    wall_s: float
    peak_mb: float


def generate(folder: Path, messages: int, seed: int = 1) -> int:
    """Write the mailbox, some hundred messages per folder; its bytes."""
    chance = random.Random(seed)
    total = 0
    for number in range(messages):
        path = folder / f"Arkiv {number // 500:03}" / f"{number:06}.eml"
        path.parent.mkdir(parents=True, exist_ok=True)
        total += path.write_bytes(letter(chance, number, attached=number % 4 == 0))
    return total


def letter(chance: random.Random, number: int, *, attached: bool) -> bytes:
    """A message in HTML and plain text; an attached one carries one to three files that do not compress."""
    words = " ".join(chance.choices(WORDS, k=chance.randint(100, 2000)))
    head = (
        f"From: =?utf-8?q?Anna_=C3=85str=C3=B6m?= <anna{number % 50}@norrsken.example>\r\n"
        f"To: Bengt <bengt@norrsken.example>, info@norrsken.example\r\nSubject: Re: {words[:40].encode().hex()[:20]} {number}\r\n"
        f"Date: Mon, {number % 28 + 1} Jun 2026 10:{number % 60:02}:00 +0200\r\nMessage-ID: <{number}@norrsken.example>\r\n"
        "MIME-Version: 1.0\r\n"
    )
    text = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{words}\r\n"
    html = f"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<html><body><p>{words}</p></body></html>\r\n"
    both = (
        f'Content-Type: multipart/alternative; boundary="alt"\r\n\r\n--alt\r\n{text}\r\n--alt\r\n{html}\r\n--alt--\r\n'
    )
    if not attached:
        return (head + both).encode()
    parts = [f'{head}Content-Type: multipart/mixed; boundary="mix"\r\n\r\n--mix\r\n{both}'.encode()]
    for index in range(chance.randint(1, 3)):
        data = base64.encodebytes(chance.randbytes(chance.randint(1000, ATTACHED_BYTES))).replace(b"\n", b"\r\n")
        parts.append(
            f'\r\n--mix\r\nContent-Type: application/pdf; name="Ritning {index}.pdf"\r\nContent-Transfer-Encoding: base64\r\n'
            f'Content-Disposition: attachment; filename="Ritning {index}.pdf"\r\n\r\n'.encode()
            + data
        )
    return b"".join(parts) + b"\r\n--mix--\r\n"


def parse(folder: Path, _out: Path) -> None:
    """The peer's work: every file through `email`."""
    for path in folder.rglob("*.eml"):
        email.message_from_bytes(path.read_bytes())


def write(folder: Path, out: Path) -> None:
    """Ours: every file into one PST."""
    with create_pst(out, name="benchmark", seed=b"benchmark") as pst:
        for item in FileItems(folder).items():
            if isinstance(item.message, Message):
                pst.add(item.folder, item.message)


def verify(folder: Path, out: Path) -> None:
    """Everything read back with libpff and compared."""
    meant = ((item.folder, item.message) for item in FileItems(folder).items() if isinstance(item.message, Message))
    found = verify_pst([out], meant)
    if found.differences:
        raise PstAltered(str(out), str(found.differences[0]))


def measured(work: Callable[[Path, Path], None], folder: Path, out: Path) -> Measured:
    """Do it in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_timed, (work, folder, out))


def _timed(work: Callable[[Path, Path], None], folder: Path, out: Path) -> Measured:
    cpu, wall = time.process_time(), time.perf_counter()
    work(folder, out)
    return Measured(time.process_time() - cpu, time.perf_counter() - wall, peak_mb())


def report(folder: Path, messages: int, *, check: bool) -> None:
    source, out = folder / f"mail-{messages}", folder / f"{messages}.pst"
    size = generate(source, messages) / 1e6
    print(f"{messages:,} messages, {size:,.0f} MB")
    peer = measured(parse, source, out)
    ours = measured(write, source, out)
    print(f"  python -m email parses     {peer.cpu_s:7.1f} s CPU  peak {peer.peak_mb:5.0f} MB")
    print(
        f"  skyflytt writes PST        {ours.cpu_s:7.1f} s CPU  {ours.wall_s:7.1f} s wall  peak {ours.peak_mb:5.0f} MB"
    )
    print(
        f"  ratio to parsing alone     {ours.cpu_s / peer.cpu_s:7.2f}      {size / ours.cpu_s:6.1f} MB/s, {out.stat().st_size / 1e6:,.0f} MB"
    )
    if check:
        back = measured(verify, source, out)
        print(f"  read back and compared     {back.cpu_s:7.1f} s CPU  peak {back.peak_mb:5.0f} MB")
    shutil.rmtree(source)
    out.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pst", description=__doc__)
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--large", action="store_true", help="ten times as many as well")
    parser.add_argument("--verify", action="store_true", help="read back with libpff and compare")
    parser.add_argument("--folder", type=Path, help="where there is room (default: the system's temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for messages in (options.messages, options.messages * 10)[: 2 if options.large else 1]:
            report(Path(folder), messages, check=options.verify)
    print(
        f"Aim for 5,000 messages: {CPU_AIM_S:.0f} s CPU or less, peak under {MEMORY_AIM_MB} MB, the same for ten times as much."
    )


if __name__ == "__main__":
    main()
