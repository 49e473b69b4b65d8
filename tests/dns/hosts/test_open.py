"""Which host a domain's zone has, as the project file says it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dns.resolver
import pytest

from skyflytt.dns.asking import Server
from skyflytt.dns.hosts import HOST_KINDS, open_host
from skyflytt.dns.hosts.by_hand import ByHandHost
from skyflytt.dns.hosts.open import origin_of
from skyflytt.dns.hosts.rfc2136 import Rfc2136Host
from skyflytt.dns.hosts.sight import delegated_to
from skyflytt.errors.dns import DomainUnknown, HostUnreachable
from skyflytt.project.domains import CustomerDomain
from skyflytt.project.load import load_project
from skyflytt.project.model import Project
from skyflytt.project.secrets import EnvironmentSecrets, SecretMissing
from skyflytt.project.servers import DNS_KINDS

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "project.yaml"


def project(**server: Any) -> Project:
    data = load_project(EXAMPLE).model_dump(mode="python")
    return Project.model_validate({**data, "servers": {**data["servers"], "dns": server}}, strict=False)


def domain(**fields: Any) -> CustomerDomain:
    return CustomerDomain.model_validate({"name": "åre.example", "host": "dns", **fields})


def test_names_are_those_of_dns() -> None:
    assert origin_of("åre.example") == "xn--re-xia.example."
    assert origin_of("Norrsken.example") == "norrsken.example."


def test_a_name_server_needs_its_key_only_where_it_has_one() -> None:
    made = open_host(project(kind="rfc2136", host="ns.example"), domain(), EnvironmentSecrets({}))
    assert isinstance(made, Rfc2136Host)
    assert made.origin == "xn--re-xia.example."
    with pytest.raises(SecretMissing):
        open_host(project(kind="rfc2136", host="ns.example", key_name="k"), domain(), EnvironmentSecrets({}))


def test_by_hand_the_domains_name_servers_are_asked() -> None:
    made = open_host(
        project(kind="by-hand", called="One.com", names=("intranet",)),
        domain(
            name_servers=("192.0.2.53", "[2001:db8::53]:5353"), records=[{"name": "x", "type": "PTR", "remove": True}]
        ),
        EnvironmentSecrets({}),
    )
    assert isinstance(made, ByHandHost)
    assert not made.capabilities.writes
    assert made._sight.servers == [
        Server("192.0.2.53", "192.0.2.53"), Server("[2001:db8::53]:5353", "2001:db8::53", 5353),
    ]  # fmt: skip
    asked = set(made._sight.questions)
    assert {("x.xn--re-xia.example.", "PTR"), ("intranet.xn--re-xia.example.", "A")} <= asked
    assert ("*.xn--re-xia.example.", "MX") in asked


def test_a_domain_without_a_host_or_with_another_server_is_bad_input() -> None:
    with pytest.raises(DomainUnknown, match="names no `host`"):
        open_host(project(kind="by-hand"), domain(host=None), EnvironmentSecrets({}))
    with pytest.raises(DomainUnknown, match="hosts no zones"):
        open_host(project(kind="local", root="/tmp"), domain(), EnvironmentSecrets({}))
    assert HOST_KINDS == DNS_KINDS


def test_resolvers_that_do_not_answer_are_told() -> None:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.lifetime = ["127.0.0.1"], 1, 0.2
    with pytest.raises(HostUnreachable, match="could not be looked up"):
        delegated_to("norrsken.example.", resolver)
