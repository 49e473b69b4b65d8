"""What a sandbox Exchange is told at its start: its mailboxes, who may do what, its version, its habits and its limits."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Version = Literal["Exchange2010_SP2", "Exchange2013_SP1", "Exchange2016"]


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mailbox(_Setting):
    """`language` decides the names of the default folders: en or sv. A shared mailbox is one that is nobody's own."""

    address: str
    name: str = ""
    archive: bool = False
    language: Literal["en", "sv"] = "en"


class Account(_Setting):
    """Somebody who may log in. `secret` is a key of the secrets file, never the password itself.

    `mailbox` is the account's own, None for a service account. `impersonates` allows ExchangeImpersonation of anybody,
    `full_access` opens the mailboxes named (delegation).
    """

    login: str
    secret: str
    mailbox: str | None = None
    impersonates: bool = False
    full_access: tuple[str, ...] = ()


class Limits(_Setting):
    """The throttling policy. `connections` is per account: the impersonating one's where there is impersonation; None is no limit."""

    connections: int | None = None
    find_count: int = 1000
    item_bytes: int | None = None
    mailbox_bytes: int | None = None


class Settings(_Setting):
    """`mime` says what GetItem's MimeContent is: written anew, as Exchange does, or the bytes that came, where they are known."""

    mailboxes: tuple[Mailbox, ...] = ()
    accounts: tuple[Account, ...] = ()
    public_folders: bool = False
    version: Version = "Exchange2016"
    export_items: bool = True
    mime: Literal["regenerated", "kept"] = "regenerated"
    basic: bool = True
    bearer: bool = True
    token_seconds: float = Field(default=3600, gt=0)
    latency_ms: float = Field(default=0, ge=0)
    limits: Limits = Limits()


def load(path: Path) -> Settings:
    return Settings.model_validate_json(path.read_text(encoding="utf-8"))
