"""Redis for the messages between the Prefect server's parts: Debian's, on loopback, with a password, every write on disk.

What a flow tells of its tasks waits there until the server has it in its history. A Redis that writes to disk once a second
would lose a second of it when it is killed, so this one writes at once.
"""

from __future__ import annotations

import os
import shutil
import socket
import time
from pathlib import Path

from deployments.cluster.place import ClusterPlace
from deployments.stack.failures import DidNotStart, last_lines
from deployments.stack.place import POLL_S
from deployments.stack.process import Process, recorded, spawn_program

START_DEADLINE_S = 30.0
STOP_PATIENCE_S = 15.0
PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
CONFIGURATION = """bind 127.0.0.1
port {port}
dir {folder}
requirepass {password}
appendonly yes
appendfsync always
save ""
daemonize no
# What does not fit is refused, never thrown out: it is history that nobody has written down yet.
maxmemory-policy noeviction
"""


def start(place: ClusterPlace, deadline_s: float = START_DEADLINE_S) -> Process:
    """The cluster's Redis, started unless it runs.

    :raises DidNotStart: it is not installed, ended, or did not answer in time.
    """
    process = running(place)
    if process is None:
        process = spawn_program(
            [_program(), str(_configuration(place))],
            record=_record(place),
            log=_log(place),
            cwd=place.redis,
            env=os.environ,
        )
    deadline = time.monotonic() + deadline_s
    while not answers(place):
        if process.found() is None or time.monotonic() > deadline:
            raise DidNotStart("Redis server", f"it does not answer{last_lines(_log(place))}")
        time.sleep(POLL_S)
    return process


def stop(place: ClusterPlace) -> bool:
    process = recorded(_record(place))
    ended = process is not None and process.end(STOP_PATIENCE_S)
    _record(place).unlink(missing_ok=True)
    return ended


def running(place: ClusterPlace) -> Process | None:
    process = recorded(_record(place))
    return process if process and process.found() else None


def answers(place: ClusterPlace) -> bool:
    """Whether it takes our password and has read what it had on disk."""
    try:
        with socket.create_connection(("127.0.0.1", place.port("redis")), timeout=2) as asked:
            asked.sendall(f"AUTH {place.password('redis')}\r\nPING\r\n".encode())
            with asked.makefile("rb") as answer:
                return answer.readline().startswith(b"+OK") and answer.readline().startswith(b"+PONG")
    except OSError:
        return False


def _configuration(place: ClusterPlace) -> Path:
    """A file of its owner's alone: a password on the command line could be read by everybody."""
    place.redis.mkdir(mode=0o700, exist_ok=True)
    path = place.redis / "redis.conf"
    text = CONFIGURATION.format(port=place.port("redis"), folder=place.redis, password=place.password("redis"))
    path.touch(mode=0o600)
    path.write_text(text)
    return path


def _program() -> str:
    program = shutil.which("redis-server", path=PATH)
    if program is None:
        install = "sudo apt-get install -y --no-install-recommends redis-server"
        raise DidNotStart("Redis server", f"redis-server is not installed. Debian has it: {install}")
    return program


def _record(place: ClusterPlace) -> Path:
    return place.home / "redis.json"


def _log(place: ClusterPlace) -> Path:
    return place.home / "redis.log"
