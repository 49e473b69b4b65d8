"""What fails about a domain's records."""

from __future__ import annotations

from skyflytt.errors.base import NeedsPerson, Permanent, Transient


class ZoneNotFound(NeedsPerson):
    """The zone {item} is not at its host: {detail}"""

    code = "dns.zone-not-found"
    advice = "Look at the domain's name and its `host` in the project file, and whether the account there sees the zone."


class ZoneRefused(NeedsPerson):
    """The host refuses to show or change the zone {item}: {detail}"""

    code = "dns.refused"
    advice = "Look at the key or password, and at what it is allowed: reading the whole zone (a transfer), and updates of it."


class HostUnreachable(Transient):
    """The host of {item} does not answer: {detail}"""

    code = "dns.unreachable"
    advice = "Look at the host's name, port and firewall; the same command goes on where it was."


class HostBusy(Transient):
    """The host of {item} asks to wait: {detail}"""

    code = "dns.busy"
    advice = "Nothing is to be done; it is tried again after the time that the host named or documents."


class ZoneMoved(NeedsPerson):
    """The zone {item} is no longer what the plan was made for: {detail}"""

    code = "dns.zone-moved"
    advice = "Somebody else changed the zone. Look at the difference, take a new snapshot and plan again; nothing was changed."


class ChangeRefused(Permanent):
    """The host does not accept the change of {item}: {detail}"""

    code = "dns.change-refused"
    advice = "The host's words say why; correct the records in the project file and plan again."


class ChangeLost(NeedsPerson):
    """The host said yes to the change of {item} and did not make it: {detail}"""

    code = "dns.change-lost"
    advice = "Run the same command again; when it stays so, make the change by hand in the host's own pages and run it once more."


class PlanTooLarge(NeedsPerson):
    """The plan for {item} takes away or changes too much of the zone: {detail}"""

    code = "dns.plan-too-large"
    advice = "Look at every line of the plan. If it is meant, apply it with the threshold raised by name."
