"""How this machine's person reaches an SSH server: the environment's key and host keys, else the user's own ssh configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from paramiko import ConfigParseError, SSHConfig

KEY_VARIABLE, KNOWN_HOSTS_VARIABLE = "SKYFLYTT_SSH_KEY", "SKYFLYTT_SSH_KNOWN_HOSTS"
CONFIGURATION = "~/.ssh/config"
_THROUGH_ANOTHER = ("proxycommand", "proxyjump")


@dataclass(frozen=True, slots=True)
class Reached:
    """What ssh_config(5) and the environment say of a host; None where they say nothing. `agent`: an ssh-agent can be asked."""

    host: str
    port: int | None
    user: str | None
    key_file: Path | None
    known_hosts: Path | None
    agent: bool


def reached(host: str, environment: Mapping[str, str] | None = None, configuration: Path | None = None) -> Reached:
    """How `host` (perhaps an alias of the configuration) is reached.

    Raises `ValueError` for a configuration that cannot be read, or that goes by way of another host.
    """
    variables = os.environ if environment is None else environment
    said = _said(host, configuration or Path(CONFIGURATION).expanduser())
    detour = next((name for name in _THROUGH_ANOTHER if said.get(name, "none") != "none"), None)
    if detour:
        raise ValueError(f"the ssh configuration goes by way of another host ({detour}): forward a port with ssh -L")
    key = variables.get(KEY_VARIABLE) or _first_there(said.get("identityfile", []))
    known = variables.get(KNOWN_HOSTS_VARIABLE) or _first_there(str(said.get("userknownhostsfile", "")).split())
    return Reached(
        str(said.get("hostname", host)),
        int(str(said["port"])) if "port" in said else None,
        str(said["user"]) if "user" in said else None,
        Path(key).expanduser() if key else None,
        Path(known).expanduser() if known else None,
        "SSH_AUTH_SOCK" in variables,
    )


def _said(host: str, configuration: Path) -> Mapping[str, str | list[str]]:
    try:
        return SSHConfig.from_path(str(configuration)).lookup(host)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, ConfigParseError) as error:
        raise ValueError(f"{configuration} cannot be read: {error}") from None


def _first_there(files: list[str] | str) -> str | None:
    return next((file for file in files if Path(file).expanduser().is_file()), None)
