"""Workloads that would be moved onto themselves."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.project.model import Project
from skyflytt.project.shares import SharePlace

ID = "server.same-at-both-ends"
CATEGORY = Category.CRITICAL
TITLE = "Old and new are the same place"
MEANING = (
    "Two servers of the project file lead to the same address and port, and a mailbox or folder at one of them is "
    "moved to the same one at the other: onto itself. Every pass would find its own copies as new."
)
ADVICE = (
    "Correct the new server's host in the project file. If the name leads to the old address still, wait until the "
    "new one is set up."
)


def check(facts: Facts) -> Iterator[Concern]:
    at = {server.name: {(address, server.port) for address in server.addresses} for server in facts.around.servers}
    for label, source, target, same in (*_mail(facts.project), *_files(facts.project)):
        shared = at.get(source, set()) & at.get(target, set())
        if same and source != target and shared:
            address, port = sorted(shared)[0]
            yield Concern(ID, CATEGORY, label, f"The servers {source} and {target} are both {address}, port {port}.")


def _mail(project: Project) -> Iterator[tuple[str, str, str, bool]]:
    for one in project.mailboxes:
        same = one.source.login.casefold() == one.target.login.casefold()
        yield f"mailbox {one.name}", one.source.server, one.target.server, same


def _files(project: Project) -> Iterator[tuple[str, str, str, bool]]:
    for one in project.shares:
        source, target = (_path(project, place) for place in (one.source, one.target))
        same = source == target or f"{source}/".startswith(f"{target}/") or f"{target}/".startswith(f"{source}/")
        yield f"share {one.name}", one.source.server, one.target.server, same


def _path(project: Project, place: SharePlace) -> str:
    root = str(getattr(project.server(place.server), "root", "/")).strip("/")
    return "/".join(part for part in (root, place.path.strip("/")) if part not in ("", "."))
