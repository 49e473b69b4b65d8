"""Brings a sandbox up, takes it down, says how it is. Every command may be killed at any moment and given again."""

from __future__ import annotations

import fcntl
import http.client
import shutil
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from skyflytt.drop.accounts import Accounts, Permission
from skyflytt.sandbox import keys, ports, processes, project_file, ready, state
from skyflytt.sandbox.company import exchange, fill
from skyflytt.sandbox.exchange import running
from skyflytt.sandbox.failures import FolderNotASandbox, NoSandbox, SandboxBusy, ServerDidNotStart
from skyflytt.sandbox.servers import commands
from skyflytt.sandbox.state import Sandbox, Server

__all__ = ["Sandbox", "Server", "ServerStatus", "down", "fresh", "load", "status", "up"]

START_SECONDS = 30.0
LOCK_SECONDS = 60.0
OPERATOR = "operator"
OPEN_EVER_SINCE = datetime(2000, 1, 1, tzinfo=UTC)
IN_REGION = (
    '<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<LocationConstraint>{}</LocationConstraint></CreateBucketConfiguration>"
)
FILLINGS: dict[str, Callable[[Path], None]] = {
    "old-mail": fill.fill_exchange,
    "old-files": fill.fill_files,
    "new-mail": fill.empty_mail,
    "new-files": fill.empty_files,
    "ns1": fill.fill_zones,
    "ns2": fill.fill_zones,
}


@dataclass(frozen=True)
class ServerStatus:
    """`running`: our process is there; `answering`: it speaks its protocol."""

    name: str
    kind: str
    host: str
    port: int
    pid: int | None
    running: bool
    answering: bool


def up(root: Path, *, clock_file: Path | None = None) -> Sandbox:
    """Start what does not run, make what is not there, leave the rest alone.

    `clock_file` holds the hour for the drop and the post office; None keeps the one of the last time. Raises `FolderNotASandbox`,
    `ServerDidNotStart`, `SandboxBusy`.
    """
    root = root.resolve()
    with _locked(root):
        sandbox = _complete(state.load(root) or _new(root))
        if clock_file is not None:
            sandbox = sandbox.model_copy(update={"clock_file": clock_file.resolve()})
        sandbox.save()
        keys.make_certificates(sandbox)
        keys.make_secrets(sandbox)
        keys.make_host_keys(sandbox)
        _make_operator(sandbox)
        sandbox = _settle_shared_ports(sandbox)
        for name in commands.WITHOUT_DATA:
            sandbox = _run(sandbox, name)
        for name, filling in FILLINGS.items():
            if not (root / name).exists():
                filling(root / name)
            elif name == "old-mail":
                running.write_settings(root / name, exchange.settings())
            sandbox = _run(sandbox, name)
        for name in sandbox.servers:
            sandbox = _wait(sandbox, name)
        _make_bucket(sandbox)
        keys.make_host_keys(sandbox)
        project_file.write(sandbox)
    return sandbox


def down(root: Path) -> int:
    """Stop the sandbox's servers and keep its data; returns how many were running."""
    root = root.resolve()
    sandbox = state.load(root)
    if sandbox is None:
        return 0
    with _locked(root):
        recorded = [server.process for server in sandbox.servers.values() if server.process is not None]
        stopped = processes.stop_all(recorded)
        commands_ = [commands.command(sandbox, server) for server in sandbox.servers.values()]
        stopped += processes.stop_all(processes.find_all_lost(commands_))
        for server in sandbox.servers.values():
            sandbox = sandbox.with_server(server.model_copy(update={"process": None}))
        sandbox.save()
    return stopped


def fresh(root: Path) -> None:
    """Take the sandbox down and throw its data away. Raises `FolderNotASandbox` rather than delete anything else."""
    root = root.resolve()
    _refuse_foreign(root)
    down(root)
    if root.exists():
        shutil.rmtree(root)


def status(root: Path) -> list[ServerStatus]:
    """Raises `NoSandbox`."""
    sandbox = load(root)
    return [_status(sandbox, server) for server in sandbox.servers.values()]


def load(root: Path) -> Sandbox:
    """The sandbox in `root`, running or not. Raises `NoSandbox`."""
    sandbox = state.load(root.resolve())
    if sandbox is None:
        raise NoSandbox(str(root))
    return sandbox


def _status(sandbox: Sandbox, server: Server) -> ServerStatus:
    running = server.process is not None and processes.find(server.process) is not None
    answering = running and ready.answers(server, sandbox.ca_file)
    return ServerStatus(server.name, server.kind, server.host, server.port, server.pid, running, answering)


def _new(root: Path) -> Sandbox:
    _refuse_foreign(root)
    return Sandbox(root=root, servers={})


