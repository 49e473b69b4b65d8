"""Is it the right tenant? The sign-in's public pages tell which tenant a domain belongs to, without any permission.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#find-your-apps-openid-configuration-document-uri
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit

import httpx

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ServerBusy
from skyflytt.errors.graph import GraphAnswerWrong, TenantUnknown, TenantWrong
from skyflytt.graph import GraphSettings
from skyflytt.graph.refusal import parsed
from skyflytt.graph.unreachable import told
from skyflytt.readiness.finding import Finding, fine, of_failure

METADATA = "v2.0/.well-known/openid-configuration"
ADD_DOMAIN = "Microsoft 365 admin center → Settings → Domains → Add domain, in the tenant of the project file; or correct the addresses"
OTHER_TENANT = "Entra admin center → Overview of the customer's tenant: copy Tenant ID into `tenant`, and register the application there"


def check_tenant(http: httpx.Client, settings: GraphSettings, addresses: Iterable[str]) -> Iterator[Finding]:
    """Every domain of the addresses has to belong to the tenant that is signed in to."""
    domains = sorted({one.rpartition("@")[2].lower() for one in addresses if "@" in one})
    try:
        own = tenant_of(http, settings, settings.tenant)
    except Failure as failure:
        yield of_failure("tenant", failure)
        return
    for domain in domains:
        yield _of_domain(http, settings, own, domain)
    if not domains:
        yield fine("tenant", f"{settings.tenant} is the tenant {own}")


def _of_domain(http: httpx.Client, settings: GraphSettings, own: str, domain: str) -> Finding:
    try:
        found = tenant_of(http, settings, domain)
    except TenantUnknown:
        missing = TenantWrong(domain, f"no tenant has this domain, and {settings.tenant} does not either")
        return of_failure("tenant", missing, ADD_DOMAIN)
    except Failure as failure:
        return of_failure("tenant", failure)
    if found != own:
        wrong = TenantWrong(domain, f"it belongs to the tenant {found}, and {settings.tenant} is {own}")
        return of_failure("tenant", wrong, OTHER_TENANT)
    return fine("tenant", f"{domain} belongs to the tenant {own}")


def tenant_of(http: httpx.Client, settings: GraphSettings, name: str) -> str:
    """Its id. Raises `TenantUnknown`."""
    url = f"{settings.login_url}/{quote(name, safe='')}/{METADATA}"
    with told(url):
        answer = http.get(url)
    if answer.status_code == 429 or answer.status_code >= 500:
        raise ServerBusy(settings.login_url, f"HTTP {answer.status_code}")
    if answer.status_code != 200:
        raise TenantUnknown(name, f"{settings.login_url} has no such tenant")
    found = parsed(answer.content)
    issuer = str(found.get("issuer", "")) if isinstance(found, dict) else ""
    tenant = urlsplit(issuer).path.strip("/").partition("/")[0]
    if not tenant:
        raise GraphAnswerWrong(name, "the sign-in's metadata names no issuer")
    return tenant.lower()
