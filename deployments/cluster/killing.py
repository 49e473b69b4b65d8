"""Kill parts of a cluster the hard way: SIGKILL, with all that they have started."""

from __future__ import annotations

from collections.abc import Sequence

import psutil

from deployments.cluster.members import Member

KINDS = ("flow", "worker", "drain", "server", "redis", "postgresql")
"""`flow` is one flow run's process; `drain` tells a worker to end (SIGTERM); the others are killed with all that they started."""
OF_WORKERS = ("flow", "worker", "drain")
GONE_WITHIN_S = 10.0


def victim(kind: str, parts: Sequence[Member]) -> Member | None:
    """The part that this kind of killing strikes, alive; of the workers one that has runs in hand. None when there is none now."""
    living = [one for one in parts if one.process() is not None]
    if kind in OF_WORKERS:
        return next((one for one in reversed(living) if one.is_worker and _flows(one)), None)
    return next((one for one in living if one.name == kind), None)


def strike(kind: str, member: Member) -> int:
    """Do it; how many processes it met."""
    process = member.process()
    found = process.found() if process else None
    if found is None:
        return 0
    if kind == "drain":
        found.terminate()
        return 1
    # The parent first: it could otherwise say a last word about its children.
    struck = _flows(member)[:1] if kind == "flow" else [found]
    family = [*struck, *(child for one in struck for child in _children(one, deeply=True))]
    for one in family:
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, GONE_WITHIN_S)
    return len(family)


def _flows(member: Member) -> list[psutil.Process]:
    """A worker's processes beyond its own are flow runs."""
    process = member.process()
    found = process.found() if process else None
    return _children(found) if found is not None else []


def _children(process: psutil.Process, *, deeply: bool = False) -> list[psutil.Process]:
    try:
        return process.children(recursive=deeply)
    except psutil.NoSuchProcess:
        return []
