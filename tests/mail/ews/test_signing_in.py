"""Who is let in, by which right, and what is said to whom who is not."""

from __future__ import annotations

import json
import ssl
import urllib.parse
import urllib.request

import pytest

from skyflytt.errors.connection import (
    CertificateNotTrusted,
    HostUnknown,
    PasswordRefused,
    ServerUnreachable,
)
from skyflytt.errors.mail import MailboxDenied, MailboxMissing, NoMailService
from skyflytt.mail.ews import open_ews_source
from skyflytt.sandbox.exchange.faults import Rule
from tests.contract.mail_messages import message, new
from tests.mail.ews.conftest import SECRET, Server
from tests.real.processes import free_port

INBOX = ("INBOX",)


def test_wrong_password_is_tried_once_and_told_nobody(server: Server, name: str) -> None:
    with (
        pytest.raises(PasswordRefused) as caught,
        open_ews_source(server.settings(), name, "fel-hemlighet", server.patience),
    ):
        pass
    assert "fel-hemlighet" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert server.slept == []


def test_the_server_sees_one_attempt(server: Server, name: str) -> None:
    rule = Rule(kind="unauthorized", times=None)
    server.rules(rule)
    with pytest.raises(PasswordRefused), server.source(name):
        pass
    assert [fault["fired"] for fault in server.exchange.faults()] == [1]


def test_certificates(server: Server, name: str) -> None:
    other = server.exchange.ca_file.with_name("other-ca.pem")
    broken = server.exchange.ca_file.with_name("secrets.json")
    for ca_file in (other, None, broken, other.with_name("missing.pem")):
        with pytest.raises(CertificateNotTrusted), server.source(name, ca_file=ca_file):
            pass
    wrong_name = server.exchange.url.replace("localhost", "127.0.0.1")
    with pytest.raises(CertificateNotTrusted), server.source(name, url=wrong_name):
        pass


def test_certificates_whatever_the_environment_says(server: Server, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.exchange.ca_file))
    with pytest.raises(CertificateNotTrusted), server.source(name, ca_file=None):
        pass
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.exchange.ca_file.with_name("other-ca.pem")))
    with server.source(name) as source:
        assert source.folders()


def test_nobody_is_there(server: Server, name: str) -> None:
    with (
        pytest.raises(ServerUnreachable),
        server.source(name, url=f"https://localhost:{free_port()}/EWS/Exchange.asmx"),
    ):
        pass
    with (
        pytest.raises((HostUnknown, ServerUnreachable)),
        server.source(name, url="https://mail.example.invalid/EWS/Exchange.asmx"),
    ):
        pass


def test_another_page_of_the_server(server: Server, name: str) -> None:
    with pytest.raises(NoMailService), server.source(name, url=server.exchange.url.replace("/EWS/", "/owa/")):
        pass


def test_impersonation_and_delegation(server: Server, name: str) -> None:
    with server.target(name, user="EXAMPLE\\service", access="impersonation") as target:
        (ref,) = target.append(INBOX, [new(message(1))])
    with server.source(name) as source:
        assert [entry.ref for entry in source.changes(INBOX, None).entries] == [ref]
    with server.target("info@exchange.example", user=name, access="delegation") as shared:
        assert shared.folders()
    with server.source(name) as source:
        assert len(source.changes(INBOX, None).entries) == 1


def test_rights_that_are_missing(server: Server, name: str) -> None:
    with pytest.raises(MailboxDenied), server.source(server.new(), user=name, access="impersonation"):
        pass
    with pytest.raises(MailboxDenied), server.source(server.new(), user=name, access="delegation"):
        pass
    for access in ("impersonation", "delegation"):
        with (
            pytest.raises(MailboxMissing),
            server.source("nobody@exchange.example", user="EXAMPLE\\service", access=access),
        ):
            pass


def test_tokens(server: Server, name: str) -> None:
    token = _token(server, name)
    with open_ews_source(server.settings(auth="oauth"), name, token, server.patience) as source:
        assert source.folders()
    with (
        pytest.raises(PasswordRefused),
        open_ews_source(server.settings(auth="oauth"), name, "x" + token, server.patience),
    ):
        pass


def test_an_application_fetches_its_token(server: Server, name: str) -> None:
    settings = server.settings(auth="oauth", client_id=name, token_url=_token_url(server))
    with open_ews_source(settings, name, SECRET, server.patience) as source:
        assert source.folders()
    with pytest.raises(PasswordRefused) as caught, open_ews_source(settings, name, "fel-hemlighet", server.patience):
        pass
    assert "fel-hemlighet" not in str(caught.value)


def _token_url(server: Server) -> str:
    return server.exchange.url.replace("/EWS/Exchange.asmx", "/any/oauth2/v2.0/token")


def _token(server: Server, login: str) -> str:
    form = {"grant_type": "client_credentials", "client_id": login, "client_secret": SECRET, "scope": "any"}
    request = urllib.request.Request(_token_url(server), data=urllib.parse.urlencode(form).encode())
    trust = ssl.create_default_context(cafile=str(server.exchange.ca_file))
    with urllib.request.urlopen(request, context=trust) as answer:
        return str(json.loads(answer.read())["access_token"])
