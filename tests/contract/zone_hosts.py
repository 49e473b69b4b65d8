"""The hosts that the contract of `ZoneHost` runs over. A new adapter is one function here."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from skyflytt.dns.hosts import open_host
from skyflytt.dns.hosts.open import origin_of
from skyflytt.dns.hosts.pace import Pace
from skyflytt.dns.hosts.rfc2136 import open_rfc2136
from skyflytt.dns.hosts.route53_sets import entries
from skyflytt.dns.port import ZoneHost
from skyflytt.dns.zone import Change, RecordSet
from skyflytt.project.domains import CustomerDomain
from skyflytt.project.load import load_project
from skyflytt.project.model import Project
from skyflytt.project.secret_keys import variable_of
from skyflytt.project.secrets import EnvironmentSecrets
from skyflytt.project.servers import Rfc2136Server
from tests.real import cloudflare_simulator, loopia_simulator, route53_moto
from tests.real.bind import running_bind
from tests.real.cloudflare_simulator import running_cloudflare
from tests.real.knot import running_knot
from tests.real.loopia_simulator import running_loopia
from tests.real.route53_moto import running_route53

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "project.yaml"
ZONES = tuple(f"z{number}.åskbygg.example" for number in range(18))
"""Names of which DNS has another form. Each test has its own zone."""
Require = Callable[..., str]
Seed = tuple[RecordSet, ...]
DKIM = '"v=DKIM1; k=rsa; p={}" "{}"'.format("A" * 230, "B" * 162)
UTF8 = '"sk\\195\\165p; with \\"quotes\\" and \\\\ backslash"'


def seed(origin: str) -> Seed:
    """What every host can hold: long texts, semicolons, quotes, wildcards, underscores, names of other alphabets, a delegation."""

    def one(name: str, kind: str, *values: str, ttl_s: int = 3600) -> RecordSet:
        return RecordSet(f"{name}.{origin}" if name else origin, kind, ttl_s, tuple(sorted(values)))

    return tuple(
        sorted(
            (
                one("", "MX", "10 mx1.old.example.", "20 mx2.old.example."),
                one("", "TXT", '"v=spf1 include:spf.old.example -all"', UTF8),
                one("", "CAA", '0 issue "letsencrypt.org"', '0 issuewild ";"'),
                one("", "A", "192.0.2.10"),
                one("*", "A", "192.0.2.99"),
                one("www", "CNAME", f"web.{origin}"),
                one("web", "A", "192.0.2.10", "192.0.2.11", ttl_s=600),
                one("web", "AAAA", "2001:db8::10"),
                one("autodiscover", "CNAME", "autodiscover.old.example."),
                one("_dmarc", "TXT", '"v=DMARC1; p=none; rua=mailto:dmarc@old.example"'),
                one("s1._domainkey", "TXT", DKIM),
                one("_imaps._tcp", "SRV", "0 1 993 imap.old.example."),
                one("_sip._tls", "SRV", "0 0 0 ."),
                one("_25._tcp.mx", "TLSA", f"3 1 1 {'ab' * 32}"),
                one("xn--bcker-gra", "A", "192.0.2.12"),
                one("deep.er.down", "TXT", '"here"'),
                one("branch", "NS", "ns1.branch.example.", "ns2.branch.example."),
            )
        )
    )


@dataclass
class Place:
    """One adapter with its server. `put` is somebody else's change behind our back; `now` is the time that hosts are paced by.

    Where a fault cannot be made, its switch is None: `lose` lets the host say yes and do nothing, `busy` has it ask to wait.
    """

    settings: dict[str, Any]
    secret: str | None
    zones: Iterator[str]
    make_zone: Callable[[str, Seed], None]
    put: Callable[[str, Change], None]
    time: Minutes
    domain_fields: dict[str, Any]
    lose: Callable[[bool], None] | None = None
    busy: Callable[[], None] | None = None
    kill_midway: Callable[[], None] | None = None
    keeps_strings: bool = True
    """Texts come back cut as they were sent."""
    knows_secrets: bool = True

    def new_zone(self) -> str:
        name = next(self.zones)
        self.make_zone(name, seed(origin_of(name)))
        return name

    def open(self, name: str, secret: str | None = None, **more: Any) -> ZoneHost:
        project = _project(self.settings | more, name, self.domain_fields)
        value = self.secret if secret is None else secret
        secrets = EnvironmentSecrets({variable_of("servers.dns"): value} if value else {})

        def pace(_kind: str, _account: str, calls: int | None) -> Pace:
            return Pace(calls, self.time.monotonic, self.time.sleep)

        return open_host(project, project.domains[0], secrets, paces=pace)


class Minutes:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


@cache
def _example() -> Project:
    return load_project(EXAMPLE)


def _project(settings: dict[str, Any], name: str, fields: dict[str, Any]) -> Project:
    domain = CustomerDomain.model_validate({"name": name, "host": "dns", **fields})
    data = _example().model_dump(mode="python")
    servers = {**data["servers"], "dns": settings}
    return Project.model_validate({**data, "servers": servers, "domains": (domain.model_dump(),)}, strict=False)


def _nothing(_name: str, _sets: Seed) -> None:
    """The server was started with all zones."""


def _texts() -> dict[str, str]:
    """Master files without an SOA, by the zones' names in DNS."""
    lines = "@ NS ns1\n@ NS ns2\nns1 A 127.0.0.1\nns2 A 127.0.0.2\n"
    files = {}
    for name in ZONES:
        origin = origin_of(name)
        records = [f"{one.name} {one.ttl_s} IN {one.type} {value}\n" for one in seed(origin) for value in one.values]
        files[origin.removesuffix(".")] = lines + "".join(records) + "private TYPE65280 \\# 2 0102\n"
    return files


