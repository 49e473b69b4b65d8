"""A mailbox's address as people write it, and the adapter that opens it. A new kind of mailbox is a line in `KINDS`.

`imaps://anna@mail.example.com`; what else a server's settings have stands behind a question mark, under the names that it has in the
project file: `ews+https://anna@example.com@mail.example.com/EWS/Exchange.asmx?auth=ntlm`. Secrets are never part of an address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from skyflytt.errors.mail import AddressWrong
from skyflytt.mail.ews import Patience, open_ews, open_ews_source
from skyflytt.mail.graph import open_graph_mailbox, open_graph_source
from skyflytt.mail.imap import open_imap, open_imap_source
from skyflytt.mail.isolating import isolating_source, isolating_target
from skyflytt.mail.maildir import open_maildir, open_maildir_source
from skyflytt.mail.port import MailSource, MailTarget
from skyflytt.mail.pst import open_pst_files
from skyflytt.project.servers import EwsServer, GraphServer, ImapServer
from skyflytt.project.url import (
    UrlWrong,
    local_path,
    login_of,
    options_of,
    port_of,
    presentable,
    scheme_of,
    settings,
    split,
)

Tell = Callable[[str], None]
"""Told a sentence when the server makes us wait."""
OpenSource = Callable[[str, Tell], AbstractContextManager[MailSource]]
OpenTarget = Callable[[str, Tell], AbstractContextManager[MailTarget]]
"""Given the secret ("" where there is none)."""
EWS_PATH = "/EWS/Exchange.asmx"
EXAMPLE = "imaps://anna@mail.example.com"


@dataclass(frozen=True, slots=True)
class Address:
    """`shown` is the address without its options; `account` (login@host) is what its secret is asked for by, None for files.

    `other_stores` are what else the same account may have, by the value of `store` that opens it. `open_target` is None for what
    can only be read.
    """

    shown: str
    kind: str
    open_source: OpenSource
    open_target: OpenTarget | None
    account: str | None = None
    host: str | None = None
    ca_file: Path | None = None
    other_stores: Mapping[str, OpenSource] = field(default_factory=dict)


def address(text: str, ca_file: Path | None = None) -> Address:
    """The address that `text` is; `ca_file` holds where it names none. Raises `AddressWrong`, which never repeats a password."""
    scheme = scheme_of(text)
    if scheme not in KINDS:
        raise AddressWrong(presentable(text), f"{scheme or 'nothing'} is none of {', '.join(KINDS)}")
    try:
        return KINDS[scheme](text, ca_file)
    except UrlWrong as error:
        raise AddressWrong(presentable(text), str(error)) from None


def pair(source: str, target: str, ca_file: Path | None = None) -> tuple[Address, Address, OpenTarget]:
    """Both ends of a move, and how the target is opened to write. Raises `AddressWrong`."""
    old, new = address(source, ca_file), address(target, ca_file)
    if new.open_target is None:
        raise AddressWrong(
            new.shown, "no message is added to a PST file; fetch into an archive, and `skyflytt pst write` writes one"
        )
    if old.shown == new.shown:
        raise AddressWrong(new.shown, "source and target are the same mailbox")
    return old, new, new.open_target


def _imap(text: str, ca_file: Path | None, security: str) -> Address:
    url, options = split(text), options_of(text, ca_file)
    if url.path not in ("", "/"):
        raise UrlWrong("nothing comes after the host but its port: all folders are meant")
    given = {"kind": "imap", "host": url.hostname, "security": security, **port_of(url), **options}
    server = settings(ImapServer, given)
    login = login_of(url, EXAMPLE)
    return Address(
        f"{url.scheme}://{login}@{server.host}:{server.port}",
        "imap",
        lambda secret, _: open_imap_source(server, login, secret),
        lambda secret, _: isolating_target(open_imap(server, login, secret)),
        f"{login}@{server.host}",
        server.host,
        server.ca_file,
    )


def _ews(text: str, ca_file: Path | None) -> Address:
    url, options = split(text), options_of(text, ca_file)
    service = f"https://{url.netloc.rpartition('@')[2]}{url.path if url.path != '/' else ''}"
    address_of_service = service if url.path[1:] else service + EWS_PATH
    server = settings(EwsServer, {"kind": "ews", "url": address_of_service, **options})
    login = login_of(url, EXAMPLE)

    def opened(store: EwsServer) -> OpenSource:
        return lambda secret, tell: isolating_source(open_ews_source(store, login, secret, Patience(tell=tell)))

    others = [store for store in ("archive", "public") if server.store == "primary"]
    return Address(
        f"{url.scheme}://{login}@{(server.url or '').removeprefix('https://')}{_store_shown(server)}",
        "ews",
        opened(server),
        lambda secret, tell: isolating_target(open_ews(server, login, secret, Patience(tell=tell)), reads_apart=True),
        f"{server.user or login}@{url.hostname}",
        url.hostname,
        server.ca_file,
        {store: opened(server.model_copy(update={"store": store})) for store in others},
    )


def _store_shown(server: EwsServer) -> str:
    return "" if server.store == "primary" else f"?store={server.store}"


def _graph(text: str, ca_file: Path | None) -> Address:
    """The tenant stands where others have a host; it is no address that anything connects to."""
    url, options = split(text), options_of(text, ca_file)
    if url.path not in ("", "/") or url.port is not None:
        raise UrlWrong("nothing comes after the tenant but a question mark and its `client_id`")
    server = settings(GraphServer, {"kind": "graph", "tenant": url.hostname, **options})
    login = login_of(url, "graph://anna@example.com@example.onmicrosoft.com")

    def source(secret: str, tell: Tell) -> AbstractContextManager[MailSource]:
        return isolating_source(open_graph_source(server, login, secret, Patience(tell=tell)))

    def target(secret: str, tell: Tell) -> AbstractContextManager[MailTarget]:
        return isolating_target(open_graph_mailbox(server, login, secret, Patience(tell=tell)), reads_apart=True)

    return Address(
        f"graph://{login}@{server.tenant}", "graph", source, target, f"{login}@{server.tenant}", None, server.ca_file
    )


def _maildir(text: str, _: Path | None) -> Address:
    path = local_path(text)
    return Address(f"maildir:{path}", "maildir", lambda *_: open_maildir_source(path), lambda *_: open_maildir(path))


def _pst(text: str, _: Path | None) -> Address:
    path = local_path(text)
    return Address(f"pst:{path}", "pst", lambda *_: open_pst_files(path), None)


KINDS: dict[str, Callable[[str, Path | None], Address]] = {
    "imaps": lambda text, ca_file: _imap(text, ca_file, "tls"),
    "imap+starttls": lambda text, ca_file: _imap(text, ca_file, "starttls"),
    "ews+https": _ews,
    "graph": _graph,
    "maildir": _maildir,
    "pst": _pst,
}
