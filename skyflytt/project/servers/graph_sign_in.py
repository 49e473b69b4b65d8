"""How an application signs in to Microsoft Graph: what every kind of server that is reached by it has in common."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from skyflytt.project.fields import EwsUrl, LocalPath, Text
from skyflytt.project.part import Part, wrong
from skyflytt.project.servers.fields import CA_FILE


class GraphSignIn(Part):
    """The secret is the application's; with a certificate it is the passphrase of its key, where it has one; with a device code it is what
    the kept tokens are encrypted with.
    """

    tenant: Text = Field(
        description="Id of the tenant, or one of its domains.", examples=["norrskenbygg.onmicrosoft.com"]
    )
    client_id: Text = Field(
        description="Id of the application that signs in.", examples=["6731de76-14a6-49ae-97bc-6eba6914391e"]
    )
    auth: Literal["secret", "certificate", "device-code"] = Field(
        default="secret",
        description="How it signs in: by its secret, by its certificate, or as a person who enters a code in a browser.",
    )
    certificate_file: LocalPath | None = Field(
        default=None, description="PEM file with the application's private key and certificate, with auth certificate."
    )
    token_file: LocalPath | None = Field(
        default=None, description="File that tokens are kept in between runs, encrypted; needed with auth device-code."
    )
    login_url: EwsUrl = Field(
        default="https://login.microsoftonline.com",
        description="Where tokens come from; another one for national clouds.",
    )
    graph_url: EwsUrl = Field(
        default="https://graph.microsoft.com", description="Where Graph is; another one for national clouds."
    )
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)

    @model_validator(mode="after")
    def says_how_to_sign_in(self) -> Self:
        if (self.auth == "certificate") != (self.certificate_file is not None):
            raise wrong("`auth: certificate` and `certificate_file` belong together", "both, or neither")
        if self.auth == "device-code" and self.token_file is None:
            raise wrong("a person would have to sign in for every run", "`token_file`: where the tokens are kept")
        if self.login_url.endswith("/") or self.graph_url.endswith("/"):
            raise wrong("an address ends in a slash", "the address without it, such as https://graph.microsoft.com")
        return self