def _by_update(settings: Rfc2136Server, secret: str) -> Callable[[str, Change], None]:
    def put(name: str, change: Change) -> None:
        host = open_rfc2136(origin_of(name), settings, secret)
        now = host.read()
        if now.find(*change.key) != change.after:
            host.change([Change(now.find(*change.key), change.after)], now)

    return put


@contextlib.contextmanager
def bind(base: Path, require: Require) -> Iterator[Place]:
    with running_bind(require("bind9", binary="named"), base, _texts()) as server:
        settings = {"kind": "rfc2136", "host": "localhost", "port": server.primary, "key_name": server.key_name}
        put = _by_update(Rfc2136Server.model_validate(settings), server.secret)
        yield Place(settings, server.secret, iter(ZONES), _nothing, put, Minutes(), {})


@contextlib.contextmanager
def knot(base: Path, require: Require) -> Iterator[Place]:
    head = "$ORIGIN {0}.\n$TTL 3600\n@ SOA ns1 hostmaster 1 3600 600 86400 300\n"
    files = {f"{name}.": head.format(name) + text for name, text in _texts().items()}
    with running_knot(require, base / "knot", files) as server:
        settings = {"kind": "rfc2136", "host": "127.0.0.1", "port": server.port, "key_name": server.key_name}
        put = _by_update(Rfc2136Server.model_validate(settings), server.secret)
        yield Place(settings, server.secret, iter(ZONES), _nothing, put, Minutes(), {})


@contextlib.contextmanager
def by_hand(base: Path, require: Require) -> Iterator[Place]:
    """The name servers show no whole zone; the person is somebody with the server's key."""
    with running_bind(require("bind9", binary="named"), base, _texts()) as server:
        keyed = Rfc2136Server(kind="rfc2136", host="127.0.0.1", port=server.primary, key_name=server.key_name)
        names = ["web", "xn--bcker-gra", "deep.er.down", "branch", "s1._domainkey", "_sip._tls", "_25._tcp.mx", "new"]
        settings = {"kind": "by-hand", "called": "One.com", "names": names}
        fields = {"name_servers": (f"127.0.0.1:{server.primary}",)}
        put = _by_update(keyed, server.secret)
        yield Place(settings, None, iter(ZONES), _nothing, put, Minutes(), fields)


@contextlib.contextmanager
def route53(base: Path, require: Require) -> Iterator[Place]:
    with running_route53() as server:
        client = server.client()
        ids: dict[str, str] = {}

        def listed(name: str) -> Any:
            return client.list_resource_record_sets(HostedZoneId=ids[name])["ResourceRecordSets"]

        def make(name: str, sets: Seed) -> None:
            made = client.create_hosted_zone(Name=origin_of(name), CallerReference=name)
            ids[name] = made["HostedZone"]["Id"]
            send(name, [entry for one in sets for entry in entries(origin_of(name), Change(None, one), ())])

        def put(name: str, change: Change) -> None:
            send(name, entries(origin_of(name), change, listed(name)))

        def send(name: str, some: list[dict[str, Any]]) -> None:
            client.change_resource_record_sets(HostedZoneId=ids[name], ChangeBatch={"Changes": some})

        settings = {"kind": "route53", "access_key_id": "tests", "endpoint_url": server.endpoint_url}
        place = Place(settings, route53_moto.SECRET, iter(ZONES), make, put, Minutes(), {})
        place.lose = lambda on: setattr(server, "loses", on)
        place.busy = lambda: setattr(server, "busy", 2)
        place.knows_secrets = False
        yield place


