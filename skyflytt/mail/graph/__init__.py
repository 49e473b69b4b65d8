"""Mailboxes of Exchange Online, by the mailbox import and export API of Microsoft Graph."""

from skyflytt.mail.graph.mailbox import GraphMailbox, GraphSource, open_graph_mailbox, open_graph_source

__all__ = ["GraphMailbox", "GraphSource", "open_graph_mailbox", "open_graph_source"]
