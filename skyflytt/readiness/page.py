"""The tables of permissions in the how-tos, made from the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from skyflytt.graph.permissions import GraphPermission
from skyflytt.permission import Permission, needed
from skyflytt.readiness.permissions import DropboxScope, permissions
from skyflytt.readiness.uses import Role

BEGIN, END = "<!-- permissions: begin -->", "<!-- permissions: end -->"
"""Between these lines, a page has what `skyflytt check --permissions` prints."""


def microsoft365() -> str:
    return "\n".join(_microsoft365())


def dropbox() -> str:
    return "\n".join(_dropbox())


def _microsoft365() -> Iterator[str]:
    for role, words in permissions().uses.items():
        found = needed(permissions().graph, [role])
        if found:
            yield from _heading(role, words)
            yield "| application permission | with a device code | what for | asked for by | documentation |"
            yield "|---|---|---|---|---|"
            yield from map(_graph_row, found)
            yield ""


def _graph_row(one: GraphPermission) -> str:
    within = "".join(f" or `{name}`" for name in one.within)
    asked = f"`{one.ask.method} {one.ask.path}`"
    return f"| `{one.name}`{within} | `{one.called('device-code')}` | {_what_for(one)} | {asked} | {_link(one)} |"


def _dropbox() -> Iterator[str]:
    for role, words in permissions().uses.items():
        found: Sequence[DropboxScope] = needed(permissions().dropbox, [role])
        if found:
            yield from _heading(role, words)
            yield "| permission | token of a team alone | what for | documentation |"
            yield "|---|---|---|---|"
            for one in found:
                yield f"| `{one.name}` | {'yes' if one.team else ''} | {_what_for(one)} | {_link(one)} |"
            yield ""


def _heading(role: Role, words: str) -> Iterator[str]:
    yield f"**{words[0].upper()}{words[1:]}** (`{role.value}`):"
    yield ""


def _what_for(one: Permission) -> str:
    return f"{one.what_for}; without it, {one.optional}" if one.optional else one.what_for


def _link(one: Permission) -> str:
    return f"<{one.documentation}>"


PAGES = {"microsoft-365": microsoft365, "dropbox": dropbox}


def between(page: str) -> str:
    """The part of a how-to that has to be the table. Raises `ValueError` where it has none."""
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    return page[begin:end].strip("\n")
