"""The mailboxes at the ends of the roads: Exchange with and without streams, and Dovecot; started once for all tests here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import exchangelib
import pytest
import requests
from exchangelib.protocol import BaseProtocol

from tests.contract.mail_places import Place, dovecot
from tests.faults.ledgers import make_template, quick_folder
from tests.mail.ews.conftest import SECRET, Server, running_exchange, running_without_streams
from tests.mail.roundtrip.legs import Roads, put

__all__ = ["running_exchange", "running_without_streams"]


@pytest.fixture(scope="session")
def roads() -> Iterator[Roads]:
    with quick_folder() as folder:
        (folder / "template").mkdir()
        yield Roads(folder, make_template(folder / "template"))


@pytest.fixture(scope="session")
def imap(tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]) -> Iterator[Place]:
    with dovecot(tmp_path_factory.mktemp("dovecot"), require_debian) as place:
        yield place


@pytest.fixture(scope="session")
def filled(imap: Place) -> str:
    """A mailbox of Dovecot with the whole collection."""
    name = imap.new_mailbox("full")
    with imap.target(name) as box:
        put(box)
    return name


@pytest.fixture
def client(
    running_exchange: Server, running_without_streams: Server
) -> Iterator[Callable[[Server, str], exchangelib.Account]]:
    """An ordinary client's mailbox: exchangelib's, which trusts the certificates here."""
    trusted: dict[str, Path] = {
        server.exchange.url.rpartition("/EWS")[0]: server.exchange.ca_file
        for server in (running_exchange, running_without_streams)
    }

    class Adapter(requests.adapters.HTTPAdapter):
        def get_connection_with_tls_context(self, request, verify, proxies=None, cert=None):  # type: ignore[no-untyped-def]  # noqa: ARG002
            ca_file = next(str(path) for url, path in trusted.items() if request.url.startswith(url))
            return super().get_connection_with_tls_context(request, ca_file, proxies=proxies, cert=cert)

        def cert_verify(self, conn, url, verify, cert) -> None:  # type: ignore[no-untyped-def]  # noqa: ARG002
            ca_file = next(str(path) for known, path in trusted.items() if url.startswith(known))
            super().cert_verify(conn, url, ca_file, cert)

    def account(server: Server, name: str) -> exchangelib.Account:
        exchangelib.close_connections()
        configuration = exchangelib.Configuration(
            service_endpoint=server.exchange.url,
            credentials=exchangelib.Credentials(name, SECRET),
            auth_type=exchangelib.BASIC,
            max_connections=2,
        )
        return exchangelib.Account(name, config=configuration, autodiscover=False, access_type=exchangelib.DELEGATE)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseProtocol, "HTTP_ADAPTER_CLS", Adapter)
        yield account
    exchangelib.close_connections()
