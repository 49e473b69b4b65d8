"""What a project does with one of its servers, from which follows what it needs there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from skyflytt.project.mailboxes import MailboxPlace
from skyflytt.project.model import Project
from skyflytt.project.secret_keys import mail_test_keys, mailbox_keys
from skyflytt.project.shares import SharePlace


class Role(StrEnum):
    ACCOUNTS = "accounts"
    MAIL_SOURCE = "mail-source"
    MAIL_TARGET = "mail-target"
    FILES_SOURCE = "files-source"
    FILES_TARGET = "files-target"
    ERASURE_MAIL = "erasure-mail"
    ERASURE_FILES = "erasure-files"
    ERASURE_ACCOUNTS = "erasure-accounts"
    LOGS = "logs"
    DROP = "drop"
    ZONE = "zone"
    SENDING = "sending"


LATER = {
    Role.MAIL_SOURCE: Role.ERASURE_MAIL,
    Role.FILES_SOURCE: Role.ERASURE_FILES,
    Role.ACCOUNTS: Role.ERASURE_ACCOUNTS,
}
"""What is deleted at the end is only asked for then: until then, less is better."""
MAIL = frozenset((Role.MAIL_SOURCE, Role.MAIL_TARGET))
FILES = frozenset((Role.FILES_SOURCE, Role.FILES_TARGET))


@dataclass(frozen=True, slots=True)
class Use:
    """`name` is that of the mailbox, share, … ; `keys` are those of a mailbox's secret."""

    role: Role
    name: str
    mailbox: MailboxPlace | None = None
    share: SharePlace | None = None
    keys: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return f"{self.role.value} {self.name}"


def uses_of(project: Project, server: str) -> tuple[Use, ...]:
    """In the order of the project file; none where nothing in it names the server."""
    return tuple(use for use in _uses(project) if _server_of(use) == server)


def _server_of(use: Use) -> str:
    place = use.mailbox or use.share
    return place.server if place is not None else use.keys[0]


def _uses(project: Project) -> Iterator[Use]:
    for box in project.mailboxes:
        for role, side, place in (
            (Role.MAIL_SOURCE, "source", box.source),
            (Role.MAIL_TARGET, "target", box.target),
        ):
            keys = mailbox_keys(box.name, side, place.server)  # type: ignore[arg-type]
            yield Use(role, box.name, mailbox=place, keys=keys)
    for share in project.shares:
        yield Use(Role.FILES_SOURCE, share.name, share=share.source)
        yield Use(Role.FILES_TARGET, share.name, share=share.target)
    for log in project.logs:
        if log.server is not None:
            yield Use(Role.LOGS, log.name, share=SharePlace(server=log.server, path="."))
    for left in project.directories:
        yield Use(Role.ACCOUNTS, left.name, keys=(left.server,))
    for drop in project.drops:
        yield Use(Role.DROP, drop.name, keys=(drop.server,))
    yield from _of_domains(project)


def _of_domains(project: Project) -> Iterator[Use]:
    for domain in project.domains:
        if domain.host is not None:
            yield Use(Role.ZONE, domain.name, keys=(domain.host,))
        if (test := domain.mail_test) is None:
            continue
        for end, place in (("old", test.old), ("new", test.new), ("outside", test.outside.mailbox)):
            keys = mail_test_keys(domain.name, end, place.server)  # type: ignore[arg-type]
            yield Use(Role.MAIL_SOURCE, f"{domain.name} ({end})", mailbox=place, keys=keys)
        yield Use(Role.SENDING, domain.name, keys=(test.submission,))
