"""What fails about accounts that are managed by commands over SSH."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson, Permanent


class CommandFailed(Permanent):
    """The command on the accounts of {item} failed: {detail}"""

    code = "accounts.command-failed"
    advice = "Its own words say why. Run it by hand at the server, correct it or `commands` in the project file, and start again."


class CommandMissing(NeedsPerson):
    """The accounts of {item} have no command for it: {detail}"""

    code = "accounts.command-missing"
    advice = "Name the command in `commands` of the server in the project file, or do it by hand."
