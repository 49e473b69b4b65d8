"""What fails about a domain's records."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson, Permanent, Transient


class ZoneNotFound(NeedsPerson):
    """The zone {item} is not at its host: {detail}"""

    code = "dns.zone-not-found"
    advice = (
        "Look at the domain's name and its `host` in the project file, and whether the account there sees the zone."
    )


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


class SnapshotUnreadable(BadInput):
    """The snapshot {item} cannot be read: {detail}"""

    code = "dns.snapshot-unreadable"
    advice = (
        "It is not as it was written. Take another copy of it, or a new snapshot while nothing has been changed yet."
    )


class SnapshotInUse(NeedsPerson):
    """The zone {item} has a snapshot that the way back depends on: {detail}"""

    code = "dns.snapshot-in-use"
    advice = "Roll back first, which returns to it; or say by --anew that there is to be no way back to it."


class NoSnapshot(NeedsPerson):
    """The zone {item} has no snapshot yet: {detail}"""

    code = "dns.no-snapshot"
    advice = "Take it with `skyflytt dns snapshot` before anything else."


class PlanMissing(NeedsPerson):
    """The zone {item} has no plan to go by: {detail}"""

    code = "dns.plan-missing"
    advice = "Make it with `skyflytt dns plan`, look at it, and go on with the hash that it shows."


class PlanChanged(NeedsPerson):
    """The plan for {item} is not the one that was agreed on: {detail}"""

    code = "dns.plan-changed"
    advice = "Look at the plan again with `skyflytt dns plan`, and apply the hash that it shows."


class PlanUndecided(NeedsPerson):
    """Records of {item} point to the old provider and nobody has decided on them: {detail}"""

    code = "dns.undecided"
    advice = "Under the domain's `records` in the project file, give each of them new values, `remove: true`, or `keep:` with the reason."


class PlanInvalid(BadInput):
    """The records planned for {item} cannot stand: {detail}"""

    code = "dns.plan-invalid"
    advice = "Correct the domain's `records` in the project file and plan again."


class TtlNotOver(Transient):
    """Copies of the old records of {item} may still be in use: {detail}"""

    code = "dns.ttl-not-over"
    advice = "Wait until then; the same command goes on. --without-waiting applies at once, and some then see the old records until then."


class ServersDisagree(Transient):
    """Not every authoritative server of {item} has the change: {detail}"""

    code = "dns.servers-disagree"
    advice = "Run the same command again after the zone's refresh time. A server that stays so is to be mended, or taken out of the NS records."


class DomainUnknown(BadInput):
    """The project has no domain {item} whose records it could change: {detail}"""

    code = "dns.domain-unknown"
    advice = "Look at `domains` in the project file; a domain that is to be cut over names its `host`."


class NotLowered(NeedsPerson):
    """Records of {item} that the plan changes still have their long TTL: {detail}"""

    code = "dns.not-lowered"
    advice = "Lower them with `skyflytt dns lower` and wait; --without-waiting applies at once; some then see the old ones for that long."


class PlanNotApproved(NeedsPerson):
    """Nobody has approved the plan for {item}: {detail}"""

    code = "dns.plan-not-approved"
    advice = "A named person looks at the plan and approves it (flow `approve`, or `approved_by`); another plan needs another approval."


class ChangeByHand(NeedsPerson):
    """The zone {item} is changed by a person: {detail}"""

    code = "dns.by-hand"
    advice = "Make these changes in the host's own pages and run the same command again: it goes on when every name server has them."


class ZoneInUse(Transient):
    """The zone {item} is being worked on: {detail}"""

    code = "dns.zone-in-use"
    advice = "Wait until that is over; the same command goes on then."
