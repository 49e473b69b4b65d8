"""How fast logs are read for who still calls, beside grep and awk on the same file in the same run.

    python -m benchmarks.callers [--megabytes 1000] [--kind dovecot] [--packed]

Each log is made for the occasion: its lines have the form of the real servers', 200 accounts call from 50 addresses, and every
twentieth line is a failed sign-in; in `guesses`, every line fails with another name and address. The reader runs in a process of
its own; memory is that process's peak, and what counts towards the aim are its CPU seconds: those of one core.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import zstandard

START = datetime(2026, 11, 1, tzinfo=UTC)
LINES_AT_ONCE = 20_000
AIM_SECONDS, AIM_MB = 60.0, 200.0
READ = """
import json, sys, time
from datetime import UTC, datetime
from benchmarks.peak import peak_mb
from skyflytt.callers.read_log import Given, read_log
from skyflytt.callers.tally import Tally
path, kind = sys.argv[1:]
began, tally = time.perf_counter(), Tally()
with open(path, "rb") as log:
    read = read_log(log, Given(path, kind, UTC, datetime(2026, 12, 31, tzinfo=UTC)), tally)
rows = sum(1 for _ in tally.rows())
print(json.dumps([time.perf_counter() - began, time.process_time(), peak_mb(), read.lines, read.unknown, tally.events, rows]))
"""


def dovecot(number: int, at: datetime) -> str:
    """Of five lines one is a sign-in."""
    who, where = f"user{number % 200}@norrskenbygg.example", f"192.0.2.{number % 50}"
    session = f"lip=198.51.100.7, TLS, session=<{number:016x}>"
    if number % 20 == 0:
        said = f"imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<{who}>, method=PLAIN"
        said = f"{said}, rip={where}, {session}"
    elif number % 5 == 0:
        said = f"imap-login: Login: user=<{who}>, method=PLAIN, rip={where}, mpid={number % 30000}, {session}"
    else:
        counts = "in=87 out=582 deleted=0 expunged=0 trashed=0 hdr_count=0 hdr_bytes=0 body_count=0 body_bytes=0"
        said = f"imap({who})<{number % 30000}><{number:016x}>: Disconnected: Logged out {counts}"
    return f"{at:%b %d %H:%M:%S} mail dovecot: {said}"


def iis(number: int, at: datetime) -> str:
    """Every line is a request of somebody who signed in, as at an Exchange."""
    who, where = f"NORRSKEN\\user{number % 200}", f"192.0.2.{number % 50}"
    status = "401 1 1326" if number % 20 == 0 else "200 0 0"
    if number % 2:
        query = f"Cmd=Sync&User=user{number % 200}&DeviceId=ApplDN{number % 200:06}&DeviceType=iPhone"
        query = f"{query}&Log=V141_Fc1_Fid:{number}_Ty:Em_Filt3_St:S_Sk:1"
        path, agent = "/Microsoft-Server-ActiveSync/default.eas", "Apple-iPhone14C2/2007.55"
    else:
        query = f"&CorrelationID=<empty>;&cafeReqId={number:032x};"
        path, agent = "/EWS/Exchange.asmx", "MacOutlook/16.78.3.23102801+(Intelx64+Mac+OS+X+14.1)"
    return f"{at:%Y-%m-%d %H:%M:%S} 198.51.100.7 POST {path} {query} 443 {who} {where} {agent} - {status} 46"


def guesses(number: int, at: datetime) -> str:
    """Somebody guesses: every line has another name and another address."""
    where = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    said = "imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs)"
    return f"{at:%b %d %H:%M:%S} mail dovecot: {said}: user=<guess{number}@norrskenbygg.example>, method=PLAIN, rip={where}, lip=::1"


MADE: dict[str, tuple[Callable[[int, datetime], str], str, str]] = {
    "dovecot": (dovecot, "", r"imap-login: (Login|Disconnected)"),
    "guesses": (guesses, "", r"auth failed"),
    "iis": (
        iis,
        "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port "
        "cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n",
        "NORRSKEN",
    ),
}


FORM = {"guesses": "dovecot"}
"""What a log is written like, where it is not its name."""


def make(kind: str, megabytes: int, path: Path) -> None:
    """Write a log of that many million bytes; the lines of a block are repeated, with other times."""
    line, head, _ = MADE[kind]
    written, number = 0, 0
    with path.open("w") as file:
        written += file.write(head)
        while written < megabytes * 1_000_000:
            at = START + timedelta(seconds=number / 40)
            block = "\n".join(line(one, at) for one in range(number, number + LINES_AT_ONCE // 20))
            written += file.write(f"{block}\n")
            number += LINES_AT_ONCE // 20


def read(path: Path, kind: str) -> list[float]:
    """Seconds, CPU seconds, peak of memory in MB, lines, unknown lines, events, callers."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), FORM.get(kind, kind)], check=True, capture_output=True, text=True
    )
    return list(json.loads(done.stdout))


def peer(command: Sequence[str]) -> float:
    """Seconds that another program needs for the same file."""
    began = time.perf_counter()
    # Not to /dev/null, where grep would stop at its first hit.
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def pack(path: Path) -> list[Path]:
    """The same log as gzip and as zstd."""
    packed = [path.with_suffix(".log.gz"), path.with_suffix(".log.zst")]
    with path.open("rb") as log, gzip.open(packed[0], "wb", compresslevel=1) as out:
        shutil.copyfileobj(log, out, 1 << 20)
    with path.open("rb") as log, packed[1].open("wb") as raw:
        zstandard.ZstdCompressor(level=1).copy_stream(log, raw)
    return packed


def measure(kind: str, megabytes: int, folder: Path, *, packed: bool) -> bool:
    path = folder / f"{kind}.log"
    make(kind, megabytes, path)
    size = path.stat().st_size / 1e6
    awk = peer(["awk", "{n[$(NF-3)]++} END {for (k in n) c++; print c}", str(path)])
    grep = peer(["grep", "-cE", MADE[kind][2], str(path)])
    good = True
    for one in [path, *(pack(path) if packed else [])]:
        seconds, cpu, memory, lines, unknown, events, rows = read(one, kind)
        print(
            f"{one.name}: {size:.0f} MB, {lines:.0f} lines, {unknown:.0f} unknown, {events:.0f} sign-ins, {rows:.0f} callers: "
            f"{seconds:.1f} s ({cpu:.1f} s of CPU), {size / seconds:.0f} MB/s, {memory:.0f} MB of memory; awk {awk:.1f} s "
            f"(ratio {seconds / awk:.2f}), grep -cE {grep:.1f} s (ratio {seconds / grep:.2f})"
        )
        good = good and cpu * 1000 / size < AIM_SECONDS and memory < AIM_MB
    return good


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.callers", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000, help="size of each log")
    parser.add_argument("--kind", action="append", choices=sorted(MADE), help="forms of log (default: all)")
    parser.add_argument("--packed", action="store_true", help="the same logs as gzip and zstd as well")
    parser.add_argument("--folder", type=Path, help="where the logs are made (default: a temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        kinds = options.kind or sorted(MADE)
        good = [measure(kind, options.megabytes, Path(folder), packed=options.packed) for kind in kinds]
    print(
        f"1 GB in less than {AIM_SECONDS:.0f} s of one core and {AIM_MB:.0f} MB of memory: {'yes' if all(good) else 'NO'}"
    )
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
