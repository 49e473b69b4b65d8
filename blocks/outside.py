"""What every block of an outside system has: settings that the migration understands, and secrets under its keys."""

from __future__ import annotations

from typing import ClassVar, Protocol

from skyflytt.project.servers import Server


class OutsideSystem(Protocol):
    """A block that stands for one server of a project file."""

    _block_type_name: ClassVar[str | None]

    def server(self) -> Server:
        """The server's settings, as the project file would have them."""
        ...

    def secrets(self, name: str) -> dict[str, str]:
        """The secrets of the server called `name`, by the keys that the migration asks for."""
        ...


def block_name(project: str, server: str) -> str:
    """The document's name of a project's server: `norrsken-old-mail`."""
    return f"{project}-{server}"
