"""IMAP mailboxes (RFC 3501, RFC 9051 and the extensions that a server offers), as source and as target."""

from skyflytt.mail.imap.mailbox import ImapMailbox, ImapSource, open_imap, open_imap_source

__all__ = ["ImapMailbox", "ImapSource", "open_imap", "open_imap_source"]
