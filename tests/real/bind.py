"""BIND on loopback, as whoever runs the suite: a primary that takes signed updates, and a secondary that lags until it is told.

A resolver of its own, which validates and keeps what it got, can be put before the primary.
"""

from __future__ import annotations

import base64
import contextlib
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.query
import dns.rdatatype
import dns.rrset
import dns.tsig
import dns.xfr
import dns.zone

from tests.real.processes import free_port, running

KEY_NAME = "skyflytt.key"
SECRET = base64.b64encode(b"a key of the suite, 32 bytes long").decode()
SIGNED = re.compile(r" TYPE65534 \\# 5 \w+01$", re.MULTILINE)
"""BIND's own note that it has signed the whole zone; its last byte says so."""
OPTIONS = """
options {{
  directory "{folder}";
  listen-on port {port} {{ 127.0.0.1; }};
  listen-on-v6 {{ none; }};
  pid-file "{folder}/pid";
  session-keyfile "{folder}/session.key";
  managed-keys-directory "{folder}";
  lock-file none;
  notify no;
  {more}
}};
controls {{ }};
key "{key}" {{ algorithm hmac-sha256; secret "{secret}"; }};
"""
PRIMARY = 'zone "{zone}" {{ type primary; file "{zone}.db"; allow-update {{ key "{key}"; }}; allow-transfer {{ key "{key}"; }}; {more} }};\n'
SECONDARY = (
    'zone "{zone}" {{ type secondary; file "{zone}.copy"; primaries port {port} {{ 127.0.0.1 key "{key}"; }}; '
    'allow-transfer {{ key "{key}"; }}; }};\n'
)
HEAD = """$ORIGIN {zone}.
$TTL 3600
@ SOA ns1 hostmaster 2026010101 86400 7200 3600000 300
"""


@dataclass(frozen=True)
class Bind:
    """The ports of both authoritative servers on 127.0.0.1, and the key that they take."""

    primary: int
    secondary: int
    folder: Path
    key_name: str = KEY_NAME
    secret: str = SECRET

    def transfer(self, zone: str, port: int | None = None) -> str:
        """The whole zone as one text, sorted, a record on each line: what is compared byte for byte."""
        found = dns.zone.Zone(dns.name.from_text(zone), relativize=False)
        keyring = dns.tsig.Key(self.key_name, self.secret, "hmac-sha256")
        query, _ = dns.xfr.make_query(found, serial=None, keyring=keyring)
        dns.query.inbound_xfr("127.0.0.1", found, query, port or self.primary, timeout=10)
        return "".join(sorted(f"{line}\n" for line in found.to_text(relativize=False).splitlines()))

    def serial(self, zone: str, port: int) -> int:
        answer = dns.query.tcp(dns.message.make_query(zone, "SOA"), "127.0.0.1", 10, port)
        return int(answer.answer[0][0].serial) if answer.answer else -1

    def catch_up(self, zone: str) -> None:
        """Tell the secondary that there is something new (RFC 1996), and wait until it has it."""
        _wait(lambda: self._notified(zone))

    def _notified(self, zone: str) -> bool:
        serial = self.serial(zone, self.primary)
        if self.serial(zone, self.secondary) == serial:
            return True
        notify = dns.message.make_query(zone, "SOA")
        notify.set_opcode(dns.opcode.NOTIFY)
        notify.flags = dns.opcode.to_flags(dns.opcode.NOTIFY) | dns.flags.AA
        with contextlib.suppress(dns.exception.Timeout):
            dns.query.udp(notify, "127.0.0.1", 2, self.secondary)
        return False


@contextlib.contextmanager
def running_bind(
    named: str, folder: Path, zones: Mapping[str, str], *, signed: frozenset[str] = frozenset()
) -> Iterator[Bind]:
    """`zones` are names with their records as a master file has them, without the SOA; `signed` those that BIND signs itself."""
    bind = Bind(free_port(), free_port(), folder)
    primary, secondary = folder / "primary", folder / "secondary"
    texts = {name: HEAD.format(zone=name) + text for name, text in zones.items()}
    one = _options(primary, bind.primary, "recursion no; dnssec-validation no;")
    two = _options(secondary, bind.secondary, "recursion no; dnssec-validation no; min-refresh-time 86400;")
    for name, text in texts.items():
        (primary / f"{name}.db").write_text(text)
        more = "dnssec-policy default; inline-signing no;" if name in signed else ""
        one += PRIMARY.format(zone=name, key=KEY_NAME, more=more)
        two += SECONDARY.format(zone=name, key=KEY_NAME, port=bind.primary)
    with _named(named, primary, one, bind.primary):
        for name in zones:
            _wait(partial(_is_whole, bind, name, signed=name in signed))
        with _named(named, secondary, two, bind.secondary):
            for name in zones:
                _wait(partial(_has, bind, name))
            yield bind


def _is_whole(bind: Bind, zone: str, *, signed: bool) -> bool:
    """Whether the primary has loaded it, and signed it; a secondary that asked before would not ask again for hours."""
    return bind.serial(zone, bind.primary) > 0 and (not signed or SIGNED.search(bind.transfer(zone)) is not None)


def _has(bind: Bind, zone: str) -> bool:
    return bind.serial(zone, bind.secondary) > 0


@contextlib.contextmanager
def running_resolver(
    named: str, folder: Path, bind: Bind, zones: Mapping[str, str], *, port: int | None = None
) -> Iterator[int]:
    """The port of a resolver that asks `port` (default: the primary) for these zones; their values are trusted keys, or empty."""
    own = free_port()
    text = _options(folder, own, "recursion yes; dnssec-validation yes; minimal-responses no; prefetch 0;")
    for name, key in zones.items():
        text += f'zone "{name}" {{ type forward; forward only; forwarders port {port or bind.primary} {{ 127.0.0.1; }}; }};\n'
        if key:
            text += f'trust-anchors {{ "{name}" static-key {key}; }};\n'
    with _named(named, folder, text, own):
        yield own


def trusted_key(bind: Bind, zone: str) -> str:
    """The zone's key as `trust-anchors` wants it: flags, protocol, algorithm, and the key in quotes."""
    answer = dns.query.tcp(dns.message.make_query(zone, "DNSKEY"), "127.0.0.1", 10, bind.primary)
    flags, protocol, algorithm, key = answer.answer[0][0].to_text().split(" ", 3)
    return f'{flags} {protocol} {algorithm} "{key.replace(" ", "")}"'


def _options(folder: Path, port: int, more: str) -> str:
    folder.mkdir(parents=True)
    return OPTIONS.format(folder=folder, port=port, more=more, key=KEY_NAME, secret=SECRET)


@contextlib.contextmanager
def _named(named: str, folder: Path, config: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    file = folder / "named.conf"
    file.write_text(config)
    with running([named, "-g", "-n", "1", "-c", str(file)], port, folder / "log") as process:
        yield process


def _wait(until: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            raise RuntimeError("the name server did not get there")
        time.sleep(0.05)
