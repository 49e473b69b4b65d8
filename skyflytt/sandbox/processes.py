"""Starts and stops server processes, and never touches a process that is not ours."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

import skyflytt
from skyflytt.sandbox.state import Process

# A process's start is computed from the machine's boot time, which moves when the clock is set.
START_TOLERANCE_SECONDS = 2.0
SOURCE = Path(skyflytt.__file__).parents[1]


def start(command: Sequence[str], log: Path, cwd: Path) -> Process:
    """A process in a session of its own: it outlives us, our terminal and our Ctrl-C."""
    log.parent.mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": f"{SOURCE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    with log.open("ab") as output:
        child = subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, env=environment
        )  # fmt: skip
    try:
        started = psutil.Process(child.pid).create_time()
    except psutil.NoSuchProcess:
        started = 0.0
    # The object would warn, when it is collected, of a child that still runs; the state file keeps account of it.
    child.returncode = 0
    return Process(pid=child.pid, started=started, command=tuple(command))


def find(process: Process) -> psutil.Process | None:
    """The running process, or None when it has ended, even if its pid belongs to another one by now."""
    try:
        found = psutil.Process(process.pid)
        if found.status() == psutil.STATUS_ZOMBIE:
            _reap(process.pid)
            return None
        same_start = abs(found.create_time() - process.started) < START_TOLERANCE_SECONDS
        # Linux shows no command line at all for the moment in which a program is being loaded.
        command = tuple(found.cmdline()) or process.command
    except psutil.Error:
        return None
    return found if same_start and command == process.command else None


def find_lost(command: Sequence[str]) -> Process | None:
    """A server with exactly this command whose pid was never written down, because its starter was killed."""
    return next(iter(find_all_lost([command])), None)


def find_all_lost(commands: Sequence[Sequence[str]]) -> list[Process]:
    """The same for several commands, in one look through the machine's processes."""
    wanted = {tuple(command) for command in commands}
    return [
        Process(pid=found.pid, started=found.info["create_time"], command=tuple(found.info["cmdline"]))
        for found in psutil.process_iter(["cmdline", "create_time"])
        if tuple(found.info["cmdline"] or ()) in wanted and found.pid != os.getpid()
    ]


def stop(process: Process, patience: float = 5.0) -> bool:
    """Ask it to end, then make it end; says whether there was anything to stop."""
    return stop_all([process], patience) == 1


def stop_all(started: Sequence[Process], patience: float = 5.0) -> int:
    """The same for several at once; how many there were to stop."""
    running = [found for process in started if (found := find(process)) is not None]
    for one in running:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.terminate()
    _, stubborn = psutil.wait_procs(running, patience)
    for one in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(stubborn, patience)
    return len(running)


def python(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
