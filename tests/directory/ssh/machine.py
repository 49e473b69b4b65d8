"""A machine with accounts of people: a real sshd, and the real shadow tools on a tree of their own (`--prefix`)."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skyflytt.directory.ssh.commands import linux
from skyflytt.project.servers import SshAccountsServer
from tests.real.sshd import Sshd, running_sshd

NO_BASHRC = "\nSetEnv SHLVL=5"
"""bash runs whatever the suite's user has in ~/.bashrc for each command over SSH, unless it is not the first shell."""
LAST = """\
anna     pts/0        192.0.2.7        2026-11-20T07:58:02+01:00 - 2026-11-20T09:00:00+01:00  (01:01)
anna     pts/1        192.0.2.7        2026-11-21T22:14:40+01:00   still logged in
reboot   system boot  6.1.0-28-amd64   2026-11-01T03:00:00+01:00
Bengt    tty1                          2026-10-02T10:00:00+02:00 - 2026-10-02T10:30:00+02:00  (00:30)

wtmp begins 2026-10-01T00:00:02+02:00
"""


@dataclass(frozen=True)
class Machine:
    sshd: Sshd
    tree: Path

    def settings(self, **more: Any) -> SshAccountsServer:
        given = {
            "kind": "ssh-accounts", "host": "127.0.0.1", "port": self.sshd.port, "user": self.sshd.user,
            "known_hosts": self.sshd.known_hosts, "key_file": self.sshd.key_file, "commands": self.commands(),
        }  # fmt: skip
        return SshAccountsServer.model_validate({**given, **more})

    def commands(self, **more: Any) -> dict[str, Any]:
        """The product's own for Linux, told to work on the tree. `last` reads a log of which nobody here can make one."""
        own = linux().model_dump(mode="json")
        for one in own.values():
            for program in ("usermod", "userdel"):
                one["command"] = one["command"].replace(f"{program} ", f"{program} --prefix {self.tree} ")
            for name in ("passwd", "shadow"):
                one["command"] = one["command"].replace(f"getent {name}", f"cat {self.tree}/etc/{name}")
            one["command"] = one["command"].replace(
                "getent group sudo wheel", f"grep -E '^(sudo|wheel):' {self.tree}/etc/group"
            )
            one["command"] = one["command"].replace("last -w --time-format iso", f"cat {self.tree}/last")
        return {**own, **more}

    def begin_anew(self) -> None:
        """The tree as it was at first: made by the tools once, and copied from then on."""
        first = self.tree.with_name("first")
        if not first.exists():
            self._first()
            _copy(self.tree, first)
        shutil.rmtree(self.tree)
        _copy(first, self.tree)

    def _first(self) -> None:
        etc = self.tree / "etc"
        etc.mkdir(parents=True, exist_ok=True)
        (etc / "passwd").write_text(
            "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n"
        )
        (etc / "shadow").write_text("root:*:20000::::::\n")
        (etc / "group").write_text("root:x:0:\nusers:x:100:\nsudo:x:27:anna\n")
        (etc / "gshadow").touch()
        (self.tree / "last").write_text(LAST)
        for login, name in (("anna", "Anna Åström"), ("Bengt", "Bengt Öberg,Lagret"), ("dahl", "O'Dahl")):
            self._make(login, name)
        self._run("usermod", "--expiredate", "2024-01-01", "dahl")

    def _make(self, login: str, name: str) -> None:
        named = ("--badname",) if login != login.lower() else ()
        # userdel leaves a home alone that belongs to somebody else, and only root can give one away.
        named += ("--non-unique", "--uid", str(os.getuid())) if os.geteuid() else ()
        self._run("useradd", *named, "--create-home", "--skel", "/nonexistent", "--comment", name, login)

    def _run(self, program: str, *words: str) -> None:
        command = [program, "--prefix", str(self.tree), *words]
        found = subprocess.run(command, check=False, capture_output=True, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        assert found.returncode == 0, found.stderr

    def shadow(self) -> dict[str, str]:
        return dict(line.split(":", 1) for line in (self.tree / "etc/shadow").read_text().splitlines())


def _copy(tree: Path, to: Path) -> None:
    """With owners, which homes need."""
    subprocess.run(["cp", "-a", str(tree), str(to)], check=True)


@contextlib.contextmanager
def running_machine(folder: Path, require: Callable[..., str]) -> Iterator[Machine]:
    (folder / "tree/home").mkdir(parents=True)
    with running_sshd(require("openssh-server", binary="sshd"), folder / "sshd", NO_BASHRC) as sshd:
        machine = Machine(sshd, folder / "tree")
        machine.begin_anew()
        yield machine
