"""Knot DNS on loopback: one zone per name, updates and transfers with one key."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.real.processes import free_port, running

KEY_NAME, KEY_SECRET = "skyflytt.tests", "c2t5Zmx5dHQtcGFzc3dvcmQtb2YtdGhlLXRlc3RzIQ=="
CONFIG = """
server:
    listen: 127.0.0.1@{port}
    rundir: "{folder}"
    user: root:root
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: info
database:
    storage: "{folder}/db"
key:
  - id: {key}
    algorithm: hmac-sha256
    secret: {secret}
acl:
  - id: ours
    key: {key}
    action: [transfer, update]
template:
  - id: default
    storage: "{folder}"
    acl: ours
zone:
"""


@dataclass(frozen=True)
class Knot:
    """A running server. `secret` is the key's, in base64."""

    port: int
    folder: Path
    key_name: str = KEY_NAME
    secret: str = KEY_SECRET


@contextlib.contextmanager
def running_knot(require: Callable[..., str], folder: Path, zones: dict[str, str]) -> Iterator[Knot]:
    """The server, from when it answers; `zones` are master files by the zone's name."""
    program = require("knot", binary="knotd")
    (folder / "db").mkdir(parents=True)
    port = free_port()
    text = CONFIG.format(port=port, folder=folder, key=KEY_NAME, secret=KEY_SECRET)
    for name, content in zones.items():
        (folder / f"{name}zone").write_text(content)
        text += f'  - domain: {name}\n    file: "{name}zone"\n'
    (folder / "knot.conf").write_text(text)
    with running([program, "-c", str(folder / "knot.conf")], port, folder / "knot.log"):
        yield Knot(port, folder)