def _complete(sandbox: Sandbox) -> Sandbox:
    """With every server that a sandbox has; one that was made by an earlier version has fewer."""
    for name, kind in commands.SERVERS.items():
        if name in sandbox.servers:
            continue
        family = commands.family(name)
        known = next((sandbox.servers[one].port for one in family if one in sandbox.servers), None)
        port = known or ports.choose(_taken(sandbox), commands.addresses(family))
        sandbox = sandbox.with_server(Server(name=name, kind=kind, host=commands.host(name), port=port))
    return sandbox


def _settle_shared_ports(sandbox: Sandbox) -> Sandbox:
    """Servers that share a port move together when a stranger has taken it at the address of one of them."""
    for family in commands.FAMILIES:
        ours = [sandbox.servers[name] for name in family if name in sandbox.servers]
        stopped = [one for one in ours if one.process is None or processes.find(one.process) is None]
        for one in stopped:
            if lost := processes.find_lost(commands.command(sandbox, one)):
                processes.stop(lost)
        if all(ports.is_free(one.port, one.host) for one in stopped):
            continue
        port = ports.choose(_taken(sandbox), commands.addresses(family))
        for one in ours:
            sandbox = sandbox.with_server(one.model_copy(update={"port": port}))
        sandbox.save()
    return sandbox


def _taken(sandbox: Sandbox) -> set[int]:
    return {server.port for server in sandbox.servers.values()}


def _refuse_foreign(root: Path) -> None:
    foreign = root.exists() and any(entry.name != ".lock" for entry in root.iterdir())
    if foreign and not (root / state.STATE_FILE).exists():
        raise FolderNotASandbox(str(root))


def _run(sandbox: Sandbox, name: str) -> Sandbox:
    """The sandbox with server `name` started, unless it runs already with the same command."""
    server = sandbox.servers[name]
    command = commands.command(sandbox, server)
    process = server.process
    if process is not None and processes.find(process) is not None:
        if list(process.command) == command and ready.answers(server, sandbox.ca_file):
            return sandbox
        processes.stop(process)
    lost = processes.find_lost(command)
    if lost is not None:
        processes.stop(lost)
    return _start(sandbox, server)


def _start(sandbox: Sandbox, server: Server) -> Sandbox:
    if commands.family(server.name) == (server.name,) and not ports.is_free(server.port):
        server = server.model_copy(update={"port": ports.choose(_taken(sandbox)), "process": None})
        # Before the process: one that is never written down is found again by its command.
        sandbox.with_server(server).save()
    process = processes.start(commands.command(sandbox, server), sandbox.log(server.name), sandbox.root)
    sandbox = sandbox.with_server(server.model_copy(update={"process": process}))
    sandbox.save()
    return sandbox


def _wait(sandbox: Sandbox, name: str) -> Sandbox:
    """Until the server answers; a port that a stranger took at the last moment is changed once."""
    deadline = time.monotonic() + START_SECONDS
    moved = False
    while time.monotonic() < deadline:
        server = sandbox.servers[name]
        if server.process is None or processes.find(server.process) is None:
            if moved or ports.is_free(server.port, server.host):
                raise ServerDidNotStart(name, _last_words(sandbox.log(name), "it ended"))
            sandbox, moved = _start(sandbox, server), True
        elif ready.answers(server, sandbox.ca_file):
            return sandbox
        time.sleep(0.05)
    raise ServerDidNotStart(name, _last_words(sandbox.log(name), f"no answer after {START_SECONDS:.0f} s"))


def _last_words(log: Path, what: str) -> str:
    lines = log.read_text(errors="replace").splitlines()[-12:] if log.exists() else []
    return f"{what}; the end of {log} is:\n" + "\n".join(lines)


def _make_operator(sandbox: Sandbox) -> None:
    accounts = Accounts(sandbox.drop)
    if OPERATOR not in accounts.names():
        secret = sandbox.secret("servers.handover")
        accounts.create(OPERATOR, secret, home="/", permission=Permission.OPERATOR, opens=OPEN_EVER_SINCE)


def _make_bucket(sandbox: Sandbox) -> None:
    """At every start: the S3 server forgets everything when it ends. It asks nobody who they are."""
    where = sandbox.servers["handover-s3"]
    trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
    connection = http.client.HTTPSConnection(where.host, where.port, timeout=10, context=trust)
    connection.request("PUT", f"/{commands.BUCKET}", body=IN_REGION.format(commands.REGION))
    answer = connection.getresponse().status
    connection.close()
    if answer not in {200, 409}:
        raise ServerDidNotStart(where.name, f"it answered {answer} when asked for bucket {commands.BUCKET}")


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """One command at a time; the lock goes with the process that holds it."""
    root.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + LOCK_SECONDS
    with (root / ".lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise SandboxBusy(str(root)) from None
                time.sleep(0.1)
        yield
