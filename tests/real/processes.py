"""Programs that a test starts on loopback: free ports, waiting until they answer, stopping them by their own process."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from skyflytt.sandbox.ports import choose


def free_port() -> int:
    """One that no outgoing connection is given before a slow program (Ceph) listens there."""
    return choose(())


@contextlib.contextmanager
def running(command: Sequence[str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program, from when it answers on its port of loopback; what it says goes to `log`."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        _wait_for(process, port, log)
        yield process
    finally:
        _stop(process)


@contextlib.contextmanager
def running_module(module: str, *arguments: str, port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A module of this suite or of a library as a program of its own."""
    with running([sys.executable, "-m", module, *arguments], port, log) as process:
        yield process


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"nothing answers on port {port}: {log.read_text(errors='replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
