"""What a secret is called: keys in the project's words, and the environment variable of a key."""

from __future__ import annotations

import re
from typing import Literal

PREFIX = "SKYFLYTT_SECRET_"


def variable_of(key: str) -> str:
    """`mailboxes.anna.source` is looked up as `SKYFLYTT_SECRET_MAILBOXES_ANNA_SOURCE`."""
    return PREFIX + re.sub(r"[^A-Za-z0-9]", "_", key).upper()


def server_key(server: str) -> str:
    """Key of the one account for a whole server."""
    return f"servers.{server}"


def mailbox_keys(mailbox: str, side: Literal["source", "target"], server: str) -> tuple[str, str]:
    """Keys of a mailbox's own account and, where it has none, of its server's: pass both to `Secrets.get`."""
    return f"mailboxes.{mailbox}.{side}", server_key(server)


def mail_test_keys(domain: str, end: Literal["old", "new", "outside"], server: str) -> tuple[str, str]:
    """Keys of a mailbox that only the trial of a domain's mail uses, and of its server."""
    return f"mailboxes.{domain}.{end}", server_key(server)
