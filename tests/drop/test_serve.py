"""`skyflytt drop serve`: what it is started with, and what it says."""

from __future__ import annotations

import signal
import socket
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from skyflytt.cli import run
from tests.drop.serving import NOON, Serving, eventually, issue, serving


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("serve")
    issue(made)
    (made / "text").write_text("hej")
    return made


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "--port"),
        (["--port", "70000"], "--port"),
        (["--certificate", "nowhere.pem"], "no PEM certificate can be read"),
        (["--key", "text"], "no PEM key can be read"),
        (["--passive-ports", "9000-8000"], "no range of ports"),
        (["--passive-ports", "many"], "no range of ports"),
        (["--public-address", "example.com"], "no IPv4 address"),
        (["--accounts-dir", "text"], "no folder for accounts"),
        (["--clock-file", "text"], "no hour can be read"),
        (["--clock-file", "nowhere"], "no hour can be read"),
        (["--host", "192.0.2.1"], "nothing can listen there"),
        (["--failed-logins-allowed", "0"], "--failed-logins-allowed"),
        (["--rate-limit", "-1"], "--rate-limit"),
    ],
)
def test_a_bad_option_is_told_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "200")
    given = {"--certificate": "cert.pem", "--accounts-dir": "state", "--port": "0"} if options else {}
    given |= dict(zip(options[::2], options[1::2], strict=True))
    assert run(["drop", "serve", *(word for pair in given.items() for word in pair)]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


@pytest.mark.parametrize(("state", "said"), [("other", "nothing can listen there"), ("state", "another drop server")])
def test_a_port_that_is_taken_and_a_folder_that_is_served_are_told(
    served: Serving, capsys: pytest.CaptureFixture[str], state: str, said: str
) -> None:
    options = ["--certificate", str(served.folder / "cert.pem"), "--accounts-dir", str(served.folder / state)]
    assert run(["drop", "serve", *options, "--port", str(served.port)]) == 2
    assert said in capsys.readouterr().err


def shown(server: Serving) -> Any:
    """The serial number of the certificate that new clients see."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain:
        plain.recv(100)
        plain.sendall(b"AUTH TLS\r\n")
        plain.recv(100)
        with context.wrap_socket(plain) as secured:
            return secured.getpeercert(binary_form=True)


def test_the_certificate_is_watched_and_taken_anew(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.customer()
        with server.connect("norrsken") as client:
            first = shown(server)
            (tmp_path / "cert.pem").write_text("half a certifi")
            server.process.send_signal(signal.SIGHUP)  # type: ignore[union-attr]
            eventually(lambda: "The certificate stays as it was" in server.said, "a bad certificate is told")
            assert shown(server) == first
            issue(tmp_path, not_after=NOON + timedelta(hours=2))
            server.process.send_signal(signal.SIGHUP)  # type: ignore[union-attr]
            eventually(lambda: "A new certificate is shown" in server.said, "the new certificate is told")
            assert shown(server) != first
            assert client.nlst() == []
        eventually(lambda: "before the account norrsken does" in server.said, "the account outlasts the certificate")
        reasons = [entry["reason"] for entry in server.log("certificate")]
        assert any("before the account norrsken does" in reason for reason in reasons)
