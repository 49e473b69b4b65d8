"""What a directory of the systems being left tells, beside the mailboxes that the project names."""

from __future__ import annotations

from dataclasses import dataclass

from skyflytt.concern.sample import NOTHING, Sample


@dataclass(frozen=True, slots=True)
class LicenceFacts:
    """Units of one licence. `idle` are its holders that are shut out, or of whom nothing was seen for `SILENT_DAYS`."""

    name: str
    total: int | None
    held: int
    idle: Sample = NOTHING


@dataclass(frozen=True, slots=True)
class DirectoryFacts:
    """`failure_code` and `failure` say why it could not be asked; there is nothing else then.

    `without_mailbox` are accounts that let somebody in and that no mailbox of the project stands for. `without_account` are mailboxes of
    the project whose address has no account here, told only where other mailboxes have one.
    """

    directory: str
    accounts: int = 0
    without_mailbox: Sample = NOTHING
    without_account: Sample = NOTHING
    licences: tuple[LicenceFacts, ...] = ()
    failure_code: str | None = None
    failure: str | None = None