@contextlib.contextmanager
def cloudflare(base: Path, require: Require) -> Iterator[Place]:
    time = Minutes()
    with running_cloudflare(base / "cloudflare", time.monotonic) as server:
        ids: dict[str, str] = {}

        def make(name: str, sets: Seed) -> None:
            ids[name] = server.add_zone(origin_of(name).removesuffix("."))
            for one in sets:
                put(name, Change(None, one))

        def put(name: str, change: Change) -> None:
            zone, (owner, kind) = ids[name], change.key
            for record_id, one in list(server.records[zone].items()):
                if (f"{one['name']}.", one["type"]) == (owner, kind):
                    del server.records[zone][record_id]
            for value in change.after.values if change.after else ():
                assert change.after
                fields = cloudflare_fields(kind, value)
                server.add(zone, name=owner.removesuffix("."), type=kind, ttl=change.after.ttl_s, **fields)

        settings = {"kind": "cloudflare", "url": server.url, "ca_file": server.ca_file}
        place = Place(settings, cloudflare_simulator.TOKEN, iter(ZONES), make, put, time, {})
        place.lose = lambda on: setattr(server, "loses", on)
        place.busy = lambda: server.calls.extend([time.at] * cloudflare_simulator.CALLS)
        yield place


def cloudflare_fields(kind: str, value: str) -> dict[str, Any]:
    """As the documentation's examples have them."""
    words = value.split(" ")
    named = {
        "CAA": ("flags", "tag", "value"),
        "SRV": ("priority", "weight", "port", "target"),
        "TLSA": ("usage", "selector", "matching_type", "certificate"),
    }
    if kind in named:
        texts = [one.strip('"') if kind == "CAA" else one for one in words]
        return {"data": {key: int(one) if one.isdigit() else one for key, one in zip(named[kind], texts, strict=True)}}
    if kind == "MX":
        return {"priority": int(words[0]), "content": words[1].removesuffix(".")}
    return {"content": value.removesuffix(".") if kind in ("CNAME", "NS") else value}


@contextlib.contextmanager
def loopia(base: Path, require: Require) -> Iterator[Place]:
    time = Minutes()
    with running_loopia(base / "loopia", time.monotonic) as server:

        def make(name: str, sets: Seed) -> None:
            server.domains[_domain(name)] = {"@": []}
            server.add(_domain(name), "@", type="NS", rdata="ns1.loopia.se.")
            server.add(_domain(name), "@", type="NS", rdata="ns2.loopia.se.")
            for one in sets:
                put(name, Change(None, one))

        def put(name: str, change: Change) -> None:
            owner, kind = change.key
            label = "@" if owner == origin_of(name) else owner.removesuffix(f".{origin_of(name)}")
            records = server.domains[_domain(name)].setdefault(label, [])
            records[:] = [one for one in records if one["type"] != kind]
            for value in change.after.values if change.after else ():
                assert change.after
                server.add(_domain(name), label, type=kind, ttl=change.after.ttl_s, **_loopia_fields(kind, value))

        settings = {"kind": "loopia", "user": loopia_simulator.USER, "url": server.url, "ca_file": server.ca_file}
        place = Place(settings, loopia_simulator.PASSWORD, itertools.cycle(ZONES), make, put, time, {})
        place.lose = lambda on: setattr(server, "loses", on)
        place.busy = lambda: server.calls.extend([time.at] * loopia_simulator.CALLS)
        place.keeps_strings = False
        place.kill_midway = lambda: setattr(server, "cut_after", 2)
        yield place


def _domain(name: str) -> str:
    return origin_of(name).removesuffix(".")


def _loopia_fields(kind: str, value: str) -> dict[str, Any]:
    if kind == "MX":
        return {"priority": int(value.split(" ", maxsplit=1)[0]), "rdata": value.split(" ")[1]}
    texts = {DKIM: DKIM.replace('" "', "").strip('"'), UTF8: 'skåp; with "quotes" and \\ backslash'}
    return {"rdata": texts.get(value, value.strip('"')) if kind == "TXT" else value}


PLACES = (bind, knot, route53, cloudflare, loopia, by_hand)
