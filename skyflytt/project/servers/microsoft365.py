"""A tenant of Microsoft 365, by Microsoft Graph."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.servers.fields import KIND
from skyflytt.project.servers.graph_sign_in import GraphSignIn


class Microsoft365Server(GraphSignIn):
    """A tenant of Microsoft 365, reached by Microsoft Graph with an application of its own (an app registration).

    The secret is the application's; with a certificate it is the passphrase of its key, where it has one; with a device code it is what
    the kept tokens are encrypted with.
    """

    kind: Literal["microsoft365"] = Field(description=KIND)
