"""What a simulated tenant begins with, as data."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from skyflytt.sandbox.servers.graph.drive_settings import DriveRules, DriveStart
from skyflytt.sandbox.servers.graph.mailbox_settings import MailStart

ALL_PERMISSIONS = (
    "Organization.Read.All",
    "User.ReadWrite.All",
    "LicenseAssignment.ReadWrite.All",
    "RoleManagement.Read.Directory",
    "AuditLog.Read.All",
    "Files.ReadWrite.All",
    "Sites.ReadWrite.All",
)


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Application(_Data):
    """An app registration: its secret is in the secrets file under `secret_key`, or it has a certificate."""

    client_id: str
    secret_key: str | None = None
    certificate: Path | None = None
    permissions: tuple[str, ...] = ALL_PERMISSIONS
    consented: bool = True
    """Without it, the application's tokens allow nothing, and a person gets none."""
    secret_ended: bool = False


class User(_Data):
    id: str
    address: str
    name: str = ""
    enabled: bool = True
    usage_location: str | None = "SE"
    licences: tuple[str, ...] = ()
    by_group: tuple[str, ...] = ()
    """Licences that a group gives: they cannot be taken from the user."""
    last_sign_in: datetime | None = None
    last_by_program: datetime | None = None


class Sku(_Data):
    id: str
    name: str
    enabled: int = 0
    warning: int = 0
    suspended: int = 0
    company: bool = False
    consumed_elsewhere: int = 0
    subscriptions: tuple[str, ...] = ()


class SignIn(_Data):
    user: str
    at: datetime
    error: int = 0
    app: str = "Outlook"


class Tenant(_Data):
    """`page` is the longest page; `stale_reads` is how many reads of a user still see it as it was before a change."""

    id: str
    domains: tuple[str, ...] = ()
    name: str = "Norrsken Bygg AB"
    premium: bool = True
    applications: tuple[Application, ...] = ()
    users: tuple[User, ...] = ()
    skus: tuple[Sku, ...] = ()
    roles: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Ids of users by the role's template id."""
    sign_ins: tuple[SignIn, ...] = ()
    elsewhere: dict[str, str] = Field(default_factory=dict)
    """Domains of other tenants, by the ids of those: only the public metadata of the sign-in knows them."""
    mail: MailStart | None = None
    drives: tuple[DriveStart, ...] = ()
    drive_rules: DriveRules = DriveRules()
    page: int = Field(default=100, ge=1)
    stale_reads: int = 0
    token_life_s: int = 3600
    retry_after_s: int = 1


def load(path: Path) -> Tenant:
    return Tenant.model_validate_json(path.read_text())


def utc(at: datetime | None) -> Any:
    """As Graph writes an instant."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
