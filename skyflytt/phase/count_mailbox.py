"""Count a mailbox at the system being left, and see whether its new home can be opened. Reads only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from skyflytt.concern.archive_count import count_archive
from skyflytt.concern.mailbox_facts import (
    LARGE_MESSAGE_BYTES,
    ArchiveFacts,
    MailboxFacts,
    Route,
    StoreFacts,
    TargetFacts,
)
from skyflytt.concern.measured import RECENT_DAYS
from skyflytt.concern.message_count import MessageCount
from skyflytt.errors.base import Failure
from skyflytt.ledger.progress import Progress
from skyflytt.mail.around import around_of
from skyflytt.mail.probe.routes import STORES, look_into, other_services
from skyflytt.phase.exchange import open_exchange_source
from skyflytt.phase.mailboxes import excluded, open_mailbox_archive, open_source, open_target
from skyflytt.phase.migration import Migration
from skyflytt.project.mailboxes import Mailbox
from skyflytt.project.secret_keys import mailbox_keys
from skyflytt.project.servers import EwsServer, ImapServer

LOOK_S = 3.0
"""How long a host may take to say whether it has a service that nobody asked it for."""


def count_mailbox(migration: Migration, name: str, progress: Progress) -> MailboxFacts:
    """The mailbox's facts, from the source's listings and, where there is one already, from its archive.

    Of the payloads a small sample is read, to learn how fast they come. A target that cannot be opened is a fact, not a failure.
    Raises `Transient` when the source is away and `NeedsPerson` when its account needs somebody.
    """
    mailbox = migration.project.mailbox(name)
    target = look_at_target(migration, mailbox)
    limit = min(LARGE_MESSAGE_BYTES, target.max_message_bytes or LARGE_MESSAGE_BYTES)
    recent = migration.clock.now() - timedelta(days=RECENT_DAYS)
    with open_source(migration, mailbox) as source:
        facts = MessageCount(name, target, limit, excluded(mailbox), recent).run(source, progress)
        around = around_of(source)
    return replace(
        facts,
        around=around,
        archive=look_into_archive(migration, mailbox),
        stores=look_into_other_stores(migration, mailbox),
        other_routes=look_for_other_routes(migration, mailbox),
    )


def look_at_target(migration: Migration, mailbox: Mailbox) -> TargetFacts:
    """Open the target, list its folders and close it."""
    try:
        with open_target(migration, mailbox) as target:
            folders, around = target.folders(), around_of(target)
            return TargetFacts(
                True,
                max_message_bytes=target.capabilities.max_message_bytes,
                keeps_items=any(folder.kind for folder in folders),
                messages=sum(folder.message_count for folder in folders),
                free_bytes=around.free_bytes,
                limit_bytes=around.limit_bytes,
            )
    except Failure as failure:
        return TargetFacts(False, failure.code, failure.sentence)


def look_into_other_stores(migration: Migration, mailbox: Mailbox) -> tuple[StoreFacts, ...]:
    """What the account has beside its mailbox at a hosted Exchange: an archive mailbox, public folders."""
    server = migration.project.server(mailbox.source.server)
    if not isinstance(server, EwsServer) or server.store != "primary":
        return ()
    secret = migration.secrets.get(*mailbox_keys(mailbox.name, "source", mailbox.source.server))
    return tuple(
        look_into(
            store,
            partial(
                open_exchange_source,
                migration,
                server.model_copy(update={"store": store}),
                mailbox.source.login,
                secret,
            ),
        )
        for store in STORES
    )


def look_for_other_routes(migration: Migration, mailbox: Mailbox) -> tuple[Route, ...]:
    """Whether the source's host offers the other protocol; nobody signs in."""
    server = migration.project.server(mailbox.source.server)
    if isinstance(server, ImapServer):
        return tuple(other_services("imap", server.host, server.ca_file, LOOK_S))
    if isinstance(server, EwsServer) and server.url is not None:
        return tuple(other_services("ews", urlsplit(server.url).hostname, server.ca_file, LOOK_S))
    return ()


def look_into_archive(migration: Migration, mailbox: Mailbox) -> ArchiveFacts | None:
    """None before the first archive pass: opening would make an empty archive."""
    if not (migration.workspace / "archives" / f"{mailbox.name}.skymail").exists():
        return None
    with open_mailbox_archive(migration, mailbox) as archive:
        return count_archive(archive)
