"""Where autodiscover is asked: the domain's own places, a redirect in clear, and the SRV record of a real DNS server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.message
import dns.name
import dns.resolver
import dns.rrset
import pytest
import requests

from skyflytt.errors.connection import PasswordRefused
from skyflytt.errors.mail import AutodiscoverElsewhere, NoMailService
from skyflytt.mail.ews.autodiscover import PATH, found_url, places_of
from skyflytt.mail.ews.tls import context
from tests.mail.ews.scripted import Reply, Scripted
from tests.mail.ews.test_ntlm import pox

DOMAIN = "kund.invalid"
LOGIN = f"anna@{DOMAIN}"
SRV = f"_autodiscover._tcp.{DOMAIN}."
PASSWORD = "hemligt"
RESPONSE = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"


@contextmanager
def name_server(*records: str) -> Iterator[dns.resolver.Resolver]:
    """A DNS server on loopback that knows these SRV records ("priority weight port target") and no other name."""
    answers = dns.rrset.from_text_list(SRV, 60, "IN", "SRV", records) if records else None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                try:
                    data, peer = udp.recvfrom(4096)
                except OSError:
                    return
                if not data:
                    return
                query = dns.message.from_wire(data)
                answer = dns.message.make_response(query)
                if answers is not None and query.question[0].name == dns.name.from_text(SRV):
                    answer.answer.append(answers)
                else:
                    answer.set_rcode(dns.rcode.NXDOMAIN)
                udp.sendto(answer.to_wire(), peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], udp.getsockname()[1]
        yield resolver
        udp.sendto(b"", udp.getsockname())
        thread.join(timeout=5)


@pytest.fixture(autouse=True)
def no_other_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine that runs the tests may ask the whole world; only this machine is wanted."""
    known = socket.getaddrinfo

    def getaddrinfo(host: str, *more: object, **options: object) -> object:
        if host in ("localhost", "127.0.0.1"):
            return known(host, *more, **options)  # type: ignore[arg-type]
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def found(scripted: Scripted, secret: str = PASSWORD, trusted: str | None = "localhost") -> str:
    settings = scripted.settings(url=None, autodiscover=trusted)
    return found_url(settings, LOGIN, secret, context(scripted.ca_file, "autodiscover"))


def with_password(scripted: Scripted) -> list[str]:
    """A guard that lets in who shows any password but a wrong one; the passwords that were shown."""
    shown: list[str] = []

    def guard(handler: object, _: object) -> Reply | None:
        authorization = handler.headers.get("Authorization")  # type: ignore[attr-defined]
        if authorization is None:
            return Reply(b"", 401, {"WWW-Authenticate": 'Basic realm="x"'})
        shown.append(authorization)
        wrong = requests.auth._basic_auth_str(LOGIN, "fel")
        return Reply(b"", 401, {"WWW-Authenticate": 'Basic realm="x"'}) if authorization == wrong else None

    scripted.guard = guard
    return shown


def test_the_srv_record_is_asked_last(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = with_password(scripted)
    scripted.page = Reply(pox(scripted.url).encode())
    with name_server(f"10 5 {scripted.port} localhost.") as resolver:
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        assert found(scripted) == scripted.url
        assert len(shown) == 1
        with pytest.raises(PasswordRefused):
            found(scripted, "fel")
        assert len(shown) == 2


def test_a_host_of_another_domain_is_shown_no_password(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = with_password(scripted)
    with name_server(f"10 5 {scripted.port} localhost.") as resolver:
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        for trusted in (None, "localhost.example"):
            with pytest.raises(AutodiscoverElsewhere, match="it points to localhost"):
                found(scripted, trusted=trusted)
    assert not shown


def test_srv_records_by_priority_and_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    records = ("20 0 443 last.example.", "0 5 443 second.example.", "0 60 8443 first.example.")
    with name_server(*records) as resolver, requests.Session() as session:
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        places = list(places_of(DOMAIN, session))
    assert places == [
        f"https://autodiscover.{DOMAIN}{PATH}",
        f"https://{DOMAIN}{PATH}",
        f"https://first.example:8443{PATH}",
        f"https://second.example{PATH}",
        f"https://last.example{PATH}",
    ]


def test_no_srv_record(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    with name_server() as resolver:
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        with pytest.raises(NoMailService, match="name `url`"):
            found(scripted)


def asked_at(scripted: Scripted, *pages: str) -> tuple[str, list[str]]:
    """What autodiscover finds where these pages come one after another; and where it asked."""
    left, paths = list(pages), list[str]()

    def guard(handler: object, _: object) -> Reply | None:
        paths.append(str(handler.path))  # type: ignore[attr-defined]
        page = left.pop(0)
        return Reply(b"", 302, {"Location": page}) if page.startswith(("http", "/")) else Reply(page.encode())

    scripted.guard = guard
    tls = context(scripted.ca_file, "autodiscover")
    place = scripted.url.replace("/EWS/Exchange.asmx", PATH)
    return found_url(scripted.settings(url=None), LOGIN, PASSWORD, tls, [place]), paths


def account(inner: str) -> str:
    return f'<Autodiscover><Response xmlns="{RESPONSE}"><Account>{inner}</Account></Response></Autodiscover>'


def test_redirects_of_every_kind(scripted: Scripted) -> None:
    address = account("<Action>redirectAddr</Action><RedirectAddr>anna@other.invalid</RedirectAddr>")
    url = account(f"<Action>redirectUrl</Action><RedirectUrl>https://localhost:{scripted.port}/b.xml</RedirectUrl>")
    assert asked_at(scripted, address, url, "/c.xml", pox(scripted.url)) == (
        scripted.url,
        [PATH, PATH, "/b.xml", "/c.xml"],
    )


@pytest.mark.parametrize("page", ["http://localhost/autodiscover.xml", "https://localhost:1/a.xml", "/again"])
def test_redirects_that_are_not_followed(scripted: Scripted, page: str) -> None:
    with pytest.raises(NoMailService):
        asked_at(scripted, *[page] * 20)


def test_the_address_for_the_outside_is_taken(scripted: Scripted) -> None:
    def protocol(kind: str, url: str) -> str:
        return f"<Protocol><Type>{kind}</Type><EwsUrl>{url}</EwsUrl></Protocol>"

    inside, outside = "https://inside.invalid/EWS", "https://outside.invalid/EWS"
    told = account(f"<Action>settings</Action>{protocol('EXCH', inside)}{protocol('EXPR', outside)}")
    assert asked_at(scripted, told)[0] == outside
    told = account(f"<Action>settings</Action>{protocol('EXCH', inside)}{protocol('WEB', 'http://clear.invalid/EWS')}")
    assert asked_at(scripted, told)[0] == inside


def test_the_request_has_no_prefixes(scripted: Scripted) -> None:
    # gromox compares names with their prefixes.
    scripted.page = Reply(pox(scripted.url).encode())
    place = scripted.url.replace("/EWS/Exchange.asmx", PATH)
    tls = context(scripted.ca_file, "autodiscover")
    assert found_url(scripted.settings(url=None), LOGIN, PASSWORD, tls, [place]) == scripted.url
    assert "<Autodiscover " in scripted.bodies[0]
    assert f"<EMailAddress>{LOGIN}</EMailAddress>" in scripted.bodies[0]
