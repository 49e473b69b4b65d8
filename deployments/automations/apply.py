"""Bring the server's automations to what the catalogue says. Their name is their identity.

One that a person has switched off stays off. One that the catalogue has no longer is removed, and nobody else's is ever touched:
ours are those that carry our tag.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.events.schemas.automations import Automation, AutomationCore
from prefect.settings import get_current_settings

from deployments.automations.load import TAG, Described, as_prefect_has_it, catalogue
from deployments.automations.on_call import OnCall, forget_block, keep_block, read_on_call

PAGE = 200
NOBODY = (
    "Nobody is told of a failed run, a drop about to close or a worker that fell silent: no address is known. "
    "Set SKYFLYTT_ONCALL_WEBHOOK and apply again (docs/how-to/tell-on-call.md)."
)


@dataclass
class Applied:
    """What was done with each, by name; `told` is whether somebody is told."""

    told: bool
    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    switched_off: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = {"new": self.made, "changed": self.changed, "as they were": self.kept, "removed": self.removed}
        words = ", ".join(f"{len(names)} {word}" for word, names in parts.items() if names) or "none"
        off = f"; switched off by a person: {', '.join(self.switched_off)}" if self.switched_off else ""
        return f"{words}{off}" + ("" if self.told else f"\n{NOBODY}")


def apply_automations(on_call: OnCall | None = None, wanted: list[Described] | None = None) -> Applied:
    """Make, change and remove what differs; a second time, nothing. Talks to the server of Prefect's current settings.

    Raises `OnCallUnusable`.
    """
    on_call = read_on_call(server_home()) if on_call is None else on_call
    with get_client(sync_client=True) as client:
        block = keep_block(client, on_call)
        applied, there = Applied(told=block is not None), ours(client)
        for one in catalogue() if wanted is None else wanted:
            _bring(
                client, as_prefect_has_it(one, on_call.runbook(one.runbook), block), there.pop(one.name, []), applied
            )
        for name, left in there.items():
            _remove(client, left)
            applied.removed.append(name)
    return applied


def remove_automations() -> list[str]:
    """Take away every automation of ours, and the address of who is told; their names."""
    with get_client(sync_client=True) as client:
        found = ours(client)
        for left in found.values():
            _remove(client, left)
        forget_block(client)
    return sorted(found)


def ours(client: SyncPrefectClient) -> dict[str, list[Automation]]:
    """Those that carry our tag, by name. Prefect lets two have one name; the first is kept then."""
    found: dict[str, list[Automation]] = {}
    for one in _all(client):
        if TAG in one.tags:
            found.setdefault(one.name, []).append(one)
    return found


def server_home() -> Path:
    return Path(get_current_settings().home)


def _all(client: SyncPrefectClient) -> list[Automation]:
    read: list[Automation] = []
    while True:
        body = {"sort": "NAME_ASC", "limit": PAGE, "offset": len(read)}
        page = client.request("POST", "/automations/filter", json=body).raise_for_status().json()
        read += Automation.model_validate_list(page)
        if len(page) < PAGE:
            return read


def _bring(client: SyncPrefectClient, wanted: AutomationCore, there: list[Automation], applied: Applied) -> None:
    if not there:
        client.create_automation(wanted)
        applied.made.append(wanted.name)
        return
    first, *twins = there
    _remove(client, twins)
    if not first.enabled:
        applied.switched_off.append(wanted.name)
    if _compared(first) == _compared(wanted):
        applied.kept.append(wanted.name)
        return
    # Only then: the server begins to watch anew with each change.
    client.update_automation(first.id, wanted.model_copy(update={"enabled": first.enabled}))
    applied.changed.append(wanted.name)


def _compared(one: AutomationCore) -> dict[str, Any]:
    return one.model_dump(exclude={"id", "enabled", "owner_resource"})


def _remove(client: SyncPrefectClient, these: list[Automation]) -> None:
    for one in these:
        client.delete_automation(one.id)
