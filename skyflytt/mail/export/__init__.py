"""Mailbox exports that a customer can open anywhere: PST files, a tree of .eml files, or one mbox file per folder."""

from skyflytt.mail.export.archived_pst import write_pst
from skyflytt.mail.export.eml import write_eml
from skyflytt.mail.export.mbox import write_mbox
from skyflytt.mail.export.report import ExportReport

__all__ = ["ExportReport", "write_eml", "write_mbox", "write_pst"]
