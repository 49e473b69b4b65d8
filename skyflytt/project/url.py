"""Addresses as people write them on a command line: `SCHEME://LOGIN@HOST:PORT/PATH?OPTION=…`, the options being a server's settings.

Secrets are never part of an address, and nothing here repeats one that was written into it by mistake.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pydantic import ValidationError

from skyflytt.project.part import Part

_USER_INFO = re.compile(r"//(.*)@", re.DOTALL)
_PATH = re.compile(r"[^:]*:(?://(?=/))?(.+)", re.DOTALL)
ServerSettings = TypeVar("ServerSettings", bound=Part)


class UrlWrong(ValueError):
    """Why an address cannot be used, in words that go on after "the address … ": nothing of a password."""


def presentable(text: str) -> str:
    """`text` without what may be a secret: what stands between a colon and the @, and all options."""
    found = _USER_INFO.search(text)
    if found and ":" in found[1]:
        return f"{text[: found.start(1)]}{found[1].partition(':')[0]}:…@{text[found.end() :]}".partition("?")[0]
    return text.partition("?")[0]


def scheme_of(text: str) -> str:
    """Lower case; "" where there is none."""
    return text.partition(":")[0].lower()


def split(text: str) -> SplitResult:
    """The parts of an address at a server. Raises `UrlWrong` for what is none, and for one with a password in it."""
    found = _USER_INFO.search(text.partition("?")[0])
    if found and ":" in found[1]:
        raise UrlWrong("it carries a password, which is now in this shell's history: change it")
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        # The library's own words repeat what it could not read, which may be half a password.
        raise UrlWrong("what stands after the host is no port from 1 to 65535") from None
    if not url.hostname or url.fragment:
        raise UrlWrong("it names no host" if not url.hostname else "a # ends what it says")
    return url


def login_of(url: SplitResult, example: str) -> str:
    """Who signs in. Raises `UrlWrong` where nobody is named; `example` shows how."""
    if not url.username:
        raise UrlWrong(f"no login stands before the host, as in {example}")
    return unquote(url.username)


def port_of(url: SplitResult) -> dict[str, str]:
    """The port as a setting; none where the address leaves it to the protocol."""
    return {"port": str(url.port)} if url.port is not None else {}


def options_of(text: str, ca_file: Path | None) -> dict[str, str]:
    """What stands behind the question mark; `ca_file` holds where it names none."""
    given = {"ca_file": str(ca_file)} if ca_file else {}
    return given | dict(parse_qsl(urlsplit(text).query, keep_blank_values=True))


def settings(model: type[ServerSettings], given: dict[str, Any]) -> ServerSettings:
    """A server's settings as the project file checks them. Raises `UrlWrong`."""
    try:
        return model.model_validate_strings(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UrlWrong(f"{where}: {first['msg']}" if where else first["msg"]) from None


def local_path(text: str) -> Path:
    """`maildir:///var/mail/anna`, or relative to the working directory: `maildir:anna`."""
    found = _PATH.fullmatch(text)
    if found is None or found[1].startswith("//"):
        raise UrlWrong("write three slashes before a path from the top, or none before one from here")
    return Path(unquote(found[1])).expanduser().absolute()
