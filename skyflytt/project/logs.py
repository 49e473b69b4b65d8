"""Logs of the servers that are being left: who still signs in there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo

from skyflytt.project.fields import Name, Text, TimeZone, check_server_path, resolve
from skyflytt.project.part import Many, Part

LogKind = Literal[
    "iis",
    "exchange-http-proxy",
    "activesync-devices",
    "rd-gateway",
    "apache",
    "dovecot",
    "proftpd",
    "vsftpd",
    "postfix",
    "pure-ftpd",
    "sshd",
    "syslog",
]


def placed(path: str, info: ValidationInfo) -> str:
    """Below the server's root, or absolute on this machine."""
    return check_server_path(path) if info.data.get("server") else str(resolve(Path(path), info))


class ServerLog(Part):
    """A log that the server which is being left writes, or a list that it exports."""

    name: Name = Field(description="Short name, used in reports.", examples=["old-mail"])
    server: Name | None = Field(
        default=None,
        description="The file server that the log is fetched from, by its name under `servers`; without it, it lies on this machine.",
        examples=["old-files"],
    )
    path: Annotated[Text, AfterValidator(placed)] = Field(
        description="The file, a folder of them, or a pattern such as logs/mail.log*, which takes those that were rotated away along. "
        "Below the server's root, or on this machine relative to the project file's folder.",
        examples=["logs/mail.log*"],
    )
    kind: LogKind | None = Field(default=None, description="How it is written; without it, that is found out.")
    time_zone: TimeZone | None = Field(
        default=None,
        description="What the server's clock shows, where the log does not say; without it, the project's.",
    )
    own_addresses: Many[Text] = Field(
        default=(), description="Addresses that the migration itself works from; their sign-ins are nobody's device."
    )
