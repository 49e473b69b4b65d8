"""Webex Control Hub."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skyflytt.project.fields import EwsUrl, LocalPath, Text
from skyflytt.project.part import Many, Part
from skyflytt.project.servers.fields import CA_FILE, KIND


class WebexServer(Part):
    """An organisation in Webex Control Hub, by its REST interface. The secret is an access token of a full administrator.

    The token is used as it is and never refreshed: a refreshed token counts as activity of its user.
    """

    kind: Literal["webex"] = Field(description=KIND)
    url: EwsUrl = Field(
        default="https://webexapis.com/v1",
        description="Address of the interface.",
        examples=["https://webexapis.com/v1"],
    )
    organisation: Text = Field(
        description="The organisation's id, as Control Hub's interface gives it.",
        examples=["Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi85NmFiYzJhYS0zZGNjLTExZTUtYTE1Mi1mZTM0ODE5Y2RjOWE"],
    )
    trials: Many[Text] = Field(
        default=(),
        description="Numbers of the subscriptions that are trials; the interface does not tell them apart.",
        examples=[["Sub-prov1"]],
    )
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)
