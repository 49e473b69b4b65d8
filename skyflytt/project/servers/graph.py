"""Mailboxes of Exchange Online, by Microsoft Graph."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.servers.fields import KIND
from skyflytt.project.servers.graph_sign_in import GraphSignIn


class GraphServer(GraphSignIn):
    """Exchange Online, reached by Microsoft Graph with an application of its own (an app registration). A mailbox's `login` is its primary
    address.

    The secret is the one of `microsoft365`, with which it may share the application.
    """

    kind: Literal["graph"] = Field(description=KIND)
    connections: int = Field(
        default=4, ge=1, le=4, description="Requests at once to each mailbox; Microsoft Graph takes no more than four."
    )
