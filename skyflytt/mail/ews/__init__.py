"""Mailboxes of a hosted Exchange, by Exchange Web Services ([MS-OXWS*]), as source and as target."""

from skyflytt.mail.ews.mailbox import EwsMailbox, EwsSource, open_ews, open_ews_source
from skyflytt.mail.ews.patience import Patience

__all__ = ["EwsMailbox", "EwsSource", "Patience", "open_ews", "open_ews_source"]
