"""pymap with its own Maildir store on loopback: STARTTLS, UIDPLUS, MULTIAPPEND; no SPECIAL-USE, no CONDSTORE, no NAMESPACE.

It takes messages apart when it stores them and writes them anew, as Exchange-like servers do.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from pysasl.hashing import BuiltinHash

from tests.real.processes import free_port, running

PASSWORD = "hemligt"


@contextlib.contextmanager
def running_pymap(folder: Path, certificate: Path, key: Path, logins: Sequence[str], *options: str) -> Iterator[int]:
    """The port of a server with these logins; the Maildir of each is `folder`/login."""
    folder.mkdir(parents=True, exist_ok=True)
    coded = BuiltinHash(rounds=1).hash(PASSWORD)
    (folder / "pymap-etc-passwd").write_text("".join(f"{login}:x:::{login}:{login}:\n" for login in logins))
    (folder / "pymap-etc-shadow").write_text("".join(f"{login}:{coded}::::::\n" for login in logins))
    port = free_port()
    arguments = ["--host", "127.0.0.1", "--port", str(port), "--cert", str(certificate), "--key", str(key), *options]
    program = [sys.executable, "-c", "from pymap.main import main; main()", *arguments, "maildir", str(folder)]
    with running(program, port, folder / "log"):
        yield port
