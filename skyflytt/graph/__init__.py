"""Microsoft Graph: signing in, asking, and what its refusals mean. It knows no mailboxes, files or accounts."""

from skyflytt.graph.client import GraphClient, open_graph
from skyflytt.graph.refusal import Refused
from skyflytt.graph.settings import GraphSettings

__all__ = ["GraphClient", "GraphSettings", "Refused", "open_graph"]
