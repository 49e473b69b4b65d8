"""A mailbox's address as people write it, and the adapter that opens it. A new kind of mailbox is a line in `KINDS`.

`imaps://anna@mail.example.com`; what else a server's settings have stands behind a question mark, under the names that it has in the
project file: `ews+https://anna@example.com@mail.example.com/EWS/Exchange.asmx?auth=ntlm`. Secrets are never part of an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pydantic import ValidationError

from skyflytt.errors.mail import AddressWrong
from skyflytt.mail.ews import Patience, open_ews, open_ews_source
from skyflytt.mail.imap import open_imap, open_imap_source
from skyflytt.mail.maildir import open_maildir, open_maildir_source
from skyflytt.mail.port import MailSource, MailTarget
from skyflytt.mail.pst import open_pst_source
from skyflytt.project.part import Part
from skyflytt.project.servers import EwsServer, ImapServer

Tell = Callable[[str], None]
"""Told a sentence when the server makes us wait."""
OpenSource = Callable[[str, Tell], AbstractContextManager[MailSource]]
OpenTarget = Callable[[str, Tell], AbstractContextManager[MailTarget]]
"""Given the secret ("" where there is none)."""
EWS_PATH = "/EWS/Exchange.asmx"
_USER_INFO = re.compile(r"//(.*)@", re.DOTALL)
_PATH = re.compile(r"[^:]*:(?://(?=/))?(.+)", re.DOTALL)
ServerSettings = TypeVar("ServerSettings", bound=Part)


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
    scheme = text.partition(":")[0].lower()
    if scheme not in KINDS:
        raise AddressWrong(presentable(text), f"{scheme or 'nothing'} is none of {', '.join(KINDS)}")
    return KINDS[scheme](text, ca_file)


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


def presentable(text: str) -> str:
    """`text` without what may be a secret: what stands between a colon and the @, and all options."""
    found = _USER_INFO.search(text)
    if found and ":" in found[1]:
        return f"{text[: found.start(1)]}{found[1].partition(':')[0]}:…@{text[found.end() :]}".partition("?")[0]
    return text.partition("?")[0]


def _imap(text: str, ca_file: Path | None, security: str) -> Address:
    url, options = _url(text), _options(text, ca_file)
    if url.path not in ("", "/"):
        raise AddressWrong(presentable(text), "nothing comes after the host but its port: all folders are meant")
    given = {"kind": "imap", "host": url.hostname, "security": security, **_port(url), **options}
    server = _settings(ImapServer, text, given)
    login = _login(text, url)
    return Address(
        f"{url.scheme}://{login}@{server.host}:{server.port}",
        "imap",
        lambda secret, _: open_imap_source(server, login, secret),
        lambda secret, _: open_imap(server, login, secret),
        f"{login}@{server.host}",
        server.host,
        server.ca_file,
    )


def _ews(text: str, ca_file: Path | None) -> Address:
    url, options = _url(text), _options(text, ca_file)
    service = f"https://{url.netloc.rpartition('@')[2]}{url.path if url.path != '/' else ''}"
    server = _settings(
        EwsServer, text, {"kind": "ews", "url": service if url.path[1:] else service + EWS_PATH, **options}
    )
    login = _login(text, url)

    def opened(settings: EwsServer) -> OpenSource:
        return lambda secret, tell: open_ews_source(settings, login, secret, Patience(tell=tell))

    others = [store for store in ("archive", "public") if server.store == "primary"]
    return Address(
        f"{url.scheme}://{login}@{(server.url or '').removeprefix('https://')}{_store_shown(server)}",
        "ews",
        opened(server),
        lambda secret, tell: open_ews(server, login, secret, Patience(tell=tell)),
        f"{server.user or login}@{url.hostname}",
        url.hostname,
        server.ca_file,
        {store: opened(server.model_copy(update={"store": store})) for store in others},
    )


def _store_shown(server: EwsServer) -> str:
    return "" if server.store == "primary" else f"?store={server.store}"


def _maildir(text: str, _: Path | None) -> Address:
    path = _path(text)
    return Address(f"maildir:{path}", "maildir", lambda *_: open_maildir_source(path), lambda *_: open_maildir(path))


def _pst(text: str, _: Path | None) -> Address:
    path = _path(text)
    return Address(f"pst:{path}", "pst", lambda *_: open_pst_source(path), None)


KINDS: dict[str, Callable[[str, Path | None], Address]] = {
    "imaps": lambda text, ca_file: _imap(text, ca_file, "tls"),
    "imap+starttls": lambda text, ca_file: _imap(text, ca_file, "starttls"),
    "ews+https": _ews,
    "maildir": _maildir,
    "pst": _pst,
}


def _url(text: str) -> SplitResult:
    """Raises `AddressWrong` for what is no address, and for one with a password in it."""
    found = _USER_INFO.search(text.partition("?")[0])
    if found and ":" in found[1]:
        raise AddressWrong(presentable(text), "it carries a password, which is now in this shell's history: change it")
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        # The library's own words repeat what it could not read, which may be half a password.
        raise AddressWrong(presentable(text), "what stands after the host is no port from 1 to 65535") from None
    if not url.hostname or url.fragment:
        raise AddressWrong(presentable(text), "it names no host" if not url.hostname else "a # ends what it says")
    return url


def _login(text: str, url: SplitResult) -> str:
    if not url.username:
        raise AddressWrong(presentable(text), "no login stands before the host, as in imaps://anna@mail.example.com")
    return unquote(url.username)


def _port(url: SplitResult) -> dict[str, str]:
    return {"port": str(url.port)} if url.port is not None else {}


def _options(text: str, ca_file: Path | None) -> dict[str, str]:
    given = {"ca_file": str(ca_file)} if ca_file else {}
    return given | dict(parse_qsl(urlsplit(text).query, keep_blank_values=True))


def _settings(model: type[ServerSettings], text: str, given: dict[str, Any]) -> ServerSettings:
    try:
        return model.model_validate_strings(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise AddressWrong(presentable(text), f"{where}: {first['msg']}" if where else first["msg"]) from None


def _path(text: str) -> Path:
    """`maildir:///var/mail/anna`, or relative to the working directory: `maildir:anna`."""
    found = _PATH.fullmatch(text)
    if found is None or found[1].startswith("//"):
        raise AddressWrong(text, "write three slashes before a path from the top, or none before one from here")
    return Path(unquote(found[1])).expanduser().absolute()
