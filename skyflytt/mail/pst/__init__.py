"""PST files as a mailbox to read from."""

from skyflytt.mail.pst.mailbox import PstMailbox, open_pst_source

__all__ = ["PstMailbox", "open_pst_source"]
