"""Whom the server tells: one notification block that it can load by itself, with the address encrypted in it.

Prefect's server knows its own kinds of block only. Its "Slack Webhook" hands every address that is not Slack's to Apprise as it is, and
thereby tells by e-mail, ntfy, Mattermost, Teams and a hundred others; its "Custom Webhook" writes its address into the server's log
when the receiver refuses.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from apprise import Apprise
from prefect.blocks.notifications import SlackWebhook
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import BlockDocument
from prefect.exceptions import ObjectNotFound
from pydantic import SecretStr

from deployments.automations.failures import OnCallUnusable
from deployments.stack.place import project_root
from skyflytt.project.secrets import flattened, parsed, read_private

NAME = "skyflytt-on-call"
FILE = "on-call.yaml"
VARIABLES = {
    "webhook": "SKYFLYTT_ONCALL_WEBHOOK",
    "runbooks": "SKYFLYTT_RUNBOOKS",
}
PATIENCE = {"retry": "3", "wait": "5"}
"""A receiver that does not answer for a moment: Apprise tries again so often, after so many seconds."""


@dataclass(frozen=True)
class OnCall:
    """`webhook` is None where nothing was said: what the server has stays. `runbooks` is where the pages are."""

    webhook: str | None = field(default=None, repr=False)
    runbooks: str | None = None

    def runbook(self, page: str) -> str:
        """The page's address; without another base, its file in this checkout."""
        if self.runbooks:
            return f"{self.runbooks.rstrip('/')}/{page}.html"
        return (project_root() / "docs" / "runbooks" / f"{page}.md").as_uri()


def read_on_call(home: Path, environment: Mapping[str, str] | None = None) -> OnCall:
    """From the environment, else from `on-call.yaml` (mode 0600) in the server's home. Raises `OnCallUnusable`."""
    environment = os.environ if environment is None else environment
    path = home / FILE
    given = dict(flattened(path, parsed(path, read_private(path)))) if path.exists() else {}
    if unknown := set(given) - set(VARIABLES):
        raise OnCallUnusable(str(path), f"it has {', '.join(sorted(unknown))}, and may have {', '.join(VARIABLES)}")
    given |= {key: environment[name] for key, name in VARIABLES.items() if environment.get(name)}
    if "webhook" in given:
        given["webhook"] = apprise_address(given["webhook"])
    return OnCall(**given)


def apprise_address(address: str) -> str:
    """As Apprise wants it: a web address that is no known service's gets a POST of JSON with `title` and `message`.

    Raises `OnCallUnusable` for what Apprise cannot use; the message never has the address in it.
    """
    kind, there, rest = address.partition("://")
    plain = {"http": "json", "https": "jsons"}.get(kind)
    tried = [address, *([f"{plain}://{rest}"] if plain else [])]
    logging.disable(logging.CRITICAL)
    try:
        usable = next((one for one in tried if there and Apprise.instantiate(one) is not None), None)
    finally:
        logging.disable(logging.NOTSET)
    if usable is None:
        raise OnCallUnusable(
            VARIABLES["webhook"], f"an address that begins with {kind if there else 'no'}:// is unknown or incomplete"
        )
    missing = "&".join(f"{key}={value}" for key, value in PATIENCE.items() if f"{key}=" not in usable)
    return f"{usable}{'&' if '?' in usable else '?'}{missing}" if missing else usable


def keep_block(client: SyncPrefectClient, on_call: OnCall) -> UUID | None:
    """Make or change the server's block; its id, or None while nobody is told. A block that is right already is left alone."""
    kept = _kept(client)
    if on_call.webhook is None:
        return kept.id if kept else None
    if kept and kept.data.get("url") == on_call.webhook:
        return kept.id
    SlackWebhook(url=SecretStr(on_call.webhook), notify_type="warning").save(NAME, overwrite=True)
    made = _kept(client)
    return made.id if made else None


def forget_block(client: SyncPrefectClient) -> bool:
    """Take the address away: nobody is told any more. Whether there was one."""
    kept = _kept(client)
    if kept:
        client.delete_block_document(kept.id)
    return kept is not None


def _kept(client: SyncPrefectClient) -> BlockDocument | None:
    try:
        return client.read_block_document_by_name(NAME, SlackWebhook.get_block_type_slug(), include_secrets=True)
    except ObjectNotFound:
        return None
