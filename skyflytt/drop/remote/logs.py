"""Downloads in the logs of FTP servers: proftpd's in the form that its settings for drops prescribe, vsftpd's own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from skyflytt.drop.keeper import Fetch

PROFTPD = re.compile(
    r"(?P<at>\d+) (?P<address>\S+) (?P<account>\S+) RETR (?P<status>\w+) (?P<size>\d+|-) (?P<offset>\d+|-) (?P<bytes>\d+|-) (?P<path>/.*)"
)
"""LogFormat "%{%s}t %a %u %m %{transfer-status} %{file-size} %{file-offset} %b %f"; the path is the server's own."""
VSFTPD = re.compile(
    r"(?P<at>\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}) \[pid \d+\] \[(?P<account>[^\]]*)\] (?P<status>OK|FAIL) DOWNLOAD: "
    r'Client "(?P<address>[^"]*)", "(?P<path>.*)", (?P<bytes>\d+) bytes, [\d.]+Kbyte/sec'
)
"""vsftpd.log with use_localtime=NO; the path is the one below the account's root, each odd byte a question mark."""


def proftpd_fetches(lines: Iterable[str], account: str, home: str) -> Iterator[Fetch]:
    """`home` is the account's root in the server's own paths."""
    for line in lines:
        found = PROFTPD.fullmatch(line)
        if found is None or found["account"] != account or not found["path"].startswith(f"{home}/"):
            continue
        sent, offset = _number(found["bytes"]), _number(found["offset"])
        whole = found["status"] == "success" and offset + sent == _number(found["size"])
        at = datetime.fromtimestamp(int(found["at"]), UTC)
        yield Fetch(at, found["path"][len(home) + 1 :], sent, whole, found["address"])


def vsftpd_fetches(
    lines: Iterable[str], account: str, names: Callable[[], Iterable[str]] = lambda: ()
) -> Iterator[Fetch]:
    """`names` gives the paths that the account's root holds, asked once where a logged one lost letters. One that could be
    several of them stays as it was logged."""
    shown: dict[str, list[str]] | None = None
    for line in lines:
        found = VSFTPD.fullmatch(line)
        if found is None or found["account"] != account:
            continue
        path = found["path"].lstrip("/")
        if "?" in path:
            shown = _as_logged(names()) if shown is None else shown
            path = shown[path][0] if len(shown.get(path, ())) == 1 else path
        at = datetime.strptime(found["at"], "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        yield Fetch(at, path, int(found["bytes"]), found["status"] == "OK", found["address"])


def _as_logged(names: Iterable[str]) -> dict[str, list[str]]:
    """How vsftpd writes each path down."""
    logged: dict[str, list[str]] = defaultdict(list)
    for name in names:
        raw = name.encode("utf-8", "surrogateescape")
        logged["".join(chr(byte) if 32 <= byte < 127 else "?" for byte in raw)].append(name)
    return logged


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
