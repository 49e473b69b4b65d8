"""What a simulated Dropbox begins with, as data."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

ALL_SCOPES = (
    "account_info.read",
    "files.metadata.read",
    "files.metadata.write",
    "files.content.read",
    "files.content.write",
    "sharing.read",
    "team_data.member",
    "team_info.read",
    "members.read",
)


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Token(_Data):
    """A refresh token or a long-lived access token; the secret itself is in the secrets file, under `key`."""

    key: str
    of: str = Field(description="A person's address, or `team`.")
    kind: Literal["refresh", "access"] = "refresh"
    scopes: tuple[str, ...] = ALL_SCOPES


class Person(_Data):
    email: str
    name: str = ""
    administrator: bool = False
    status: Literal["active", "invited", "suspended", "removed"] = "active"
    in_team: bool = True

    @property
    def member_id(self) -> str:
        return f"dbmid:{self.email}"


class Shared(_Data):
    """A folder (or file) with members: `of` is whose home it is in, or `team`. Access by address, or by `group NAME`."""

    of: str
    path: str
    members: dict[str, Literal["owner", "editor", "viewer", "viewer_no_comment"]]
    invited: dict[str, Literal["editor", "viewer"]] = {}
    no_access: bool = False


class Account(_Data):
    """`stale_listings`: so many listings of a folder still show it as it was before its last change."""

    app_key: str = "sandbox"
    team: str = ""
    """The team's id; without one, everybody is a person of their own."""
    team_name: str = "Norrsken Bygg"
    team_space: bool = True
    licences: int = 5
    people: tuple[Person, ...] = (Person(email="anna@norrskenbygg.example", name="Anna", in_team=False),)
    tokens: tuple[Token, ...] = ()
    shared: tuple[Shared, ...] = ()
    documents: tuple[str, ...] = ()
    """Paths in the first person's home at which a document without bytes stands (Paper)."""
    page: int = Field(default=500, ge=1)
    token_life_s: int = 14_400
    session_life_s: int = 7 * 24 * 3600
    room_bytes: int = 1 << 40
    stale_listings: int = 0


def load(path: Path) -> Account:
    return Account.model_validate_json(path.read_text())
