"""PST files as a mailbox to read from."""

from skyflytt.mail.pst.files import PstFiles, open_pst_files
from skyflytt.mail.pst.mailbox import PstMailbox, open_pst_source

__all__ = ["PstFiles", "PstMailbox", "open_pst_files", "open_pst_source"]
