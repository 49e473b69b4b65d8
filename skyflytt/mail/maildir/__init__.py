"""Maildir++ mailboxes on this machine's disk, as source and as target."""

from skyflytt.mail.maildir.mailbox import MaildirMailbox, MaildirSource, open_maildir, open_maildir_source

__all__ = ["MaildirMailbox", "MaildirSource", "open_maildir", "open_maildir_source"]
