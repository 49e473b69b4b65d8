"""A disk of a few hundred kilobytes, in memory; made by root alone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class TinyDisk:
    """Mounted at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def resize(self, kilobytes: int) -> None:
        _mount("-o", f"remount,size={kilobytes}k", str(self.path))

    def make_read_only(self, read_only: bool) -> None:
        _mount("-o", "remount,ro" if read_only else "remount,rw", str(self.path))


@contextmanager
def tiny_disk(path: Path, kilobytes: int) -> Iterator[TinyDisk]:
    """Without root, or where mounting is forbidden, a loud skip."""
    path.mkdir(parents=True)
    if os.geteuid() != 0:
        pytest.skip("only root can mount a tiny disk; run as root: make test")
    mounted = _mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(path), check=False)
    if mounted.returncode:
        pytest.skip(f"a tiny disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield TinyDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


def _mount(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["mount", *arguments], capture_output=True, text=True, check=check)
