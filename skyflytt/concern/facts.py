"""What discovery knows of a project, as plain data: what the checks look at and the estimate is made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from skyflytt.concern.mailbox_facts import MailboxFacts
from skyflytt.concern.measured import Amount
from skyflytt.concern.share_facts import BackupFacts, ShareFacts
from skyflytt.concern.surroundings import UNSEEN, Surroundings
from skyflytt.project.model import Project


@dataclass(frozen=True, slots=True)
class Facts:
    """`at` is the hour of the discovery, aware; it decides how old things are and how much time is left."""

    project: Project
    at: datetime
    mailboxes: tuple[MailboxFacts, ...] = ()
    shares: tuple[ShareFacts, ...] = ()
    around: Surroundings = UNSEEN

    def amounts(self) -> Iterator[Amount]:
        """How much each workload holds, mailboxes first."""
        yield from (mailbox.amount() for mailbox in self.mailboxes)
        yield from (share.amount() for share in self.shares)

    def backup(self, application: str) -> BackupFacts | None:
        """What was found in the application's backup folder; None when its share was not counted."""
        found = (backup for share in self.shares for backup in share.backups if backup.application == application)
        return next(found, None)
