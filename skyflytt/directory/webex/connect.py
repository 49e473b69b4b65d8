"""Reaching Control Hub with an access token, which is never refreshed: a refreshed token counts as its user's activity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import sleep
from typing import Protocol

from skyflytt.deadline.clock import Clock
from skyflytt.directory.http import Requests
from skyflytt.directory.webex.control_hub import ControlHub


class WebexSettings(Protocol):
    """`skyflytt.project.servers.WebexServer`."""

    @property
    def url(self) -> str: ...
    @property
    def organisation(self) -> str: ...
    @property
    def trials(self) -> Sequence[str]: ...
    @property
    def ca_file(self) -> Path | None: ...


def open_webex(
    server: WebexSettings,
    token: str,
    clock: Clock,
    *,
    tell: Callable[[str], None] = lambda _: None,
    wait: Callable[[float], None] = sleep,
) -> ControlHub:
    """Nothing is sent before the first request."""
    requests = Requests(server.url, token, "Webex", clock=clock, ca_file=server.ca_file, wait=wait, tell=tell)
    return ControlHub(requests, server.organisation, clock, server.trials)
