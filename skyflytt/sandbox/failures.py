"""What keeps the sandbox from coming up."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson, Transient


class FolderNotASandbox(NeedsPerson):
    """{item} is not empty and holds no sandbox; nothing in it was touched."""

    code = "sandbox.folder-not-ours"
    advice = "Name an empty folder with --root."


class ServerDidNotStart(NeedsPerson):
    """The sandbox's server {item} did not answer in time: {detail}"""

    code = "sandbox.server-did-not-start"
    advice = "Read the log named above; `skyflytt sandbox up --fresh` makes the sandbox anew."


class SandboxBusy(Transient):
    """The sandbox in {item} is being started or stopped by another process."""

    code = "sandbox.busy"
    advice = "Wait until the other command has ended."


class NoSandbox(NeedsPerson):
    """There is no sandbox in {item}."""

    code = "sandbox.none"
    advice = "Start one with `skyflytt sandbox up`."


class NoRehearsalClock(NeedsPerson):
    """The sandbox in {item} goes by this machine's clock."""

    code = "sandbox.no-rehearsal-clock"
    advice = "Start it with `skyflytt sandbox up --clock-file FILE`, or by `make up`, which does so."
