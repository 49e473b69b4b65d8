"""The commands of a machine: the project file's, or the ready ones for Linux."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from skyflytt.project.servers.ssh_accounts import AccountCommands, SshAccountsServer


def commands_of(server: SshAccountsServer) -> AccountCommands:
    return server.commands or linux()


@cache
def linux() -> AccountCommands:
    text = files("skyflytt.directory.ssh").joinpath("linux.yaml").read_text(encoding="utf-8")
    return AccountCommands.model_validate(yaml.safe_load(text))
