"""A scripted server behind TLS, and settings that trust it."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from skyflytt.project.servers import ImapServer
from tests.mail.imap.scripts import BASE, Settings, Start, follow
from tests.real.scripted_imap import scripted_imap


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def settings(authority: trustme.CA, tmp_path: Path) -> Settings:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return lambda port, security="tls", **more: ImapServer.model_validate(
        {
            "kind": "imap",
            "host": "localhost",
            "port": port,
            "security": security,
            "ca_file": tmp_path / "ca.pem",
            "connections": 1,
        }
        | more
    )


@pytest.fixture
def talking(tls: ssl.SSLContext) -> Start:
    return lambda changes, **options: scripted_imap(follow(BASE | changes), context=tls, **options)
