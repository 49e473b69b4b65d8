"""The customer's domains: who hosts their records, what belongs to the old provider, and what the records become."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from skyflytt.project.fields import DOMAIN, Domain, Name, Text
from skyflytt.project.mail_test import MailTest
from skyflytt.project.part import Many, Part, quoted, wrong

LABELS = re.compile(r"@|(\*\.)?[^\s.@*]+(\.[^\s.@*]+)*|\*", re.IGNORECASE)
TYPES = (
    *("A", "AAAA", "CNAME", "MX", "TXT", "SRV", "NS", "CAA", "TLSA", "URI", "NAPTR", "SVCB", "HTTPS"),
    *("ALIAS", "SPF", "DS", "PTR", "DNAME", "SSHFP", "LOC"),
)
LOWERED_TTL_S = 300


def check_record_name(text: str) -> str:
    if not LABELS.fullmatch(text):
        raise wrong(
            f"{quoted(text)} is not a record's name",
            "its name before the domain, such as autodiscover, or @ for the domain itself",
        )
    return text.lower()


def check_type(text: str) -> str:
    if text.upper() not in TYPES:
        raise wrong(f"{quoted(text)} is not a type of record that can be changed", ", ".join(TYPES))
    return text.upper()


def check_old(text: str) -> str:
    try:
        ip_network(text, strict=False)
    except ValueError:
        if not DOMAIN.fullmatch(text.rstrip(".")):
            raise wrong(
                f"{quoted(text)} is neither a name nor an address of the old provider",
                "a name such as mail.provider.example (everything below it counts too), an address or a network",
            ) from None
    return text


def check_server_address(text: str) -> str:
    address, port = split_address(text)
    try:
        ip_address(address)
    except ValueError:
        address = ""
    if not address or not 0 < port < 65536:
        raise wrong(
            f"{quoted(text)} is not the address of a DNS server",
            "its address, such as 9.9.9.9, 192.0.2.53:5353 or [2001:db8::53]:5353",
        )
    return text


def split_address(text: str) -> tuple[str, int]:
    """`192.0.2.53:5353`, `[2001:db8::53]:5353`, or an address alone, which means port 53. A port that is no number is 0."""
    if found := re.fullmatch(r"\[(.*)\]:(\d+)", text) or re.fullmatch(r"([^:]*):(\d+)", text):
        return found[1], int(found[2])
    return text.strip("[]"), 53


OldName = Annotated[str, AfterValidator(check_old)]
ServerAddress = Annotated[str, AfterValidator(check_server_address)]


class DomainRecord(Part):
    """What is decided about the records of one name and type: new `values`, `remove: true`, or `keep` with the reason."""

    name: Annotated[str, AfterValidator(check_record_name)] = Field(
        description="The records' name before the domain; @ is the domain itself.", examples=["@"]
    )
    type: Annotated[str, AfterValidator(check_type)] = Field(description="Their type.", examples=["MX"])
    values: Many[Text] = Field(
        default=(),
        description="What they become, all of them, as in a zone file; names are whole ones.",
        examples=[["10 mail.new.example"]],
    )
    ttl_s: int | None = Field(
        default=None,
        ge=30,
        le=604800,
        description="How long others may keep them, in seconds; default: as before, else 3600.",
    )
    remove: bool = Field(default=False, description="They are taken away.")
    keep: Text | None = Field(default=None, description="They stay although they point to the old provider, and why.")
    matching: Text | None = Field(
        default=None,
        description="Only the records that contain this are meant; others of the name and type stay.",
        examples=["v=spf1"],
    )

    @model_validator(mode="after")
    def says_one_thing(self) -> DomainRecord:
        if bool(self.values) + self.remove + (self.keep is not None) != 1:
            what = f"the record {self.name} {self.type} says either too little or too much"
            raise wrong(what, "one of `values`, `remove: true` and `keep: why`")
        return self


class CustomerDomain(Part):
    """A domain of the customer."""

    name: Domain = Field(description="The domain.", examples=["norrskenbygg.example"])
    registrar: Text | None = Field(
        default=None, description="Who the domain is registered through.", examples=["Loopia"]
    )
    mail: bool = Field(default=False, description="Whether mail is received at it.")
    host: Name | None = Field(
        default=None, description="The server under `servers` at which its records are changed.", examples=["dns"]
    )
    old: Many[OldName] = Field(
        default=(),
        description="Names, addresses and networks of the old provider; the servers being left are known already.",
        examples=[["provider.example", "198.51.100.0/24"]],
    )
    records: Many[DomainRecord] = Field(
        default=(), description="What becomes of its records. Whatever points to the old provider has to be among them."
    )
    lowered_ttl_s: int = Field(
        default=LOWERED_TTL_S,
        ge=30,
        le=86400,
        description="How long others may keep the records around the cutover, in seconds.",
    )
    removal_limit: float = Field(
        default=1 / 3, ge=0, le=1, description="The share of the records that a plan may take away at most."
    )
    name_servers: Many[ServerAddress] = Field(
        default=(),
        description="Addresses of the authoritative servers, if not those of the NS records.",
        examples=[["192.0.2.53"]],
    )
    resolvers: Many[ServerAddress] = Field(
        default=(),
        description="Resolvers that are asked after a change; default: those of this machine.",
        examples=[["9.9.9.9", "1.1.1.1"]],
    )
    mail_test: MailTest | None = Field(
        default=None, description="Letters that are sent before and after the cutover, to see that mail flows."
    )
    test_users: Many[Name] = Field(
        default=(),
        description="Mailboxes of the people who try the new home in the rehearsal, by their names.",
        examples=[["anna"]],
    )
    rehearsal_host: Name | None = Field(
        default=None,
        description="A DNS server whose zone the rehearsal may overwrite; default: a copy in memory.",
        examples=["scratch-dns"],
    )
