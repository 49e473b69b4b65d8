"""Dropbox: a person's own, a team member's folder, or a team space."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from skyflytt.project.fields import EwsUrl, LocalPath, RemoteRoot, Text
from skyflytt.project.part import Part, wrong
from skyflytt.project.servers.fields import CA_FILE, CONNECTIONS, KIND


class DropboxServer(Part):
    """Dropbox, by its interface for programs. The secret is the app's refresh token, or a token that is used as it is."""

    kind: Literal["dropbox"] = Field(description=KIND)
    auth: Literal["refresh", "token"] = Field(
        default="refresh",
        description="What the secret is: refresh, a refresh token of the app `app_key`, made with PKCE (`skyflytt dropbox sign-in`); token, "
        "an access token that is used as it is, and ends after hours.",
    )
    app_key: Text | None = Field(
        default=None, description="Key of the app in Dropbox's App Console.", examples=["k2x9v7m1qf4bzpw"]
    )
    team: Text | None = Field(
        default=None,
        description="Id of the team that the token must belong to; any other one is refused.",
        examples=["dbtid:AAClbxkT0ywcBhWI2Yk1hCmUnPFlxqwTdyc"],
    )
    member: Text | None = Field(
        default=None,
        description="With a token of a whole team: the member to act as, by address or team member id; not for a person's own token.",
        examples=["anna.astrom@norrskenbygg.example"],
    )
    acts_as: Literal["member", "admin"] = Field(
        default="member",
        description="How the member acts: as it would itself, or as an administrator on all that the team owns.",
    )
    space: Literal["home", "team"] = Field(
        default="home", description="What paths begin at: the member's own folder, or the team space."
    )
    root: RemoteRoot = Field(default="/", description="Folder there that all paths are below.", examples=["/Gemensamt"])
    url: EwsUrl | None = Field(
        default=None,
        description="Address in place of all of Dropbox's own, for a simulator or a gateway of one's own.",
        examples=["https://127.0.0.1:8443"],
    )
    connections: int = Field(default=4, ge=1, le=16, description=CONNECTIONS)
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)

    @model_validator(mode="after")
    def says_who_signs_in(self) -> DropboxServer:
        if self.auth == "refresh" and self.app_key is None:
            raise wrong("a refresh token is of no use without its app", "`app_key`: the app's key, or auth token")
        if self.acts_as == "admin" and self.member is None:
            raise wrong("nobody is named who acts as administrator", "`member`: an administrator of the team")
        return self
