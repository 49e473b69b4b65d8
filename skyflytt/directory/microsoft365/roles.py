"""Who may change the tenant: the members of the Entra roles that can manage accounts, licences or the tenant itself.

Ids of the roles: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference.
"""

from __future__ import annotations

from skyflytt.graph import GraphClient, Refused
from skyflytt.graph.client import Ask

CHANGING = {
    "62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
    "e8611ab8-c189-46e8-94e1-60213ab1f814": "Privileged Role Administrator",
    "fe930be7-5e62-47db-91af-98c3a49a38b1": "User Administrator",
    "4d6ac14f-3453-41d0-bef9-a3e0c569773a": "License Administrator",
    "29232cdf-9323-42fd-ade2-1d097af3e4de": "Exchange Administrator",
}


def administrators(graph: GraphClient) -> frozenset[str]:
    """Ids of the accounts. A role that was never given to anybody is not there in Graph, which is no failure."""
    paths = [f"/directoryRoles/roleTemplateId={role}/members?$select=id" for role in CHANGING]
    found: set[str] = set()
    for path, answer in zip(paths, graph.batch([Ask(path) for path in paths]), strict=True):
        if isinstance(answer, Refused):
            if answer.status == 404:
                continue
            raise answer
        found |= {str(one.get("id")) for one in graph.elements(path, answer)}
        if link := answer.get("@odata.nextLink"):
            found |= {str(one.get("id")) for one in graph.pages(str(link))}
    return frozenset(found)
