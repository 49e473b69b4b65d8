"""Background processes that are found again by later commands, and are never mistaken for others.

A process is known by its id and its time of creation together: ids are used again by the system.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from deployments.stack import launch
from deployments.stack.place import POLL_S

SAME_START_S = 0.5
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Process:
    """One running program: process id, and creation time in seconds since the epoch as psutil gives it."""

    pid: int
    created: float

    def found(self) -> psutil.Process | None:
        """The living process, or None when it has ended or its id now belongs to another."""
        if child := _children.get(self.pid):
            child.poll()
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < SAME_START_S
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def end(self, patience_s: float) -> bool:
        """Ask the process to end, then end it and all it has started; False when it was not running."""
        process = self.found()
        if process is None:
            return False
        family = _descendants(process)
        process.terminate()
        _still_there([process], patience_s)
        survivors = _still_there([process, *family], 0.0)
        for member in survivors:
            _kill(member)
        _still_there(survivors, patience_s)
        _children.pop(self.pid, None)
        return True


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    # Taken before the parent ends: flow runs sit in sessions of their own and are orphans afterwards.
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _still_there(processes: Sequence[psutil.Process], patience_s: float) -> list[psutil.Process]:
    """Those that have not ended within the time. A zombie has ended: its parent may never ask for it."""
    deadline = time.monotonic() + patience_s
    while True:
        # Processes are ended beside each other, by threads.
        for child in list(_children.values()):
            child.poll()
        left = [process for process in processes if _runs(process)]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(POLL_S)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def recorded(record: Path) -> Process | None:
    """The process that a record names, whether it still runs or not."""
    try:
        fields = json.loads(record.read_text())
        return Process(int(fields["pid"]), float(fields["created"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def spawn(command: Sequence[str], *, record: Path, log: Path, cwd: Path, env: Mapping[str, str]) -> Process:
    """Start a Python module (`command` is what follows `python -m`) as `spawn_program` does."""
    return spawn_program([sys.executable, "-m", *command], record=record, log=log, cwd=cwd, env=env)


def spawn_program(
    program: Sequence[str | Path], *, record: Path, log: Path, cwd: Path, env: Mapping[str, str]
) -> Process:
    """Start a program, named by its whole path, in a session of its own.

    The new process writes its own record before it becomes the program, so that a starter that is killed at
    this very moment leaves nothing running that nobody knows of.
    """
    record.unlink(missing_ok=True)
    arguments = [sys.executable, launch.__file__, str(record), *map(str, program)]
    with log.open("ab") as output:
        child = subprocess.Popen(
            arguments,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children[child.pid] = child
    return Process(child.pid, psutil.Process(child.pid).create_time())
