"""Where a mailbox's server is, asked of the places of its domain."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from skyflytt.errors.connection import PasswordRefused
from skyflytt.errors.mail import NoMailService
from skyflytt.mail.ews.autodiscover import PATH, found_url
from skyflytt.mail.ews.tls import context
from tests.mail.ews.conftest import SECRET, Server
from tests.real.processes import free_port


def found(server: Server, name: str, secret: str, places: Sequence[str]) -> str:
    settings = server.settings(url=None)
    return found_url(settings, name, secret, context(settings.ca_file, "autodiscover"), places)


def places(server: Server) -> list[str]:
    nobody = f"https://localhost:{free_port()}{PATH}"
    return [
        nobody,
        f"https://127.0.0.1:{server.exchange.port}{PATH}",
        f"https://localhost:{server.exchange.port}{PATH}",
    ]


def test_the_first_place_that_answers_is_believed(server: Server, name: str) -> None:
    # Nobody listens at the first, and the certificate of the second is not its own.
    assert found(server, name, SECRET, places(server)) == server.exchange.url


def test_the_password_is_shown_once(server: Server, name: str) -> None:
    with pytest.raises(PasswordRefused) as caught:
        found(server, name, "fel-hemlighet", places(server) * 2)
    assert "fel-hemlighet" not in str(caught.value)


def test_nobody_knows(server: Server, name: str) -> None:
    with pytest.raises(NoMailService, match="name `url`"):
        found(server, name, SECRET, places(server)[:2])
    with pytest.raises(NoMailService):
        found(server, name, SECRET, [f"https://localhost:{server.exchange.port}/nowhere/autodiscover.xml"])
