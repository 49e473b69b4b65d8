"""What can be wrong with a mailbox or its server, and how each command says so."""

from __future__ import annotations

import json
import ssl
from pathlib import Path

import pytest

from skyflytt.cli import run
from tests.cli.mail.conftest import Server, fill, message
from tests.contract.mail_places import Place, make_certificates
from tests.real.scripted_imap import scripted_imap

pytestmark = pytest.mark.real
COMMANDS = ("probe", "fetch", "sync", "compare")


def command(name: str, url: str, tmp_path: Path) -> list[str]:
    """The command with `url` as its first mailbox."""
    for part in ("cur", "new", "tmp"):
        (tmp_path / "other" / part).mkdir(parents=True, exist_ok=True)
    other = f"maildir:{tmp_path / 'other'}"
    return {
        "probe": ["mail", "probe", url],
        "fetch": ["mail", "fetch", url, str(tmp_path / "a.skymail")],
        "sync": ["mail", "sync", url, other, "--ledger", str(tmp_path / "l.sqlite")],
        "compare": ["mail", "compare", url, other],
    }[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_wrong_password_is_tried_once(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    certificates = make_certificates(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.certificate, certificates.key)

    def answer(tag: bytes, rest: bytes) -> bytes:
        if rest.upper().startswith(b"CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n" + tag + b" OK done\r\n"
        return tag + b" NO [AUTHENTICATIONFAILED] no such account\r\n"

    monkeypatch.setenv("SKYFLYTT_SECRET_SOURCE", "wr0ng")
    with scripted_imap(answer, context=context) as server:
        url = f"imaps://anna@localhost:{server.port}?ca_file={certificates.ca}"
        assert run(command(name, url, tmp_path)) == 1
        tries = [line for line in server.lines if b"LOGIN" in line.upper() or b"AUTHENTICATE" in line.upper()]
    assert len(tries) == 1
    said = capsys.readouterr().err
    assert "The server refused the sign-in of anna" in said
    assert "wr0ng" not in said
    assert not (tmp_path / "a.skymail").exists()
    assert not (tmp_path / "l.sqlite").exists()


def test_at_a_real_server_too(
    new: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKYFLYTT_SECRET_SOURCE", "wr0ng")
    assert run(command("probe", new.url(new.place.new_mailbox("full")), tmp_path)) == 1
    assert "connection.password-refused" in capsys.readouterr().err


def test_a_wrong_password_at_the_target(
    new: Server, tmp_path: Path, maildirs: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKYFLYTT_SECRET_TARGET", "wr0ng")
    source = f"maildir:{tmp_path / maildirs.new_mailbox('full')}"
    target = new.url(new.place.new_mailbox("full"))
    assert run(["mail", "sync", source, target, "--ledger", str(tmp_path / "l.sqlite")]) == 1
    assert "connection.password-refused" in capsys.readouterr().err
    assert not (tmp_path / "l.sqlite").exists()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_server_that_does_not_answer(
    name: str, tmp_path: Path, closed_port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKYFLYTT_SECRET_SOURCE", "x")
    assert run(command(name, f"imaps://anna@localhost:{closed_port}", tmp_path)) == 75
    assert "connection.unreachable" in capsys.readouterr().err


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls", "ews+https"])
def test_an_unknown_host(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name that does not exist needs a person; a resolver that is away is tried again."""
    monkeypatch.setenv("SKYFLYTT_SECRET_SOURCE", "x")
    status = run(command("probe", f"{scheme}://anna@mail.example.invalid", tmp_path))
    said = capsys.readouterr().err
    assert (status, "connection.host-unknown" in said, "connection.unreachable" in said) in {
        (1, True, False),
        (75, False, True),
    }
    assert "mail.example.invalid" in said


@pytest.mark.parametrize("how", ["machine's", "option", "address"])
def test_an_untrusted_certificate(
    how: str, new: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKYFLYTT_SECRET_SOURCE", new.place.secret)
    url, other = new.url(new.place.new_mailbox("full")).partition("?")[0], new.place.other_ca
    given = {"machine's": [url], "option": [url, "--ca-file", str(other)], "address": [f"{url}?ca_file={other}"]}
    assert run(["mail", "probe", *given[how]]) == 1
    assert "connection.certificate-not-trusted" in capsys.readouterr().err


def test_a_certificate_named_by_option(
    new: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKYFLYTT_SECRET_SOURCE", new.place.secret)
    url = new.url(new.place.new_mailbox("full")).partition("?")[0]
    assert run(["mail", "probe", url, "--ca-file", str(new.place.servers["tls"].ca_file)]) == 0
    assert "IMAP: works" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_a_mailbox_that_is_not_there(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command(name, f"maildir:{tmp_path / 'nobody'}", tmp_path)) == 1
    assert "mail.mailbox-missing" in capsys.readouterr().err
    assert not (tmp_path / "nobody").exists()


def test_no_mailbox_at_the_target(tmp_path: Path, maildirs: Place, capsys: pytest.CaptureFixture[str]) -> None:
    source = maildirs.new_mailbox("full")
    fill(maildirs, source, {("INBOX",): [message(1)]})
    target = f"maildir:{tmp_path / 'nobody'}"
    assert run(["mail", "sync", f"maildir:{tmp_path / source}", target, "--ledger", str(tmp_path / "l")]) == 1
    assert "mail.mailbox-missing" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_no_pst_and_no_address(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.pst").write_bytes(b"PK\3\4" * 200)
    assert run(command(name, f"pst:{tmp_path / 'a.pst'}", tmp_path)) == 2
    assert "outlook.not-a-pst" in capsys.readouterr().err
    assert run(command(name, "anna@example.com", tmp_path)) == 2
    assert "mail.address-wrong" in capsys.readouterr().err


def test_the_secret_of_the_account_comes_before_that_of_the_side(
    new: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    login, secrets = new.place.new_mailbox("full"), tmp_path / "secrets.json"
    secrets.write_text(json.dumps({f"{login}@localhost": new.place.secret, "source": "wr0ng"}))
    url = new.url(login)
    assert run(["mail", "probe", url, "--secrets-file", str(secrets)]) == 1
    assert "secrets.file-unusable" in capsys.readouterr().err
    secrets.chmod(0o600)
    assert run(["mail", "probe", url, "--secrets-file", str(secrets)]) == 0
    monkeypatch.setenv("SKYFLYTT_SECRETS_FILE", str(secrets))
    assert run(["mail", "probe", url]) == 0


def test_without_a_secret(new: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mail", "probe", new.url(new.place.new_mailbox("full"))]) == 1
    said = capsys.readouterr().err
    assert "SKYFLYTT_SECRET_SOURCE" in said
    assert "_LOCALHOST" in said
