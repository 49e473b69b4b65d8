"""Which mailboxes and shares of a project a run is about: those asked for, or all."""

from __future__ import annotations

from pathlib import Path

from blocks import MigrationProject
from skyflytt.errors.project import NoSuchWorkload
from skyflytt.project.load import load_project


def mailbox_names(project: MigrationProject, wanted: list[str] | None) -> list[str]:
    """The mailboxes' names; raises `NoSuchWorkload` for one that the project file does not have."""
    known = [mailbox.name for mailbox in load_project(Path(project.file)).mailboxes]
    return _chosen(wanted, known, f"mailbox of {project.name}")


def share_names(project: MigrationProject, wanted: list[str] | None) -> list[str]:
    """The shares' names; raises `NoSuchWorkload` for one that the project file does not have."""
    known = [share.name for share in load_project(Path(project.file)).shares]
    return _chosen(wanted, known, f"share of {project.name}")


def chosen_names(
    project: MigrationProject, mailboxes: list[str] | None, shares: list[str] | None
) -> tuple[list[str], list[str]]:
    """Mailboxes and shares that a run is about: all of both where none is asked for, else only what is."""
    if mailboxes and not shares:
        return mailbox_names(project, mailboxes), []
    if shares and not mailboxes:
        return [], share_names(project, shares)
    return mailbox_names(project, mailboxes), share_names(project, shares)


def _chosen(wanted: list[str] | None, known: list[str], what: str) -> list[str]:
    for name in wanted or ():
        if name not in known:
            raise NoSuchWorkload(name, f"no such {what}; there are {', '.join(known) or 'none'}")
    return list(dict.fromkeys(wanted)) if wanted else known
