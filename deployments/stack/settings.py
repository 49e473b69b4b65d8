"""The settings under which the local server, its worker, the command line and flows of this process meet.

Settings that a person has for another Prefect (`PREFECT_*`) never reach this one, and the other way round.
"""

from __future__ import annotations

import inspect
import json
import os
import secrets
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

from deployments.stack.exposure import LOOPBACK

HEARTBEAT_S = 30
SIGN_IN = "sign-in"
OUTSIDE = "outside.json"
PATIENT_CLIENT = {"PREFECT_CLIENT_MAX_RETRIES": "7", "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500,504"}
"""Of flows and workers that a cluster's server serves: one that is being started again is waited for, at growing intervals, four minutes."""
LEASES = "concurrency_leases"
"""Prefect's folder, in its home, of who holds slots of a limit."""


def secret(home: Path, name: str, made: str) -> str:
    """The secret that the home keeps under this name; `made` becomes it on first use. Readable by its owner only."""
    path = home / name
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(made + "\n")
    return made


def auth_string(home: Path) -> str:
    """What the UI asks for, and what every client sends."""
    return secret(home, SIGN_IN, f"skyflytt:{secrets.token_urlsafe(24)}")


def client_environment(home: Path, url: str) -> dict[str, str]:
    """Variables for whatever talks to the server at `url` (`http://host:port`): flows, workers, the command line."""
    without_proxy = [*filter(None, [os.environ.get("NO_PROXY", os.environ.get("no_proxy", ""))]), LOOPBACK]
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"{url}/api",
        "PREFECT_API_AUTH_STRING": auth_string(home),
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "true",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_S),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        **(PATIENT_CLIENT if (home / OUTSIDE).exists() else {}),
        "NO_PROXY": ",".join(dict.fromkeys(",".join(without_proxy).split(","))),
    }


def use_outside(home: Path, settings: Mapping[str, str]) -> None:
    """Let the home's server keep its history and pass its messages elsewhere than in its own files and memory.

    `settings` are its environment's, with the addresses and passwords of a database and a broker.
    """
    if outside(home) == dict(settings):
        return
    # In one step: others read it at any time.
    beside = home / f"{OUTSIDE}.new"
    beside.unlink(missing_ok=True)
    secret(home, beside.name, json.dumps(dict(settings)))
    beside.replace(home / OUTSIDE)


def outside(home: Path) -> dict[str, str]:
    """What `use_outside` has said of this home; nothing for a server that needs no other."""
    path = home / OUTSIDE
    return dict(json.loads(path.read_text())) if path.exists() else {}


def server_environment(home: Path, url: str) -> dict[str, str]:
    """Variables for the server alone; the key that encrypts the blocks stays out of every flow's environment."""
    return {
        **client_environment(home, url),
        "PREFECT_SERVER_API_AUTH_STRING": auth_string(home),
        "PREFECT_SERVER_ENCRYPTION_KEY": secret(home, "encryption-key", Fernet.generate_key().decode()),
        # A page of somebody else's in an engineer's browser can change nothing here.
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # In memory, a restart of the server would forget who holds connections, and nobody could ever take them again.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        **outside(home),
    }


def for_child(environment: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without its own Prefect settings, with the given ones instead."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**own, **environment}


@contextmanager
def applied(environment: Mapping[str, str]) -> Iterator[None]:
    """Let the flows of this process, and its children, talk to the server that `environment` names."""
    import prefect.context  # noqa: PLC0415 - takes seconds, which `status` need not wait for
    import prefect.settings  # noqa: PLC0415

    # Inside another server's settings: what sends to that one would be taken for this one's, too.
    _send_what_is_left()
    before = dict(os.environ)
    os.environ.update(environment)
    prefect_settings = {
        getattr(prefect.settings, name): value for name, value in environment.items() if name.startswith("PREFECT_")
    }
    try:
        with ExitStack() as stack:
            stack.enter_context(prefect.settings.temporary_settings(updates=prefect_settings))
            # Threads that were started earlier (Prefect's log and event senders) read the global context only.
            current = prefect.context.get_settings_context()
            stack.enter_context(prefect.context._temporary_global_settings_context(current))
            stack.callback(_send_what_is_left)
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _send_what_is_left() -> None:
    """Give the server the log lines and events that Prefect still holds, before it is stopped or out of reach."""
    from prefect.events.worker import EventsWorker  # noqa: PLC0415
    from prefect.logging.handlers import APILogWorker  # noqa: PLC0415
    from prefect.utilities.asyncutils import run_coro_as_sync  # noqa: PLC0415

    async def drained() -> None:
        for waiting in (APILogWorker.drain_all(), EventsWorker.drain_all()):
            if inspect.isawaitable(waiting):
                await waiting

    run_coro_as_sync(drained())


def write_shell_file(home: Path, url: str) -> Path:
    """`env.sh`: what another shell sources, so that its `prefect` is this project's and talks to this server."""
    path = home / "env.sh"
    lines = [f"export {name}={shlex.quote(value)}" for name, value in client_environment(home, url).items()]
    programs = shlex.quote(str(Path(sys.executable).parent))
    lines.append(f'export PATH={programs}:"$PATH"')
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("# Written by `make up`. Contains a secret.\n" + "\n".join(lines) + "\n")
    return path
