"""A hosted Exchange, by Exchange Web Services."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from skyflytt.project.fields import EwsUrl, Host, LocalPath, Text
from skyflytt.project.part import Part, wrong
from skyflytt.project.servers.fields import CA_FILE, KIND


class EwsServer(Part):
    """A hosted Exchange, reached by Exchange Web Services. A mailbox's `login` is its primary address.

    The secret is the password; with auth oauth it is the application's secret, or an access token where there is no `client_id`.
    """

    kind: Literal["ews"] = Field(description=KIND)
    url: EwsUrl | None = Field(
        default=None,
        description="Address of the service; without it, autodiscover finds it by the mailbox's address.",
        examples=["https://mail.example.com/EWS/Exchange.asmx"],
    )
    autodiscover: Host | None = Field(
        default=None,
        description="Host outside the mailbox's domain that autodiscover may lead to, such as the provider's.",
        examples=["autodiscover.example.net"],
    )
    auth: Literal["basic", "ntlm", "oauth"] = Field(default="basic", description="How the account signs in.")
    user: Text | None = Field(
        default=None,
        description="Account that signs in for every mailbox; without it, each mailbox signs in for itself.",
        examples=["EXAMPLE\\migration"],
    )
    access: Literal["own", "delegation", "impersonation"] = Field(
        default="own", description="By which right the account opens a mailbox; a shared one is opened by delegation."
    )
    store: Literal["primary", "archive", "public"] = Field(
        default="primary", description="What is opened: the mailbox, its archive mailbox, or the public folders."
    )
    hidden_items: bool = Field(default=False, description="Hidden folders and items (views, rules, forms) come along.")
    recoverable_items: bool = Field(default=False, description="What was deleted and can be recovered comes along.")
    connections: int = Field(
        default=4, ge=1, le=20, description="Connections open at once, by all mailboxes and workers together."
    )
    client_id: Text | None = Field(default=None, description="Id of the application that signs in, with auth oauth.")
    token_url: EwsUrl | None = Field(default=None, description="Where the application gets its token, with auth oauth.")
    token_scope: Text | None = Field(
        default=None, description="What the application asks a token for, with auth oauth."
    )
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)

    @model_validator(mode="after")
    def says_how_to_sign_in(self) -> EwsServer:
        if self.access == "impersonation" and self.user is None and self.auth != "oauth":
            raise wrong("nobody is named who impersonates", "`user`: the service account")
        if (self.client_id is None) != (self.token_url is None):
            raise wrong("`client_id` and `token_url` belong together", "both, or neither and a token as the secret")
        return self
