"""What signing in to Microsoft Graph needs: `skyflytt.project.servers.Microsoft365Server` has it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol


class GraphSettings(Protocol):
    """`tenant` is its id or one of its domains; addresses are without a slash at the end."""

    @property
    def tenant(self) -> str: ...
    @property
    def client_id(self) -> str: ...
    @property
    def auth(self) -> Literal["secret", "certificate", "device-code"]: ...
    @property
    def certificate_file(self) -> Path | None: ...
    @property
    def token_file(self) -> Path | None: ...
    @property
    def login_url(self) -> str: ...
    @property
    def graph_url(self) -> str: ...
    @property
    def ca_file(self) -> Path | None: ...
