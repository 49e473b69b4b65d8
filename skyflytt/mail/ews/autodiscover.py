"""Where a mailbox's Exchange Web Services are: autodiscover by POX ([MS-OXDSCLI]), by the places of its domain.

The library's own shows the password to every place it tries, knows one TLS setting for the whole process and keeps what it found on
disk. Here the password goes to the first place that asks for it over verified TLS, once.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

import dns.exception
import dns.resolver
import requests
from exchangelib.transport import get_auth_instance
from lxml import etree

from skyflytt.errors.connection import PasswordRefused
from skyflytt.errors.mail import AutodiscoverElsewhere, NoMailService
from skyflytt.mail.ews.credentials import NTLM_BROKEN, credentials, name_for
from skyflytt.mail.ews.tls import VerifyingAdapter
from skyflytt.mail.ews.xml import Element, parse
from skyflytt.project.servers import EwsServer

PATH = "/autodiscover/autodiscover.xml"
TIMEOUT_S = 15.0
REDIRECTS = 5
_REQUEST = "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"
_RESPONSE = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
_BEST_FIRST = ("EXPR", "WEB", "EXHTTP", "EXCH")
"""The address for the outside before the one for inside."""


def found_url(
    server: EwsServer, login: str, secret: str, tls: ssl.SSLContext, places: Sequence[str] | None = None
) -> str:
    """The address of the service for the mailbox `login`.

    Raises `PasswordRefused`, `NoMailService` when no place knows, and `AutodiscoverElsewhere` when somebody has to say that it is right.
    """
    if server.auth == "oauth":
        raise NoMailService(login, "autodiscover needs a password; name `url`")
    tried: list[str] = []
    with requests.Session() as session:
        session.mount("https://", VerifyingAdapter(tls))
        for place in places if places is not None else places_of(login.rpartition("@")[2], session):
            tried.append(place)
            _require_vouched(place, login, server.autodiscover, given=places is not None)
            url = _asked(session, server, place, login, secret)
            if url:
                return url
    raise NoMailService(login, f"autodiscover found nothing at {', '.join(tried)}; name `url`")


def places_of(domain: str, session: requests.Session) -> Iterator[str]:
    """Where to ask, in the order of [MS-OXDSCLI] 3.1.5: the domain's own places, a redirect in clear, an SRV record."""
    yield f"https://autodiscover.{domain}{PATH}"
    yield f"https://{domain}{PATH}"
    with suppress(requests.RequestException):
        answer = session.get(f"http://autodiscover.{domain}{PATH}", allow_redirects=False, timeout=TIMEOUT_S)
        place = answer.headers.get("Location", "")
        if answer.status_code in (301, 302) and place.startswith("https://"):
            yield place
    with suppress(dns.exception.DNSException):
        found = dns.resolver.resolve(f"_autodiscover._tcp.{domain}", "SRV", lifetime=TIMEOUT_S)
        for record in sorted(found, key=lambda one: (one.priority, -one.weight)):
            port = "" if record.port == 443 else f":{record.port}"
            yield f"https://{str(record.target).rstrip('.')}{port}{PATH}"


def _require_vouched(place: str, login: str, trusted: str | None, *, given: bool) -> None:
    """A redirect in clear and an SRV record can be forged by whoever is in between: the password would go to a host of theirs."""
    host, domain = urlsplit(place).hostname or "", login.rpartition("@")[2].lower()
    if not (given or host == domain or host.endswith(f".{domain}") or host == (trusted or "").lower()):
        raise AutodiscoverElsewhere(login, f"it points to {host}")


def _asked(session: requests.Session, server: EwsServer, place: str, login: str, secret: str) -> str:
    """The address that this place gives; "" where there is no autodiscover. Follows redirects to other places over TLS."""
    for _ in range(REDIRECTS):
        try:
            answer = session.post(place, _body(login), headers=_XML, timeout=TIMEOUT_S, allow_redirects=False)
            if answer.status_code == 401:
                # It is an Exchange that asks; nowhere else is the password shown.
                answer = _signed_in(session, server, place, login, secret)
        except (requests.RequestException, *NTLM_BROKEN):
            return ""
        if answer.status_code in (301, 302, 307, 308):
            place = urljoin(place, answer.headers.get("Location", ""))
        elif answer.status_code == 200 and (root := parse(answer.content)) is not None:
            url, login, place = _told(root, login, place)
            if url is not None:
                return url
        else:
            return ""
        if not place.startswith("https://"):
            return ""
    return ""


def _signed_in(session: requests.Session, server: EwsServer, place: str, login: str, secret: str) -> requests.Response:
    shown, auth_type = credentials(server, login, secret)
    auth = get_auth_instance(auth_type, username=name_for(auth_type, shown), password=secret)
    answer = session.post(place, _body(login), headers=_XML, timeout=TIMEOUT_S, allow_redirects=False, auth=auth)
    if answer.status_code == 401:
        raise PasswordRefused(f"{server.user or login} at {place}", "autodiscover does not let it in")
    return answer


def _told(root: Element, login: str, place: str) -> tuple[str | None, str, str]:
    """The address, or None and where to ask next for whom."""
    account = root.find(f".//{{{_RESPONSE}}}Account")
    if account is None:
        return "", login, place
    action = account.findtext(f"{{{_RESPONSE}}}Action")
    if action == "redirectAddr":
        return None, account.findtext(f"{{{_RESPONSE}}}RedirectAddr") or login, place
    if action == "redirectUrl":
        return None, login, account.findtext(f"{{{_RESPONSE}}}RedirectUrl") or ""
    urls = {
        protocol.findtext(f"{{{_RESPONSE}}}Type") or "": protocol.findtext(f"{{{_RESPONSE}}}EwsUrl") or ""
        for protocol in account.iter(f"{{{_RESPONSE}}}Protocol")
    }
    best = [urls[kind] for kind in _BEST_FIRST if urls.get(kind, "").startswith("https://")]
    return best[0] if best else "", login, place


_XML = {"Content-Type": "text/xml; charset=utf-8"}


def _body(login: str) -> bytes:
    # Without a prefix: not every server knows namespaces.
    root = etree.Element(f"{{{_REQUEST}}}Autodiscover", nsmap={None: _REQUEST})  # type: ignore[dict-item]
    request = etree.SubElement(root, f"{{{_REQUEST}}}Request")
    etree.SubElement(request, f"{{{_REQUEST}}}EMailAddress").text = login
    etree.SubElement(request, f"{{{_REQUEST}}}AcceptableResponseSchema").text = _RESPONSE
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return body
