"""Signing in by NTLM, against the server's side of pyspnego: once for each connection, and one attempt with a wrong password."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import PasswordRefused, ServerBusy
from skyflytt.mail.ews.autodiscover import PATH, found_url
from skyflytt.mail.ews.tls import context
from tests.contract.mail_messages import big_message, new
from tests.mail.ews.ntlm_server import Ntlm
from tests.mail.ews.scripted import LOGIN, Asked, Reply, Scripted, changes, response, there

INBOX = ("INBOX",)
PASSWORD = "hemligt åäö"


@pytest.fixture
def ntlm(scripted: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ntlm:
    users = tmp_path / "users"
    users.write_text(f":{LOGIN}:{PASSWORD}\nEXAMPLE:service:{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv("NTLM_USER_FILE", str(users))
    scripted.answers["SyncFolderItems"] = lambda _: changes(there("item-1"))
    scripted.guard = Ntlm()
    return scripted.guard


def connections(scripted: Scripted) -> int:
    return len({asked.connection for asked in scripted.asked})


@pytest.mark.parametrize("user", [None, "EXAMPLE\\service"])
def test_a_connection_signs_in_once(scripted: Scripted, ntlm: Ntlm, user: str | None) -> None:
    with scripted.opened(PASSWORD, auth="ntlm", user=user) as mailbox:
        for _ in range(5):
            assert len(mailbox.changes(INBOX, None).entries) == 1
    assert (ntlm.challenges, ntlm.proofs, connections(scripted)) == (1, 1, 1)


def test_each_of_several_connections_signs_in(scripted: Scripted, ntlm: Ntlm) -> None:
    with scripted.opened(PASSWORD, auth="ntlm", connections=3) as mailbox:
        list(mailbox.fetch(INBOX, [f"item-{number}" for number in range(30)]))
    assert ntlm.proofs >= connections(scripted) >= 2


def test_a_wrong_password_is_shown_once(scripted: Scripted, ntlm: Ntlm) -> None:
    with pytest.raises(PasswordRefused) as caught, scripted.opened("fel-hemlighet", auth="ntlm"):
        pass
    assert (ntlm.proofs, scripted.asked) == (1, [])
    assert "fel-hemlighet" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_connection_that_must_sign_in_again(scripted: Scripted, ntlm: Ntlm) -> None:
    ntlm.requests = 3
    with scripted.opened(PASSWORD, auth="ntlm") as mailbox:
        for _ in range(7):
            assert len(mailbox.changes(INBOX, None).entries) == 1
    assert ntlm.proofs > 2


def test_a_connection_that_the_server_closes_between_two_requests(scripted: Scripted, ntlm: Ntlm) -> None:
    scripted.answers["SyncFolderItems"] = lambda _: Reply(changes(there("item-1")).encode(), closes=True)
    with scripted.opened(PASSWORD, auth="ntlm") as mailbox:
        for _ in range(3):
            assert len(mailbox.changes(INBOX, None).entries) == 1
    assert ntlm.proofs == connections(scripted) == 3


def test_a_large_message_as_the_first_request_of_a_connection(scripted: Scripted, ntlm: Ntlm) -> None:
    def upload(asked: Asked) -> str:
        return response("UploadItems", *('<m:ItemId Id="new"/>' for _ in asked.all("m:Items/t:Item")))

    scripted.answers["UploadItems"] = upload
    ntlm.requests = 1  # every request signs in
    with scripted.opened(PASSWORD, auth="ntlm") as mailbox:
        assert mailbox.append(INBOX, [new(big_message(3_000_000))]) == ["new"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"", 401, {"WWW-Authenticate": "NTLM"}),
        Reply(b"", 401, {"WWW-Authenticate": "NTLM bm90IGEgY2hhbGxlbmdl"}),
        Reply(b"", 401, {"WWW-Authenticate": "NTLM !!!"}),
        Reply(b"", 401, {"WWW-Authenticate": 'Basic realm="x"'}),
        Reply(b"", 401),
        Reply(b"", 503, {"Retry-After": "4000"}),
        Reply(b"", 500),
    ],
    ids=["no-challenge", "no-ntlm", "no-base64", "basic", "nothing", "503", "500"],
)
def test_what_may_come_instead_of_a_challenge(
    scripted: Scripted, ntlm: Ntlm, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    ntlm.first = reply
    with pytest.raises(Failure) as caught, scripted.opened(PASSWORD, auth="ntlm"):
        pass
    assert isinstance(caught.value, PasswordRefused if reply.status == 401 and reply.headers else ServerBusy)
    assert ntlm.proofs == 0
    assert "Envelope" not in caplog.text  # what is asked may hold somebody's mail


def test_a_busy_server_after_the_proof(scripted: Scripted, ntlm: Ntlm) -> None:
    ntlm.second = Reply(b"", 503, {"Retry-After": "4000"})
    with pytest.raises(ServerBusy) as caught, scripted.opened(PASSWORD, auth="ntlm"):
        pass
    assert caught.value.retry_after_s == 4000.0


def test_a_server_that_offers_no_ntlm(scripted: Scripted) -> None:
    scripted.guard = lambda *_: Reply(b"", 401, {"WWW-Authenticate": 'Basic realm="x"'})
    with pytest.raises(PasswordRefused), scripted.opened(PASSWORD, auth="ntlm"):
        pass


@pytest.mark.parametrize(("secret", "known"), [(PASSWORD, True), ("fel-hemlighet", False)])
def test_autodiscover(scripted: Scripted, ntlm: Ntlm, secret: str, known: bool) -> None:
    settings = scripted.settings(url=None, auth="ntlm")
    tls = context(scripted.ca_file, "autodiscover")
    place = scripted.url.replace("/EWS/Exchange.asmx", PATH)
    scripted.page = Reply(pox(scripted.url).encode())
    if known:
        assert found_url(settings, LOGIN, secret, tls, [place]) == scripted.url
    else:
        with pytest.raises(PasswordRefused):
            found_url(settings, LOGIN, secret, tls, [place, place])
    assert ntlm.proofs == 1


def pox(url: str) -> str:
    space = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
    protocol = f"<Protocol><Type>EXPR</Type><EwsUrl>{url}</EwsUrl></Protocol>"
    account = f"<Account><AccountType>email</AccountType><Action>settings</Action>{protocol}</Account>"
    outer = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
    return f'<Autodiscover xmlns="{outer}"><Response xmlns="{space}">{account}</Response></Autodiscover>'
