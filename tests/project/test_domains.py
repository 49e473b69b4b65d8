"""What a project file says of a domain's records, and what is no decision about any."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from skyflytt.project.domains import CustomerDomain, DomainRecord, split_address


@pytest.mark.parametrize(
    "record",
    [
        {"name": "@", "type": "MX", "values": ["10 mx.new.example"]},
        {"name": "_imaps._tcp", "type": "srv", "remove": True},
        {"name": "*", "type": "A", "values": ["192.0.2.1"], "ttl_s": 600},
        {"name": "*.dev", "type": "A", "keep": "the developers move later"},
        {"name": "@", "type": "TXT", "values": ["v=spf1 -all"], "matching": "v=spf1"},
        {"name": "pöst", "type": "CNAME", "values": ["x.new.example"]},
    ],
)
def test_decisions(record: dict[str, Any]) -> None:
    found = DomainRecord.model_validate(record)
    assert found.type == record["type"].upper()


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"name": "@", "type": "MX"}, "either too little or too much"),
        ({"name": "@", "type": "MX", "remove": True, "keep": "why"}, "either too little or too much"),
        ({"name": "@", "type": "MX", "values": ["10 a.example"], "remove": True}, "either too little or too much"),
        ({"name": "mail.", "type": "A", "remove": True}, "not a record's name"),
        ({"name": "a..b", "type": "A", "remove": True}, "not a record's name"),
        ({"name": "a.*", "type": "A", "remove": True}, "not a record's name"),
        ({"name": "", "type": "A", "remove": True}, "not a record's name"),
        ({"name": "@", "type": "SOA", "remove": True}, "not a type of record that can be changed"),
        ({"name": "@", "type": "RRSIG", "remove": True}, "not a type of record that can be changed"),
        ({"name": "@", "type": "A", "values": ["192.0.2.1"], "ttl_s": 5}, "greater than or equal to 30"),
    ],
)
def test_what_is_no_decision(record: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        DomainRecord.model_validate(record)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"old": ["not a name"]}, "neither a name nor an address"),
        ({"old": ["198.51.100.0/33"]}, "neither a name nor an address"),
        ({"resolvers": ["resolver.example"]}, "not the address of a DNS server"),
        ({"name_servers": ["192.0.2.1:70000"]}, "not the address of a DNS server"),
        ({"name_servers": ["192.0.2.1:"]}, "not the address of a DNS server"),
        ({"removal_limit": 1.5}, "less than or equal to 1"),
    ],
)
def test_what_is_no_domain(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        CustomerDomain.model_validate({"name": "norrsken.example"} | fields)


def test_addresses_with_and_without_port() -> None:
    assert split_address("9.9.9.9") == ("9.9.9.9", 53)
    assert split_address("192.0.2.1:5353") == ("192.0.2.1", 5353)
    assert split_address("2620:fe::fe") == ("2620:fe::fe", 53)
    assert split_address("[2620:fe::fe]:5353") == ("2620:fe::fe", 5353)
